"""What exists for a person: one decision for a case, one condition for lists, held equal."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    any_,
    exists,
    false,
    func,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute

from caseflow.models import Case, Recusal, Task, Taxpayer, TaxWarning
from caseflow.policy.verbs import REACH, Reach, may
from caseflow.vocabulary import Actor, Verb, WarningStatus


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What the decision needs to know of a case."""

    district_id: int
    section_id: int
    officers: frozenset[int]
    # Everybody who has or had a task of this case in their own name.
    participants: frozenset[int]
    recused: frozenset[int]


def may_see(actor: Actor, case: CaseFacts) -> bool:
    """Whether the case exists for this actor."""
    if actor.user_id is None:
        return True
    if actor.user_id in case.recused:
        return False
    reach = _reach(actor)
    return (
        reach.city
        or case.district_id in reach.districts
        or case.section_id in reach.sections
        or (reach.own and actor.user_id in case.officers | case.participants)
    )


def visible_cases(actor: Actor) -> ColumnElement[bool]:
    """The condition on ``Case`` that ``may_see`` decides for one."""
    if actor.user_id is None:
        return true()
    reach = _reach(actor)
    if reach.city:
        scope: ColumnElement[bool] = true()
    else:
        scope = or_(
            false(),
            *([Case.district_id.in_(reach.districts)] if reach.districts else []),
            *([Case.section_id.in_(reach.sections)] if reach.sections else []),
            *([_among(Case.id, _own_cases(actor.user_id))] if reach.own else []),
        )
    return and_(scope, ~is_recused(actor.user_id, Case.id))


def counts_blindly(actor: Actor) -> bool:
    """Whether the actor sees how processes run in the whole city and no case of them."""
    return may(actor, Verb.INSIGHT) and not may(actor, Verb.READ_CASE)


def counted_cases(actor: Actor) -> ColumnElement[bool]:
    """The condition on ``Case`` for sums: what the actor sees, or all for who opens none."""
    return true() if counts_blindly(actor) else visible_cases(actor)


def units_counted_whole(actor: Actor) -> tuple[int, ...] | None:
    """The districts and sections all of whose cases count in an actor's sums; none: the city."""
    if sees_city(actor):
        return None
    reach = _reach(actor)
    return (*reach.districts, *reach.sections)


def taken_part_in(
    actor: Actor, case_id: InstrumentedAttribute[int]
) -> tuple[ColumnElement[bool], ...]:
    """Conditions on a case's id, any of them: the actor sees it for a part in it, wherever it is.

    Apart, since PostgreSQL can tell how many ids each of them has, and not how many all have.
    """
    if actor.user_id is None:
        return ()
    is_kept = is_recused(actor.user_id, case_id)
    return tuple(and_(case_id.in_(way), ~is_kept) for way in _ways_into(actor.user_id))


def kept_from(actor: Actor) -> ColumnElement[bool]:
    """The condition on ``Case``: left out of an actor's sums, whatever the unit."""
    if actor.user_id is None or counts_blindly(actor):
        return false()
    recused = select(Recusal.case_id).where(Recusal.user_id == actor.user_id)
    return _among(Case.id, recused)


def sees_city(actor: Actor) -> bool:
    """Whether units of the whole city may be chosen from."""
    return actor.user_id is None or _reach(actor).city or counts_blindly(actor)


def visible_taxpayers(actor: Actor) -> ColumnElement[bool]:
    """The condition on ``Taxpayer``: own households, section, district, city, or by a case."""
    if actor.user_id is None:
        return true()
    reach = _reach(actor)
    if reach.city:
        return true()
    conditions: list[ColumnElement[bool]] = []
    if reach.districts:
        conditions.append(Taxpayer.district_id.in_(reach.districts))
    if reach.sections:
        conditions.append(Taxpayer.section_id.in_(reach.sections))
    if reach.own:
        own = _among(Case.id, _own_cases(actor.user_id))
        by_case = select(Case.taxpayer_id).where(own, ~is_recused(actor.user_id, Case.id))
        conditions += [Taxpayer.administrator_id == actor.user_id, _among(Taxpayer.id, by_case)]
    return or_(false(), *conditions)


def may_read_runs(actor: Actor) -> bool:
    """Whether the actor sees what a screening found before anybody has accepted it."""
    if actor.user_id is None:
        return True
    return may(actor, Verb.REVIEW_RUN) or may(actor, Verb.READ_RECORD)


def visible_warnings(actor: Actor) -> ColumnElement[bool]:
    """The condition on ``TaxWarning``: out of an accepted run, unless the actor reads runs.

    Which households the actor may see is ``visible_taxpayers``; a list needs both.
    """
    return true() if may_read_runs(actor) else TaxWarning.status != WarningStatus.NEW


@dataclass(frozen=True, slots=True)
class _Reach:
    city: bool
    districts: tuple[int, ...]
    sections: tuple[int, ...]
    own: bool


def _reach(actor: Actor) -> _Reach:
    by_reach: dict[Reach, list[int]] = {reach: [] for reach in Reach}
    for post in actor.posts:
        by_reach[REACH[post.role]].append(post.unit_id)
    return _Reach(
        city=bool(by_reach[Reach.CITY]),
        districts=tuple(by_reach[Reach.DISTRICT]),
        sections=tuple(by_reach[Reach.SECTION]),
        # Whoever takes part in a case sees it, whatever the post: a member of a collective
        # review from the legal post, for instance.
        own=actor.user_id is not None,
    )


def is_recused(user_id: int | None, case_id: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """The condition: the person was recused from the case of this id."""
    return exists().where(Recusal.case_id == case_id, Recusal.user_id == user_id)


def _own_cases(user_id: int) -> Select[int]:
    """The ids of the cases that a person handles or took part in, each found by an index."""
    ways = union_all(*_ways_into(user_id)).subquery()
    return select(ways.c.id)


def _ways_into(user_id: int) -> tuple[Select[int], ...]:
    return (
        select(Case.id).where(Case.main_officer_id == user_id),
        select(Case.id).where(Case.second_officer_id == user_id),
        select(Task.case_id).where(Task.assignee_id == user_id),
    )


def _among(column: InstrumentedAttribute[int], ids: Select[int]) -> ColumnElement[bool]:
    """The column is one of these ids, which are read once.

    Beside an OR, PostgreSQL would look at every row for an IN.
    """
    return column == any_(func.array(ids.correlate(None).scalar_subquery()))
