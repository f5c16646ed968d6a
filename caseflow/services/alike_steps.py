"""Which open steps may be done like one that was handed in: 照此办理.

In a campaign they are those of its cases. Beside campaigns, orders to correct and reminders to file
are answered alike of many households, where what was said is no household's own: a return number
or a promised day is (order-to-correct.md, In bulk).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, func, not_, select
from sqlalchemy.orm import Session, aliased

from caseflow import policy
from caseflow.models import Answer, Case, Task, Taxpayer
from caseflow.models.base import Json
from caseflow.services import suggestions
from caseflow.vocabulary import Actor, CaseKind, TaskStatus
from caseflow.vocabulary.choices.abnormal import AbReminderMethod, AbReminderResult
from caseflow.vocabulary.choices.correction import (
    CorrectionResult,
    ReminderAnswer,
    ReminderMethod,
)

# Steps that decide on a conclusion or carry it out.
_ON_CONCLUSIONS = frozenset({"wv_review", "wv_approval", "tp_alignment", "zf_alignment"})
# Whoever assigns says of each case to whom: there is 批量派发 for it.
_NEVER = suggestions.DISPATCH | suggestions.ASSIGN
# What is said of a conclusion and must be the same where it is decided on.
_CONCLUSION = ("cause", "outcome", "penalty")
# Forms of reminders, with the fields that hold the household's own person and number.
REMINDERS: Mapping[str, tuple[str, str]] = {
    "oc_reminder": ("contact", "number"),
    "ab_reminder": ("contact", "phone"),
}


@dataclass(frozen=True, slots=True)
class Group:
    """The cases among which a step may be done alike: of one campaign, or of a kind beside them."""

    kind: CaseKind
    campaign_id: int | None


def group_of(session: Session, actor: Actor, task: Task) -> Group | None:
    """Among which cases others may follow a step; None: there is nothing to follow."""
    is_own = task.status is TaskStatus.DONE and task.done_by == actor.user_id
    if not is_own or task.asked_kind is not None or task.form_key in _NEVER:
        return None
    case = session.get_one(Case, task.case_id)
    campaign_id = case.facts.get("campaign_case")
    if campaign_id is not None:
        return Group(case.kind, int(campaign_id))
    is_general = _BESIDE_CAMPAIGNS.get(case.kind, {}).get(task.form_key)
    if is_general is None or not is_general(said_of(session, task)):
        return None
    return Group(case.kind, None)


def waiting(actor: Actor, task: Task, group: Group) -> Select[int]:
    """The open steps like this one on the actor's desk, in the cases of the group.

    Where a conclusion is decided on or carried out, those of the same conclusion alone.
    """
    same: list[ColumnElement[bool]] = []
    if task.form_key in _ON_CONCLUSIONS:
        first = aliased(Case)
        for fact in _CONCLUSION:
            its = select(first.facts[fact].astext).where(first.id == task.case_id)
            same.append(Case.facts[fact].astext.is_not_distinct_from(its.scalar_subquery()))
    is_of_campaign = Case.facts.has_key("campaign_case")  # as the index has it
    if group.campaign_id is None:
        same += [Case.kind == group.kind, not_(is_of_campaign)]
    else:
        same += [is_of_campaign, Case.facts["campaign_case"].astext == str(group.campaign_id)]
    return (
        select(Task.id)
        .join(Case, Case.id == Task.case_id)
        .where(
            *same,
            Task.element == task.element,
            Task.form_key == task.form_key,
            Task.asked_kind.is_(None),
            policy.on_desk(actor),
            policy.visible_cases(actor),
        )
        .order_by(Task.id)
    )


def count(session: Session, actor: Actor, task: Task) -> int:
    """How many steps could follow one that was handed in."""
    group = group_of(session, actor, task)
    if group is None:
        return 0
    found = waiting(actor, task, group).subquery()
    return session.scalar(select(func.count()).select_from(found)) or 0


def said_of(session: Session, task: Task) -> Json:
    """What was handed in with a step."""
    said = select(Answer.content).where(Answer.task_id == task.id).order_by(Answer.id.desc())
    content: Json = session.scalars(said.limit(1)).one()
    return content


def reached(payer: Taxpayer) -> tuple[str, str] | None:
    """Whom a reminder to a household reaches, and under which number; None: there is none."""
    if not payer.phone:
        return None
    return payer.finance_head or payer.legal_rep, payer.phone


def _always(said: Json) -> bool:
    del said
    return True


def _none_corrected(said: Json) -> bool:
    """No line tells of what the household did or was granted."""
    results = {line.get("result") for line in said.get("lines", ())}
    return results == {CorrectionResult.NOT_CORRECTED}


def _message_unanswered(said: Json) -> bool:
    answer: str = said["remind_answer"]
    return said["method"] != ReminderMethod.PHONE and answer == ReminderAnswer.UNREACHABLE


def _message_without_return(said: Json) -> bool:
    result: str = said["remind_result"]
    return said["method"] != AbReminderMethod.PHONE and result == AbReminderResult.NOT_FILED


# What may be answered alike beside campaigns, by form, and when it says nothing of one alone.
_BESIDE_CAMPAIGNS: Mapping[CaseKind, Mapping[str, Callable[[Json], bool]]] = {
    CaseKind.OC: {
        "oc_reminder": _message_unanswered,
        "oc_order_signature": _always,
        "oc_demand_signature": _always,
        "oc_compliance": _none_corrected,
        "oc_conclusion": _always,
        "wv_review": _always,
    },
    CaseKind.AB: {"ab_reminder": _message_without_return},
}
