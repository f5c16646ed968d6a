"""What the statements of a run find, plain Python finds from the same facts."""

import random
from collections.abc import Mapping
from decimal import Decimal

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from caseflow.detection import evidence, histories, recomputation, tax_warnings
from caseflow.detection.runs import TaxWarning
from caseflow.detection.terms import cells
from caseflow.detection.thresholds import MILLION
from tests.support import lakes
from tests.unit.detection.conftest import TAXPAYERS, Screened


@pytest.fixture(scope="module")
def warnings(screened: Screened) -> Mapping[tuple[int, str], TaxWarning]:
    found = tax_warnings.read(screened.root, screened.run, screened.catalogue)
    return {(each.tp, each.indicator): each for each in found}


def test_every_value_of_every_indicator_is_found_again(screened: Screened) -> None:
    plans = {
        each.code: screened.catalogue.plan(each, lakes.LAST).term
        for each in screened.catalogue.due(lakes.LAST)
    }
    asked = list({cell for term in plans.values() for cell in cells(term)})
    values = screened.root / screened.run.files["values"]
    with duckdb.connect() as con:
        table = con.read_parquet(str(values)).order("tp").fetchall()
        names = con.read_parquet(str(values)).columns
        for row in table[::4]:
            months, state = recomputation.facts(
                con,
                screened.catalogue,
                screened.snapshot,
                lakes.LAST,
                asked,
                root=screened.root,
                tp=row[0],
            )
            inputs = {each: evidence.cell(each, months, state) for each in asked}
            found = {
                code: evidence.rounded(term, evidence.evaluate(term, inputs))
                for code, term in plans.items()
            }
            stored = dict(zip(names, row, strict=True))
            assert found == {code: stored[code] for code in plans}


def test_hits_and_misses_with_their_limits_and_peers_are_found_again(
    screened: Screened, warnings: Mapping[tuple[int, str], TaxWarning]
) -> None:
    chance = random.Random(4)
    codes = [each.code for each in screened.catalogue.due(lakes.LAST)]
    compared = [code for code in codes if screened.catalogue.indicators[code].threshold.needs_peers]
    asked = [*chance.sample(sorted(warnings), 20)]
    asked += [(chance.randint(1, TAXPAYERS), code) for code in (*compared, *codes[::8])]
    for tp, code in asked:
        found = recomputation.recompute(
            screened.catalogue,
            screened.snapshot,
            screened.run,
            root=screened.root,
            tp=tp,
            code=code,
        )
        warning = warnings.get((tp, code))
        assert found.is_hit == (warning is not None), (tp, code)
        if warning is not None and warning.value is not None and warning.threshold is not None:
            assert found.value == warning.value * MILLION
            assert warning.threshold * MILLION in (found.low, found.high)
        if warning is not None and warning.peers is not None and found.peers is not None:
            assert found.peers.mean == warning.peers.mean * MILLION
            assert found.peers.p75 == warning.peers.p75 * MILLION


def test_some_hits_are_held_against_peers(
    warnings: Mapping[tuple[int, str], TaxWarning],
) -> None:
    compared = {each.indicator for each in warnings.values() if each.peers is not None}
    assert {"VAT-001", "TIC-002", "INV-015"} <= compared


def test_the_chart_shows_the_figures_of_the_warning(
    screened: Screened, warnings: Mapping[tuple[int, str], TaxWarning]
) -> None:
    compared = [each for each in warnings.values() if each.peers is not None]
    for warning in compared[::9]:
        found = histories.of_taxpayer(
            screened.catalogue, warning.tp, {warning.indicator: [lakes.LAST]}, root=screened.root
        )
        (point,) = found[warning.indicator]
        assert warning.peers is not None
        assert point.value == warning.value
        assert (point.p25, point.p75) == (warning.peers.p25, warning.peers.p75)
        assert warning.threshold in (point.low, point.high)


@given(st.lists(st.integers(-(10**15), 10**15), min_size=20, max_size=300))
def test_a_percentile_is_a_value_of_the_group_in_its_order(values: list[int]) -> None:
    found = evidence.peers(4, "", values, 1)
    assert found.p25 <= found.p50 <= found.p75
    assert {found.p25, found.p50, found.p75} <= set(values)


def test_one_value_in_a_hundred_is_left_out_at_each_end() -> None:
    assert evidence.trimmed(list(range(99)), 1) == list(range(99))
    assert evidence.trimmed(list(range(200)), 1) == list(range(2, 198))


def test_a_group_without_spread_gives_no_limit() -> None:
    threshold = lakes.indicators().indicators["TIC-002"].threshold
    group = evidence.peers(4, "", [0] * 30, 1)
    assert evidence.limits(threshold, group) == (None, None)


def test_the_limit_itself_is_a_hit_only_where_the_threshold_says_so() -> None:
    indicators = lakes.indicators().indicators
    three = 3 * MILLION
    assert evidence.is_hit(indicators["FIL-009"].threshold, three, None, three)
    assert not evidence.is_hit(indicators["REG-006"].threshold, 5 * MILLION, None, 5 * MILLION)


def test_values_are_rounded_half_up_to_millionths() -> None:
    term = lakes.indicators().plan(lakes.indicators().indicators["VAT-001"], lakes.LAST).term
    assert evidence.rounded(term, 0.0000005) == 1
    assert evidence.rounded(term, -0.0000005) == 0
    assert evidence.rounded(term, 1e13) is None
    assert Decimal(evidence.rounded(term, 0.3) or 0) / MILLION == Decimal("0.3")
