"""Which cases evidence is asked of, and what was taken out before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import BigInteger, cast, func, select
from sqlalchemy.orm import Session

from caseflow import clock, policy
from caseflow.models import Case, Run, SampleItem
from caseflow.models.record import RecordEvent
from caseflow.vocabulary import Actor, Invalid, NotFound, Verb

KIND = "evidence_export"
LIMIT = 50


@dataclass(frozen=True, slots=True)
class Wish:
    """Cases by their numbers, of a sample, or on which a person acted in a period."""

    numbers: tuple[str, ...] = ()
    sample_id: int | None = None
    user_id: int | None = None
    since: date | None = None
    until: date | None = None


def cases(session: Session, actor: Actor, wish: Wish, *, most: int) -> tuple[int, ...]:
    """
    The ids of the cases, at most one more than ``most``.

    Raises:
        Forbidden: the actor does not read the whole record.
        Invalid: some of the numbers are of no case.

    """
    policy.require(actor, Verb.READ_RECORD)
    if wish.numbers:
        return _by_number(session, actor, wish.numbers)
    if wish.sample_id is not None:
        query = select(SampleItem.case_id).where(SampleItem.sample_id == wish.sample_id)
        return tuple(session.scalars(query.order_by(SampleItem.place).limit(most + 1)))
    if wish.user_id is None and wish.since is None and wish.until is None:
        return ()
    case_id = cast(func.substring(RecordEvent.stream, 6), BigInteger)
    found = select(case_id).distinct().where(RecordEvent.stream.like("case:%"))
    if wish.user_id is not None:
        own = f"user:{wish.user_id}"
        found = found.where((RecordEvent.actor == own) | RecordEvent.actor.like(f"{own}/for:%"))
    if wish.since:
        found = found.where(RecordEvent.at >= clock.start_of(wish.since))
    if wish.until:
        found = found.where(RecordEvent.at < clock.end_of(wish.until))
    return tuple(session.scalars(found.order_by(case_id).limit(most + 1)))


def numbers(session: Session, case_ids: Sequence[int]) -> dict[int, str]:
    """The numbers of cases by id."""
    rows = session.execute(select(Case.id, Case.number).where(Case.id.in_(case_ids)))
    return {row.id: row.number for row in rows}


def listing(session: Session, actor: Actor) -> tuple[Run, ...]:
    """What was taken out, newest first."""
    policy.require(actor, Verb.READ_RECORD)
    query = select(Run).where(Run.kind == KIND).order_by(Run.id.desc()).limit(LIMIT)
    return tuple(session.scalars(query))


def one(session: Session, actor: Actor, run_id: int) -> Run:
    """
    One packing of evidence.

    Raises:
        NotFound: there is none of this number.

    """
    policy.require(actor, Verb.READ_RECORD)
    run = session.get(Run, run_id)
    if run is None or run.kind != KIND:
        raise NotFound("evidence", id=run_id)
    return run


def _by_number(session: Session, actor: Actor, asked: Sequence[str]) -> tuple[int, ...]:
    rows = session.execute(
        select(Case.number, Case.id).where(Case.number.in_(asked), policy.visible_cases(actor))
    )
    found = {row.number: row.id for row in rows}
    missing = [number for number in asked if number not in found]
    if missing:
        raise Invalid("evidence_numbers", numbers="、".join(missing[:10]))
    return tuple(found[number] for number in dict.fromkeys(asked))
