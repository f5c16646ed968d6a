"""What a handover of households would do: who gets which, and the fate of the open cases.

Pure of effects: the page shows it, ``handovers.carry_out`` works it out anew under lock.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from caseflow import policy
from caseflow.models import Case, Post, Taxpayer, Unit, User
from caseflow.services import limits, loads, separation
from caseflow.services.loads import Load, Weights
from caseflow.vocabulary import (
    Actor,
    FollowFate,
    HandoverReason,
    Invalid,
    NotFound,
    PostHeld,
    Role,
    Verb,
)

LONGEST_NOTE = 500
MOST_TAKERS = 20
# Which households somebody's post is for; a post that says nothing is for all.
_INDIVIDUAL = "individual"
_BOTH = (None, "both")


class Manner(StrEnum):
    """How households are shared among several people."""

    EVEN = "even"
    BALANCED = "balanced"


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for: whose households, which of them, to whom, why.

    ``tins`` names them one by one; else ``kind``, ``industry`` (how its code begins) and
    ``is_key_source`` choose among them, and where none of these says anything, all are meant.
    """

    giver_id: int
    takers: tuple[int, ...]
    reason: HandoverReason
    note: str = ""
    tins: tuple[str, ...] = ()
    kind: str = ""
    industry: str = ""
    is_key_source: bool | None = None
    manner: Manner = Manner.BALANCED


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in a handover: name, and the section of the post they take households in."""

    id: int
    name: str
    name_en: str
    section_id: int | None
    section: str
    household_kinds: frozenset[str | None] = frozenset()
    # For which trades somebody is certified: how their industry codes begin.
    trades: frozenset[str] = frozenset()

    def takes(self, kind: str) -> bool:
        """Whether a post of theirs is for households of this kind."""
        wanted = _INDIVIDUAL if kind == _INDIVIDUAL else "enterprise"
        return bool(self.household_kinds & {*_BOTH, wanted})

    def is_certified_for(self, industry_code: str) -> bool:
        """Whether they are certified for the trade of an industry code."""
        return any(industry_code.startswith(each) for each in self.trades)


@dataclass(frozen=True, slots=True)
class Line:
    """A household that goes to somebody."""

    taxpayer_id: int
    name: str
    kind: str
    taker_id: int


@dataclass(frozen=True, slots=True)
class CaseLine:
    """An open case of such a household, and what becomes of it."""

    case_id: int
    number: str
    taxpayer: str
    taker_id: int
    fate: FollowFate
    # Nobody's yet: it goes to the other section, not to the taker.
    is_unassigned: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """What a handover would do."""

    giver: Person
    takers: tuple[Person, ...]
    lines: tuple[Line, ...]
    # Households for which none of the takers has a post.
    left: tuple[str, ...]
    # Numbers that were named and are none of the giver's here.
    unknown: tuple[str, ...]
    cases: tuple[CaseLine, ...]
    before: Mapping[int, Load] = field(default_factory=dict)
    after: Mapping[int, Load] = field(default_factory=dict)

    @property
    def seal(self) -> str:
        """By which a plan that was shown is known again."""
        told = [(each.taxpayer_id, each.taker_id) for each in self.lines]
        fates = [(each.case_id, each.taker_id, each.fate.value) for each in self.cases]
        return hashlib.sha256(repr((told, fates)).encode()).hexdigest()[:32]

    def count(self, taker_id: int) -> int:
        """How many households somebody gets."""
        return sum(each.taker_id == taker_id for each in self.lines)


def plan(session: Session, actor: Actor, wish: Wish) -> Plan:
    """What a handover would do, without doing it.

    Raises:
        Forbidden: no post of the actor heads a section or district.
        NotFound: the giver manages nothing in the actor's reach.
        Invalid: nobody to take them, somebody unfit, nothing chosen, too long a note.
    """
    post = heading(actor)
    giver = _giver(session, actor, post, wish.giver_id)
    takers = _takers(session, post, wish)
    _require_note(wish)
    weights = Weights.of(limits.of_today(session))
    before = loads.of(session, actor, [giver.id, *(each.id for each in takers)], weights)
    chosen, unknown = _chosen(session, actor, post, wish)
    work = _work_of(session, actor, chosen, giver_id=giver.id, weights=weights)
    lines, left = _shared(chosen, takers, wish.manner, before=before, work=work, weights=weights)
    if not lines:
        raise Invalid("handover_nothing")
    followed = tuple(_cases(session, actor, wish, lines=lines, takers=takers))
    after = _after(before, giver.id, lines, followed, weights)
    return Plan(giver, takers, lines, left, unknown, followed, before, after)


def within(post: PostHeld) -> ColumnElement[bool]:
    """The condition on ``Taxpayer``: what a head may hand over."""
    column = Taxpayer.section_id if post.role is Role.SECTION_CHIEF else Taxpayer.district_id
    return column == post.unit_id


def heading(actor: Actor) -> PostHeld:
    """The post by which households are handed over: the highest of the actor's.

    Raises:
        Forbidden: there is none.
    """
    policy.require(actor, Verb.HAND_OVER_HOUSEHOLDS)
    held = [each for each in actor.posts if each.role in policy.VERBS[Verb.HAND_OVER_HOUSEHOLDS]]
    return min(held, key=lambda each: policy.rank([each]))


def _giver(session: Session, actor: Actor, post: PostHeld, user_id: int) -> Person:
    managed = select(Taxpayer.id).where(
        Taxpayer.administrator_id == user_id, within(post), policy.visible_taxpayers(actor)
    )
    user = session.get(User, user_id)
    if user is None or session.scalar(managed.limit(1)) is None:
        raise NotFound("person", id=user_id)
    return Person(user.id, user.name, user.name_en, None, "")


def takers_of(session: Session, post: PostHeld) -> tuple[Person, ...]:
    """Who may take households over: administrators of the section, or of the district."""
    within_unit = Unit.id == post.unit_id
    if post.role is not Role.SECTION_CHIEF:
        within_unit = Unit.parent_id == post.unit_id
    rows = session.execute(
        select(
            User.id,
            User.name,
            User.name_en,
            Unit.id,
            Unit.name,
            Post.household_kind,
            Post.trades,
        )
        .join(Post, Post.user_id == User.id)
        .join(Unit, Unit.id == Post.unit_id)
        .where(
            User.is_active, Post.role == Role.TAX_ADMINISTRATOR, policy.held_today(), within_unit
        )
        .order_by(User.name_key, User.id, Post.id)
    )
    found: dict[int, Person] = {}
    for user_id, name, name_en, unit_id, unit, kind, trades in rows:
        known = found.get(user_id)
        kinds = frozenset({kind}) | (known.household_kinds if known else frozenset())
        certified = frozenset(trades or ()) | (known.trades if known else frozenset())
        section = (known.section_id, known.section) if known else (unit_id, unit)
        found[user_id] = Person(user_id, name, name_en, *section, kinds, certified)
    return tuple(found.values())


def _takers(session: Session, post: PostHeld, wish: Wish) -> tuple[Person, ...]:
    fit = {each.id: each for each in takers_of(session, post)}
    wanted = tuple(dict.fromkeys(wish.takers))
    if not 1 <= len(wanted) <= MOST_TAKERS:
        raise Invalid("handover_takers", most=MOST_TAKERS)
    if wish.giver_id in wanted or not set(wanted) <= set(fit):
        raise Invalid("handover_unfit_taker")
    return tuple(fit[each] for each in wanted)


def _require_note(wish: Wish) -> None:
    if len(wish.note.strip()) > LONGEST_NOTE:
        raise Invalid("text_too_long", longest=LONGEST_NOTE)


def _chosen(
    session: Session, actor: Actor, post: PostHeld, wish: Wish
) -> tuple[list[tuple[int, str, str]], tuple[str, ...]]:
    """The households meant, by name, and the numbers named that are none of them."""
    query = (
        select(Taxpayer.id, Taxpayer.name, Taxpayer.kind, Taxpayer.tin)
        .where(
            Taxpayer.administrator_id == wish.giver_id,
            within(post),
            policy.visible_taxpayers(actor),
        )
        .order_by(Taxpayer.name_key, Taxpayer.id)
    )
    if wish.tins:
        query = query.where(Taxpayer.tin.in_(wish.tins))
    if wish.kind:
        query = query.where(Taxpayer.kind == wish.kind)
    if wish.industry:
        query = query.where(Taxpayer.industry_code.startswith(wish.industry, autoescape=True))
    if wish.is_key_source is not None:
        query = query.where(Taxpayer.is_key_source == wish.is_key_source)
    rows = session.execute(query).all()
    known = {row.tin for row in rows}
    unknown = tuple(each for each in dict.fromkeys(wish.tins) if each not in known)
    return [(row.id, row.name, row.kind) for row in rows], unknown


def _work_of(
    session: Session,
    actor: Actor,
    chosen: Sequence[tuple[int, str, str]],
    *,
    giver_id: int,
    weights: Weights,
) -> dict[int, Decimal]:
    """The weighted open work that goes along with each household, as far as one can tell."""
    counts = session.execute(
        select(Case.taxpayer_id, func.count())
        .where(
            Case.taxpayer_id.in_([each[0] for each in chosen]),
            Case.main_officer_id == giver_id,
            Case.closed_at.is_(None),
            policy.visible_cases(actor),
        )
        .group_by(Case.taxpayer_id)
    )
    return {household: count * weights.main for household, count in counts if household}


def _shared(
    chosen: Sequence[tuple[int, str, str]],
    takers: Sequence[Person],
    manner: Manner,
    *,
    before: Mapping[int, Load],
    work: Mapping[int, Decimal],
    weights: Weights,
) -> tuple[tuple[Line, ...], tuple[str, ...]]:
    """Each household to whoever of the fitting has least so far; the heaviest are shared first."""
    load = dict(before)
    given = dict.fromkeys((each.id for each in takers), 0)
    found: dict[int, Line] = {}
    left = []
    for taxpayer_id, name, kind in sorted(chosen, key=lambda each: -work.get(each[0], Decimal(0))):
        fit = [each.id for each in takers if each.takes(kind)]
        if not fit:
            left.append(name)
            continue
        taker = min(
            fit,
            key=lambda each: (
                (given[each], load[each].points(weights))
                if manner is Manner.EVEN
                else (load[each].points(weights), given[each])
            ),
        )
        given[taker] += 1
        load[taker] = load[taker].plus(1, work.get(taxpayer_id, Decimal(0)))
        found[taxpayer_id] = Line(taxpayer_id, name, kind, taker)
    return tuple(found[each[0]] for each in chosen if each[0] in found), tuple(left)


def _cases(
    session: Session,
    actor: Actor,
    wish: Wish,
    *,
    lines: Sequence[Line],
    takers: Sequence[Person],
) -> Iterator[CaseLine]:
    """The open cases of these households that the handover concerns, and the fate of each.

    Those whose main officer is the giver, and where a household changes its section those that
    are assigned to nobody yet.
    """
    taker = {each.taxpayer_id: each for each in lines}
    sections = {each.id: each.section_id for each in takers}
    is_givers = or_(Case.main_officer_id == wish.giver_id, Case.main_officer_id.is_(None))
    open_cases = session.scalars(
        select(Case)
        .where(
            is_givers,
            Case.taxpayer_id.in_(taker),
            Case.closed_at.is_(None),
            policy.visible_cases(actor),
        )
        .order_by(Case.number)
    )
    for case in open_cases:
        line = taker[case.taxpayer_id or 0]
        if case.main_officer_id is None and case.section_id == sections[line.taker_id]:
            continue
        found = fate(session, case, line.taker_id, wish.reason)
        is_nobodys = case.main_officer_id is None
        yield CaseLine(case.id, case.number, line.name, line.taker_id, found, is_nobodys)


def fate(session: Session, case: Case, taker_id: int, reason: HandoverReason) -> FollowFate:
    """What becomes of an open case of a household that goes to somebody: the rule itself."""
    if case.main_officer_id is None:  # not assigned yet: it goes where its household goes
        return FollowFate.FOLLOWS
    if case.submitted_at is not None and reason is not HandoverReason.LEAVER:
        return FollowFate.CONCLUDED
    if case.second_officer_id == taker_id:
        return FollowFate.SECOND
    known = policy.case_now(session, case)
    is_barred = taker_id in known.recused | known.declared
    if is_barred or not separation.may_be_officer(session, case, "main_officer", taker_id):
        return FollowFate.BARRED
    return FollowFate.FOLLOWS


def _after(
    before: Mapping[int, Load],
    giver_id: int,
    lines: Sequence[Line],
    followed: Sequence[CaseLine],
    weights: Weights,
) -> dict[int, Load]:
    load = dict(before)
    for line in lines:
        load[line.taker_id] = load[line.taker_id].plus(1, Decimal(0))
        load[giver_id] = load[giver_id].plus(-1, Decimal(0))
    for case in followed:
        if case.fate is FollowFate.FOLLOWS and not case.is_unassigned:
            load[case.taker_id] = load[case.taker_id].plus(0, weights.main)
            load[giver_id] = load[giver_id].plus(0, -weights.main)
    return load
