"""The rates of a month hold against a count over the very files that were taken in."""

import csv
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from caseflow.lake import batches, calendar_months, report_figures
from caseflow.lake.report_figures import Figures
from tests.support import lakes

FIRST, LAST = 200901, 200912


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Random files of registrations and months, and the lake that took them in."""
    folder = tmp_path_factory.mktemp("lake")
    lakes.write_random(folder, taxpayers=120, months=12, seed=3)
    return folder


def figures(folder: Path) -> list[Figures]:
    registry, seen = lakes.indicators().registry, batches.snapshot(folder)
    periods = calendar_months.between(FIRST, LAST)
    return list(report_figures.of_months(registry, seen, periods, root=folder))


def lines(path: Path) -> Iterator[Mapping[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def standing(folder: Path, period: int) -> dict[str, tuple[str, str]]:
    """Section and status of each household as last told until a month, line by line."""
    found: dict[str, tuple[str, str]] = {}
    told = [line for line in lines(folder / "ctais_t.csv") if int(line["period"]) <= period]
    for line in sorted(told, key=lambda line: int(line["period"])):
        section, status = found.get(line["taxpayer_id"], ("", ""))
        found[line["taxpayer_id"]] = (
            line["section_code"] or section,
            line["reg_status"] or status,
        )
    return found


def test_rates_equal_a_count_over_the_files(folder: Path) -> None:
    counted: dict[tuple[int, str], list[int]] = defaultdict(lambda: [0] * 6)
    for period in calendar_months.between(FIRST, LAST):
        for section, status in standing(folder, period).values():
            if section:
                counted[period, section][4] += status == "abnormal"
                counted[period, section][5] += status in ("normal", "suspended", "abnormal")
    for line in lines(folder / "ctais_tp.csv"):
        period = int(line["period"])
        section, _status = standing(folder, period).get(line["taxpayer_id"], ("", ""))
        if section:
            row = counted[period, section]
            row[0] += line["filing_due"] == line["filed_on_time"] == "1"
            row[1] += line["filing_due"] == "1"
            row[2] += round(float(line["paid_on_time_tax"] or 0) * 100)
            row[3] += round(float(line["declared_tax"] or 0) * 100)
    found = {
        (each.period, each.section): [
            each.filed_on_time,
            each.filing_due,
            each.paid_on_time,
            each.declared,
            each.abnormal,
            each.registered,
        ]
        for each in figures(folder)
    }
    assert len(found) > 12
    assert found == counted


def test_month_without_facts_has_no_figures(folder: Path) -> None:
    registry, seen = lakes.indicators().registry, batches.snapshot(folder)
    assert not list(report_figures.of_months(registry, seen, [200801], root=folder))
