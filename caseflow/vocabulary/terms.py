"""Closed lists of terms: identifier, Chinese, English, after the bureau's glossary."""

from __future__ import annotations

from enum import StrEnum
from typing import Self


class Term(StrEnum):
    """
    A word of a closed list: its value is the identifier stored everywhere.

    >>> CaseStatus.CLOSED.value, CaseStatus.CLOSED.zh, CaseStatus.CLOSED.en
    ('closed', '已办结', 'closed')
    """

    zh: str
    en: str

    def __new__(cls, value: str, zh: str = "", en: str = "") -> Self:
        """Make a member from identifier, Chinese and English."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.zh = zh
        member.en = en
        return member

    def __str__(self) -> str:
        return str(self.value)


class UnitLevel(Term):
    """Levels of the tree of units."""

    CITY = "city_bureau", "市局", "city bureau"
    DIVISION = "division", "处室", "division"
    DISTRICT = "district_bureau", "区局", "district bureau"
    SECTION = "section", "科（所）", "section"
    INSPECTION = "inspection_bureau", "稽查局", "inspection bureau"


class Role(Term):
    """Posts of the glossary, section 2; lanes of drawings carry the same identifiers."""

    CITY_DIRECTOR = "city_director", "市局局长", "city director"
    CITY_DEPUTY = "city_deputy", "市局副局长", "city deputy director"
    DIVISION_CHIEF = "division_chief", "处长", "division chief"
    POST_ANALYSIS = "post_analysis", "分析利用岗", "analysis post"
    POST_DATA_QUALITY = "post_data_quality", "数据质量检测岗", "data quality post"
    POST_DATA_PREP = "post_data_prep", "数据整理岗", "data preparation post"
    POST_REQUEST = "post_request", "业务需求岗", "business request post"
    DISTRICT_DIRECTOR = "district_director", "基层局局长", "district director"
    DISTRICT_DEPUTY = "district_deputy", "基层局副局长", "district deputy director"
    POST_INFO_ADMIN = "post_info_admin", "信息管税岗", "information administration post"
    SECTION_CHIEF = "section_chief", "科（所）长", "section chief"
    TAX_ADMINISTRATOR = "tax_administrator", "税收管理员", "tax administrator"
    INSPECTOR = "inspector", "稽查人员", "inspection officer"
    INSPECTION_SELECTION = "inspection_selection", "稽查局选案岗", "inspection case selection post"
    INSPECTION_LEADER = "inspection_leader", "稽查局领导", "inspection leader"
    LEGAL_REVIEWER = "legal_reviewer", "法规（审理）岗", "legal reviewer"
    REVIEWER = "reviewer", "复核岗", "reviewer"
    ARCHIVIST = "archivist", "档案管理岗", "archivist"
    SERVICE_HALL = "service_hall", "办税服务厅岗", "service hall post"
    POST_INVOICE = "post_invoice", "发票管理岗", "invoice post"
    AUDITOR = "auditor", "审计员", "auditor"
    SYS_ADMIN = "sys_admin", "系统管理员", "system administrator"


class CaseKind(Term):
    """Kinds of case, glossary section 8."""

    WV = "WV", "预警核查", "warning verification"
    TA = "TA", "纳税评估", "tax evaluation"
    AB = "AB", "非正常户认定", "abnormal household identification"
    TP = "TP", "第三方信息核实", "third-party verification"
    ZF = "ZF", "零申报调查", "zero-filing investigation"
    OC = "OC", "责令限期改正", "order to correct"
    TI = "TI", "移送稽查", "transfer to inspection"
    DR = "DR", "数据分析督办", "directive"
    RQ = "RQ", "数据需求", "data request"
    DC = "DC", "数据更正", "data correction"
    PN = "PN", "简易处罚", "simple penalty"
    EP = "EP", "评估计划", "evaluation plan"
    TB = "TB", "第三方批次", "third-party batch"
    ZB = "ZB", "零申报批次", "zero-filing batch"
    CP = "CP", "专项任务", "campaign"
    # An act of the county-level director outside this house: it is called for, never worked here.
    EN = "EN", "强制执行", "enforcement"
    MO = "MO", "报告监测", "monitoring only"


class CaseStatus(Term):
    """States of a case, glossary section 8."""

    TO_ASSIGN = "to_assign", "待分派", "to assign"
    TO_ACCEPT = "to_accept", "待接收", "to accept"
    IN_PROGRESS = "in_progress", "办理中", "in progress"
    FOR_APPROVAL = "for_approval", "待审批", "for approval"
    RETURNED = "returned", "已退回", "sent back"
    WAITING_TAXPAYER = "waiting_taxpayer", "待纳税人", "waiting for taxpayer"
    PAUSED = "paused", "中止", "paused"
    CLOSED = "closed", "已办结", "closed"
    ARCHIVED = "archived", "已归档", "archived"
    VOIDED = "voided", "已作废", "voided"


class Outcome(Term):
    """How cases end, glossary section 8 and the ends of the process files; each kind uses some."""

    CLEARED = "cleared", "疑点排除", "cleared"
    DATA_ERROR = "data_error", "数据差错", "data error"
    GUIDED = "guided", "辅导改正", "guided"
    SELF_CORRECTED = "self_corrected", "自查补税", "self-corrected"
    ASSESSED_AND_PAID = "assessed_and_paid", "评估补税", "assessed and paid"
    ADJUSTED = "adjusted", "调整所得/弥补亏损", "adjusted"
    DETERMINED = "determined", "核定", "determined"
    OPENED_TA = "opened_ta", "转纳税评估", "opened a tax evaluation"
    OPENED_AB = "opened_ab", "转非正常户认定", "opened an abnormal household case"
    OPENED_ZF = "opened_zf", "转零申报调查", "opened a zero-filing investigation"
    OPENED_OC = "opened_oc", "转责令限期改正", "opened an order to correct"
    OPENED_ENFORCEMENT = "opened_enforcement", "转强制执行", "opened an enforcement"
    TRANSFERRED_INSPECTION = "transferred_inspection", "移送稽查", "transferred to inspection"
    TRANSFERRED_INTERNATIONAL = (
        "transferred_international",
        "移送国际税收",
        "transferred to international taxation",
    )
    TRANSFERRED_OTHER = "transferred_other", "移送其他部门", "transferred to another authority"
    NOT_VERIFIABLE = "not_verifiable", "无法核实", "not verifiable"
    STATUS_ALIGNED = "status_aligned", "登记状态或标识已调整", "status aligned"
    IDENTIFIED = "identified", "认定非正常", "identified as abnormal"
    RELEASED = "released", "解除非正常", "released"
    INVALIDATED = "invalidated", "宣告证件失效", "certificate invalidated"
    CANCELLED = "cancelled", "注销", "cancelled"
    CORRECTED = "corrected", "已改正", "corrected"
    NOT_CORRECTED = "not_corrected", "逾期未改正", "not corrected in time"
    FINED = "fined", "已处罚", "fined"
    NO_FINE = "no_fine", "不予处罚", "no fine"
    DROPPED = "dropped", "撤销案件", "dropped"
    PLAN_ISSUED = "plan_issued", "计划已下达", "plan issued"
    INSPECTION_CONFIRMED = "inspection_confirmed", "稽查查实", "confirmed by inspection"
    RETURNED_BY_INSPECTION = "returned_by_inspection", "稽查退回", "returned by inspection"
    NOT_TRANSFERRED = "not_transferred", "不予移送", "not transferred"
    DATA_CORRECTED = "data_corrected", "已更正", "data corrected"
    DATA_CORRECTED_DISPUTED = (
        "data_corrected_disputed",
        "已更正（来源有异议）",
        "data corrected, disputed by the source",
    )
    REVERSED = "reversed", "更正撤销", "correction reversed"
    NOT_CORRECTABLE = "not_correctable", "不属更正范围", "not to be corrected here"
    REJECTED = "rejected", "不予更正", "correction rejected"
    NOTED = "noted", "存阅", "noted"
    NO_DIRECTIVE = "no_directive", "不予督办", "no directive"
    COMPLETED = "completed", "督办完成", "completed"
    COMPLETED_WITH_OPEN_ITEMS = (
        "completed_with_open_items",
        "督办完成（留有未结事项）",
        "completed with open items",
    )
    REFUSED = "refused", "不予提供", "refused"
    WITHDRAWN = "withdrawn", "撤回", "withdrawn"
    LAPSED = "lapsed", "逾期未答复", "lapsed"
    BATCH_FED_BACK = "batch_fed_back", "批次已放行并反馈", "batch released and fed back"
    BATCH_NOTHING_MATCHED = (
        "batch_nothing_matched",
        "批次无可放行记录",
        "batch with nothing matched",
    )
    CAMPAIGN_DONE = "campaign_done", "专项已完成", "campaign completed"
    CAMPAIGN_DONE_OPEN = (
        "campaign_done_open",
        "专项已总结（留有未办结户）",
        "campaign closed with open households",
    )
    BATCH_REPORTED = "batch_reported", "批次已报告", "batch reported"
    BATCH_REPORTED_OPEN = (
        "batch_reported_open",
        "批次已报告（留有未办结户）",
        "batch reported with open households",
    )
    DELIVERED_USED = "delivered_used", "已交付使用", "delivered and used"
    DELIVERED_UNUSED = "delivered_unused", "已交付未使用", "delivered, not used"


class Rate(Term):
    """Rates of a month by unit, glossary sections 3 and 5; both parts of each are kept."""

    FILING = "filing_rate", "申报率", "filing rate"
    PAYMENT = "payment_rate", "入库率", "payment rate"
    ABNORMAL = "abnormal_rate", "非正常户率", "abnormal rate"


class TaskStatus(Term):
    """A step on somebody's desk."""

    OPEN = "open", "待办", "to do"
    DONE = "done", "已办", "done"
    WITHDRAWN = "withdrawn", "已撤销", "withdrawn"


