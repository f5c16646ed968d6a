"""Choices of simple penalties 简易处罚."""

from __future__ import annotations

from caseflow.vocabulary.terms import Term


class PenaltyArticle(Term):
    """Articles of the collection law under which a simple penalty is given."""

    L60_1 = "L60_1", "《税收征收管理法》第六十条第一款", "article 60, first paragraph"
    L60_3 = "L60_3", "《税收征收管理法》第六十条第三款", "article 60, third paragraph"
    L62 = "L62", "《税收征收管理法》第六十二条", "article 62"


class PenaltyCircumstance(Term):
    """What weighs on a fine."""

    NONE = "none", "无", "None"
    CORRECTED_IN_TIME = "corrected_in_time", "及时改正", "Corrected in time"
    HARMLESS = "harmless", "没有造成危害后果", "Harmless"
    FORCE_MAJEURE = "force_majeure", "不可抗力", "Force majeure"
    OBSTRUCTED = "obstructed", "阻挠检查", "Obstructed"
    OTHER = "other", "其他", "Other"


class Seriousness(Term):
    """Whether an act is serious."""

    ORDINARY = "ordinary", "一般", "Ordinary"
    SERIOUS = "serious", "情节严重", "Serious"


class PenaltyDecisionProposed(Term):
    """What the investigation proposes."""

    FINE = "fine", "罚款", "Fine"
    NO_FINE = "no_fine", "不予处罚", "No fine"
    DROP = "drop", "撤销案件", "Drop"
    TRANSFER = "transfer", "移送稽查", "Transfer to inspection"


class DropReason(Term):
    """Why a penalty case is dropped."""

    NOT_PROVED = "not_proved", "违法事实不能成立", "Not proved"
    NO_VIOLATION = "no_violation", "无违法行为", "No violation"
    OVER_FIVE_YEARS = "over_five_years", "超过五年", "Over five years"
    ALREADY_FINED = "already_fined", "同一行为已处罚", "Already fined"


class DefenceResult(Term):
    """What the party did with the right to be heard."""

    NONE = "none", "逾期未陈述申辩", "None"
    WAIVED = "waived", "放弃陈述申辩", "Waived"
    STATEMENT = "statement", "陈述申辩", "Statement"
    HEARING = "hearing", "要求听证", "Hearing requested"


class DefenceAccepted(Term):
    """Whether a defence is followed."""

    YES = "yes", "采纳", "Yes"
    PARTLY = "partly", "部分采纳", "Partly"
    NO = "no", "不采纳", "No"


class HearingResult(Term):
    """What became of a hearing."""

    HELD = "held", "已举行", "Held"
    POSTPONED = "postponed", "延期", "Postponed"
    WITHDRAWN = "withdrawn", "撤回听证要求", "Withdrawn"


class HearingAdvice(Term):
    """What the chairman of a hearing advises."""

    UPHOLD = "uphold", "维持拟处罚意见", "Uphold"
    REDUCE = "reduce", "减轻处罚", "Reduce"
    NO_FINE = "no_fine", "不予处罚", "No fine"
    FACTS_MISSING = "facts_missing", "事实不清，补充调查", "Facts missing"


class PenaltyDecision(Term):
    """How a penalty case is decided."""

    FINE = "fine", "罚款", "Fine"
    NO_FINE = "no_fine", "不予处罚", "No fine"
    DROP = "drop", "撤销案件", "Drop"
    TRANSFER = "transfer", "移送稽查", "Transfer to inspection"
    MORE_FACTS = "more_facts", "补充调查", "More facts"


class PaymentResult(Term):
    """What became of a fine."""

    PAID = "paid", "已缴", "Paid"
    DEFERRED = "deferred", "准予延期", "Deferred"
    NOT_PAID = "not_paid", "逾期未缴", "Not paid"


class PenaltyAppeal(Term):
    """Whether the party appealed."""

    NONE = "none", "无", "None"
    RECONSIDERATION = "reconsideration", "行政复议", "Reconsideration"
    SUIT = "suit", "行政诉讼", "Suit"
