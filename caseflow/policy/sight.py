"""What exists for a person: one decision for a case, one condition for lists, held equal.

PostgreSQL's row security is the second wall behind these conditions and knows a person by the
widest post alone. What sight adds to the rows of that post, and row security must let through for
the person's id: cases with a part in them (officer, a step in the own name, a step done as a
deputy, one that waits for a post, stepping in for somebody recused), named readers of a sensitive
file, grants in force today, and what the people see whom the person stands for. What sight takes
away (recusal, sensitive files) need not be repeated there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Select,
    Text,
    and_,
    cast,
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
from caseflow.models import (
    Case,
    DirectiveLine,
    DrillDown,
    Grant,
    Recusal,
    Task,
    Taxpayer,
    TaxWarning,
)
from caseflow.policy import scopes, secrets
from caseflow.policy.scopes import Scope
from caseflow.policy.secrets import among, withheld, withheld_household
from caseflow.policy.verbs import (
    CALLED_IN,
    CITY_LEADERS,
    REACH,
    Reach,
    is_of_the_whole,
    may,
    runs_the_system,
)
from caseflow.vocabulary import Actor, PostHeld, Role, Standing, TaskStatus, Verb, WarningStatus


def visible_cases(actor: Actor) -> ColumnElement[bool]:
    """The condition on ``Case`` that ``caseflow.policy.decision.may_see`` decides for one."""
    if actor.user_id is None:
        return true()
    if runs_the_system(actor):
        return false()
    scope = _whole(actor)
    if scope.is_city:
        seen: ColumnElement[bool] = true()
    else:
        seen = or_(
            *scopes.over_cases(scope),
            *([Case.taxpayer_id.in_(_granted_homes(actor))] if _granted_homes(actor) else []),
            among(Case.id, _own_cases(actor)),
            *[_through(standing) for standing in actor.stands_for],
        )
    return and_(seen, ~is_recused(actor.user_id, Case.id), ~withheld(actor, Case.id))


def counts_blindly(actor: Actor) -> bool:
    """Whether the actor sees how processes run in the whole city and no case of them."""
    return may(actor, Verb.INSIGHT) and not may(actor, Verb.READ_CASE)


def counts_city(actor: Actor) -> bool:
    """Whether the actor's sums are of the whole city, whatever cases the actor may open."""
    if actor.user_id is None or counts_blindly(actor):
        return True
    return any(REACH[post.role] in (Reach.CITY, Reach.LINE) for post in actor.posts)


def counted_cases(actor: Actor) -> ColumnElement[bool]:
    """The condition on ``Case`` for sums: what the actor sees, or all for who counts the city."""
    return ~hidden_from(actor) if counts_city(actor) else visible_cases(actor)


def counted_households(actor: Actor) -> ColumnElement[bool]:
    """The condition on ``Taxpayer`` for sums, as ``counted_cases``."""
    if counts_city(actor):
        return ~withheld_household(actor, Taxpayer.id)
    return visible_taxpayers(actor)


def counted_warnings(actor: Actor) -> ColumnElement[bool]:
    """The condition on ``TaxWarning`` for sums, as ``counted_cases``."""
    return _told_of(actor) if counts_city(actor) else visible_warnings(actor)


def units_counted_whole(actor: Actor) -> tuple[int, ...] | None:
    """The districts and sections all of whose cases count in an actor's sums; none: the city."""
    if counts_city(actor):
        return None
    scope = _whole(actor)
    return (*scope.districts, *scope.sections)


def watches(actor: Actor, unit_ids: Iterable[int | None]) -> bool:
    """Whether one of these units is one that counts whole for the actor."""
    wanted = set(unit_ids) - {None}
    units = units_counted_whole(actor)
    return bool(wanted) and (units is None or not wanted.isdisjoint(units))


