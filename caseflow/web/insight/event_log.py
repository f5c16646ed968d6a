"""The event log of the cases that the insight is about, sent as it is read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Response, request
from werkzeug.http import dump_options_header

from caseflow import clock, policy
from caseflow.db import Database, allow_long_work
from caseflow.reads import definitions as definition_reads
from caseflow.reads import event_log as logs
from caseflow.reads import insight as reads
from caseflow.reads.insight import Wish
from caseflow.services import definitions, exports
from caseflow.vocabulary import Actor, Verb
from caseflow.web.house import actor, house, reading, writing
from caseflow.web.insight.settings import asked
from caseflow.web.languages import language, name_of

_NAMED = "names"


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """What is sent once the request itself is over."""

    database: Database
    actor: Actor
    wish: Wish
    name: str
    is_named: bool
    is_english: bool

    def pieces(self) -> Iterator[str]:
        """The log, read in one snapshot as the browser takes it."""
        with self.database.reading(policy.reader_of(self.actor)) as session:
            allow_long_work(session)
            yield from logs.written(
                logs.traces(session, self.actor, self.wish),
                name=self.name,
                people=logs.named(session) if self.is_named else logs.pseudonymous(),
                pick=lambda zh, en: en if self.is_english and en else zh,
            )


def answer(definition_id: int) -> Response:
    """The log as a file; who took it and how many cases it holds is on record before it is sent."""
    policy.require(actor(), Verb.INSIGHT)
    policy.require(actor(), Verb.READ_CASE)
    with reading() as session:
        definition = definition_reads.page(session, definition_id)
        process = definitions.process_of(session, definition_id)
        settings = asked(definition)
        count = reads.case_count(session, actor(), settings.wish)
        at = clock.now()
    is_named = request.args.get("people") == _NAMED
    told = {**settings.kept(), "people": _NAMED if is_named else "signs"}
    with writing() as session:
        exports.note(session, actor(), "event_log", filters=told, count=count)
    log = Log(
        database=house().database,
        actor=actor(),
        wish=settings.wish,
        name=name_of(process.name, process.name_en),
        is_named=is_named,
        is_english=language() == "en",
    )
    found = Response(log.pieces(), mimetype="application/xml")
    stamp = f"{at.astimezone(clock.BUREAU_ZONE):%Y%m%d-%H%M}"
    file = {"filename": f"{definition.process}-{stamp}.xes"}
    found.headers["Content-Disposition"] = dump_options_header("attachment", file)
    found.headers["Cache-Control"] = "no-store"
    return found
