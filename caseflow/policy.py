"""Who may see and do what: one table, one decision for an object, one condition for lists.

Source: the bureau's organisation rules, sections 1 and 3 (data scope, incompatible duties).
A property test holds the decision and the condition equal.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

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

from caseflow import clock
from caseflow.models import Case, Post, Recusal, Task, Taxpayer, TaxWarning
from caseflow.vocabulary import Actor, Forbidden, Role, TaskStatus, Verb, WarningStatus


class Reach(Enum):
    """How far a role sees: its own cases, its section, its district, the city, nothing."""

    NOTHING = 0
    OWN = 1
    SECTION = 2
    DISTRICT = 3
    CITY = 4


REACH: Mapping[Role, Reach] = {
    Role.CITY_DIRECTOR: Reach.CITY,
    Role.CITY_DEPUTY: Reach.CITY,
    Role.DIVISION_CHIEF: Reach.CITY,
    Role.POST_ANALYSIS: Reach.CITY,
    Role.AUDITOR: Reach.CITY,
    Role.DISTRICT_DIRECTOR: Reach.DISTRICT,
    Role.DISTRICT_DEPUTY: Reach.DISTRICT,
    Role.POST_INFO_ADMIN: Reach.DISTRICT,
    Role.SECTION_CHIEF: Reach.SECTION,
    Role.TAX_ADMINISTRATOR: Reach.OWN,
    Role.INSPECTOR: Reach.NOTHING,
    Role.LEGAL_REVIEWER: Reach.NOTHING,
    Role.REVIEWER: Reach.NOTHING,
    Role.ARCHIVIST: Reach.NOTHING,
    Role.SERVICE_HALL: Reach.NOTHING,
    Role.POST_INVOICE: Reach.NOTHING,
    Role.SYS_ADMIN: Reach.NOTHING,
}

# Posts that watch over the work of others.
_WATCHERS = frozenset(
    {
        Role.CITY_DIRECTOR,
        Role.CITY_DEPUTY,
        Role.DIVISION_CHIEF,
        Role.POST_ANALYSIS,
        Role.AUDITOR,
        Role.DISTRICT_DIRECTOR,
        Role.DISTRICT_DEPUTY,
        Role.POST_INFO_ADMIN,
        Role.SECTION_CHIEF,
    }
)

VERBS: Mapping[Verb, frozenset[Role]] = {
    Verb.READ_CASE: frozenset(role for role, reach in REACH.items() if reach is not Reach.NOTHING),
    Verb.READ_TAXPAYER: frozenset(
        role for role, reach in REACH.items() if reach is not Reach.NOTHING
    ),
    Verb.READ_RECORD: frozenset({Role.AUDITOR}),
    Verb.REVIEW_RUN: frozenset({Role.POST_ANALYSIS}),
    Verb.SCREEN: frozenset({Role.POST_ANALYSIS}),
    Verb.IMPORT_FACTS: frozenset({Role.POST_ANALYSIS, Role.SYS_ADMIN}),
    Verb.DEPLOY: frozenset({Role.SYS_ADMIN}),
    Verb.DRAFT_DEFINITION: frozenset({Role.SYS_ADMIN, Role.POST_ANALYSIS}),
    Verb.APPROVE_DEFINITION: frozenset({Role.DIVISION_CHIEF}),
    Verb.MIGRATE_CASES: frozenset({Role.SYS_ADMIN}),
    Verb.ASK_MOVE: frozenset({Role.DISTRICT_DIRECTOR, Role.DISTRICT_DEPUTY, Role.POST_INFO_ADMIN}),
    Verb.DECIDE_MOVE: frozenset({Role.DISTRICT_DIRECTOR, Role.DISTRICT_DEPUTY}),
    Verb.ADVANCE_CLOCK: frozenset({Role.SYS_ADMIN}),
    Verb.DASHBOARD: _WATCHERS,
    Verb.INSIGHT: _WATCHERS | {Role.SYS_ADMIN},
}

# Roles whose posts are in the district bureau itself; the others sit in the section.
DISTRICT_SEATS = frozenset(
    {
        Role.DISTRICT_DIRECTOR,
        Role.DISTRICT_DEPUTY,
        Role.POST_INFO_ADMIN,
        Role.REVIEWER,
        Role.LEGAL_REVIEWER,
        Role.ARCHIVIST,
    }
)


# The division that owns a procedure approves its versions. Kept here and not in the drawing: who
# changes a drawing must not choose who approves it.
OWNERS: Mapping[str, str] = {"warning_verification": "admin_tech_division"}
# What runs the data analysis owns every procedure that nobody else does.
OWNER_OF_THE_REST = "admin_tech_division"

# Posts whose holders may be called to a collective review (集体审议).
COLLECTIVE_SEATS = (
    Role.DISTRICT_DIRECTOR,
    Role.DISTRICT_DEPUTY,
    Role.SECTION_CHIEF,
    Role.LEGAL_REVIEWER,
    Role.REVIEWER,
)


# Posts that steps of cases come to, be it to a collective review.
DESKS = frozenset({*COLLECTIVE_SEATS, Role.TAX_ADMINISTRATOR, Role.POST_INFO_ADMIN})


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What the decision needs to know of a case."""

    district_id: int
    section_id: int
    officers: frozenset[int]
    # Everybody who has or had a task of this case in their own name.
    participants: frozenset[int]
    recused: frozenset[int]


