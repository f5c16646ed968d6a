"""Deployed definitions as pages show them: the drawing, its tables and forms, its versions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
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