def taken_part_in(
    actor: Actor, case_id: InstrumentedAttribute[int]
) -> tuple[ColumnElement[bool], ...]:
    """Conditions on a case's id, any of them: the actor sees it for a part in it, wherever it is.

    Apart, since PostgreSQL can tell how many ids each of them has, and not how many all have.
    """
    if actor.user_id is None or runs_the_system(actor):
        return ()
    kept = or_(is_recused(actor.user_id, case_id), withheld(actor, case_id))
    through = [select(Case.id).where(_through(standing)) for standing in actor.stands_for]
    return tuple(and_(case_id.in_(way), ~kept) for way in (*_ways_into(actor), *through))


def hidden_from(actor: Actor) -> ColumnElement[bool]:
    """The condition on ``Case``: left out of an actor's sums, whatever the unit."""
    if actor.user_id is None:
        return false()
    recused = select(Recusal.case_id).where(Recusal.user_id == actor.user_id)
    return or_(among(Case.id, recused), withheld(actor, Case.id))


def sees_city(actor: Actor) -> bool:
    """Whether units of the whole city may be chosen from."""
    return counts_city(actor)


def visible_taxpayers(actor: Actor) -> ColumnElement[bool]:
    """The condition on ``Taxpayer``: own households, section, district, city, or by a case."""
    if actor.user_id is None:
        return true()
    if runs_the_system(actor):
        return false()
    return and_(or_(false(), *_homes(actor)), ~withheld_household(actor, Taxpayer.id))


def may_read_runs(actor: Actor) -> bool:
    """Whether the actor sees what a screening found before anybody has accepted it."""
    if actor.user_id is None:
        return True
    return may(actor, Verb.REVIEW_RUN) or may(actor, Verb.READ_RECORD)


def visible_warnings(actor: Actor) -> ColumnElement[bool]:
    """The condition on ``TaxWarning``: out of an accepted run, unless the actor reads runs.

    Whoever sees a household by a line of business alone sees the doubts of that line; nobody sees
    the doubts of a case that is kept from them. Which households the actor may see is
    ``visible_taxpayers``; a list needs both.
    """
    lines = lines_of(actor)
    if not lines:
        of_line: ColumnElement[bool] = true()
    else:
        whole = select(Taxpayer.id).where(seen_whole(actor))
        of_line = or_(scopes.of_lines(lines), TaxWarning.taxpayer_id.in_(whole))
    return and_(_told_of(actor), of_line)


def lines_of(actor: Actor) -> tuple[str, ...]:
    """The lines of business that households are seen by, own or of people stood in for.

    Empty where that bounds nothing: for who sees the city, and who has no such post.
    """
    if actor.user_id is None or _whole(actor).is_city:
        return ()
    held = (actor.posts, *(standing.posts for standing in actor.stands_for))
    return tuple(sorted({line for posts in held for line in scopes.of(posts).lines}))


def seen_whole(actor: Actor) -> ColumnElement[bool]:
    """The condition on ``Taxpayer``: seen by more than a line, so that all its taxes are shown."""
    return or_(false(), *_homes(_without_lines(actor)))


def _told_of(actor: Actor) -> ColumnElement[bool]:
    """The condition on ``TaxWarning`` whatever its line: accepted, and of no case kept away."""
    accepted = true() if may_read_runs(actor) else TaxWarning.status != WarningStatus.NEW
    recused = select(Recusal.case_id).where(Recusal.user_id == actor.user_id)
    is_recused_from = func.coalesce(among(TaxWarning.case_id, recused), false())
    return and_(accepted, ~is_recused_from, ~withheld(actor, TaxWarning.case_id))


def without_city_lead(actor: Actor) -> Actor:
    """The actor as if no city leader's post were held, nor stood in for.

    What is seen even so needs no reason; the rest is opened one household at a time, with one.
    """
    return _without(actor, CITY_LEADERS)


def leads_city(actor: Actor) -> bool:
    """Whether some of what the actor sees is seen as a city leader."""
    roles = {post.role for standing in actor.stands_for for post in standing.posts}
    return bool(CITY_LEADERS & (actor.roles | roles))


