"""What the frame of every page shows: the state of the bureau, the height of a desk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from caseflow import clock, policy
from caseflow.models import Task, Unit
from caseflow.models.settings import BureauClock
from caseflow.reads import handovers, patrols, recusals
from caseflow.vocabulary import Actor, PostHeld, UnitLevel


@dataclass(frozen=True, slots=True)
class Bureau:
    """Whether this is a demo, and whether its past is still being made."""

    is_demo: bool
    is_making_past: bool


@dataclass(frozen=True, slots=True)
class Desk:
    """How many steps wait on a person's desk, and how many of them are late."""

    open: int
    overdue: int
    # Declared ties of people below that wait for the decision.
    ties: int
    # Handovers of households that wait for the person's confirmation.
    handovers: int
    # Patrols that wait for the person to confirm them as the second officer.
    visits: int


@dataclass(frozen=True, slots=True)
class UnitName:
    """How a unit is called."""

    name: str
    name_en: str
    short_name: str
    level: UnitLevel


def bureau(session: Session) -> Bureau:
    """The one row of the bureau's clock."""
    row = session.execute(select(BureauClock.is_demo, BureauClock.is_making_past)).one_or_none()
    return Bureau(*row) if row else Bureau(is_demo=False, is_making_past=False)


def desk(session: Session, actor: Actor) -> Desk:
    """Counts of the inbox, by the condition that the inbox itself lists by."""
    late = func.count().filter(Task.due_at < clock.now())
    ties = recusals.waiting(actor).scalar_subquery()
    taken = handovers.unconfirmed(actor).scalar_subquery()
    seconded = patrols.unconfirmed(actor).scalar_subquery()
    counts = select(func.count(), late, ties, taken, seconded).where(policy.on_desk(actor))
    row = session.execute(counts).one()
    return Desk(*row)


def units_of(session: Session, posts: Sequence[PostHeld]) -> dict[int, UnitName]:
    """The names of the units that posts lie in, and of those above them, by id."""
    ids = {int(part) for post in posts for part in post.unit_path.split("/") if part}
    rows = session.execute(
        select(Unit.id, Unit.name, Unit.name_en, Unit.short_name, Unit.level).where(
            Unit.id.in_(ids)
        )
    )
    return {row.id: UnitName(*row[1:]) for row in rows}
