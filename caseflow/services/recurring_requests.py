"""Recurring data requests: each next one is opened when the data of its period are there.

It comes to the desk of whoever made the first one, with that form filled in for the next period;
what is asked is handed in, and signed, anew each time. Source: data-request.md, "How it starts".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import clock
from caseflow.lake import fields
from caseflow.lake.batches import Batch
from caseflow.models import Answer, Case, CaseLink, Draft, ImportBatch, Task, Unit
from caseflow.models.base import Json
from caseflow.services import cases
from caseflow.services.cases.linking import OPENED
from caseflow.vocabulary import SYSTEM, CaseKind, Outcome, TaskStatus
from caseflow.vocabulary.choices.data_request import RqRecurrence

_FORM = "rq_request"
_MONTHS: Mapping[str, int] = {RqRecurrence.MONTHLY: 1, RqRecurrence.QUARTERLY: 3}
# How many of a series there were, this one included; and which one followed.
_NUMBER, _NEXT = "delivery_number", "next_request"


def delivered(session: Session, batch: Batch) -> None:
    """A source has delivered: open the next of each request whose period is whole with it."""
    if not batch.periods:
        return
    for case_id, asked in _waiting(session):
        until = _later(asked["period_to"], _MONTHS[asked["recurrence"]])
        if _number(until) in batch.periods and _is_there(session, asked, _number(until)):
            _open_next(session, cases.locked(session, case_id), asked)


def _waiting(session: Session) -> Iterator[tuple[int, Json]]:
    """Delivered requests that recur, with what was asked; one that was not used ends its series."""
    found = session.execute(
        select(Case.id, Case.facts, Case.outcome, Answer.content)
        .join(Answer, Answer.case_id == Case.id)
        .join(Task, Task.id == Answer.task_id)
        .where(
            Case.kind == CaseKind.RQ,
            Case.facts.has_key("delivered_on"),
            ~Case.facts.has_key(_NEXT),
            Task.form_key == _FORM,
            Answer.content["recurrence"].astext.in_(_MONTHS),
        )
        .order_by(Case.id, Answer.id)
    )
    newest = {row.id: row for row in found}
    for row in newest.values():
        is_last = row.facts.get(_NUMBER, 1) >= int(row.content["deliveries"])
        if not is_last and row.outcome != Outcome.DELIVERED_UNUSED:
            yield row.id, row.content


def _is_there(session: Session, asked: Json, period: int) -> bool:
    """Whether every source of the fields asked for has delivered the period."""
    known = fields.shipped().fields
    wanted = {known[name].source for name in asked.get("fields") or [] if name in known}
    have = session.scalars(
        select(ImportBatch.source).where(ImportBatch.periods.contains([period])).distinct()
    )
    return wanted <= set(have)


def _open_next(session: Session, case: Case, asked: Json) -> None:
    number = int(case.facts.get(_NUMBER, 1)) + 1
    opened = cases.open_titled(
        session,
        SYSTEM,
        kind=CaseKind.RQ,
        title=case.title or "",
        unit=session.get_one(Unit, case.section_id),
        said={_NUMBER: number, "recurs_from": case.number},
        main_officer_id=case.main_officer_id,
    )
    session.add(CaseLink(case_id=case.id, other_id=opened.id, kind=OPENED, at=clock.now()))
    session.flush()  # the step is on its desk
    step = session.scalars(
        select(Task).where(
            Task.case_id == opened.id, Task.form_key == _FORM, Task.status == TaskStatus.OPEN
        )
    ).one()
    if case.main_officer_id is not None:
        session.add(
            Draft(
                task_id=step.id,
                user_id=case.main_officer_id,
                content=_next(asked),
                saved_at=clock.now(),
            )
        )
    cases.begin(case)
    case.facts = {**case.facts, _NEXT: opened.number}
    told: Json = {"opened": opened.number, "number": number}
    cases.put_on_record(session, SYSTEM, case, action="request.recurred", payload=told)


def _next(asked: Json) -> Json:
    """The form for the next period; until when it is wished is said anew."""
    months = _MONTHS[asked["recurrence"]]
    ends = {name: _later(asked[name], months) for name in ("period_from", "period_to")}
    return {name: value for name, value in {**asked, **ends}.items() if name != "deadline"}


def _later(month: str, by: int) -> str:
    """A month so many months later.

    >>> _later("2009-11", 3)
    '2010-02'
    """
    year, _, at = month.partition("-")
    years, rest = divmod(int(year) * 12 + int(at) - 1 + by, 12)
    return f"{years}-{rest + 1:02d}"


def _number(month: str) -> int:
    return int(month.replace("-", ""))
