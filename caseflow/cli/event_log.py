"""`caseflow record event-log`: the cases of a process for tools of process mining."""

from __future__ import annotations

from datetime import date, datetime
from typing import TextIO

import click

from caseflow.cli.house import database
from caseflow.cli.speech import complain, language_of_operator
from caseflow.reads import event_log as logs
from caseflow.reads import insight
from caseflow.reads.cases import Course
from caseflow.reads.insight import Wish
from caseflow.services import definitions, exports
from caseflow.vocabulary import SYSTEM

_DAY = click.DateTime(["%Y-%m-%d"])


@click.command("event-log")
@click.argument("process")
@click.option("--since", type=_DAY, help="Cases opened from this day on (起始日期).")
@click.option("--until", type=_DAY, help="Cases opened until this day (截止日期).")
@click.option("--names", is_flag=True, help="Name the people (写出人员姓名); else by signs.")
@click.option(
    "--output", "-o", type=click.File("w", encoding="utf-8"), default="-", help="Where to (文件)."
)
def event_log(
    process: str,
    since: datetime | None,
    until: datetime | None,
    *,
    names: bool,
    output: TextIO,
) -> None:
    """
    Write what was done on the cases of a process as XES, IEEE 1849-2016 (导出事件日志).

    Example: caseflow record event-log warning_verification -o log.xes
    """
    wish = Wish(Course(process=process, since=_day(since), until=_day(until)))
    with database() as opened, opened.reading() as session:
        drawn = definitions.process_of(session, definitions.latest(session, process).id)
        is_english = language_of_operator() == "en"
        count = insight.case_count(session, SYSTEM, wish)
        with opened.transaction() as writing:
            asked = {"process": process, "people": "names" if names else "signs"}
            exports.note(writing, SYSTEM, "event_log", filters=asked, count=count)
        pieces = logs.written(
            logs.traces(session, SYSTEM, wish),
            name=drawn.name_en if is_english else drawn.name,
            people=logs.named(session) if names else logs.pseudonymous(),
            pick=lambda zh, en: en if is_english and en else zh,
        )
        output.writelines(pieces)
    complain(f"任务 {count} 个。", f"Cases: {count}.")


def _day(at: datetime | None) -> date | None:
    return at.date() if at else None
