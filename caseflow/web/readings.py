"""Readings that are noted in the reader's own stream before the page is sent."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import g, request
from sqlalchemy.orm import Session

from caseflow import clock
from caseflow.reads import file_reads as reads
from caseflow.reads import powers
from caseflow.services import door_refusals, file_reads
from caseflow.services.file_reads import Thing
from caseflow.services.powers import household_reads
from caseflow.vocabulary import Forbidden, Reading, Refused
from caseflow.web.house import actor, noting, reading

# The parts of a case that addresses name, the narrowest first.
_NAMED = ("file", "paper", "task", "case")


@contextmanager
def opened(case_id: int) -> Iterator[Session]:
    """A look at the page of a case, noted when there is anything new to say of it."""
    with reading() as session:
        at = clock.now()
        yield session
        is_known = reads.is_seen(session, actor(), case_id)
    if not is_known:
        with noting() as session:
            file_reads.see(session, actor(), case_id, at=at)


@contextmanager
def noted(case_id: int, what: Reading) -> Iterator[Session]:
    """A reading of a case that leaves its note, once a day, when it was not refused."""
    with reading() as session:
        yield session
        is_known = reads.is_noted(session, actor(), case_id, what)
    if not is_known:
        with noting() as session:
            file_reads.note(session, actor(), case_id, what)


@contextmanager
def opened_household(taxpayer_id: int) -> Iterator[Session]:
    """A look at the file of a household, noted once a day where the own scope does not bring it."""
    with reading() as session:
        yield session
        is_to_note = powers.is_to_note(session, actor(), taxpayer_id)
    if is_to_note:
        with noting() as session:
            household_reads.note(session, actor(), taxpayer_id)


def note(case_id: int, what: Reading, thing: Thing) -> None:
    """Note that something of a case was taken away: a file, a paper."""
    with noting() as session:
        file_reads.note(session, actor(), case_id, what, thing=thing)


def note_refusal(refusal: Refused) -> None:
    """Note that somebody was turned away, from what the address names of a case or any other."""
    names = request.view_args or {}
    thing = next(
        (Thing(kind, names[f"{kind}_id"]) for kind in _NAMED if f"{kind}_id" in names), None
    )
    if g.get("actor") is None:
        return
    if isinstance(refusal, Forbidden) and thing is None:
        with noting() as session:
            door_refusals.note(session, actor(), str(request.endpoint), refusal)
    elif thing is not None:
        with noting() as session:
            file_reads.note_refusal(session, actor(), thing, refusal)
