"""What stays in the house when a dossier goes out: it is told, and it hides nothing else.

Whoever forges here has the keys of writer and sealer: what the house itself may say is at issue.
"""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from caseflow.jobs import dossiers
from caseflow.models import Blob
from caseflow.services import attachments, place, scans
from caseflow.verifier import verify
from tests import desk, factories
from tests.support import exports
from tests.support.clamd import clamd
from tests.support.exports import PAPER, Log
from tests.support.house import House
from tests.trust.conftest import standing
from tests.trust.tampering.sealed import Sealed, sealed

CASE = "case:9"
EVIDENCE, OTHER = "账页".encode(), "合同".encode()


@pytest.fixture
def log() -> Log:
    log = Log().fill(20, every=10)
    log.append(CASE, "case.opened", {"turn": 0})
    return log


def _note(log: Log, action: str, content: bytes = EVIDENCE) -> None:
    log.append(CASE, f"attachment.{action}", {"name": "账页", "sha256": exports.sha256_of(content)})


def _judged(log: Log, folder: Path) -> tuple[list[str], str]:
    """What is wrong, by code; and all that is told beside it, in English."""
    _, found = verify.run(verify.options_of([str(folder), "--key", str(log.key)]))
    told = " ".join(english for _, english in found.remarks)
    return [each.code for each in found.problems], told


def test_a_withheld_file_is_told_with_the_act_that_names_it(log: Log, tmp_path: Path) -> None:
    _note(log, "added")
    _note(log, "added", OTHER)
    folder = exports.write_dossier(
        log, tmp_path / "dossier", CASE, evidence=[OTHER], withheld=[EVIDENCE]
    )
    codes, told = _judged(log, folder)
    assert codes == []
    assert f"1 files had not passed the scanner and stayed in the house: {CASE} #2 (" in told
    assert exports.sha256_of(EVIDENCE)[:16] in told


def test_a_file_that_is_missing_and_not_told_is_a_removal(log: Log, tmp_path: Path) -> None:
    _note(log, "added")
    _note(log, "added", OTHER)
    folder = exports.write_dossier(log, tmp_path / "dossier", CASE, withheld=[EVIDENCE])
    assert _judged(log, folder)[0] == ["no_bytes"]


def test_a_paper_is_never_withheld(log: Log, tmp_path: Path) -> None:
    """The house wrote it: the scanner holds none back, and no act on evidence takes it away."""
    folder = exports.write_dossier(log, tmp_path / "withheld", CASE, withheld=[PAPER])
    assert _judged(log, folder)[0] == ["no_bytes"]
    for action in ("added", "removed", "locked"):
        _note(log, action, PAPER)
    folder = exports.write_dossier(log, tmp_path / "removed", CASE, withheld=[PAPER])
    assert _judged(log, folder)[0] == ["no_bytes"]


@pytest.mark.parametrize(
    ("acts", "codes"),
    [
        ("added", ["no_bytes"]),
        ("added described", ["no_bytes"]),
        ("added removed", []),
        ("added locked", []),
        ("added removed added", ["no_bytes"]),
        ("added added removed", ["no_bytes"]),
        ("added added removed removed", []),
        ("added removed added locked", []),
    ],
)
def test_a_file_may_lack_only_while_no_step_has_it(
    log: Log, tmp_path: Path, acts: str, codes: list[str]
) -> None:
    for action in acts.split():
        _note(log, action)
    assert _judged(log, exports.write_dossier(log, tmp_path / "dossier", CASE))[0] == codes


def _taken(opened: Sealed, case_id: int, path: Path) -> tuple[int, list[str], str]:
    """A dossier as the product makes it: the verdict, the problems, what is told."""
    with path.open("x+b") as file:
        dossiers.make(opened.doors, opened.bureau.people.chief, case_id, file)
    status, found = verify.run(verify.options_of([str(path), "--key", opened.key]))
    told = " ".join(english for _, english in found.remarks)
    return status, [each.code for each in found.problems], told


def test_the_product_tells_what_waits_for_its_scanner_and_hands_it_out_afterwards(
    house: House, tmp_path: Path
) -> None:
    with (
        clamd(tmp_path) as address,
        standing(house, "withheld") as bureau,
        sealed(bureau, tmp_path / "sealer") as opened,
    ):
        here = place.here()
        place.settle(replace(here, scanner=address))
        people = bureau.people
        with bureau.database.transaction() as session:
            case = factories.case(session, factories.taxpayer(session, serial=2))
            desk.to_desk_check(session, people, case)
            kept = attachments.add(
                session,
                people.officer,
                desk.open_task(session, case, "desk_check").id,
                field="doubts-0-evidence",
                name="账页.txt",
                chunks=[EVIDENCE],
            )
            session.flush()
            desk.check(session, people, case, evidence=[str(kept.id)])
        status, codes, told = _taken(opened, case.id, tmp_path / "before.zip")
        assert (status, codes) == (verify.OK, [])
        assert exports.sha256_of(EVIDENCE)[:16] in told
        with bureau.database.transaction() as session:
            for sha256 in session.scalars(select(Blob.sha256)).all():
                scans.scan(session, {"sha256": sha256})
        status, codes, told = _taken(opened, case.id, tmp_path / "after.zip")
        assert (status, codes) == (verify.OK, [])
        assert "scanner" not in told
        place.settle(here)
