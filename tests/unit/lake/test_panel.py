"""What a month's panel and a state panel say, from files taken in through the ordinary door."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

import duckdb
import pytest

from caseflow.lake import batches, fields, panel
from caseflow.lake.batches import Batch
from caseflow.lake.cells import Value
from caseflow.lake.ingest import ingest

REGISTRY = fields.load(Path("indicators/fields.yaml"))
STATE = "taxpayer_id,period,reg_status,industry_code,legal_rep_id\n"
MONTH = "taxpayer_id,period,"


class Everyone:
    """A register in which every number is known as its own value, and more."""

    def __init__(self, more: int = 0) -> None:
        self._more = more

    def known(self, numbers: Sequence[str]) -> Mapping[str, int]:
        return {number: int(number) + self._more for number in numbers}

    def register(self, rows: Iterator[Mapping[str, Value]]) -> Mapping[str, int]:
        return self.known([str(row["taxpayer_id"]) for row in rows])


EVERYONE = Everyone()


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    return tmp_path / "lake"


def take_in(lake: Path, *contents: str, register: Everyone = EVERYONE) -> list[Batch]:
    taken = []
    for at, content in enumerate(contents):
        path = lake.parent / f"{at}.csv"
        path.write_text(content, encoding="utf-8")
        day = date(2010, 1, 25)
        taken.append(ingest(path, registry=REGISTRY, root=lake, taxpayers=register, as_of=day))
    return taken


def month(lake: Path, period: int, columns: str) -> list[tuple[object, ...]]:
    found = panel.month(REGISTRY, batches.snapshot(lake), period, root=lake)
    return rows(found.path, columns) if found else []


def state(lake: Path, period: int, columns: str) -> list[tuple[object, ...]]:
    found = panel.state(REGISTRY, batches.snapshot(lake), period, root=lake)
    return rows(found.path, columns)


def rows(path: Path, columns: str) -> list[tuple[object, ...]]:
    with duckdb.connect() as con:
        return con.read_parquet(str(path)).order("tp").project(columns).fetchall()


def test_a_file_taken_anew_under_another_register_gives_a_panel_of_its_own(lake: Path) -> None:
    (first,) = take_in(lake, MONTH + "dy_kwh\n1,200912,5\n")
    before = batches.snapshot(lake)
    assert month(lake, 200912, "tp, dy_kwh") == [(1, 50000)]
    batches.forget(lake, first.sha256)
    take_in(lake, MONTH + "dy_kwh\n1,200912,5\n", register=Everyone(more=40))
    assert month(lake, 200912, "tp, dy_kwh") == [(41, 50000)]
    assert batches.snapshot(lake).key != before.key


def test_facts_of_all_sources_stand_side_by_side(lake: Path) -> None:
    take_in(lake, MONTH + "dy_kwh\n1,200912,5\n2,200912,6\n", MONTH + "yl_pos_amount\n1,200912,7\n")
    assert month(lake, 200912, "tp, dy_kwh, yl_pos_amount, wages") == [
        (1, 50000, 700, None),
        (2, 60000, None, None),
    ]


def test_a_later_batch_corrects_single_cells(lake: Path) -> None:
    first, second = MONTH + "dy_kwh,dy_amount\n", MONTH + "dy_amount\n"
    take_in(lake, first + "1,200912,5,6\n2,200912,1,2\n", second + "1,200912,9\n")
    assert month(lake, 200912, "tp, dy_kwh, dy_amount") == [(1, 50000, 900), (2, 10000, 200)]


def test_a_state_holds_until_a_later_month_says_otherwise(lake: Path) -> None:
    take_in(lake, STATE + "1,200901,normal,6310,A\n1,200911,suspended,,\n1,200912,abnormal,,\n")
    assert state(lake, 200911, "reg_status, industry_code") == [("suspended", "6310")]


def test_a_taxpayer_without_a_state_is_not_forgotten(lake: Path) -> None:
    take_in(lake, MONTH + "dy_kwh\n7,200912,5\n")
    assert state(lake, 200912, "tp, reg_status") == [(7, None)]


def test_parameters_come_from_the_longest_beginning_of_the_industry(lake: Path) -> None:
    take_in(
        lake,
        STATE + "1,200901,normal,6310,\n2,200901,normal,6399,\n3,200901,normal,1310,\n",
        "industry_code,period,ind_vat_burden,vat_threshold_monthly\n"
        "6310,200901,0.009,\n63,200801,0.008,\n63,200901,0.007,\n*,200801,,5000\n",
    )
    assert state(lake, 200912, "ind_vat_burden, vat_threshold_monthly") == [
        (9000, 500000),
        (7000, 500000),
        (None, 500000),
    ]


def test_sales_of_twelve_months_add_all_methods(lake: Path) -> None:
    header = MONTH + "sales_taxable,sales_simple,sales_exempt\n"
    take_in(lake, header + "1,200812,100,,\n1,200901,1,,2\n1,200912,,4,\n2,200912,,,\n")
    assert state(lake, 200912, "sales_12m") == [(700,), (None,)]


@pytest.mark.parametrize(
    ("months", "expected"),
    [
        ("1,200910,是,是\n1,200911,是,否\n1,200912,是,否\n", 2),
        ("1,200910,是,否\n1,200911,否,\n1,200912,是,否\n", 2),
        ("1,200911,是,否\n1,200912,是,是\n", 0),
        ("1,200912,否,\n", None),
    ],
)
def test_unfiled_periods_count_due_months_since_the_last_return(
    lake: Path, months: str, expected: int | None
) -> None:
    take_in(lake, MONTH + "filing_due,filed\n" + months)
    assert state(lake, 200912, "unfiled_periods") == [(expected,)]


def test_households_of_a_legal_representative_are_counted(lake: Path) -> None:
    take_in(
        lake,
        STATE + "1,200912,normal,,A\n2,200912,abnormal,,A\n3,200912,cancelled,,A\n"
        "4,200912,normal,,\n",
    )
    assert state(lake, 200912, "legal_rep_household_count, legal_rep_other_abnormal") == [
        (2, 1),
        (2, 0),
        (2, 1),
        (None, None),
    ]


def test_the_same_facts_give_the_same_panel_and_a_correction_another(lake: Path) -> None:
    take_in(lake, MONTH + "dy_kwh\n1,200912,5\n")
    seen = batches.snapshot(lake)
    first = panel.month(REGISTRY, seen, 200912, root=lake)
    take_in(lake, MONTH + "dy_kwh\n1,200912,6\n")
    assert panel.month(REGISTRY, seen, 200912, root=lake) == first
    assert month(lake, 200912, "dy_kwh") == [(60000,)]
