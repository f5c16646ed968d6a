"""`caseflow patrols`: what logs and patrols of a month come to, as a file of facts."""

from __future__ import annotations

import csv
import sys

import click

from caseflow.cli.house import database
from caseflow.cli.speech import complain, lang_option
from caseflow.reads import patrols as reads

_MONTHS = 12


@click.command("patrols")
@click.argument("month", type=int)
@lang_option
def patrols(month: int) -> None:
    """Write patrol visits and log entries of each household in MONTH (巡查户次、工作日志条数).

    The lines are those of the tax administrator system's file, which ``caseflow import`` takes in:
    the fields patrol_visits and log_entries. A visit counts when both officers stand for it, an
    entry until another one corrects it.

    Example: caseflow patrols 201001 > 07-tas-patrols.csv
    """
    if not 1 <= month % 100 <= _MONTHS or not 2000 <= month // 100 <= 2999:  # noqa: PLR2004 - years of four digits
        complain("月份应写作 201001", "write the month as 201001")
        sys.exit(2)
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(("纳税人识别号", "所属期", "巡查户次", "工作日志条数"))
    with database() as house, house.reading() as session:
        for row in reads.counts(session, month):
            of_month = f"{month // 100}-{month % 100:02d}"
            out.writerow((row.tin, of_month, row.patrol_visits, row.log_entries))
