"""How much somebody has to do: households managed, and open cases weighed by one rule.

An open case counts ``load_main`` points for its main officer and ``load_second`` for the second,
a household ``load_household``: limits that the bureau may set.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from caseflow import policy
from caseflow.models import Case, Taxpayer
from caseflow.services.limits import Limits
from caseflow.vocabulary import Actor

_Person = InstrumentedAttribute[int | None]


@dataclass(frozen=True, slots=True)
class Weights:
    """What weighs how much."""

    main: Decimal
    second: Decimal
    household: Decimal

    @classmethod
    def of(cls, limits: Limits) -> Weights:
        """As the bureau has set them."""
        return cls(
            limits.value("load_main"), limits.value("load_second"), limits.value("load_household")
        )


@dataclass(frozen=True, slots=True)
class Load:
    """What one person has: households, and the weighted open cases."""

    households: int = 0
    work: Decimal = Decimal(0)

    def points(self, weights: Weights) -> Decimal:
        """All of it in one number."""
        return self.work + self.households * weights.household

    def plus(self, households: int, work: Decimal) -> Load:
        """With so much more."""
        return Load(self.households + households, self.work + work)


def of(
    session: Session, actor: Actor, user_ids: Collection[int], weights: Weights
) -> Mapping[int, Load]:
    """The load of each of these people today, of what the actor sees; three statements for all."""
    ids = sorted(user_ids)
    managed = _counts(session, Taxpayer.administrator_id, ids, policy.visible_taxpayers(actor))
    running = and_(Case.closed_at.is_(None), policy.visible_cases(actor))
    main = _counts(session, Case.main_officer_id, ids, running)
    second = _counts(session, Case.second_officer_id, ids, running)
    return {
        each: Load(
            managed.get(each, 0),
            main.get(each, 0) * weights.main + second.get(each, 0) * weights.second,
        )
        for each in ids
    }


def _counts(
    session: Session, column: _Person, ids: list[int], counted: ColumnElement[bool]
) -> dict[int | None, int]:
    rows = session.execute(
        select(column, func.count()).where(column.in_(ids), counted).group_by(column)
    )
    return {row[0]: row[1] for row in rows}
