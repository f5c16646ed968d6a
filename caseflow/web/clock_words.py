"""The clocks of a case in words: the step's, the whole case's, and when they stand still."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from caseflow import clock
from caseflow.reads.cases import Page, Step
from caseflow.services.work import OWN_PAUSE
from caseflow.vocabulary import CaseKind, CaseStatus, TaskStatus
from caseflow.web import words
from caseflow.web.languages import language, name_of
from caseflow.web.speech import _
from caseflow.working_days import Rule, due_of


@dataclass(frozen=True, slots=True)
class Clock:
    """One clock: whose it is, how many days it has used, its limit, and how that was counted."""

    label: str
    used: str
    due: words.DueWords | None
    why: tuple[str, ...] = ()
    # What is told of a limit that was made longer.
    longer: str = ""


def why_due(facts: Mapping[str, object] | None) -> tuple[str, ...]:
    """How a limit was counted, day by day with the rule; nothing for one that was set by hand."""
    if not facts:
        return ()
    return due_of(facts).explain(language())  # type: ignore[arg-type]  # JSON of Due.facts


def clocks(page: Page, step: Step | None, longer: Mapping[str, str]) -> tuple[Clock, ...]:
    """The clock of the step that the page is about, else the open one due first; the case's.

    ``longer`` is what is told of limits that were made longer, by the name of the step.
    """
    waiting = [each for each in page.steps if each.status is TaskStatus.OPEN]
    is_open = step is not None and step.status is TaskStatus.OPEN
    shown = step if is_open else min(waiting, key=_urgency, default=None)
    found = []
    if shown is not None:
        name = name_of(shown.name, shown.name_en)
        found.append(replace(_of_step(page, shown), longer=longer.get(name, "")))
    if page.case.kind not in _STEPS_ONLY:
        found.append(replace(_of_case(page), longer=longer.get(_("全程"), "")))
    return tuple(found)


# Kinds of case whose steps have limits of their own, and the whole has none.
_STEPS_ONLY = frozenset({CaseKind.TI})


def standstill(page: Page) -> str:
    """Since when and until when the clocks stand still, and what is waited for; else nothing."""
    case = page.case
    own = case.facts.get(OWN_PAUSE)
    if case.paused_at is not None and case.closed_at is None and own is not None:
        return _(
            "期限暂停计算：%(who)s %(since)s决定中止，至 %(until)s期满或提前恢复为止，"
            "理由：%(why)s",
            who=own["by_name"],
            since=words.day_long(case.paused_at),
            until=words.day_long(_last_day(case.facts["paused_until"])),
            why=own["reason"],
        )
    if case.paused_at is not None:
        return _(
            "期限暂停计算：%(since)s起等待纳税人，至答复或 %(until)s期满为止",
            since=words.day_long(case.paused_at),
            until=words.day_long(_last_day(case.facts["paused_until"])),
        )
    held = [each for each in page.steps if each.status is TaskStatus.OPEN]
    if case.status is CaseStatus.PAUSED and held:
        return _(
            "暂缓办理：%(since)s起，至 %(until)s期满或提前恢复为止",
            since=words.day_long(held[0].opened_at),
            until=words.day_long(_last_day_of(held[0].due_at)),
        )
    return ""


def _urgency(step: Step) -> tuple[bool, float]:
    return step.due_at is None, step.due_at.timestamp() if step.due_at else 0.0


def _of_step(page: Page, step: Step) -> Clock:
    name = name_of(step.name, step.name_en)
    label = _("本步骤 %(name)s", name=name)
    facts, whole = step.due_facts, page.case.facts.get("due")
    if step.due_at is None or (whole and facts == whole):
        return Clock(label, _("已 %(n)s 个工作日，随全程期限", n=step.used_days), None)
    due = words.due(step.due_at, step.left)
    if step.left is None or facts is None or facts["rule"] != Rule.WORKING_DAYS:
        return Clock(label, "", due, why_due(facts))
    amount = int(str(facts["amount"]))
    used = _("已用 %(n)s/%(all)s 个工作日", n=max(0, amount - step.left), all=amount)
    return Clock(label, used, due, why_due(facts))


def _of_case(page: Page) -> Clock:
    case, label = page.case, _("全程")
    if page.used_days is None:
        return Clock(label, _not_begun(page), None)
    counted = case.facts.get("due")
    used = (
        _("已用 %(n)s/%(all)s 个工作日", n=page.used_days, all=counted["amount"])
        if counted
        else _("已用 %(n)s 个工作日", n=page.used_days)
    )
    if case.submitted_at is not None:
        ended = words.day(case.submitted_at)
        return Clock(label, _("%(used)s（%(day)s 提交结论止）", used=used, day=ended), None)
    if case.closed_at is not None:
        return Clock(label, used, None)
    if case.paused_at is not None:
        return Clock(label, used, None)
    return Clock(label, used, words.due(case.due_at, page.left), why_due(counted))


def _not_begun(page: Page) -> str:
    wanted = page.case.facts.get("due_on")
    if page.case.closed_at is not None:
        return _("未起算")
    if wanted is None:
        return _("主办、协办都接收后起算")
    day = words.day_long(date.fromisoformat(wanted))
    return _("主办、协办都接收后起算，要求 %(day)s前完成", day=day)


def _last_day(until: str) -> date:
    return _last_day_of(datetime.fromisoformat(until)) or clock.today()


def _last_day_of(at: datetime | None) -> date | None:
    """The day that a limit ends with: it runs out at its 24:00."""
    return clock.local_date(at - timedelta(microseconds=1)) if at else None