class AskedKind(Term):
    """What one colleague asks of another beside the drawn steps of a case."""

    OPINION = "opinion", "加签", "further opinion"
    COPY = "copy", "抄送", "copy"
    ASSISTANCE = "assistance", "协查", "assistance"
    EXTENSION = "extension", "延期申请", "request for an extension"
    DELEGATION = "delegation", "委派", "delegation"
    # Of a case that is closed: nothing of it moves, and only its own verbs answer it.
    RECHECK = "recheck", "复查", "re-check"
    # Of a case that is closed as well; asked by nobody, it comes to the archivist's post.
    ARCHIVE = "archive", "归档", "archive"


class Retention(Term):
    """How long the file of a case is kept (保管期限), from 1 January after the closing."""

    TEN = "10", "10 年", "10 years"
    FIFTEEN = "15", "15 年", "15 years"
    THIRTY = "30", "30 年", "30 years"
    PERMANENT = "permanent", "永久", "permanently"

    @property
    def years(self) -> int | None:
        """The years; none: for ever."""
        return None if self is Retention.PERMANENT else int(self.value)


class PaidItem(Term):
    """What a line of a tax receipt pays."""

    TAX = "tax", "税款", "tax"
    SURCHARGE = "surcharge", "滞纳金", "surcharge"
    FINE = "fine", "罚款", "fine"


