"""The self-check as later work: the checks of the services, and the record by what reads it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from caseflow.db import Database
from caseflow.models.base import Json
from caseflow.reads import record_check
from caseflow.services import files, place, record, self_checks
from caseflow.services.self_checks import Check, Finding, Look, Seen


def record_holds(session: Session) -> Seen:
    """Every event is what was written, and every case, answer, paper and file as recorded."""
    own = record.public_key(place.here().keys)
    report = record_check.verify(session, path_of=files.path_of, trusted=(own,) if own else ())
    found = tuple(
        Finding(
            problem.stream if problem.seq is None else f"{problem.stream}#{problem.seq}",
            problem.code.name.lower(),
            _case_of(problem.stream),
        )
        for problem in report.problems
    )
    return Seen(report.events, found)


CHECKS: Mapping[Check, Look] = {Check.RECORD: record_holds, **self_checks.CHECKS}


def go_on(session: Session, payload: Json) -> None:
    """Do the next check of a run, on one snapshot: else what others do meanwhile looks wrong."""
    with Database(cast("Engine", session.get_bind())).reading() as snapshot:
        self_checks.go_on(session, payload, CHECKS, snapshot=snapshot)


def _case_of(stream: str) -> int | None:
    kind, _, name = stream.partition(":")
    return int(name) if kind == "case" and name.isdigit() else None
