"""Choices of data requests 数据需求."""

from __future__ import annotations

from caseflow.vocabulary.terms import Term


class RqPurpose(Term):
    """What data is wanted for."""

    VERIFICATION = "verification", "核实", "Verification"
    ANALYSIS = "analysis", "分析", "Analysis"
    POLICY = "policy", "政策研究", "Policy"
    APPRAISAL = "appraisal", "考核", "Appraisal"
    REPORT_TO_SUPERIOR = "report_to_superior", "上报", "Report to a superior"
    OUTSIDE = "outside", "对外提供", "For outsiders"
    OTHER = "other", "其他", "Other"


class RqGrain(Term):
    """What one row of the package is about."""

    AGGREGATE = "aggregate", "汇总", "Aggregate"
    HOUSEHOLD = "household", "分户", "Household"


class RqForm(Term):
    """In which form the data comes."""

    TABLE = "table", "表格", "Table"
    LIST = "list", "清单", "List"
    FILE = "file", "数据文件", "File"


class RqRecurrence(Term):
    """How often it is delivered."""

    ONCE = "once", "一次", "Once"
    MONTHLY = "monthly", "每月", "Monthly"
    QUARTERLY = "quarterly", "每季", "Quarterly"


class RqSecrecy(Term):
    """How secret a package is."""

    INTERNAL = "internal", "内部", "Internal"
    WORK_SECRET = "work_secret", "工作秘密", "Work secret"


class RqReceipt(Term):
    """What the analysis post does with a request."""

    ACCEPT = "accept", "受理", "Accept"
    ASK_BACK = "ask_back", "询问需求方", "Ask back"
    REFUSE = "refuse", "不予提供", "Refuse"


class RqSource(Term):
    """Where the data comes from."""

    EXISTING = "existing", "已有脚本或已发布清单", "An approved script or a published list"
    ONE_SOURCE = "one_source", "单一来源", "One source"
    SEVERAL_SOURCES = "several_sources", "多个来源", "Several sources"
    OUTSIDE_SOURCE = "outside_source", "外部来源", "An outside source"


class RqClass(Term):
    """How much work a request is."""

    SIMPLE = "simple", "简单", "Simple"
    STANDARD = "standard", "一般", "Standard"
    COMPLEX = "complex", "复杂", "Complex"


class RqRefusal(Term):
    """Why a request is refused."""

    NO_LEGAL_PURPOSE = "no_legal_purpose", "用途无依据", "No legal purpose"
    NO_DATA = "no_data", "没有数据", "No data"
    SCOPE = "scope", "超出范围", "Scope"


class RqScope(Term):
    """Whether a request is in scope, or what to ask for instead."""

    OWN_USERS = "own_users", "使用人须是本单位人员", "Own users only"
    OUTSIDE_ARTICLE = (
        "outside_article",
        "对外提供须由处室写明法条",
        "By a division, with the article",
    )
    OWN_DATA = "own_data", "只能要本区局的分户数据", "Own data only"
    OWN_LINE = "own_line", "超出本条线，请要汇总数据或会同其他处室", "Own line only"
    NO_IDENTITY = "no_identity", "该用途不提供身份和电话号码", "No identity numbers"
    INTERNAL_SECRET = "internal_secret", "指标阈值和权重属内部秘密", "Internal secret"
    IN_SCOPE = "in_scope", "在范围内", "In scope"


class RqAnswer(Term):
    """What the requester does with a question."""

    ANSWER = "answer", "答复", "Answer"
    WITHDRAW = "withdraw", "撤回需求", "Withdraw"


class RqPreparation(Term):
    """Whether the package could be made."""

    READY = "ready", "已整理", "Ready"
    NOT_POSSIBLE = "not_possible", "不能整理", "Not possible"


class RqCheckItem(Term):
    """What the quality post checks."""

    POPULATION = "population", "范围", "Population"
    DEFINITIONS = "definitions", "口径", "Definitions"
    ROW_COUNT = "row_count", "行数", "Row count"
    CONTROL_TOTALS = "control_totals", "控制总数", "Control totals"
    SAMPLE = "sample", "抽查 20 行", "Sample of 20 rows"
    NULLS = "nulls", "空值", "Nulls"
    DUPLICATES = "duplicates", "重复", "Duplicates"
    MASKING = "masking", "遮盖", "Masking"
    SMALL_CELLS = "small_cells", "小单元格", "Small cells"
    USER_SCOPE = "user_scope", "使用人范围", "Scope of users"


class RqCheck(Term):
    """How a check went."""

    PASS = "pass", "通过", "Pass"
    FAIL = "fail", "不通过", "Fail"
    NOT_APPLICABLE = "not_applicable", "不适用", "Not applicable"


class RqQuality(Term):
    """What the quality post decides."""

    RELEASE = "release", "放行", "Release"
    SEND_BACK = "send_back", "退回", "Send back"


class RqThirdReturn(Term):
    """What the chief of the division does after the third sending back."""

    PREPARE_AGAIN = "prepare_again", "由他人另行整理", "Prepare again by another"
    RENEGOTIATE = "renegotiate", "与需求方重新商定", "Renegotiate"
    RELEASE_WITH_NOTE = "release_with_note", "附注放行", "Release with a note"


class RqUse(Term):
    """What became of a delivery."""

    USED = "used", "已使用", "Used"
    NOT_USED = "not_used", "未使用", "Not used"
    DEFECTIVE = "defective", "数据有缺陷", "Defective"


class RqUnused(Term):
    """Why a delivery was not used."""

    NOT_NEEDED = "not_needed", "不再需要", "Not needed"
    TOO_LATE = "too_late", "交付太迟", "Too late"
    NOT_AS_EXPECTED = "not_as_expected", "不符合预期", "Not as expected"
    OTHER = "other", "其他", "Other"


class RqCopy(Term):
    """What became of a copy outside the product."""

    DESTROYED = "destroyed", "已销毁", "Destroyed"
    IN_FILE = "in_file", "已入案卷", "Part of a case file"
    NONE_MADE = "none_made", "未留副本", "None made"


class RqDestruction(Term):
    """Whether the destruction is confirmed."""

    CONFIRM = "confirm", "确认已销毁", "Confirm"
    OBJECT = "object", "有异议", "Object"
