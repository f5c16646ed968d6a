"""Choices of the zero-filing investigation 零申报调查."""

from __future__ import annotations

from caseflow.vocabulary.terms import Outcome, Term


class VisitReason(Term):
    """Why a household must be visited, or that it need not be."""

    INVOICES = "invoices", "零申报月份购票或有未用发票", "Invoices bought or in stock"
    POWER = "power", "零申报月份用电量超过限额", "Power above the limit"
    OVER_12_MONTHS = "over_12_months", "连续零申报超过 12 个月", "Over 12 months of zero returns"
    CREDIT_GRADE = "credit_grade", "信用等级 C 级或 D 级", "Credit grade C or D"
    SAMPLE = "sample", "系统抽中", "Drawn by the sample"
    NO_CONTACT = "no_contact", "联系不上、未答复或拒绝答复", "Not reached, no reply, or refused"
    NONE = "none", "不是必须实地核查", "Not required"


class ZeroFilingCheck(Term):
    """What is looked up of every household that files zero returns, by its verification step."""

    INVOICES = "V08", "核对发票领用存", "Check invoices bought, used, voided and in stock"
    POWER = "V14", "核对用电能耗与生产记录", "Check electricity and production records"
    AIC = "V11", "核对工商登记信息", "Check the AIC record"
    LOCAL_TAX = "V12", "核对地税信息", "Check the local tax record"
    REPRESENTATIVE = (
        "V18",
        "核查法定代表人名下其他户",
        "Check the representative's other households",
    )


class SignOfTrade(Term):
    """What the files say of trade in months of zero returns."""

    NONE = "none", "没有", "None"
    INVOICES = "invoices", "购买、使用或结存发票", "Invoices bought, used or in stock"
    POWER = "power", "用电", "Power"
    LOCAL_TURNOVER = "local_turnover", "地税营业收入", "Turnover at local tax"
    OTHER = "other", "其他", "Other"


class FiledBy(Term):
    """Who files the returns of a household."""

    OWN_STAFF = "own_staff", "本企业人员", "Own staff"
    AGENT = "agent", "代理机构或代理人", "An agent"


class ZeroFilingNext(Term):
    """What follows the desk check."""

    CONTACT = "contact", "函询", "Inquiry"
    ONSITE = "onsite", "实地核查", "On-site check"
    CLASSIFY = "classify", "查清原因", "Find the cause"


class SeenOnSite(Term):
    """Whether something was seen on the spot."""

    SEEN = "seen", "有", "Seen"
    NOT_SEEN = "not_seen", "没有", "Not seen"


class SiteItem(Term):
    """What two officers look for at a household that files zero returns."""

    SIGN_BOARD = "sign_board", "招牌", "Sign board"
    STAFF = "staff", "人员", "Staff"
    STOCK = "stock", "存货", "Stock"
    MACHINES = "machines", "设备", "Machines"
    METER = "meter", "电表读数", "Meter reading"


class InChargeSignature(Term):
    """Whether the person in charge signed the record of a visit."""

    SIGNED = "signed", "已签字", "Signed"
    REFUSED = "refused", "拒绝签字", "Refused to sign"
    ABSENT = "absent", "不在场", "Absent"


class ZeroFilingCause(Term):
    """Why a household files zero returns, exactly one."""

    NOT_STARTED = "not_started", "未开业", "Not started"
    SEASONAL = "seasonal", "季节性停产", "Seasonal"
    STOPPED = "stopped", "已停产未办停业", "Stopped without suspension"
    PREPARING = "preparing", "筹建期", "Preparing"
    ONLY_LOCAL_BUSINESS = "only_local_business", "仅有地税业务", "Only local-tax business"
    RELIEF_ONLY = "relief_only", "免税业务应报未报", "Exempt business not reported"
    AGENCY_SHELL = "agency_shell", "代理空壳", "Shell kept by an agent"
    CONCEALED = "concealed", "隐瞒收入", "Concealed income"
    MOVED_AWAY = "moved_away", "走逃", "Moved away"
    FILING_ERROR = "filing_error", "申报差错", "Filing error"
    OTHER = "other", "其他", "Other"


class ConcealmentProof(Term):
    """What a finding of concealed income rests on."""

    INVOICES_ISSUED = "invoices_issued", "开具的发票", "Invoices issued"
    POWER = "power", "用电", "Power"
    LOCAL_TURNOVER = "local_turnover", "地税营业收入", "Turnover at local tax"
    OUTSIDE_RECEIPTS = "outside_receipts", "外部收款", "Outside receipts"
    OWN_STATEMENT = "own_statement", "当事人陈述", "Own statement"


class InvoiceMeasure(Term):
    """What is proposed for the supply of invoices."""

    NONE = "none", "不采取", "None"
    LIMIT = "limit", "限量供应", "Limit"
    STOP = "stop", "停止供应", "Stop"


class ZeroFilingOutcome(Term):
    """How a zero-filing investigation ends: some of the outcomes of the house."""

    CLEARED = Outcome.CLEARED.value, "维持现状", "Kept as it is"
    DATA_ERROR = Outcome.DATA_ERROR.value, Outcome.DATA_ERROR.zh, "Data error"
    GUIDED = Outcome.GUIDED.value, Outcome.GUIDED.zh, "Guided"
    SELF_CORRECTED = Outcome.SELF_CORRECTED.value, Outcome.SELF_CORRECTED.zh, "Self-corrected"
    OPENED_TA = Outcome.OPENED_TA.value, Outcome.OPENED_TA.zh, "Opened a tax evaluation"
    OPENED_AB = Outcome.OPENED_AB.value, Outcome.OPENED_AB.zh, "Opened an abnormal household case"
    OPENED_OC = Outcome.OPENED_OC.value, Outcome.OPENED_OC.zh, "Opened an order to correct"
    STATUS_ALIGNED = Outcome.STATUS_ALIGNED.value, Outcome.STATUS_ALIGNED.zh, "Status aligned"
    TRANSFERRED_INSPECTION = (
        Outcome.TRANSFERRED_INSPECTION.value,
        Outcome.TRANSFERRED_INSPECTION.zh,
        "Transferred to inspection",
    )
    NOT_VERIFIABLE = Outcome.NOT_VERIFIABLE.value, Outcome.NOT_VERIFIABLE.zh, "Not verifiable"
