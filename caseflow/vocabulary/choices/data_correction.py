"""Choices of data corrections 数据更正."""

from __future__ import annotations

from caseflow.vocabulary.terms import Term


class DcErrorKind(Term):
    """What kind of error a delivered value has."""

    TYPED_BY_OFFICE = "typed_by_office", "税务机关录入差错", "Typed wrong by the office"
    TYPED_BY_TAXPAYER = "typed_by_taxpayer", "纳税人填报差错", "Typed wrong by the taxpayer"
    TRANSFER = "transfer", "接口或导入差错", "Interface or import"
    MATCHING = "matching", "归户差错", "Matched to the wrong taxpayer"
    MISSING = "missing", "数据缺失", "Missing"
    DUPLICATE = "duplicate", "数据重复", "Duplicate"
    MASTER_DATA = "master_data", "登记事项差错", "Registration items"
    DERIVED_VALUE = "derived_value", "派生值差错", "Derived value"
    OTHER = "other", "其他", "Other"


class DcFoundBy(Term):
    """How an error was found."""

    CASE = "case", "案件中发现", "In a case"
    VISIT = "visit", "实地发现", "On a visit"
    TAXPAYER = "taxpayer", "纳税人反映", "Told by the taxpayer"
    COMPARISON = "comparison", "数据比对", "By comparison"
    OTHER = "other", "其他", "Other"


class DcCovers(Term):
    """Which rows a piece of evidence proves."""

    EVERY = "every", "全部各行", "Every row"
    ONE = "one", "某一行", "One row"


class DcEvidenceKind(Term):
    """What proves that a value is wrong."""

    SOURCE_SCREEN = "source_screen", "来源系统截图", "Screen of the source"
    ORIGINAL = "original", "原件", "Original"
    CERTIFIED_COPY = "certified_copy", "经核对的复印件", "Certified copy"
    LETTER_OF_SOURCE = "letter_of_source", "来源函件", "Letter of the source"
    RECORD = "record", "笔录", "Record"


class DcReview(Term):
    """What the chief says of the request."""

    AGREE = "agree", "同意", "Agree"
    SEND_BACK = "send_back", "退回", "Send back"
    REJECT = "reject", "不予更正", "Reject"
    PASS_UP = "pass_up", "附意见上报", "Pass up with the opinion"


class DcReturnReason(Term):
    """Why the chief sends a request back."""

    EVIDENCE = "evidence", "证据不足", "Evidence"
    VALUE = "value", "数值有误", "Value"
    KIND = "kind", "差错类别不当", "Kind of error"
    DOCUMENT = "document", "填写不规范", "Form filled badly"
    OTHER = "other", "其他", "Other"


class DcApproval(Term):
    """What the leader or the division decides."""

    AGREE = "agree", "同意", "Agree"
    SEND_BACK = "send_back", "退回", "Send back"
    REJECT = "reject", "不予更正", "Reject"


class DcCheck(Term):
    """What the quality post decides."""

    APPLY = "apply", "核对无误，予以生效", "Apply"
    SEND_BACK = "send_back", "退回", "Send back"


class DcWay(Term):
    """How a wrong value is put right."""

    DEFINITION = "definition", "修订字段或指标定义", "New version of the field or indicator"
    INSPECTION = "inspection", "通知稽查局", "Notice to the inspection bureau"
    CORRECTED_RETURN = "corrected_return", "由纳税人更正申报", "Corrected return by the taxpayer"
    REGISTRATION_CHANGE = "registration_change", "变更登记", "Change of the registration"
    SOURCE_ONLY = "source_only", "只能由来源更正", "Only by the source"
    HERE = "here", "在此更正", "Corrected here"


class DcTouched(Term):
    """What becomes of a closed case that rests on a corrected value."""

    RECHECK = "recheck", "建议列入复查", "Propose a re-check"
    NO_EFFECT = "no_effect", "不影响结论", "No effect"


class DcReply(Term):
    """What the source answers."""

    CORRECTED = "corrected", "来源已更正", "Corrected"
    REFUSED = "refused", "来源拒绝", "Refused"
    NO_REPLY = "no_reply", "逾期未答复", "No reply"


class DcDispute(Term):
    """What becomes of a correction that its source does not take over."""

    KEEP = "keep", "维持更正", "Keep"
    WITHDRAW = "withdraw", "撤销更正", "Withdraw"
    ASK_AGAIN = "ask_again", "再次要求来源更正", "Ask again"
