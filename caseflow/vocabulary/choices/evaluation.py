"""Choices of tax evaluation: what its steps offer beyond those of warning verification."""

from __future__ import annotations

from caseflow.vocabulary.terms import Term


class TaOrigin(Term):
    """From where a tax evaluation was opened."""

    PLAN = "plan", "评估计划", "Evaluation plan"
    WV = "wv", "预警核查", "Warning verification"
    TP = "tp", "第三方信息核实", "Third-party verification"
    ZF = "zf", "零申报调查", "Zero-filing investigation"
    DIRECTIVE = "directive", "数据分析督办", "Directive"
    TI_RETURN = "ti_return", "稽查退回", "Returned by inspection"
    RECHECK = "recheck", "复查", "Re-check"
    TRANSFER_RETURN = "transfer_return", "移送退回", "Returned by another authority"


class TaNoInterview(Term):
    """Why a taxpayer is not interviewed, whatever the desk review finds."""

    NONE = "none", "无", "None"
    REPORTED = "reported", "举报案件", "Reported"
    SUPERVISED = "supervised", "上级督办案件", "Supervised"
    SENT_BY_DEPARTMENT = "sent_by_department", "其他部门转办案件", "Sent by another department"
    SPECIAL_INSPECTION = "special_inspection", "专项检查", "Special inspection"


class TaDeskNext(Term):
    """What the desk review leads to."""

    CLEARED = "cleared", "疑点全部排除", "All doubts cleared"
    RISK_NOTICE = "risk_notice", "风险提示，自行更正", "Risk notice for self-correction"
    INQUIRY = "inquiry", "函询", "Inquiry"
    INTERVIEW = "interview", "约谈", "Interview"
    ONSITE = "onsite", "实地核实", "On-site check"
    DETERMINE = "determine", "评定", "Determine"


class TaErrorKind(Term):
    """What kind of error a confirmed doubt is."""

    CALC_OR_FORM_ERROR = "calc_or_form_error", "计算或填报差错", "Calculation or form error"
    POLICY_MISREAD = "policy_misread", "政策理解有误", "Policy misread"
    OTHER = "other", "其他", "Other"


class TaComparison(Term):
    """Whether a comparison of the desk review was made."""

    DONE = "done", "已比对", "Done"
    NOT_APPLICABLE = "not_applicable", "不适用", "Not applicable"


class TaMethod(Term):
    """Methods that a desk review intends."""

    PAPER = "paper", "案头核对", "On paper"
    INQUIRY = "inquiry", "函询", "Inquiry"
    INTERVIEW = "interview", "约谈", "Interview"
    ONSITE = "onsite", "实地核实", "On-site check"
    OUTSIDE_DATA = "outside_data", "第三方信息", "Outside data"


class TaSign(Term):
    """Signs of an offence, for which there is no interview any more."""

    NONE = "none", "无", "None"
    EVASION = "evasion", "偷税嫌疑", "Evasion"
    ARREARS_FLIGHT = "arrears_flight", "逃避追缴欠税嫌疑", "Arrears flight"
    REFUND_FRAUD = "refund_fraud", "骗取出口退税嫌疑", "Refund fraud"
    REFUSAL = "refusal", "抗税嫌疑", "Refusal"
    INVOICE_OFFENCE = "invoice_offence", "虚开等发票违法嫌疑", "Invoice offence"
    FORMAL_CASE = "formal_case", "其他需要立案查处的", "Anything else needing a formal case"


class TaNoticeResult(Term):
    """What came of a risk notice."""

    CORRECTED = "corrected", "已更正申报", "Corrected"
    ANSWERED = "answered", "已答复", "Answered"
    NO_REPLY = "no_reply", "逾期未答复", "No reply"
    UNREACHABLE = "unreachable", "联系不上", "Unreachable"
    REFUSED = "refused", "拒绝答复", "Refused"


class TaAbsence(Term):
    """Whether somebody who did not come to an interview is excused."""

    NONE = "none", "无正当理由", "No explanation"
    EXCUSED = "excused", "有正当理由，改期约谈", "Excused: another time"


class TaAccess(Term):
    """Whether the officers were let in."""

    ALLOWED = "allowed", "配合核实", "Allowed"
    REFUSED = "refused", "拒绝核实", "Refused"