class PaymentMatchWay(Term):
    """How a receipt came to a sum of a case."""

    AUTO = "auto", "自动匹配", "matched by the system"
    OFFICER = "officer", "人工匹配", "matched by an officer"
    BACK = "back", "撤回匹配", "match taken back"


class RecheckLevel(Term):
    """Of which unit closed cases are drawn to be checked again; a section's are spot checks."""

    DISTRICT = "district", "基层局复查", "re-check of the district"
    CITY = "city", "市局复查", "re-check of the city"
    SECTION = "section", "科（所）抽查", "spot check of the section"


class RecheckWhy(Term):
    """Why a case is checked again."""

    MANDATORY = "mandatory", "必查（未发现问题且得分高）", "mandatory: no finding, high score"
    SAMPLED = "sampled", "抽样", "drawn by lot"
    PROPOSED = "proposed", "建议复查", "proposed"
    SPOT = "spot", "抽查", "spot check"


class RecheckState(Term):
    """How far a check has got."""

    DRAWN = "drawn", "待派员", "to be assigned"
    ASSIGNED = "assigned", "复查中", "being checked"
    REPORTED = "reported", "待签批", "to be signed"
    SIGNED = "signed", "已完成", "done"


class RecheckResult(Term):
    """What a check found; of a spot check, whether there is something to mend."""

    CONFIRMED = "confirmed", "维持原结论", "confirmed"
    CHANGED = "changed", "改变原结论", "changed"
    IN_ORDER = "in_order", "未发现问题", "in order"
    PROBLEM = "problem", "发现问题", "problem found"


