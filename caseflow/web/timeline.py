"""Events of the record as sentences of a timeline."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from caseflow.models import Answer
from caseflow.reads.record import Event
from caseflow.reads.reminders import is_late
from caseflow.vocabulary import decisions
from caseflow.web import deputy_words, words
from caseflow.web.languages import name_of, say
from caseflow.web.speech import _, ngettext
from caseflow.web.words import joined

Names = Mapping[str, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a timeline."""

    seq: int
    at: datetime
    who: str
    what: str
    quote: str
    icon: str
    kind: str
    filter: str


# Answers that are quoted beside an act, the first that there is.
_QUOTED = ("opinion", "return_text", "reason", "objection", "refusal_text", "requirement", "note")

# Which filter of the auditor an act falls under, its icon and its colour.
_LOOKS: Mapping[str, tuple[str, str, str]] = {
    "case.opened": ("course", "robot", "sys"),
    "task.completed": ("course", "circle-check", "ok"),
    "task.claimed": ("course", "user-check", ""),
    "task.released": ("course", "arrow-back-up", ""),
    "timer.fired": ("course", "clock", "sys"),
    "message.heard": ("course", "mail", "sys"),
    "signal.heard": ("course", "mail", "sys"),
    "case.doubts_joined": ("course", "alert-triangle", "sys"),
    "attachment.added": ("files", "paperclip", ""),
    "attachment.described": ("files", "user-check", ""),
    "attachment.removed": ("files", "trash", "warn"),
    "attachment.locked": ("files", "shield-x", "warn"),
    "paper.served": ("files", "send", ""),
    "task.reminded": ("course", "bell", "warn"),
    "case.migrated": ("course", "stack-2", "sys"),
    "case.migrated_back": ("course", "stack-2", "sys"),
    "case.move_asked": ("course", "flag", "warn"),
    "case.moved": ("course", "flag", "warn"),
    "case.move_rejected": ("course", "flag", "warn"),
    "case.move_withdrawn": ("course", "flag", "warn"),
    "recusal.declared": ("course", "ban", "warn"),
    "recusal.refused": ("course", "ban", "warn"),
    "case.recused": ("course", "ban", "warn"),
}


def of(
    events: Iterable[Event], names: Names, answers: Mapping[int, Answer] | None = None
) -> tuple[Entry, ...]:
    """
    Say events in the order given.

    Args:
        events: acts of one case.
        names: the steps' names by element.
        answers: what was handed in, by the number of the act: opinions and reasons are quoted.

    """
    return tuple(_entry(event, names, (answers or {}).get(event.seq)) for event in events)


def _entry(event: Event, names: Names, answer: Answer | None) -> Entry:
    group, icon, kind = _LOOKS.get(event.action, ("other", "circle-dot", ""))
    returned = event.payload.get("returned")
    if returned:
        icon, kind = "arrow-back-up", "warn"
    return Entry(
        seq=event.seq,
        at=event.at,
        who=deputy_words.signed(event.name or _("系统"), event.for_name, event.through_name),
        what=what(event, names),
        quote=_quote(answer) or str(returned or _reason(event)),
        icon=icon,
        kind=kind,
        filter=group,
    )


def _reason(event: Event) -> str:
    """Why a case was carried over or moved."""
    is_told = event.action.startswith(("case.migrated", "case.move"))
    return str(event.payload.get("reason", "")) if is_told else ""


def _quote(answer: Answer | None) -> str:
    """What somebody gave as opinion or reason with an act."""
    content = answer.content if answer else {}
    return next((str(content[key]) for key in _QUOTED if content.get(key)), "")


def what(event: Event, names: Names) -> str:
    """What was done, in words."""
    payload = event.payload
    step = _step(str(payload.get("task", "")), names) or _target(payload)
    text = _actions(payload, step).get(event.action)
    decided = _decided(payload) if event.action == "task.completed" else ""
    return (text or event.action) + decided + _effects(payload, names) + _late(event)


def _target(payload: Mapping[str, Any]) -> str:
    """The step to which a case was moved by administration."""
    chinese = str(payload.get("target_name", ""))
    return name_of(chinese, str(payload.get("target_name_en") or chinese))


def _decided(payload: Mapping[str, Any]) -> str:
    """What a step decided, in the words of its form."""
    words = [say(term) for term in decisions.decided(payload.get("routing") or {})]
    return _("：%(decided)s", decided=joined(words)) if words else ""


