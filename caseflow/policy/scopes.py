"""How far posts reach, as facts and as conditions: the city, lines, districts, sections."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, exists, func, true
from sqlalchemy.orm import InstrumentedAttribute, aliased

from caseflow import lines
from caseflow.models import Case, Taxpayer, TaxWarning
from caseflow.policy.verbs import REACH, Reach, is_of_the_whole
from caseflow.vocabulary import PostHeld


@dataclass(frozen=True, slots=True)
class Scope:
    """The units and lines of some posts; ``is_city``: everything."""

    is_city: bool
    lines: tuple[str, ...]
    districts: tuple[int, ...]
    sections: tuple[int, ...]


def of(posts: Iterable[PostHeld]) -> Scope:
    """The reach of all these posts together."""
    held = list(posts)
    by_reach = {reach: [post for post in held if REACH[post.role] is reach] for reach in Reach}
    return Scope(
        is_city=any(is_of_the_whole(post) for post in held),
        lines=tuple(sorted({post.line for post in by_reach[Reach.LINE] if post.line})),
        districts=tuple(post.unit_id for post in by_reach[Reach.DISTRICT]),
        sections=tuple(post.unit_id for post in by_reach[Reach.SECTION]),
    )


def over_cases(scope: Scope) -> list[ColumnElement[bool]]:
    """Conditions on ``Case``, any of which brings it within the scope."""
    if scope.is_city:
        return [true()]
    return [
        *([Case.lines.overlap(list(scope.lines))] if scope.lines else []),
        *([Case.district_id.in_(scope.districts)] if scope.districts else []),
        *([Case.section_id.in_(scope.sections)] if scope.sections else []),
    ]


def over_households(
    scope: Scope,
    *,
    warned: ColumnElement[bool],
    hidden: Callable[[InstrumentedAttribute[int]], ColumnElement[bool]],
) -> list[ColumnElement[bool]]:
    """Conditions on ``Taxpayer``, any of which brings it within the scope.

    A line reaches the households that have a doubt of it, or a case with one: ``warned`` says
    which warnings count, ``hidden`` which ids of cases do not.
    """
    if scope.is_city:
        return [true()]
    found: list[ColumnElement[bool]] = []
    if scope.lines:
        of_line = exists().where(
            TaxWarning.taxpayer_id == Taxpayer.id, of_lines(scope.lines), warned
        )
        other = aliased(Case)
        handled = exists().where(
            other.taxpayer_id == Taxpayer.id,
            other.lines.overlap(list(scope.lines)),
            ~hidden(other.id),
        )
        found += [of_line, handled]
    if scope.districts:
        found.append(Taxpayer.district_id.in_(scope.districts))
    if scope.sections:
        found.append(Taxpayer.section_id.in_(scope.sections))
    return found


def of_lines(some: Iterable[str]) -> ColumnElement[bool]:
    """The condition on ``TaxWarning``: its indicator belongs to one of these lines."""
    table = lines.table()
    groups = sorted({group for line in some for group in table.groups.get(line, ())})
    return func.split_part(TaxWarning.indicator, "-", 1).in_(groups)