class NoticeKind(Term):
    """Why somebody is told of a case, or of a handover of households."""

    MENTIONED = "mentioned", "留言提到您", "mentioned you in a comment"
    COPIED = "copied", "抄送给您", "sent you a copy"
    NUDGED = "nudged", "催办", "nudged you"
    SENT_BACK = "sent_back", "退回给您", "sent a step back to you"
    HANDED_OVER = "handed_over", "转办给您", "handed a step over to you"
    HOUSEHOLDS_TAKEN = "households_taken", "管户移交给您", "handed households over to you"
    HOUSEHOLDS_GIVEN = "households_given", "移交了您的管户", "handed your households over"
    OPINION_ASKED = "opinion_asked", "请您加签", "asked you for a further opinion"
    HELP_ASKED = "help_asked", "请您协查", "asked you for assistance"
    ANSWERED = "answered", "答复了您", "answered you"
    EXTENSION_ASKED = "extension_asked", "申请延期，待您决定", "asked you for an extension"
    EXTENSION_DECIDED = "extension_decided", "决定了延期申请", "decided on an extension"
    PAUSED = "paused", "中止计时", "paused the clocks"
    DELEGATED = "delegated", "委派给您", "delegated a step to you"
    GIVEN_BACK = "given_back", "办完交回，待您确认", "gave a delegated step back to you"
    DELEGATION_ENDED = "delegation_ended", "收回了委派", "took a delegated step back"
    OVERDUE = "overdue", "已逾期", "is overdue"
    RESTS_ON_LEAVER = "rests_on_leaver", "办理人已离岗", "rested on somebody who has left"
    LINE_MOVED = (
        "line_moved",
        "清册行随征管关系移转",
        "distributed a directive: a line went with its household to another section",
    )
    DATA_CORRECTED = "data_corrected", "数据已更正", "data was corrected"
    MERGED_IN = "merged_in", "并入您的任务", "was merged into your case"
    MERGER_UNDONE = "merger_undone", "撤销并入", "was taken out of your case again"
    SPLIT = "split", "拆分疑点", "split doubts off your case"
    RECHECK = "recheck", "请您复查", "asked you for a re-check"
    CONTACT_BARRED = "contact_barred", "停止接触，转入评定", "stop contact, go on to determine"
    CONTACT_FREED = "contact_freed", "可以恢复接触", "contact is free again"
    PAID = "paid", "税款已全部入库", "was paid in full"
    CORRECTION_ENDED = "correction_ended", "数据更正已办结", "a data correction has ended"


class ResponsibilityBasis(Term):
    """By what an administrator came to manage a household (管户依据)."""

    FILE = "file", "数据导入", "file of the source system"
    HANDOVER = "handover", "管户交接", "handover of households"


class HandoverReason(Term):
    """Why households are handed over (管户交接事由)."""

    ROTATION = "rotation", "轮岗", "rotation"
    LEAVE = "leave", "离岗（休假、学习、借调）", "leave, training or secondment"
    LEAVER = "leaver", "调离、离职、退休", "leaves the post"
    BALANCE = "balance", "均衡负担", "to balance the load"


class FollowFate(Term):
    """What becomes of an open case when its household is handed over."""

    FOLLOWS = "follows", "随户移交", "goes along"
    CONCLUDED = "concluded", "已提交结论，由原主办办结", "concluded: its main officer closes it"
    SECOND = "second", "接收人是本任务协办，须另行改派", "the taker is its second officer"
    BARRED = "barred", "接收人应当回避或办过不相容步骤，须另行改派", "the taker is barred from it"


class PatrolReason(Term):
    """Why a household is on the plan of patrols of a month (巡查计划)."""

    NEW = "new", "新办户", "new household"
    RISK = "risk", "有未结风险疑点", "open warnings"
    LONGEST = "longest", "最久未巡查", "not visited for longest"
    CHOSEN = "chosen", "科（所）长指定", "chosen by the section chief"