@dataclass(frozen=True, slots=True)
class TaskFacts:
    """What the decision needs to know of a step on a desk."""

    is_open: bool
    roles: frozenset[Role]
    unit_id: int
    relation: str | None
    assignee_id: int | None
    # People who may not do this step, with the reason (a relation or an earlier element).
    barred: Mapping[int, str]


def may(actor: Actor, verb: Verb) -> bool:
    """Whether one of the actor's posts carries this verb."""
    return bool(actor.roles & VERBS[verb])


def require(actor: Actor, verb: Verb) -> None:
    """Refuse unless one of the actor's posts carries this verb.

    Raises:
        Forbidden: with the roles that have it.
    """
    if not may(actor, verb):
        roles = sorted(role.value for role in VERBS[verb])
        raise Forbidden("not_your_post", verb=verb, roles=roles)


def owner_of(process: str) -> str:
    """The line of the division that owns a procedure."""
    return OWNERS.get(process, OWNER_OF_THE_REST)


def may_approve_version(actor: Actor, process: str) -> bool:
    """Whether the actor is the chief of the division that owns the procedure."""
    owner = owner_of(process)
    seats = VERBS[Verb.APPROVE_DEFINITION]
    return any(post.role in seats and post.line == owner for post in actor.posts)


def may_read_drafts(actor: Actor) -> bool:
    """Whether the actor sees versions in the making."""
    verbs = (Verb.DRAFT_DEFINITION, Verb.APPROVE_DEFINITION, Verb.READ_RECORD)
    return any(may(actor, verb) for verb in verbs)


def has_desk(actor: Actor) -> bool:
    """Whether steps of cases come to this person by one of the posts held."""
    return bool(actor.roles & DESKS)


def held_today() -> ColumnElement[bool]:
    """The condition on ``Post``: held on the bureau's date."""
    today = clock.today()
    return and_(Post.valid_from <= today, or_(Post.valid_to.is_(None), Post.valid_to >= today))


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
    return and_(scope, ~_recused(actor.user_id, Case.id))


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
    is_kept = _recused(actor.user_id, case_id)
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
        by_case = select(Case.taxpayer_id).where(own, ~_recused(actor.user_id, Case.id))
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


def may_claim(actor: Actor, task: TaskFacts) -> str | None:
    """None when the actor may take the step onto the own desk, else the code of the reason."""
    if not task.is_open:
        return "not_open"
    if actor.user_id is None or task.relation is not None:
        return "not_yours"
    if task.assignee_id is not None:
        return "taken"
    if not any(p.role in task.roles and p.unit_id == task.unit_id for p in actor.posts):
        return "not_your_post"
    return "barred" if actor.user_id in task.barred else None


def may_complete(actor: Actor, task: TaskFacts) -> str | None:
    """None when the actor may hand the step in, else the code of the reason."""
    if not task.is_open:
        return "not_open"
    if actor.user_id is None or task.assignee_id != actor.user_id:
        return "not_yours"
    return "barred" if actor.user_id in task.barred else None


def on_desk(actor: Actor) -> ColumnElement[bool]:
    """The condition on ``Task``: open, and assigned to the actor or free to be taken."""
    seats = [
        and_(Task.unit_id == post.unit_id, Task.roles.contains([post.role.value]))
        for post in actor.posts
    ]
    free = and_(Task.assignee_id.is_(None), Task.relation.is_(None), or_(false(), *seats))
    mine = or_(Task.assignee_id == actor.user_id, free)
    recused = _recused(actor.user_id, Task.case_id)
    return and_(Task.status == TaskStatus.OPEN, mine, ~recused)


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


def _recused(user_id: int | None, case_id: InstrumentedAttribute[int]) -> ColumnElement[bool]:
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
