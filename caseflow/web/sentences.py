"""Sentences for the codes that the house refuses with. Below the doors there are no sentences."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime

from caseflow import clock
from caseflow.vocabulary import Refused, Role, Term
from caseflow.web import deputy_words, words
from caseflow.web.languages import name_of, say
from caseflow.web.speech import _, later

SENTENCES = {
    **deputy_words.SENTENCES,
    "no_third_party_batch": later("%(number)s 不是第三方批次。"),
    "record_matched_by_key": later("这条记录已由系统按关键字匹配。"),
    "record_decision_wanted": later("请选择如何处理。"),
    "record_reason_wanted": later("请写明理由，最多 %(most)s 字。"),
    "record_no_household": later("没有这个纳税人识别号，请核对。"),
    "not_on_your_desk": later("人工匹配不在您手上（%(number)s），请先接手这一步。"),
    "repeat_not_waiting": later("没有停在同一步、由您办理的任务，请刷新后再选。"),
    "repeat_gone": later("已由他人办理或不再由您办理。"),
    "repeat_too_many": later("一次最多催报 %(most)s 户，请分次勾选。"),
    "repeat_no_number": later("登记信息里没有联系电话，须单独催报。"),
    "repeat_differs": later("疑点与样本任务不同，须单独办理。"),
    "dispatched_before": later("这户已单独分派（%(number)s）。"),
    "account_locked": later("连续输错密码，账户暂时锁定，%(until)s 之后再试。"),
    "address_busy": later("这个网络地址登录失败太多，请在 %(seconds)s 秒后再试。"),
    "too_often": later(
        "操作太频繁：每分钟最多 %(limit)s 次，请在 %(seconds)s 秒后再试。所填内容没有丢失。"
    ),
    "sign_in_first": later("登录已结束，请重新登录后再办理。"),
    "confirm_yourself": later("请先确认是您本人在办理，再提交。"),
    "code_wrong": later("动态码不对，请输入设备现在显示的 6 位数字。"),
    "factor_is_set": later("动态码已启用；要换设备，请先取消，再重新设置。"),
    "factor_sealed": later(
        "您的动态码密钥打不开（本机的密钥文件与数据库不符），请与系统管理员联系。"
    ),
    "factor_not_begun": later("请先开始设置动态码。"),
    "factor_not_set": later("还没有启用动态码。"),
    "session": later("没有这次登录，可能已经结束。"),
    "password_guessable": later(
        "这个密码太容易被猜到（常见的部分：%(parts)s），请换一个：几个不相干的词连起来最好。"
    ),
    "password_unchanged": later("新密码和原密码相同，请换一个。"),
    "account_disabled": later("账户已停用，请与系统管理员联系。"),
    "no_demo_person": later("这里不是演练环境，不能一键登录。"),
    "not_your_post": later("您的岗位不能办理此事，需要的岗位：%(roles)s。"),
    "not_yours": later("这一步不在您的待办里，现由 %(holder)s 办理。"),
    "not_yours_free": later("这一步不在您的待办里，现在无人领取。"),
    "not_to_withdraw": later("%(number)s 不是您的需求，或已交付，不能撤回。"),
    "not_own_household": later("%(taxpayer)s 不是您的管户，您也没有更正其数据的岗位。"),
    "done_meanwhile": later("%(by)s 已于 %(at)s 办完这一步。"),
    "withdrawn_meanwhile": later("这一步已于 %(at)s 撤销，不必再办。"),
    "barred": later("不相容岗位：您在本任务中已承担其他职责，不能办理这一步。"),
    "barred_as": later(
        "不相容岗位：您今天代理的 %(as_whom)s 在本任务中已承担其他职责，您也不能办理这一步。"
    ),
    "barred_declared": later("您已申报回避，上级决定之前不能办理本任务。"),
    "barred_recused": later("%(as_whom)s 已回避本任务，不得由人代为办理。"),
    "personal": later("这一步须由本人办理，不能代理。"),
    "deputyship_ended": later(
        "您对 %(principal)s 的代理已终止，不能再办理这一步；已填内容保存在您的草稿中。"
    ),
    "named_officer": later("这一步由指定人员办理，不能放回。"),
    "taken": later("%(by)s 已于 %(at)s 领取这一步。"),
    "already_done": later(
        "%(by)s 已于 %(at)s 提交了这一步，您的提交没有被采纳，所填内容见下方表单。"
    ),
    "withdrawn": later("这一步已于 %(at)s 撤销，您的提交没有被采纳。"),
    "changed": later(
        "打开表单后，这一步有了变化（退回、改派或并入新疑点）。所填内容已保留，请核对后再提交。"
    ),
    "answers": later("提交没有被采纳，请按提示修改。"),
    "missing": later("还缺以下事项，补齐后才能办结。"),
    "key_used": later("这份表单已用于另一次提交，请重新打开这一步再办理。"),
    "case_not_yet": later("任务 %(number)s 于 %(opened)s 生成，所选日期还没有这件任务。"),
    "case_kind": later("没有 %(kind)s 这种任务。"),
    "message_key_used": later("这个幂等键已用于另一条消息，请换一个再发。"),
    "message_not_awaited": later(
        "没有任务在等消息 %(name)s。请核对任务编号、税号或文书号，或改为保留到有任务等待时。"
    ),
    "message_refused": later("任务 %(case)s 收不下消息 %(name)s：%(because)s。消息没有送出。"),
    "message_too_wide": later(
        "消息 %(name)s 指向的任务超过 %(most)s 件，请指明任务编号，或改发信号。"
    ),
    "self_check_under_way": later("自检正在进行，完成后再发起。"),
    "self_check_finding": later("最近一次自检没有这个问题，或者您无权处理。请刷新页面。"),
    "self_check_settled": later("情况已经变了，这个问题不必再这样处理。可以重新自检。"),
    "repair_person": later("请选择要列入查阅名单的人。"),
    "marks_of_others": later("标记是 %(who)s 设的，须由其列入查阅名单（涉密案卷页）。"),
    "repair_way": later("这个问题不能这样处理，请在页面上重新选择。"),
    "outbox_message": later("没有这项后台消息。"),
    "message_not_dead": later("这项后台消息已办成、已放弃，或还在自动重试，不用处理。请刷新页面。"),
    "message_without_correlation": later(
        "消息要说明给哪件任务：任务编号、税号、文书号或流程中约定的变量。"
    ),
    "making_past": later("演练历史生成中，可以查看，暂不能办理，请稍后再试。"),
    "case_seen_in_part": later("任务 %(case)s 您只看到本单位的部分，案卷由看到全案的人员出具。"),
    "case_went_on": later("任务 %(number)s 正在办理中，案卷没有出具，请稍后再试。"),
    "record_never_sealed": later("留痕尚未封存过，无法出具案卷；请系统管理员启动封存程序。"),
    "dossier_unsealed": later(
        "封存程序没有及时封存，任务 %(number)s 的案卷没有出具；请稍后再试，仍不行请找系统管理员。"
    ),
    "clock_locked": later("这里不是演练环境，时钟不能调整。"),
    "clock_forward_only": later("演练时钟只能前进，一次最多 %(longest)s 天。"),
    "not_empty": later("已有留痕记录，不能改为演练环境。"),
    "task": later("没有这一步，或者您无权查看。"),
    "case": later("没有这件任务，或者您无权查看。"),
    "taxpayer": later("没有这户纳税人，或者您无权查看。"),
    "document": later("没有这份文书，或者您无权查看。"),
    "attachment": later("没有这份材料，或者您无权查看。"),
    "attachment_handed_in": later("材料 %(name)s 已随办理提交，不能撤下。"),
    "run": later("没有这个筛查批次。"),
    "indicator": later("没有这个指标，或者它没有这个版本。"),
    "batch": later("没有这个数据批次。"),
    "rejects": later("这个批次没有被退回的行。"),
    "definition": later("没有这个流程版本。"),
    "definition_file": later("这个流程版本没有文件 %(name)s。"),
    "draft": later("没有这个新版本草稿，或者您无权查看。"),
    "draft_changed": later(
        "您打开之后，草稿已于 %(at)s 被改过。您的改动没有保存，也没有覆盖别人的改动："
        "请另开一页看新的内容，把改动合进去再保存。"
    ),
    "draft_submitted": later("草稿已于 %(at)s 提交审批，审批期间不能改。要改请先收回。"),
    "draft_decided": later("这个草稿%(status)s，不能再改。可以由它重新起草。"),
    "draft_not_decided": later("这个草稿仍在办理（%(status)s），不必重新起草。"),
    "draft_not_submitted": later("这个草稿现在不在审批中（%(status)s），请刷新页面。"),
    "draft_unchanged": later("草稿与第 %(version)s 版完全相同，没有可提交的改动。"),
    "draft_outdated": later(
        "起草之后第 %(version)s 版已经发布。请先把改动移到这一版上，核对后再提交。"
    ),
    "version_needs_approval": later(
        "流程 %(process)s 的第 %(version)s 版由人批准，后续版本须起草后提交审批。"
    ),
    "draft_other_process": later(
        "流程图里的流程标识是 %(found)s，应为 %(process)s。改流程标识等于另建流程，请改回。"
    ),
    "title_length": later("请写明标题，%(least)s 至 %(most)s 个字。"),
    "draft_title_length": later("请写明这一版改了什么，1 至 %(longest)s 个字。"),
    "draft_file_name": later(
        "文件名 %(name)s 不能用：须以字母开头，只含字母、数字、_ . -，"
        "以 .bpmn、.dmn 或 .form 结尾。"
    ),
    "draft_file_too_large": later("文件 %(name)s 太大，最多 %(largest)s KB，请拆分。"),
    "draft_file_encoding": later("文件 %(name)s 不是 UTF-8 编码，请另存为 UTF-8 后再上传。"),
    "draft_file_empty": later("文件 %(name)s 是空的，或含有空字符，没有保存。"),
    "draft_too_many_files": later("一个版本最多 %(most)s 个文件，请删去不用的。"),
    "draft_too_large": later("一个版本的文件合计最多 %(largest)s MB，请删去不用的。"),
    "uq_definition_drafts_one_open": later("这个流程已有一个草稿在编制或审批中，请先办完它。"),
    "draft_file_changed": later(
        "您打开之后，文件 %(name)s 已被改过（别人，或您的另一个窗口）。您的改动没有保存，"
        "也没有覆盖别人的改动：请另开一页看现在的内容，再决定合进去还是用您这一份覆盖。"
    ),
    "draft_seen": later("页面不完整，没有保存，请刷新后再试。"),
    "draft_file_unreadable": later(
        "文件 %(name)s 读不出来，不能在这里改："
        "请下载后用 Camunda Modeler 修好再上传，或从草稿中删去。"
    ),
    "draft_table_moved": later("表的行列已变，没有保存：请刷新页面，核对后再改。"),
    "draft_form_moved": later("表单的字段已变，没有保存：请刷新页面，核对后再改。"),
    "draft_cell_too_long": later("一格最多 %(longest)s 个字，没有保存，请改短。"),
    "draft_policy": later("没有这种取法，没有保存，请重新选择。"),
    "draft_no_file": later("没有选择文件，请选择 .bpmn、.dmn 或 .form 文件。"),
    "draft_too_many_sent": later("一次最多上传 %(most)s 个文件，请分几次。"),
    "draft_act": later("没有这样的操作，请刷新页面。"),
    "draft_value": later("%(name)s 的值“%(value)s”填写有误，请按它的类型填写。"),
    "draft_trial_lost": later("这次试运行已过期，请从头再来。"),
    "migration": later("没有这个迁移计划。"),
    "migration_versions": later("只能在同一流程的两个不同版本之间迁移。"),
    "migration_status": later("这个迁移计划现在是“%(status)s”，不能这样做，请刷新页面。"),
    "migration_mapping": later("环节对应中的 %(element)s 在流程里找不到，请核对标识。"),
    "migration_mapping_twice": later("环节对应有误：几个环节对应到同一个，或超过 100 个。"),
    "uq_case_migrations_one_open": later("这个版本已有一个迁移计划在办，请先办完它。"),
    "migration_numbers": later("这个版本上没有在办任务 %(numbers)s，请核对编号。"),
    "migration_most": later("“最多迁移几件”请填 1 以上的整数。"),
    "own_plan": later("您制定了这个计划，不能由您批准，须由另一人批准。"),
    "reason_needed": later("打开这户纳税人前，请先写明查看事由。"),
    "person": later("没有这个人员，或者您无权查看。"),
    "grant": later("没有这项授权，或者您无权办理。"),
    "grant_person": later("没有姓名或用户名为 %(login)s 的在职人员，请从提示中选择。"),
    "person_unknown": later("没有可选的人员 %(name)s，请按姓名、科室或用户名查找后选择。"),
    "person_ambiguous": later("%(name)s 不止一人，请选其中一人或填用户名：%(found)s。"),
    "grant_system": later("%(name)s 是系统管理员，不能查看任务和纳税人，请另选他人。"),
    "own_grant": later("不能给自己授权，须由另一人办理。"),
    "grant_day": later("请填授权的起止日期，例如 2010-01-25。"),
    "grant_dates_order": later("授权的止期不能早于起期。"),
    "grant_dates": later("授权从今天（%(today)s）或以后起，最长 %(longest)s 天。"),
    "grant_object": later("请只选一项：单位、纳税人识别号或任务编号。"),
    "grant_unit": later("没有这个单位，或者不在您的授权范围内。"),
    "grant_twice": later("该人员在这段时间已有同样的授权。"),
    "grant_ended": later("这项授权已经到期或收回。"),
    "mark_object": later("任务编号和纳税人识别号请只填一项。"),
    "sensitive_file": later("没有这项涉密标记，或者您无权办理。"),
    "reader_twice": later("%(name)s 已在查阅名单中。"),
    "mark_lifted": later("这项涉密标记已经解除。"),
    "marked_already": later("已有涉密标记，不必再标。"),
    "own_mark": later("标记是您设的，须由另一人解除。"),
    "not_your_district": later("这不在您的管辖范围内，不能由您标记。"),
    "case_closed": later("任务 %(number)s 已办结，不能再调整。"),
    "handles_the_case": later("您正在办理这件任务，不能申请或批准调整它的环节。"),
    "not_your_move": later("这项调整不是您申请的，只能由申请人撤回。"),
    "own_move": later("调整是您申请的，须由另一人批准。"),
    "move_decided": later("这项调整已有决定：%(status)s。"),
    "move_refused": later(
        "不能这样调整（%(why)s）：所选环节已不在，或有并行的环节会一直等下去。请重新选择。"
    ),
    "move_crowded": later(
        "不能这样调整：从“%(place)s”和所选环节会先后到达同一个汇合处，后到的会一直等下去。"
        "请把“%(place)s”也放弃。"
    ),
    "move_emptied": later(
        "不能这样调整：“%(place)s”里面的环节都放弃了，它自己却永远结束不了。"
        "请把“%(place)s”也放弃，或在里面另选环节。"
    ),
    "not_before": later(
        "“%(task)s”不能退回到那里：只能退回到本任务这一轮已经办过、在它之前的步骤。"
    ),
    "not_before_here": later(
        "不能退回到这一步：并行的步骤会一直等下去（%(why)s）。请选择更前面的步骤。"
    ),
    "served_since": later(
        "不能退回到这一步：此后已送达文书 %(numbers)s，送达不能收回。"
        "请退回到送达之后的步骤，或另出文书更正。"
    ),
    "service_since": later(
        "不能退回到这一步：此后已登记文书送达，送达不能收回。"
        "请退回到送达之后的步骤，或另出文书更正。"
    ),
    "served_not_taken_back": later(
        "“%(task)s”不能拿回：已送达文书 %(numbers)s，送达不能收回。确需更正，请另出文书。"
    ),
    "service_not_taken_back": later(
        "“%(task)s”不能拿回：已登记文书送达，送达不能收回。确需更正，请另出文书。"
    ),
    "referred_not_taken_back": later("“%(task)s”不能拿回：此后已经转办、待立，不能撤销。"),
    "referred_since": later("不能退回到这一步：此后已经转办、待立，退回不能撤销它。"),
    "third_return": later(
        "本任务已退回 %(times)s 次，第 3 次退回由区局领导决定：请在本步骤的意见中选“退回”后提交。"
    ),
    "case_over": later("任务 %(number)s 已办结，不能再退回。"),
    "not_eligible": later(
        "“%(task)s”不能交给这个人：岗位不符，或者应当回避、不相容。请从名单中选择。"
    ),
    "assignments_how_many": later("请勾选 1 至 %(most)s 件待派发的任务。"),
    "assignments_nobody": later("没有选定科（所）或主办、协办。"),
    "assignments_undone": later("已于 %(at)s 拿回。"),
    "assignments_too_late": later("%(at)s 以后不能全部拿回，请逐件拿回或退回。"),
    "assignments": later("没有这次批量派发，或者不是您办的。"),
    "payment": later("没有这笔缴款，或者不在您的查阅范围内。"),
    "payment_match": later("没有这项匹配，或者已经撤回。"),
    "payments": later("文件有误，没有登记任何缴款。"),
    "payment_parts": later("请填写匹配金额：大于零、最多两位小数。"),
    "payment_not_yours": later("这件任务的缴款由主办、协办或本科（所）长匹配。"),
    "payment_taken_back": later("这项匹配已经撤回。"),
    "payment_beyond": later("匹配金额超过这笔缴款未匹配的余额 %(left)s 元。"),
    "payment_other_household": later("缴款和任务不是同一纳税人。"),
    "payment_not_awaited": later("这一项已缴清或不存在，请刷新后再匹配。"),
    "payment_more_than_due": later("匹配金额超过尚欠的 %(left)s 元。"),
    "case_archived": later("%(number)s 已归档，不能再办理；确有问题的，由局领导安排复查。"),
    "archived_file": later("这件任务还没有归档。"),
    "archive_place": later("请填写存放位置，%(least)s 至 %(most)s 字。"),
    "archive_choice": later("请勾选案卷，一次最多 %(most)s 件。"),
    "archive_incomplete": later(
        "案卷缺 %(count)s 项：请补齐，或在备考表写明缺什么、为什么（不少于 %(least)s 字）。"
    ),
    "archive_notes": later("备考和缺损情况不超过 %(most)s 字。"),
    "archive_retention": later("请选择保管期限。"),
    "archive_retention_reason": later("改变建议的保管期限须写明理由，%(least)s 至 %(most)s 字。"),
    "archive_not_due": later("%(number)s 还没有到归档环节。"),
    "archive_not_yours": later("这件案卷由其所在单位的档案管理岗归档和借出。"),
    "archive_not_archived": later("%(number)s 还没有归档，不能借阅。"),
    "archive_lent": later("%(number)s 已经借出，收回后才能再借。"),
    "archive_not_out": later("%(number)s 没有借出。"),
    "archive_purpose": later("请写明用途，%(least)s 至 %(most)s 字。"),
    "archive_borrower": later("请从名单中选择借阅人：本单位能看这件案卷的人。"),
    "recheck": later("没有这件复查，或者不在您的查阅范围内。"),
    "recheck_plan": later("没有这次复查安排，或者不在您的查阅范围内。"),
    "recheck_not_of_the_whole": later("市局的复查由征管和科技发展处处长安排。"),
    "recheck_period": later("请选择已经结束的半年（市局为年度）。"),
    "recheck_drawn": later("%(begins)s 至 %(ends)s 的复查已经抽取，同一期间只抽一次。"),
    "recheck_nothing": later("没有可以抽取的任务。"),
    "recheck_not_allowed": later(
        "这个人不能复查：办过这件任务、应当回避或者岗位不符。请从名单中选择。"
    ),
    "recheck_unread": later("请先打开 %(number)s 的案卷查阅，再提交复查结果。"),
    "recheck_result": later("请选择结果。"),
    "recheck_took_part": later("您（或您代理的人）办过这件任务，不能复查，也不能签批。"),
    "recheck_not_yours": later("这件复查不由您办理。"),
    "recheck_evaluation_open": later(
        "该户另有在办的纳税评估 %(number)s，同一户不能并立两件：请待其办结后再签批。"
    ),
    "recheck_text": later("请写明情况、原因、责任或意见，每项 %(least)s 至 %(most)s 字。"),
    "recheck_amount": later("复查后应补税额应是不小于零、最多两位小数的金额。"),
    "spot_size": later("请选择范围，件数为 1 至 %(most)s。"),
    "spot_number": later("没有这件可以抽查的任务：不属本科（所），或者您主办、协办过。"),
    "work_log": later("没有这份工作日志，或者您无权查看。"),
    "log_entry": later("没有这条日志，或者不是您记的。"),
    "log_is_own": later("工作日志须由本人记，不能代理。"),
    "log_corrected": later("这条日志已经更正过，请更正后一条。"),
    "log_signed": later("%(day)s 的工作日志已经签署，不能再增加；有误的请更正。"),
    "log_empty": later("%(day)s 没有日志、巡查和任务动作，不需要签署。"),
    "log_too_late": later("只能补记 %(days)s 日以内的工作日志。"),
    "log_time_future": later("这个时间还没有到。"),
    "log_time": later("请填写日期和时间。"),
    "log_no_household": later("没有识别号为 %(tin)s 的户，或者您无权查看。"),
    "patrol_nothing": later("请选 1 至 %(most)s 户。"),
    "patrol_elsewhere": later("有的户不归本科（所）管理，没有安排。请刷新后重选。"),
    "patrol_planned": later("%(name)s 已在该月计划中。"),
    "patrol_unmanaged": later("%(name)s 还没有税收管理员，不能安排巡查。"),
    "patrol_line": later("没有这条巡查安排，或者不归您管。"),
    "patrol_settled": later("这一户已经巡查，或者已经取消安排。"),
    "patrol_month": later("只能安排本月和下月的巡查。"),
    "patrol_second": later("巡查须两人进行，请选本科（所）另一名税收管理员。"),
    "patrol_visit": later("没有这次巡查，或者您无权查看。"),
    "patrol_confirmed": later("您已于 %(at)s 确认这次巡查。"),
    "patrol_closed": later("协同人员已于 %(at)s 确认这次巡查，不能再补照片。"),
    "patrol_no_order": later("两人确认且发现未履行义务的巡查，才能立责令限期改正，只立一次。"),
    "patrol_order_open": later("该户已有在办的责令限期改正 %(number)s，请在该任务中办理。"),
    "patrol_finding": later("请选择巡查结果。"),
    "photograph": later("没有这张照片，或者您无权查看。"),
    "handover_nothing": later("没有可以移交的户：没有选中，或者没有岗位相符的接收人。"),
    "handover_takers": later("请选 1 至 %(most)s 个接收人。"),
    "handover_unfit_taker": later(
        "接收人须是本单位在岗的税收管理员，且不是移交人本人。请从名单中选择。"
    ),
    "handover_reason": later("请选择交接事由和分法。"),
    "handover_tins": later("请填纳税人识别号，一行一个，最多 %(most)s 个。"),
    "handover_changed": later("预览之后管户或在办任务有变化，没有交接。请重新预览。"),
    "handover_confirmed": later("您已于 %(at)s 确认接收。"),
    "handover": later("没有这次管户交接，或者您无权查看。"),
    "not_to_hand_over": later("这一步不在您手上，也不归您管，不能转办。"),
    "verb_not_offered": later("“%(step)s”这一步的流程图没有开放这个动作。"),
    "personal_step": later("这一步须由本人办理，不能转办。"),
    "not_to_nudge": later("这一步在您自己手上，或者您只查看不办理，不能催办。"),
    "nudged_today": later("您今天已经催办过“%(task)s”，明天再催。"),
    "not_handed_in_by_you": later("这一步不是您提交的，不能拿回。"),
    "nothing_follows": later("提交后还没有轮到下一步（会签或并行尚未办齐），不能单独拿回。"),
    "began_anew": later(
        "“%(task)s”提交后任务已回到前面的环节重新办理，不能拿回；请联系现在的承办人，办完后会再到您这里。"
    ),
    "others_follow": later("拿回“%(task)s”会影响别人正在办的步骤，不能拿回。"),
    "followed_done": later("不能拿回：%(by)s 已于 %(at)s 办理“%(task)s”。可以请其退回。"),
    "followed_opened": later("不能拿回：%(by)s 已于 %(at)s 打开或领取“%(task)s”。可以请其退回。"),
    "nobody_mentioned": later("能看到本任务的人里没有“%(name)s”：请核对姓名，或先抄送。"),
    "asked_step": later("这是同事请您答复的事项，请在任务页面上答复，不能提交、退回或转办。"),
    "extension": later("没有这项延期申请，或者它不在您可以查看的范围内。"),
    "extension_no_limit": later("这一步没有期限，不需要延期。"),
    "extension_no_whole": later("这类任务只能延长单个步骤的期限，全程期限不能延长。"),
    "extension_too_late": later("期限已过，不能再申请延期：请尽快办结，并说明原因。"),
    "extension_once": later("期限只能延长一次：已延至 %(day)s。"),
    "extension_waits": later("已有一项延期申请待决定。"),
    "extension_lawful": later("法定期限，任何人不得延长：%(law)s。"),
    "extension_of_taxpayer": later("这是通知纳税人的期限，不能由办理人延长。"),
    "extension_agreed": later("这是约定的日期，不是办理期限：请另行约定。"),
    "extension_by_chief": later("全程期限由科（所）长向区局领导申请延长。"),
    "extension_nobody_above": later("这一步没有规定由谁批准延期。"),
    "extension_days": later("延长天数须为 1 至 %(most)s。"),
    "deferral_nothing_due": later("这一步没有要缴的税款期限，不需要登记延期缴纳。"),
    "deferral_once": later("已登记延期缴纳（%(number)s），不能再延。"),
    "deferral_too_late": later("缴款期限已过，不能再登记延期缴纳。"),
    "deferral_number": later("批准文号须为 %(shortest)s 至 %(longest)s 字。"),
    "deferral_until": later(
        "延期须到 %(first)s 至 %(latest)s 之间的一天：延期缴纳最长三个月（征管法第 31 条）。"
    ),
    "deferral_longest": later("延期缴纳最长三个月（征管法第 31 条），不得晚于 %(latest)s。"),
    "pause_never": later("这类任务的期限不能中止。"),
    "pause_over": later("任务已办结，没有期限可以中止。"),
    "pause_runs": later("已经中止，至 %(day)s期满。"),
    "pause_stands_still": later("期限已在暂停计算，不需要再中止。"),
    "pause_no_limit": later(
        "本科（所）现在没有在走的内部期限：法定期限和通知纳税人的期限不能中止。"
    ),
    "pause_used_up": later("这件任务已按科（所）长决定中止满 %(most)s 日，不能再中止。"),
    "pause_until": later("中止须到 %(first)s 至 %(latest)s 之间的一天。"),
    "pause_evidence": later("请上传证明中止事由的证据。"),
    "pause_ended": later("任务 %(number)s 没有中止，或者已经恢复计时。"),
    "own_extension": later("本人提出的延期申请，须由别人决定。"),
    "delegated_open": later("“%(task)s”已委派给同事办理：请等对方交回，或者先收回。"),
    "delegated_until": later("交回日期须在今天和 %(latest)s 之间。"),
    "opinions_open": later("“%(task)s”请的加签还没有答复：请等意见齐了，或者先撤回（减签）。"),
    "decides_nothing": later("“%(task)s”不是审批、复核的步骤，不能加签。"),
    "not_to_be_asked": later("有人不能请：应当回避、不相容，或不在本局本科。请从名单中选择。"),
    "how_many_people": later("请选 1 至 %(most)s 人。"),
    "day_past": later("限期 %(day)s 已过，请另选一天。"),
    "day_wanted": later("请填限期，例如 2010-02-01。"),
    "not_asked": later("这件事不是请您答复的。"),
    "not_your_question": later("不是您请的，不能撤回。"),
    "only_watches": later("您只查看不办理，不能抄送或请协查。"),
    "uq_case_moves_one_open": later("这件任务已有一项调整待批准，请先办完它。"),
    "own_draft": later("您改过或提交过这个草稿，不能由您审批，须由另一人审批。"),
    "not_the_owner": later("这个流程由主管处室的处长审批，不是您的处室主管。"),
    "process_not_deployed": later("流程 %(process)s 尚未发布。"),
    "notice": later("没有这条消息，或者不是给您的。"),
    "text_too_long": later("最多写 %(longest)s 个字，请缩短后再提交。"),
    "release_not_abnormal": later(
        "“%(taxpayer)s”的登记状态不是非正常或证件失效，无须解除；请核对识别号。"
    ),
    "release_case_open": later(
        "“%(taxpayer)s”有未办结的认定任务 %(number)s，请在该任务中办理解除。"
    ),
    "tin_wrong": later("识别号的位数或校验码不对，请对照税务登记证重新录入。"),
    "tin_elsewhere": later(
        "本区局（本科）没有这个识别号的纳税人，请核对识别号或转主管税务机关受理。"
    ),
    "not_merged": later("任务 %(number)s 没有并入别的任务，或者已经撤销并入。"),
    "lead_closed": later("并入的任务 %(number)s 已办结，不能撤销并入：对结果有疑问的，申请复查。"),
    "lead_submitted": later("任务 %(number)s 已提交结论，不能再调整它的疑点。"),
    "newer_case_open": later(
        "该户又有同类任务 %(number)s 在办，不能再恢复一件：请先办结它，或者把它并入。"
    ),
    "split_which": later("请勾选要拆出的疑点；名单有变化的，刷新后再选。"),
    "split_all": later("本任务至少要留一条疑点；全部不属于本任务的，请在分派时并入或作废。"),
    "split_kind": later("请选择拆到哪类任务：勾选的疑点都要属于那一类。"),
    "split_too_late": later("任务 %(number)s 已经按现有疑点提交过结论或文书事项，不能再拆分。"),
    "nothing_to_split": later("任务 %(number)s 没有可以拆到别的任务的疑点。"),
    "no_household": later("%(number)s 不涉及纳税人，不能由它另立纳税人的任务。"),
    "refer_at_start": later("任务还在立案，不能另立任务：请在流程中先放一个由人办理的步骤。"),
    "password_length": later("密码须为 %(shortest)s 至 %(longest)s 个字符。"),
    "reason_length": later("理由须为 %(shortest)s 至 %(longest)s 字。"),
    "run_not_in_lake": later("筛查批次 %(run)s 的结果文件不在数据湖中，不能复算。"),
    "run_facts_gone": later("筛查批次 %(run)s 所用的数据批次不全，不能复算。"),
    "run_decided": later("这个筛查批次已有决定。"),
    "unknown_parameter": later("参数 %(name)s 尚未设置，请与系统管理员联系。"),
    "record_payload_too_long": later("内容过长，无法留痕，请精简后再提交。"),
    "record_out_of_step": later("留痕次序不符，这次办理没有被采纳，请与系统管理员联系。"),
    "view": later("没有这个视图，可能已经删除。"),
    "view_name_length": later("视图名称须为 1 至 %(longest)s 个字。"),
    "too_many_views": later("最多保存 %(most)s 个视图，请先删除不用的。"),
    "view_name_taken": later("已有同名的视图，请换一个名称。"),
    "uq_cases_one_open": later("该纳税人已有同类在办任务。"),
    "bundle_refused": later("这个版本的流程读不出来，任务暂不能办理，请与系统管理员联系。"),
    "document.data": later("文书所需的内容不全，没有签发，请与系统管理员联系。"),
    "document_field_missing": later("《%(paper)s》缺少“%(field)s”，没有签发；请退回补填后再提交。"),
    "document_no_addressee": later("《%(paper)s》没有受文的纳税人，没有签发。"),
    "document_no_taxpayer": later("任务 %(case)s 不是一户的任务，不能出具给纳税人的文书。"),
    "document_nothing_to_say": later("《%(paper)s》没有可写的内容，没有签发；请先填写。"),
    "document_over_office_limit": later(
        "罚款超过 %(most)s 元，税务所无权作出，《%(paper)s》没有签发；请报区局决定。"
    ),
    "paper_not_issued": later("文书还没有签发，不能登记送达；请先送签。"),
    "paper_is_void": later("文书 %(number)s 已作废，不能登记送达；请送达新的文书。"),
    "paper_is_served": later("文书 %(number)s 已于 %(served_on)s 送达，不能重复登记。"),
    "paper_served_early": later(
        "文书 %(number)s 于 %(issued_on)s 签发，送达日期不能早于签发日期；请核对日期。"
    ),
    "document.fonts": later("文书字体没有装好，文书不能签发，请与系统管理员联系。"),
    "document.internal_words": later(
        "对外文书不能写入指标、预警值、同行数据或风险分，请修改后再提交。"
    ),
    "document.number": later("文书编号不正确，没有签发，请与系统管理员联系。"),
    "document.number_missing": later("文书缺少编号，没有签发，请与系统管理员联系。"),
    "document.unknown_district": later(
        "本单位没有文书编号代字，文书不能签发，请与系统管理员联系。"
    ),
    "file_gone": later("文件在保存时被清理，请重新上传。"),
    "file_quarantined": later("文件还在等待病毒扫描，暂不能打开；一般几分钟即可，请稍后再试。"),
    "file_locked_away": later("文件发现病毒（%(finding)s），已隔离，不能打开。请联系系统管理员。"),
    "scanner_away": later("病毒扫描服务没有应答，稍后自动重试。"),
    "custody": later("取证信息没有保存，请改正标出的各处。"),
    "file": later("文件不在库中，请与系统管理员联系。"),
    "file_damaged": later("文件已损坏，打不开。请与系统管理员联系，从备份恢复。"),
    "is_demo": later("演练环境中不能这样做。"),
    "no_closed_account": later("没有已停用的用户名 %(login)s。"),
    "no_such_login": later("没有这个用户名。"),
    "unknown_stage": later("没有这个阶段，请从列表中选择。"),
    "unknown_grade": later("风险等级只有一级、二级、三级，请从列表中选择。"),
    "bad_hash": later("哈希要写前 %(least)s 位以上，只用 0–9 和 a–f，如 0b4cc4 或 0b4cc4…6201。"),
    "conduct_period": later("期间从早到晚，最长 %(longest)s 天。"),
    "conduct_hours": later("上班时间要早于下班时间。"),
    "sample": later("没有这个样本，或者它里面没有这件任务。"),
    "sample_name": later("请给样本起名，最长 %(longest)s 个字。"),
    "sample_of_nothing": later("没有任务符合这些条件，请放宽条件再抽。"),
    "sample_seed": later("种子是不超过 18 位的数字。"),
    "sample_size": later("件数从 1 到 %(most)s。"),
    "working_paper": later("没有这份底稿或这一版。"),
    "working_paper_title": later("请写标题，最长 %(longest)s 个字。"),
    "working_paper_body": later("内容最长 %(longest)s 个字，现在是 %(length)s 个字。"),
    "working_paper_changed": later(
        "底稿在别处已存到第 %(version)s 版。您的文字没有丢，请对照下方已存的一版，改好再保存。"
    ),
    "not_the_author": later("底稿只能由作者修改。"),
    "check_running": later("已有一次校验在进行，请等它结束或先取消。"),
    "check_ended": later("这次校验已经结束。"),
    "record_check": later("没有这次校验。"),
    "evidence": later("没有这个取证包，或者还没有打好。"),
    "evidence_ended": later("这次导出已经结束。"),
    "evidence_name": later("请给取证包起名，最长 %(longest)s 个字。"),
    "evidence_numbers": later("没有这些任务：%(numbers)s。请核对编号。"),
    "evidence_of_nothing": later("没有选到任务：请填编号、样本、人员或期间。"),
    "evidence_person": later("叫 %(name)s 的有 %(count)s 人，请写全姓名，或改用任务编号。"),
    "evidence_too_many": later("一次最多导出 %(most)s 件任务，请缩小范围或分几次导出。"),
    "search_words": later("要找的文字最长 %(longest)s 个字。"),
    "record_event": later("没有这条记录。"),
    "bad_page": later("地址中的筛选条件不正确。"),
}

FIELD_SENTENCES = {
    "required": later("请填写。"),
    "too_short": later("至少写 %(limit)s 个字，现有 %(found)s 个。"),
    "too_long": later("最多写 %(limit)s 个字，现有 %(found)s 个。"),
    "too_small": later("不能小于 %(limit)s。"),
    "too_large": later("不能大于 %(limit)s。"),
    "pattern": later("格式不对，请核对。"),
    "not_a_number": later("请填数字，例如 1,234.50。"),
    "not_whole": later("请填整数。"),
    "no_such_step": later("没有这一条，请填 %(first)s 到 %(last)s。"),
    "too_many_decimals": later("最多 %(limit)s 位小数。"),
    "not_a_date": later("请填日期，例如 2010-01-25。"),
    "not_a_time": later("请填时间，例如 09:30。"),
    "not_a_choice": later("请从列出的选项中选择。"),
    "too_many_rows": later("最多 %(limit)s 行。"),
    "bad_character": later("含有不能使用的字符，请删去。"),
    "not_a_phone": later("请填电话号码，例如 0411-86650000。"),
    "not_a_tax_period": later("请填所属期：按月 2009-11，按季 2009-Q4，按年 2009-Y。"),
    "not_a_taxpayer_number": later("请填完整的纳税人识别号。"),
    "not_odd_from_three": later("至少三人，且为单数。"),
    "in_the_future": later("不能晚于今天。"),
    "still_to_come": later("这一天还没有到，请选今天或更早的日期。"),
    "in_the_past": later("不能早于今天。"),
    "not_after_today": later("须晚于今天。"),
    "before_start": later("不能早于开始时间。"),
    "before_issue": later("不能早于文书签发日期。"),
    "before_service": later("不能早于通知送达日期 %(served_on)s。"),
    "not_before_today": later("须早于今天。"),
    "limit_at_most": later("最长 %(most)s 日。"),
    "every_period": later("每个未申报的所属期都须登记。"),
    "limit_not_over": later("期限 %(due)s 届满后才能登记。"),
    "every_source": later("每处地点和来源都须登记核查情况或无法核查的原因。"),
    "dwelling_excluded": later("维持生活必需的住房和用品不得执行，请核对后勾选。"),
    "not_identifiable": later(
        "尚不能认定：须已送达责令限期改正且期限届满、仍未申报、实地核查查无下落并经协办确认。"
    ),
    "too_early_to_invalidate": later("认定非正常户满三个月后才能宣告证件失效。"),
    "not_to_be_cancelled": later("须无欠税、无未缴回发票且非正常满两年，或工商登记已注销、吊销。"),
    "identified_it": later("原认定的两名人员不得办理，请另指定人员。"),
    "identified_stops_invoices": later("认定非正常户须同时停供发票，依据选“非正常户”。"),
    "director_in_person": later("注销须由局长本人审批。"),
    "both_addresses": later("须至少到过注册地址和生产经营地址，各登记一次。"),
    "announcement_runs": later("公告到 %(until)s 期满，期满后才能登记送达。"),
    "notice_range": later("公告须从今天起最迟 %(latest)s 开始。"),
    "reply_not_due": later("答复期限 %(due)s 届满后才能登记逾期未答复。"),
    "interview_not_yet": later("约谈时间 %(at)s 未到，只能申请延期。"),
    "hold_range": later("须晚于今天，最迟 %(latest)s。"),
    "only_earlier": later("只能提前，最迟 %(latest)s。"),
    "same_officer": later("主办和协办不能是同一人。"),
    "two_officers": later("须有两名人员。"),
    "odd_from_three": later("至少三人，且为单数。"),
    "member_acted_before": later(
        "承担过本任务的主办、协办或复核，或调整过本任务环节的人员不能参加审议。"
    ),
    "officer_of_the_case": later("本任务的办理人员不能参加审议。"),
    "not_a_section_of_the_district": later("请选择本局的科（所）。"),
    "decided_in_case": later("该人员在本任务中办理过复核、审批等步骤，不能主办或协办，请另选。"),
    "not_an_officer_of_the_section": later("请选择本科（所）的税收管理员。"),
    "not_an_open_case_of_the_taxpayer": later("请选择该纳税人其他类型的在办任务。"),
    "lead_concluded": later("该任务已提交结论，不再接收疑点：请选择其他任务，或者分派办理。"),
    "recused": later("该人员已回避，不能选择。"),
    "not_in_office_hours": later("请选工作日 %(opens)s:00 至 %(closes)s:00 之间的时间。"),
    "three_full_working_days": later("送达后须满规定的完整工作日，最早 %(earliest)s。"),
    "acted_before": later("该人员参与过本任务的办理、复核、审批或审议，不能担任复核人。"),
    "below_quorum": later("审议成员至少 %(quorum)s 人。"),
    "chair_is_member": later("主持人本人须为审议成员。"),
    "daily_check_books": later("日常检查须检查账簿资料，请选“是”。"),
    "daily_check_ground": later("只有拒绝约谈、核实、履行或自查未完成的，才先行日常检查。"),
    "daily_check_once": later("日常检查只进行一次，请提交评定意见。"),
    "demanded_before": later("限期缴纳税款通知书已经发出，请重新评定。"),
    "determined_amount": later("核定税款须逐税种、逐所属期填写核定税额。"),
    "director_only": later("同一户再次移送稽查，须由基层局局长审批。"),
    "director_approves": later(
        "同一户再次移送稽查，审议后须由基层局局长审批，局长不作为审议成员，请另选。"
    ),
    "estimate_needed": later("疑点成立的须估算税额。"),
    "list_needed": later("收到资料的须逐项列明。"),
    "motion_failed_before": later("该事项表决未通过，不能原样再付表决，请变更后提出。"),
    "motion_needs_sums": later("补税、调整、核定的结果须填写变更后的税额。"),
    "motion_without_sums": later("该处理结果不补税，不填写税额。"),
    "no_interview": later("举报、督办、转办案件和有违法嫌疑的不得约谈。"),
    "no_objection": later("纳税人没有提出异议，不出异议复核意见。"),
    "no_objection_against": later("对核定通知书和限期缴纳通知书不适用异议复核。"),
    "no_self_check": later("未发自查通知或拟办意见书，没有自查结果可登记。"),
    "added_doubts_determined": later(
        "有新发现的疑点（含实地核实中发现的），须在评定中逐条认定，请选“评定”。"
    ),
    "not_all_cleared": later("还有未排除的疑点，不能案头排除。"),
    "not_due_yet": later("履行期限到 %(due)s 届满，届满前不能登记未缴。"),
    "not_eligible": later("承办人员和已回避的人员不能担任复核人。"),
    "not_for_the_outcome": later(
        "该文书与处理结果不符：核定出核定通知书，补税和调整出自查通知或拟办意见书。"
    ),
    "not_the_chair": later("由召集审议的主持人办理。"),
    "nothing_served_yet": later(
        "须先送达自查通知、拟办意见书或核定通知书，逾期未缴再发限期缴纳通知书。"
    ),
    "nothing_unpaid": later("没有未缴税款，不发限期缴纳通知书。"),
    "objected_before": later("同一评定只受理一次异议。"),
    "objection_first": later("异议未答复，须先出异议复核意见。"),
    "objection_range": later("异议须在送达后、%(latest)s 以前提出。"),
    "only_own_errors": later("风险提示只用于计算、填报差错和政策理解有误。"),
    "over_quota": later(
        "该人员已有 %(held)s 户在办评估，达到每月 %(quota)s 户，请在办理提示中写明理由。"
    ),
    "panel_has_decided": later("已经集体审议，不再提请审议。"),
    "postponed_twice": later("已延期一次，再次申请延期按未到处理。"),
    "proof_time": later("未告知询问事项的，%(until)s 以前纳税人可以补交资料。"),
    "return_needed": later("须填写申报表编号和申报日期。"),
    "signs_determine": later("有违法嫌疑的只能转入评定，不得再联系纳税人。"),
    "none_with_others": later("选了“无”就不能再选其他项。"),
    "act_joined": later("调查之后又并入了违法行为，请退回补充调查。"),
    "nothing_to_fine": later("罚款合计为零，不是罚款；请选择不予处罚。"),
    "before_the_penalty_law": later("早于 1996-10-01，《行政处罚法》尚未施行，请核对日期。"),
    "fined_before": later("同一行为已作过处罚决定，不得再罚。"),
    "over_five_years": later("违法行为终了超过五年（%(last)s 止）后才发现，不再给予处罚。"),
    "excused": later("裁量表对这项行为不予处罚，请不填罚款。"),
    "outside_band": later("罚款须在裁量幅度 %(low)s 至 %(high)s 元之内。"),
    "reason_for_amount": later("裁量表建议 %(proposed)s 元，罚款不同的要写明理由。"),
    "no_notice": later("还没有送达处罚告知书，不能罚款；请选择补充调查。"),
    "defence_time_runs": later("陈述申辩期限到 %(due)s，期满或当事人书面放弃前不得决定罚款。"),
    "chaired_the_hearing": later("您主持了本案听证，不得再作处罚决定，请由他人决定。"),
    "above_notice": later("不能高于告知书的 %(most)s 元。"),
    "defence_not_due": later("陈述申辩期限到 %(due)s，之后才能登记未申辩。"),
    "hearing_not_offered": later("告知书没有告知听证权利，本案不适用听证。"),
    "hearing_too_late": later("要求听证的期限到 %(due)s。"),
    "took_part": later("听证主持人不能是参与过本案的人。"),
    "hearing_notice_short": later("听证须在通知送达七日后，最早 %(earliest)s。"),
    "hearing_not_yet": later("听证时间 %(at)s 还没有到。"),
    "payment_not_due": later("缴款期限到 %(due)s，之后才能登记未缴。"),
    "records_undecided": later("还有 %(count)s 条记录没有处理。"),
    "totals_say_otherwise": later("与系统核对的结果不符，请看比对情况。"),
    "batch_cases_open": later("这批数据还有 %(count)s 件核实任务没有办结，期限也没有到。"),
    "batch_file_unreadable": later("文件读不出来，请用 CSV（UTF-8 或 GB18030）或 XLSX。"),
    "batch_too_many_records": later("一批最多 %(most)s 条，请分批接收。"),
    "batch_row_broken": later("第 %(line)s 行的列数与表头不同。"),
    "batch_other_period": later("第 %(line)s 行的所属期与所填的不同。"),
    "batch_without_records": later("文件里没有记录。"),
    "batch_columns_unknown": later("这些列不是该来源的项目：%(columns)s。"),
    "batch_columns_twice": later("有列重复。"),
    "batch_without_key": later("没有可供比对的列：组织机构代码、纳税人识别号，或者名称和地址。"),
    "batch_without_figures": later("没有该来源的数据列。"),
    "batch_not_of_source": later("这个项目不是该来源的。"),
    "sample_below_rule": later("抽查比例不能低于 %(least)s%%。"),
    "batch_has_nobody": later("这个行业或科（所）没有可以列入的户。"),
    "not_in_the_list": later("这户不在本批的范围里，请核对纳税人识别号。"),
    "named_twice": later("这户已经写过。"),
    "batch_still_open": later("还有 %(count)s 户没有办结。"),
    "batch_extended_before": later("只能延期一次。"),
    "every_line": later("每个事项都要填写。"),
    "deadline_not_over": later("期限还没有过，不是逾期。"),
    "not_late": later("没有超过应履行的日期 %(deadline)s，不是逾期履行。"),
    "paper_for_duty": later("这项义务应使用另一种文书：登记、申报用限期改正，税款用限期缴纳。"),
    "no_line_not_done": later("没有“未履行”的事项。"),
    "reminded_before": later("已经催报催缴过一次，请责令限期改正。"),
    "remind_filing_or_payment": later("只有申报和缴纳税款可以先催报催缴。"),
    "not_all_corrected": later("还有未履行的事项，或没有逾期履行的事项。"),
    "not_all_without_duty": later("只有全部事项都无此义务，才是无违法行为。"),
    "promise_range": later("承诺日期从今天起，最晚到 %(latest)s。"),
    "result_wanted": later("拟定结果前，每个事项都要登记改正情况。"),
    "correction_not_due": later("改正期限到 %(due)s，之后才能登记未改正。"),
    "no_new_date": later("没有事项依法延期，不用等待。"),
    "still_extended": later("有事项依法延期，请选择等待新的期限。"),
    "no_joined_line": later("没有新并入的事项，不用再行责令。"),
    "line_without_finding": later("有新并入的事项还没有核对，请再行责令或退回拟办。"),
    "no_violation_to_punish": later("没有违法行为，不能立案处罚。"),
    "zero_estimate_reason": later("估算税额为零的，须写明理由。"),
    "evidence_listed": later("证据清单至少一项。"),
    "news_since_return": later("再次移送同一疑点，须写明上次退回以来的新情况。"),
    "pass_up_later": later("退回满 %(times)s 次后才附意见上报，现在请同意或退回。"),
    "sent_back_enough": later("已退回 %(times)s 次，不能再退回。"),
    "recusal_first": later("有应回避情形的，请先在案件页申请回避，不在此提交。"),
    "too_many_lines": later("一次更正 1 至 %(most)s 行；更多的请由来源重新报送。"),
    "field_of_another_source": later("这个字段不是所选来源报送的，请改选。"),
    "no_such_case_number": later("没有这个编号的案件，或者您无权查看；请核对编号。"),
    "no_such_field": later("请选择更正哪个数据项。"),
    "no_such_period": later("请填已开始的年月，如 2009-12。"),
    "not_such_a_value": later("“%(field)s”不能是这个值，请核对类型和范围。"),
    "nothing_changes": later("当前数据就是“%(value)s”，不必更正。"),
    "value_twice": later("同一字段同一所属期只能列一行。"),
    "corrected_elsewhere": later("同一数据已有在办的更正 %(number)s，请在那里办理。"),
    "no_such_line": later("请填 1 至 %(most)s 之间的行号。"),
    "line_without_evidence": later("第 %(line)s 行没有证据；每行至少一项，或注明全部共用。"),
    "source_not_due": later("来源的答复期限到 %(due)s，之后才能登记未答复。"),
    "asked_often": later("已再次要求 %(most)s 次，请维持或撤销更正。"),
    "was_empty_before": later("更正前没有数据，更正不能撤销为空；请维持或再次要求来源更正。"),
    "fields_or_text": later("请选择字段，或写明目录外的内容。"),
    "head_signs_too": later("须由本单位负责人会签：请先在本步加签给负责人，签署后再提交。"),
    "period_before_first": later("终止所属期不能早于起始所属期。"),
    "scope_own_users": later("使用人只能是本单位人员；对外提供由处室写明法条提出。"),
    "scope_outside_article": later("对外提供须由市局处室提出，并写明所依据的法条。"),
    "scope_own_data": later("分户数据只能要本区局的；其他区局的请要汇总数据。"),
    "scope_own_line": later("分户数据超出本条线，请要汇总数据，或会同其他处室提出。"),
    "scope_no_identity": later("这一用途不提供身份和电话号码，请改为不需要。"),
    "scope_internal_secret": later("指标阈值和权重属内部秘密，不提供给科（所）人员。"),
    "asked_back_before": later("只能询问一次，请受理或不予提供。"),
    "three_people": later("需求人、整理人、质检人须是三个人，请改选。"),
    "user_checks_own": later("使用人不能质检自己的需求，请改选。"),
    "class_reason_wanted": later("按表为“%(given)s”，改定类别须写明理由。"),
    "day_to_be_agreed": later("复杂需求须写明与谁商定、哪天交付。"),
    "one_package": later("请上传一个数据包。"),
    "csv_wanted": later("数据包须是有列名和数据行的 CSV 文件。"),
    "control_total_wanted": later("控制总数至少一项。"),
    "say_what_was_checked": later("请说明；抽查须写明 %(rows)s 行是哪些行。"),
    "check_fails": later("有检查不通过，不能放行。"),
    "other_preparer_wanted": later("请选另一位整理人，且不是质检人。"),
    "never_waived": later("遮盖、小单元格或使用人范围不通过的，不能附注放行。"),
    "no_such_case": later("没有案件 %(number)s，请核对编号。"),
    "kept_longer_before": later("已延期一次，不能再延。"),
    "kept_until_between": later("延期须在 %(first)s 之后，不晚于 %(last)s。"),
    "delivered_before": later("数据已经交付过，不能撤回；请答复，或由分析利用岗不予提供后销毁。"),
    "was_downloaded": later("该使用人于 %(day)s 下载过，请说明副本的去向。"),
    "collective_against": later("集体审议不同意移送，只能不予移送或退回。"),
    "reviewed_already": later("已经集体审议，不再提请审议。"),
    "minutes_cover_it": later("集体审议记录已涵盖，只能同意；有新事实的，不予移送。"),
    "papers_listed": later("材料清单至少一项。"),
    "check_pages_first": later("请逐页核对后再移交。"),
    "before_handover": later("不能早于移交日期。"),
    "not_fit_to_send_on": later("材料不齐全或不符合移送标准的，请退回补正。"),
    "before_receipt": later("不能早于征管处收到的日期。"),
    "update_file_first": later("请先更新一户式档案。"),
    "answer_the_advice": later("稽查局提出了管理建议，须答复。"),
    "advice_for_whom": later("请写明向哪个单位提出管理建议。"),
    "period_twice": later("同一税种、所属期只填一行。"),
    "more_than_found": later("入库不能多于查补。"),
    "paid_when": later("有入库的，须填入库日期。"),
    "contact_ban": later(
        "该户的疑点已于 %(since)s 移送稽查（%(number)s），稽查局受理前不得就同期疑点约谈、函询、"
        "发自查通知或实地核查。"
    ),
    "contact_ban_accepted": later(
        "该户的疑点已由稽查局于 %(since)s 受理（%(number)s），稽查局结案反馈前不得就同期疑点"
        "与纳税人接触；稽查局书面要求的实地核查除外。"
    ),
    "contact_barred_higher": later(
        "上级正在对该户专项评估，不得再就同期疑点与纳税人接触：请转入评定。"
    ),
    "a_line_at_least": later("清册至少要有一行。"),
    "a_line_for_each_district": later("会议指定的每个区局至少要有一行。"),
    "meeting_item_text": later("会议纪要文号和要求须填 %(least)s 至 %(most)s 个字。"),
    "meeting_item_districts": later("请至少选择一个区局。"),
    "meeting_item_unit": later("请从列出的处室和区局中选择。"),
    "meeting_item_deadline": later("办理期限须是今天以后的日期。"),
    "after_the_deadline": later("办理期限已过，不能再办，请上报。"),
    "campaign_has_nobody": later("清册里还没有可以下达的户，请先在专项页制作清册。"),
    "campaign_due_over": later("完成期限已过，请退回修改。"),
    "campaign_still_open": later("还有 %(count)s 户没有办结，请写明理由。"),
    "campaign_name": later("请填写名称，2 至 %(longest)s 字。"),
    "campaign_method": later("请写明办理方法，10 至 %(longest)s 字。"),
    "campaign_file_unread": later("读不出这个文件，请上传 UTF-8 或 GB18030 编码的 CSV 文件。"),
    "campaign_file_empty": later("文件里没有税号。"),
    "campaign_too_long": later("一份清册最多 %(most)s 户，请缩小范围。"),
    "campaign_no_condition": later("请至少选一个条件。"),
    "campaign_nobody_fits": later("没有符合条件的户。"),
    "campaign_ends_no_mark": later("只有撤销标识的专项才从另一专项取清册。"),
    "campaign_reason": later("请写明理由，5 至 200 字。"),
    "campaign_nobody_chosen": later("请勾选清册里的户。"),
    "mark_of_other_list": later("本专项不作这种标识。"),
    "mark_differs": later("与核实时拟作的标识不一致，请先退回核实。"),
    "mark_is_newer": later("%(on)s 已有较晚的标识变动，请核对日期。"),
    "plan_rows_open": later(
        "评估对象还有 %(count)s 户没有填完（序号 %(numbers)s），请打开评估对象页补齐。"
    ),
    "plan_is_empty": later("计划内没有评估对象，不能下达；请退回或者不作计划。"),
    "plan_over_quota": later("有 %(count)s 个科（所）超过本月名额，请在评估对象页写明理由。"),
    "plan_undecided": later("请选择是否列入。"),
    "plan_not_eligible": later("按排除条件不能列入。"),
    "plan_reason": later("请写明理由，%(least)s 至 %(most)s 字。"),
    "plan_taxes": later("请选择税种。"),
    "plan_period_reason": later("评估以前年度的，请写明理由，%(least)s 至 %(most)s 字。"),
    "plan_months": later("请按年月填写起止所属期，例如 2009-10，起不晚于止。"),
    "plan_industry": later("请填写国民经济行业代码，2 至 4 位数字。"),
    "plan_no_sections": later("该单位没有科（所），不管户，不立评估计划。"),
    "plan_share": later("请填写 1 至 100 的整数。"),
    "plan_already_in": later("该户已在清册中。"),
    "again_enough": later("已经再办 %(times)s 次，不能再退。"),
    "answer_the_objections": later("上一轮会签有异议，请逐条答复。"),
    "continued_once": later("已经继续督办过一次，只能结束。"),
    "declare_on_the_case": later("有应回避情形的，请在任务页“回避”中申报，由科（所）长另派人员。"),
    "every_listed_line": later("清册的每一行都要填写，请刷新后重填。"),
    "evidence_at_least_one": later("请至少上传一份证据。"),
    "household_needs_section": later("纳税人事项须指定办理科（所）。"),
    "needed_for_the_meeting": later("提交会议的必填。"),
    "no_hit_for_a_case": later("该户没有待处理的预警命中，不能立任务，请按简易事项办理。"),
    "no_such_tin": later("没有这个纳税人识别号的纳税人。"),
    "not_for_itself": later("起草处室不为自己会签。"),
    "not_in_the_future": later("请填今天以后的日期。"),
    "not_own_household": later("该户不归本局管辖。"),
    "nothing_open": later("清册已全部办结，没有可以继续督办的。"),
    "open_lines_without_item": later("还有未办结的清册行没有写明如何处理，请退回修改。"),
    "reason_for_other_kind": later("改变系统所拟办理方式的，请写明理由（10 字以上）。"),
    "register_says_otherwise": later("按管户登记，该户不归这个单位。"),
    "returned_once": later("已经退回提问一次。"),
    "sample_too_small": later("至少抽查 %(least)s 行。"),
    "second_officer_too": later("立任务的须指定协办人员。"),
    "not_a_valid_choice": later("请从所列各项中选择。"),
    "two_people": later("主办和协办不能是同一人。"),
    "unit_line_is_simple": later("单位事项只能按简易事项办理。"),
    "why_not_verifiable": later("请写明无法核实的原因。"),
    "every_doubt": later("每个疑点都要有结论。"),
    "every_amount": later("每一笔应补税额都要填写。"),
    "every_step": later("每个规定的核查步骤都要填写。"),
    "amount_without_confirmed_doubt": later("没有成立的疑点，不能填写税额差异。"),
    "member_twice": later("同一人只能选一次。"),
    "not_of_the_district": later("请选择本局可以参加审议的人员。"),
    "unknown_file": later("有文件不在本任务中或已撤下，请重新上传。"),
    "no_number": later("编号须含字母、数字或汉字，请按申报表填写。"),
    "due_too_early": later("该所属期的税款最早 %(earliest)s 到期，请核对缴款期限。"),
    "offset_above_adjustment": later("弥补亏损不能超过调整应纳税所得额（%(adjustment)s 元）。"),
    "tax_and_period_twice": later("同一税种和所属期只能填一行。"),
    "paid_differs": later("与应缴数 %(due)s 元不符。"),
    "receipts_differ": later(
        "匹配的税收票证合计 %(paid)s 元，应缴 %(due)s 元：请先在“候选缴款”里匹配齐全，或撤回错配。"
    ),
    "always_done": later("%(step)s 调阅一户式资料必须完成。"),
    "still_planned": later("还有留待的核查步骤，不能作出结论。"),
    "visit_not_recorded": later("须先实地核查：%(reason)s。请选“实地核查”。"),
    "no_contact_tried": later("还没有联系过纳税人，请先函询或实地核查。"),
    "visit_required": later("该户须实地核查，不能不同意。"),
    "every_site_item": later("现场每一项都要填写。"),
    "data_error_is_other": later("疑点全部为数据差错的，原因请选“其他”。"),
    "moved_away_unseen": later("走逃须以实地核查查无下落为依据，请先实地核查。"),
    "measure_not_for_cause": later(
        "发票措施只用于走逃、隐瞒收入和代理空壳，请改选原因或不采取措施。"
    ),
    "not_abnormal": later("该户登记状态不是非正常户，停供须写明违法行为。"),
    "wrong_taxpayer_is_data_error": later("不是本户的记录属于数据差错，请选“数据差错”。"),
    "unclear_untried": later("疑点不清楚的，请先函询、约谈、实地核查或协查。"),
    "forged_concludes": later("单证伪造的，请直接作出核实结论。"),
    "at_least_one": later("至少填写一行。"),
    "cancel_not_cleared": later("税款、发票、罚款没有全部结清，不能注销。"),
    "answer_not_due": later("协查期限 %(due)s 届满后才能登记逾期未答复。"),
    "still_unclear": later("还有不清楚的疑点，不能作出结论。"),
    "file_type": later("不接受这种文件：%(name)s。可用：%(allowed)s。"),
    "file_content": later("文件 %(name)s 的内容不是 %(ending)s 文件，请换成真正的该类文件。"),
    "patrol_photographs": later("一次巡查最多上传 %(most)s 张照片。"),
    "patrol_no_picture": later("“%(name)s”不是 JPEG 或 PNG 照片。"),
    "file_heic": later(
        "照片 %(name)s 是苹果手机的 HEIC 格式，不能采用。请在手机“设置 → 相机 → 格式”里选"
        "“兼容性最佳”后重新拍摄，或者转存为 JPG 再上传。"
    ),
    "file_empty": later("文件 %(name)s 是空的。"),
    "file_too_large": later("文件 %(name)s 太大，最多 20 MB。"),
    "file_infected": later("文件 %(name)s 与一份发现病毒（%(finding)s）的文件相同，不能提交。"),
    "archive_broken": later("压缩文件 %(name)s 已损坏或打不开，请重新打包。"),
    "archive_entries": later("压缩文件 %(name)s 里的文件太多，最多 %(most)s 个，请分开提交。"),
    "archive_too_large": later("压缩文件 %(name)s 解开后超过 200 MB，请分开提交。"),
    "archive_name": later("压缩文件 %(name)s 里有不能接受的路径 %(entry)s，请重新打包。"),
    "archive_link": later("压缩文件 %(name)s 里有链接 %(entry)s，请换成文件本身再打包。"),
    "archive_locked": later("文件 %(name)s 有密码，请去掉密码再提交。"),
    "archive_macro": later("文件 %(name)s 含有宏，请另存为不含宏的文件再提交。"),
    "archive_program": later("文件 %(name)s 里有程序 %(entry)s，不能提交。"),
    "archive_nested": later("文件 %(name)s 里还有压缩文件 %(entry)s，请解开后提交。"),
    "text_length": later("必填，最多 %(longest)s 个字。"),
    "opinion_required": later("请写明意见。"),
}


def sentence(refusal: Refused) -> str:
    """What a refusal says to the person, in the language of the page."""
    text = SENTENCES.get(_finer(refusal))
    if text is None:
        return _("这件事现在不能办理（%(code)s）。", code=refusal.code)
    values = {name: _shown(value) for name, value in refusal.values.items()}
    return str(text) % defaultdict(str, values)


def _finer(refusal: Refused) -> str:
    """The code by which a refusal is said: some have a finer sentence by their values."""
    values = refusal.values
    if refusal.code == "not_yours" and not values.get("holder"):
        return "not_yours_free"
    if refusal.code == "barred" and values.get("because") == "tie_declared":
        return "barred_declared"
    if refusal.code == "barred" and values.get("as_whom"):
        return "barred_recused" if values.get("because") == "recused" else "barred_as"
    return refusal.code


def _shown(value: object) -> str:
    if isinstance(value, datetime):
        return f"{value.astimezone(clock.BUREAU_ZONE):%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return f"{value:%Y-%m-%d}"
    if isinstance(value, Term):
        return say(value)
    if isinstance(value, dict):  # a thing by its names; refused fields are told at the fields
        return name_of(value["name"], value["name_en"]) if "name" in value else ""
    if isinstance(value, (list, tuple, set, frozenset)):
        return words.joined(_shown(each) for each in value)
    return _role(value) if isinstance(value, str) else "" if value is None else str(value)


def _role(text: str) -> str:
    """A role named by its identifier is said by its title."""
    return say(Role(text)) if text in _ROLES else text


_ROLES = frozenset(role.value for role in Role)


def field_sentence(code: str, values: Mapping[str, object]) -> str:
    """What is wrong with one field, and what to do about it."""
    text = FIELD_SENTENCES.get(code)
    if text is None:
        return _("填写有误（%(code)s）。", code=code)
    shown = {name: _shown(value) for name, value in values.items()}
    return str(text) % defaultdict(str, shown)