def action_name(action: str, names: Names) -> str:
    """An act in a list of streams, where its payload is not shown."""
    words = _actions({}, _step("", names)) | {"case.opened": _("由预警生成任务")}
    return words.get(action, action).strip(" ：:")


def actions() -> list[tuple[str, str]]:
    """Every kind of act with its words: acts on cases first, then those of the system."""
    on_cases = [(each, action_name(each, {})) for each in _actions({}, "")]
    return on_cases + [(key, words) for key, words in _system_actions().items()]


def system_action(action: str) -> str:
    """An act that belongs to no case: of a part of the system, or of a person."""
    return _system_actions().get(action, action)


def _system_actions() -> dict[str, str]:
    return {
        "audit.viewed": _("查阅审计页面"),
        "bureau.changed": _("变更机构、人员和岗位"),
        "case.read": _("查阅任务"),
        "case.refused": _("查阅或办理被拒"),
        "clock.advanced": _("拨动演示时钟"),
        "clock.demo_begun": _("启用演示时钟"),
        "clock.past_made": _("补办演示期间的任务"),
        "definition.approved": _("批准流程新版本"),
        "definition.deployed": _("发布流程"),
        "definition.draft_begun": _("起草流程新版本"),
        "definition.draft_file_removed": _("删去草稿中的文件"),
        "definition.draft_rebased": _("把草稿移到最新版本上"),
        "definition.draft_saved": _("修改流程草稿"),
        "definition.rejected": _("未批准流程新版本"),
        "definition.submitted": _("提交流程新版本审批"),
        "definition.taken_back": _("收回待审批的草稿"),
        "definition.withdrawn": _("放弃流程草稿"),
        "evidence.asked": _("申请取证导出"),
        "evidence.packed": _("取证包打好"),
        "evidence.taken": _("取走取证包"),
        "facts.taken_in": _("导入涉税数据"),
        "key.recorded": _("登记签名公钥"),
        "limit.set": _("设定月度限额"),
        "dossier.exported": _("出具案卷"),
        "list.exported": _("导出清单"),
        "record.exported": _("导出全部留痕"),
        "migration.approved": _("批准迁移在办任务"),
        "migration.finished": _("迁移在办任务完成"),
        "migration.planned": _("计划迁移在办任务"),
        "migration.rejected": _("未批准迁移在办任务"),
        "migration.revert_begun": _("退回已迁移的任务"),
        "migration.judged": _("试算完成"),
        "migration.withdrawn": _("撤回迁移计划"),
        "officers.put": _("登记人员"),
        "account.disabled": _("停用账户"),
        "account.enabled": _("恢复账户"),
        "account.locked": _("连续失败，账户锁定"),
        "factor.recovery_renewed": _("换一组恢复码"),
        "factor.recovery_used": _("用恢复码代替动态码"),
        "factor.removed": _("取消动态码"),
        "factor.set": _("启用动态码"),
        "factor.shown": _("验证动态码"),
        "password.changed": _("修改密码"),
        "password.set": _("设置密码"),
        "person.confirmed": _("确认是本人"),
        "message.expired": _("保留的消息到期，无任务接收"),
        "message.kept": _("消息暂无任务等待，已保留"),
        "message.retried": _("重试失败的后台消息"),
        "message.discarded": _("放弃失败的后台消息"),
        "signal.given": _("发出信号"),
        "cases.refused": _("部分任务未能生成"),
        "record.check_begun": _("开始全链校验"),
        "record.check_cancelled": _("取消全链校验"),
        "record.checked": _("全链校验完成"),
        "record.searched": _("检索留痕"),
        "run.accepted": _("采用筛查批次"),
        "run.finished": _("筛查完成"),
        "run.held": _("暂扣筛查批次"),
        "sample.drawn": _("抽取样本"),
        "self_check.begun": _("发起自检"),
        "self_check.done": _("自检完成"),
        "self_check.house_repaired": _("处理系统自检发现的问题"),
        "session.begun": _("登录"),
        "session.ended": _("退出"),
        "session.refused": _("登录或确认被拒"),
        "session.revoked": _("结束登录"),
        "taxpayer.read": _("查阅纳税人档案"),
        "units.put": _("登记机构"),
        "working_paper.begun": _("新写工作底稿"),
        "working_paper.saved": _("保存工作底稿"),
    }


