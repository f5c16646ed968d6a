"""As whom PostgreSQL reads for a person: the role of the highest level, the scope of every post.

Row security is a net under the conditions of ``policy.sight``: it never hides what they show.
"""

from __future__ import annotations

from caseflow.policy import scopes
from caseflow.policy.sight import counts_city
from caseflow.policy.verbs import CALLED_IN, CITY_LEADERS, REACH, Reach
from caseflow.vocabulary import Actor, Level, Reader, Role

# From the widest on. Auditors stand first, since their role alone may write nothing of a case.
_LEVELS: tuple[tuple[Level, frozenset[Role]], ...] = (
    (Level.AUDITOR, frozenset({Role.AUDITOR})),
    (Level.CITY, frozenset(CITY_LEADERS)),
    (Level.DIVISION, frozenset(role for role in Role if REACH[role] is Reach.LINE)),
    (Level.DISTRICT, frozenset(role for role in Role if REACH[role] is Reach.DISTRICT)),
    (Level.SECTION, frozenset(role for role in Role if REACH[role] is Reach.SECTION)),
)


def reader_of(actor: Actor) -> Reader:
    """The level and scope that a person's pages are read with."""
    posts = [*actor.posts, *(post for each in actor.stands_for for post in each.posts)]
    scope = scopes.of(posts)
    people = {actor.user_id, *(each.principal_id for each in actor.stands_for)} - {None}
    units = {each.unit_id for each in actor.grants} - {None}
    level = _level(frozenset(post.role for post in posts))
    if units and level in (Level.SECTION, Level.OFFICER):
        level = Level.DISTRICT  # a granted unit is seen whole, be it a district
    if scope.is_city and level is Level.DIVISION:
        level = Level.CITY  # a division of all lines reads like the city's leaders
    return Reader(
        level=level,
        person=actor.user_id,
        people=_sorted(people),
        districts=_sorted({*scope.districts, *units}),
        sections=_sorted({*scope.sections, *units}),
        lines=scope.lines,
        cases=_sorted({each.case_id for each in actor.grants}),
        households=_sorted({each.taxpayer_id for each in actor.grants}),
        seats=tuple(sorted({(p.unit_id, p.role) for p in posts if p.role in CALLED_IN})),
    )


def counter_of(actor: Actor) -> Reader:
    """As ``reader_of``, for sums: the rows of the whole city for whoever's sums are of it."""
    reader = reader_of(actor)
    if actor.user_id is None or reader.level is Level.AUDITOR or not counts_city(actor):
        return reader
    return Reader(Level.CITY, actor.user_id, (actor.user_id,))


def _level(roles: frozenset[Role]) -> Level:
    for level, of_level in _LEVELS:
        if roles & of_level:
            return level
    return Level.ADMINISTRATOR if roles == {Role.SYS_ADMIN} else Level.OFFICER


def _sorted(ids: set[int | None]) -> tuple[int, ...]:
    return tuple(sorted(each for each in ids if each is not None))
