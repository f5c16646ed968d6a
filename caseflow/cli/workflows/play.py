"""`caseflow workflows play`: a trial run by JSON lines."""

import sys
from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import click

from caseflow.cli.speech import lang_option
from caseflow.cli.workflows.files import PATH, bundle, language, tell_errors
from caseflow.clock import BUREAU_ZONE
from caseflow.engine import plain
from caseflow.engine.course import OPENING, BadAct
from caseflow.engine.trial import Trial, refusal
from caseflow.feel.temporal import parse_date_time
from caseflow.vocabulary import Invalid
from caseflow.vocabulary.limits import defaults


class _Instant(click.ParamType[datetime]):
    """A date and time in ISO form, aware."""

    name = "instant"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """Read it; without a zone it is the bureau's time."""
        found = value if isinstance(value, datetime) else parse_date_time(str(value))
        if found is None:
            self.fail(f"{value!r}: 2010-01-25T09:00:00+08:00", param, ctx)
        return found if found.tzinfo else found.replace(tzinfo=BUREAU_ZONE)


class _Limit(click.ParamType[tuple[str, Decimal]]):
    """``name=days``."""

    name = "limit"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, Decimal]:
        """Take name and number apart."""
        name, sign, days = str(value).partition("=")
        if not sign or not days.isdecimal():
            self.fail(f"{value!r}: wv_desk=5", param, ctx)
        return name, Decimal(days)


@click.command()
@click.argument("drawing", type=PATH)
@click.option("--at", type=_Instant(), default=OPENING, help="the clock at the start (ISO)")
@click.option("--limit", type=_Limit(), multiple=True, help="a named limit in days: wv_desk=5")
@lang_option
def play(drawing: Path, at: datetime, limit: tuple[tuple[str, Decimal], ...]) -> None:
    """Play a case by JSON lines (试运行): an act a line on standard input, an answer a line back.

    \b
    {"start": {"amount": 1200}}          begin, with variables
    {"complete": "review", "data": {…}}  hand in a task by its element id; of several
                                         "item" or "key" chooses one, else the oldest
    {"message": "paid", "data": {…}}     let a message in; {"signal": …} likewise
    {"advance": "P3D"}                   let time pass; timers go off at their own instants

    Each answer is an object with "at", "open" (id, key, name, lane, roles, form, due; "item" of a
    multi-instance, "path" inside a called process), "waiting" (kind timer, message or signal; id,
    due or name), "finished", "ended", "variables", "passed", "called" (verbs) and "sent"
    (messages); or it is {"error": {"code": …, "message": …}}, and the case stands where it stood.

    The clock begins at 2010-01-25T09:00:00+08:00 unless --at says otherwise, and stands still but
    for "advance". Forms, roles, verbs and declarations may be missing. Needs no database.

    Example: caseflow workflows play workflows/warning_verification.bpmn < acts.jsonl
    """  # noqa: D301 - click wants the character itself
    try:
        trial = Trial.of(bundle(drawing), now=at, limits={**defaults(), **dict(limit)})
    except Invalid as refused:
        tell_errors(refused)
        _refuse_all(sys.stdin.buffer)
        sys.exit(1)
    for line in sys.stdin.buffer:
        _say(_answer(trial, line))


def _answer(trial: Trial, line: bytes) -> Mapping[str, object]:
    try:
        act = plain.read(line)
    except plain.BadJson as error:
        return refusal(BadAct("bad_json", reason=error.say), language())
    return trial.act(act, language())


def _refuse_all(lines: Iterable[bytes]) -> None:
    """A drawing that cannot run answers every act with that."""
    for _ in lines:
        _say(refusal(BadAct("bundle_refused"), language()))


def _say(answer: Mapping[str, object]) -> None:
    sys.stdout.write(plain.write(answer) + "\n")
    sys.stdout.flush()
