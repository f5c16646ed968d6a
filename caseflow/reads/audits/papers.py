"""Working papers and their versions, as auditors read them; nobody else knows of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from caseflow import policy
from caseflow.models import Case, Sample, User, WorkingPaper, WorkingPaperVersion
from caseflow.vocabulary import Actor, NotFound, Verb

LIMIT = 50
VERSIONS = 200


@dataclass(frozen=True, slots=True)
class Listed:
    """A paper in the list, by its newest version."""

    id: int
    title: str
    version: int
    at: datetime
    author: str
    case_number: str | None
    sample: str | None


@dataclass(frozen=True, slots=True)
class Version:
    """One version: when, how, how long; its text only where it was asked for."""

    version: int
    at: datetime
    is_auto: bool
    length: int


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper as it is open: the version shown, all versions, what it is about."""

    id: int
    author_id: int
    author: str
    created_at: datetime
    case_id: int | None
    case_number: str | None
    sample_id: int | None
    sample: str | None
    shown: WorkingPaperVersion
    newest: int
    versions: tuple[Version, ...]


def listing(session: Session, actor: Actor, *, before: int | None = None) -> tuple[Listed, ...]:
    """The newest papers of all auditors; one statement."""
    policy.require(actor, Verb.READ_RECORD)
    newest = (
        select(WorkingPaperVersion)
        .where(WorkingPaperVersion.paper_id == WorkingPaper.id)
        .order_by(WorkingPaperVersion.version.desc())
        .limit(1)
        .lateral("newest")
    )
    query = (
        select(
            WorkingPaper.id,
            newest.c.title,
            newest.c.version,
            newest.c.at,
            User.name,
            Case.number,
            Sample.name,
        )
        .select_from(WorkingPaper)
        .join(newest, newest.c.paper_id == WorkingPaper.id)
        .join(User, User.id == WorkingPaper.author_id)
        .outerjoin(Case, Case.id == WorkingPaper.case_id)
        .outerjoin(Sample, Sample.id == WorkingPaper.sample_id)
        .order_by(WorkingPaper.id.desc())
        .limit(LIMIT + 1)
    )
    if before:
        query = query.where(WorkingPaper.id < before)
    return tuple(Listed(*row) for row in session.execute(query))


def one(session: Session, actor: Actor, paper_id: int, version: int | None = None) -> Paper:
    """
    One paper, by its newest version or the one asked for; three statements.

    Raises:
        Forbidden: the actor does not read the whole record.
        NotFound: there is no such paper or version.

    """
    policy.require(actor, Verb.READ_RECORD)
    row = session.execute(
        select(WorkingPaper, User.name, Case.number, Sample.name)
        .join(User, User.id == WorkingPaper.author_id)
        .outerjoin(Case, Case.id == WorkingPaper.case_id)
        .outerjoin(Sample, Sample.id == WorkingPaper.sample_id)
        .where(WorkingPaper.id == paper_id)
    ).one_or_none()
    versions = _versions(session, paper_id)
    wanted = version or (versions[0].version if versions else 0)
    shown = session.get(WorkingPaperVersion, (paper_id, wanted))
    if row is None or shown is None:
        raise NotFound("working_paper", id=paper_id)
    paper, author, number, sample = row
    return Paper(
        paper.id,
        paper.author_id,
        author,
        paper.created_at,
        paper.case_id,
        number,
        paper.sample_id,
        sample,
        shown,
        versions[0].version,
        versions,
    )


def _versions(session: Session, paper_id: int) -> tuple[Version, ...]:
    """The newest versions, without their texts."""
    rows = session.execute(
        select(
            WorkingPaperVersion.version,
            WorkingPaperVersion.at,
            WorkingPaperVersion.is_auto,
            func.length(WorkingPaperVersion.body),
        )
        .where(WorkingPaperVersion.paper_id == paper_id)
        .order_by(WorkingPaperVersion.version.desc())
        .limit(VERSIONS)
    )
    return tuple(Version(*row) for row in rows)
