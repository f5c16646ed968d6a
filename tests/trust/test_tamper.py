"""The record in the hands of a superuser: every attack is caught, and by what it is said to be."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from caseflow import clock
from caseflow.embedded import places
from caseflow.reads import record_check, record_export
from caseflow.services import files, place, record
from caseflow.verifier import verify
from caseflow.verifier.packing import Folder, Package
from caseflow.vocabulary import SYSTEM
from tests import factories
from tests.support.house import House
from tests.trust.conftest import Figures, standing
from tests.trust.tampering.attacks import ATTACKS, Attack, Evidence
from tests.trust.tampering.hands import GUARDED, Hands
from tests.trust.tampering.sealed import Tampered, judge, sealed

_DATABASE = "tamper"


@pytest.fixture(scope="module")
def house_of_record(house: House, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tampered]:
    """Two cases, three checkpoints; the last one and the receipts are kept outside."""
    folder = tmp_path_factory.mktemp("sealer")
    with standing(house, _DATABASE) as bureau, sealed(bureau, folder) as opened:
        with bureau.database.transaction() as session:
            household = factories.taxpayer(session, serial=2)
            other = factories.case_on(session, household)
        opened.seal()
        with bureau.database.reading() as session:
            backup = record_export.extent(session).sealed
        for number in range(6):
            with bureau.database.transaction() as session:
                told = {"n": number}
                record.append(session, SYSTEM, "sys:test", action="test.done", payload=told)
        opened.seal()
        kept = folder / "kept.txt"
        kept.write_text((folder / "seals" / "last").read_text(encoding="utf-8"), encoding="utf-8")
        yield Tampered(
            bureau=bureau,
            sealer=opened.sealer,
            memory=opened.memory,
            kept=kept,
            receipts=folder / "log" / "receipts.jsonl",
            shipped=folder / "shipped.jsonl",
            other=f"case:{other.id}",
            backup=backup,
        )


@pytest.fixture
def hands(house: House, house_of_record: Tampered) -> Iterator[Hands]:
    """A superuser in one transaction, triggers and foreign keys off; rolled back at the end."""
    engine = create_engine("postgresql+psycopg://", creator=lambda: _as_superuser(house))
    with engine.connect() as connection, connection.begin() as whole:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        for table in GUARDED:
            connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            token = clock.set_moment(session.execute(text("SELECT bureau_now()")).scalar_one())
            yield Hands(session, house_of_record)
            clock.reset_moment(token)
        whole.rollback()
    engine.dispose()


def _as_superuser(house: House) -> psycopg.Connection:
    return psycopg.connect(
        host=str(house.places.sockets),
        user="postgres",
        password=places.secret(house.places, "superuser"),
        dbname=_DATABASE,
    )


def _exported(hands: Hands, folder: Path) -> Path:
    """What the product exports after the attack; its writer signs the manifest."""
    hands.session.flush()
    record_export.pack(
        hands.session,
        Package(Folder(folder)),
        log=hands.house.key,
        sign=record.writer(place.here().keys).attest,
        as_of=clock.now(),
    )
    return folder


def _evidence(attack: Attack, house: Tampered) -> tuple[str, ...]:
    """The options that bring the evidence in."""
    if attack.caught_by is Evidence.OUTSIDE:
        return ("--outside", str(house.kept))
    if attack.caught_by is Evidence.RECEIPTS:
        return ("--receipts", str(house.receipts), "--receipts", str(house.shipped))
    return ()


def test_what_was_not_attacked_is_sound(hands: Hands, tmp_path: Path) -> None:
    house = hands.house
    options = ("--key", house.key, "--outside", str(house.kept), "--receipts", str(house.receipts))
    assert judge(_exported(hands, tmp_path / "export"), *options) == (verify.OK, [])
    assert record_check.verify(hands.session, path_of=files.path_of).is_sound


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_an_attack_is_caught(hands: Hands, tmp_path: Path, attack: Attack) -> None:
    attack.act(hands)
    folder = _exported(hands, tmp_path / "export")
    status, found = judge(folder, "--key", hands.house.key)
    if attack.caught_by is Evidence.FILE:
        assert status == verify.BROKEN
        assert attack.code in [code for _, code in found]
        return
    assert (status, found) == (verify.OK, []), "the file alone is said not to show it"
    if attack.caught_by is Evidence.ROWS:
        report = record_check.verify(hands.session, path_of=files.path_of)
        assert attack.code in [problem.code.name for problem in report.problems]
        return
    status, found = judge(folder, "--key", hands.house.key, *_evidence(attack, hands.house))
    assert status == verify.BROKEN
    assert attack.code in [code for _, code in found]


def test_there_are_forty_attacks_and_thirty_are_caught_by_the_file_alone(
    figures: Figures,
) -> None:
    by_file = sum(attack.caught_by is Evidence.FILE for attack in ATTACKS)
    figures("tamper", attacks=len(ATTACKS), by_file_and_key_alone=by_file)
    assert len(ATTACKS) >= 40
    assert by_file >= 30
    assert len({attack.name for attack in ATTACKS}) == len(ATTACKS)
