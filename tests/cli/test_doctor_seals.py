"""What the doctor says of a sealed log, sound and broken."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from caseflow import db
from caseflow.cli import doctor_seals
from caseflow.cli.findings import Finding
from caseflow.config import Config
from caseflow.services import place
from tests.support import sealed_log
from tests.support.sealed_log import Log


@pytest.fixture
def log(own_house: Config, own_database: db.Database, tmp_path: Path) -> Iterator[Log]:
    place.settle(place.under(tmp_path, fonts=place.here().fonts))
    with sealed_log.standing(replace(own_house, var=tmp_path), own_database, tmp_path) as opened:
        opened.act("case:1", 2)
        sealed_log.drain(opened.sealer())
        yield opened


def _ill(log: Log) -> list[Finding]:
    with log.database.reading() as session:
        found = [each for look in doctor_seals.LOOKS for each in look(session, log.config)]
    return [each for each in found if each.remedy is not None]


def test_a_sealed_log_is_well(log: Log) -> None:
    assert _ill(log) == []


def test_a_tree_that_was_changed_is_found(log: Log) -> None:
    log.tamper("UPDATE record_tiles SET hashes = sha256('x') || substring(hashes FROM 33)")
    assert [each.what[1] for each in _ill(log)] == ["Sealed tree"]


def test_a_key_that_others_can_read_is_found(log: Log) -> None:
    (log.folder / "keys" / "sealer").chmod(0o440)
    assert [each.found for each in _ill(log)] == ["440"]


def test_a_key_that_did_not_sign_is_found(log: Log) -> None:
    for name in ("sealer", "sealer.pub"):
        (log.folder / "keys" / name).unlink()
    log.sealer()
    assert [each.what[1] for each in _ill(log)] == ["Key of the sealed log"]


def test_what_stops_the_sealing_is_told_with_its_place(log: Log) -> None:
    log.act("case:1")
    log.tamper("UPDATE record_events SET payload = '{}' WHERE stream = 'case:1' AND seq = 3")
    sealed_log.drain(log.sealer())
    (found,) = _ill(log)
    assert found.found.startswith("case:1 #3: ")


def test_events_that_nobody_seals_are_told(log: Log) -> None:
    log.act("case:1")
    log.tamper("UPDATE record_events SET at = at - interval '2 minutes' WHERE seq = 3")
    assert [each.what[1] for each in _ill(log)] == ["Events to be sealed"]
