"""What events name by id, as people call it: people, cases, households, units, versions, steps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from caseflow.models import Case, Definition, Taxpayer, Unit, User
from caseflow.reads.record import Event
from caseflow.reads.record_acts import step_names

_Name = TypeVar("_Name")

# Names under which payloads keep the id of a person.
PEOPLE = (
    *("user", "user_id", "deputy", "deputy_id", "principal", "principal_id", "reader", "for"),
    *("officer", "stand_in", "main_officer_id", "second_officer_id"),
)
_KINDS = {
    **dict.fromkeys(PEOPLE, "user"),
    "case_id": "case",
    "taxpayer": "taxpayer",
    "unit": "unit",
    "section_id": "unit",
}


@dataclass(frozen=True, slots=True)
class Named:
    """Names by id; a unit also by its code, a step by its element, a version by its number."""

    people: Mapping[int, str]
    cases: Mapping[int, str]
    taxpayers: Mapping[int, str]
    units: Mapping[int | str, tuple[str, str]]
    versions: Mapping[int, int]
    steps: Mapping[str, tuple[str, str]]


def of(session: Session, events: Sequence[Event]) -> Named:
    """Look up what events name; a statement for each kind of thing."""
    told = [pair for event in events for pair in _told(event)]
    ids = {
        kind: {value for name, value in told if name == kind and isinstance(value, int)}
        for kind in ("user", "case", "taxpayer", "unit", "version")
    }
    codes = {str(value) for name, value in told if name == "unit"}
    units = session.execute(
        select(Unit.id, Unit.code, Unit.name, Unit.name_en).where(
            or_(Unit.id.in_(ids["unit"]), Unit.code.in_(codes))
        )
    ).all()
    return Named(
        people=_names(session, User.id, User.name, ids["user"]),
        cases=_names(session, Case.id, Case.number, ids["case"]),
        taxpayers=_names(session, Taxpayer.id, Taxpayer.name, ids["taxpayer"]),
        units={key: (row[2], row[3]) for row in units for key in row[:2]},
        versions=_names(session, Definition.id, Definition.version, ids["version"]),
        steps=step_names(session, ids["case"]),
    )


def _told(event: Event) -> Iterator[tuple[str, object]]:
    """The kind and the id of everything that an event names."""
    yield _key(event.stream)
    yield from _of(event.payload)
    if event.action.startswith("migration."):
        yield from (("version", event.payload.get(end)) for end in ("from", "to"))


def _of(payload: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    for name, value in payload.items():
        if isinstance(value, Mapping):
            yield from _of(value)
        elif name == "changed" and isinstance(value, list):
            yield from (_key(str(each)) for each in value)
        elif name in _KINDS:
            yield _KINDS[name], value


def _key(text: str) -> tuple[str, object]:
    """``user:7`` as a kind and an id; of a unit the code."""
    kind, _colon, key = text.partition(":")
    is_id = kind != "unit" and key.isascii() and key.isdecimal()
    return kind, int(key) if is_id else key


def _names(
    session: Session,
    id_: InstrumentedAttribute[int],
    name: InstrumentedAttribute[_Name],
    ids: set[int],
) -> dict[int, _Name]:
    return {row[0]: row[1] for row in session.execute(select(id_, name).where(id_.in_(ids)))}
