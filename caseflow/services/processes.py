"""The engine's process of a deployed version, and the version's files as the engine reads them."""

from __future__ import annotations

from collections.abc import Mapping
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from caseflow import engine
from caseflow.engine import Process
from caseflow.models import Definition


def process_of(session: Session, definition_id: int) -> Process:
    """The parsed process of a version; parsed once per version and operating-system process."""
    known = _processes.setdefault(session.get_bind().engine, {})
    if definition_id not in known:
        files = session.scalars(
            select(Definition.files).where(Definition.id == definition_id)
        ).one()
        known[definition_id] = engine.deployed(files_of(files))
    return known[definition_id]


def files_of(kept: Mapping[str, object]) -> dict[str, bytes]:
    """The files of a version or draft as the engine reads them; they are kept as text."""
    return {name: str(text).encode() for name, text in kept.items()}


# By database: the same number is another version elsewhere.
_processes: WeakKeyDictionary[Engine, dict[int, Process]] = WeakKeyDictionary()
