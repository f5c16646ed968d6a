"""What every view of the web door needs: the database, the settings, who is asking."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import cast

from flask import Flask, current_app, g
from sqlalchemy.orm import Session

from caseflow import policy
from caseflow.config import Config
from caseflow.db import Database
from caseflow.services import bureau_clock
from caseflow.vocabulary import Actor, Reader, Verb
from caseflow.web import form_keys

_KEY = "caseflow"


@dataclass(frozen=True, slots=True)
class House:
    """The parts that the application joined for this process."""

    config: Config
    database: Database


def install(app: Flask, house: House) -> None:
    """Give an application its parts."""
    app.extensions[_KEY] = house


def house() -> House:
    """The parts of the running application."""
    return cast("House", current_app.extensions[_KEY])


@contextmanager
def reading(*, counting: bool = False) -> Iterator[Session]:
    """
    A transaction in which PostgreSQL refuses every change and every row outside one's sight.

    Before anybody has signed in it reads as the application. ``counting`` is for sums: whoever's
    sums are of the whole city reads the rows of the whole city.
    """
    with _shown(_reader(counting=counting)) as session:
        yield session


@contextmanager
def surveying() -> Iterator[Session]:
    """As ``reading``, as the application itself: for pages on the installation, not on cases."""
    with _shown(None) as session:
        yield session


@contextmanager
def writing() -> Iterator[Session]:
    """A transaction for one verb; it commits when the block ends well."""
    with noting() as session:
        yield session
    g.has_acted = True


@contextmanager
def noting() -> Iterator[Session]:
    """As ``writing``, for what the door keeps beside the act asked for: who looked, when."""
    with house().database.transaction() as session:
        yield session


def has_acted() -> bool:
    """Whether something that this request asked for is committed, whatever becomes of its page."""
    return bool(g.get("has_acted"))


@contextmanager
def acting() -> Iterator[Session]:
    """As ``writing``, for an act of a person: refused while the demo's past is being made.

    A form that carries a key is done once; see ``once``.
    """
    with preparing() as session:
        yield session
    g.has_acted = True


@contextmanager
def preparing() -> Iterator[Session]:
    """As ``acting``, for what of a form is kept before the act itself: its files and its draft."""
    with noting() as session:
        bureau_clock.require_open(session)
        form_keys.claim(session)
        yield session


@contextmanager
def auditing() -> Iterator[Session]:
    """As ``writing``, for what auditors do beside the cases; PostgreSQL refuses all else.

    Raises:
        Forbidden: the signed-in person is no auditor.
    """
    policy.require(actor(), Verb.READ_RECORD)
    with house().database.transaction(policy.reader_of(actor())) as session:
        yield session
    g.has_acted = True


@contextmanager
def audit_acting() -> Iterator[Session]:
    """As ``auditing``, for what a form asks for: one that carries a key is done once."""
    with auditing() as session:
        form_keys.claim(session)
        yield session


def actor() -> Actor:
    """Who is asking; every route but the few public ones has a person here."""
    return cast("Actor", g.actor)


@contextmanager
def _shown(reader: Reader | None) -> Iterator[Session]:
    """The snapshot that a page is made of, so that the frame around it is read in the same."""
    with house().database.reading(reader) as session:
        outer, g.reading = g.get("reading"), session
        try:
            yield session
        finally:
            g.reading = outer


def _reader(*, counting: bool) -> Reader | None:
    person: Actor | None = g.get("actor")
    if person is None:
        return None
    return policy.counter_of(person) if counting else policy.reader_of(person)
