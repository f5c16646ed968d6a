"""`caseflow selfcheck`: the nightly self-check, now and here."""

from __future__ import annotations

import sys
import time
from typing import Any

import click

from caseflow.cli.house import database
from caseflow.cli.speech import complain, say, sentence
from caseflow.db import Database
from caseflow.jobs import self_check as job
from caseflow.reads import self_checks as reads
from caseflow.services import outbox, self_checks
from caseflow.vocabulary import SYSTEM

_SHOWN, _PAUSE = 20, 0.2


@click.command()
def selfcheck() -> None:
    """
    Look at every invariant of the house now and keep what was found (自检).

    Ends with 1 when something does not fit. Example: caseflow selfcheck
    """
    with database() as opened:
        with opened.transaction() as session:
            before = reads.latest(session)
            self_checks.begin(session, SYSTEM)
        title = sentence("自检", "Self-check")
        with click.progressbar(length=len(job.CHECKS), label=title, file=sys.stderr) as bar:
            while _is_under_way(opened):
                bar.update(max(0, _one(opened) - bar.pos))
        with opened.reading() as session:
            row = reads.latest(session)
    if row is None or (before is not None and row.id == before.id):
        complain("自检没有做完。", "The self-check did not end.")
        sys.exit(1)
    for result in row.results:
        _tell(result)
    say(f"共 {row.finding_count} 处问题。", f"{row.finding_count} findings.")
    sys.exit(1 if row.finding_count else 0)


def _is_under_way(opened: Database) -> bool:
    with opened.reading() as session:
        return self_checks.is_under_way(session)


def _one(opened: Database) -> int:
    """Do the next check or portion, unless a worker has it in hand; how many were done before."""
    with opened.transaction() as session:
        message = outbox.take_of(session, self_checks.TOPIC)
        if message is None:
            time.sleep(_PAUSE)
            return 0
        job.go_on(session, message.payload)
        outbox.settle(message)
        return len(message.payload["results"])


def _tell(result: dict[str, Any]) -> None:
    mark = "✗" if result["count"] else "✓"
    count = sentence(
        f"核对 {result['looked_at']} 项，{result['count']} 处问题",
        f"{result['looked_at']} looked at, {result['count']} findings",
    )
    click.echo(f"{mark} {result['check']}: {count}")
    for finding in result["findings"][:_SHOWN]:
        about = finding.get("number") or finding["subject"]
        click.echo(f"    {about}  {finding['code']}")
