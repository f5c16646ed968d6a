"""Results of earlier years: taken in once, changed on record, refused line by line in words."""

import shutil
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from caseflow.cli import main
from caseflow.config import Config
from caseflow.db import Database
from caseflow.models import YearlyResult
from caseflow.models.record import RecordEvent
from caseflow.reads.enforcement import past
from tests import cast
from tests.support.house import ROOT

SAMPLE = ROOT / "samples" / "results" / "2005-2009-evaluations.csv"
YI = Decimal(100_000_000)
Operator = Callable[..., Result]


@pytest.fixture
def operator(
    own_house: Config, own_database: Database, monkeypatch: pytest.MonkeyPatch
) -> Operator:
    """Somebody who types commands in a house whose bureau is on file."""
    monkeypatch.setenv("CASEFLOW_VAR", str(own_house.var))
    monkeypatch.setenv("DATABASE_URL", str(own_house.database_url))
    monkeypatch.setenv("REDIS_URL", str(own_house.redis_url))
    monkeypatch.setenv("CASEFLOW_LANG", "en")
    with own_database.transaction() as session:
        cast.enter(session)
    return lambda path: CliRunner().invoke(main, ["yearly-results", str(path)])


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A copy of the sample, for a test to change."""
    return Path(shutil.copy(SAMPLE, tmp_path))


def _events(database: Database) -> list[str]:
    with database.reading() as session:
        told = select(RecordEvent.payload).where(RecordEvent.action == "facts.years_put")
        return list(session.scalars(told.order_by(RecordEvent.id)))


def _rows(database: Database) -> list[YearlyResult]:
    with database.reading() as session:
        return list(session.scalars(select(YearlyResult).order_by(YearlyResult.year)))


def test_the_sample_adds_up_to_the_published_totals(
    operator: Operator, own_database: Database
) -> None:
    assert operator(SAMPLE).output == "5 rows put on file, 0 changed\n"
    rows = _rows(own_database)
    sums = past.sums_of(rows)
    assert sums.households == 29_733
    assert (sums.tax / YI, sums.income / YI, sums.loss / YI) == (
        Decimal("16.7"),
        Decimal("18.4"),
        Decimal(8),
    )
    assert all(row.source.startswith("http") and row.note for row in rows)


def test_the_same_file_again_changes_nothing(operator: Operator, own_database: Database) -> None:
    operator(SAMPLE)
    assert operator(SAMPLE).output == "0 rows put on file, 0 changed\n"
    assert len(_events(own_database)) == 1


def test_a_year_that_differs_is_changed_and_the_record_says_from_what(
    operator: Operator, own_database: Database, file: Path
) -> None:
    operator(SAMPLE)
    text = file.read_text("utf-8").replace(
        "2009,00,纳税评估,7333,460000000.00", "2009,00,TA,7334,1,"
    )
    file.write_text(text.replace("1,,550000000.00", '"1,000.50",550000000.00'), "utf-8")
    assert operator(file).output == "0 rows put on file, 1 changed\n"
    last = _rows(own_database)[-1]
    assert (last.households, last.tax) == (7334, Decimal("1000.50"))
    told = _events(own_database)[-1]
    assert '"households":7333' in told
    assert '"tax":"460000000.00"' in told


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("2009,00", "2099,00", "line 6: “2099” is no year"),
        ("2009,00", "九年,00", "line 6: “九年” is no year"),
        ("2009,00", "2009,99", "line 6: unit 99 is unknown"),
        ("2009,00", "2008,00", "line 6: 2008, unit 00, 纳税评估 stands here twice"),
        ("2009,00,纳税评估", "2009,00,考评", "line 6: “kind of case” has no “考评”; give one of: "),
        ("7333", "七千", "line 6: “households”: “七千” is no count"),
        ("7333", "-1", "line 6: “households”: “-1” is no count"),
        ("460000000.00", "4.6亿", "line 6: “assessed tax”: “4.6亿” is no amount"),
        ("460000000.00", "1.234", "line 6: “assessed tax”: “1.234” is no amount"),
        ("3900,", ",", "line 2: “households” is empty"),
        ("7333,", "", "line 6: 8 cells, but the header has 9"),
        ("年度", "年份", "line 1: wrong header: missing year; unknown 年份"),
        ("弥补亏损", "评估税款", "twice assessed tax"),
    ],
)
def test_what_is_wrong_is_told_by_line_and_nothing_is_put_on_file(
    operator: Operator, own_database: Database, file: Path, right: str, wrong: str, said: str
) -> None:
    text = file.read_text("utf-8")
    assert right in text
    head, found, tail = text.rpartition(right)
    file.write_text(head + found.replace(right, wrong) + tail, "utf-8")
    told = operator(file)
    assert told.exit_code == 1
    assert said in told.output
    assert "nothing was put on file" in told.output
    assert _rows(own_database) == []
    assert _events(own_database) == []


def test_a_file_that_is_none_is_refused(operator: Operator, file: Path) -> None:
    for content, said in ((b"", "fill in the header"), (b"\xff\xfe\x00x", "save the file again")):
        file.write_bytes(content)
        told = operator(file)
        assert (told.exit_code, said in told.output) == (1, True)
