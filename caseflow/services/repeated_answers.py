"""照此办理: what was handed in of one case, handed in of others at the same step.

Somebody works one case in full, on its own page with its own checks; what was said there is said
of the others on the same desk that ``alike_steps`` names. Each of them is an act of its own with
its own event, refused by itself where it may not be done so. The work is done in shares, behind
the act.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import clock
from caseflow.models import Attachment, Case, RepeatedAnswer, Task, Taxpayer, TaxWarning
from caseflow.models.base import Json, among
from caseflow.services import (
    alike_steps,
    assignments,
    cases,
    many_hand_ins,
    outbox,
    people,
    record,
    sights,
)
from caseflow.services.alike_steps import Group
from caseflow.services.many_hand_ins import Hand
from caseflow.vocabulary import Actor, Invalid, NotFound

# Later work: hand in the next share.
REPEATING = "answers.repeat"
_AT_ONCE = 100
# Where forms keep what was uploaded, and what they choose from it.
_FILES = frozenset({"evidence", "files", "receipt"})
# So many reminders are one act, which lists whom they went to.
MOST_REMINDED = 500


def begin(
    session: Session, actor: Actor, task_id: int, chosen: Sequence[int] | None = None
) -> RepeatedAnswer:
    """Have the others done like this one: all that wait, or those chosen.

    Raises:
        NotFound: it is no step that the actor has handed in, or none of a campaign.
        Invalid: none waits, one chosen is not among them, or too many are to be reminded.
    """
    task = session.get(Task, task_id)
    if task is None or not sights.sees(session, actor, task.case_id):
        raise NotFound("task", id=task_id)
    group = alike_steps.group_of(session, actor, task)
    if group is None:
        raise NotFound("task", id=task_id)
    waiting = list(session.scalars(alike_steps.waiting(actor, task, group)))
    if chosen is not None:
        known = set(waiting)
        if not chosen or not known.issuperset(chosen):
            raise Invalid("repeat_not_waiting")
        waiting = sorted(set(chosen))
    if not waiting:
        raise Invalid("repeat_not_waiting")
    is_reminder = task.form_key in alike_steps.REMINDERS
    if is_reminder and len(waiting) > MOST_REMINDED:
        raise Invalid("repeat_too_many", most=MOST_REMINDED)
    row = RepeatedAnswer(
        user_id=actor.user_id or 0,
        task_id=task.id,
        campaign_id=group.campaign_id,
        at=clock.now(),
        finished_at=None,
        waiting=waiting,
        done=[],
        failed=[],
    )
    session.add(row)
    session.flush()  # the record and the later work name it by its id
    told: Json = {"repeated": row.id, "task": task.element, "case": task.case_id}
    if is_reminder:
        told["to"] = _households(session, waiting)
    _note(session, actor, row, "answers.repeated", {**told, "count": len(waiting)})
    outbox.put(session, REPEATING, {"repeated": row.id})
    return row


def go_on(session: Session, payload: Json) -> None:
    """Hand in the next share; what could not be done is kept with its reason."""
    row = session.get_one(RepeatedAnswer, int(payload["repeated"]), with_for_update=True)
    if row.finished_at is not None:
        return
    actor = people.actor_of(session, row.user_id)
    share, rest = row.waiting[:_AT_ONCE], row.waiting[_AT_ONCE:]
    refused = _hand_in(session, actor, row, share)
    session.refresh(row)
    row.done = [*row.done, *(each for each in share if each not in refused)]
    row.failed = [*row.failed, *({"task": each, "code": refused[each]} for each in refused)]
    row.waiting = rest
    if rest:
        outbox.put(session, REPEATING, payload)
    else:
        row.finished_at = clock.now()
    told: Json = {"repeated": row.id, "done": len(share) - len(refused), "refused": len(refused)}
    _note(session, actor, row, "answers.share_done", told)


def _hand_in(
    session: Session, actor: Actor, row: RepeatedAnswer, share: Sequence[int]
) -> dict[int, str]:
    """Say of each step what was said of the first; the codes of the refusals."""
    first = session.get_one(Task, row.task_id)
    said = alike_steps.said_of(session, first)
    # As the desk is now: who was recused meanwhile adds nothing to the case.
    group = Group(session.get_one(Case, first.case_id).kind, row.campaign_id)
    still = alike_steps.waiting(actor, first, group).where(among(Task.id, list(share)))
    found = session.execute(
        select(Task.id, Task.version, Task.case_id).where(Task.id.in_(still.order_by(None)))
    ).all()
    refused = dict.fromkeys(set(share) - {each.id for each in found}, "repeat_gone")
    doubts = _doubts(session, [first.case_id, *(each.case_id for each in found)])
    shared = _Files(session, actor, first, sorted(_file_ids(said)))
    reached = _reached(session, first, [each.case_id for each in found])
    hands = []
    for each in found:
        own, its = doubts.get(each.case_id, []), doubts.get(first.case_id, [])
        if [kind for kind, _ in own] != [kind for kind, _ in its]:
            refused[each.id] = "repeat_differs"
            continue
        if reached is not None and each.case_id not in reached:
            refused[each.id] = "repeat_no_number"
            continue
        of_doubt = {str(a[1]): str(b[1]) for a, b in zip(its, own, strict=True)}
        files = shared.of(each.case_id, each.id)
        answers = _said_of(said, of_doubt, files) | (reached or {}).get(each.case_id, {})
        hands.append(Hand(each.id, each.version, answers))
    refusals = many_hand_ins.hand_in(
        session,
        actor,
        hands,
        alone=lambda hand: assignments.hand_in_alone(session, actor, hand),
    )
    return refused | {task_id: _code(refusal) for task_id, refusal in refusals.items()}


def _reached(
    session: Session, first: Task, case_ids: Sequence[int]
) -> dict[int, dict[str, str]] | None:
    """Of a reminder, each household's own person and number, by case; else None."""
    names = alike_steps.REMINDERS.get(first.form_key)
    if names is None:
        return None
    payers = session.execute(
        select(Case.id, Taxpayer)
        .join(Taxpayer, Taxpayer.id == Case.taxpayer_id)
        .where(among(Case.id, case_ids))
    )
    found = {case_id: alike_steps.reached(payer) for case_id, payer in payers}
    return {
        case_id: dict(zip(names, own, strict=True))
        for case_id, own in found.items()
        if own is not None
    }


