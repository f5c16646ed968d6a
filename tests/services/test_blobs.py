"""Bytes that rows name: scanned by what speaks clamd, read again, collected when orphaned."""

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from caseflow import clock, db
from caseflow.models import Blob, OutboxMessage
from caseflow.models.record import RecordEvent
from caseflow.record_format import canonical
from caseflow.services import blobs, files, place, scans
from caseflow.vocabulary import BlobState, Conflict, Forbidden, Invalid, Unavailable
from tests.support.clamd import clamd

_BYTES = b"%PDF-1.4 evidence"
_BAD = b"%PDF-1.4 EICAR-STANDARD-ANTIVIRUS-TEST-FILE!"


@pytest.fixture(autouse=True)
def _store(tmp_path: Path) -> None:
    place.settle(place.under(tmp_path, fonts=tmp_path))


def _held(session: Session, content: bytes = _BYTES) -> Blob:
    sha256, size = files.keep([content])
    blob = blobs.hold(session, sha256, size=size)
    session.flush()
    return blob


def _with_scanner(address: str) -> None:
    place.settle(replace(place.here(), scanner=address))


def _acts(session: Session, action: str) -> list[str]:
    query = select(RecordEvent.payload).where(
        RecordEvent.stream == blobs.STREAM, RecordEvent.action == action
    )
    return list(session.scalars(query.order_by(RecordEvent.seq)))


def test_without_a_scanner_files_are_handed_out_and_said_to_be_unscanned(session: Session) -> None:
    blob = _held(session)
    assert blob.state is BlobState.UNSCANNED
    blobs.require_open(session, blob.sha256)


def test_until_it_is_scanned_nobody_has_it(session: Session, tmp_path: Path) -> None:
    with clamd(tmp_path) as address:
        _with_scanner(address)
        blob = _held(session)
        assert blob.state is BlobState.QUARANTINED
        with pytest.raises(Conflict, match="file_quarantined"):
            blobs.require_open(session, blob.sha256)
        work = session.scalars(
            select(OutboxMessage).where(OutboxMessage.topic == blobs.SCANNING)
        ).one()
        scans.scan(session, work.payload)
    assert (blob.state, blob.scanner) == (BlobState.CLEAN, "ClamAV 1.4.1/27400")
    blobs.require_open(session, blob.sha256)
    told = {"scanner": "ClamAV 1.4.1/27400", "sha256": blob.sha256, "state": "clean"}
    assert _acts(session, "file.scanned") == [canonical(told)]


def test_what_the_scanner_found_is_locked_away_for_good(session: Session, tmp_path: Path) -> None:
    with clamd(tmp_path) as address:
        _with_scanner(address)
        blob = _held(session, _BAD)
        scans.scan(session, {"sha256": blob.sha256})
    assert (blob.state, blob.finding) == (BlobState.INFECTED, "Eicar-Signature")
    with pytest.raises(Forbidden, match="file_locked_away"):
        blobs.require_open(session, blob.sha256)
    with pytest.raises(Invalid, match="file_infected"):  # nor do the same bytes come in again
        _held(session, _BAD)


def test_while_the_scanner_is_away_the_file_waits(session: Session, tmp_path: Path) -> None:
    _with_scanner(f"unix:{tmp_path / 'nobody'}")
    blob = _held(session)
    with pytest.raises(Unavailable, match="scanner_away"):
        scans.scan(session, {"sha256": blob.sha256})
    assert blob.state is BlobState.QUARANTINED


def test_a_scanner_put_up_later_looks_at_what_came_before(session: Session, tmp_path: Path) -> None:
    blob = _held(session)
    assert scans.scan_all(session) == 0
    _with_scanner(f"unix:{tmp_path / 'clamd'}")
    assert scans.scan_all(session) == 1
    session.refresh(blob)
    assert blob.state is BlobState.QUARANTINED


