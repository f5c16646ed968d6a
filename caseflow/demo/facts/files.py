"""Writes the facts as files, delivery by delivery, the way the source systems hand them over."""

import csv
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv

from caseflow.demo.bureau import SEED, Bureau
from caseflow.demo.facts import months, parameters, world
from caseflow.demo.facts.months import Sheet
from caseflow.demo.facts.periods import MONTHS, Month
from caseflow.demo.facts.returns import Ledger
from caseflow.demo.facts.world import World
from caseflow.lake.fields import Field, Kind, Registry
from caseflow.lake.filetypes import FileKind, kinds

Progress = Callable[[int, int], None]

TRUTH = "truth.csv"
_REGISTER = "ctais_t"
_DIGITS = 22


@dataclass(frozen=True)
class Delivery:
    """Files handed over together; `on` is the day on which the bureau has them."""

    name: str
    on: date
    months: tuple[int, ...]
    years: tuple[int, ...] = ()


# History until November 2008 is there on the first day; each later month comes some days after
# the day on which its returns are due.
DELIVERIES = (
    Delivery("2008-01-11", date(2009, 1, 5), tuple(range(11))),
    Delivery("2005-2007", date(2009, 1, 5), (), (2005, 2006, 2007)),
    Delivery("2008-12", date(2009, 1, 21), (11,)),
    Delivery("2009-01", date(2009, 2, 19), (12,)),
    Delivery("2009-02", date(2009, 3, 19), (13,)),
    Delivery("2009-03", date(2009, 4, 21), (14,)),
    Delivery("2009-04", date(2009, 5, 20), (15,)),
    Delivery("2009-05", date(2009, 6, 18), (16,)),
    Delivery("2009-06", date(2009, 7, 20), (17,)),
    Delivery("2009-07", date(2009, 8, 19), (18,)),
    Delivery("2009-08", date(2009, 9, 18), (19,)),
    Delivery("2009-09", date(2009, 10, 26), (20,)),
    Delivery("2009-10", date(2009, 11, 19), (21,)),
    Delivery("2009-11", date(2009, 12, 18), (22,)),
    Delivery("2009-12", date(2010, 1, 21), (23,)),
)


@dataclass
class _Folder:
    """The open files of one delivery."""

    path: Path
    kinds: Mapping[str, FileKind]
    tin: np.ndarray[tuple[int], np.dtype[np.str_]]
    writers: dict[str, pyarrow.csv.CSVWriter] = field(default_factory=dict)

    def add(self, sheet: Sheet) -> None:
        """Append the rows of a sheet to the file of its type."""
        table = _table(self.kinds[sheet.kind], self.tin, sheet)
        if sheet.kind not in self.writers:
            target = self.path / f"{sheet.kind}.csv"
            self.writers[sheet.kind] = pyarrow.csv.CSVWriter(target, table.schema)
        self.writers[sheet.kind].write_table(table)

    def close(self) -> None:
        """Finish every file."""
        for writer in self.writers.values():
            writer.close()


def write(
    bureau: Bureau,
    registry: Registry,
    folder: Path,
    *,
    seed: int = SEED,
    progress: Progress = lambda _done, _total: None,
) -> tuple[Path, ...]:
    """
    Write every delivery below `folder`, and the truth about the anomalies beside them.

    The same bureau and seed give the same bytes. Memory holds one month at a time.
    """
    made = world.make(bureau, seed)
    ledger = Ledger(bureau.count)
    written: list[Path] = []
    for delivery in DELIVERIES:
        target = folder / delivery.name
        target.mkdir(parents=True, exist_ok=True)
        opened = _Folder(target, kinds(registry), bureau.registration.tin)
        for sheet in _sheets(made, delivery, ledger, progress):
            opened.add(sheet)
        opened.close()
        if delivery.years:
            _write_parameters(target / "param_p.csv")
        written += files_of(folder, delivery)
    _write_truth(folder / TRUTH, made)
    return tuple(written)


def files_of(folder: Path, delivery: Delivery) -> list[Path]:
    """List the files of a delivery in the order to take them in: the register comes first."""
    found = (folder / delivery.name).glob("*.csv")
    return sorted(found, key=lambda path: (path.stem != _REGISTER, path.stem))


def _sheets(made: World, delivery: Delivery, ledger: Ledger, progress: Progress) -> Iterator[Sheet]:
    for year in delivery.years:
        yield months.sheet_of_year(made, year)
    for index in delivery.months:
        month = Month(index)
        rng = np.random.default_rng([made.seed, 20, index])
        yield from months.sheets_of_month(rng, made, month, ledger)
        if index in (delivery.months[0], delivery.months[-1]):
            yield from months.sheets_of_state(made, month)
        progress(index + 1, MONTHS)


def _table(
    kind: FileKind, tin: np.ndarray[tuple[int], np.dtype[np.str_]], sheet: Sheet
) -> pa.Table:
    """Make the rows of a sheet; the columns stand in the order of the registry."""
    arrays = [pa.array(tin[sheet.rows]), pa.array(np.full(len(sheet.rows), sheet.period))]
    names = [key.name for key in kind.keys]
    for column in kind.fields:
        if column.name in sheet.columns:
            names.append(column.name)
            arrays.append(_column(column, sheet.columns[column.name][sheet.rows]))
    return pa.table(arrays, names=names)


def _column(column: Field, values: np.ndarray[tuple[int], np.dtype[np.generic]]) -> pa.Array:
    if column.type is Kind.DECIMAL:
        digits = len(str(column.scale)) - 1
        rounded = pa.array(np.round(values.astype(np.float64), digits), from_pandas=True)
        return rounded.cast(pa.decimal128(_DIGITS, digits))
    if column.type is Kind.INT:
        return pa.array(values.astype(np.float64), from_pandas=True).cast(pa.int64())
    return pa.array(values)


def _write_parameters(path: Path) -> None:
    rows = list(parameters.rows())
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[-1]))
        writer.writeheader()
        writer.writerows(rows)


def _write_truth(path: Path, made: World) -> None:
    """Write what was planted where; this file never goes into the lake."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["taxpayer_id", "indicator", "first", "last", "excess", "true_cause"])
        for plant in made.plants.all():
            tin = made.bureau.registration.tin[plant.rows]
            rows = zip(tin, plant.first, plant.last, plant.excess, plant.cause, strict=True)
            for number, first, last, excess, cause in rows:
                periods = (Month(int(first)).period, Month(int(last)).period)
                writer.writerow([number, plant.code, *periods, excess, cause])
