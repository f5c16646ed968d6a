"""The samples are taken in without a rejected row, show every source, and are worth screening."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

import pytest

from caseflow.detection import screening, tax_warnings
from caseflow.lake import batches
from caseflow.lake.batches import Batch
from caseflow.lake.cells import Value
from caseflow.lake.ingest import ingest
from caseflow.vocabulary import Invalid
from tests.support import lakes

SAMPLES = Path("samples")


class Register:
    """A register that numbers those whom the register's own file brings."""

    def __init__(self) -> None:
        self.ids: dict[str, int] = {}

    def known(self, numbers: Sequence[str]) -> Mapping[str, int]:
        return {number: self.ids[number] for number in numbers if number in self.ids}

    def register(self, rows: Iterator[Mapping[str, Value]]) -> Mapping[str, int]:
        for row in rows:
            self.ids.setdefault(str(row["taxpayer_id"]), len(self.ids) + 1)
        return self.ids


def take_in(root: Path, path: Path, register: Register) -> Batch:
    return ingest(
        path,
        registry=lakes.indicators().registry,
        root=root,
        taxpayers=register,
        as_of=date(2010, 1, 25),
    )


@pytest.fixture(scope="module")
def taken_in(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Batch], Register]:
    root, register = tmp_path_factory.mktemp("lake"), Register()
    files = sorted(path for path in SAMPLES.iterdir() if path.suffix in (".csv", ".xlsx"))
    return root, [take_in(root, path, register) for path in files], register


def test_no_row_of_a_sample_is_rejected(
    taken_in: tuple[Path, list[Batch], Register],
) -> None:
    assert {each.name: each.reject_count for each in taken_in[1] if each.reject_count} == {}


def test_every_source_has_a_sample(taken_in: tuple[Path, list[Batch], Register]) -> None:
    shown = {each.kind.split("_")[0].upper() for each in taken_in[1]}
    assert shown == set(lakes.indicators().registry.sources)


def test_the_samples_show_hits_of_many_families(
    taken_in: tuple[Path, list[Batch], Register],
) -> None:
    root = taken_in[0]
    run = screening.screen(lakes.indicators(), batches.snapshot(root), 200912, root=root)
    found = {each.indicator for each in tax_warnings.read(root, run, lakes.indicators())}
    wanted = {"FIL-009", "INV-002", "INV-003", "TIC-002", "TPD-001", "TPD-013"}
    assert wanted | {"VAT-001", "VAT-016"} <= found
    assert not run.quarantined


def test_the_faulty_sample_shows_a_reason_of_each_kind(
    taken_in: tuple[Path, list[Batch], Register],
) -> None:
    root, _, register = taken_in
    batch = take_in(root, SAMPLES / "faulty" / "rejected-rows.csv", register)
    assert batch.rows == 2
    assert batch.reject_reasons == {
        "BAD_NUMBER": 1,
        "BAD_PERIOD": 2,
        "DUPLICATE_KEY": 1,
        "MISSING_COLUMNS": 1,
        "OUT_OF_RANGE": 1,
        "UNKNOWN_TAXPAYER": 1,
    }


@pytest.mark.parametrize(
    ("name", "code"),
    [("wrong-columns.csv", "WRONG_COLUMNS"), ("wrong-encoding.csv", "WRONG_ENCODING")],
)
def test_the_other_faulty_samples_are_refused_as_a_whole(
    taken_in: tuple[Path, list[Batch], Register], name: str, code: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        take_in(taken_in[0], SAMPLES / "faulty" / name, taken_in[2])
    assert refusal.value.code == code