class PatrolFinding(Term):
    """What a patrol found of a household (巡查结果)."""

    ORDERLY = "orderly", "正常经营，登记信息相符", "trading, details as registered"
    DETAILS = "details", "登记信息与实际不符", "details differ from the registration"
    STOPPED = "stopped", "停业、歇业", "business stopped"
    NOT_FOUND = "not_found", "查无下落", "not found at the address"
    DUTY = "duty", "未履行税收义务", "a duty is not met"
    OTHER = "other", "其他情况", "other"


class RunStatus(Term):
    """A screening run, until the analysis post has decided on it."""

    RUNNING = "running", "筛查中", "running"
    TO_REVIEW = "to_review", "待审核", "to review"
    ACCEPTED = "accepted", "已采用", "accepted"
    HELD = "held", "已暂扣", "held"
    FAILED = "failed", "失败", "failed"


class WarningStatus(Term):
    """Where a warning has come to."""

    NEW = "new", "待处理", "new"
    POOL = "pool", "备选库", "pool"
    IN_CASE = "in_case", "核查中", "in a case"
    LISTED = "listed", "已列报", "listed"
    CONCLUDED = "concluded", "已结论", "concluded"


class DocumentStatus(Term):
    """States of a paper, documents.md section 2."""

    DRAFT = "draft", "草稿", "draft"
    ISSUED = "approved", "已签发", "issued"
    SERVED = "served", "已送达", "served"
    VOID = "void", "作废", "void"


class BlobState(Term):
    """What is known of the bytes of a file that was handed in."""

    QUARANTINED = "quarantined", "待扫描", "waiting for the scanner"
    CLEAN = "clean", "扫描通过", "clean"
    INFECTED = "infected", "发现病毒，已隔离", "infected, kept locked away"
    UNSCANNED = "unscanned", "未扫描", "not scanned"


class Level(Term):
    """How PostgreSQL is told who reads: one database role for each, ``caseflow_level_<name>``.

    The five levels of command, the auditors, and who administers the system and sees no case.
    """

    CITY = "city", "市局领导", "city leaders"
    DIVISION = "division", "市局处室", "city divisions"
    DISTRICT = "district", "基层局领导", "district leaders"
    SECTION = "section", "科（所）长", "section chiefs"
    OFFICER = "officer", "税收管理员", "tax administrators"
    AUDITOR = "auditor", "督察内审", "auditors"
    ADMINISTRATOR = "administrator", "系统管理", "system administrators"


class DraftStatus(Term):
    """A next version of a process, from its first line to its approval."""

    DRAFT = "draft", "编辑中", "being edited"
    SUBMITTED = "submitted", "待审批", "for approval"
    APPROVED = "approved", "已批准", "approved"
    REJECTED = "rejected", "未批准", "rejected"
    WITHDRAWN = "withdrawn", "已放弃", "given up"


class MessageStatus(Term):
    """What became of a message to cases."""

    KEPT = "kept", "等待接收", "kept until somebody waits for it"
    HEARD = "heard", "已接收", "heard"
    EXPIRED = "expired", "过期未接收", "expired unheard"


class MigrationStatus(Term):
    """A plan to carry running cases to another version."""

    JUDGING = "judging", "试算中", "being judged"
    PLANNED = "planned", "待批准", "for approval"
    RUNNING = "running", "迁移中", "migrating"
    DONE = "done", "已迁移", "migrated"
    REJECTED = "rejected", "未批准", "rejected"
    WITHDRAWN = "withdrawn", "已撤回", "withdrawn"
    REVERTING = "reverting", "退回中", "going back"
    REVERTED = "reverted", "已退回", "gone back"


class MigrationLineStatus(Term):
    """One case of a migration."""

    CAN = "can", "可迁移", "can migrate"
    CANNOT = "cannot", "不能迁移", "cannot migrate"
    MIGRATED = "migrated", "已迁移", "migrated"
    LEFT = "left", "未选", "not chosen"
    GONE = "gone", "已办结或已换版本", "closed or on another version"
    REVERTED = "reverted", "已退回", "gone back"
    KEPT = "kept", "不能退回", "cannot go back"


