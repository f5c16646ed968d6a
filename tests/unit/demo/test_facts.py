import csv
import hashlib
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from caseflow.demo import bureau
from caseflow.demo.bureau import SEED
from caseflow.demo.facts import files, months, returns, world
from caseflow.demo.facts.months import Sheet
from caseflow.demo.facts.periods import Month
from caseflow.demo.facts.plants import SPECS, Spec
from caseflow.demo.facts.returns import Ledger
from caseflow.demo.facts.world import World
from caseflow.lake import fields
from caseflow.lake.filetypes import kinds

_REGISTRY = fields.load(Path("indicators/fields.yaml"))
_LAST = 23


@cache
def _world() -> World:
    return world.make(bureau.build("sample"), SEED)


@cache
def _sheets() -> list[dict[str, Sheet]]:
    ledger = Ledger(_world().bureau.count)
    return [
        {
            sheet.kind: sheet
            for sheet in months.sheets_of_month(
                np.random.default_rng([SEED, 20, index]), _world(), Month(index), ledger
            )
        }
        for index in range(_LAST + 1)
    ]


def _column(index: int, kind: str, name: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return _sheets()[index][kind].columns[name].astype(np.float64)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("facts")
    files.write(_world().bureau, _REGISTRY, folder)
    return folder


@pytest.mark.parametrize("index", [0, 12, _LAST])
def test_columns_are_fields_of_their_file_type(index: int) -> None:
    known = kinds(_REGISTRY)
    for kind, sheet in _sheets()[index].items():
        assert set(sheet.columns) <= {field.name for field in known[kind].fields}


@pytest.mark.parametrize("index", range(0, _LAST + 1, 5))
def test_no_value_is_below_the_minimum_of_its_field(index: int) -> None:
    for sheet in _sheets()[index].values():
        for name, column in sheet.columns.items():
            least = _REGISTRY.fields[name].minimum
            values = column[sheet.rows]
            if least is not None and values.dtype != np.bool_:
                assert np.nanmin(values.astype(np.float64)) >= least, name


@pytest.mark.parametrize("index", range(0, _LAST + 1, 4))
def test_vat_adds_up_with_the_credit_carried(index: int) -> None:
    name = "ctais_tp"
    output, deducted = _column(index, name, "vat_output"), _column(index, name, "vat_input")
    brought, carried = _column(index, name, "vat_carry_in"), _column(index, name, "vat_carry_out")
    payable = _column(index, name, "vat_payable")
    general = _world().traits.groups.general & ~np.isnan(payable)
    left = (output - deducted - brought)[general]
    assert np.allclose(left, (payable - carried)[general], atol=0.05)


@pytest.mark.parametrize("index", [3, 20])
def test_input_is_the_sum_of_its_vouchers(index: int) -> None:
    parts = ("special", "customs", "agri", "freight", "scrap")
    total = sum(_column(index, "ctais_tp", f"input_{part}") for part in parts)
    assert np.allclose(total, _column(index, "ctais_tp", "vat_input"), atol=0.05, equal_nan=True)


def test_credit_of_a_month_is_brought_into_the_next() -> None:
    carried = _column(10, "ctais_tp", "vat_carry_out")
    brought = _column(11, "ctais_tp", "vat_carry_in")
    both = ~np.isnan(carried) & ~np.isnan(brought)
    assert np.allclose(carried[both], brought[both])


def test_shares_of_zero_and_negative_returns_are_those_of_the_study() -> None:
    groups, sheet = _world().traits.groups, _sheets()[17]["ctais_tp"]
    rows = np.zeros(_world().bureau.count, np.bool_)
    rows[sheet.rows] = True
    zero = sheet.columns["zero_filing"].astype(np.bool_)
    vat = groups.enterprise & ~groups.no_vat & rows
    negative = [
        sheets["ctais_tp"].columns["negative_filing"].astype(np.bool_)
        for sheets in _sheets()[15:18]
    ]
    assert 0.20 < zero[vat].mean() < 0.32
    assert 0.13 < np.mean([column[groups.general & rows].mean() for column in negative]) < 0.23


def test_on_time_filing_is_that_of_the_study() -> None:
    sheet = _sheets()[8]["ctais_tp"]
    on_time = sheet.columns["filed_on_time"][sheet.rows]
    assert 0.985 < on_time.astype(np.float64).mean() < 0.998


def test_planted_anomalies_lie_beyond_their_limits() -> None:
    plants = _world().plants
    for month in (Month(19), Month(22)):
        rows, _ = plants.active("VAT-016", month)
        assert (_column(month.index, "jc_tp", "jc_lost_control_tax")[rows] > 0).all()
        rows, _ = plants.active("TIC-003", month)
        farm = _column(month.index, "ctais_tp", "input_agri")[rows]
        total = _column(month.index, "ctais_tp", "vat_input")[rows]
        assert (farm[total > 0] / total[total > 0] > 0.5).all()


def test_nobody_else_has_lost_control_invoices() -> None:
    rows, _ = _world().plants.active("VAT-016", Month(20))
    found = np.flatnonzero(_column(20, "jc_tp", "jc_lost_control_tax") > 0)
    assert found.tolist() == rows.tolist()


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.code)
def test_half_to_three_percent_of_a_population_are_planted(spec: Spec) -> None:
    planted = {plant.code: plant for plant in _world().plants.all()}[spec.code]
    normal = _world().bureau.frame.reg_status == "normal"
    population = int((getattr(_world().traits.groups, spec.group) & normal).sum())
    assert 0 < len(planted.rows) <= max(1, round(population * 0.0301 + 1))


