"""Trends over several runs: gaps, and answers kept until another run is there."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from caseflow.detection import histories, runs
from caseflow.lake import calendar_months
from tests.support import lakes
from tests.unit.detection.conftest import Screened

CODES = ("TIC-004", "TIC-002", "GEN-017")
MONTHS = calendar_months.back(lakes.LAST, 6)


@pytest.fixture
def lake(screened: Screened, tmp_path: Path) -> Path:
    """A lake whose year-end values stand for December and October as well."""
    for period in (lakes.LAST, 200910):
        _screen(screened, tmp_path, period)
    return tmp_path


def test_months_between_two_runs_that_were_not_screened_are_gaps(
    screened: Screened, lake: Path
) -> None:
    found = histories.of_taxpayer(screened.catalogue, 1, dict.fromkeys(CODES, MONTHS), root=lake)
    assert found.keys() == set(CODES)
    first, between, last = found["TIC-004"]
    assert [first.period, between.period, last.period] == [200910, 200911, 200912]
    assert first.value == last.value is not None
    assert (between.value, between.low, between.p50, between.peer_count) == (None,) * 3 + (0,)


def test_all_indicators_at_once_say_what_each_says_alone(screened: Screened, lake: Path) -> None:
    for tp in range(1, 8):
        together = histories.of_taxpayer(
            screened.catalogue, tp, dict.fromkeys(CODES, MONTHS), root=lake
        )
        for code in CODES:
            alone = histories.of_taxpayer(screened.catalogue, tp, {code: MONTHS}, root=lake)
            assert alone[code] == together[code]


def test_answer_is_kept_until_there_is_another_run(screened: Screened, lake: Path) -> None:
    asked = {"TIC-004": MONTHS}
    kept = histories.of_taxpayer(screened.catalogue, 2, asked, root=lake)
    assert histories.of_taxpayer(screened.catalogue, 2, asked, root=lake) is kept
    _screen(screened, lake, 200911)
    found = histories.of_taxpayer(screened.catalogue, 2, asked, root=lake)
    assert found["TIC-004"][1].value == kept["TIC-004"][0].value


def test_household_of_a_lake_without_runs_has_no_trend(screened: Screened, tmp_path: Path) -> None:
    assert histories.of_taxpayer(screened.catalogue, 1, {"TIC-004": MONTHS}, root=tmp_path) == {}


def _screen(screened: Screened, root: Path, period: int) -> None:
    values = runs.path(root, "values", period, screened.run.key)
    shutil.copy(screened.root / screened.run.files["values"], values)
    files = {"values": str(values.relative_to(root))}
    runs.keep(root, replace(screened.run, period=period, files=files))
