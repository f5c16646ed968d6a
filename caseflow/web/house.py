"""What every view of the web door needs: the database, the settings, who is asking."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import cast

from flask import Flask, current_app, g
from sqlalchemy.orm import Session

from caseflow.config import Config
from caseflow.db import Database
from caseflow.services import bureau_clock
from caseflow.vocabulary import Actor

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
def reading() -> Iterator[Session]:
    """A transaction in which PostgreSQL itself refuses every change."""
    with house().database.reading() as session:
        outer, g.reading = g.get("reading"), session
        try:
            yield session
        finally:
            g.reading = outer


@contextmanager
def writing() -> Iterator[Session]:
    """A transaction for one verb; it commits when the block ends well."""
    with house().database.transaction() as session:
        yield session


@contextmanager
def acting() -> Iterator[Session]:
    """As ``writing``, for an act of a person: refused while the demo's past is being made."""
    with writing() as session:
        bureau_clock.require_open(session)
        yield session


def actor() -> Actor:
    """Who is asking; every route but the few public ones has a person here."""
    return cast("Actor", g.actor)