@pytest.mark.parametrize(("harm", "fault"), [("change", "damaged"), ("remove", "missing")])
def test_the_scrub_finds_what_no_longer_fits_its_hash(
    session: Session, harm: str, fault: str
) -> None:
    blob, sound = _held(session), _held(session, b"%PDF-1.4 sound")
    path = files.path_of(blob.sha256)
    path.chmod(0o600)
    path.unlink() if harm == "remove" else path.write_bytes(_BYTES[:-1] + b"x")
    found = blobs.scrub(session, before=clock.wall())
    assert (found.looked, found.faults) == (2, (blob.sha256,))
    assert (blob.fault, sound.fault) == (fault, None)
    assert _acts(session, "file.faulty") == [
        canonical({"cases": [], "fault": fault, "sha256": blob.sha256})
    ]
    assert _acts(session, "files.scrubbed") == [canonical({"faults": 1, "files": 2})]
    assert blobs.scrub(session).looked == 0  # not again today


def test_bytes_handed_in_again_mend_what_was_damaged(session: Session) -> None:
    blob = _held(session)
    path = files.path_of(blob.sha256)
    path.chmod(0o600)
    path.write_bytes(b"rotten")
    _held(session)
    assert files.is_sound(blob.sha256)


def test_orphans_are_collected_and_nothing_else(own_database: db.Database) -> None:
    with own_database.transaction() as session:
        named = _held(session).sha256
    orphan, _ = files.keep([b"%PDF-1.4 nobody names it"])
    young, _ = files.keep([b"%PDF-1.4 about to be named"])
    left = files.inbox_folder() / "died"
    left.write_bytes(b"half")
    old = (datetime.now(UTC) - timedelta(hours=2)).timestamp()
    for path in (files.path_of(named), files.path_of(orphan), left):
        os.utime(path, (old, old))
    with own_database.transaction() as session:
        assert blobs.collect(session) == 2
    assert files.is_sound(named)
    assert files.is_sound(young)
    assert files.is_sound(orphan) is None
    assert not left.exists()


def test_what_a_transaction_is_about_to_name_is_not_collected(own_database: db.Database) -> None:
    sha256, size = files.keep([_BYTES])
    old = (datetime.now(UTC) - timedelta(hours=2)).timestamp()
    os.utime(files.path_of(sha256), (old, old))
    with own_database.transaction() as naming:
        blobs.hold(naming, sha256, size=size)
        with own_database.transaction() as collecting:
            assert blobs.collect(collecting) == 0
    assert files.is_sound(sha256)


def test_collecting_a_full_store_takes_no_lock_for_what_rows_name(
    own_database: db.Database,
) -> None:
    """The locks of one transaction are few: a lock for each file ended every round in failure."""
    with own_database.transaction() as session:
        for number in range(20):
            _held(session, b"%%PDF-1.4 %d" % number)
    orphan, _ = files.keep([b"%PDF-1.4 nobody names it"])
    old = (datetime.now(UTC) - timedelta(hours=2)).timestamp()
    for path in files.stored():
        os.utime(path, (old, old))
    with own_database.transaction() as session:
        assert blobs.collect(session) == 1
        held = text(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()"
            " AND classid <> 0"
        )
        assert session.execute(held).scalar_one() <= 2  # of the orphan, and of the record
    assert files.is_sound(orphan) is None


def test_orphans_beyond_one_share_are_collected_the_next_time(
    own_database: db.Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blobs, "_ORPHANS_AT_ONCE", 2)
    monkeypatch.setattr(blobs, "_NAMES_AT_ONCE", 2)
    old = (datetime.now(UTC) - timedelta(hours=2)).timestamp()
    for number in range(3):
        sha256, _ = files.keep([b"%%PDF-1.4 %d" % number])
        os.utime(files.path_of(sha256), (old, old))
    counts = []
    for _ in range(3):
        with own_database.transaction() as session:
            counts.append(blobs.collect(session))
    assert counts == [2, 1, 0]


def test_portion_of_the_scrub_is_no_more_than_is_read_at_once(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blobs, "_BYTES_AT_ONCE", 2 * len(_BYTES))
    for number in range(3):
        _held(session, _BYTES[:-1] + b"%d" % number)
    _held(session, _BYTES * 3)  # larger than a portion: alone
    before = clock.wall()
    looked = []
    while portion := blobs.scrub(session, before=before).looked:
        looked.append(portion)
    assert sum(looked) == 4
    assert max(looked) <= 2


def test_bytes_collected_at_the_last_moment_are_asked_for_again(session: Session) -> None:
    sha256, size = files.keep([_BYTES])
    files.path_of(sha256).unlink()
    with pytest.raises(Conflict, match="file_gone"):
        blobs.hold(session, sha256, size=size)
