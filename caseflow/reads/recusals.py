"""Ties declared and recusals decided, as pages show them: of one case, below a head, or all."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    Select,
    and_,
    exists,
    false,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from caseflow import policy
from caseflow.models import Case, Post, Recusal, RecusalRequest, Task, Unit, User
from caseflow.vocabulary import Actor, PostHeld, Role, TaskStatus, Verb

LIMIT = 200


@dataclass(frozen=True, slots=True)
class Row:
    """One declaration or order, and what was decided."""

    id: int
    case_id: int
    number: str
    user_id: int
    name: str
    tie: str
    note: str
    declared_by: str
    declared_at: datetime
    status: str
    decided_by: str | None
    decided_at: datetime | None
    reason: str | None
    stand_in: str | None

    @property
    def is_own(self) -> bool:
        """Whether the person declared it, rather than a superior."""
        return self.declared_by == self.name


@dataclass(frozen=True, slots=True)
class Choice:
    """Somebody who may be chosen on the page, with the units of the posts held today."""

    id: int
    name: str
    unit: str | None
    unit_en: str | None


@dataclass(frozen=True, slots=True)
class Deciders:
    """Who decides on a declared tie, by name.

    Where nobody can, ``withheld`` are those who could but for a sensitive mark.
    """

    names: tuple[str, ...]
    withheld: tuple[str, ...] = ()


def of_case(session: Session, case_id: int) -> tuple[Row, ...]:
    """What was declared and decided on a case, the newest first."""
    return _rows(session, RecusalRequest.case_id == case_id)


def waiting_in(session: Session, case_id: int) -> tuple[Row, ...]:
    """Declarations on a case that wait for the decision, the newest first; one statement."""
    waits = RecusalRequest.status == "waiting"
    return _rows(session, waits & (RecusalRequest.case_id == case_id))


def decides_on(session: Session, actor: Actor, rows: Sequence[Row]) -> frozenset[int]:
    """The ids of those of these declarations that the actor decides on."""
    people = {row.user_id for row in rows} - {actor.user_id}
    below = policy.posts_below(actor.posts).where(Post.user_id.in_(people))
    found = set(session.scalars(below)) if people else set()
    return frozenset(row.id for row in rows if row.user_id in found)


def deciders(session: Session, case_id: int, user_id: int) -> Deciders:
    """Who stands next above somebody and sees the case, so that they can decide."""
    held = _posts(session, [user_id]).get(user_id, [])
    rows = session.execute(
        select(User.id, User.name)
        .where(
            User.is_active,
            User.id != user_id,
            User.id.in_(
                select(Post.user_id)
                .join(Unit, Unit.id == Post.unit_id)
                .where(or_(false(), *(literal(p.unit_path).startswith(Unit.path) for p in held)))
            ),
        )
        .order_by(User.name_key, User.id)
    ).all()
    posts = _posts(session, [row.id for row in rows])
    people = [Actor(row.id, row.name, tuple(posts.get(row.id, ()))) for row in rows]
    heads = [each for each in people if policy.is_above_one(each.posts, held)]
    here = select(Case.id).where(Case.id == case_id)

    def those(condition: Callable[[Actor], ColumnElement[bool]]) -> list[Actor]:
        return [each for each in heads if session.scalar(here.where(condition(each))) is not None]

    if seeing := those(policy.visible_cases):
        return Deciders(_nearest(seeing, held))

    def is_kept_out(head: Actor) -> ColumnElement[bool]:
        recused = exists().where(Recusal.case_id == Case.id, Recusal.user_id == head.user_id)
        return and_(policy.withheld(head, Case.id), ~recused)

    return Deciders((), _nearest(those(is_kept_out), held))


def _posts(session: Session, user_ids: Collection[int]) -> dict[int, list[PostHeld]]:
    """The posts that each of these people holds today."""
    found: dict[int, list[PostHeld]] = {}
    columns = (Post.user_id, Post.role, Unit.id, Unit.path, Unit.name, Post.line)
    held = select(*columns).join(Unit, Unit.id == Post.unit_id).where(policy.held_today())
    for row in session.execute(held.where(Post.user_id.in_(user_ids)).order_by(Post.id)):
        found.setdefault(row[0], []).append(PostHeld(*row[1:]))
    return found


def _nearest(heads: Sequence[Actor], posts: Collection[PostHeld]) -> tuple[str, ...]:
    """Those of these heads who stand next above the posts, by name."""
    ranks = [
        max(policy.rank([post]) for post in head.posts if policy.is_above_one([post], posts))
        for head in heads
    ]
    nearest = max(ranks, default=None)
    return tuple(head.name for head, rank in zip(heads, ranks, strict=True) if rank == nearest)


def listing(session: Session, actor: Actor) -> tuple[Row, ...]:
    """Everything for the auditor; for a head what concerns people below, in cases that are seen."""
    if policy.may(actor, Verb.READ_RECORD):
        return _rows(session, RecusalRequest.id.is_not(None))
    below = RecusalRequest.user_id.in_(policy.posts_below(actor.posts))
    return _rows(session, below & policy.visible_cases(actor))


def waiting(actor: Actor) -> Select[int]:
    """How many declarations of people below wait for a decision."""
    return (
        select(func.count())
        .select_from(RecusalRequest)
        .join(Case, Case.id == RecusalRequest.case_id)
        .where(
            RecusalRequest.status == "waiting",
            RecusalRequest.user_id.in_(policy.posts_below(actor.posts)),
            RecusalRequest.user_id != actor.user_id,
            policy.visible_cases(actor),
        )
    )


def people_of(session: Session, actor: Actor, case: Case) -> tuple[Choice, ...]:
    """People below the actor who take part in a case or hold a post that its steps come to."""
    seats = select(Post.user_id).where(
        Post.unit_id.in_([case.district_id, case.section_id]),
        Post.role.in_(policy.DESKS - {Role.TAX_ADMINISTRATOR}),
        policy.held_today(),
    )
    held = select(Task.assignee_id).where(
        Task.case_id == case.id, Task.status == TaskStatus.OPEN, Task.assignee_id.is_not(None)
    )
    officers = [case.main_officer_id, case.second_officer_id]
    recused = select(Recusal.user_id).where(Recusal.case_id == case.id)
    rows = session.execute(
        select(User.id, User.name, _units(Unit.name), _units(Unit.name_en))
        .where(
            User.id.in_(seats) | User.id.in_(held) | User.id.in_(officers),
            User.id.in_(policy.posts_below(actor.posts)),
            User.id.not_in(recused),
            User.id != actor.user_id,
        )
        .order_by(User.name_key, User.id)
    )
    return tuple(Choice(*row) for row in rows)


def officers_of(session: Session, case: Case) -> tuple[Choice, ...]:
    """Who may go on as an officer: the section's administrators that are not in the case."""
    return _holders(session, case, (case.section_id,), (Role.TAX_ADMINISTRATOR,))


