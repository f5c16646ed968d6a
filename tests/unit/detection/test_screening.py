"""A run: the worked examples of the catalogue, once and only once, and what it leaves behind."""

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import pytest

from caseflow.detection import screening, tax_warnings
from caseflow.detection.runs import Run, TaxWarning
from caseflow.lake import batches
from tests.support import lakes

STATE = "taxpayer_id,period,vat_class,industry_code,vat_rate_main\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "lake"


def take_in(root: Path, *contents: str) -> None:
    for at, content in enumerate(contents):
        path = root.parent / f"{at}.csv"
        path.write_text(content, encoding="utf-8")
        lakes.take_in(root, path)


def screen(root: Path, *codes: str, period: int = lakes.LAST) -> Run:
    return screening.screen(
        lakes.indicators(), batches.snapshot(root), period, root=root, indicators=codes
    )


def warnings(root: Path, run: Run) -> list[TaxWarning]:
    return list(tax_warnings.read(root, run, lakes.indicators()))


def shops(burdens: Sequence[int]) -> list[str]:
    """Hardware shops with the same sales of a quarter and the given VAT payable."""
    states = "".join(f"{tp},200901,general,6310,0.17\n" for tp in range(1, len(burdens) + 1))
    months = "".join(
        f"{tp},{month},140000,{burden / 3:.2f}\n"
        for tp, burden in enumerate(burdens, start=1)
        for month in (200910, 200911, 200912)
    )
    return [STATE + states, "taxpayer_id,period,sales_taxable,vat_payable\n" + months]


def test_the_burden_of_a_hardware_shop_is_far_below_its_peers(root: Path) -> None:
    take_in(root, *shops([4200] + [6930] * 51))
    (found,) = warnings(root, screen(root, "VAT-001"))
    assert (found.tp, found.value, found.side) == (1, Decimal("0.01"), "low")
    assert found.peers is not None
    assert (found.peers.count, found.peers.mean) == (52, Decimal("0.016375"))
    assert found.threshold == Decimal("0.011463")
    assert (found.severity, found.points) == (1, Decimal("1.5"))
    assert found.estimated_tax == Decimal("614.46")
    assert {each.field: each.value for each in found.inputs} == {
        "vat_payable": "4200",
        "sales_taxable": "420000",
    }


def test_below_twenty_peers_no_peer_threshold_applies(root: Path) -> None:
    take_in(root, *shops([4200] + [6930] * 18))
    assert warnings(root, screen(root, "VAT-001")) == []


def test_a_narrow_trade_is_compared_with_its_wider_trade(root: Path) -> None:
    state, months = shops([4200] + [6930] * 30)
    take_in(root, state.replace("1,200901,general,6310", "1,200901,general,6399", 1), months)
    (found,) = warnings(root, screen(root, "VAT-001"))
    assert found.peers is not None
    assert (found.peers.digits, found.peers.group) == (2, "63|general|0")


def test_electricity_tells_more_sales_than_declared(root: Path) -> None:
    take_in(
        root,
        STATE + "1,200901,general,3110,0.17\n",
        "taxpayer_id,period,fg_qty_beg,fg_qty_end,unit_price\n"
        "1,200910,500,400,80\n1,200911,400,350,80\n1,200912,350,300,80\n",
        "taxpayer_id,period,dy_kwh\n1,200910,16000\n1,200911,16000\n1,200912,16000\n",
        "taxpayer_id,period,sales_taxable\n1,200910,60000\n1,200911,100000\n1,200912,100000\n",
        "industry_code,period,std_kwh_per_unit\n31,200801,12\n",
    )
    (found,) = warnings(root, screen(root, "TPD-013"))
    assert found.value == Decimal("0.22619")
    assert found.estimated_tax == Decimal("12920.00")


def test_three_zero_returns_in_a_row_are_a_hit(root: Path) -> None:
    rows = "".join(f"{tp},{month},是\n" for tp in (1, 2) for month in (200911, 200912))
    take_in(root, "taxpayer_id,period,zero_filing\n" + rows + "1,200910,是\n2,200910,否\n")
    (found,) = warnings(root, screen(root, "FIL-009"))
    assert (found.tp, found.value) == (1, Decimal(3))


def test_what_is_unknown_is_never_a_hit_but_counted(root: Path) -> None:
    take_in(root, "taxpayer_id,period,fw_void,fw_used\n1,200912,5,\n2,200912,0,0\n3,200912,5,5\n")
    run = screen(root, "INV-004")
    assert [each.tp for each in warnings(root, run)] == [3]
    coverage = run.coverage["INV-004"]
    assert (coverage.population, coverage.missing, coverage.hits) == (1, 2, 1)


def test_an_indicator_that_hits_too_many_is_quarantined(root: Path) -> None:
    rows = "".join(f"{tp},200912,{1 if tp <= 9 else 0}\n" for tp in range(1, 41))
    take_in(root, "taxpayer_id,period,jc_lost_control_tax\n" + rows)
    assert screen(root, "VAT-016").quarantined == ("VAT-016",)


def test_the_same_facts_give_the_same_run_and_the_same_fingerprints(root: Path) -> None:
    take_in(root, *shops([4200] + [6930] * 51))
    first = screen(root, "VAT-001")
    assert screen(root, "VAT-001") == first
    take_in(root, "taxpayer_id,period,dy_kwh\n1,200912,5\n")
    second = screen(root, "VAT-001")
    assert second.key != first.key
    assert second.checksum == first.checksum
    assert [each.fingerprint for each in warnings(root, second)] == [
        each.fingerprint for each in warnings(root, first)
    ]


def test_a_warning_names_the_batches_of_its_facts(root: Path) -> None:
    take_in(root, *shops([4200] + [6930] * 51), "taxpayer_id,period,dy_kwh\n1,200912,5\n")
    (found,) = warnings(root, screen(root, "VAT-001"))
    kinds = {each.sha256: each.kind for each in batches.snapshot(root).batches}
    assert [kinds[each] for each in found.batches] == ["ctais_tp"]


def test_a_corrected_fact_clears_the_warning_of_the_next_run(root: Path) -> None:
    take_in(root, *shops([4200] + [6930] * 51))
    screen(root, "VAT-001")
    take_in(root, "taxpayer_id,period,vat_payable\n1,200912,4130\n")
    assert warnings(root, screen(root, "VAT-001")) == []


def test_nothing_taken_in_gives_an_empty_run(root: Path) -> None:
    run = screening.screen(lakes.indicators(), batches.snapshot(root), lakes.LAST, root=root)
    assert (run.warning_count, warnings(root, run)) == (0, [])


def test_stages_are_told_while_it_runs(root: Path) -> None:
    take_in(root, "taxpayer_id,period,zero_filing\n1,200912,是\n")
    told: list[str] = []
    screening.screen(
        lakes.indicators(),
        batches.snapshot(root),
        lakes.LAST,
        root=root,
        indicators=("FIL-009",),
        progress=lambda stage, _done, _all: told.append(stage),
    )
    assert told == ["panels", "inputs", "values", "peers", "hits", "done"]
