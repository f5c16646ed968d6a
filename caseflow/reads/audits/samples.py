"""Samples as they are drawn and as they were kept; drawing changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, literal, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session

from caseflow import policy
from caseflow.models import Case, Sample, SampleItem, Taxpayer, User, WorkingPaper
from caseflow.reads import case_names, cases
from caseflow.vocabulary import Actor, CaseStatus, NotFound, Verb

LIMIT = 50


@dataclass(frozen=True, slots=True)
class Drawn:
    """A population and the cases of it that a seed draws, in their order."""

    population: int
    population_sha256: str
    case_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Listed:
    """A sample in the list."""

    sample: Sample
    author: str
    papers: int


@dataclass(frozen=True, slots=True)
class Item:
    """A case of a sample, and the working paper on it if there is one."""

    place: int
    case_id: int
    number: str
    taxpayer: str
    status: CaseStatus
    outcome: str | None
    opened_at: datetime
    paper_id: int | None


def draw(session: Session, actor: Actor, wish: cases.Wish, *, seed: int, size: int) -> Drawn:
    """
    Draw cases from those a search finds; two statements.

    The cases are ranked by SHA-256 of ``<seed>:<case number>`` and the least are taken: whoever
    has the numbers of the population can draw the same with any tool.

    Raises:
        Forbidden: the actor does not read the whole record.

    """
    policy.require(actor, Verb.READ_RECORD)
    condition = cases.condition(actor, wish)
    lot = func.sha256(func.convert_to(literal(f"{seed}:") + Case.number, "UTF8"))
    ids = session.scalars(select(Case.id).where(condition).order_by(lot, Case.id).limit(size)).all()
    numbers = func.string_agg(Case.number, aggregate_order_by(literal("\n"), Case.number))
    population, sha256 = session.execute(
        select(
            func.count(),
            func.encode(func.sha256(func.convert_to(func.coalesce(numbers, ""), "UTF8")), "hex"),
        )
        .select_from(Case)
        .where(condition)
    ).one()
    return Drawn(population, sha256, tuple(ids))


def listing(session: Session, actor: Actor, *, before: int | None = None) -> tuple[Listed, ...]:
    """The newest samples of all auditors; one statement."""
    policy.require(actor, Verb.READ_RECORD)
    papers = (
        select(func.count(WorkingPaper.case_id.distinct()))
        .where(WorkingPaper.sample_id == Sample.id)
        .scalar_subquery()
    )
    query = (
        select(Sample, User.name, papers)
        .join(User, User.id == Sample.author_id)
        .order_by(Sample.id.desc())
        .limit(LIMIT + 1)
    )
    if before:
        query = query.where(Sample.id < before)
    return tuple(Listed(*row) for row in session.execute(query))


def one(session: Session, actor: Actor, sample_id: int) -> Listed:
    """
    One sample.

    Raises:
        Forbidden: the actor does not read the whole record.
        NotFound: there is no such sample.

    """
    policy.require(actor, Verb.READ_RECORD)
    row = session.execute(
        select(Sample, User.name)
        .join(User, User.id == Sample.author_id)
        .where(Sample.id == sample_id)
    ).one_or_none()
    if row is None:
        raise NotFound("sample", id=sample_id)
    return Listed(row[0], row[1], 0)


def items(session: Session, sample_id: int) -> Sequence[Item]:
    """The cases of a sample in the order drawn, each with the newest paper on it."""
    newest = (
        select(func.max(WorkingPaper.id))
        .where(
            WorkingPaper.sample_id == SampleItem.sample_id,
            WorkingPaper.case_id == SampleItem.case_id,
        )
        .scalar_subquery()
    )
    rows = session.execute(
        select(
            SampleItem.place,
            Case.id,
            Case.number,
            case_names.about(),
            Case.status,
            Case.outcome,
            Case.opened_at,
            newest,
        )
        .join(Case, Case.id == SampleItem.case_id)
        .outerjoin(Taxpayer, Taxpayer.id == Case.taxpayer_id)
        .where(SampleItem.sample_id == sample_id)
        .order_by(SampleItem.place)
    )
    return tuple(Item(*row) for row in rows)
