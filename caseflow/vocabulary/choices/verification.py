"""Choices of warning verification and of the steps that other kinds share with it."""

from __future__ import annotations

from caseflow.vocabulary.terms import Term


class DispatchDecision(Term):
    """Choices of dispatch decision in warning verification."""

    ASSIGN = "assign", "分派", "Dispatch"
    MERGE_INTO_CASE = "merge_into_case", "并入在办任务", "Merge into an open case"
    VOID_DUPLICATE = "void_duplicate", "重复，作废", "Void as a duplicate"
    VOID_DATA_ERROR = "void_data_error", "数据差错，作废", "Void for a data error"
    HOLD = "hold", "暂缓分派", "Hold"


class Priority(Term):
    """Choices of priority in warning verification."""

    NORMAL = "normal", "普通", "Normal"
    URGENT = "urgent", "紧急", "Urgent"


class AssignDecision(Term):
    """Choices of assign decision in warning verification."""

    ASSIGN = "assign", "派员", "Assign"
    SEND_BACK = "send_back", "退回", "Send back"


class AssignReturnReason(Term):
    """Choices of assign return reason in warning verification."""

    NOT_OUR_HOUSEHOLD = "not_our_household", "非本科（所）管户", "Not a household of this section"
    DUPLICATE = "duplicate", "重复任务", "Duplicate"
    OTHER = "other", "其他", "Other"


class RecusalDeclaration(Term):
    """Choices of recusal declaration in warning verification."""

    NONE = "none", "无应回避情形", "No ground for recusal"
    SPOUSE = "spouse", "夫妻关系", "Spouse"
    DIRECT_BLOOD = "direct_blood", "直系血亲关系", "Direct blood line"
    COLLATERAL_3 = (
        "collateral_3",
        "三代以内旁系血亲关系",
        "Collateral blood within three generations",
    )
    IN_LAW = "in_law", "近姻亲关系", "Close in-law"
    OTHER_INTEREST = (
        "other_interest",
        "其他可能影响公正的利害关系",
        "Other interest that may affect fairness",
    )


class AcceptDecision(Term):
    """Choices of accept decision in warning verification."""

    ACCEPT = "accept", "接收", "Accept"
    REFUSE = "refuse", "拒收", "Refuse"


class RefusalReason(Term):
    """Choices of refusal reason in warning verification."""

    NOT_MY_HOUSEHOLD = "not_my_household", "非本人管户", "Not my household"
    ABSENT = "absent", "因故不在岗", "Absent"
    OTHER = "other", "其他", "Other"


class RecusalDecision(Term):
    """Choices of recusal decision in warning verification."""

    REPLACE = "replace", "准予回避，更换人员", "Recuse and replace"
    KEEP = "keep", "不予回避，继续办理", "Keep"


class StepState(Term):
    """Choices of step state in warning verification."""

    DONE = "done", "已完成", "Done"
    SKIPPED = "skipped", "不适用", "Skipped"
    PLANNED = "planned", "待函询、约谈或实地核查", "Planned"


class PlannedFor(Term):
    """Choices of planned for in warning verification."""

    INQUIRY = "inquiry", "函询", "Inquiry"
    INTERVIEW = "interview", "约谈", "Interview"
    ONSITE = "onsite", "实地核查", "On-site check"


class DeskResult(Term):
    """Choices of desk result in warning verification."""

    EXPLAINED = "explained", "已排除", "Explained"
    DATA_ERROR = "data_error", "数据差错", "Data error"
    CONFIRMED = "confirmed", "疑点成立", "Confirmed"
    UNCLEAR = "unclear", "尚不清楚", "Unclear"


class DeskNext(Term):
    """Choices of desk next in warning verification."""

    CONCLUDE = "conclude", "作出核查结论", "Conclude"
    INQUIRY = "inquiry", "函询", "Inquiry"
    INTERVIEW = "interview", "约谈", "Interview"
    ONSITE = "onsite", "实地核查", "On-site check"