def opened_today(actor: Actor, taxpayer_id: int) -> Select[int]:
    """The reason that a city leader gave on the bureau's date for opening a household."""
    return select(DrillDown.id).where(
        DrillDown.user_id == actor.user_id,
        DrillDown.taxpayer_id == taxpayer_id,
        DrillDown.on == clock.today(),
    )


def grants_today(user_id: int) -> Select[int | None, int | None, int | None]:
    """What was granted to a person and is in force on the bureau's date: unit, household, case."""
    today = clock.today()
    return select(Grant.unit_id, Grant.taxpayer_id, Grant.case_id).where(
        Grant.user_id == user_id,
        Grant.revoked_at.is_(None),
        Grant.valid_from <= today,
        Grant.valid_to >= today,
    )


def is_recused(user_id: int | None, case_id: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """The condition: the person was recused from the case of this id."""
    return exists().where(Recusal.case_id == case_id, Recusal.user_id == user_id)


def waiting_for(posts: Iterable[PostHeld]) -> Select[int]:
    """The ids of cases with a step on nobody's desk that one of these posts is called for.

    Asked of the database as its owner, since row security would slow it down (see the function).
    """
    seats = sorted({f"{post.unit_id}:{post.role}" for post in posts if post.role in CALLED_IN})
    return select(func.cases_waiting(cast(seats, ARRAY(Text))).column_valued("waiting"))


def _whole(actor: Actor) -> Scope:
    """What the own posts and granted units bring, the whole of each."""
    own = scopes.of(actor.posts)
    units = tuple(grant.unit_id for grant in actor.grants if grant.unit_id is not None)
    return replace(own, districts=(*own.districts, *units), sections=(*own.sections, *units))


def _homes(actor: Actor) -> list[ColumnElement[bool]]:
    """Conditions on ``Taxpayer``, any of which lets the actor see it."""
    scope = _whole(actor)
    if scope.is_city:
        return [true()]
    own = among(Case.id, _own_cases(actor))
    kept = or_(is_recused(actor.user_id, Case.id), withheld(actor, Case.id))
    by_case = select(Case.taxpayer_id).where(own, ~kept)
    found = [
        *_over_households(actor, scope),
        Taxpayer.administrator_id == actor.user_id,
        among(Taxpayer.id, by_case),
        among(Taxpayer.id, _of_own_lines(actor)),
        among(Taxpayer.id, secrets.named_for_homes(actor.user_id)),
    ]
    if _granted_homes(actor):
        found.append(Taxpayer.id.in_(_granted_homes(actor)))
    for standing in actor.stands_for:
        found += _homes_through(actor, standing)
    return found


def _of_own_lines(actor: Actor) -> Select[int]:
    """The households of lines of directives that were given to the actor."""
    lines = (DirectiveLine.officer_id, DirectiveLine.second_officer_id)
    return select(func.coalesce(DirectiveLine.taxpayer_id, 0)).where(
        or_(*(each == actor.user_id for each in lines))
    )


def _over_households(actor: Actor, scope: Scope) -> list[ColumnElement[bool]]:
    return scopes.over_households(
        scope,
        warned=_told_of(actor),
        hidden=lambda case_id: or_(is_recused(actor.user_id, case_id), withheld(actor, case_id)),
    )


def _homes_through(actor: Actor, standing: Standing) -> list[ColumnElement[bool]]:
    """Households seen for another; one who stands for some kinds of case sees those of cases."""
    kept = or_(is_recused(actor.user_id, Case.id), withheld(actor, Case.id))
    seen = and_(_through(standing), ~kept)
    by_case = Taxpayer.id.in_(select(Case.taxpayer_id).where(seen))
    if standing.kinds is not None:
        return [by_case]
    found = _over_households(actor, scopes.of(standing.posts))
    if _covers(standing, Role.TAX_ADMINISTRATOR):
        found.append(Taxpayer.administrator_id == standing.principal_id)
    return [*found, by_case]


def _through(standing: Standing) -> ColumnElement[bool]:
    """The condition on ``Case``: seen for another whom the actor stands in for.

    It reaches as far as the roles and kinds covered do: an officer's cases with the
    administrator's role, a step with one of the roles that it came to. A recused person has
    nothing to hand on.
    """
    parts: list[Select[int]] = []
    if _covers(standing, Role.TAX_ADMINISTRATOR):
        parts += _officer_of(standing.principal_id)
    roles = sorted({post.role.value for post in standing.posts})
    of_roles = Task.roles.overlap(roles or [""])
    held = and_(Task.held_for == standing.principal_id, Task.status == TaskStatus.OPEN)
    for lies in (Task.assignee_id == standing.principal_id, held):
        parts.append(select(Task.case_id).where(lies, of_roles))
    parts.append(waiting_for(standing.posts))
    seen = or_(
        *scopes.over_cases(scopes.of(standing.posts)),
        among(Case.id, _all_of(tuple(parts))),
    )
    of_kinds = true() if standing.kinds is None else Case.kind.in_(sorted(standing.kinds))
    kept = [is_recused(standing.principal_id, Case.id)]
    if standing.through is not None:
        kept.append(is_recused(standing.through, Case.id))
    return and_(seen, of_kinds, ~or_(*kept))


def _covers(standing: Standing, role: Role) -> bool:
    return any(post.role is role for post in standing.posts)


def _without(actor: Actor, roles: frozenset[Role]) -> Actor:
    return _keeping(actor, lambda post: post.role not in roles)


def _keeping(actor: Actor, stays: Callable[[PostHeld], bool]) -> Actor:
    """The actor with these of the own posts, and of the posts stood in for."""

    def kept(posts: tuple[PostHeld, ...]) -> tuple[PostHeld, ...]:
        return tuple(filter(stays, posts))

    standings = tuple(replace(each, posts=kept(each.posts)) for each in actor.stands_for)
    return replace(actor, posts=kept(actor.posts), stands_for=standings)


def _without_lines(actor: Actor) -> Actor:
    """The actor without the posts that a line of business bounds."""

    def stays(post: PostHeld) -> bool:
        return REACH[post.role] is not Reach.LINE or is_of_the_whole(post)

    return _keeping(actor, stays)


def _granted_homes(actor: Actor) -> list[int]:
    return [grant.taxpayer_id for grant in actor.grants if grant.taxpayer_id is not None]


def _own_cases(actor: Actor) -> Select[int]:
    """The ids of the cases that an actor has a part in, each found by an index."""
    return _all_of(_ways_into(actor))


def _all_of(ways: tuple[Select[int], ...]) -> Select[int]:
    together = union_all(*ways).subquery()
    return select(together.c[0])


def _ways_into(actor: Actor) -> tuple[Select[int], ...]:
    granted = [grant.case_id for grant in actor.grants if grant.case_id is not None]
    return (
        *_officer_of(actor.user_id),
        select(Task.case_id).where(Task.assignee_id == actor.user_id),
        # A step done for somebody stood in for; the index holds none but such steps.
        select(Task.case_id).where(Task.done_by == actor.user_id, Task.done_for.is_not(None)),
        # A step that a deputy has taken in the actor's name.
        select(Task.case_id).where(Task.held_for == actor.user_id, Task.status == TaskStatus.OPEN),
        waiting_for(actor.posts),
        # Who steps in has business there while the case is open; then what was done remains.
        select(Recusal.case_id)
        .join(Case, Case.id == Recusal.case_id)
        .where(Recusal.replaced_by == actor.user_id, Case.closed_at.is_(None)),
        *secrets.named_for(actor.user_id),
        *([select(Case.id).where(Case.id.in_(granted))] if granted else []),
    )


def _officer_of(user_id: int | None) -> tuple[Select[int], Select[int]]:
    return (
        select(Case.id).where(Case.main_officer_id == user_id),
        select(Case.id).where(Case.second_officer_id == user_id),
    )
