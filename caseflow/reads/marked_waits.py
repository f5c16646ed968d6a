"""What the last self-check found waiting for a name on a sensitive file, for who keeps the mark.

Whoever marks need not hold a post that sees the self-check: the register of marks tells them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import policy
from caseflow.models import SensitiveFile, SensitiveReader, User
from caseflow.reads import self_checks

# Findings that a name on the list mends; their values tell whose name, and on which files.
_CODES = frozenset({"withheld", "undecided"})


@dataclass(frozen=True, slots=True)
class Waits:
    """How many steps and ties wait for nobody because of a mark, and who of them may be named."""

    count: int
    people: tuple[str, ...]
    found_at: datetime


def by_mark(session: Session, file_ids: Collection[int]) -> Mapping[int, Waits]:
    """Of these marks those for which somebody is to be named, by id; the house itself asks."""
    run = self_checks.latest(session)
    found = list(_findings(run.results)) if run is not None and file_ids else []
    cleared = _cleared(session, {file_id for values in found for file_id in values["files"]})
    wanted: dict[int, list[set[int]]] = {}
    for values in found:
        marks = [file_id for file_id in values["files"] if file_id in cleared]
        for file_id in set(marks) & set(file_ids):
            others = [cleared[each] for each in marks if each != file_id]
            people = _fit(set(values["people"]), others)
            if not people & cleared[file_id]:
                wanted.setdefault(file_id, []).append(people)
    names = _names(session, {each for sets in wanted.values() for each in set().union(*sets)})
    return {
        file_id: Waits(
            len(sets), tuple(names[each] for each in names if each in set().union(*sets)), run.at
        )
        for file_id, sets in wanted.items()
        if run is not None
    }


def _findings(results: Collection[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for result in results:
        for finding in result["findings"]:
            if finding["code"] in _CODES:
                yield finding["values"]


def _fit(people: set[int], others: list[set[int]]) -> set[int]:
    """Whom to name: of the people those whom the other marks are open to already, if any are."""
    for cleared in others:
        people = people & cleared or people
    return people


def _cleared(session: Session, file_ids: Collection[int]) -> dict[int, set[int]]:
    """Who has marked or is named, for each of these marks that is in force."""
    rows = session.execute(
        select(SensitiveFile.id, SensitiveFile.marked_by, SensitiveReader.user_id)
        .outerjoin(
            SensitiveReader,
            (SensitiveReader.file_id == SensitiveFile.id) & SensitiveReader.ended_at.is_(None),
        )
        .where(SensitiveFile.id.in_(file_ids), policy.in_force())
    )
    found: dict[int, set[int]] = {}
    for file_id, marker, reader in rows:
        found.setdefault(file_id, set()).update({marker, reader} - {None})
    return found


def _names(session: Session, ids: Collection[int]) -> dict[int, str]:
    """These people by name, in the order of names."""
    rows = session.execute(
        select(User.id, User.name).where(User.id.in_(ids)).order_by(User.name_key, User.id)
    )
    return {row[0]: row[1] for row in rows}
