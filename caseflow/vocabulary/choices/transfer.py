"""Choices of transfers to inspection 移送稽查."""

from __future__ import annotations

from caseflow.vocabulary.terms import Term


class TiGround(Term):
    """Why a taxpayer is proposed for inspection."""

    EVASION = "evasion", "偷税嫌疑", "Evasion"
    ARREARS_FLIGHT = "arrears_flight", "逃避追缴欠税嫌疑", "Arrears flight"
    REFUND_FRAUD = "refund_fraud", "骗取出口退税嫌疑", "Refund fraud"
    REFUSAL = "refusal", "抗税嫌疑", "Refusal"
    INVOICE_OFFENCE = "invoice_offence", "虚开等发票违法嫌疑", "Invoice offence"
    CONTACT_REFUSED = "contact_refused", "拒绝约谈或实地核查", "Refuses interview or visit"
    SELF_CHECK_NOT_DONE = "self_check_not_done", "不按要求自查补税", "Self-check not done"
    PAY_REFUSED = "pay_refused", "拒不补缴税款", "Refuses to pay"


class TiCopy(Term):
    """In which form evidence goes to the inspection bureau."""

    ORIGINAL = "original", "原件", "Original"
    CERTIFIED_COPY = "certified_copy", "经核对的复印件", "Certified copy"


class TiUrgency(Term):
    """Whether the transfer may wait for the day on which transfers are handed over."""

    NORMAL = "normal", "普通", "Normal"
    URGENT = "urgent", "紧急", "Urgent"


class TiUrgentReason(Term):
    """Why a transfer cannot wait."""

    FLIGHT = "flight", "可能逃匿", "Flight"
    EVIDENCE_AT_RISK = "evidence_at_risk", "证据可能灭失", "Evidence at risk"
    FORGED = "forged", "伪造凭证", "Forged papers"
    OTHER = "other", "其他", "Other"


class TiReview(Term):
    """What the chief says of the proposal."""

    AGREE = "agree", "同意", "Agree"
    SEND_BACK = "send_back", "退回", "Send back"
    PASS_UP = "pass_up", "附意见上报", "Pass up with the opinion"


class TiReturnReason(Term):
    """Why the chief sends the proposal back."""

    FACTS = "facts", "事实不清", "Facts"
    EVIDENCE = "evidence", "证据不足", "Evidence"
    CALCULATION = "calculation", "计算有误", "Calculation"
    GROUND = "ground", "移送依据不当", "Ground"
    DOCUMENT = "document", "文书不规范", "Document"
    OTHER = "other", "其他", "Other"


class TiApproval(Term):
    """What the leader or the director decides on the transfer."""

    AGREE = "agree", "同意移送", "Agree to the transfer"
    REFUSE = "refuse", "不予移送", "Refuse the transfer"
    SEND_BACK = "send_back", "退回", "Send back"
    TO_COLLECTIVE = "to_collective", "提请集体审议", "Refer to collective review"


class TiSorting(Term):
    """What the administration division does with a transfer."""

    SEND_ON = "send_on", "签收并转送稽查局", "Sign the receipt and send on"
    SEND_BACK = "send_back", "退回补正", "Send back"


class TiAnswer(Term):
    """Whether the inspection bureau takes a case source."""

    ACCEPT = "accept", "受理", "Accept"
    RETURN = "return", "退回", "Return"


class TiSourceReason(Term):
    """Why the inspection bureau returns a case source."""

    NOT_IN_SCOPE = "not_in_scope", "不属于稽查职责范围", "Not in the scope of inspection"
    FACTS_UNCLEAR = "facts_unclear", "事实不清", "Facts unclear"
    EVIDENCE_INCOMPLETE = "evidence_incomplete", "证据不全", "Evidence incomplete"
    ESTIMATE_UNSUPPORTED = "estimate_unsupported", "税额估算缺乏依据", "Estimate unsupported"
    TIME_BARRED = "time_barred", "已过追征期", "Time-barred"
    OTHER = "other", "其他", "Other"


class TiFeedback(Term):
    """What the inspection bureau has to say of a case that it accepted."""

    INTERIM = "interim", "阶段反馈", "Interim feedback"
    ASK_MATERIAL = "ask_material", "要求补充材料", "Ask for material"
    FINAL = "final", "结案反馈", "Final feedback"


class TiStage(Term):
    """The stage that an inspection has reached."""

    SELECTION = "selection", "选案", "Selection"
    CHECK = "check", "检查", "Check"
    TRIAL = "trial", "审理", "Trial"
    EXECUTION = "execution", "执行", "Execution"


class TiNature(Term):
    """What the inspection found the matter to be."""

    EVASION = "evasion", "偷税", "Evasion"
    ARREARS_FLIGHT = "arrears_flight", "逃避追缴欠税", "Arrears flight"
    REFUND_FRAUD = "refund_fraud", "骗取出口退税", "Refund fraud"
    REFUSAL = "refusal", "抗税", "Refusal"
    INVOICE_OFFENCE = "invoice_offence", "发票违法", "Invoice offence"
    OTHER_VIOLATION = "other_violation", "其他违法", "Other violation"
    NO_VIOLATION = "no_violation", "未发现违法", "No violation"
    NOT_OPENED = "not_opened", "不予立案", "Not opened"


class TiFinding(Term):
    """What the inspection found of a doubt."""

    CONFIRMED = "confirmed", "疑点成立", "Confirmed"
    EXPLAINED = "explained", "疑点排除", "Explained"
    NOT_VERIFIABLE = "not_verifiable", "无法核实", "Not verifiable"


class TiCredit(Term):
    """Which credit grade the section proposes to the service division."""

    KEEP = "keep", "维持原等级", "Keep the grade"
    A = "A", "A 级", "Grade A"
    B = "B", "B 级", "Grade B"
    C = "C", "C 级", "Grade C"
    D = "D", "D 级", "Grade D"


class TiDuty(Term):
    """A duty of the taxpayer that is still open after the inspection."""

    NONE = "none", "无", "None"
    CORRECTED_RETURN = "corrected_return", "更正申报", "Corrected return"
    INVOICES = "invoices", "发票处理", "Invoices"
    REGISTRATION = "registration", "登记变更", "Registration"
