"""Who stands above whom, who may stand in for whom, and which duties exclude each other.

Source: the bureau's organisation rules, sections 1 and 3.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from itertools import combinations

from sqlalchemy import Select, and_, false, or_, select

from caseflow.models import Post, Unit
from caseflow.policy.verbs import held_today
from caseflow.vocabulary import PostHeld, Role

# Heads of something, the highest first; everybody else is headed.
_HEADS = (
    Role.CITY_DIRECTOR,
    Role.CITY_DEPUTY,
    Role.DIVISION_CHIEF,
    Role.DISTRICT_DIRECTOR,
    Role.DISTRICT_DEPUTY,
    Role.SECTION_CHIEF,
)
_PLACE: Mapping[Role, int] = {role: place for place, role in enumerate(_HEADS)}
_HEADED = len(_HEADS)

# The levels of command; a director and the deputies are of one level.
_LEVEL: Mapping[Role, int] = {
    Role.CITY_DIRECTOR: 1,
    Role.CITY_DEPUTY: 1,
    Role.DIVISION_CHIEF: 2,
    Role.DISTRICT_DIRECTOR: 3,
    Role.DISTRICT_DEPUTY: 3,
    Role.SECTION_CHIEF: 4,
}
_LOWEST = 5
# City, district: who works in one district stands in for nobody of another.
_PARTS_OF_A_DISTRICT = 2

# The leaders of a district take its steps whoever of them comes first.
LEADING_SEATS = frozenset({Role.DISTRICT_DIRECTOR, Role.DISTRICT_DEPUTY})

# Duties that one person never unites. Whoever supervises or runs the system does no business.
SUPERVISION = frozenset({Role.AUDITOR})
SYSTEM = frozenset({Role.SYS_ADMIN})
_SEPARATE: tuple[frozenset[Role], ...] = (
    frozenset({Role.TAX_ADMINISTRATOR, Role.SECTION_CHIEF}),
    frozenset({Role.SERVICE_HALL, Role.POST_INVOICE}),
    frozenset({Role.INSPECTOR, Role.INSPECTION_SELECTION, Role.INSPECTION_LEADER}),
)


def is_above(above: Iterable[PostHeld], post: PostHeld) -> bool:
    """Whether one of these posts heads the unit of another post, or one above it."""
    place = _PLACE.get(post.role, _HEADED)
    return any(
        _PLACE.get(each.role, _HEADED) < min(place, _HEADED)
        and post.unit_path.startswith(each.unit_path)
        for each in above
    )


def is_superior(above: Iterable[PostHeld], posts: Collection[PostHeld]) -> bool:
    """Whether these posts stand above every one of the others, of which there must be one."""
    heads = tuple(above)
    return bool(posts) and all(is_above(heads, post) for post in posts)


def is_head(posts: Iterable[PostHeld]) -> bool:
    """Whether one of these posts heads a unit."""
    return any(post.role in _PLACE for post in posts)


def rank(posts: Iterable[PostHeld]) -> int:
    """Where somebody stands, the highest first; for putting people in order."""
    return min((_PLACE.get(post.role, _HEADED) for post in posts), default=_HEADED)


def posts_below(heads: Iterable[PostHeld]) -> Select[int]:
    """The ids of everybody with a post that one of these heads; ``is_superior`` decides."""
    ways = [
        and_(
            Unit.path.startswith(head.unit_path),
            Post.role.in_([role for role in Role if _PLACE.get(role, _HEADED) > place]),
        )
        for head in heads
        if (place := _PLACE.get(head.role)) is not None
    ]
    return (
        select(Post.user_id)
        .join(Unit, Unit.id == Post.unit_id)
        .where(held_today(), or_(false(), *ways))
    )


def is_above_one(above: Iterable[PostHeld], posts: Collection[PostHeld]) -> bool:
    """Whether these posts stand above one of the others at least."""
    heads = tuple(above)
    return any(is_above(heads, post) for post in posts)


def may_stand_in(deputy: Iterable[PostHeld], post: PostHeld) -> str | None:
    """None when a holder of these posts may stand in for another post, else the reason's code."""
    held = tuple(deputy)
    roles = {each.role for each in held}
    if roles & (SUPERVISION | SYSTEM) or clash({*roles, post.role}) is not None:
        return "deputy_other_duty"
    near = [each for each in held if _district(post).startswith(_district(each))]
    if not near:
        return "deputy_elsewhere"
    level = _LEVEL.get(post.role, _LOWEST)
    if all(_LEVEL.get(each.role, _LOWEST) > level for each in near):
        return "deputy_too_low"
    return None


def clash(roles: Iterable[Role]) -> tuple[Role, Role] | None:
    """Two of these roles that one person may not hold at a time; None when all go together."""
    for one, other in combinations(sorted(set(roles)), 2):
        if _exclude(one, other):
            return one, other
    return None


def _exclude(one: Role, other: Role) -> bool:
    alone = SUPERVISION | SYSTEM
    if one in alone or other in alone:
        return True
    sides = [next((side for side in _SEPARATE if role in side), None) for role in (one, other)]
    return None not in sides and sides[0] != sides[1]


def _district(post: PostHeld) -> str:
    """The path of the district or division that a post is in; the city's for the city itself."""
    parts = [part for part in post.unit_path.split("/") if part]
    return f"/{'/'.join(parts[:_PARTS_OF_A_DISTRICT])}/"
