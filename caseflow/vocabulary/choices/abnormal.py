"""Choices of the identification of abnormal households (非正常户), abnormal-household.md."""

from __future__ import annotations

from caseflow.vocabulary.terms import Term


class AbRoad(Term):
    """Which of the three roads a case takes."""

    IDENTIFY = "identify", "认定", "Identification"
    LATER = "later", "后续处理", "Later steps"
    RELEASE = "release", "解除", "Release"


class AbReminderMethod(Term):
    """How a taxpayer was reminded of a missing return."""

    PHONE = "phone", "电话", "Telephone"
    MESSAGE = "message", "短信", "Short message"
    VOICE_CALL = "voice_call", "语音催报", "Voice call"


class AbReminderResult(Term):
    """What came of a reminder."""

    FILED = "filed", "已申报", "Filed"
    NOT_FILED = "not_filed", "仍未申报", "Not filed"
    DATA_ERROR = "data_error", "数据差错", "Data error"


class AbPeriodResult(Term):
    """What became of a missed period by the end of its limit."""

    FILED = "filed", "已申报", "Filed"
    NOT_FILED = "not_filed", "逾期未申报", "Not filed"
    LAWFUL_EXTENSION = "lawful_extension", "经批准延期", "Lawfully extended"


class AbSource(Term):
    """Places and sources that are checked before a household counts as not found."""

    REGISTERED_ADDRESS = "registered_address", "注册地址", "Registered address"
    BUSINESS_ADDRESS = "business_address", "生产经营地址", "Business address"
    NEIGHBOURS = "neighbours", "邻近单位和居民", "Neighbours"
    LANDLORD = "landlord", "房屋出租人", "Landlord"
    TELEPHONE = "telephone", "联系电话", "Telephone"
    AIC = "aic", "工商行政管理机关", "AIC"
    LOCAL_TAX = "local_tax", "地方税务局", "Local tax"
    BANK = "bank", "开户银行", "Bank"


class AbCheck(Term):
    """Whether a place or source could be checked."""

    CHECKED = "checked", "已核查", "Checked"
    NOT_POSSIBLE = "not_possible", "无法核查", "Not possible"


class AbFound(Term):
    """What a visit to an abnormal household found."""

    TRADING = "trading", "正常经营", "Trading"
    FOUND_NOT_TRADING = "found_not_trading", "找到但已停业", "Found, not trading"
    NOT_FOUND = "not_found", "查无下落", "Not found"


class AbProperty(Term):
    """Whether there is property that can be enforced against."""

    NONE = "none", "无可供执行的财产", "None"
    ENFORCEABLE = "enforceable", "有可供执行的财产", "Enforceable"


class AbDemandResult(Term):
    """What came of a demand for payment."""

    PAID = "paid", "已缴纳", "Paid"
    NOT_PAID = "not_paid", "逾期未缴纳", "Not paid"


class AbMeasure(Term):
    """Measures of enforcement, 税收征管法 article 40."""

    BANK_TRANSFER = "bank_transfer", "扣缴存款", "Deduction from deposits"
    SEIZE_AND_SELL = "seize_and_sell", "扣押、查封并拍卖或变卖", "Seizure and sale"


class AbEnforcementApproval(Term):
    """The district director's decision on enforcement."""

    AGREE = "agree", "同意", "Agree"
    SEND_BACK = "send_back", "退回", "Send back"
    REFUSE = "refuse", "不同意", "Refuse"


class AbEnforcementResult(Term):
    """What enforcement recovered."""

    RECOVERED = "recovered", "已追回", "Recovered"
    EXHAUSTED = "exhausted", "财产执行完毕仍有欠税", "Exhausted"
    FAILED = "failed", "执行未果", "Failed"


class AbMethod(Term):
    """Methods of determining tax, 实施细则 article 47."""

    SAME_TRADE = "same_trade", "参照同类纳税人", "By comparable taxpayers"
    INCOME_OR_COST = "income_or_cost", "按收入或成本加利润", "By income, or cost and profit"
    MATERIAL = "material", "按耗用原材料、动力", "By materials and power"
    OTHER = "other", "其他合理方法", "Other reasonable method"


class AbPenalty(Term):
    """Whether a penalty case is proposed."""

    PROPOSE = "propose", "立案处罚", "Open a penalty case"
    NOT_NEEDED = "not_needed", "不予立案", "Not needed"


