"""Sealing: what was recorded becomes leaves of one tree; what does not fit stops it."""

import json
import uuid
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from caseflow import db
from caseflow.config import Config
from caseflow.models.record import Checkpoint, RecordEvent, RecordLeaf, RecordPending, SealFinding
from caseflow.services import log_key, sealing
from caseflow.services.seal_memory import Memory
from caseflow.tlog import checkpoints, notes, tree
from caseflow.vocabulary import SYSTEM, SealFault
from tests.support import sealed_log
from tests.support.sealed_log import Log


@pytest.fixture
def log(own_house: Config, own_database: db.Database, tmp_path: Path) -> Iterator[Log]:
    with sealed_log.standing(own_house, own_database, tmp_path) as opened:
        yield opened


def _last(session: Session) -> Checkpoint:
    return session.scalars(select(Checkpoint).order_by(Checkpoint.size.desc()).limit(1)).one()


def _open_faults(log: Log) -> list[tuple[SealFault, str | None, int | None]]:
    with log.database.reading() as session:
        rows = session.scalars(select(SealFinding).where(SealFinding.ended_at.is_(None)))
        return [(row.fault, row.stream, row.seq) for row in rows]


def test_what_was_recorded_is_sealed_under_a_signed_root(log: Log) -> None:
    log.act("case:1", 3)
    sealer = log.sealer()
    sealed_log.drain(sealer)
    with log.database.reading() as session:
        hashes = session.scalars(
            select(RecordEvent.hash)
            .join(RecordLeaf, RecordLeaf.event_id == RecordEvent.id)
            .order_by(RecordLeaf.index)
        ).all()
        last = _last(session)
        assert session.scalar(select(RecordPending.event_id)) is None
    note = notes.read(last.note)
    assert note.by(sealer.key.public) is not None
    assert checkpoints.read(note).tree == (4, tree.root(tree.nodes_of(hashes), 4))


def test_without_work_nothing_is_signed(log: Log) -> None:
    sealer = log.sealer()
    sealed_log.drain(sealer)
    with log.database.reading() as session:
        before = len(session.scalars(select(Checkpoint)).all())
    sealed_log.drain(sealer)
    with log.database.reading() as session:
        assert len(session.scalars(select(Checkpoint)).all()) == before


def test_a_record_that_was_there_before_is_sealed_in_shares(log: Log) -> None:
    log.act("case:1", 4)
    log.act("case:2", 4)
    sealer = log.sealer()
    with sealer.database.transaction() as session:
        assert sealing.seal(session, sealer.key, at_once=3).size == 3
        assert sealing.seal(session, sealer.key, at_once=3).size == 6
        assert sealing.seal(session, sealer.key, at_once=4).size == 9
        assert sealing.left(session) == 0


_FAULTS = [
    ("UPDATE record_events SET payload = '{}' WHERE stream = 'case:1' AND seq = 2", "hash"),
    ("UPDATE record_events SET hash = sha256('x') WHERE stream = 'case:1' AND seq = 2", "hash"),
]


@pytest.mark.parametrize(("statement", "fault"), _FAULTS)
def test_a_changed_event_stops_the_sealing(log: Log, statement: str, fault: str) -> None:
    log.act("case:1", 3)
    log.tamper(statement)
    sealed_log.drain(log.sealer())
    assert _open_faults(log) == [(SealFault(fault), "case:1", 2)]
    with log.database.reading() as session:
        assert session.scalar(select(RecordLeaf.index)) is None


def test_an_event_deleted_before_it_was_sealed_stops_the_sealing(log: Log) -> None:
    log.act("case:1", 2)
    log.tamper("DELETE FROM record_events WHERE stream = 'case:1' AND seq = 2")
    sealed_log.drain(log.sealer())
    assert [fault for fault, _, _ in _open_faults(log)] == [SealFault.GONE]


def test_an_event_that_no_writer_signed_stops_the_sealing(log: Log) -> None:
    log.act("case:1", 1)
    with log.as_owner() as connection:
        connection.execute(
            "INSERT INTO record_events (stream, actor, action, idem, sig, payload)"
            " VALUES ('case:1', 'user:1', 'case.closed', %s, %s, '{}')",
            [uuid.uuid4(), bytes(64)],
        )
    sealed_log.drain(log.sealer())
    assert _open_faults(log) == [(SealFault.SIGNATURE, "case:1", 2)]


