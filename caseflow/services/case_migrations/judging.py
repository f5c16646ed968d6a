"""Judging the open cases of a version against another: what goes, what stays, what would be lost.

Changes nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Row, func, select
from sqlalchemy.orm import Session

from caseflow import element_names
from caseflow.engine import EngineError, Process, migration
from caseflow.engine.carried_variables import Carrying
from caseflow.engine.forms.specs import FieldSpec
from caseflow.engine.migration import Hindrance
from caseflow.models import Case, Definition, Draft, Task
from caseflow.models.base import Json
from caseflow.services import definitions
from caseflow.vocabulary import Invalid, MigrationLineStatus, NotFound, TaskStatus

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Judged:
    """What a dry run says of one case."""

    case_id: int
    number: str
    hindrances: tuple[Hindrance, ...]
    lost: tuple[FieldSpec, ...]
    # What the new version says otherwise of its open steps, and what becomes of its variables;
    # keeps nothing from going.
    changes: tuple[Hindrance, ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """Which of the cases that can go are to go: these numbers, at most so many; else all."""

    numbers: frozenset[str] = frozenset()
    most: int | None = None


ALL = Choice()


class Taken:
    """Goes through the cases of a dry run and says of each whether it is to go."""

    def __init__(self, choice: Choice, count: int = 0) -> None:
        """Begin with so many taken."""
        self.choice = choice
        self.count = count

    def status(self, judged: Judged) -> MigrationLineStatus:
        """The status of the next case in the plan."""
        is_meant = not self.choice.numbers or judged.number in self.choice.numbers
        is_room = self.choice.most is None or self.count < self.choice.most
        if judged.hindrances:
            return MigrationLineStatus.CANNOT
        if not (is_meant and is_room):
            return MigrationLineStatus.LEFT
        self.count += 1
        return MigrationLineStatus.CAN


def dry_run(
    session: Session, from_id: int, to_id: int, mapping: Mapping[str, str]
) -> Iterator[Judged]:
    """Judge every open case of a version against another; changes nothing."""
    for found in portions(session, from_id, to_id, mapping):
        yield from found


def portions(
    session: Session, from_id: int, to_id: int, mapping: Mapping[str, str], *, after: int = 0
) -> Iterator[list[Judged]]:
    """Judge the open cases of a version behind this one, in portions and in the order of ids."""
    old, new = pair(session, from_id, to_id)
    carrying = Carrying(old, new, mapping)
    last = after
    while True:
        rows = session.execute(
            select(Case.id, Case.number, Case.state)
            .where(*_open(from_id), Case.id > last)
            .order_by(Case.id)
            .limit(_AT_ONCE)
        ).all()
        if not rows:
            return
        ids = [row.id for row in rows]
        typed, steps = _typed(session, ids), _open_steps(session, ids)
        yield [_one(carrying, row, typed.get(row.id, ()), steps.get(row.id, ())) for row in rows]
        last = rows[-1].id


def open_cases(session: Session, version_id: int) -> int:
    """How many open cases run on a version."""
    return session.scalars(select(func.count()).where(*_open(version_id))).one()


def require_numbers(session: Session, version_id: int, numbers: Collection[str]) -> None:
    """Refuse numbers of which no open case runs on a version.

    Raises:
        Invalid: with the first of them.
    """
    found = select(Case.number).where(*_open(version_id), Case.number.in_(numbers))
    missing = set(numbers).difference(session.scalars(found) if numbers else ())
    if missing:
        raise Invalid("migration_numbers", numbers=sorted(missing)[:10])


def _open(version_id: int) -> tuple[ColumnElement[bool], ...]:
    return (Case.definition_id == version_id, Case.closed_at.is_(None))


def _one(
    carrying: Carrying,
    row: Row[int, str, bytes],
    typed: Iterable[tuple[str, set[str]]],
    steps: Iterable[str],
) -> Judged:
    old, new, mapping = carrying.old, carrying.new, carrying.mapping
    found = judged(old, new, row.state, mapping)
    lost = tuple(_lost(old, new, mapping, typed))
    if found:
        return Judged(row.id, row.number, found, lost)
    changes = _changes(old, new, mapping, steps) + carrying.warnings(row.state)
    return Judged(row.id, row.number, found, lost, changes)


def pair(session: Session, from_id: int, to_id: int) -> tuple[Process, Process]:
    """The processes of two versions.

    Raises:
        NotFound: there is no such version.
        Invalid: they are the same, or of different processes.
    """
    found = {
        row.id: row.process
        for row in session.execute(
            select(Definition.id, Definition.process).where(Definition.id.in_((from_id, to_id)))
        )
    }
    if from_id not in found or to_id not in found:
        raise NotFound("definition", id=from_id if from_id not in found else to_id)
    if from_id == to_id or found[from_id] != found[to_id]:
        raise Invalid("migration_versions")
    return definitions.process_of(session, from_id), definitions.process_of(session, to_id)


def judged(
    old: Process, new: Process, state: bytes, mapping: Mapping[str, str]
) -> tuple[Hindrance, ...]:
    """What keeps a state from going on; one that cannot be read is kept by that."""
    try:
        return migration.hindrances(old, new, state, mapping)
    except EngineError as error:
        return (Hindrance("unreadable", "", error.code, error.code),)


def _typed(session: Session, case_ids: Iterable[int]) -> dict[int, list[tuple[str, set[str]]]]:
    """By case: the element of each open step with a draft, and the fields that were typed in."""
    found: dict[int, list[tuple[str, set[str]]]] = {}
    rows = session.execute(
        select(Task.case_id, Task.element, Draft.content)
        .join(Draft, Draft.task_id == Task.id)
        .where(Task.case_id.in_(list(case_ids)), Task.status == TaskStatus.OPEN)
    )
    for case_id, element, content in rows:
        typed = {name.partition("-")[0] for name, value in content.items() if value}
        found.setdefault(case_id, []).append((element, typed))
    return found


def _open_steps(session: Session, case_ids: Iterable[int]) -> dict[int, list[str]]:
    """The elements of the open steps by case."""
    found: dict[int, list[str]] = {}
    rows = session.execute(
        select(Task.case_id, Task.element)
        .where(Task.case_id.in_(list(case_ids)), Task.status == TaskStatus.OPEN)
        .order_by(Task.id)
    )
    for case_id, element in rows:
        found.setdefault(case_id, []).append(element)
    return found


def _changes(
    old: Process, new: Process, mapping: Mapping[str, str], elements: Iterable[str]
) -> tuple[Hindrance, ...]:
    return tuple(
        change for name in elements for change in migration.redrawn(old, new, name, mapping)
    )


def _lost(
    old: Process,
    new: Process,
    mapping: Mapping[str, str],
    drafts: Iterable[tuple[str, set[str]]],
) -> Iterator[FieldSpec]:
    """The fields with something typed in that the new form does not have."""
    for element_id, typed in drafts:
        before = old.elements.get(element_id)
        after = new.elements.get(element_names.renamed(element_id, mapping))
        if before is None or after is None:
            continue
        olds = {each.key: each for each in old.forms[before.form_key].answered()}
        news = {each.key for each in new.forms[after.form_key].answered()}
        yield from (olds[key] for key in sorted(typed & olds.keys()) if key not in news)


def why(found: Iterable[Hindrance]) -> list[Json]:
    """Hindrances as a line of the report keeps them."""
    return [
        {"code": h.code, "element": h.element, "name": h.name, "name_en": h.name_en} for h in found
    ]