class InquiryMethod(Term):
    """Choices of inquiry method in warning verification."""

    PHONE = "phone", "电话", "Telephone"
    LETTER = "letter", "函询（税务事项通知书）", "Letter"


class InquiryResult(Term):
    """Choices of inquiry result in warning verification."""

    ANSWERED = "answered", "已答复", "Answered"
    NO_REPLY = "no_reply", "逾期未答复", "No reply"
    UNREACHABLE = "unreachable", "联系不上", "Unreachable"
    REFUSED = "refused", "拒绝答复", "Refused"


class InquiryNext(Term):
    """Choices of inquiry next in warning verification."""

    INTERVIEW = "interview", "约谈", "Interview"
    ONSITE = "onsite", "实地核查", "On-site check"


class SignDecision(Term):
    """Choices of sign decision in warning verification."""

    SIGN = "sign", "签发", "Sign"
    SEND_BACK = "send_back", "退回修改", "Send back"


class ServiceResult(Term):
    """Choices of service result in warning verification."""

    SERVED = "served", "已送达", "Served"
    FAILED = "failed", "未能送达", "Failed"


class ServiceMethod(Term):
    """Choices of service method in warning verification."""

    DIRECT = "direct", "直接送达", "Direct"
    LEFT = "left", "留置送达", "Left"
    ENTRUSTED = "entrusted", "委托送达", "Entrusted"
    POST = "post", "邮寄送达", "Post"
    ANNOUNCEMENT = "announcement", "公告送达", "Announcement"


class InterviewPerson(Term):
    """Choices of interview person in warning verification."""

    FINANCE_HEAD = "finance_head", "财务负责人", "Finance head"
    ACCOUNTANT = "accountant", "财会人员", "Accountant"
    TAX_CLERK = "tax_clerk", "办税人员", "Tax clerk"
    LEGAL_REP = "legal_rep", "法定代表人", "Legal representative"
    OTHER = "other", "其他人员", "Other"


class InterviewApproval(Term):
    """Choices of interview approval in warning verification."""

    AGREE = "agree", "同意", "Agree"
    AMEND = "amend", "修改后同意", "Agree with changes"
    REFUSE = "refuse", "不同意", "Refuse"


class InterviewOutcome(Term):
    """Choices of interview outcome in warning verification."""

    HELD = "held", "已约谈", "Held"
    POSTPONED = "postponed", "申请延期", "Postponed"
    ABSENT = "absent", "未到", "Absent"
    REFUSED = "refused", "拒绝约谈", "Refused"


class RecordSignature(Term):
    """Choices of record signature in warning verification."""

    SIGNED = "signed", "已签字", "Signed"
    REFUSED = "refused", "拒绝签字", "Refused to sign"


class Confirmation(Term):
    """Choices of confirmation in warning verification."""

    CONFIRM = "confirm", "确认无误", "Confirm"
    OBJECT = "object", "有异议", "Object"


class OnsitePlace(Term):
    """Choices of onsite place in warning verification."""

    BUSINESS_PREMISES = "business_premises", "生产经营场所", "Business premises"
    WAREHOUSE = "warehouse", "货物存放地", "Warehouse"
    REGISTERED_ADDRESS = "registered_address", "注册地址", "Registered address"


class OnsiteFound(Term):
    """Choices of onsite found in warning verification."""

    TRADING = "trading", "正常经营", "Trading"
    CLOSED = "closed", "已停业", "Closed"
    NOT_FOUND = "not_found", "查无下落", "Not found"


class OnsiteNext(Term):
    """Choices of onsite next in warning verification."""

    DESK = "desk", "回到案头核查", "Back to the desk check"
    CONCLUDE = "conclude", "作出核查结论", "Conclude"


class AgreeRefuse(Term):
    """Choices of agree refuse in warning verification."""

    AGREE = "agree", "同意", "Agree"
    REFUSE = "refuse", "不同意", "Refuse"


