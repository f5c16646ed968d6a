"""`caseflow record`: the record of all acts, verified."""

from __future__ import annotations

import sys

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow.cli import record_export, record_outside, record_seals
from caseflow.cli.event_log import event_log
from caseflow.cli.house import database
from caseflow.cli.speech import language_of_operator, say, sentence
from caseflow.models import Case
from caseflow.reads import record_check
from caseflow.reads.record_problems import Report
from caseflow.services import files, place
from caseflow.services import record as records
from caseflow.vocabulary import NotFound

_SHOWN = 200


@click.group()
def record() -> None:
    """Look after the record of all acts (留痕)."""


record.add_command(event_log)
for command in (*record_seals.COMMANDS, *record_outside.COMMANDS, *record_export.COMMANDS):
    record.add_command(command)


@record.command()
@click.option("--case", "number", help="One case alone, by its number (单个任务的编号).")
@click.option("--key", "keys", multiple=True, help="A public key you trust, hex (可信公钥).")
def verify(number: str | None, keys: tuple[str, ...]) -> None:
    """
    Compute every event, answer, paper and file again and report what differs (校验留痕).

    Ends with 1 when something does not fit. Example: caseflow record verify
    """
    with database() as opened, opened.reading() as session:
        own = records.public_key(place.here().keys)
        trusted = keys or ((own,) if own else ())
        report = _one(session, number) if number else _all(session, trusted)
    _tell(report)
    sys.exit(0 if report.is_sound else 1)


def _one(session: Session, number: str) -> Report:
    case_id = session.scalar(select(Case.id).where(Case.number == number))
    if case_id is None:
        raise NotFound("case", number=number)
    return record_check.verify_case(session, case_id, path_of=files.path_of)


def _all(session: Session, trusted: tuple[str, ...]) -> Report:
    with click.progressbar(
        length=record_check.count(session),
        label=sentence("校验留痕", "Verifying"),
        file=sys.stderr,
    ) as bar:
        return record_check.verify(
            session, path_of=files.path_of, trusted=trusted, progress=bar.update
        )


def _tell(report: Report) -> None:
    language = language_of_operator()
    for problem in report.problems[:_SHOWN]:
        if language != "en":
            click.echo(f"✗ {problem.say('zh')}")
        if language != "zh":
            click.echo(f"✗ {problem.say('en')}" if language else f"    {problem.say('en')}")
    more = len(report.problems) - _SHOWN
    if more > 0:
        say(f"…… 另有 {more} 处。", f"… and {more} more.")
    for key in report.keys:
        say(f"签名公钥 {key}", f"Signing key {key}")
    say(
        f"{report.events} 条留痕、{report.streams} 条链、{report.cases} 个任务、"
        f"{report.files} 个文件：" + ("完好。" if report.is_sound else _count(report, "zh")),
        f"{report.events} events, {report.streams} streams, {report.cases} cases, "
        f"{report.files} files: " + ("all sound." if report.is_sound else _count(report, "en")),
    )


def _count(report: Report, language: str) -> str:
    count = len(report.problems)
    return f"发现 {count} 处问题。" if language == "zh" else f"{count} problems."
