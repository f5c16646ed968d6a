"""Choices of campaigns 专项任务: what is done, whence the list comes, what becomes of a row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from caseflow.vocabulary.terms import CaseKind, Term


class CampaignSubject(Term):
    """What a campaign is about."""

    ZERO_FILING = "zero_filing", "零申报户调查", "Zero filers"
    MARK_LOCAL_ONLY = "mark_local_only", "纯地税户标识", "Local-tax-only marking"
    END_LOCAL_ONLY = "end_local_only", "撤销纯地税户标识", "End local-tax-only marks"
    MARK_BELOW_THRESHOLD = "mark_below_threshold", "未达起征点调整", "Below-threshold marking"
    END_BELOW_THRESHOLD = (
        "end_below_threshold",
        "恢复达到起征点管理",
        "End below-threshold marks",
    )
    WRITE_OFF = "write_off", "非正常户后续处理和注销", "Abnormal households: later acts"
    THIRD_PARTY = "third_party", "第三方信息疑点核实", "Third-party doubts"
    WARNINGS = "warnings", "预警疑点核查", "Doubts of warnings"


class CampaignSource(Term):
    """Whence the list of a campaign comes."""

    FILE = "file", "税号文件", "File of tax numbers"
    QUERY = "query", "按条件查询", "Query"
    WARNINGS = "warnings", "预警指标", "Indicator of warnings"
    CAMPAIGN = "campaign", "某专项已作标识的户", "Marked by a campaign"


class LineVerdict(Term):
    """What becomes of a row of the list."""

    OPENS = "opens", "立户下达", "Opens a case"
    JOINS = "joins", "并入在办任务", "Joins an open case"
    LEFT_OUT = "left_out", "不列入", "Left out"


class LeftOutReason(Term):
    """Why a row of the list is left out."""

    WRONG_NUMBER = "wrong_number", "税号校验不符", "The number's check character is wrong"
    UNKNOWN = "unknown", "系统中没有此户", "No such household on file"
    TWICE = "twice", "清册中重复", "Named before in the list"
    OTHER_DISTRICT = "other_district", "不属本区局", "Of another district"
    NOT_REGISTERED = "not_registered", "已注销或未登记", "Cancelled or never registered"
    NOT_ABNORMAL = "not_abnormal", "不是非正常户或证件失效户", "Neither abnormal nor invalidated"
    NOT_INDIVIDUAL = "not_individual", "不是个体工商户", "Not an individual household"
    MARKED_ALREADY = "marked_already", "已有此标识", "Marked already"
    NOT_MARKED = "not_marked", "没有此标识", "Not marked"
    NO_DOUBT = "no_doubt", "没有待核查的疑点", "No doubt waits"
    CONCLUDED = "concluded", "在办任务已提交结论", "The open case has its conclusion already"
    TAKEN_OUT = "taken_out", "人工剔除", "Taken out by hand"


class CampaignApproval(Term):
    """What the leader decides on a list."""

    AGREE = "agree", "同意下达", "Agree"
    CHANGE = "change", "退回修改", "To be changed"
    REFUSE = "refuse", "不予批准", "Refuse"


class HouseholdMark(Term):
    """Marks of households, each from a day until a day."""

    LOCAL_TAX_ONLY = "local_tax_only", "纯地税户", "Local tax only"
    BELOW_THRESHOLD = "below_threshold", "未达起征点户", "Below the VAT threshold"


@dataclass(frozen=True, slots=True)
class Plan:
    """What a subject opens, and which mark it sets or ends."""

    kind: CaseKind
    mark: HouseholdMark | None = None
    is_set: bool = True
    # The routing variable with which the drawing begins.
    entry: str | None = None
    # A case of it is opened for doubts alone.
    needs_doubts: bool = False


PLANS: Mapping[CampaignSubject, Plan] = {
    CampaignSubject.ZERO_FILING: Plan(CaseKind.ZF),
    CampaignSubject.MARK_LOCAL_ONLY: Plan(CaseKind.TP, HouseholdMark.LOCAL_TAX_ONLY),
    CampaignSubject.END_LOCAL_ONLY: Plan(CaseKind.TP, HouseholdMark.LOCAL_TAX_ONLY, is_set=False),
    CampaignSubject.MARK_BELOW_THRESHOLD: Plan(CaseKind.TP, HouseholdMark.BELOW_THRESHOLD),
    CampaignSubject.END_BELOW_THRESHOLD: Plan(
        CaseKind.TP, HouseholdMark.BELOW_THRESHOLD, is_set=False
    ),
    CampaignSubject.WRITE_OFF: Plan(CaseKind.AB, entry="later"),
    CampaignSubject.THIRD_PARTY: Plan(CaseKind.TP, needs_doubts=True),
    CampaignSubject.WARNINGS: Plan(CaseKind.WV, needs_doubts=True),
}