class Finding(Term):
    """Choices of finding in warning verification."""

    CONFIRMED = "confirmed", "疑点成立", "Confirmed"
    EXPLAINED = "explained", "疑点排除", "Explained"
    DATA_ERROR = "data_error", "数据差错", "Data error"
    NOT_VERIFIABLE = "not_verifiable", "无法核实", "Not verifiable"


class FindingCause(Term):
    """Choices of finding cause in warning verification."""

    CONCEALED = "concealed", "隐瞒收入或虚列成本", "Concealed"
    TIMING = "timing", "时间性差异", "Timing"
    CALC_OR_FORM_ERROR = "calc_or_form_error", "计算或填报差错", "Calculation or form error"
    POLICY_MISREAD = "policy_misread", "政策理解有误", "Policy misread"
    INVOICE_FAULT = "invoice_fault", "发票使用不当", "Invoice fault"
    REGISTRATION_FAULT = "registration_fault", "登记信息有误", "Registration fault"
    SEASONAL_OR_BUSINESS = "seasonal_or_business", "季节性或经营原因", "Seasonal or business reason"
    SOURCE_DATA = "source_data", "来源数据有误", "Source data"
    OTHER = "other", "其他", "Other"


class IndicatorVerdict(Term):
    """Choices of indicator verdict in warning verification."""

    RIGHT = "right", "准确", "Right"
    WRONG = "wrong", "不准确", "Wrong"
    TOO_TIGHT = "too_tight", "预警值过严", "Too tight"
    TOO_LOOSE = "too_loose", "预警值过宽", "Too loose"
    BAD_DATA = "bad_data", "数据有误", "Bad data"


class OffenceSign(Term):
    """Choices of offence sign in warning verification."""

    NONE = "none", "无", "None"
    EVASION = "evasion", "偷税嫌疑", "Evasion"
    ARREARS_FLIGHT = "arrears_flight", "逃避追缴欠税嫌疑", "Arrears flight"
    REFUND_FRAUD = "refund_fraud", "骗取出口退税嫌疑", "Refund fraud"
    REFUSAL = "refusal", "抗税嫌疑", "Refusal"
    INVOICE_OFFENCE = "invoice_offence", "虚开等发票违法嫌疑", "Invoice offence"


class DutyNotMet(Term):
    """Choices of duty not met in warning verification."""

    NONE = "none", "无", "None"
    REGISTRATION = "registration", "未按规定登记", "Registration"
    FILING = "filing", "未按规定申报", "Filing"
    PAYMENT = "payment", "未按规定缴纳", "Payment"


class WvOutcome(Term):
    """Choices of wv outcome in warning verification."""

    CLEARED = "cleared", "疑点排除", "Cleared"
    DATA_ERROR = "data_error", "数据差错", "Data error"
    GUIDED = "guided", "辅导改正", "Guided"
    SELF_CORRECTED = "self_corrected", "自查补税", "Self-corrected"
    ADJUSTED = "adjusted", "调整所得/弥补亏损", "Adjusted"
    OPENED_TA = "opened_ta", "转纳税评估", "Opened a tax evaluation"
    OPENED_AB = "opened_ab", "转非正常户认定", "Opened an abnormal household case"
    OPENED_ZF = "opened_zf", "转零申报调查", "Opened a zero-filing investigation"
    OPENED_OC = "opened_oc", "转责令限期改正", "Opened an order to correct"
    TRANSFERRED_INSPECTION = "transferred_inspection", "移送稽查", "Transferred to inspection"
    NOT_VERIFIABLE = "not_verifiable", "无法核实", "Not verifiable"


class DecidedBy(Term):
    """Choices of decided by in warning verification."""

    SECTION_CHIEF = "section_chief", "科（所）长", "Section chief"
    DISTRICT_LEADER = "district_leader", "基层局领导", "District leader"
    COLLECTIVE = "collective", "集体审议", "Collective review"


class ReviewDecision(Term):
    """Choices of review decision in warning verification."""

    AGREE = "agree", "同意", "Agree"
    SEND_BACK = "send_back", "退回", "Send back"