def test_an_event_after_a_rewritten_one_stops_the_sealing(log: Log) -> None:
    log.act("case:1", 2)
    sealer = log.sealer()
    sealed_log.drain(sealer)
    log.tamper("UPDATE record_events SET hash = sha256('x') WHERE stream = 'case:1' AND seq = 2")
    log.act("case:1", 1)
    sealed_log.drain(sealer)
    assert _open_faults(log) == [(SealFault.CHAIN, "case:1", 3)]


def test_sealing_goes_on_when_what_was_wrong_is_put_right(log: Log) -> None:
    log.act("case:1", 1)
    log.tamper("UPDATE record_events SET actor = 'user:9' WHERE stream = 'case:1'")
    sealer = log.sealer()
    sealed_log.drain(sealer)
    sealed_log.drain(sealer)
    assert _open_faults(log) == [(SealFault.HASH, "case:1", 1)]
    log.tamper(f"UPDATE record_events SET actor = '{SYSTEM.signature}' WHERE stream = 'case:1'")  # noqa: S608 - of this file
    sealed_log.drain(sealer)
    assert _open_faults(log) == []
    with log.database.reading() as session:
        assert _last(session).size == 2


def test_an_event_dated_before_the_last_checkpoint_is_sealed_and_found(log: Log) -> None:
    sealer = log.sealer()
    sealed_log.drain(sealer)
    log.tamper(
        "CREATE OR REPLACE FUNCTION bureau_now() RETURNS timestamptz LANGUAGE sql STABLE"
        " AS $$ SELECT transaction_timestamp() - interval '1 day' $$"
    )
    log.act("case:1", 1)
    log.tamper(
        "CREATE OR REPLACE FUNCTION bureau_now() RETURNS timestamptz LANGUAGE sql STABLE"
        " AS $$ SELECT transaction_timestamp() $$"
    )
    sealed_log.drain(sealer)
    with log.database.reading() as session:
        assert [row.fault for row in session.scalars(select(SealFinding))] == [SealFault.LATE]
        assert _last(session).size == 2


def test_a_clock_that_went_backwards_stops_the_sealing(log: Log) -> None:
    sealer = log.sealer()
    sealed_log.drain(sealer)
    log.act("case:1", 1)
    log.tamper(
        "CREATE OR REPLACE FUNCTION bureau_now() RETURNS timestamptz LANGUAGE sql STABLE"
        " AS $$ SELECT transaction_timestamp() - interval '1 day' $$"
    )
    sealed_log.drain(sealer)
    assert [fault for fault, _, _ in _open_faults(log)] == [SealFault.BACKWARDS]


_ALTERED = [
    ("UPDATE record_tiles SET hashes = sha256('x') || substring(hashes FROM 33)", SealFault.TILES),
    ("DELETE FROM record_tiles", SealFault.TILES),
    ("UPDATE checkpoints SET root = sha256('x')", SealFault.NOTE),
    ("UPDATE checkpoints SET note = replace(note, 'caseflow', 'elsewhere')", SealFault.NOTE),
    ("UPDATE record_leaves SET index = 7 WHERE index = 1", SealFault.LEAVES),
]


