"""Deployed definitions as pages show them: the drawing, its tables and forms, its versions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session, aliased

from caseflow.models import Case, Definition, User
from caseflow.vocabulary import NotFound

_LIMIT = 500


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a process: what it is for, who stands for it, how many cases run on it."""

    id: int
    process: str
    version: int
    sha256: str
    deployed_at: datetime
    title: str | None
    reason: str | None
    note: str | None
    deployed_by: str | None
    approved_by: str | None
    open_cases: int


def listing(session: Session) -> tuple[Version, ...]:
    """All versions by process, newest first."""
    rows = session.execute(
        _versions().order_by(Definition.process, Definition.version.desc()).limit(_LIMIT)
    )
    return tuple(Version(*row) for row in rows)


def version(session: Session, definition_id: int) -> Version:
    """One version in the words of the list.

    Raises:
        NotFound: there is none.
    """
    row = session.execute(_versions().where(Definition.id == definition_id)).one_or_none()
    if row is None:
        raise NotFound("definition", id=definition_id)
    return Version(*row)


def before(session: Session, definition: Definition) -> int | None:
    """The id of the version before this one."""
    return session.scalar(
        select(Definition.id)
        .where(Definition.process == definition.process, Definition.version < definition.version)
        .order_by(Definition.version.desc())
        .limit(1)
    )


def _versions() -> Select[*tuple[Any, ...]]:
    running = (
        select(func.count())
        .where(Case.definition_id == Definition.id, Case.closed_at.is_(None))
        .scalar_subquery()
    )
    maker, approver = aliased(User), aliased(User)
    return (
        select(
            Definition.id,
            Definition.process,
            Definition.version,
            Definition.sha256,
            Definition.deployed_at,
            Definition.title,
            Definition.reason,
            Definition.note,
            maker.name,
            approver.name,
            running,
        )
        .outerjoin(maker, maker.id == Definition.deployed_by)
        .outerjoin(approver, approver.id == Definition.approved_by)
    )


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
