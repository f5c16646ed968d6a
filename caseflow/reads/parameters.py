"""The bureau's limits and sums in force, as whoever draws may name them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import clock
from caseflow.models import Parameter
from caseflow.vocabulary.time_measures import TIME_UNITS

_DAYS = frozenset({"wd", "d"})


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit by its name; the unit is ``wd`` (working days) or ``d`` (days)."""

    name: str
    value: str
    unit: str


def day_limits(session: Session) -> tuple[Limit, ...]:
    """Today's limits counted in days, by name."""
    return tuple(each for each in _in_force(session) if each.unit in _DAYS)


def sums(session: Session) -> dict[str, str]:
    """Today's sums and counts by name."""
    return {each.name: each.value for each in _in_force(session) if each.unit not in _DAYS}


def _in_force(session: Session) -> list[Limit]:
    rows = session.execute(
        select(Parameter.name, Parameter.value, Parameter.unit)
        .where(Parameter.valid_from <= clock.today())
        .order_by(Parameter.name, Parameter.valid_from)
    )
    # Of several values of a name the latest is in force.
    return list({row.name: Limit(*row) for row in rows}.values())


def time_limits(session: Session) -> tuple[Limit, ...]:
    """Today's limits of time in whatever unit, by name."""
    return tuple(each for each in _in_force(session) if each.unit in TIME_UNITS)
