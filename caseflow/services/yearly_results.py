"""Results of earlier years, taken in from a file that names its source."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import clock, policy
from caseflow.lake import reading
from caseflow.models import Unit, YearlyResult
from caseflow.services import record
from caseflow.vocabulary import Actor, CaseKind, Invalid, Verb

# Column -> its Chinese and English title; the last one may be left out.
COLUMNS: Mapping[str, tuple[str, str]] = {
    "year": ("年度", "year"),
    "unit": ("单位代码", "unit code"),
    "kind": ("任务类别", "kind of case"),
    "households": ("评估户数", "households"),
    "tax": ("评估税款", "assessed tax"),
    "income_adjusted": ("调整应纳税所得额", "adjusted taxable income"),
    "loss_offset": ("弥补亏损", "loss offset"),
    "source": ("来源", "source"),
    "note": ("说明", "note"),
}
_MAY_BE_LEFT_OUT = "note"
_FIRST_YEAR = 1949
_LONGEST = 500
_COUNT = re.compile(r"\d{1,9}")
_AMOUNT = re.compile(r"\d{1,15}(\.\d{1,2})?")
_SUMS = ("households", "tax", "income_adjusted", "loss_offset")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a line of the file; line 1 is its header."""

    line: int
    code: str
    values: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many years were put on file, and how many were changed."""

    put: int
    changed: int


def take_in(session: Session, actor: Actor, path: Path) -> Outcome:
    """
    Put the years of a file on file; what differs is changed, and the record says from what.

    Amounts are in yuan. The same file again changes nothing.

    Raises:
        Invalid: ``yearly_results`` with every fault in ``values['faults']``; nothing is put on file
        then.
    """
    if actor.user_id is not None:
        policy.require(actor, Verb.IMPORT_FACTS)
    rows, faults = _read(session, path)
    if faults:
        raise Invalid("yearly_results", file=path.name, faults=tuple(faults))
    known = {
        (row.unit_id, row.year, row.kind): row for row in session.scalars(select(YearlyResult))
    }
    sha256 = reading.digest(path)
    put, changed = 0, []
    for told in rows:
        row = known.get((told["unit_id"], told["year"], told["kind"]))
        if row is None:
            session.add(YearlyResult(**told, sha256=sha256, taken_at=clock.now()))
            put += 1
            continue
        before = {name: getattr(row, name) for name in told if getattr(row, name) != told[name]}
        if not before:
            continue
        for name in before:
            setattr(row, name, told[name])
        row.sha256, row.taken_at = sha256, clock.now()
        changed.append({"year": row.year, "unit": row.unit_id, **record.plain(before)})
    if put or changed:
        session.flush()
        payload = {"file": path.name, "sha256": sha256, "put": put, "changed": changed}
        record.append(session, actor, "sys:facts", action="facts.years_put", payload=payload)
    return Outcome(put, len(changed))


def _read(session: Session, path: Path) -> tuple[list[dict[str, Any]], list[Fault]]:
    """The rows of a file that can be used, and what is wrong with the others."""
    with tempfile.TemporaryDirectory() as workspace:
        try:
            table = reading.read(path, Path(workspace))
        except Invalid as refusal:
            line = refusal.values.get("line")
            at = line if isinstance(line, int) else 1
            return [], [Fault(at, refusal.code, refusal.values)]
        names = [_column_of(title) for title in table.header]
        wrong = _wrong_header(table.header, names)
        if wrong:
            return [], [Fault(1, "WRONG_COLUMNS", wrong)]
        lines = [(line, cells) for _n, line, cells in table.records() if any(map(str.strip, cells))]
    if not lines:
        return [], [Fault(1, "FILE_EMPTY", {})]
    return _rows(session, names, lines)


def _rows(
    session: Session, names: Sequence[str], lines: Sequence[tuple[int, list[str]]]
) -> tuple[list[dict[str, Any]], list[Fault]]:
    units = dict(session.execute(select(Unit.code, Unit.id)).all())
    rows: list[dict[str, Any]] = []
    faults: list[Fault] = []
    seen: set[tuple[object, ...]] = set()
    for line, cells in lines:
        if len(cells) != len(names):
            values = {"found": len(cells), "wanted": len(names)}
            faults.append(Fault(line, "CELL_COUNT", values))
            continue
        given = {name: cell.strip() for name, cell in zip(names, cells, strict=True)}
        wrong = [Fault(line, code, values) for code, values in _wrong(given, units)]
        faults += wrong
        if wrong:
            continue
        row = _row(given, units)
        key = (row["unit_id"], row["year"], row["kind"])
        if key in seen:
            faults.append(Fault(line, "YEAR_TWICE", given))
        seen.add(key)
        rows.append(row)
    return rows, faults


def _wrong(
    given: Mapping[str, str], units: Mapping[str, int]
) -> Iterator[tuple[str, dict[str, object]]]:
    """What cannot be used of a line: the code of each fault, and what its sentence needs."""
    missing = [name for name in COLUMNS if name != _MAY_BE_LEFT_OUT and not given[name]]
    for name in missing:
        yield "MISSING", {"column": name}
    year = given["year"]
    if year and not _is_past(year):
        yield "BAD_YEAR", {"value": year, "latest": clock.today().year}
    if given["unit"] and given["unit"] not in units:
        yield "UNIT_UNKNOWN", {"unit": given["unit"]}
    if given["kind"] and _kind(given["kind"]) is None:
        yield "UNKNOWN_WORD", {"column": "kind", "value": given["kind"], "wanted": tuple(CaseKind)}
    for name in _SUMS:
        wanted = _COUNT if name == "households" else _AMOUNT
        if given[name] and not wanted.fullmatch(_plain(given[name])):
            code = "BAD_COUNT" if name == "households" else "BAD_AMOUNT"
            yield code, {"column": name, "value": given[name]}
    for name in ("source", "note"):
        if len(given.get(name, "")) > _LONGEST:
            yield "TOO_LONG", {"column": name, "longest": _LONGEST}


def _row(given: Mapping[str, str], units: Mapping[str, int]) -> dict[str, Any]:
    return {
        "unit_id": units[given["unit"]],
        "year": int(given["year"]),
        "kind": _kind(given["kind"]),
        "households": int(_plain(given["households"])),
        **{name: Decimal(_plain(given[name])) for name in _SUMS[1:]},
        "source": given["source"],
        "note": given.get("note") or None,
    }


def _plain(number: str) -> str:
    """A number without the commas between its thousands."""
    return number.replace(",", "")


def _is_past(year: str) -> bool:
    """Whether it is a year that has begun."""
    return year.isascii() and year.isdigit() and _FIRST_YEAR <= int(year[:5]) <= clock.today().year


def _kind(word: str) -> CaseKind | None:
    """A kind of case by identifier, Chinese or English."""
    named = (kind for kind in CaseKind if word.lower() in (kind.value.lower(), kind.zh, kind.en))
    return next(named, None)


def _column_of(title: str) -> str:
    """The column that a title names; the title itself when it names none."""
    plain = title.strip().lstrip("\ufeff")
    named = (name for name, titles in COLUMNS.items() if plain.lower() in (name, *titles))
    return next(named, plain)


def _wrong_header(titles: Sequence[str], names: Sequence[str]) -> dict[str, object]:
    """What a header has too little, too much or twice; nothing when it fits."""
    required = [name for name in COLUMNS if name != _MAY_BE_LEFT_OUT]
    found = {
        "missing": [name for name in required if name not in names],
        "unknown": [t for t, name in zip(titles, names, strict=True) if name not in COLUMNS],
        "twice": sorted({name for name in names if names.count(name) > 1}),
    }
    return dict(found) if any(found.values()) else {}
