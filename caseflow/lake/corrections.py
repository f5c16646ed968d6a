"""Corrections of delivered facts: a small batch laid over the batches that it supersedes.

Nothing that was delivered is rewritten. Of each cell the latest batch that is not empty holds, so a
correction is a batch that speaks of the corrected cells alone; snapshots made before keep theirs.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

from caseflow.lake import batches, cells, reading
from caseflow.lake.batches import Batch, FactFile, Snapshot
from caseflow.lake.cells import Problem, Value
from caseflow.lake.duck import connect, parquet, quoted, text
from caseflow.lake.fields import Field, Grain, Kind, Registry
from caseflow.lake.filetypes import FileKind, kinds
from caseflow.lake.panel import sql_type

# What a correction may speak of: the state of a taxpayer, or a taxpayer in a month.
GRAINS = (Grain.STATE, Grain.MONTH)


@dataclass(frozen=True, slots=True)
class Correction:
    """One cell of one household and what it shall be, as it is stored."""

    field: str
    tp: int
    period: int
    value: Value


@dataclass(frozen=True, slots=True)
class Found:
    """What a cell holds, and the batch that says so."""

    value: Value
    batch: str


def kind_of(registry: Registry, field: Field) -> FileKind:
    """The file type that delivers a field."""
    return next(
        each
        for each in kinds(registry).values()
        if each.source == field.source and each.grain is field.grain
    )


def current(
    registry: Registry, snapshot: Snapshot, field: Field, *, root: Path, tp: int, period: int
) -> Found | None:
    """What the newest batches say of a cell; a state holds from its month on. None: nothing."""
    for batch, file in _speaking(registry, snapshot, field, period):
        found = _cell(root / file.path, field.name, tp)
        if found is not None:
            return Found(found, batch.sha256)
    return None


def said_by(batch: Batch, field: Field, *, root: Path, tp: int, period: int) -> Value:
    """What one batch says of a cell; None: nothing."""
    if field.name not in batch.columns:
        return None
    files = (each for each in batch.files if each.period == period)
    found = (_cell(root / each.path, field.name, tp) for each in files)
    return next((value for value in found if value is not None), None)


def lay(
    registry: Registry, root: Path, name: str, rows: Sequence[Correction], *, attempt: str
) -> Batch:
    """Lay a batch of corrected cells over what was delivered; all rows are of one file type.

    ``attempt`` tells this batch from others with the same rows, such as one that goes back to an
    earlier value. The same once more changes nothing: the batch is there already.
    """
    kind = kind_of(registry, registry.fields[rows[0].field])
    digest = _digest(kind, name, rows, attempt)
    if known := batches.find(root, digest):
        return known
    columns = tuple(each.name for each in kind.fields if each.name in {row.field for row in rows})
    with batches.writing(root) as number:
        files = tuple(
            FactFile(
                path := batches.fact_path(kind.name, period, digest),
                _write(root / path, [registry.fields[name] for name in columns], period, found),
                period,
                len(found),
            )
            for period, found in _by_month(rows)
        )
        batch = Batch(
            sha256=digest,
            number=number,
            name=name,
            kind=kind.name,
            columns=columns,
            files=files,
            rejects=None,
            reject_reasons={},
        )
        batches.keep(root, batch)
    return batch


def read(field: Field, text_given: str, as_of: date) -> tuple[Value, Problem | None]:
    """A value as somebody types it, as it is stored; or what is wrong with it."""
    return cells.parse(field, text_given, as_of)


def written(field: Field, value: Value) -> str:
    """A stored value as people read and type it.

    >>> amount = Field("tax", "税额", "tax", Kind.DECIMAL, Grain.MONTH, "CTAIS", scale=100)
    >>> written(amount, 1250), written(amount, None)
    ('12.5', '')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if field.is_numeric:
        return f"{Decimal(str(value)) / field.scale:f}"
    if field.type is Kind.ENUM:
        return field.values.get(str(value), str(value))
    return str(value)


def _speaking(
    registry: Registry, snapshot: Snapshot, field: Field, period: int
) -> list[tuple[Batch, FactFile]]:
    """The files that may say something of a cell, the one that holds first."""
    is_state = field.grain is Grain.STATE
    found = [
        (batch, file)
        for batch in snapshot.of_kind(kind_of(registry, field).name)
        if field.name in batch.columns
        for file in batch.files
        if (file.period <= period if is_state else file.period == period)
    ]
    return sorted(found, key=lambda each: (each[1].period, each[0].number), reverse=True)


def _cell(path: Path, column: str, tp: int) -> Value:
    with connect() as con:
        row = con.execute(
            f"SELECT {quoted(column)} FROM {parquet(path)} WHERE tp = $1", [tp]
        ).fetchone()
    return row[0] if row else None


def _digest(kind: FileKind, name: str, rows: Sequence[Correction], attempt: str) -> str:
    told = [[each.field, each.tp, each.period, str(each.value)] for each in rows]
    return sha256(json.dumps([kind.name, name, attempt, told]).encode()).hexdigest()


def _by_month(rows: Sequence[Correction]) -> Iterator[tuple[int, dict[int, dict[str, Value]]]]:
    for period in sorted({each.period for each in rows}):
        found: dict[int, dict[str, Value]] = {}
        for each in rows:
            if each.period == period:
                found.setdefault(each.tp, {})[each.field] = each.value
        yield period, found


def _write(
    path: Path, columns: Sequence[Field], period: int, rows: Mapping[int, Mapping[str, Value]]
) -> str:
    """Write a month of corrected cells; returns the hash of the file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    shapes = ", ".join(f"{quoted(each.name)} {sql_type(each)}" for each in columns)
    with connect() as con:
        con.execute(f"CREATE TABLE laid (tp BIGINT, period INTEGER, {shapes})")
        marks = ", ".join("?" for _ in range(len(columns) + 2))
        con.executemany(
            f"INSERT INTO laid VALUES ({marks})",
            [[tp, period, *(row.get(each.name) for each in columns)] for tp, row in rows.items()],
        )
        con.execute(
            f"COPY (SELECT * FROM laid ORDER BY tp) TO {text(path)}"
            " (FORMAT parquet, COMPRESSION zstd)"
        )
    return reading.digest(path)
