"""What is taken in, what is repaired, and what is refused with which reason."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

import duckdb
import openpyxl
import pytest

from caseflow.lake import batches, fields
from caseflow.lake.batches import Batch
from caseflow.lake.cells import Value
from caseflow.lake.ingest import ingest
from caseflow.vocabulary import Invalid

REGISTRY = fields.load(Path("indicators/fields.yaml"))
NUMBERS = {f"21020200000000{n}": n for n in range(1, 10)}
HEADER = "纳税人识别号,所属期,用电量,电费金额\n"


class Register:
    """A register of nine taxpayers that remembers who was registered."""

    def __init__(self) -> None:
        self.rows: list[Mapping[str, Value]] = []

    def known(self, numbers: Sequence[str]) -> Mapping[str, int]:
        return {number: NUMBERS[number] for number in numbers if number in NUMBERS}

    def register(self, rows: Iterator[Mapping[str, Value]]) -> Mapping[str, int]:
        self.rows = list(rows)
        return {str(row["taxpayer_id"]): at for at, row in enumerate(self.rows, start=1)}


def take_in(tmp_path: Path, content: str | bytes, name: str = "dy.csv") -> Batch:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return ingest(
        path,
        registry=REGISTRY,
        root=tmp_path / "lake",
        taxpayers=Register(),
        as_of=date(2010, 1, 25),
    )


def stored(tmp_path: Path, batch: Batch) -> list[tuple[object, ...]]:
    paths = [str(tmp_path / "lake" / each.path) for each in batch.files]
    with duckdb.connect() as con:
        return con.execute("SELECT * FROM read_parquet(?) ORDER BY ALL", [paths]).fetchall()


def rejected(tmp_path: Path, batch: Batch) -> list[tuple[str, str]]:
    if batch.rejects is None:
        return []
    with (tmp_path / "lake" / batch.rejects).open(encoding="utf-8-sig", newline="") as text:
        return [(row["行号"], row["代码"]) for row in csv.DictReader(text)]


def test_amounts_are_stored_in_fen_and_quantities_in_ten_thousandths(tmp_path: Path) -> None:
    batch = take_in(tmp_path, HEADER + "210202000000001,2009-12,48000.5,36000.07\n")
    assert stored(tmp_path, batch) == [(1, 200912, 480005000, 3600007)]


@pytest.mark.parametrize("month", ["200912", "2009-12", "2009年12月", "2009/12", "2009-12-31"])
def test_months_are_read_in_all_usual_spellings(tmp_path: Path, month: str) -> None:
    batch = take_in(tmp_path, HEADER + f"210202000000001,{month},1,1\n")
    assert stored(tmp_path, batch) == [(1, 200912, 10000, 100)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_every_usual_encoding_gives_the_same_facts(tmp_path: Path, encoding: str) -> None:
    content = (HEADER + "210202000000001,2009-12,1,1\n").encode(encoding)
    assert stored(tmp_path, take_in(tmp_path, content)) == [(1, 200912, 10000, 100)]


def test_a_workbook_gives_the_same_facts(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (HEADER.strip().split(","), ["210202000000001", date(2009, 12, 31), 1.5, 36000.07]):
        book.worksheets[0].append(row)
    book.save(tmp_path / "dy.xlsx")
    content = (tmp_path / "dy.xlsx").read_bytes()
    batch = take_in(tmp_path, content, "dy.xlsx")
    assert stored(tmp_path, batch) == [(1, 200912, 15000, 3600007)]


def test_separators_and_wide_digits_are_repaired(tmp_path: Path) -> None:
    row = '210202000000001,2009-12,"48,000.5",３０．００\n'
    assert stored(tmp_path, take_in(tmp_path, HEADER + row)) == [(1, 200912, 480005000, 3000)]


def test_an_empty_cell_stays_unknown(tmp_path: Path) -> None:
    batch = take_in(tmp_path, HEADER + "210202000000001,2009-12,,-\n")
    assert stored(tmp_path, batch) == [(1, 200912, None, None)]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("210202000000001,2009-13,1,1", "BAD_PERIOD"),
        ("210202000000001,-200912,1,1", "BAD_PERIOD"),
        ("210202000000001,2009--1,1,1", "BAD_PERIOD"),
        ("210202000000001,2010-02,1,1", "BAD_PERIOD"),
        ("210202000000001,,1,1", "BAD_PERIOD"),
        (",2009-12,1,1", "MISSING_ID"),
        ("999,2009-12,1,1", "UNKNOWN_TAXPAYER"),
        ("210202000000001,2009-12,-1,1", "OUT_OF_RANGE"),
        ("210202000000001,2009-12,1e17,1", "OUT_OF_RANGE"),
        ("210202000000001,2009-12,many,1", "BAD_NUMBER"),
        ("210202000000001,2009-12,1,NaN", "BAD_NUMBER"),
        ("210202000000001,2009-12,1,1,1", "TOO_MANY_COLUMNS"),
        ("210202000000001,2009-12,1", "MISSING_COLUMNS"),
        ("210202000000002,2009-12,5,5", "DUPLICATE_KEY"),
    ],
)
def test_a_bad_row_is_kept_with_its_line_and_reason(tmp_path: Path, row: str, code: str) -> None:
    good = "210202000000002,2009-12,2,2\n"
    batch = take_in(tmp_path, HEADER + good + "\n" + row + "\n210202000000003,2009-12,3,3\n")
    assert rejected(tmp_path, batch) == [("4", code)]
    assert stored(tmp_path, batch) == [(2, 200912, 20000, 200), (3, 200912, 30000, 300)]
    assert (batch.rows, batch.reject_count) == (2, 1)


def test_rows_after_unreadable_lines_are_still_told_apart(tmp_path: Path) -> None:
    rows = ["x,y", "210202000000001,2009-12,1,1", "a,b,c,d,e", "999,2009-12,1,1", "p"]
    batch = take_in(tmp_path, HEADER + "\n".join(rows))
    assert [line for line, _ in rejected(tmp_path, batch)] == ["2", "4", "5", "6"]


def test_quoted_line_breaks_do_not_shift_the_lines(tmp_path: Path) -> None:
    rows = '"21020200000\n0001",2009-12,1,1\n210202000000001,2009-12,1,1\n999,2009-12,1,1\n'
    batch = take_in(tmp_path, HEADER + rows)
    assert rejected(tmp_path, batch) == [("2", "UNKNOWN_TAXPAYER"), ("5", "UNKNOWN_TAXPAYER")]


def test_a_rejected_row_can_be_mended_and_loaded_again(tmp_path: Path) -> None:
    batch = take_in(tmp_path, HEADER + "210202000000001,2009-13,1,1\n")
    with (tmp_path / "lake" / str(batch.rejects)).open(encoding="utf-8-sig", newline="") as text:
        header, row = (cells[6:] for cells in csv.reader(text))
    mended = ",".join(header) + "\n" + ",".join(row).replace("2009-13", "2009-12")
    assert stored(tmp_path, take_in(tmp_path, mended)) == [(1, 200912, 10000, 100)]


def test_the_same_file_twice_changes_nothing(tmp_path: Path) -> None:
    content = HEADER + "210202000000001,2009-12,1,1\n999,2009-12,1,1\n"
    first, second = take_in(tmp_path, content), take_in(tmp_path, content, "renamed.csv")
    assert second.is_known
    assert (second.files, second.reject_count) == (first.files, 1)
    assert len(batches.snapshot(tmp_path / "lake").batches) == 1


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "FILE_EMPTY"),
        ("纳税人识别号,所属期,用电量,备注\n".encode(), "WRONG_COLUMNS"),
        ("纳税人识别号,用电量\n".encode(), "WRONG_COLUMNS"),
        ("纳税人识别号,所属期,用电量,用电量\n".encode(), "WRONG_COLUMNS"),
        ("纳税人识别号,所属期\n".encode(), "WRONG_COLUMNS"),
        (HEADER.encode("utf-16"), "WRONG_ENCODING"),
        (HEADER.encode() + b"2102\x00,2009-12,1,1\n", "WRONG_ENCODING"),
        (HEADER.encode("gb18030") + b"2102,2009-12,\xff\xff,1\n", "WRONG_ENCODING"),
        (b"PK\x03\x04 not a workbook", "FILE_UNREADABLE"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "FILE_UNREADABLE"),
    ],
)
def test_a_file_that_is_none_of_ours_is_refused(tmp_path: Path, content: bytes, code: str) -> None:
    with pytest.raises(Invalid) as refusal:
        take_in(tmp_path, content)
    assert refusal.value.code == code
    assert batches.snapshot(tmp_path / "lake").batches == ()


def test_wrong_columns_are_named(tmp_path: Path) -> None:
    with pytest.raises(Invalid) as refusal:
        take_in(tmp_path, "纳税人识别号,用电量,备注\n")
    assert refusal.value.values["unknown"] == ["备注"]
    assert refusal.value.values["missing"] == ["所属期"]


def test_the_registers_own_file_makes_taxpayers_known(tmp_path: Path) -> None:
    register = Register()
    path = tmp_path / "ctais.csv"
    path.write_text(
        "纳税人识别号,所属期,纳税人名称,纳税人状态,注册资本,重点税源户标志,登记日期\n"
        "210202000000077,2009-11,旧名,停业,1000.00,否,2001-02-03\n"
        "210202000000077,2009-12,新名,normal,1000.00,Y,2001-02-03\n"
        "210202000000088,2009-12,坏户,不详,1000.00,是,2001-02-03\n",
        encoding="utf-8",
    )
    batch = ingest(
        path,
        registry=REGISTRY,
        root=tmp_path / "lake",
        taxpayers=register,
        as_of=date(2010, 1, 25),
    )
    assert register.rows == [
        {
            "taxpayer_id": "210202000000077",
            "period": 200912,
            "taxpayer_name": "新名",
            "registered_on": date(2001, 2, 3),
            "reg_status": "normal",
            "is_key_source": True,
            "registered_capital": 100000,
        }
    ]
    assert rejected(tmp_path, batch) == [("4", "BAD_CHOICE")]
    assert batch.periods == (200911, 200912)
