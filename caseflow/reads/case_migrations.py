"""Migrations of running cases as pages show them: what goes, what stays and why."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by
from sqlalchemy.orm import Session

from caseflow import policy
from caseflow.engine.carried_variables import FORGOTTEN, UNSET
from caseflow.engine.migration import Hindrance
from caseflow.models import (
    Case,
    CaseMigration,
    CaseMigrationLine,
    Definition,
    Task,
    Taxpayer,
    Unit,
    User,
)
from caseflow.models.base import Json
from caseflow.reads import case_names
from caseflow.vocabulary import (
    Actor,
    Forbidden,
    MigrationLineStatus,
    MigrationStatus,
    NotFound,
    TaskStatus,
    Verb,
)

LIMIT = 50
_MOST = 100


@dataclass(frozen=True, slots=True)
class Shown:
    """A migration with its versions, its people, and how many cases stand where."""

    migration: CaseMigration
    old_version: int
    new_version: int
    planner: str
    decider: str
    reverter: str
    counts: Mapping[MigrationLineStatus, int]
    # Of a plan that is still being judged: how many cases there are to judge.
    to_judge: int = 0
    # What becomes of variables: the warning, and to how many cases it applies.
    warnings: Sequence[tuple[Hindrance, int]] = ()

    @property
    def total(self) -> int:
        """All cases that were open when it was planned."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class Line:
    """One case of a migration."""

    case_id: int
    number: str
    status: MigrationLineStatus
    why: Sequence[Json]
    lost: Sequence[Json]
    at: datetime
    taxpayer: str
    unit: str
    unit_en: str
    # The names of its steps on a desk; None when it waits for something else.
    steps: Sequence[str] | None
    steps_en: Sequence[str] | None


def may_read(actor: Actor) -> bool:
    """Whether migrations exist for this person."""
    verbs = (Verb.MIGRATE_CASES, Verb.APPROVE_DEFINITION, Verb.READ_RECORD)
    return any(policy.may(actor, verb) for verb in verbs)


def page(session: Session, actor: Actor, migration_id: int) -> Shown:
    """One migration.

    Raises:
        NotFound: there is none.
        Forbidden: the actor has nothing to do with migrations.
    """
    if not may_read(actor):
        raise Forbidden("not_your_post", roles=sorted(policy.VERBS[Verb.MIGRATE_CASES]))
    found = session.get(CaseMigration, migration_id)
    if found is None:
        raise NotFound("migration", id=migration_id)
    ids = [each for each in (found.planned_by, found.decided_by, found.reverted_by) if each]
    names = {
        row.id: row.name
        for row in session.execute(select(User.id, User.name).where(User.id.in_(ids)))
    }
    versions = {
        row.id: row.version
        for row in session.execute(
            select(Definition.id, Definition.version).where(
                Definition.id.in_((found.from_id, found.to_id))
            )
        )
    }
    counted = session.execute(
        select(CaseMigrationLine.status, func.count())
        .where(CaseMigrationLine.migration_id == migration_id)
        .group_by(CaseMigrationLine.status)
    )
    return Shown(
        migration=found,
        old_version=versions[found.from_id],
        new_version=versions[found.to_id],
        planner=names[found.planned_by],
        decider=names.get(found.decided_by or 0, ""),
        reverter=names.get(found.reverted_by or 0, ""),
        counts={row[0]: row[1] for row in counted},
        to_judge=_open_cases(session, found) if found.status is MigrationStatus.JUDGING else 0,
        warnings=_warnings(session, migration_id),
    )


def _open_cases(session: Session, found: CaseMigration) -> int:
    waiting = select(func.count()).where(
        Case.definition_id == found.from_id, Case.closed_at.is_(None)
    )
    return session.scalars(waiting).one()


def _warnings(session: Session, migration_id: int) -> list[tuple[Hindrance, int]]:
    """What is said of variables, once for all cases, the most frequent first."""
    every = select(func.jsonb_array_elements(CaseMigrationLine.why, type_=JSONB).label("each"))
    each = every.where(CaseMigrationLine.migration_id == migration_id).subquery().c.each
    told = select(each["code"].astext.label("code"), each["name"].astext.label("name")).subquery()
    count = func.count()
    rows = session.execute(
        select(told.c.code, told.c.name, count)
        .where(told.c.code.in_((FORGOTTEN, UNSET)))
        .group_by(told.c.code, told.c.name)
        .order_by(count.desc(), told.c.code, told.c.name)
        .limit(_MOST)
    )
    return [(Hindrance(found, word, word, word), number) for found, word, number in rows]


def lines(
    session: Session,
    migration_id: int,
    *,
    statuses: Collection[MigrationLineStatus] = frozenset(MigrationLineStatus),
    after: int | None = None,
    most: int = LIMIT + 1,
) -> tuple[Line, ...]:
    """The cases of a migration in the order of their ids, with the steps where they stand now."""
    on_desks = (Task.case_id == Case.id, Task.status == TaskStatus.OPEN)
    steps, steps_en = (
        select(func.array_agg(aggregate_order_by(name, Task.id))).where(*on_desks).scalar_subquery()
        for name in (Task.name, Task.name_en)
    )
    query = (
        select(
            Case.id,
            Case.number,
            CaseMigrationLine.status,
            CaseMigrationLine.why,
            CaseMigrationLine.lost,
            CaseMigrationLine.at,
            case_names.about(),
            Unit.name,
            Unit.name_en,
            steps,
            steps_en,
        )
        .join(Case, Case.id == CaseMigrationLine.case_id)
        .outerjoin(Taxpayer, Taxpayer.id == Case.taxpayer_id)
        .join(Unit, Unit.id == Case.section_id)
        .where(
            CaseMigrationLine.migration_id == migration_id, CaseMigrationLine.status.in_(statuses)
        )
        .order_by(CaseMigrationLine.case_id)
        .limit(most)
    )
    if after is not None:
        query = query.where(CaseMigrationLine.case_id > after)
    return tuple(Line(*row) for row in session.execute(query))


def listing(session: Session, actor: Actor) -> tuple[CaseMigration, ...]:
    """The migrations, newest first; none for whoever has nothing to do with them."""
    if not may_read(actor):
        return ()
    query = select(CaseMigration).order_by(CaseMigration.id.desc()).limit(_MOST)
    return tuple(session.scalars(query))


def to_decide(session: Session, actor: Actor) -> tuple[CaseMigration, ...]:
    """The plans that wait for this actor's approval, oldest first."""
    if not policy.may(actor, Verb.APPROVE_DEFINITION):
        return ()
    waiting = session.scalars(
        select(CaseMigration)
        .where(CaseMigration.status == MigrationStatus.PLANNED)
        .order_by(CaseMigration.id)
    )
    return tuple(each for each in waiting if policy.may_approve_version(actor, each.process))