class AbOutcome(Term):
    """How a case of an abnormal household ends."""

    RELEASED = "released", "解除非正常户", "Released"
    NOT_CORRECTED = "not_corrected", "逾期未改正", "Not corrected"
    TRANSFERRED_INSPECTION = "transferred_inspection", "移送稽查", "Transferred to inspection"
    INVALIDATED = "invalidated", "宣告证件失效", "Invalidated"
    CANCELLED = "cancelled", "注销", "Cancelled"
    CORRECTED = "corrected", "已改正", "Corrected"
    CLEARED = "cleared", "疑点排除", "Cleared"
    DATA_ERROR = "data_error", "数据差错", "Data error"
    DETERMINED = "determined", "核定税款", "Tax determined"
    IDENTIFIED = "identified", "认定非正常户", "Identified"
    OPENED_OC = "opened_oc", "转责令限期改正", "Opened an order to correct"
    NOT_VERIFIABLE = "not_verifiable", "无法核实", "Not verifiable"


class AbLaterAct(Term):
    """What is done about a household that has been abnormal for some time."""

    INVALIDATE = "invalidate", "宣告登记证件失效", "Invalidate the certificate"
    CANCEL = "cancel", "注销登记", "Cancel the registration"
    REPORT_INVOICES = "report_invoices", "上报失控发票", "Report invoices"
    WRONG_IDENTIFICATION = "wrong_identification", "认定有误", "Wrong identification"
    NONE = "none", "不作处理", "None"


class AbLicence(Term):
    """The state of the licence at the AIC."""

    VALID = "valid", "有效", "Valid"
    CANCELLED = "cancelled", "已注销", "Cancelled"
    REVOKED = "revoked", "已吊销", "Revoked"


class AbNotice(Term):
    """Whether the identification is announced."""

    ANNOUNCE = "announce", "公告", "Announce"
    RELEASED_BEFORE = "released_before", "公告前已申请解除", "Release applied for before"


class AbPublicPlace(Term):
    """Where the announcement is made."""

    WEBSITE = "website", "税务网站", "Tax website"
    HALLS = "halls", "办税服务厅", "Service halls"


class AbReleaseReason(Term):
    """Why a household is released."""

    TAXPAYER_RETURNED = "taxpayer_returned", "纳税人前来办理", "Taxpayer returned"
    WRONG_IDENTIFICATION = "wrong_identification", "认定有误", "Wrong identification"


class AbReleaseResult(Term):
    """What the service hall notes on an application for release."""

    COMPLETE = "complete", "齐全受理", "Complete"
    INCOMPLETE = "incomplete", "补正", "Incomplete"
    WITHDRAWN = "withdrawn", "撤回申请", "Withdrawn"


class AbReturnState(Term):
    """Whether a missed return was filed before the release."""

    FILED = "filed", "已补申报", "Filed"
    NOT_DUE = "not_due", "无需申报", "Not due"


class AbInvoices(Term):
    """What became of invoices left."""

    RETURNED = "returned", "已缴回", "Returned"
    ACCOUNTED = "accounted", "已核销", "Accounted for"
    LOST = "lost", "丢失", "Lost"


class AbFoundBy(Term):
    """Who found a wrong identification."""

    RECHECK = "recheck", "复查", "Re-check"
    COMPLAINT = "complaint", "投诉", "Complaint"
    THIRD_PARTY = "third_party", "第三方信息", "Third-party data"
    OFFICER = "officer", "税务人员", "An officer"


class AbError(Term):
    """Where a wrong identification went wrong."""

    SERVICE = "service", "送达", "Service"
    VISIT = "visit", "实地核查", "Visit"
    DATA = "data", "数据", "Data"
    RULE = "rule", "规则", "Rule"
    OTHER = "other", "其他", "Other"


class AbReleaseApproval(Term):
    """The leader's decision on a release."""

    AGREE = "agree", "同意", "Agree"
    SEND_BACK = "send_back", "退回", "Send back"
    REFUSE = "refuse", "不予解除", "Refuse"


class AbInvoiceSupply(Term):
    """The supply of invoices after a release."""

    LIFTED = "lifted", "恢复供票", "Lifted"
    LIMITED = "limited", "限量供票", "Limited"
