"""Events of the record as sentences of a timeline."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from caseflow.models import Answer
from caseflow.reads.record import Event
from caseflow.reads.reminders import is_late
from caseflow.vocabulary import CaseKind, RecheckResult, RecheckWhy, Retention, decisions
from caseflow.web import action_words, deputy_words, words
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
    "task.opinion_asked": ("course", "users", ""),
    "task.advised": ("course", "circle-check", "ok"),
    "task.question_taken_away": ("course", "arrow-back-up", ""),
    "case.commented": ("course", "edit", ""),
    "payment.matched": ("course", "report-money", "ok"),
    "payment.taken_back": ("course", "arrow-back-up", "warn"),
    "case.contact_barred": ("course", "ban", "warn"),
    "case.contact_freed": ("course", "circle-check", ""),
    "archive.called": ("course", "folder", "sys"),
    "case.archived": ("course", "folder", "ok"),
    "archive.lent": ("course", "send", ""),
    "archive.returned": ("course", "arrow-back-up", ""),
    "recheck.drawn": ("course", "clipboard-check", "sys"),
    "recheck.assigned": ("course", "user-check", ""),
    "recheck.reported": ("course", "clipboard-check", ""),
    "recheck.sent_back": ("course", "arrow-back-up", "warn"),
    "recheck.signed": ("course", "circle-check", "ok"),
    "recheck.reopened": ("course", "link", "warn"),
    "recheck.spot_checked": ("course", "clipboard-check", ""),
    "case.copied": ("course", "send", ""),
    "case.copy_read": ("course", "circle-check", ""),
    "case.help_asked": ("course", "search", ""),
    "case.help_given": ("course", "circle-check", "ok"),
    "task.handed_over": ("course", "user-check", "warn"),
    "case.followed_household": ("course", "user-check", "warn"),
    "task.rests_on_leaver": ("course", "alert-triangle", "warn"),
    "limit.extension_asked": ("course", "calendar", "warn"),
    "limit.extended": ("course", "calendar", "ok"),
    "limit.not_extended": ("course", "calendar", "warn"),
    "payment.deferred": ("course", "calendar", "warn"),
    "limit.paused": ("course", "player-pause", "warn"),
    "limit.pause_ended": ("course", "player-play", "ok"),
    "task.delegated": ("course", "users", "warn"),
    "task.given_back": ("course", "circle-check", "ok"),
    "task.delegation_ended": ("course", "arrow-back-up", ""),
    "task.nudged": ("course", "bell", "warn"),
    "task.taken_back": ("course", "arrow-back-up", "warn"),
    "task.sent_back": ("course", "arrow-back-up", "warn"),
    "directive.lines_settled": ("course", "clock", "sys"),
    "request.recurred": ("course", "clock", "sys"),
    "plan.gathered": ("course", "circle-check", "sys"),
    "plan.drafted": ("course", "edit", ""),
    "plan.decided": ("course", "edit", ""),
    "plan.household_added": ("course", "edit", ""),
    "plan.judged_again": ("course", "clock", "sys"),
    "plan.evaluations_opened": ("course", "circle-check", "sys"),
    "plan.carried_out": ("course", "clock", "sys"),
    "campaign.listed": ("course", "edit", ""),
    "campaign.taken_out": ("course", "edit", "warn"),
    "campaign.opened": ("course", "circle-check", "sys"),
    "campaign.carried_out": ("course", "circle-check", "sys"),
    "campaign.joined": ("course", "clipboard-check", "sys"),
    "timer.fired": ("course", "clock", "sys"),
    "message.heard": ("course", "mail", "sys"),
    "signal.heard": ("course", "mail", "sys"),
    "case.called_for": ("course", "link", "sys"),
    "case.merged_in": ("course", "link", ""),
    "case.merger_undone": ("course", "arrow-back-up", "warn"),
    "case.taken_out": ("course", "arrow-back-up", "warn"),
    "case.split": ("course", "arrows-split", "warn"),
    "record.matched": ("course", "edit", ""),
    "batch.released": ("course", "database-import", "sys"),
    "case.batched": ("course", "clipboard-check", "sys"),
    "batch.dispatched": ("course", "clipboard-check", "sys"),
    "case.doubts_joined": ("course", "alert-triangle", "sys"),
    "case.referral_opened": ("course", "link", "sys"),
    "case.correction_laid": ("course", "edit", "sys"),
    "case.correction_reversed": ("course", "arrow-back-up", "sys"),
    "case.correction_met": ("course", "edit", "sys"),
    "attachment.added": ("files", "paperclip", ""),
    "attachment.described": ("files", "user-check", ""),
    "attachment.removed": ("files", "trash", "warn"),
    "attachment.locked": ("files", "shield-x", "warn"),
    "paper.served": ("files", "send", ""),
    "task.reminded": ("course", "bell", "warn"),
    "case.migrated": ("course", "stack-2", "sys"),
    "case.migrated_back": ("course", "stack-2", "sys"),
    "case.limits_recounted": ("course", "calendar", "sys"),
    "case.move_asked": ("course", "flag", "warn"),
    "case.moved": ("course", "flag", "warn"),
    "case.move_rejected": ("course", "flag", "warn"),
    "case.move_withdrawn": ("course", "flag", "warn"),
    "recusal.declared": ("course", "ban", "warn"),
    "recusal.refused": ("course", "ban", "warn"),
    "case.recused": ("course", "ban", "warn"),
}


# Acts whose event itself keeps the reason, or what was said.
_WITH_REASON = (
    "case.followed_household",
    "case.migrated",
    "case.merger_undone",
    "case.move",
    "case.split",
    "case.taken_out",
    "case.commented",
    "case.cop",
    "case.help",
    "limit.",
    "task.advised",
    "task.delegated",
    "task.given_back",
    "task.handed_over",
    "task.nudged",
    "task.opinion_asked",
    "task.sent_back",
)


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


def nudges(events: Iterable[Event], task_id: int) -> tuple[Entry, ...]:
    """Who has asked for a step to be done, and when."""
    asked = (e for e in events if e.action == "task.nudged" and e.payload.get("step") == task_id)
    return tuple(_entry(event, {}, None) for event in asked)


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
    """Why a case was carried over or moved, or what was said with an act of the office."""
    is_told = event.action.startswith(_WITH_REASON)
    return str(event.payload.get("reason", "")) if is_told else ""


def _quote(answer: Answer | None) -> str:
    """What somebody gave as opinion or reason with an act."""
    content = answer.content if answer else {}
    return next((str(content[key]) for key in _QUOTED if content.get(key)), "")


def what(event: Event, names: Names) -> str:
    """What was done, in words."""
    payload = event.payload
    step = _step(str(payload.get("task", "")), names) or _target(payload)
    # Whoever declares a tie of the own is named already, as the one who acts.
    is_of_own = event.action == "recusal.declared" and payload.get("name") == event.name
    text = None if is_of_own else _actions(payload, step).get(event.action)
    decided = _decided(payload) if event.action == "task.completed" else ""
    said = text or action_words.name(event.action)
    return said + decided + _effects(payload, names) + _late(event)


def _to(payload: Mapping[str, Any]) -> str:
    """Whom an act names: who is asked, who gets a copy."""
    return str(payload.get("to_name", ""))


def _target(payload: Mapping[str, Any]) -> str:
    """The step to which a case was moved by administration or sent back."""
    chinese = str(payload.get("target_name", ""))
    return name_of(chinese, str(payload.get("target_name_en") or chinese))


def _decided(payload: Mapping[str, Any]) -> str:
    """What a step decided, in the words of its form."""
    words = [say(term) for term in decisions.decided(payload.get("routing") or {})]
    return _("：%(decided)s", decided=joined(words)) if words else ""


def stream_name(stream: str) -> str:
    """A chain of the record that belongs to no case: of a part of the system, or of a person."""
    kind, _colon, key = stream.partition(":")
    if kind == "user":
        return _("人员 %(id)s", id=key)
    return {
        "calendar": _("放假安排"),
        "checks": _("全链校验"),
        "clock": _("演示时钟"),
        "definitions": _("流程定义"),
        "exports": _("导出和案卷"),
        "facts": _("涉税数据"),
        "files": _("文件库"),
        "households": _("管户"),
        "keys": _("签名公钥"),
        "outbox": _("后台消息"),
        "parameters": _("参数"),
        "people": _("机构和人员"),
        "restore": _("恢复备份"),
        "screening": _("筛查批次"),
        "seals": _("封存日报"),
        "self_checks": _("每日自检"),
        "messages": _("消息与信号"),
        "witnesses": _("见证人"),
    }.get(key, stream)


def _actions(payload: Mapping[str, Any], step: str) -> dict[str, str]:
    return {
        "case.opened": _opened(payload),
        "case.called_for": _("%(number)s 转来疑点", number=payload.get("from", "")),
        "case.merged_in": _("%(number)s 并入本任务", number=payload.get("from", "")),
        "case.merger_undone": _("%(number)s 撤销并入", number=payload.get("of", "")),
        "case.taken_out": _("撤销并入 %(number)s，恢复办理", number=payload.get("from", "")),
        "case.split": _("疑点拆分到 %(number)s", number=payload.get("to", "")),
        "case.referral_opened": _("待立任务立案 %(number)s", number=payload.get("opened") or ""),
        "task.completed": _("办理 %(step)s", step=step),
        "task.claimed": _("领取 %(step)s", step=step),
        "task.released": _("办理人已离岗，放回 %(step)s", step=step)
        if payload.get("why") == "left"
        else _("放回 %(step)s", step=step),
        "task.rests_on_leaver": _("%(step)s 的办理人已离岗，须改派", step=step),
        "task.opinion_asked": _("就 %(step)s 请 %(name)s 加签", step=step, name=_to(payload)),
        "task.advised": _("就 %(step)s 加签", step=step),
        "task.question_taken_away": _("撤回请 %(name)s 的答复", name=_to(payload)),
        "case.commented": _("留言"),
        "payment.matched": _("缴款入库，已全部缴清") if payload.get("is_whole") else _("缴款入库"),
        "payment.taken_back": _("撤回匹配的缴款"),
        "case.contact_barred": _("上级正在专项评估，不再接触纳税人，转入评定")
        if payload.get("why") == "higher_assessment"
        else _("所属期已由稽查局立案，不再接触纳税人，转入评定"),
        "case.contact_freed": _("可以恢复接触纳税人"),
        "archive.called": _("转档案管理岗归档，期限 %(day)s", day=payload.get("due_on", "")),
        "case.archived": _(
            "归档：档号 %(number)s，%(place)s，保管 %(years)s",
            number=payload.get("number", ""),
            place=payload.get("place", ""),
            years=_kept_for(payload),
        ),
        "archive.lent": _(
            "借给 %(name)s，%(day)s 前归还",
            name=payload.get("to_name", ""),
            day=payload.get("due_on", ""),
        ),
        "archive.returned": _("收回案卷"),
        "recheck.drawn": _("抽中抽查") if payload.get("why") == RecheckWhy.SPOT else _("抽中复查"),
        "recheck.assigned": _("派 %(name)s 复查", name=payload.get("to_name", "")),
        "recheck.reported": _("提交复查结果：%(result)s", result=_found(payload)),
        "recheck.sent_back": _("退回复查结果"),
        "recheck.signed": _("签批复查报告：%(result)s", result=_found(payload)),
        "recheck.reopened": _("%(number)s 复查改变结论，另立评估", number=payload.get("from", "")),
        "recheck.spot_checked": _("抽查：%(result)s", result=_found(payload)),
        "case.copied": _("抄送 %(name)s", name=_to(payload)),
        "case.copy_read": _("已阅"),
        "case.help_asked": _("请 %(name)s 协查", name=_to(payload)),
        "case.help_given": _("答复协查"),
        "task.handed_over": _(
            "把 %(step)s 转办给 %(name)s", step=step, name=payload.get("to_name")
        ),
        "case.followed_household": _(
            "管户交接，主办由 %(giver)s 改为 %(name)s",
            giver=payload.get("from_name"),
            name=payload.get("to_name"),
        ),
        "limit.extension_asked": _(
            "申请把%(what)s期限 %(old)s 延至 %(new)s", what=_limit(payload, step), **_moved(payload)
        ),
        "limit.extended": _(
            "批准把%(what)s期限 %(old)s 延至 %(new)s", what=_limit(payload, step), **_moved(payload)
        ),
        "limit.not_extended": _(
            "不批准延期，%(what)s期限仍为 %(old)s", what=_limit(payload, step), **_moved(payload)
        ),
        "payment.deferred": _(
            "登记延期缴纳：%(number)s，由 %(old)s 延至 %(new)s",
            number=payload.get("number", ""),
            **_moved(payload),
        ),
        "limit.paused": _("中止计时至 %(day)s", day=payload.get("until", "")),
        "limit.pause_ended": _(
            "恢复计时：%(first)s 至 %(last)s中止，计 %(n)s 个工作日",
            first=payload.get("from", ""),
            last=payload.get("to", ""),
            n=payload.get("paused_days", 0),
        ),
        "task.delegated": _("把 %(step)s 委派给 %(name)s", step=step, name=_to(payload)),
        "task.given_back": _("办完 %(step)s 交回", step=step),
        "task.delegation_ended": _("收回委派给 %(name)s 的 %(step)s", name=_to(payload), step=step),
        "task.nudged": _("催办 %(step)s", step=step),
        "task.taken_back": _("拿回 %(step)s", step=step),
        "task.sent_back": _("从 %(step)s 退回到 %(target)s", step=step, target=_target(payload)),
        "message.heard": _("收到消息 %(name)s", name=payload.get("message", "")),
        "signal.failed": _("收到信号 %(name)s，但流程没有继续", name=payload.get("signal", "")),
        "signal.heard": _("收到信号 %(name)s", name=payload.get("signal", "")),
        "timer.failed": _("期限到，但流程没有继续"),
        "directive.lines_settled": _("清册办结，转科（所）反馈"),
        "request.recurred": _(
            "所需数据到齐，立下一次需求 %(number)s", number=payload.get("opened", "")
        ),
        "plan.gathered": _("更新备选库，新增 %(n)s 户", n=payload.get("candidates", 0)),
        "plan.drafted": _("拟定评估对象，改动 %(n)s 户", n=_rows_changed(payload)),
        "plan.decided": _("审核评估对象，改动 %(n)s 户", n=_rows_changed(payload)),
        "plan.household_added": _("人工列入评估对象"),
        "plan.judged_again": _("重新核对排除条件"),
        "plan.evaluations_opened": _("按计划开立评估任务 %(n)s 件", n=payload.get("opened", 0)),
        "plan.carried_out": _("计划内任务全部开立"),
        "campaign.listed": _(
            "制作清册：立户 %(opens)s 户，并入 %(joins)s 户，不列入 %(out)s 户",
            opens=payload.get("opens", 0),
            joins=payload.get("joins", 0),
            out=payload.get("left_out", 0),
        ),
        "campaign.taken_out": _("从清册剔除 %(n)s 户", n=_how_many(payload.get("tins"))),
        "campaign.opened": _(
            "按清册下达 %(n)s 件，并入 %(joined)s 件",
            n=payload.get("opened", 0),
            joined=payload.get("joined", 0),
        ),
        "campaign.carried_out": _("清册全部下达"),
        "campaign.joined": _("列入专项 %(number)s", number=payload.get("campaign", "")),
        "timer.fired": _("期限到，按流程继续"),
        "case.doubts_joined": _("新疑点并入本任务"),
        "attachment.added": _("上传 %(name)s", name=payload.get("name", "")),
        "attachment.described": _("填写 %(name)s 的取证信息", name=payload.get("name", "")),
        "attachment.locked": _("%(name)s 发现病毒，已隔离", name=payload.get("name", "")),
        "attachment.removed": _("撤下 %(name)s", name=payload.get("name", "")),
        "paper.served": _("送达文书 %(number)s", number=payload.get("number", "")),
        "case.migrated": _("迁移到流程第 %(n)s 版", n=payload.get("to", "")),
        "case.migrated_back": _("退回到流程第 %(n)s 版", n=payload.get("to", "")),
        "case.limits_recounted": _("放假安排公布，期限由暂定改为确定"),
        "case.move_asked": _("申请行政调整到 %(step)s", step=step),
        "case.moved": _("批准行政调整到 %(step)s", step=step),
        "case.move_rejected": _("不批准行政调整到 %(step)s", step=step),
        "case.move_withdrawn": _("撤回行政调整到 %(step)s 的申请", step=step),
        "self_check.repaired": _("处理自检发现的问题"),
        "recusal.declared": _("提出 %(name)s 回避", name=payload.get("name", "")),
        "recusal.refused": _("%(name)s 不回避", name=payload.get("name", "")),
        "case.recused": _("决定 %(name)s 回避", name=payload.get("name", "")),
        "task.reminded": _rung(str(payload.get("rung", "")), step),
    }


def _limit(payload: Mapping[str, Any], step: str) -> str:
    return _("“%(step)s”的", step=step) if payload.get("task") else _("全程的")


def _moved(payload: Mapping[str, Any]) -> dict[str, str]:
    return {"old": str(payload.get("from", "")), "new": str(payload.get("to", ""))}


def _opened(payload: Mapping[str, Any]) -> str:
    """From what a case was opened: from warnings, a plan, another case, or from none of them."""
    count = _how_many(payload.get("warnings"))
    said = payload.get("said") or {}
    if said.get("origin") == "plan" and said.get("put_in_by_hand"):
        return _(
            "由评估计划 %(number)s 立案，人工列入（%(reason)s），含疑点 %(count)s 个",
            number=said.get("plan", ""),
            reason=said["put_in_by_hand"],
            count=count,
        )
    if said.get("origin") == "plan":
        return _(
            "由评估计划 %(number)s 立案，含疑点 %(count)s 个",
            number=said.get("plan", ""),
            count=count,
        )
    if "from" in payload:
        return _("由 %(number)s 立案，转来疑点 %(count)s 个", number=payload["from"], count=count)
    if not count:
        return _("立案，不由预警生成")
    return ngettext("由预警生成任务，含 %(num)d 个疑点", "由预警生成任务，含 %(num)d 个疑点", count)


def _how_many(listed: object) -> int:
    """How many an event lists; other kinds of events tell a count under the same name."""
    return len(listed) if isinstance(listed, list) else 0


def _rows_changed(payload: Mapping[str, Any]) -> int:
    """How many rows of a plan an event changed; earlier events list each of them."""
    count = payload.get("count")
    return count if isinstance(count, int) else _how_many(payload.get("rows"))


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
    # Elsewhere the word says how many cases an act opened, or the number of one.
    steps = payload.get("opened", ())
    opened = [_step(str(step), names) for step in steps] if isinstance(steps, list) else []
    papers = [
        str(effect["number"])
        for effect in payload.get("effects", ())
        if isinstance(effect, dict) and effect.get("number")
    ]
    text = _("，签发文书 %(numbers)s", numbers=joined(papers)) if papers else ""
    text += _called_for(payload)
    if payload.get("ended"):
        return text + _("，任务办结")
    return text + (_("，下一步：%(steps)s", steps=joined(opened)) if opened else "")


def _called_for(payload: Mapping[str, Any]) -> str:
    """The cases that the act opened, and the kinds that wait to be opened."""
    effects = [effect for effect in payload.get("effects", ()) if isinstance(effect, dict)]
    called = [effect for effect in effects if effect.get("verb") == "refer"]
    opened = [str(effect["opened"]) for effect in called if effect.get("opened")]
    kinds = {kind.value: kind for kind in CaseKind}
    waiting = [
        say(kinds[effect["kind"]])
        for effect in called
        if not effect.get("opened") and effect.get("kind") in kinds
    ]
    text = _("，立案 %(numbers)s", numbers=joined(opened)) if opened else ""
    return text + (_("，待立 %(kinds)s", kinds=joined(waiting)) if waiting else "")


def _step(element: str, names: Names) -> str:
    return name_of(*names.get(element, (element, element)))


def _kept_for(payload: Mapping[str, Any]) -> str:
    """How long an archived file is kept, in words."""
    known = {each.value: each for each in Retention}
    kept = known.get(str(payload.get("retention")))
    return say(kept) if kept else ""


def _found(payload: Mapping[str, Any]) -> str:
    """What a re-check or spot check found, in words."""
    known = {each.value: each for each in RecheckResult}
    result = known.get(str(payload.get("result")))
    return say(result) if result else ""
