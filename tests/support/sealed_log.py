"""Sealers in the process of a test: one works when it is told to, one works by itself."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from caseflow import db
from caseflow.config import Config
from caseflow.jobs.sealer import Sealer
from caseflow.reads import seals
from caseflow.services import log_key, place, record
from caseflow.services.seal_memory import Memory
from caseflow.vocabulary import SYSTEM


@dataclass
class Log:
    """A house of the test's own with a sealer that works when it is told to."""

    config: Config
    database: db.Database
    folder: Path
    sealers: list[db.Database]

    def sealer(self) -> Sealer:
        """A sealer as it starts, with its key and memory."""
        as_sealer = db.connect(str(self.config.sealer_url), pool_size=1)
        self.sealers.append(as_sealer)
        memory = Memory(self.folder / "seals", self.folder / "logs")
        return Sealer(as_sealer, log_key.of(self.folder / "keys"), memory)

    def act(self, stream: str = "sys:test", count: int = 1) -> None:
        """Record acts, each in a transaction of its own."""
        for number in range(count):
            with self.database.transaction() as session:
                record.append(session, SYSTEM, stream, action="test.done", payload={"n": number})

    def tamper(self, statement: str) -> None:
        """Change the database as its owner, with the triggers off."""
        with self.as_owner() as connection:
            connection.execute("ALTER TABLE record_events DISABLE TRIGGER USER")
            connection.execute(statement.encode())
            connection.execute("ALTER TABLE record_events ENABLE ALWAYS TRIGGER record_chain")
            connection.execute("ALTER TABLE record_events ENABLE ALWAYS TRIGGER record_refuse")

    def open_faults(self) -> list[str]:
        """What stops the sealing now."""
        with self.database.reading() as session:
            return [str(found.fault) for found in seals.open_findings(session)]

    def roll_back(self, size: int) -> None:
        """Do what an old backup does: everything after the first events is gone."""
        for table in ("record_leaves", "checkpoints"):
            self.tamper(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        self.tamper("DELETE FROM record_pending")
        for statement in (
            "DELETE FROM checkpoints WHERE size > %d",
            "DELETE FROM record_leaves WHERE index >= %d",
            "UPDATE record_tiles SET hashes = substring(hashes FOR %d * 32)",
        ):
            self.tamper(statement % size)
        self.tamper(
            "DELETE FROM record_events WHERE id NOT IN (SELECT event_id FROM record_leaves)"
        )

    @contextmanager
    def as_owner(self) -> Iterator[psycopg.Connection]:
        """A bare connection as the owner of the tables."""
        with psycopg.connect(str(self.config.owner_url).replace("+psycopg", "", 1)) as connection:
            yield connection


@contextmanager
def standing(config: Config, database: db.Database, folder: Path) -> Iterator[Log]:
    """A log whose writer's key is on record; the sealer's things lie in that folder."""
    with database.transaction() as session:
        record.introduce(session)
    opened = Log(config, database, folder, [])
    yield opened
    for each in opened.sealers:
        each.dispose()


def drain(sealer: Sealer) -> None:
    """Let a sealer work until it has nothing to do, or stops."""
    while sealer.beat() == 0.0:
        pass


@contextmanager
def at_work(config: Config, folder: Path) -> Iterator[Sealer]:
    """A sealer that works beside the web, with the key of this place, as it does in the house."""
    database = db.connect(str(config.sealer_url), pool_size=1)
    memory = Memory(folder / "seals", folder / "log")
    sealer, over = Sealer(database, log_key.of(place.here().keys), memory), threading.Event()

    def work() -> None:
        while not over.wait(min(sealer.beat(), 0.1)):
            pass

    worker = threading.Thread(target=work)
    worker.start()
    try:
        yield sealer
    finally:
        over.set()
        worker.join()
        database.dispose()
