"""A lake of random facts: every field of every source, gaps included, from one seed."""

import csv
import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path

from caseflow.detection import catalogue
from caseflow.detection.catalogue import Catalogue
from caseflow.lake import calendar_months
from caseflow.lake.cells import Value
from caseflow.lake.fields import Field, Grain, Kind
from caseflow.lake.filetypes import FileKind, kinds
from caseflow.lake.ingest import ingest

INDICATORS = Path("indicators")
LAST = 200912
_TRADES = ("6310", "6311", "6391", "6392")
_MISSING, _ZERO, _NEGATIVE, _ABSENT = 0.06, 0.12, 0.1, 0.04


class Everyone:
    """A register in which every number is known as its own value."""

    def known(self, numbers: Sequence[str]) -> Mapping[str, int]:
        return {number: int(number) for number in numbers if number.isdecimal()}

    def register(self, rows: Iterator[Mapping[str, Value]]) -> Mapping[str, int]:
        return self.known([str(row["taxpayer_id"]) for row in rows])


@cache
def indicators() -> Catalogue:
    """The catalogue as it is shipped."""
    return catalogue.load(INDICATORS)


def take_in(root: Path, path: Path) -> None:
    """Take one file in; no row may be rejected."""
    batch = ingest(
        path,
        registry=indicators().registry,
        root=root,
        taxpayers=Everyone(),
        as_of=date(2010, 1, 25),
    )
    assert batch.reject_count == 0, batch.rejects


def write_random(root: Path, *, taxpayers: int, months: int, seed: int) -> None:
    """Lay down random facts of some taxpayers and months to December 2009."""
    chance = random.Random(seed)
    root.mkdir(parents=True, exist_ok=True)
    for kind in kinds(indicators().registry).values():
        if kind.grain is Grain.AREA:
            continue
        path = root / f"{kind.name}.csv"
        with path.open("w", encoding="utf-8", newline="") as out:
            writer = csv.writer(out)
            writer.writerow([each.name for each in kind.columns])
            writer.writerows(_rows(chance, kind, taxpayers, months))
        take_in(root, path)


def _rows(
    chance: random.Random, kind: FileKind, taxpayers: int, months: int
) -> Iterator[list[object]]:
    if kind.grain is Grain.PARAMETER:
        for start in ("*", "63", "6310"):
            yield [start, 200001, *(_value(chance, each) for each in kind.fields)]
        return
    periods = calendar_months.back(LAST, months)
    for tp in range(1, taxpayers + 1):
        for period in periods if kind.grain is Grain.MONTH else periods[:: max(1, months // 2)]:
            if chance.random() > _ABSENT:
                yield [tp, period, *(_value(chance, each) for each in kind.fields)]


def _value(chance: random.Random, field: Field) -> object:
    if field.name == "industry_code":
        return chance.choice(_TRADES)
    if field.name == "vat_class":
        return "general"
    if chance.random() < _MISSING:
        return ""
    if field.type in (Kind.BOOL, Kind.DATE):
        return chance.choice("01") if field.type is Kind.BOOL else "2001-02-03"
    if field.values:
        return chance.choice(list(field.values))
    return _number(chance, field) if field.is_numeric else f"{field.name}{chance.randint(1, 9)}"


def _number(chance: random.Random, field: Field) -> object:
    if chance.random() < _ZERO:
        return 0
    if field.type is Kind.INT:
        return chance.randint(0, 8)
    if field.unit == "ratio":
        return round(chance.random() / 5, 6)
    number = round(chance.lognormvariate(10, 0.8), 2)
    return -number if field.minimum is None and chance.random() < _NEGATIVE else number
