"""
Every time measure in words: what a limit is called, when it starts, what pauses it, by which rule.

Source: procedures.md 0.2 and the clocks of each process file. The values stand in the bureau's
table of parameters; a limit that has no words here is shown by its name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from caseflow.bilingual import Words


class Pause(StrEnum):
    """What makes a limit stand still."""

    NEVER = "never"
    STATUTORY = "statutory"
    TAXPAYER = "taxpayer"
    OUTSIDE = "outside"
    ORDER = "order"
    REVIEW = "review"
    DEFENCE = "defence"
    QUESTION = "question"
    PENALTY = "penalty"


PAUSES: Mapping[Pause, Words] = {
    Pause.NEVER: Words("不中止", "does not stand still"),
    Pause.STATUTORY: Words("法定期限，从不中止", "statutory: never stands still"),
    Pause.TAXPAYER: Words(
        "函询或约谈通知送达起，至答复或答复期满止",
        "from service of a letter or interview notice until the answer or its due date",
    ),
    Pause.OUTSIDE: Words(
        "函询、约谈、风险告知送达起至答复或期满，协查、申请复核、移送期间，"
        "以及科长批准的事由（不超过 30 日，有证据）",
        "from service of a letter, notice or risk notice until the answer or its due date; while"
        " an inquiry, appeal or transfer is open; for the chief's own reason, at most 30 days",
    ),
    Pause.ORDER: Words(
        "文书送达（含公告）起，至其期限届满止",
        "from service of a paper, announcement included, to the end of its limit",
    ),
    Pause.REVIEW: Words("集体审议期间", "while a collective review is called"),
    Pause.DEFENCE: Words(
        "告知书送达起至陈述申辩期满止，以及听证期间",
        "from service of the notice to the end of the defence, and during a hearing",
    ),
    Pause.QUESTION: Words("提出疑问起，至需求方答复止", "from a question until its answer"),
    Pause.PENALTY: Words("恢复所附的处罚任务办理期间", "while its penalty case is open"),
}


class Basis(StrEnum):
    """The rule that a limit comes from."""

    INTERNAL = "internal"
    DAYS = "days"
    DEMAND = "demand"
    ANNOUNCEMENT = "announcement"
    EXTENSION = "extension"
    PENALTY = "penalty"
    MONTHS = "months"
    INTERVIEW = "interview"
    LEAD = "lead"


BASES: Mapping[Basis, Words] = {
    Basis.INTERNAL: Words("内部办理期限", "internal time limits"),
    Basis.DAYS: Words("实施细则第 109 条", "Implementing Rules, article 109"),
    Basis.DEMAND: Words(
        "实施细则第 73 条：最长 15 日；第 109 条", "Implementing Rules, article 73: at most 15; 109"
    ),
    Basis.ANNOUNCEMENT: Words(
        "实施细则第 106 条：公告满 30 日视为送达",
        "Implementing Rules, article 106: served when 30 days have passed",
    ),
    Basis.EXTENSION: Words(
        "征管法第 27 条：经核准可以延期申报",
        "Tax Collection and Administration Law, article 27: may be extended on approval",
    ),
    Basis.PENALTY: Words(
        "行政处罚法，按行为日适用的文本", "Administrative Penalty Law, in the text of the act's day"
    ),
    Basis.MONTHS: Words(
        "次月起同日止，没有这一日的到月末；遇休假顺延",
        "to the same day of the month, or its last; moved on from a rest day",
    ),
    Basis.INTERVIEW: Words(
        "约谈规定：送达日与约谈日之间须满的完整工作日",
        "interview rules: full working days between service and interview",
    ),
    Basis.LEAD: Words(
        "每月固定日期，遇休假提前到前一工作日",
        "a day of each month; on a rest day the last working day before it",
    ),
}


@dataclass(frozen=True, slots=True)
class TimeMeasure:
    """A limit in words; its number and unit are parameters."""

    name: Words
    start: Words
    pause: Pause = Pause.NEVER
    basis: Basis = Basis.INTERNAL


def _internal(
    zh: str, en: str, since_zh: str, since_en: str, pause: Pause = Pause.NEVER
) -> TimeMeasure:
    return TimeMeasure(Words(zh, en), Words(since_zh, since_en), pause)


def _lawful(
    zh: str, en: str, since_zh: str, since_en: str, basis: Basis = Basis.DAYS
) -> TimeMeasure:
    return TimeMeasure(Words(zh, en), Words(since_zh, since_en), Pause.STATUTORY, basis)


_STEP = ("步骤到达起", "from when the step arrives")
_SERVED = ("文书送达之日起", "from service of the paper")
_ACCEPTED = ("主办、协办首次都接收之日起", "from the first full acceptance")

TIME_MEASURES: Mapping[str, TimeMeasure] = {
    "assign_district": _internal("分派到科（所）", "assign to section", *_STEP),
    "assign_section": _internal("分派到管理员", "assign to administrator", *_STEP),
    "accept": _internal("接收任务", "accept", "分派起", "from assignment"),
    "opinion": _internal("签署、复核、审批意见", "signature, review or approval", *_STEP),
    "chief_pause": _internal(
        "科（所）长自行中止计时，每件任务合计最长",
        "stand still by the chief's own decision, in all for each case",
        "决定中止之日起",
        "from the decision",
    ),
    "archive": TimeMeasure(
        Words("归档", "archive"), Words("办结起", "from closing"), Pause.NEVER, Basis.DAYS
    ),
    "archive_loan": _internal("借阅案卷", "loan of a file", "借出之日起", "from the lending"),
    "announce_publish": _internal(
        "刊登公告", "publish an announcement", "决定公告送达起", "from the decision to announce"
    ),
    "announce_service": _lawful(
        "公告送达",
        "service by announcement",
        "公告之日起",
        "from the announcement",
        Basis.ANNOUNCEMENT,
    ),
    "patrol_new": TimeMeasure(
        Words("新办户巡查", "visit to a new household"),
        Words("登记之日起", "from the registration"),
        Pause.NEVER,
        Basis.DAYS,
    ),
    "selfcheck": _lawful("自查补报", "self-check and supplementary return", *_SERVED),
    "objection": _lawful("提出异议", "objection", *_SERVED),
    "wv_desk": _internal("预警案头核查", "desk check of a warning", *_ACCEPTED, Pause.TAXPAYER),
    "wv_reply": _internal("函询答复", "reply to a letter", *_SERVED),
    "wv_onsite": _internal(
        "预警实地核查", "on-site check", "科长同意起", "from the chief's agreement"
    ),
    "wv_total": _internal(
        "预警核查全程（到首次提交结论）",
        "warning verification, to the first conclusion",
        *_ACCEPTED,
        Pause.TAXPAYER,
    ),
    "wv_collective": _internal("集体审议", "collective review", "提请审议起", "from the call"),
    "wv_execute": _lawful("预警核查处理执行", "execution of the outcome", *_SERVED),
    "ta_plan": _internal("编制评估计划", "evaluation plan", "批次审核起", "from the reviewed run"),
    "ta_desk": _internal(
        "评估案头审核（到首次提交）",
        "desk review, to its first submission",
        *_ACCEPTED,
        Pause.OUTSIDE,
    ),
    "ta_desk_key": _internal(
        "重点税源案头审核", "desk review of key tax sources", *_ACCEPTED, Pause.OUTSIDE
    ),
    "ta_notice_reply": _internal("风险告知答复", "answer to a risk notice", *_SERVED),
    "ta_interview": _internal(
        "约谈（到笔录确认）",
        "interview, to the confirmed record",
        "科长同意起",
        "from the chief's agreement",
        Pause.OUTSIDE,
    ),
    "ta_interview_notice": TimeMeasure(
        Words("约谈通知提前期", "notice before an interview"),
        Words(*_SERVED),
        Pause.NEVER,
        Basis.INTERVIEW,
    ),
    "ta_interview_proof": _internal(
        "约谈后补充举证", "proof after the interview", "约谈起", "from the interview"
    ),
    "ta_onsite": _internal(
        "评估实地核查（到记录确认，科长可延一次）",
        "on-site work, to the confirmed record; once longer by the chief",
        "科长同意起",
        "from the chief's agreement",
        Pause.OUTSIDE,
    ),
    "ta_decide": _internal("评定处理意见", "decision", *_STEP, Pause.OUTSIDE),
    "ta_collective": _internal(
        "评估集体审议（到纪要签署）",
        "collective review, to the signed minutes",
        "提请审议起",
        "from the call",
    ),
    "ta_report": _internal("评估报告", "evaluation report", *_STEP),
    "ta_review": _internal("评估报告复核", "review of the report", *_STEP),
    "ta_total": _internal(
        "纳税评估全程（到办结）", "tax evaluation, to closing", *_ACCEPTED, Pause.OUTSIDE
    ),
    "ta_total_longer": _internal(
        "评估全程延长（区局领导批准，一次）",
        "longer total, once, by the district leader",
        "原期限届满起",
        "from the end of the total",
    ),
    "ta_follow_up_longer": TimeMeasure(
        Words(
            "自查补报、缴款时间延长（科长批准，期满前申请，一次）",
            "longer time to self-check or pay, once, by the chief, asked before it ends",
        ),
        Words("原期限届满起", "from the end of the time given"),
        Pause.NEVER,
        Basis.DAYS,
    ),
    "ta_same_doubt": TimeMeasure(
        Words("同一疑点不重复评估", "no second evaluation of the same doubt"),
        Words("前次评估办结起", "from the closing of the last"),
        Pause.NEVER,
        Basis.MONTHS,
    ),
    "ab_remind": _internal("催报", "reminder to file", "逾期发现起", "from the discovery"),
    "ab_onsite": _internal(
        "非正常户实地核查",
        "on-site check of an abnormal household",
        "责令期限届满起",
        "from the end of the order's limit",
    ),
    "ab_identify": _internal(
        "非正常户认定（结论、复核、审批合计）",
        "identification, review and approval together",
        "实地核查起",
        "from the visit",
        Pause.ORDER,
    ),
    "ab_execute": _lawful("非正常户处理执行", "execution", *_SERVED),
    "ab_release": _internal(
        "解除非正常户", "release", "申请材料齐全起", "from the complete application", Pause.PENALTY
    ),
    "ab_release_lapse": TimeMeasure(
        Words("解除申请失效", "a release lapses"),
        Words("纳税人最后一次办理起", "from the taxpayer's last step"),
        Pause.PENALTY,
        Basis.DAYS,
    ),
    "tp_total": _internal(
        "第三方信息核实全程", "third-party verification", *_ACCEPTED, Pause.TAXPAYER
    ),
    "tp_d3": _internal(
        "未办国税登记户核实", "registered elsewhere, not with state tax", *_ACCEPTED, Pause.TAXPAYER
    ),
    "tp_d4": _internal("仅地税管户标识核实", "local-tax-only marking", *_ACCEPTED, Pause.TAXPAYER),
    "tp_authority": _internal(
        "协查答复", "another authority's answer", "发出协查起", "from dispatch"
    ),
    "tp_execute": _lawful("第三方核实处理执行", "execution", *_SERVED),
    "tp_batch": _internal("接收批次", "receive a batch", "批次到达起", "from its arrival"),
    "tp_match": _internal("比对", "match", "接收批次起", "from receipt"),
    "tp_quality": _internal("数据质量检查", "quality check", "比对起", "from the match"),
    "tp_feedback": _internal(
        "向来源单位反馈",
        "feedback to the source",
        "批次最后一件办结或全程届满起",
        "from the last case of the batch, or the end of the total",
    ),
    "zf_reply": _internal("零申报函询答复", "reply of a zero filer", *_SERVED),
    "zf_onsite": _internal(
        "零申报实地调查", "on-site work", "科长同意起", "from the chief's agreement"
    ),
    "zf_total": _internal(
        "零申报调查全程", "zero-filing investigation", *_ACCEPTED, Pause.TAXPAYER
    ),
    "zf_execute": _lawful("零申报处理执行", "execution", *_SERVED),
    "zf_batch": _internal("零申报批次", "zero-filing batch", "批次批准起", "from its approval"),
    "zf_next_review": TimeMeasure(
        Words("零申报下次复查", "next review of a zero filer"),
        Words("办结起", "from closing"),
        Pause.NEVER,
        Basis.MONTHS,
    ),
    "oc_issue": _internal(
        "发出催报、责令或催缴文书", "first reminder, order or demand", "立案起", "from opening"
    ),
    "oc_remind": _internal("催告", "remind", *_STEP),
    "oc_register": _lawful(
        "责令改正：登记、账簿", "order to correct: registration, books", *_SERVED
    ),
    "oc_filing": _lawful("责令限期申报", "order to file", *_SERVED, Basis.EXTENSION),
    "oc_payment": _lawful("责令限期缴纳", "demand for payment", *_SERVED, Basis.DEMAND),
    "oc_check": _internal(
        "核对改正情况", "check of the correction", "限期届满起", "from the limit"
    ),
    "oc_execute": _internal("责令后的处理", "execution after the order", *_STEP, Pause.ORDER),
    "pn_investigate": _internal("处罚调查", "investigation of a penalty", *_ACCEPTED),
    "pn_notice": _internal("送达处罚告知书", "service of the notice", "签发起", "from issue"),
    "pn_serve": _lawful(
        "送达处罚决定书",
        "service of the decision",
        "决定之日起",
        "from the decision",
        Basis.PENALTY,
    ),
    "pn_defence": _lawful(
        "陈述申辩、申请听证（2021-07-15 前的行为）",
        "defence, acts before 2021-07-15",
        *_SERVED,
        Basis.PENALTY,
    ),
    "pn_defence_2021": _lawful(
        "陈述申辩、申请听证（2021-07-15 起的行为）",
        "defence, acts since 2021-07-15",
        *_SERVED,
        Basis.PENALTY,
    ),
    "pn_hearing_notice": _lawful(
        "听证通知提前期（2021-07-15 前的行为）",
        "notice before a hearing, acts before 2021-07-15",
        "听证日往前",
        "back from the hearing",
        Basis.PENALTY,
    ),
    "pn_hearing_notice_2021": _lawful(
        "听证通知提前期（2021-07-15 起的行为）",
        "notice before a hearing, acts since 2021-07-15",
        "听证日往前",
        "back from the hearing",
        Basis.PENALTY,
    ),
    "pn_hearing": _internal("举行听证", "hearing", "提出听证申请起", "from the request"),
    "pn_decide": _internal(
        "作出处罚决定",
        "decision on the penalty",
        "申辩期满或听证结束起",
        "from the end of the defence or hearing",
    ),
    "pn_pay": _lawful(
        "缴纳罚款", "payment of a fine", "收到决定书之日起", "from receipt", Basis.PENALTY
    ),
    "pn_total": _internal(
        "处罚全程（到决定）", "penalty, to the decision", *_ACCEPTED, Pause.DEFENCE
    ),
    "ti_propose": _internal("提出移送意见", "proposal of a transfer", "立案起", "from opening"),
    "ti_approve": _internal(
        "批准移送", "approval of a transfer", "提交起", "from handing in", Pause.REVIEW
    ),
    "ti_handover_day": TimeMeasure(
        Words("向稽查移交日", "day of handing over to inspection"),
        Words("批准后的下一个移交日", "the next one after approval"),
        Pause.NEVER,
        Basis.LEAD,
    ),
    "ti_sort": _internal(
        "稽查局分拣", "sorting at the inspection bureau", "移交起", "from handover"
    ),
    "ti_return": _internal("稽查签收或退回", "acceptance or return", "收到起", "from receipt"),
    "ti_feedback": TimeMeasure(
        Words("稽查反馈", "feedback of the inspection"),
        Words("稽查立案或上次反馈起", "from its opening or the last feedback"),
        Pause.NEVER,
        Basis.MONTHS,
    ),
    "ti_supply": _internal(
        "补充材料", "supply of material", "退回或要求补充起", "from the request"
    ),
    "ti_register": _internal("登记稽查结果", "register the result", "收到结果起", "from receipt"),
    "dc_check": _internal("核对数据错误", "check of an error", "提出起", "from the request"),
    "dc_total": _internal("数据更正全程", "data correction", "提出更正起", "from the request"),
    "dc_touched": _internal(
        "复核受影响的任务", "review of the cases touched", "更正起", "from the correction"
    ),
    "dc_source": _internal("来源部门答复", "answer of the source", "发出核实起", "from dispatch"),
    "dc_source_third": _internal(
        "第三方来源答复", "answer of a third party", "发出核实起", "from dispatch"
    ),
    "dr_draft": _internal(
        "起草督办报告",
        "draft of a directive",
        "季度终了后的申报期限起",
        "from the filing deadline after the quarter",
    ),
    "dr_sign": _internal("督办签批", "signature", *_STEP),
    "dr_countersign": _internal("会签", "countersignature", *_STEP),
    "dr_instruct": _internal("批示", "instruction", *_STEP),
    "dr_split": _internal("分解任务", "split into lines", *_STEP),
    "dr_deploy": _internal("区局部署", "deploy in the district", *_STEP),
    "dr_distribute": _internal("科（所）落实到人", "distribute in the section", *_STEP),
    "dr_total": _internal("督办事项全程", "lines of a directive", "分解起", "from the split"),
    "dr_section_report": _internal(
        "科（所）上报", "report of a section", "事项办结起", "from its lines"
    ),
    "dr_district_report": _internal(
        "区局上报", "report of a district", "科（所）上报起", "from its sections"
    ),
    "recheck": _internal("复查", "re-check", "派员起", "from the assignment"),
    "recheck_sign": _internal("签批复查报告", "signature of a re-check", *_STEP),
    "dr_evaluate": _internal("评价区局报告", "evaluation", *_STEP),
    "dr_result": _internal("形成结果", "result", *_STEP),
    "dr_upward": _internal("接收区局报告", "receipt of a district report", *_STEP),
    "dr_late": _internal("督办逾期上报", "late report", "期限届满起", "from the limit"),
    "rq_accept": _internal(
        "受理数据需求", "acceptance of a data request", "提出起", "from submission"
    ),
    "rq_simple": _internal(
        "简单需求交付", "delivery, simple", "提出起", "from submission", Pause.QUESTION
    ),
    "rq_standard": _internal(
        "一般需求交付", "delivery, standard", "提出起", "from submission", Pause.QUESTION
    ),
    "rq_complex": _internal(
        "复杂需求交付（或双方商定之日）",
        "delivery, complex, or the day agreed",
        "提出起",
        "from submission",
        Pause.QUESTION,
    ),
    "rq_answer": _internal(
        "需求方答复疑问", "answer to a question", "提出疑问起", "from the question"
    ),
    "rq_quality": _internal(
        "质量检查（计入交付期限）", "quality check, within the delivery", *_STEP
    ),
    "rq_deliver": _internal("交付（计入交付期限）", "handing over, within the delivery", *_STEP),
    "rq_use": _internal("反馈使用情况", "account of the use", "交付起", "from delivery"),
    "rq_expiry": TimeMeasure(
        Words("数据使用期", "data expire"),
        Words("交付起", "from delivery"),
        Pause.NEVER,
        Basis.DAYS,
    ),
    "rq_expiry_longer": TimeMeasure(
        Words("使用期延长（一次）", "longer use, once"),
        Words("使用期届满起", "from the expiry"),
        Pause.NEVER,
        Basis.DAYS,
    ),
    "rq_destroy": _internal(
        "销毁并报告", "destruction and account", "使用期届满起", "from the expiry"
    ),
}
"""The words of each limit, by its name in the table of parameters."""

TIME_UNITS: Mapping[str, Words] = {
    "wd": Words("个工作日", "working days"),
    "d": Words("日（日历日）", "calendar days"),
    "months": Words("个月", "months"),
    "day of the month": Words("日（每月）", "of each month"),
}
"""The units of time that a parameter can have."""