class TaTakeBooks(Term):
    """Whether books are taken to the office; those of the current year stay with the taxpayer."""

    NO = "no", "不调取", "No"
    EARLIER_YEARS = "earlier_years", "调取以前年度账簿资料", "Books of earlier years"


class TaProof(Term):
    """By what a finding is proved."""

    PAPER = "paper", "案头资料", "Papers"
    INTERVIEW = "interview", "约谈", "Interview"
    ONSITE = "onsite", "实地核实", "On-site check"
    OUTSIDE_DATA = "outside_data", "第三方信息", "Outside data"


class TaRecovery(Term):
    """Why tax is recovered, on which the period of recovery depends."""

    CALCULATION_ERROR = (
        "calculation_error",
        "纳税人计算错误等失误",
        "Calculation error of the taxpayer",
    )
    TAX_OFFICE = "tax_office", "税务机关的责任", "Responsibility of the tax office"
    EVASION = "evasion", "偷税、抗税、骗税", "Evasion, refusal or refund fraud"


class TaBelongsTo(Term):
    """Another authority that a matter belongs to."""

    NONE = "none", "无", "None"
    LOCAL_TAX = "local_tax", "地方税务局", "Local tax bureau"
    OTHER_BUREAU = "other_bureau", "其他国税局", "Another state tax bureau"
    OTHER = "other", "其他部门", "Another authority"


class TaGround(Term):
    """Grounds of article 35 of the collection law to determine tax."""

    NONE = "none", "无", "None"
    G1 = "1", "（一）依法可以不设置账簿", "1 Books not required by law"
    G2 = "2", "（二）应当设置但未设置账簿", "2 Required books not kept"
    G3 = "3", "（三）擅自销毁账簿或拒不提供纳税资料", "3 Books destroyed or papers withheld"
    G4 = "4", "（四）账目混乱、凭证残缺，难以查账", "4 Accounts in disorder"
    G5 = "5", "（五）责令限期申报，逾期仍不申报", "5 No return despite an order"
    G6 = "6", "（六）计税依据明显偏低，无正当理由", "6 Base clearly too low without reason"


class TaDeterminingMethod(Term):
    """Methods of article 47 of the rules to determine tax."""

    M1 = "1", "（一）参照同类行业税负水平", "1 Burden of similar taxpayers"
    M2 = "2", "（二）成本加合理费用和利润", "2 Cost plus reasonable expense and profit"
    M3 = "3", "（三）按耗用的原材料、燃料、动力推算", "3 Materials, fuel and power used"
    M4 = "4", "（四）其他合理方法", "4 Another reasonable method"


class TaDuty(Term):
    """Duties that a taxpayer has not met."""

    NONE = "none", "无", "None"
    REGISTRATION = "registration", "未按规定登记", "Registration"
    FILING = "filing", "未按规定申报", "Filing"
    BOOKS = "books", "未按规定设置、保管账簿", "Books"
    INVOICE = "invoice", "未按规定使用发票", "Invoices"
    PAYMENT = "payment", "未按规定缴纳", "Payment"


class TaNext(Term):
    """What the main officer does at the determination."""

    SUBMIT = "submit", "提交复核", "Submit for review"
    DAILY_CHECK = "daily_check", "先行日常检查", "A daily check first"
    CONTINUE = "continue", "继续核实", "Go on verifying"


class TaContinueTo(Term):
    """Earlier steps that the main officer goes back to."""

    DESK = "desk", "案头审核", "Desk review"
    INQUIRY = "inquiry", "函询", "Inquiry"
    INTERVIEW = "interview", "约谈", "Interview"
    ONSITE = "onsite", "实地核实", "On-site check"


class TaReview(Term):
    """What the chief says to a determination."""

    AGREE = "agree", "同意", "Agree"
    DIFFER = "differ", "有不同意见", "Differ"
    SEND_BACK = "send_back", "退回", "Send back"


class TaReturnTo(Term):
    """Steps that a determination is sent back to."""

    DESK = "desk", "案头审核", "Desk review"
    INQUIRY = "inquiry", "函询", "Inquiry"
    INTERVIEW = "interview", "约谈", "Interview"
    ONSITE = "onsite", "实地核实", "On-site check"
    DETERMINE = "determine", "评定", "Determination"