class ReturnTo(Term):
    """Choices of return to in warning verification, as its first version asked them."""

    DESK = "desk", "案头核查", "Desk check"
    INQUIRY = "inquiry", "函询", "Inquiry"
    INTERVIEW = "interview", "约谈", "Interview"
    ONSITE = "onsite", "实地核查", "On-site check"
    CONCLUDE = "conclude", "核查结论", "Conclusion"


class SendBackTo(Term):
    """Where the shared review sends a case back to; each kind offers some (``returns``)."""

    DESK = "desk", "案头核查", "Desk check"
    INQUIRY = "inquiry", "函询", "Inquiry"
    INTERVIEW = "interview", "约谈", "Interview"
    ONSITE = "onsite", "实地核查", "On-site check"
    CONCLUDE = "conclude", "核查结论", "Conclusion"
    AUTHORITY = "authority", "部门协查", "Ask an authority"
    REMIND = "remind", "催报", "Reminder"
    ORDER = "order", "责令限期改正", "Order to correct"
    LIMIT = "limit", "限期", "Time limit"
    ENFORCE = "enforce", "催缴与强制执行", "Demand and enforcement"
    LATER = "later", "后续处理", "Later steps"


class ReturnReason(Term):
    """Choices of return reason in warning verification."""

    FACTS = "facts", "事实不清", "Facts"
    EVIDENCE = "evidence", "证据不足", "Evidence"
    CALCULATION = "calculation", "计算有误", "Calculation"
    BASIS = "basis", "依据不当", "Legal basis"
    PROCEDURE = "procedure", "程序不当", "Procedure"
    DOCUMENT = "document", "文书不规范", "Document"
    OTHER = "other", "其他", "Other"


class ThirdReturnDecision(Term):
    """Choices of third return decision in warning verification."""

    DECIDE_AS_PROPOSED = "decide_as_proposed", "按拟办意见决定", "Decide as proposed"
    CHANGE_OFFICERS = "change_officers", "更换办理人员", "Change officers"
    SEND_BACK_FINALLY = "send_back_finally", "最后一次退回", "Send back finally"


class ApprovalDecision(Term):
    """Choices of approval decision in warning verification."""

    AGREE = "agree", "同意", "Agree"
    SEND_BACK = "send_back", "退回", "Send back"
    TO_COLLECTIVE = "to_collective", "提请集体审议", "Refer to collective review"


class InvoiceStopGround(Term):
    """Choices of invoice stop ground in warning verification."""

    L72 = "L72", "《税收征管法》第七十二条", "Article 72 of the Collection Law"
    ABNORMAL = "abnormal", "非正常户", "Abnormal household"


class Vote(Term):
    """Choices of vote in warning verification."""

    AGREE = "agree", "同意", "Agree"
    DISAGREE = "disagree", "不同意", "Disagree"
    ABSTAIN = "abstain", "弃权", "Abstain"


class CollectiveDecision(Term):
    """Choices of collective decision in warning verification."""

    AGREE = "agree", "同意拟办意见", "Agree with the proposal"
    AMEND = "amend", "修改拟办意见", "Amend the proposal"
    REJECT = "reject", "不同意拟办意见", "Reject the proposal"


class AgreeSendBack(Term):
    """Choices of agree send back in warning verification."""

    AGREE = "agree", "同意", "Agree"
    SEND_BACK = "send_back", "退回", "Send back"


class YesNo(Term):
    """Choices of yes no in warning verification."""

    YES = "yes", "是", "Yes"
    NO = "no", "否", "No"


class Tax(Term):
    """Taxes that a state tax bureau collects, glossary section 4."""

    VAT = "vat", "增值税", "VAT"
    CONSUMPTION_TAX = "consumption_tax", "消费税", "consumption tax"
    CIT = "cit", "企业所得税", "enterprise income tax"
    VEHICLE_TAX = "vehicle_tax", "车辆购置税", "vehicle purchase tax"
    INTEREST_TAX = "interest_tax", "储蓄存款利息个人所得税", "interest income tax"
    EXPORT_REFUND = "export_refund", "出口退税", "export refund"
