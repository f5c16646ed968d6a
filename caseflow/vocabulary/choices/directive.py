"""Choices of directives from data analysis 数据分析督办."""

from __future__ import annotations

from caseflow.vocabulary.terms import Term


class DrOwnDecision(Term):
    """What the district leader makes of the district's own report."""

    OWN = "own", "自行督办", "Own directive"
    SEND_UP = "send_up", "上报市局", "Send up"
    FILE = "file", "存阅", "File"
    SEND_BACK = "send_back", "退回修改", "Send back"


class DrWish(Term):
    """What the district wishes for its report."""

    OWN = "own", "自行督办", "Own directive"
    SEND_UP = "send_up", "上报市局", "Send up"
    FILE = "file", "存阅", "File"


class DrReceipt(Term):
    """What the analysis post makes of a district's report."""

    ADOPT = "adopt", "采用", "Adopt"
    NOTE = "note", "存阅", "Note"
    RETURN = "return", "退回提问", "Return with a question"


class DrReportKind(Term):
    """Which report a directive rests on."""

    ANALYSIS = "analysis", "数据分析报告", "Analysis report"
    WARNING = "warning", "预警报告", "Warning report"


class DrReportDecision(Term):
    """What the chief of the analysis division makes of the draft."""

    SIGN = "sign", "签发", "Sign"
    SEND_BACK = "send_back", "退回修改", "Send back"
    DISCARD = "discard", "作废", "Discard"


class DrCountersign(Term):
    """What a division concerned says of the report."""

    AGREE = "agree", "同意", "Agree"
    AGREE_WITH_NOTE = "agree_with_note", "同意并附说明", "Agree with a note"
    OBJECT = "object", "有异议", "Object"


class DrInstruction(Term):
    """What the city leader instructs."""

    AGREE = "agree", "同意", "Agree"
    CHANGE = "change", "修改后同意", "Agree with changes"
    REJECT = "reject", "不予督办", "Reject"
    SEND_BACK = "send_back", "退回修改", "Send back"


class DrLineKind(Term):
    """As what a line is worked; a kind of case, or a simple task."""

    WV = "WV", "预警核查", "Warning verification"
    TP = "TP", "第三方信息核实", "Third-party verification"
    ZF = "ZF", "零申报调查", "Zero-filing investigation"
    AB = "AB", "非正常户认定", "Abnormal household"
    TA = "TA", "纳税评估", "Tax evaluation"
    SIMPLE = "simple", "简易事项", "Simple task"


class DrLineOutcome(Term):
    """How a simple line ends."""

    DONE = "done", "已办理", "Done"
    CLEARED = "cleared", "疑点排除", "Cleared"
    GUIDED = "guided", "辅导改正", "Guided"
    NOT_VERIFIABLE = "not_verifiable", "无法核实", "Not verifiable"


class DrSectionDecision(Term):
    """Whether the section's answer goes up."""

    SUBMIT = "submit", "上报", "Submit"
    AGAIN = "again", "简易事项再办", "Simple lines again"


class DrGrade(Term):
    """How a district carried the directive out."""

    GOOD = "good", "好", "Good"
    PASS = "pass", "合格", "Pass"
    POOR = "poor", "差", "Poor"


class DrEvaluationDecision(Term):
    """What the evaluation makes of a district's answer."""

    ACCEPT = "accept", "通过", "Accept"
    ASK_AGAIN = "ask_again", "再问", "Ask again"
    WORK_AGAIN = "work_again", "再办", "Work again"


class DrSample(Term):
    """Whether a re-checked line was worked rightly."""

    RIGHT = "right", "属实", "Right"
    WRONG = "wrong", "不属实", "Wrong"


class DrOpenItem(Term):
    """What becomes of a line that is open at the end."""

    MEETING = "meeting", "提交季度税收工作会议", "To the quarterly meeting"
    FOLLOW = "follow", "随任务继续办理", "Its case goes on"


class DrClosing(Term):
    """Whether the directive ends."""

    CLOSE = "close", "结束", "Close"
    CONTINUE = "continue", "继续督办", "Continue"
    SEND_BACK = "send_back", "退回修改", "Send back"
