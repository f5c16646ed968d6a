"""`caseflow filing-deadlines`: the published last days to file and pay, loaded from a file."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from caseflow.cli import tables
from caseflow.cli.house import database
from caseflow.cli.speech import complain, lang_option, say
from caseflow.services import filing_lists
from caseflow.typed import read_date
from caseflow.vocabulary import SYSTEM
from caseflow.working_days import FilingDeadline

_COLUMNS = 2


@click.command("filing-deadlines")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@lang_option
def filing_deadlines(file: Path) -> None:
    """Load published filing deadlines from FILE: a line for each month (申报缴款期限).

    FILE has in each line the last day to file and pay, which names its month, and the notice that
    says so. Months that it does not name stay as they are: the published day, or what the rule
    gives. Loading it again changes nothing.

    Example: caseflow filing-deadlines 2027.csv, with lines as 2027-02-23,2027 年征期安排
    """
    deadlines = list(_deadlines(file))
    with database() as house, house.transaction() as session:
        changed = filing_lists.load(session, SYSTEM, deadlines)
    say(
        f"读到期限 {len(deadlines)} 个，其中有变化的 {changed} 个",
        f"deadlines named: {len(deadlines)}, changed: {changed}",
    )


def _deadlines(file: Path) -> Iterator[FilingDeadline]:
    """The deadlines of a file; ends the command with the line that cannot be read."""
    for number, cells in tables.lines(file):
        on = read_date(cells[0])
        if on is None or len(cells) != _COLUMNS:
            complain(
                f"第 {number} 行读不出来：应为 最后一日,公告文号，如 2027-02-23,2027 年征期安排",
                f"line {number} cannot be read: write last day,notice, as"
                " 2027-02-23,2027 年征期安排",
            )
            sys.exit(2)
        yield FilingDeadline(on.year, on.month, on, cells[1])
