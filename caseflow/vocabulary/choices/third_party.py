"""Choices of the third-party verification 第三方信息核实, and the variants of its doubts."""

from __future__ import annotations

from collections.abc import Mapping

from caseflow.vocabulary.terms import Outcome, Term


class Variant(Term):
    """What two sources differ in: each doubt of a case has a variant of its own."""

    D1 = "d1", "所得税收入低于地税营业额", "Income tax revenue below local business tax turnover"
    D2 = "d2", "工商已注销或吊销，税款未清", "AIC deregistered or revoked, tax not cleared"
    D3 = "d3", "已办工商或地税登记，未办国税登记", "Registered elsewhere, not with state tax"
    D4 = "d4", "纯地税户标识", "Local-tax-only marking"
    D5 = "d5", "用电与产出不符", "Electricity against output"
    D6 = "d6", "海关单证", "Customs"
    D7 = "d7", "登记状态或内容不一致", "Status or details differ"
    D8 = "d8", "其他来源", "Card receipts, insurance, courts and others"


_INDICATORS: Mapping[Variant, tuple[str, ...]] = {
    Variant.D1: ("TPD-001", "TPD-005", "TPD-006", "TPD-007"),
    Variant.D2: ("REG-009", "TPD-012"),
    Variant.D3: ("REG-010", "TPD-004"),
    Variant.D4: ("REG-024",),
    Variant.D5: ("TPD-013", "TPD-014"),
    Variant.D6: ("TIC-007", "TIC-008", "EXP-001"),
    Variant.D7: ("TPD-002", "TPD-003", "TPD-008", "TPD-009", "TPD-010", "TPD-018"),
}
_VARIANTS = {code: variant for variant, codes in _INDICATORS.items() for code in codes}


def variant_of(indicator: str) -> Variant:
    """The variant of a doubt; the indicators of all other sources are one.

    >>> variant_of("TPD-013").value, variant_of("TPD-016").value
    ('d5', 'd8')
    """
    return _VARIANTS.get(indicator, Variant.D8)


# The row of a household on the list of a campaign that marks: no warning stands behind it.
MARK_ROW = "mark"


class RecordMatch(Term):
    """Whether a record of a third party is this taxpayer's."""

    RIGHT = "right", "是本户的", "Right"
    WRONG_TAXPAYER = "wrong_taxpayer", "不是本户的，退回人工匹配", "Another taxpayer's"


class TurnoverExplanation(Term):
    """Usual explanations of turnover that differs between taxes."""

    RECOGNITION_TIME = "recognition_time", "收入确认时间不同", "Time of recognition"
    DIFFERENCE_LEVY = "difference_levy", "差额征税", "Levy on the difference"
    HEAD_OFFICE_ELSEWHERE = "head_office_elsewhere", "总机构汇总申报", "Reported by the head office"
    FIXED_ASSET_SALE = "fixed_asset_sale", "出售固定资产", "Sale of fixed assets"
    NONE = "none", "没有解释", "None"
    OTHER = "other", "其他", "Other"


class RevocationExplanation(Term):
    """Usual explanations of a licence that was given up or taken away."""

    STILL_TRADING = "still_trading", "仍在经营", "Still trading"
    RELICENSED = "relicensed", "换领新执照", "Licensed anew"
    NONE = "none", "没有解释", "None"
    OTHER = "other", "其他", "Other"


class UnregisteredExplanation(Term):
    """Usual explanations of a household that is registered elsewhere only."""

    NOT_STARTED = "not_started", "未开业", "Not started"
    LOCAL_TAX_ONLY = "local_tax_only", "纯地税户", "Local tax only"
    OTHER_DISTRICT = "other_district", "在其他区登记", "Registered in another district"
    JOINT_DELAY = "joint_delay", "联合办证延迟", "Joint registration is late"
    NONE = "none", "没有解释", "None"
    OTHER = "other", "其他", "Other"


class PowerExplanation(Term):
    """Usual explanations of power that does not fit the output."""

    POWER_RESOLD = "power_resold", "转供他人用电", "Power resold"
    OWN_GENERATOR = "own_generator", "自备发电", "Own generator"
    LINE_IN_TEST = "line_in_test", "生产线调试", "Line in test"
    AIR_CONDITIONING = "air_conditioning", "空调用电", "Air conditioning"
    NONE = "none", "没有解释", "None"
    OTHER = "other", "其他", "Other"