class CaseMoveStatus(Term):
    """A case to be put on another step by administration."""

    ASKED = "asked", "待批准", "for approval"
    DONE = "done", "已调整", "moved"
    REJECTED = "rejected", "未批准", "rejected"
    WITHDRAWN = "withdrawn", "已撤回", "withdrawn"


class Reading(Term):
    """What somebody looked at in a case, or tried to."""

    CASE = "case", "任务", "case"
    RECORD = "record", "留痕", "record"
    FILE = "file", "附件", "file"
    PAPER = "paper", "文书", "paper"
    CONTACTS = "contacts", "联系方式", "contact details"
    REFUSED = "refused", "越权被拒", "refused"


class Verb(Term):
    """What people may do beside the steps of a case; ``caseflow.policy`` says who."""

    READ_CASE = "read_case", "查看任务", "read cases"
    READ_TAXPAYER = "read_taxpayer", "查看纳税人", "read taxpayers"
    READ_RECORD = "read_record", "查看全部留痕", "read the whole record"
    EXPORT_DOSSIER = "export_dossier", "出具案卷", "take out the dossier of a case"
    REVIEW_RUN = "review_run", "审核筛查结果", "review a screening run"
    SCREEN = "screen", "发起筛查", "start a screening"
    IMPORT_FACTS = "import_facts", "导入数据", "import facts"
    DEPLOY = "deploy", "发布流程", "deploy a definition"
    DRAFT_DEFINITION = "draft_definition", "编制流程新版本", "draft a new version of a process"
    APPROVE_DEFINITION = "approve_definition", "审批流程新版本", "approve a new version"
    MIGRATE_CASES = "migrate_cases", "迁移在办任务", "migrate open cases"
    ASK_MOVE = "ask_move", "申请调整任务环节", "ask to move a case to another step"
    DECIDE_MOVE = "decide_move", "批准调整任务环节", "decide on moving a case"
    UNDO_MERGER = "undo_merger", "撤销并入", "undo the merging of a case"
    SPLIT_CASE = "split_case", "拆分疑点", "split doubts off a case"
    HAND_OVER = "hand_over", "转办他人的步骤", "hand over steps of others"
    HAND_OVER_HOUSEHOLDS = "hand_over_households", "交接管户", "hand over households"
    KEEP_LOG = "keep_log", "记工作日志、登记巡查", "keep the work log and note patrols"
    PLAN_PATROLS = "plan_patrols", "安排巡查、查看本科（所）日志", "plan patrols and read logs"
    ASSIGN_MANY = "assign_many", "批量派发", "assign many cases at once"
    PLAN_RECHECKS = "plan_rechecks", "安排复查", "plan re-checks"
    SPOT_CHECK = "spot_check", "抽查", "make spot checks"
    ARCHIVE = "archive", "归档、借阅案卷", "archive and lend files"
    ADVANCE_CLOCK = "advance_clock", "推进演练时间", "advance the demo clock"
    END_SESSIONS = "end_sessions", "结束他人的登录", "end sessions of others"
    DASHBOARD = "dashboard", "查看看板", "see the dashboard"
    INSIGHT = "insight", "查看流程透视", "see the insight into a process"
    OPERATE = "operate", "运行维护", "look after the running of the system"
    SELF_CHECK = "self_check", "查看每日自检", "see the nightly self-check"
    REPAIR = "repair", "处理自检发现的问题", "repair what the self-check found"
    DRAFT_DIRECTIVE = "draft_directive", "起草督办", "draft a directive"
    DRAFT_PLAN = "draft_plan", "拟定评估计划", "draft an evaluation plan"
    RECEIVE_RELEASE = "receive_release", "受理解除非正常户", "receive releases"
    GRANT_SIGHT = "grant_sight", "临时授权查看", "grant sight for a time"
    MARK_SENSITIVE = "mark_sensitive", "标记涉密案卷", "mark a file as sensitive"
    LIFT_SENSITIVE = "lift_sensitive", "解除涉密标记", "lift the mark of a sensitive file"
    TRACE_POWERS = "trace_powers", "追溯权限", "trace powers"
