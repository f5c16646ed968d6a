"""`caseflow bureau`: the bureau's own tables of units, officers and posts, put on file."""

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from caseflow.cli import bureau_faults, bureau_tables
from caseflow.cli.bureau_faults import Place
from caseflow.cli.house import database
from caseflow.cli.speech import complain, say, sentence
from caseflow.services import bureau as on_file
from caseflow.services import roster
from caseflow.vocabulary import SYSTEM, Conflict, Invalid


@click.command()
@click.argument(
    "files",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
)
def bureau(files: tuple[Path, ...]) -> None:
    """Put units, officers and posts on file from FILES, CSV or XLSX, in any order (本单位机构人员).

    What is new is put on file, what differs is changed, the same again changes nothing. When a
    row is wrong, each fault is told with its line and nothing is put on file. Limits and the
    calendar get their usual values where they have none.

    Example: caseflow bureau samples/bureau/*.csv
    """
    reading = bureau_tables.Reading()
    for path in files:
        reading.read(path)
    _end_at(reading.faults)
    with database() as house:
        try:
            with house.transaction() as session:
                on_file.put_calendar_and_limits(session)
                outcome = roster.bring_up_to_date(session, SYSTEM, reading.tables())
        except Conflict as refusal:
            raise click.ClickException(
                sentence(
                    "这里是演练数据；本单位数据请另用一个 CASEFLOW_VAR。",
                    "This house holds the demonstration; take another CASEFLOW_VAR for your own.",
                )
            ) from refusal
        except Invalid as refusal:
            faults = refusal.values.get("faults")
            _end_at(
                [
                    (reading.places[fault.table][fault.place], fault.code, fault.values)
                    for fault in (faults if isinstance(faults, tuple) else ())
                ]
            )
            raise
    say(
        f"新增 {outcome.put} 行，变更 {outcome.changed} 行",
        f"{outcome.put} rows put on file, {outcome.changed} changed",
    )


def _end_at(faults: Sequence[tuple[Place, str, bureau_faults.Values]]) -> None:
    """Tell every fault, and end when there is one."""
    if not faults:
        return
    for place, code, values in faults:
        click.echo(bureau_faults.told(place, code, values), err=True)
    complain(
        f"共 {len(faults)} 处有误，没有登记任何内容。",
        f"{len(faults)} faults; nothing was put on file.",
    )
    sys.exit(1)