class CustomsExplanation(Term):
    """Usual explanations of customs papers that do not match."""

    TYPING_ERROR = "typing_error", "清单录入错误", "Typing error"
    AGENT_NAME = "agent_name", "抬头为代理方", "In the agent's name"
    PERIOD_SHIFT = "period_shift", "跨期", "Another period"
    NONE = "none", "没有解释", "None"
    OTHER = "other", "其他", "Other"


class StatusExplanation(Term):
    """Usual explanations of a status that differs."""

    EXCHANGE_DELAY = "exchange_delay", "信息交换延迟", "Exchange is late"
    NONE = "none", "没有解释", "None"
    OTHER = "other", "其他", "Other"


class ReceiptExplanation(Term):
    """Usual explanations of receipts above what was declared."""

    RECEIPTS_FOR_OTHERS = "receipts_for_others", "代收款", "Receipts for others"
    DEPOSITS = "deposits", "押金、定金", "Deposits"
    NONE = "none", "没有解释", "None"
    OTHER = "other", "其他", "Other"


class MarkExplanation(Term):
    """A marking has no usual explanation."""

    NONE = "none", "没有解释", "None"
    OTHER = "other", "其他", "Other"


class InError(Term):
    """Whose data are wrong."""

    OWN = "own", "税务数据", "Own data"
    SOURCE = "source", "来源数据", "The source's"
    BOTH = "both", "双方", "Both"
    NEITHER = "neither", "都没有错", "Neither"


class YesNoUnknown(Term):
    """Yes, no, or nobody knows."""

    YES = "yes", "是", "Yes"
    NO = "no", "否", "No"
    UNKNOWN = "unknown", "不清楚", "Unknown"


class AicStatus(Term):
    """Status of a licence at the AIC."""

    OPEN = "open", "开业", "Open"
    DEREGISTERED = "deregistered", "已注销", "Deregistered"
    REVOKED = "revoked", "已吊销", "Revoked"


class MarkProposal(Term):
    """What is proposed for a local-tax-only marking."""

    MARK = "mark", "标识为纯地税户", "Mark"
    ASSIGN_TAX_TYPES = "assign_tax_types", "核定国税税种", "Assign tax types"
    LEAVE = "leave", "不变", "Leave"
    MARK_BELOW = "mark_below", "调整为未达起征点", "Mark as below the threshold"
    END_BELOW = "end_below", "恢复达到起征点管理", "End the mark below the threshold"


class CustomsComparison(Term):
    """Result of comparing a customs certificate."""

    MATCH = "match", "相符", "Match"
    MISMATCH = "mismatch", "不符", "Mismatch"
    MISSING = "missing", "缺联", "Missing"
    DUPLICATE = "duplicate", "重号", "Duplicate"
    STRANDED = "stranded", "滞留", "Stranded"


class ComparedStatus(Term):
    """Status of registration as one of two offices has it."""

    NORMAL = "normal", "正常", "Normal"
    SUSPENDED = "suspended", "停业", "Suspended"
    ABNORMAL = "abnormal", "非正常", "Abnormal"
    INVALIDATED = "invalidated", "证件失效", "Invalidated"
    CANCELLED = "cancelled", "注销", "Cancelled"
    UNREGISTERED = "unregistered", "未登记", "Not registered"


class RightSide(Term):
    """Which of two offices has the right status."""

    OWN = "own", "国税", "Own"
    OTHER = "other", "对方", "The other"
    NEITHER = "neither", "都不对", "Neither"


class PaperSeen(Term):
    """Papers by which receipts and claims are verified."""

    BANK_STATEMENT = "bank_statement", "银行对账单", "Bank statement"
    CONTRACT = "contract", "合同", "Contract"
    POLICY = "policy", "保险单", "Insurance policy"
    JUDGMENT = "judgment", "裁判文书", "Judgment"
    LICENCE = "licence", "许可证照", "Licence"


