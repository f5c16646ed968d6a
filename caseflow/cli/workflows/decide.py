"""`caseflow workflows decide`: a decision, or a decision service, asked by JSON lines."""

import sys
from collections.abc import Mapping
from pathlib import Path

import click

from caseflow import clock
from caseflow.cli.speech import lang_option
from caseflow.cli.workflows.files import PATH, language
from caseflow.clock import BUREAU_ZONE
from caseflow.engine import BadValue, EngineError, plain
from caseflow.engine.decisions import Decision, Model, Service, asking, read_model

_LONGEST_LINE = 1_000_000


@click.command()
@click.argument("file", type=PATH)
@click.argument("decision")
@lang_option
def decide(file: Path, decision: str) -> None:
    """Ask a DECISION (or decision service; id or name) of a DMN file, by JSON lines.

    \b
    {"Monthly Salary": 10000, "hired on": "2009-12-31"}   inputs by name, a question a line
    {"result": "senior"}                                  an answer a line, in the same order
    {"error": {"code": …, "message": …}}                  or why there is none

    Inputs are read by the type of their input data. Dates, times and durations are ISO text both
    ways, numbers keep every digit. What a file holds that is not supported is told on the error
    output. Needs no database.

    Example: echo '{"score": 12}' | caseflow workflows decide workflows/wv_outcome.dmn wv_outcome
    """  # noqa: D301 - click wants the character itself
    model, findings = read_model(file.name, file.read_bytes())
    for finding in findings:
        click.echo(f"✗ {finding.say(language())}", err=True)
    try:
        asked = asking.find(model, decision)
    except BadValue as error:
        click.echo(f"✗ {error.say(language())}", err=True)
        for _ in sys.stdin.buffer:
            _say(_refusal(error))
        sys.exit(1)
    for line in sys.stdin.buffer:
        _say(_answer(model, asked, line))


def _answer(model: Model, asked: Decision | Service, line: bytes) -> Mapping[str, object]:
    try:
        if len(line) > _LONGEST_LINE:
            raise BadValue("bad_json", reason=f"> {_LONGEST_LINE} B")
        given = plain.read(line)
        if not isinstance(given, dict):
            raise BadValue("not_an_object")
        now = clock.wall().astimezone(BUREAU_ZONE)
        timed = {"now": lambda: now, "today": now.date}
        return {"result": asking.plain_value(asking.answer(model, asked, given, timed))}
    except plain.BadJson as error:
        return _refusal(BadValue("bad_json", reason=error.say))
    except EngineError as error:
        return _refusal(error)


def _refusal(error: EngineError) -> Mapping[str, object]:
    return {"error": {"code": error.code, "message": error.say(language())}}


def _say(answer: Mapping[str, object]) -> None:
    sys.stdout.write(plain.write(answer) + "\n")
    sys.stdout.flush()
