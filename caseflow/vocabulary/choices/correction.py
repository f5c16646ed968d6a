"""Choices of orders to correct 责令限期改正."""

from __future__ import annotations

from caseflow.vocabulary.terms import Term


class ReturnedDispatch(Term):
    """What the leader may do with a case that its section has sent back."""

    ASSIGN = "assign", "分派", "Dispatch"
    MERGE_INTO_CASE = "merge_into_case", "并入在办任务", "Merge into an open case"
    VOID_DUPLICATE = "void_duplicate", "重复，作废", "Void as a duplicate"
    VOID_DATA_ERROR = "void_data_error", "数据差错，作废", "Void for a data error"


class Duty(Term):
    """A duty of a taxpayer that a line says is not met."""

    REGISTRATION = "registration", "登记", "Registration"
    FILING = "filing", "申报", "Filing"
    PAYMENT = "payment", "缴纳税款", "Payment"


class LineFinding(Term):
    """What the main officer finds of a duty that is said not to be met."""

    NOT_DONE = "not_done", "未履行", "Not done"
    DONE_LATE = "done_late", "已履行，逾期", "Done late"
    NO_DUTY = "no_duty", "无此义务", "No duty"


class NoDutyReason(Term):
    """Why there is no duty."""

    DATA_ERROR = "data_error", "数据差错", "Data error"
    APPROVED_EXTENSION = "approved_extension", "已准予延期", "Approved extension"
    SUSPENDED = "suspended", "停业期间", "Suspended"
    NOT_LIABLE = "not_liable", "不负纳税义务", "Not liable"
    OTHER = "other", "其他", "Other"


class CorrectionPaper(Term):
    """The paper that asks for a duty to be met."""

    ORDER_TO_CORRECT = "order_to_correct", "责令限期改正通知书", "Order to correct"
    PAYMENT_DEMAND = "payment_demand", "限期缴纳税款通知书", "Demand for payment"


class PreparationDecision(Term):
    """What the main officer proposes once every line is checked."""

    REMIND = "remind", "先催报催缴", "Remind first"
    ORDER = "order", "责令限期改正", "Order to correct"
    ALREADY_CORRECTED = "already_corrected", "已改正", "Already corrected"
    NO_VIOLATION = "no_violation", "无违法行为", "No violation"


class ReminderMethod(Term):
    """How somebody is reminded to file or pay."""

    PHONE = "phone", "电话", "Telephone"
    MESSAGE = "message", "短信", "Message"
    VOICE_CALL = "voice_call", "语音电话", "Voice call"


class ReminderAnswer(Term):
    """What a reminder led to."""

    DONE = "done", "已办理", "Done"
    PROMISED = "promised", "承诺办理", "Promised"
    UNREACHABLE = "unreachable", "联系不上", "Unreachable"
    REFUSED = "refused", "拒绝办理", "Refused"


class CorrectionResult(Term):
    """What became of a line after the order."""

    CORRECTED = "corrected", "已改正", "Corrected"
    CORRECTED_PARTLY = "corrected_partly", "部分改正", "Corrected partly"
    NOT_CORRECTED = "not_corrected", "逾期未改正", "Not corrected"
    LAWFUL_EXTENSION = "lawful_extension", "依法延期", "Lawful extension"


class ComplianceNext(Term):
    """What follows the check of the correction."""

    CONCLUDE = "conclude", "拟定结果", "Conclude"
    WAIT = "wait", "等待新的期限", "Wait for the new date"
    FURTHER_ORDER = "further_order", "再行责令", "Further order"


class OcOutcome(Term):
    """How an order to correct ends."""

    CORRECTED = "corrected", "已改正", "Corrected"
    CLEARED = "cleared", "疑点排除", "Cleared"
    DATA_ERROR = "data_error", "数据差错", "Data error"
    OPENED_AB = "opened_ab", "转非正常户认定", "Opened an abnormal household case"
    OPENED_ENFORCEMENT = "opened_enforcement", "转强制执行", "Opened an enforcement"
    TRANSFERRED_INSPECTION = "transferred_inspection", "移送稽查", "Transferred to inspection"
    TRANSFERRED_OTHER = "transferred_other", "移送其他部门", "Transferred to another authority"
    NOT_CORRECTED = "not_corrected", "逾期未改正", "Not corrected in time"


class PenaltyProposal(Term):
    """Whether a penalty case is opened."""

    NOT_NEEDED = "not_needed", "不立案处罚", "No penalty case"
    PROPOSE = "propose", "立简易处罚案", "Open a penalty case"
