"""Deployed definitions as pages show them: the drawing, its tables and forms, its versions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from caseflow.models import Case, Definition
from caseflow.vocabulary import NotFound


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a process and how many cases run on it."""

    id: int
    process: str
    version: int
    sha256: str
    deployed_at: datetime
    open_cases: int


def listing(session: Session) -> tuple[Version, ...]:
    """All versions, newest first."""
    running = (
        select(func.count())
        .where(Case.definition_id == Definition.id, Case.closed_at.is_(None))
        .scalar_subquery()
    )
    rows = session.execute(
        select(
            Definition.id,
            Definition.process,
            Definition.version,
            Definition.sha256,
            Definition.deployed_at,
            running,
        ).order_by(Definition.process, Definition.version.desc())
    )
    return tuple(Version(*row) for row in rows)


def page(session: Session, definition_id: int) -> Definition:
    """
    One version with its files.

    Raises:
        NotFound: there is none.

    """
    found = session.get(Definition, definition_id)
    if found is None:
        raise NotFound("definition", id=definition_id)
    return found


def find(session: Session, *, version_id: int | None, process: str) -> Definition | None:
    """The version with this id, else the newest of the process; None when there is none."""
    if version_id is not None:
        return session.get(Definition, version_id)
    newest = select(Definition).where(Definition.process == process)
    return session.scalar(newest.order_by(Definition.version.desc()).limit(1))


def busiest(session: Session) -> int | None:
    """The version with the most open cases, the newest among equals; None when there is none."""
    is_open = and_(Case.definition_id == Definition.id, Case.closed_at.is_(None))
    return session.scalar(
        select(Definition.id)
        .outerjoin(Case, is_open)
        .group_by(Definition.id)
        .order_by(func.count(Case.id).desc(), Definition.id.desc())
        .limit(1)
    )


def file(session: Session, definition_id: int, name: str) -> str:
    """
    One file of a version.

    Raises:
        NotFound: there is no such version or file.

    """
    text = page(session, definition_id).files.get(name)
    if text is None:
        raise NotFound("definition_file", name=name)
    return str(text)
