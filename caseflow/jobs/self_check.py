"""The self-check as later work: the checks of the services, and the record by what reads it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from caseflow.db import Database, allow_long_work
from caseflow.models.base import Json
from caseflow.reads import record_chain
from caseflow.reads.audits import verification
from caseflow.services import place, record, self_checks
from caseflow.services.self_checks import Check, Finding, InPortions, Look, Seen

# As much as takes some seconds: each portion is a snapshot and a piece of later work.
_AT_ONCE = 10_000


def record_holds(session: Session, after: Json) -> Seen:
    """Every event is what was written, and every case, answer, paper and file as recorded.

    A portion of it; the bytes of papers and files are left to the scrub, see ``Check.FILES``.
    """
    own = record.public_key(place.here().keys)
    trusted = (own,) if own else ()
    at = (str(after.get("stream", "")), int(after.get("seq", 0)))
    portion = verification.portion(session, at, _AT_ONCE, trusted=trusted)
    problems = [problem for problem, _ in portion.problems]
    if portion.after is None:
        problems += record_chain.keys(session, trusted).problems
        problems += verification.beside(session)
    found = tuple(
        Finding(
            problem.stream if problem.seq is None else f"{problem.stream}#{problem.seq}",
            problem.code.name.lower(),
            _case_of(problem.stream),
        )
        for problem in problems
    )
    if portion.after is None:
        return Seen(portion.events, found)
    stream, seq = portion.after
    return Seen(portion.events, found, {"stream": stream, "seq": seq})


CHECKS: Mapping[Check, Look] = {Check.RECORD: InPortions(record_holds), **self_checks.CHECKS}


def go_on(session: Session, payload: Json) -> None:
    """Do the next check of a run, on one snapshot: else what others do meanwhile looks wrong.

    While one of the two transactions works the other stands idle.
    """
    allow_long_work(session)
    with Database(cast("Engine", session.get_bind())).reading() as snapshot:
        allow_long_work(snapshot)
        self_checks.go_on(session, payload, CHECKS, snapshot=snapshot)


def _case_of(stream: str) -> int | None:
    kind, _, name = stream.partition(":")
    return int(name) if kind == "case" and name.isdigit() else None