def test_true_causes_are_shared_35_25_30_10() -> None:
    causes = np.concatenate([plant.cause for plant in _world().plants.all()])
    names, counts = np.unique(causes, return_counts=True)
    shares = dict(zip(names.tolist(), (counts / counts.sum()).tolist(), strict=True))
    wanted = {"concealed": 0.35, "error": 0.25, "legitimate": 0.30, "data_error": 0.10}
    assert all(abs(shares[name] - share) < 0.05 for name, share in wanted.items())


def test_income_tax_rows_of_2005_name_only_firms_that_existed() -> None:
    sheet = months.sheet_of_year(_world(), 2005)
    registered = _world().bureau.registration.registered_on[sheet.rows]
    assert sheet.period == 200512
    assert (registered < np.datetime64("2005-01-01")).all()


@pytest.mark.scale
def test_same_bureau_and_seed_give_the_same_bytes(written: Path, tmp_path: Path) -> None:
    files.write(bureau.build("sample"), _REGISTRY, tmp_path)
    first, again = (
        {
            path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in root.rglob("*.csv")
        }
        for root in (written, tmp_path)
    )
    assert first == again
    assert len(first) > 100


@pytest.mark.scale
def test_register_comes_first_in_its_delivery(written: Path) -> None:
    for delivery in files.DELIVERIES:
        names = [path.stem for path in files.files_of(written, delivery)]
        assert "ctais_t" not in names[1:]


@pytest.mark.scale
def test_truth_stays_outside_the_deliveries(written: Path) -> None:
    with (written / files.TRUTH).open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert {row["indicator"] for row in rows} == {spec.code for spec in SPECS}
    assert all(row["first"] <= row["last"] for row in rows)
    assert not list(written.glob("*/truth.csv"))


def test_month_without_sales_has_neither_output_nor_tax() -> None:
    sold = returns.trading(
        np.random.default_rng(1),
        _world(),
        Month(20),
        np.zeros(_world().bureau.count, np.bool_),
    )
    assert not sold.total.any()
    assert not returns.vat(_world(), Month(20), sold, Ledger(_world().bureau.count))[
        "vat_payable"
    ].any()
