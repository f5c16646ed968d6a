"""`caseflow holidays`: the holiday plan of a year, loaded when the State Council publishes it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from caseflow.cli import tables
from caseflow.cli.house import database
from caseflow.cli.speech import complain, lang_option, say
from caseflow.services import holiday_plans
from caseflow.typed import read_date
from caseflow.vocabulary import SYSTEM
from caseflow.working_days import SpecialDay

_COLUMNS = 3
_KINDS = {"rest": False, "休": False, "work": True, "班": True}
# A fourth cell of a day that is worked: the published list lets no deadline end on it.
_MARKS = ("", "ends-nothing", "不截止")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@lang_option
def holidays(file: Path) -> None:
    """Load the holiday plan of a year from FILE and count provisional limits anew (放假安排).

    FILE has a line for each day that differs from its weekday: the date, rest or work (休 or 班),
    the holiday's name; of a make-up day on which no deadline ends a fourth cell, ends-nothing
    (不截止). It takes the place of what is on file for that year; each open case whose
    limits change says so on its record. Loading it again changes nothing.

    Example: caseflow holidays 2027.csv, with lines as 2027-01-01,rest,元旦
    """
    days = list(_days(file))
    year = days[0].on.year if days else 0
    with database() as house:
        with house.transaction() as session:
            is_new = holiday_plans.load(session, SYSTEM, year, days)
            waiting = holiday_plans.provisional(session)
        changed = 0
        for case_id in waiting:
            with house.transaction() as session:
                changed += holiday_plans.recount(session, SYSTEM, case_id)
    if is_new:
        say(f"已载入 {year} 年放假安排 {len(days)} 天", f"loaded {len(days)} days of {year}")
    else:
        say(f"{year} 年放假安排没有变化", f"the plan of {year} is on file already")
    say(f"重算了 {changed} 件任务的期限", f"limits of {changed} cases were counted anew")


def _days(file: Path) -> Iterator[SpecialDay]:
    """The days of a file; ends the command with the line that cannot be read."""
    for number, cells in tables.lines(file):
        day = _day(cells)
        if day is None:
            complain(
                f"第 {number} 行读不出来：应为 日期,休或班,假日名称，如 2027-01-01,休,元旦",
                f"line {number} cannot be read: write date,rest or work,holiday, as"
                " 2027-01-01,rest,元旦",
            )
            sys.exit(2)
        yield day


def _day(cells: list[str]) -> SpecialDay | None:
    *cells, mark = cells if len(cells) > _COLUMNS else (*cells, "")
    if len(cells) != _COLUMNS or cells[1] not in _KINDS or mark not in _MARKS:
        return None
    on, is_working = read_date(cells[0]), _KINDS[cells[1]]
    if on is None or (mark and not is_working):
        return None
    return SpecialDay(on, is_working, cells[2], may_end_deadline=not mark)