class TaClosingReturnTo(Term):
    """Steps that a case is sent back to before it is closed."""

    DESK = "desk", "案头审核", "Desk review"
    INQUIRY = "inquiry", "函询", "Inquiry"
    INTERVIEW = "interview", "约谈", "Interview"
    ONSITE = "onsite", "实地核实", "On-site check"
    DETERMINE = "determine", "评定", "Determination"
    EXECUTE = "execute", "执行", "Execution"
    REPORT = "report", "评估报告", "Report"


class TaOutcome(Term):
    """How a tax evaluation ends."""

    CLEARED = "cleared", "疑点排除", "Cleared"
    DATA_ERROR = "data_error", "数据差错", "Data error"
    GUIDED = "guided", "辅导改正", "Guided"
    SELF_CORRECTED = "self_corrected", "自查补税", "Self-corrected"
    ADJUSTED = "adjusted", "调整所得/弥补亏损", "Adjusted"
    DETERMINED = "determined", "核定", "Tax determined"
    OPENED_AB = "opened_ab", "转非正常户认定", "Opened an abnormal household case"
    OPENED_OC = "opened_oc", "转责令限期改正", "Opened an order to correct"
    TRANSFERRED_INSPECTION = "transferred_inspection", "移送稽查", "Transferred to inspection"
    TRANSFERRED_INTERNATIONAL = (
        "transferred_international",
        "移送国际税收",
        "Transferred to international taxation",
    )
    TRANSFERRED_OTHER = "transferred_other", "移送其他部门", "Transferred to another authority"
    NOT_VERIFIABLE = "not_verifiable", "无法核实", "Not verifiable"


class TaMotion(Term):
    """What is put to the vote of the panel."""

    AS_PROPOSED = "as_proposed", "同意拟办意见", "As proposed"
    CHANGED = "changed", "变更拟办意见", "Changed"
    SEND_BACK = "send_back", "退回补充", "Send back"


class TaVote(Term):
    """A vote of the panel; nobody abstains."""

    FOR = "for", "赞成", "For"
    AGAINST = "against", "反对", "Against"


class TaMinutesSignature(Term):
    """What a member says to the minutes."""

    SIGN = "sign", "签名", "Sign"
    OBJECT = "object", "有异议", "Object"


class TaPaper(Term):
    """Papers that carry a determination out."""

    SELF_CHECK_NOTICE = "self_check_notice", "自查通知", "Self-check notice"
    ADVICE_OPINION = "advice_opinion", "拟办意见书", "Opinion"
    DETERMINATION = "determination", "核定应纳税额通知书", "Determination of tax"
    OBJECTION_REPLY = "objection_reply", "异议复核意见", "Reply to the objection"
    DEMAND = "demand", "限期缴纳税款通知书", "Demand for payment"


class TaService(Term):
    """How a paper of the execution reaches the taxpayer."""

    SERVED = "served", "已送达", "Served"
    ANNOUNCE = "announce", "公告送达", "Announce"
    ONSITE = "onsite", "无法送达，转实地核实", "Cannot be served: on-site check"


class TaFollowUp(Term):
    """What came of a paper that was served."""

    DONE = "done", "已补缴、已更正", "Done"
    UNPAID = "unpaid", "未按期缴纳", "Unpaid"
    OBJECTION = "objection", "书面异议", "Objection"
    DIFFERS = "differs", "自查结果不一致", "The self-check differs"
    REFUSED = "refused", "拒不补缴、申报或调整", "Refused"


class TaRefusedWhat(Term):
    """What a taxpayer refuses."""

    PAY = "pay", "缴纳税款", "To pay"
    FILE = "file", "更正申报", "To file"
    ADJUST = "adjust", "调整账务", "To adjust"


class TaAdjusted(Term):
    """Whether the accounts were adjusted."""

    DONE = "done", "已调账", "Done"
    NOT_NEEDED = "not_needed", "无须调账", "Not needed"
    PROMISED = "promised", "承诺限期调账", "Promised"


class TaObjectionOpinion(Term):
    """What the reviewer of an objection proposes."""

    MAINTAIN = "maintain", "维持", "Maintain"
    CHANGE = "change", "变更", "Change"
    WITHDRAW = "withdraw", "撤销", "Withdraw"
    INVESTIGATE = "investigate", "补充核实", "Investigate further"


class TaTransferAnswer(Term):
    """What the receiver of a transfer answers."""

    ACCEPTED = "accepted", "已接收", "Accepted"
    RETURNED = "returned", "退回", "Returned"