class VerificationNext(Term):
    """What follows the verification of the doubts."""

    CONTACT = "contact", "函询", "Inquiry"
    INTERVIEW = "interview", "约谈", "Interview"
    ONSITE = "onsite", "实地核查", "On-site check"
    AUTHORITY = "authority", "部门协查", "Ask an authority"
    CONCLUDE = "conclude", "作出核实结论", "Conclude"


class Authority(Term):
    """Authorities that are asked for assistance."""

    CUSTOMS = "customs", "海关", "Customs"
    AIC = "aic", "工商行政管理局", "AIC"
    LOCAL_TAX = "local_tax", "地方税务局", "Local tax bureau"
    POWER_BUREAU = "power_bureau", "电业局", "Electricity bureau"
    UNIONPAY = "unionpay", "银联", "UnionPay"
    INSURANCE = "insurance", "保险机构", "Insurers"
    COURT = "court", "人民法院", "Court"
    QUALITY_BUREAU = "quality_bureau", "质量技术监督局", "Quality bureau"
    TRADE_COMMISSION = "trade_commission", "对外贸易经济合作局", "Trade commission"
    BANK_FX = "bank_fx", "外汇管理部门和银行", "Foreign exchange and banks"
    OTHER_TAX_OFFICE = "other_tax_office", "其他税务机关", "Another tax office"


class AuthorityResult(Term):
    """What came of an inquiry to an authority."""

    ANSWERED = "answered", "已答复", "Answered"
    NO_REPLY = "no_reply", "逾期未答复", "No reply"


class StatusChange(Term):
    """What is to change of status, mark or details."""

    NONE = "none", "没有", "None"
    MARK_LOCAL_ONLY = "mark_local_only", "标识为纯地税户", "Mark as local tax only"
    ASSIGN_TAX_TYPES = "assign_tax_types", "核定国税税种", "Assign tax types"
    REGISTERED = "registered", "已补办登记", "Registered meanwhile"
    CANCEL_CLEARED = "cancel_cleared", "清税后注销", "Cancel, all cleared"
    CORRECT_DETAILS = "correct_details", "更正登记内容", "Correct details"
    MARK_BELOW = "mark_below", "调整为未达起征点", "Mark as below the threshold"
    END_BELOW = "end_below", "恢复达到起征点管理", "End the mark below the threshold"


class ThirdPartyOutcome(Term):
    """How a third-party verification ends: some of the outcomes of the house."""

    CLEARED = Outcome.CLEARED.value, "差异已解释", "Cleared"
    DATA_ERROR = Outcome.DATA_ERROR.value, Outcome.DATA_ERROR.zh, "Data error"
    GUIDED = Outcome.GUIDED.value, Outcome.GUIDED.zh, "Guided"
    SELF_CORRECTED = Outcome.SELF_CORRECTED.value, Outcome.SELF_CORRECTED.zh, "Self-corrected"
    ADJUSTED = Outcome.ADJUSTED.value, Outcome.ADJUSTED.zh, "Adjusted"
    OPENED_TA = Outcome.OPENED_TA.value, Outcome.OPENED_TA.zh, "Opened a tax evaluation"
    OPENED_AB = Outcome.OPENED_AB.value, Outcome.OPENED_AB.zh, "Opened an abnormal household case"
    OPENED_ZF = Outcome.OPENED_ZF.value, Outcome.OPENED_ZF.zh, "Opened a zero-filing investigation"
    OPENED_OC = Outcome.OPENED_OC.value, Outcome.OPENED_OC.zh, "Opened an order to correct"
    OPENED_ENFORCEMENT = (
        Outcome.OPENED_ENFORCEMENT.value,
        Outcome.OPENED_ENFORCEMENT.zh,
        "Opened an enforcement",
    )
    STATUS_ALIGNED = Outcome.STATUS_ALIGNED.value, Outcome.STATUS_ALIGNED.zh, "Status aligned"
    TRANSFERRED_INSPECTION = (
        Outcome.TRANSFERRED_INSPECTION.value,
        Outcome.TRANSFERRED_INSPECTION.zh,
        "Transferred to inspection",
    )
    NOT_VERIFIABLE = Outcome.NOT_VERIFIABLE.value, Outcome.NOT_VERIFIABLE.zh, "Not verifiable"
