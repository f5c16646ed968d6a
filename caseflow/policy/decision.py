"""Whether one case exists for a person, and by which ways: what ``sight`` asks of lists.

From facts, so that it can be asked of any day: of today by the tests that hold it equal to the
condition, of a day in the past by the page that traces powers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from caseflow.policy import scopes
from caseflow.policy.verbs import CALLED, CALLED_IN, REACH, Reach, runs_the_system
from caseflow.vocabulary import Actor, CaseKind, PostHeld, Role, Standing


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark (涉密标记) in force on a case or on its household, and those whom it lets through."""

    is_of_household: bool
    marked_by: int | None
    readers: frozenset[int] = frozenset()
    # The administrator of a marked household.
    administrator: int | None = None

    def clears(self, user_id: int | None) -> bool:
        """Whether it keeps nothing from this person."""
        let_through = self.readers | {self.marked_by, self.administrator}
        return user_id is not None and user_id in let_through


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What the decision needs to know of a case."""

    id: int
    kind: CaseKind
    taxpayer_id: int | None
    district_id: int
    section_id: int
    lines: frozenset[str]
    officers: frozenset[int]
    # Everybody who has or had a step in the own name, with each role that the step came to.
    seats: frozenset[tuple[int, Role]]
    # Everybody for whom a deputy has an open step, with each role that it came to.
    lent: frozenset[tuple[int, Role]]
    # For which post, by unit and role, each open step on nobody's desk waits.
    waiting: frozenset[tuple[int, Role]]
    # Who steps in for somebody recused, while the case is open.
    successors: frozenset[int]
    # Who did a step for somebody else.
    deputies: frozenset[int]
    recused: frozenset[int]
    # Who has an open step in the own name.
    holders: frozenset[int]
    # The marks in force: at most one of the case and one of its household.
    marks: tuple[Mark, ...]

    @property
    def readers(self) -> frozenset[int]:
        """Everybody named for a mark."""
        return frozenset().union(*(mark.readers for mark in self.marks))


class By(Enum):
    """The kinds of way by which a case exists for somebody."""

    SYSTEM = "system"
    POST = "post"
    OFFICER = "officer"
    STEP = "step"
    DEPUTY_STEP = "deputy_step"
    WAITING = "waiting"
    SUCCESSOR = "successor"
    READER = "reader"
    GRANT = "grant"
    STANDS_FOR = "stands_for"
    # By these nobody comes to a case; they are what a mark lets through.
    SUPERVISION = "supervision"
    HOLDER = "holder"
    MARKER = "marker"
    ADMINISTRATOR = "administrator"


class Bar(Enum):
    """What keeps a case from somebody whatever the ways."""

    RECUSED = "recused"
    WITHHELD = "withheld"


@dataclass(frozen=True, slots=True)
class Way:
    """One way: by a post held, by a part in the case, or for somebody else."""

    by: By
    post: PostHeld | None = None
    principal: Standing | None = None


def may_see(actor: Actor, case: CaseFacts) -> bool:
    """Whether the case exists for this actor."""
    return bar(actor, case) is None and any(True for _ in ways(actor, case))


def bar(actor: Actor, case: CaseFacts) -> Bar | None:
    """What keeps the case from this actor, if anything does."""
    me = actor.user_id
    if me is None:
        return None
    if me in case.recused:
        return Bar.RECUSED
    if Role.AUDITOR in actor.roles or me in case.officers | case.holders:
        return None
    return None if all(mark.clears(me) for mark in case.marks) else Bar.WITHHELD


def second_mark(actor: Actor, case: CaseFacts) -> Mark | None:
    """The mark that keeps a case from somebody whom the other mark lets through, if so."""
    if bar(actor, case) is not Bar.WITHHELD:
        return None
    keeping = [mark for mark in case.marks if not mark.clears(actor.user_id)]
    return keeping[0] if len(keeping) < len(case.marks) else None


def grounds(actor: Actor, case: CaseFacts) -> tuple[Way, ...]:
    """Why a case exists for the actor: the ways to it, or through its marks what lets through.

    For whom something keeps it from, the ways that are of no use.
    """
    found = tuple(ways(actor, case))
    is_through = found and case.marks and actor.user_id is not None and bar(actor, case) is None
    return tuple(_through_marks(actor, case)) if is_through else found


def ways(actor: Actor, case: CaseFacts) -> Iterator[Way]:
    """Every way by which the actor comes to the case, before anything is taken away."""
    if runs_the_system(actor):
        return
    me = actor.user_id
    if me is None:
        yield Way(By.SYSTEM)
        return
    yield from (Way(By.POST, post) for post in actor.posts if reaches(post, case))
    if me in case.officers:
        yield Way(By.OFFICER)
    if any(user_id == me for user_id, _ in case.seats | case.lent):
        yield Way(By.STEP)
    if me in case.deputies:
        yield Way(By.DEPUTY_STEP)
    yield from (
        Way(By.WAITING, post)
        for post in actor.posts
        if is_called(post, case) and (post.role in CALLED or not reaches(post, case))
    )
    if me in case.successors:
        yield Way(By.SUCCESSOR)
    if me in case.readers:
        yield Way(By.READER)
    for grant in actor.grants:
        is_of_unit = grant.unit_id in (case.district_id, case.section_id)
        is_of_household = case.taxpayer_id is not None and case.taxpayer_id == grant.taxpayer_id
        if is_of_unit or is_of_household or case.id == grant.case_id:
            yield Way(By.GRANT)
    yield from _through(actor, case)


def reaches(post: PostHeld, case: CaseFacts) -> bool:
    """Whether a post's unit or line holds the case."""
    scope = scopes.of([post])
    if scope.is_city:
        return True
    by_unit = {Reach.DISTRICT: case.district_id, Reach.SECTION: case.section_id}
    reach = REACH[post.role]
    return by_unit.get(reach) == post.unit_id or bool(case.lines & set(scope.lines))


def is_called(post: PostHeld, case: CaseFacts) -> bool:
    """Whether a step of the case waits for this post, wherever the case is."""
    return post.role in CALLED_IN and (post.unit_id, post.role) in case.waiting


def _through_marks(actor: Actor, case: CaseFacts) -> Iterator[Way]:
    me = actor.user_id
    lets = {
        By.SUPERVISION: Role.AUDITOR in actor.roles,
        By.OFFICER: me in case.officers,
        By.HOLDER: me in case.holders,
        By.MARKER: any(mark.marked_by == me for mark in case.marks),
        By.ADMINISTRATOR: any(mark.administrator == me for mark in case.marks),
        By.READER: me in case.readers,
    }
    yield from (Way(by) for by, is_so in lets.items() if is_so)


def _through(actor: Actor, case: CaseFacts) -> Iterator[Way]:
    for standing in actor.stands_for:
        covers_kind = standing.kinds is None or case.kind in standing.kinds
        is_recused = {standing.principal_id, standing.through} & case.recused
        if covers_kind and not is_recused and _part(standing, case):
            yield Way(By.STANDS_FOR, principal=standing)


def _part(standing: Standing, case: CaseFacts) -> bool:
    roles = {post.role for post in standing.posts}
    principal = standing.principal_id
    return (
        any(reaches(post, case) or is_called(post, case) for post in standing.posts)
        or (Role.TAX_ADMINISTRATOR in roles and principal in case.officers)
        or any((principal, role) in case.seats | case.lent for role in roles)
    )
