"""Choices of the evaluation plan 评估计划."""

from __future__ import annotations

from caseflow.vocabulary.terms import Term


class PlanKind(Term):
    """Why a plan is made."""

    MONTHLY = "monthly", "月度计划", "Monthly plan"
    SUPPLEMENT = "supplement", "补充计划", "Supplement"
    CAMPAIGN = "campaign", "行业专项计划", "Campaign of a trade"


class PlanReason(Term):
    """Why a household is a candidate."""

    SCORE = "score", "风险分 6.0 以上", "Score of 6.0 or more"
    EVALUATION_HITS = "evaluation_hits", "有纳税评估疑点", "Hits of tax evaluation"
    KEY_SOURCE = "key_source", "重点税源本年未评估", "Key source not assessed this year"
    BURDEN = "burden", "税负异常变动", "Abnormal burden"
    ZERO_RETURNS = "zero_returns", "连续零、负申报", "Zero or negative returns"
    CREDIT_GRADE = "credit_grade", "信用等级 C 级或 D 级", "Credit grade C or D"
    CONFIRMED = "confirmed", "12 个月内属实疑点较多", "Confirmed doubts in 12 months"
    TRADE = "trade", "专项行业", "Trade of the campaign"
    SAMPLE = "sample", "随机抽查", "Spot sample"
    BY_HAND = "by_hand", "人工列入", "Put in by hand"


class PlanEligibility(Term):
    """What the table of exclusions says of a candidate."""

    ELIGIBLE = "eligible", "可列入", "Eligible"
    UNDER_INSPECTION = "under_inspection", "同期已在稽查", "Under inspection for the period"
    HIGHER_ASSESSMENT = "higher_assessment", "上级专项评估", "In an assessment of a higher level"
    OPEN_TA = "open_ta", "已有在办评估", "An evaluation is open"
    ASSESSED_12M = "assessed_12m", "12 个月内评估过", "Assessed within 12 months"
    DEADLINE_OPEN = "deadline_open", "申报期未满", "Filing deadline not over"
    NOT_ASSESSABLE = "not_assessable", "登记状态不宜评估", "Not to be assessed by its status"


class PlanChoice(Term):
    """What the analysis post decides of a candidate."""

    INCLUDE = "include", "列入计划", "Include"
    KEEP_IN_POOL = "keep_in_pool", "留备选库", "Keep in the pool"
    EXCLUDE = "exclude", "不列入", "Exclude"


class PlanDecision(Term):
    """What the leader decides of the plan."""

    AGREE = "agree", "同意下达", "Agree"
    SEND_BACK = "send_back", "退回修改", "Send back"
    NO_PLAN = "no_plan", "本次不作计划", "No plan"


class PlanPriority(Term):
    """How urgent an object is."""

    NORMAL = "normal", "一般", "Normal"
    URGENT = "urgent", "紧急", "Urgent"
