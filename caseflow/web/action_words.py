"""What each kind of act on the record is called, where its content is not shown: one table.

Grouped by what people look for, and in the order of the work within each group.
"""

from __future__ import annotations

from collections.abc import Mapping

from caseflow.web.speech import later

# Group -> action -> its name.
_GROUPS: Mapping[object, Mapping[str, object]] = {
    later("任务办理"): {
        "case.opened": later("由预警生成任务"),
        "record.matched": later("人工匹配一条第三方记录"),
        "batch.released": later("批次记录放行为事实"),
        "case.batched": later("列入零申报批次"),
        "batch.dispatched": later("批次各户已分派"),
        "case.doubts_joined": later("新疑点并入任务"),
        "task.claimed": later("领取步骤"),
        "task.released": later("放回步骤"),
        "task.completed": later("办理步骤"),
        "limit.extension_asked": later("申请延期"),
        "limit.extended": later("批准延期"),
        "limit.not_extended": later("不批准延期"),
        "payment.deferred": later("登记延期缴纳"),
        "limit.paused": later("中止计时"),
        "limit.pause_ended": later("恢复计时"),
        "task.delegated": later("委派步骤"),
        "task.given_back": later("办完交回"),
        "task.delegation_ended": later("收回委派"),
        "task.opinion_asked": later("请加签"),
        "task.advised": later("加签"),
        "task.question_taken_away": later("减签或撤回所问"),
        "case.commented": later("留言"),
        "case.copied": later("抄送任务"),
        "case.copy_read": later("已阅"),
        "case.help_asked": later("请协查"),
        "case.help_given": later("答复协查"),
        "task.taken_back": later("拿回已提交的步骤"),
        "task.handed_over": later("转办步骤"),
        "case.followed_household": later("随管户移交"),
        "log.entered": later("记工作日志"),
        "log.corrected": later("更正工作日志"),
        "log.signed": later("签署当日工作日志"),
        "log.printed": later("打印工作日志"),
        "patrol.printed": later("打印巡查记录"),
        "patrol.planned": later("安排巡查"),
        "patrol.dropped": later("取消巡查安排"),
        "patrol.visited": later("登记巡查"),
        "patrol.photographed": later("上传巡查照片"),
        "patrol.confirmed": later("确认巡查"),
        "households.handed_over": later("管户交接"),
        "handover.confirmed": later("确认接收管户"),
        "assignments.carried_out": later("批量派发"),
        "assignments.undone": later("撤回批量派发"),
        "payment.matched": later("匹配缴款"),
        "payment.taken_back": later("撤回匹配的缴款"),
        "facts.payments_taken": later("导入税收票证"),
        "case.contact_barred": later("停止接触纳税人"),
        "case.contact_freed": later("恢复接触纳税人"),
        "archive.called": later("转档案管理岗归档"),
        "case.archived": later("归档"),
        "archive.lent": later("借出案卷"),
        "archive.returned": later("收回案卷"),
        "recheck.drawn": later("抽取复查、抽查"),
        "recheck.assigned": later("复查派员"),
        "recheck.reported": later("提交复查结果"),
        "recheck.sent_back": later("退回复查结果"),
        "recheck.signed": later("签批复查报告"),
        "recheck.reopened": later("复查改变结论，另立评估"),
        "recheck.spot_checked": later("记录抽查结果"),
        "task.rests_on_leaver": later("办理人已离岗，待改派"),
        "task.nudged": later("催办"),
        "task.sent_back": later("退回前面的步骤"),
        "task.reminded": later("提醒办理"),
        "request.recurred": later("所需数据到齐，立下一次需求"),
        "directive.lines_settled": later("清册办结，转科（所）反馈"),
        "plan.gathered": later("更新备选库"),
        "plan.drafted": later("拟定评估对象"),
        "plan.decided": later("审核评估对象"),
        "plan.household_added": later("人工列入评估对象"),
        "plan.judged_again": later("重新核对排除条件"),
        "plan.evaluations_opened": later("按计划开立评估任务"),
        "plan.carried_out": later("计划内任务全部开立"),
        "campaign.listed": later("制作专项清册"),
        "campaign.taken_out": later("从专项清册剔除"),
        "campaign.opened": later("按专项清册下达任务"),
        "campaign.carried_out": later("清册全部下达"),
        "campaign.joined": later("列入专项"),
        "answers.repeated": later("照此办理停在同一步的任务"),
        "answers.share_done": later("照此办理完成一部分"),
        "household.higher_assessment": later("登记上级专项评估"),
        "timer.fired": later("期限到，按流程继续"),
        "timer.failed": later("期限到，但流程没有继续"),
        "message.heard": later("收到消息"),
        "signal.heard": later("收到信号"),
        "signal.failed": later("收到信号，但流程没有继续"),
        "signal.given": later("发出信号"),
        "paper.served": later("送达文书"),
        "attachment.added": later("上传文件"),
        "attachment.described": later("填写取证信息"),
        "attachment.removed": later("撤下文件"),
        "attachment.locked": later("文件发现病毒，已隔离"),
        "case.limits_recounted": later("放假安排公布，重算期限"),
        "case.move_asked": later("申请行政调整"),
        "case.moved": later("批准行政调整"),
        "case.called_for": later("关联案件转来疑点"),
        "case.merged_in": later("其他任务并入"),
        "case.merger_undone": later("并入的任务撤销并入"),
        "case.taken_out": later("撤销并入，恢复办理"),
        "case.split": later("拆分疑点"),
        "case.referral_opened": later("待立任务立案"),
        "case.correction_laid": later("更正数据生效并重算疑点"),
        "case.correction_reversed": later("撤销数据更正并重算疑点"),
        "case.correction_met": later("来源再次报送被更正的数据"),
        "case.move_rejected": later("不批准行政调整"),
        "case.move_withdrawn": later("撤回行政调整的申请"),
        "case.migrated": later("迁移到流程新版本"),
        "case.migrated_back": later("退回到流程原版本"),
        "self_check.repaired": later("处理自检发现的问题"),
        "cases.refused": later("部分任务未能生成"),
    },
    later("查阅和导出"): {
        "case.read": later("查阅任务"),
        "case.refused": later("查阅或办理被拒"),
        "taxpayer.read": later("查阅纳税人档案"),
        "household.opened": later("填写查看纳税人的事由"),
        "list.exported": later("导出清单"),
        "door.refused": later("进入功能或操作被拒"),
        "dossier.exported": later("出具案卷"),
        "record.exported": later("导出全部留痕"),
        "record.searched": later("检索留痕"),
        "audit.viewed": later("查阅审计页面"),
    },
    later("权限"): {
        "deputy.granted": later("委托代理"),
        "deputy.revoked": later("收回代理"),
        "grant.given": later("给予临时授权"),
        "grant.revoked": later("收回临时授权"),
        "sensitive.marked": later("标记涉密案卷"),
        "sensitive.reader_allowed": later("列入涉密查阅名单"),
        "sensitive.reader_ended": later("移出涉密查阅名单"),
        "sensitive.lifted": later("解除涉密标记"),
        "recusal.declared": later("申报回避"),
        "case.recused": later("决定回避"),
        "recusal.refused": later("决定不回避"),
        "bureau.changed": later("变更机构、人员和岗位"),
        "units.put": later("登记机构"),
        "officers.put": later("登记人员"),
    },
    later("登录和账户"): {
        "session.begun": later("登录"),
        "session.ended": later("退出"),
        "session.revoked": later("结束登录"),
        "session.refused": later("登录或确认被拒"),
        "person.confirmed": later("确认是本人"),
        "password.set": later("设置密码"),
        "password.changed": later("修改密码"),
        "factor.begun": later("开始启用动态码"),
        "factor.set": later("启用动态码"),
        "factor.shown": later("验证动态码"),
        "factor.removed": later("取消动态码"),
        "factor.recovery_used": later("用恢复码代替动态码"),
        "factor.recovery_renewed": later("换一组恢复码"),
        "account.locked": later("连续失败，账户锁定"),
        "account.disabled": later("停用账户"),
        "account.enabled": later("恢复账户"),
    },
    later("审计"): {
        "record.check_begun": later("开始全链校验"),
        "record.checked": later("全链校验完成"),
        "record.check_cancelled": later("取消全链校验"),
        "evidence.asked": later("申请取证导出"),
        "evidence.packed": later("取证包打好"),
        "evidence.taken": later("取走取证包"),
        "sample.drawn": later("抽取样本"),
        "working_paper.begun": later("新写工作底稿"),
        "working_paper.saved": later("保存工作底稿"),
    },
    later("流程"): {
        "definition.draft_begun": later("起草流程新版本"),
        "definition.draft_saved": later("修改流程草稿"),
        "definition.draft_rebased": later("把草稿移到最新版本上"),
        "definition.draft_file_removed": later("删去草稿中的文件"),
        "definition.submitted": later("提交流程新版本审批"),
        "definition.taken_back": later("收回待审批的草稿"),
        "definition.withdrawn": later("放弃流程草稿"),
        "definition.approved": later("批准流程新版本"),
        "definition.rejected": later("未批准流程新版本"),
        "definition.deployed": later("发布流程"),
        "migration.planned": later("计划迁移在办任务"),
        "migration.judged": later("试算完成"),
        "migration.approved": later("批准迁移在办任务"),
        "migration.rejected": later("未批准迁移在办任务"),
        "migration.withdrawn": later("撤回迁移计划"),
        "migration.finished": later("迁移在办任务完成"),
        "migration.revert_begun": later("退回已迁移的任务"),
    },
    later("数据和筛查"): {
        "facts.taken_in": later("导入涉税数据"),
        "facts.years_put": later("导入历年成果"),
        "facts.corrected": later("覆盖更正涉税数据"),
        "run.finished": later("筛查完成"),
        "run.accepted": later("采用筛查批次"),
        "run.held": later("暂扣筛查批次"),
        "limit.set": later("设定月度限额"),
        "calendar.loaded": later("载入放假安排"),
        "calendar.deadlines_loaded": later("载入申报缴款期限"),
    },
    later("系统运行"): {
        "clock.demo_begun": later("启用演示时钟"),
        "clock.past_made": later("补办演示期间的任务"),
        "clock.advanced": later("拨动演示时钟"),
        "self_check.begun": later("发起自检"),
        "self_check.done": later("自检完成"),
        "self_check.house_repaired": later("处理系统自检发现的问题"),
        "message.kept": later("消息暂无任务等待，已保留"),
        "message.expired": later("保留的消息到期，无任务接收"),
        "message.retried": later("重试失败的后台消息"),
        "message.discarded": later("放弃失败的后台消息"),
        "files.scrubbed": later("核对文件库完成"),
        "files.collected": later("清理无主文件"),
        "file.scanned": later("扫描文件"),
        "file.faulty": later("发现文件损坏"),
        "key.recorded": later("登记签名公钥"),
        "witness.recorded": later("登记见证人公钥"),
        "checkpoint.sheet_made": later("出具每日存证单"),
        "restore.signed": later("确认从备份恢复"),
    },
}
_OF_RECUSALS = ("recusal.declared", "case.recused", "recusal.refused")
# An act of the run that could not open some cases stands in no chain of a case.
_NO_CASE = "cases.refused"
_NAMES: Mapping[str, object] = {
    action: words for actions in _GROUPS.values() for action, words in actions.items()
}


def name(action: str) -> str:
    """An act in words; the action itself when this version knows none for it."""
    return str(_NAMES.get(action, action))


def is_named(action: str) -> bool:
    """Whether there are words for an action."""
    return action in _NAMES


def holding(words: str) -> tuple[str, ...]:
    """The actions whose name, as this reader is shown it, holds these words; case aside."""
    wanted = words.casefold()
    return tuple(action for action, said in _NAMES.items() if wanted in str(said).casefold())


def of_cases() -> list[tuple[str, str]]:
    """The kinds of act that stand in the chains of cases, with their words."""
    work = next(iter(_GROUPS.values()))
    return [
        (action, str(_NAMES[action])) for action in (*work, *_OF_RECUSALS) if action != _NO_CASE
    ]


def grouped() -> list[tuple[str, list[tuple[str, str]]]]:
    """Every kind of act with its words, by group."""
    return [
        (str(group), [(action, str(words)) for action, words in actions.items()])
        for group, actions in _GROUPS.items()
    ]