def _households(session: Session, task_ids: Sequence[int]) -> list[str]:
    """The tax numbers of the households of these steps."""
    found = (
        select(Taxpayer.tin)
        .join(Case, Case.taxpayer_id == Taxpayer.id)
        .join(Task, Task.case_id == Case.id)
        .where(among(Task.id, task_ids))
    )
    return list(session.scalars(found.order_by(Taxpayer.tin)))


class _Files:
    """The files of the first case, each once in every case that follows."""

    def __init__(self, session: Session, actor: Actor, first: Task, ids: Sequence[int]) -> None:
        self._session, self._actor = session, actor
        self._files = (
            session.scalars(select(Attachment).where(among(Attachment.id, list(ids)))).all()
            if ids
            else []
        )
        assert all(each.case_id == first.case_id for each in self._files)  # noqa: S101 - checked then

    def of(self, case_id: int, task_id: int) -> Mapping[str, str]:
        """The case's own file for each of the first one's, taken in where it has none yet."""
        if not self._files:
            return {}
        kept = {
            row.sha256: row.id
            for row in self._session.execute(
                select(Attachment.sha256, Attachment.id).where(
                    Attachment.case_id == case_id, Attachment.removed_at.is_(None)
                )
            )
        }
        files = {}
        for each in self._files:
            own = kept.get(each.sha256)
            files[str(each.id)] = str(own or self._take_in(each, case_id, task_id))
        return files

    def _take_in(self, file: Attachment, case_id: int, task_id: int) -> int:
        case = cases.locked(self._session, case_id)
        copy = Attachment(
            case_id=case_id,
            task_id=task_id,
            field=file.field,
            name=file.name,
            media_type=file.media_type,
            size=file.size,
            sha256=file.sha256,
            uploaded_at=clock.now(),
            uploaded_by=self._actor.user_id or 0,
            removed_at=None,
        )
        self._session.add(copy)
        payload = {"name": file.name, "size": file.size, "sha256": file.sha256}
        payload |= {"field": file.field, "of_case": file.case_id}
        cases.note(self._session, self._actor, case, action="attachment.added", payload=payload)
        self._session.flush()  # the answers name it by its id
        return copy.id


def _said_of(said: Json, doubts: Mapping[str, str], files: Mapping[str, str]) -> Json:
    """The answers with the doubts and files of another case in the place of the first one's."""

    def of(name: str, value: Any) -> Any:  # noqa: ANN401 - any JSON
        if isinstance(value, dict):
            return {key: of(key, each) for key, each in value.items()}
        if isinstance(value, list):
            return [of(name, each) for each in value]
        if name == "row" and isinstance(value, str):
            doubt, colon, rest = value.partition(":")
            return doubts.get(doubt, doubt) + colon + rest
        if name in _FILES and isinstance(value, str):
            return files.get(value, value)
        return value

    answers: Json = of("", said)
    return answers


def _file_ids(said: Any, name: str = "") -> set[int]:  # noqa: ANN401 - any JSON
    if isinstance(said, dict):
        return set().union(*(_file_ids(each, key) for key, each in said.items()))
    if isinstance(said, list):
        return set().union(*(_file_ids(each, name) for each in said))
    is_file = name in _FILES and isinstance(said, str) and said.isdigit()
    return {int(said)} if is_file else set()


def _doubts(session: Session, case_ids: Sequence[int]) -> Mapping[int, list[tuple[str, int]]]:
    """The doubts of cases in an order in which those of like cases stand side by side."""
    found = session.execute(
        select(TaxWarning.case_id, TaxWarning.indicator, TaxWarning.id)
        .where(TaxWarning.case_id.in_(sorted(set(case_ids))))
        .order_by(TaxWarning.indicator, TaxWarning.period, TaxWarning.id)
    )
    doubts: dict[int, list[tuple[str, int]]] = {}
    for row in found:
        if row.case_id is not None:
            doubts.setdefault(row.case_id, []).append((row.indicator, row.id))
    return doubts


def _code(refusal: Any) -> str:  # noqa: ANN401 - any of the errors of the house
    fields = refusal.values.get("fields")
    if isinstance(fields, dict) and fields:
        return str(next(iter(fields.values()))[0])
    return str(refusal.code)


def _note(session: Session, actor: Actor, row: RepeatedAnswer, action: str, payload: Json) -> None:
    record.append(session, actor, f"user:{row.user_id}", action=action, payload=payload)
