"""The kinds of official paper 文书, documents.md section 3 and the lists of the process files."""

from __future__ import annotations

from caseflow.vocabulary.terms import Term


class PaperKind(Term):
    """Kinds of paper, with their names; drawings name them in `signs` and `issue_paper`."""

    # Warning verification and general
    WARNING_TASK = "warning_task", "预警核查任务单", "warning verification task"
    WARNING_FEEDBACK = "warning_feedback", "预警核查反馈单", "warning verification feedback"
    WORKING_PAPER = "working_paper", "核查工作底稿", "verification working paper"
    MATTER_NOTICE = "matter_notice", "税务事项通知书", "notice of tax matter"
    INQUIRY_LETTER = "inquiry_letter", "税务事项通知书（函询）", "letter of inquiry"
    ORDER_TO_CORRECT = "order_to_correct", "责令限期改正通知书", "order to correct"
    CORRECTION_CLOSING = "correction_closing", "限期改正办结单", "closing of an order to correct"
    FILING_REMINDER = "filing_reminder", "催报催缴通知书", "reminder to file or pay"
    PAYMENT_DEMAND = "payment_demand", "限期缴纳税款通知书", "demand for payment"
    SERVICE_RECEIPT = "service_receipt", "税务文书送达回证", "receipt of service"
    ANNOUNCEMENT = "announcement", "公告送达", "service by announcement"
    DATA_CORRECTION = "data_correction", "数据更正单", "data correction"
    INVOICE_STOP = "invoice_stop", "停供发票决定书", "invoice stop"
    OFFICIAL_LETTER = "official_letter", "公函", "official letter"
    CASE_TERMINATION = "case_termination", "案件终结审批表", "approval to end a case"

    # Tax evaluation
    EVALUATION_PLAN = "evaluation_plan", "纳税评估计划", "evaluation plan"
    EVALUATION_OBJECTS = "evaluation_objects", "评估对象清册", "list of evaluation objects"
    EVALUATION_TASK = "evaluation_task", "评估任务单", "evaluation task"
    EVALUATION_PAPER = "evaluation_paper", "纳税评估工作底稿", "evaluation working paper"
    RISK_NOTICE = "risk_notice", "税务事项通知书（风险提示）", "risk notice"
    INTERVIEW_APPROVAL = "interview_approval", "税务约谈审批表", "interview approval"
    INTERVIEW_NOTICE = "interview_notice", "税务约谈通知书", "interview notice"
    INTERVIEW_POSTPONEMENT = (
        "interview_postponement",
        "税务约谈延期批复",
        "reply on postponing an interview",
    )
    POWER_OF_ATTORNEY = "power_of_attorney", "授权委托书", "power of attorney"
    INTERVIEW_RECORD = "interview_record", "税务约谈笔录", "interview record"
    MATERIAL_RECEIPT = "material_receipt", "资料签收单", "material receipt"
    ONSITE_APPROVAL = "onsite_approval", "实地核查审批表", "on-site check approval"
    ONSITE_NOTICE = "onsite_notice", "税务事项通知书（实地核查）", "notice of on-site check"
    ONSITE_RECORD = "onsite_record", "实地核查记录", "on-site check record"
    STOCK_COUNT = "stock_count", "存货盘点表", "stock count"
    INSPECTION_NOTICE = "inspection_notice", "税务检查通知书", "notice of inspection"
    BOOKS_NOTICE = "books_notice", "调取账簿资料通知书", "notice of books taken"
    BOOKS_LIST = "books_list", "调取账簿资料清单", "list of books taken"
    SELF_CHECK_NOTICE = "self_check_notice", "税务事项通知书（自查）", "self-check notice"
    SELF_CHECK_REPORT = "self_check_report", "自查报告", "self-check report"
    ADVICE_OPINION = "advice_opinion", "纳税评估拟办意见书", "evaluation opinion"
    COLLECTIVE_MINUTES = "collective_minutes", "集体审议记录", "minutes of collective review"
    EVALUATION_DETERMINATION = (
        "evaluation_determination",
        "纳税评估认定结论书",
        "evaluation determination",
    )
    SURCHARGE_SHEET = "surcharge_sheet", "税款滞纳金计算表", "tax and surcharge sheet"
    TAX_DETERMINATION = "tax_determination", "核定应纳税额通知书", "determination of tax"
    OBJECTION_REPLY = "objection_reply", "异议复核意见书", "reply to an objection"
    MANAGEMENT_ADVICE = "management_advice", "纳税评估建议书", "management advice"
    EVALUATION_REPORT = "evaluation_report", "纳税评估报告", "evaluation report"
    RECHECK_REPORT = "recheck_report", "复查报告", "re-check report"

    # Abnormal households
    MISSING_RETURNS_LIST = "missing_returns_list", "催报清单", "list of missing returns"
    ABNORMAL_SURVEY = "abnormal_survey", "非正常户认定调查表", "abnormal household survey"
    ABNORMAL_IDENTIFICATION = (
        "abnormal_identification",
        "非正常户认定书",
        "abnormal household identification",
    )
    ABNORMAL_ANNOUNCEMENT = (
        "abnormal_announcement",
        "非正常户公告",
        "abnormal household announcement",
    )
    CERTIFICATE_INVALIDATION = (
        "certificate_invalidation",
        "税务登记证件失效公告",
        "invalidation of tax certificates",
    )
    INVOICE_LOSS_LIST = "invoice_loss_list", "失控发票清单", "list of invoices out of control"
    ABNORMAL_RELEASE = "abnormal_release", "解除非正常户申请审批表", "release of abnormal household"
    CANCELLATION_APPROVAL = "cancellation_approval", "注销审批表", "cancellation approval"

    # Penalty and enforcement
    PENALTY_NOTICE = "penalty_notice", "税务行政处罚事项告知书", "notice before a penalty"
    DEFENCE_RECORD = "defence_record", "陈述申辩笔录", "record of defence"
    HEARING_NOTICE = "hearing_notice", "税务行政处罚听证通知书", "notice of hearing"
    PENALTY_DECISION = "penalty_decision", "税务行政处罚决定书", "penalty decision"
    NO_PENALTY_DECISION = (
        "no_penalty_decision",
        "不予税务行政处罚决定书",
        "decision of no penalty",
    )
    TREATMENT_DECISION = "treatment_decision", "税务处理决定书", "treatment decision"
    TAX_GUARANTEE = "tax_guarantee", "纳税担保书", "tax guarantee"
    PRESERVATION_DECISION = "preservation_decision", "税收保全措施决定书", "preservation decision"
    ENFORCEMENT_DECISION = "enforcement_decision", "税收强制执行决定书", "enforcement decision"
    ARREARS_ANNOUNCEMENT = "arrears_announcement", "欠税公告", "announcement of arrears"

    # Transfer to inspection
    TRANSFER_PROPOSAL = "transfer_proposal", "移送稽查建议书", "transfer proposal"
    TRANSFER_LIST = "transfer_list", "移送清单", "transfer list"
    SOURCE_ACCEPTANCE = "source_acceptance", "案源受理通知", "acceptance of a case source"
    SOURCE_RETURN = "source_return", "案源退回通知", "return of a case source"
    INSPECTION_FEEDBACK = "inspection_feedback", "稽查结果反馈单", "inspection feedback"

    # Third party and zero filing
    BATCH_RECEIPT = "batch_receipt", "第三方数据交接单", "receipt of a third-party batch"
    THIRD_PARTY_FEEDBACK = (
        "third_party_feedback",
        "第三方信息核实反馈表",
        "third-party verification feedback",
    )
    SOURCE_FEEDBACK = "source_feedback", "第三方信息反馈清单", "feedback to a third party"
    ASSISTANCE_LETTER = "assistance_letter", "协查函", "letter of assistance"
    ZERO_FILING_SURVEY = "zero_filing_survey", "零申报调查表", "zero filing survey"
    ZERO_FILING_SUMMARY = "zero_filing_summary", "零申报调查汇总表", "zero filing summary"

    # Directive, data request, meeting
    ANALYSIS_REPORT = "analysis_report", "数据分析报告", "data analysis report"
    WARNING_REPORT = "warning_report", "预警报告", "warning report"
    COUNTERSIGN_SHEET = "countersign_sheet", "会签单", "countersign sheet"
    INSTRUCTION_SHEET = "instruction_sheet", "领导批示单", "leader's instruction"
    DIRECTIVE_NOTICE = "directive_notice", "督办通知", "directive notice"
    DEPLOYMENT_SHEET = "deployment_sheet", "工作部署单", "deployment sheet"
    SECTION_FEEDBACK = "section_feedback", "科所反馈表", "section feedback"
    DIRECTIVE_FEEDBACK = "directive_feedback", "区局反馈报告", "district feedback report"
    DIRECTIVE_EVALUATION = "directive_evaluation", "督办评价", "directive evaluation"
    DIRECTIVE_RESULT = "directive_result", "督办结果报告", "directive result report"
    DATA_REQUEST = "data_request", "数据需求单", "data request"
    DATA_DELIVERY = "data_delivery", "数据交付单", "data delivery"
    MEETING_MINUTES = "meeting_minutes", "会议纪要", "meeting minutes"
    ACTION_ITEMS = "action_items", "任务分解表", "action items"
    APPRAISAL_SHEET = "appraisal_sheet", "绩效考核表", "appraisal sheet"
    AWARD_APPROVAL = "award_approval", "评选审批表", "award approval"
    WORK_LOG = "work_log", "税收管理员工作日志", "administrator's work log"
    PATROL_RECORD = "patrol_record", "巡查记录", "patrol record"
    HOUSEHOLD_HANDOVER = "household_handover", "管户移交清单", "handover of households"