def stream_name(stream: str) -> str:
    """A chain of the record that belongs to no case: of a part of the system, or of a person."""
    kind, _colon, key = stream.partition(":")
    if kind == "user":
        return _("人员 %(id)s", id=key)
    return {
        "checks": _("全链校验"),
        "clock": _("演示时钟"),
        "definitions": _("流程定义"),
        "exports": _("导出和案卷"),
        "facts": _("涉税数据"),
        "keys": _("签名公钥"),
        "outbox": _("后台消息"),
        "parameters": _("参数"),
        "people": _("机构和人员"),
        "screening": _("筛查批次"),
        "self_checks": _("每日自检"),
        "messages": _("消息与信号"),
    }.get(key, stream)


def _actions(payload: Mapping[str, Any], step: str) -> dict[str, str]:
    return {
        "case.opened": ngettext(
            "由预警生成任务，含 %(num)d 个疑点",
            "由预警生成任务，含 %(num)d 个疑点",
            _how_many(payload.get("warnings")),
        ),
        "task.completed": _("办理 %(step)s", step=step),
        "task.claimed": _("领取 %(step)s", step=step),
        "task.released": _("放回 %(step)s", step=step),
        "message.heard": _("收到消息 %(name)s", name=payload.get("message", "")),
        "signal.failed": _("收到信号 %(name)s，但流程没有继续", name=payload.get("signal", "")),
        "signal.heard": _("收到信号 %(name)s", name=payload.get("signal", "")),
        "timer.failed": _("期限到，但流程没有继续"),
        "timer.fired": _("期限到，按流程继续"),
        "case.doubts_joined": _("新疑点并入本任务"),
        "attachment.added": _("上传 %(name)s", name=payload.get("name", "")),
        "attachment.described": _("填写 %(name)s 的取证信息", name=payload.get("name", "")),
        "attachment.locked": _("%(name)s 发现病毒，已隔离", name=payload.get("name", "")),
        "attachment.removed": _("撤下 %(name)s", name=payload.get("name", "")),
        "paper.served": _("送达文书 %(number)s", number=payload.get("number", "")),
        "case.migrated": _("迁移到流程第 %(n)s 版", n=payload.get("to", "")),
        "case.migrated_back": _("退回到流程第 %(n)s 版", n=payload.get("to", "")),
        "case.move_asked": _("申请行政调整到 %(step)s", step=step),
        "case.moved": _("批准行政调整到 %(step)s", step=step),
        "case.move_rejected": _("不批准行政调整到 %(step)s", step=step),
        "case.move_withdrawn": _("撤回行政调整到 %(step)s 的申请", step=step),
        "self_check.repaired": _("处理自检发现的问题"),
        "recusal.declared": _("%(name)s 申报回避", name=payload.get("name", "")),
        "recusal.refused": _("%(name)s 不回避", name=payload.get("name", "")),
        "case.recused": _("决定 %(name)s 回避", name=payload.get("name", "")),
        "task.reminded": _rung(str(payload.get("rung", "")), step),
    }


def _how_many(listed: object) -> int:
    """How many an event lists; other kinds of events tell a count under the same name."""
    return len(listed) if isinstance(listed, list) else 0


def rung_name(rung: str) -> str:
    """A rung of the ladder of reminders."""
    return {
        "half": _("期限过半"),
        "four_fifths": _("期限将至"),
        "overdue": _("已逾期"),
        "overdue_3": _("逾期 3 个工作日"),
        "overdue_10": _("逾期 10 个工作日"),
    }.get(rung, rung)


def _rung(rung: str, step: str) -> str:
    return _("提醒办理 %(step)s：%(rung)s", step=step, rung=rung_name(rung))


def _late(event: Event) -> str:
    """When a reminder should have been given that fired late."""
    reached = event.payload.get("reached_at")
    if reached is None or not is_late(datetime.fromisoformat(reached), event.at):
        return ""
    return _("（应于 %(at)s 提醒，补发）", at=words.stamp(datetime.fromisoformat(reached)))


def _effects(payload: Mapping[str, Any], names: Names) -> str:
    opened = [_step(str(step), names) for step in payload.get("opened", ())]
    papers = [
        str(effect["number"])
        for effect in payload.get("effects", ())
        if isinstance(effect, dict) and effect.get("number")
    ]
    text = _("，签发文书 %(numbers)s", numbers=joined(papers)) if papers else ""
    if payload.get("ended"):
        return text + _("，任务办结")
    return text + (_("，下一步：%(steps)s", steps=joined(opened)) if opened else "")


def _step(element: str, names: Names) -> str:
    return name_of(*names.get(element, (element, element)))