def heads_of(session: Session, case: Case) -> tuple[Choice, ...]:
    """Who may step in for a post of the case: heads and reviewers of the district."""
    district = (Unit.id == case.district_id) | (Unit.parent_id == case.district_id)
    units = tuple(session.scalars(select(Unit.id).where(district)))
    return _holders(session, case, units, policy.COLLECTIVE_SEATS)


def _holders(
    session: Session, case: Case, units: tuple[int, ...], roles: tuple[Role, ...]
) -> tuple[Choice, ...]:
    posts = select(Post.user_id).where(
        Post.unit_id.in_(units), Post.role.in_(roles), policy.held_today()
    )
    recused = select(Recusal.user_id).where(Recusal.case_id == case.id)
    officers = [each for each in (case.main_officer_id, case.second_officer_id) if each]
    rows = session.execute(
        select(User.id, User.name, _units(Unit.name), _units(Unit.name_en))
        .where(
            User.is_active,
            User.id.in_(posts),
            User.id.not_in(recused),
            User.id.not_in(officers),
        )
        .order_by(User.name_key, User.id)
    )
    return tuple(Choice(*row) for row in rows)


def _units(name: InstrumentedAttribute[str]) -> ScalarSelect[str]:
    """Where a person sits: the names of the units of the posts held today."""
    return (
        select(func.string_agg(name.distinct(), " "))
        .join(Post, Post.unit_id == Unit.id)
        .where(Post.user_id == User.id, policy.held_today())
        .correlate(User)
        .scalar_subquery()
    )


def _rows(session: Session, condition: ColumnElement[bool]) -> tuple[Row, ...]:
    person, declarer, decider, stand_in = (aliased(User) for _ in range(4))
    # Named apart from the one in the condition of what is seen.
    recused = aliased(Recusal)
    rows = session.execute(
        select(
            RecusalRequest.id,
            RecusalRequest.case_id,
            Case.number,
            RecusalRequest.user_id,
            person.name,
            RecusalRequest.tie,
            RecusalRequest.note,
            declarer.name,
            RecusalRequest.declared_at,
            RecusalRequest.status,
            decider.name,
            RecusalRequest.decided_at,
            RecusalRequest.reason,
            stand_in.name,
        )
        .join(Case, Case.id == RecusalRequest.case_id)
        .join(person, person.id == RecusalRequest.user_id)
        .join(declarer, declarer.id == RecusalRequest.declared_by)
        .outerjoin(decider, decider.id == RecusalRequest.decided_by)
        .outerjoin(
            recused,
            (recused.case_id == RecusalRequest.case_id)
            & (recused.user_id == RecusalRequest.user_id),
        )
        .outerjoin(stand_in, stand_in.id == recused.replaced_by)
        .where(condition)
        .order_by(RecusalRequest.id.desc())
        .limit(LIMIT)
    )
    return tuple(Row(*values) for values in map(tuple, rows))
