"""Readings that are noted in the reader's own stream before the page is sent."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import g, request
from sqlalchemy.orm import Session

from caseflow.reads import file_reads as reads
from caseflow.services import file_reads
from caseflow.vocabulary import NotFound, Reading, Refused
from caseflow.web.house import actor, reading, writing

_FOR_WANT_OF_POWER = frozenset({"not_your_post", "barred"})


@contextmanager
def noted(case_id: int, what: Reading) -> Iterator[Session]:
    """A reading of a case that leaves its note, once a day, when it was not refused."""
    with reading() as session:
        yield session
        is_known = reads.is_noted(session, actor(), case_id, what)
    if not is_known:
        note(case_id, what)


def note(case_id: int, what: Reading) -> None:
    """Note that something of a case was taken away: a file, a paper."""
    with writing() as session:
        file_reads.note(session, actor(), case_id, what)


def note_refusal(refusal: Refused) -> None:
    """Note that somebody was turned away from a case for want of power.

    Who merely came too late, or to a step on another's desk, is told so and nothing more.
    """
    names = request.view_args or {}
    case_id, task_id = names.get("case_id"), names.get("task_id")
    is_for_power = isinstance(refusal, NotFound) or refusal.code in _FOR_WANT_OF_POWER
    if is_for_power and (case_id or task_id) and g.get("actor") is not None:
        with writing() as session:
            file_reads.note_refusal(
                session, actor(), case_id=case_id, task_id=task_id, why=refusal.code
            )
