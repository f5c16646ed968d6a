"""What the months of one household say: its declared figures from the panels that exist."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from caseflow.lake.duck import connect, parquet, quoted
from caseflow.lake.fields import Field


@dataclass(frozen=True, slots=True)
class Month:
    """One month's figures by field; what was not delivered is None."""

    period: int
    values: Mapping[str, Decimal | bool | None]


def months(
    root: Path, tp: int, fields: Sequence[Field], *, until: int, count: int
) -> tuple[Month, ...]:
    """The last months before and with ``until`` for which a panel was made, oldest first."""
    files = _files(root, until, count)
    if not files:
        return ()
    columns = ", ".join(quoted(field.name) for field in fields)
    table = parquet(*files, options=", filename=true, union_by_name=true")
    with connect() as con:
        rows = con.execute(f"SELECT filename, {columns} FROM {table} WHERE tp = {tp}").fetchall()
    found = {str(name): values for name, *values in rows}
    return tuple(
        Month(period, _values(fields, found[path]))
        for path, period in files.items()
        if path in found
    )


def _files(root: Path, until: int, count: int) -> dict[str, int]:
    """The latest panel of each of the last months, oldest month first."""
    folders = sorted((root / "panel" / "months").glob("period=*"))
    found: dict[str, int] = {}
    for folder in folders:
        period = int(folder.name.removeprefix("period="))
        panels = sorted(folder.glob("*.parquet"), key=lambda path: path.stat().st_mtime_ns)
        if period <= until and panels:
            found[str(panels[-1])] = period
    return dict(list(found.items())[-count:])


def _values(fields: Sequence[Field], row: Sequence[object]) -> dict[str, Decimal | bool | None]:
    found: dict[str, Decimal | bool | None] = {}
    for field, value in zip(fields, row, strict=True):
        if value is None or isinstance(value, bool):
            found[field.name] = value
        else:
            found[field.name] = Decimal(str(value)) / field.scale
    return found