@pytest.mark.parametrize(("statement", "fault"), _ALTERED)
def test_a_sealer_does_not_start_on_a_log_that_is_not_what_it_signed(
    log: Log, statement: str, fault: SealFault
) -> None:
    log.act("case:1", 3)
    sealed_log.drain(log.sealer())
    for table in ("record_leaves", "checkpoints"):
        log.tamper(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    log.tamper(statement)
    log.act("case:1", 1)
    sealed_log.drain(log.sealer())
    assert _open_faults(log) == [(fault, None, None)]


def test_a_log_that_an_old_backup_made_shorter_is_not_continued(log: Log) -> None:
    sealer = log.sealer()
    sealed_log.drain(sealer)
    log.act("case:1", 3)
    sealed_log.drain(sealer)
    log.roll_back(1)
    log.act("case:1", 1)
    sealed_log.drain(log.sealer())
    assert _open_faults(log) == [(SealFault.SHORTER, None, None)]
    log.act("case:1", 9)
    sealed_log.drain(log.sealer())
    assert SealFault.SHORTER in {fault for fault, _, _ in _open_faults(log)}


def _behind(log: Log, kept: bytes | None) -> None:
    """Take the log back to one event after ten were sealed; ``seals/last`` is what is given."""
    last = log.folder / "seals" / "last"
    log.act("case:1", 9)
    sealed_log.drain(log.sealer())
    last.unlink() if kept is None else last.write_bytes(kept)
    log.roll_back(1)
    log.act("case:1", 3)


@pytest.mark.parametrize("of_last", ["missing", "behind"])
def test_receipts_of_what_the_log_lacks_stop_a_sealer_without_its_last_checkpoint(
    log: Log, of_last: str
) -> None:
    sealed_log.drain(log.sealer())
    first = (log.folder / "seals" / "last").read_bytes()
    _behind(log, first if of_last == "behind" else None)
    sealer = log.sealer()
    sealed_log.drain(sealer)
    assert _open_faults(log) == [(SealFault.SHORTER, None, None)]
    assert b"restored" not in sealer.memory.receipts.read_bytes()
    with log.database.reading() as session:
        assert _last(session).size == 1


def test_receipts_without_any_checkpoint_stop_the_sealer_too(log: Log) -> None:
    sealed_log.drain(log.sealer())
    _behind(log, None)
    sealer = log.sealer()
    told = sealer.memory.receipts.read_bytes().splitlines(keepends=True)
    sealer.memory.receipts.write_bytes(b"".join(line for line in told if b"sealed" in line))
    sealed_log.drain(sealer)
    assert _open_faults(log) == [(SealFault.SHORTER, None, None)]


def test_every_sealed_event_has_one_receipt_however_the_sealer_ended(log: Log) -> None:
    log.act("case:1", 3)
    sealer = log.sealer()
    sealed_log.drain(sealer)
    kept = sealer.memory.receipts.read_bytes().splitlines()
    log.act("case:1", 2)
    with sealer.database.transaction() as session:  # killed before the receipts are written
        sealing.seal(session, sealer.key)
    sealer.memory.receipts.write_bytes(b"\n".join([*kept[:3], kept[3][:20]]))  # and within a line
    sealed_log.drain(log.sealer())
    with log.database.reading() as session:
        sealed = session.scalars(
            select(RecordEvent.hash)
            .join(RecordLeaf, RecordLeaf.event_id == RecordEvent.id)
            .order_by(RecordLeaf.index)
        )
        wanted = [(size, hashed.hex()) for size, hashed in enumerate(sealed, 1)]
    assert _told(sealer.memory) == wanted


def _told(memory: Memory) -> list[tuple[int, str]]:
    """Place and hash of every receipt that can be read."""
    told = []
    for line in memory.receipts.read_text().splitlines():
        with suppress(ValueError):
            content = json.loads(line)
            if content["event"] == "sealed":
                told.append((content["size"], content["hash"]))
    return told


def test_the_key_is_made_once_and_for_the_sealer_alone(tmp_path: Path) -> None:
    first, second = log_key.of(tmp_path), log_key.of(tmp_path)
    assert first.public == second.public == log_key.public(tmp_path)
    assert (tmp_path / "sealer").stat().st_mode & 0o777 == 0o400
    assert (tmp_path / "sealer.pub").read_text() == f"{first.public}\n"


def test_the_sealer_role_can_change_nothing_but_the_seals(log: Log) -> None:
    sealer = log.sealer()
    for statement in (
        "UPDATE record_events SET payload = '{}'",
        "DELETE FROM record_events",
        "UPDATE checkpoints SET note = ''",
        "DELETE FROM record_leaves",
        "SELECT * FROM users",
        "INSERT INTO record_pending VALUES (1)",
    ):
        with sealer.database.transaction() as session, pytest.raises(Exception, match="permission"):
            session.execute(text(statement))
