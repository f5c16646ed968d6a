"""What formulas mean: windows, nulls, exact sums; SQL and plain Python agree on any facts."""

from collections.abc import Mapping, Sequence

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from caseflow import feel
from caseflow.detection import evidence, sql, statements
from caseflow.detection.dialects import DUCKDB, POSTGRESQL
from caseflow.detection.evidence import Value
from caseflow.detection.formulas import Level, scope
from caseflow.detection.plan import Base, Planned, Planner, Span, Unplannable
from caseflow.detection.terms import Cell, Held, How, cells
from caseflow.detection.thresholds import MILLION
from tests.support import lakes

FORMULAS = (
    "vat_payable / sales_taxable",
    "chg(vat_payable / sales_taxable)",
    "chg(rev_main) - chg(cost_main)",
    "sales_taxable - 0.17 * vat_output + 1",
    "-(sales_taxable - base(sales_taxable)) / abs(prev(sales_taxable))",
    "ytd(vat_payable) / roll(sales_taxable, 3)",
    "min(vat_payable, 0.6 * vat_output, 1000)",
    "max(vat_payable, vat_output) / 3",
    "if vat_payable between 1 and 500 then 2 * vat_payable else vat_output",
    'where(vat_payable, reg_status in ("normal", "suspended") and not(zero_filing))',
    "streak(vat_carry_out > prev(vat_carry_out) or zero_filing)",
    "streak(fw_bought + ord_bought in (0, 1, 2))",
    "dy_kwh / std_kwh_per_unit * unit_price",
    "(inventory_end - inventory_beg) * vat_rate_main",
    "yl_pos_amount / (1 + vat_rate_main)",
    'industry_code >= "65" and industry_code < "66" or false',
    "gs_legal_rep_id != legal_rep_id",
    "fw_void * 3 - 1 >= fw_used or vat_payable <= -5000000",
)  # fmt: skip


def plan(text: str, *, span: Span = Span.QUARTER, base: Base = Base.YOY) -> Planned:
    registry = lakes.indicators().registry
    formula = feel.parse(text, scope(registry, Level.TAXPAYER))
    return Planner(registry, span, base, lakes.LAST).plan(formula.tree)


def value_of(cell: Cell) -> st.SearchStrategy[Value]:
    if cell.held is Held.TRUTH:
        return st.none() | st.booleans()
    if cell.held is Held.TEXT:
        return st.none() | st.sampled_from(["normal", "suspended", "6510", "66", "64", "甲"])
    small = st.integers(-3, 3)
    return st.none() | small | st.integers(-(10**13), 10**13)


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


@pytest.mark.parametrize("text", FORMULAS)
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_both_readings_agree_on_any_facts(
    con: duckdb.DuckDBPyConnection, text: str, data: st.DataObject
) -> None:
    term = plan(text).term
    asked = list(dict.fromkeys(cells(term)))
    row = st.fixed_dictionaries({each: value_of(each) for each in asked})
    rows = data.draw(st.lists(row, min_size=1, max_size=8))
    found = [evidence.rounded(term, evidence.evaluate(term, each)) for each in rows]
    assert in_sql(con, plan(text), asked, rows) == found


def in_sql(
    con: duckdb.DuckDBPyConnection,
    planned: Planned,
    asked: Sequence[Cell],
    rows: Sequence[Mapping[Cell, Value]],
) -> list[Value]:
    named = statements.columns(asked)
    kinds = {Held.TRUTH: "BOOLEAN", Held.TEXT: "VARCHAR"}
    columns = ", ".join(f"{named[each]} {kinds.get(each.held, 'BIGINT')}" for each in asked)
    con.execute(f"CREATE OR REPLACE TABLE inputs (n INTEGER, {columns})")
    for at, row in enumerate(rows):
        con.table("inputs").insert([at, *(row[each] for each in asked)])
    written = sql.value(planned.term, named, DUCKDB)
    return [row[0] for row in con.table("inputs").order("n").project(written).fetchall()]


def evaluate(text: str, facts: evidence.Facts, **rule: Base | Span) -> Value:
    planned = plan(text, **rule)  # type: ignore[arg-type]  # span or base, as named
    values = {each: evidence.cell(each, facts, {}) for each in cells(planned.term)}
    return evidence.rounded(planned.term, evidence.evaluate(planned.term, values))


def months(field: str, **values: int) -> evidence.Facts:
    return {int(name[1:]): {field: value} for name, value in values.items()}


def test_a_quarter_adds_the_months_that_have_a_value() -> None:
    facts = months("vat_payable", m200910=100, m200912=250, m200909=999)
    assert evaluate("vat_payable", facts) == 3_500_000


def test_opening_and_closing_values_are_the_first_and_the_last() -> None:
    facts = months("inventory_beg", m200911=100, m200912=900)
    assert evaluate("inventory_beg", facts) == MILLION
    facts = months("inventory_end", m200910=100, m200911=900)
    assert evaluate("inventory_end", facts) == 9 * MILLION


def test_the_base_is_the_same_period_a_year_ago_the_one_before_or_the_last_december() -> None:
    facts = months("vat_payable", m200812=100, m200911=300, m200912=400)
    assert evaluate("chg(vat_payable)", facts) == 6 * MILLION
    before = evaluate("base(vat_payable)", facts, span=Span.MONTH, base=Base.PREV)
    assert before == 3 * MILLION
    opening = evaluate("base(vat_payable)", facts, base=Base.OPEN)
    assert opening == MILLION


def test_a_change_from_loss_to_profit_is_positive() -> None:
    facts = months("profit_total", m200812=-100, m200912=100)
    assert evaluate("chg(profit_total)", facts) == 2 * MILLION


def test_a_missing_operand_and_a_zero_divisor_are_unknown() -> None:
    assert evaluate("vat_payable / sales_taxable", months("vat_payable", m200912=1)) is None
    facts = {200912: {"vat_payable": 1, "sales_taxable": 0}}
    assert evaluate("vat_payable / sales_taxable", facts) is None


def test_since_january_and_the_last_months_are_summed() -> None:
    facts = months("vat_payable", m200812=1, m200901=2, m200911=4, m200912=8)
    assert evaluate("ytd(vat_payable)", facts) == 140_000
    assert evaluate("roll(vat_payable, 13)", facts) == 150_000


def test_a_streak_ends_with_the_first_period_in_which_it_does_not_hold() -> None:
    facts: evidence.Facts = {
        200912: {"zero_filing": True},
        200911: {"zero_filing": True},
        200909: {"zero_filing": True},
    }
    assert evaluate("streak(zero_filing)", facts, span=Span.MONTH) == 2 * MILLION
    assert evaluate("streak(zero_filing)", {}, span=Span.MONTH) is None


def test_a_state_has_no_past() -> None:
    with pytest.raises(Exception, match="registered_capital"):
        plan("chg(registered_capital)")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("chg(vat_payable)", "no_base"),
        ("vat_payable ** 2", "not_supported"),
        ("count([vat_payable])", "not_supported"),
        ("ytd(vat_payable * 2)", "not_linear"),
        ("vat_payable in [1..5]", "not_supported"),
        ("some x in [vat_payable] satisfies x > 1", "not_supported"),
        ("if zero_filing then vat_payable else fw_used", "unit_mismatch"),
        ("min(vat_payable, dy_kwh)", "unit_mismatch"),
        ("vat_payable between 1 and fw_used", "unit_mismatch"),
    ],
)
def test_what_means_nothing_over_facts_is_refused(text: str, code: str) -> None:
    with pytest.raises(Unplannable) as refusal:
        plan(text, base=Base.NONE)
    assert refusal.value.code == code


def test_texts_are_compared_by_code_points_on_every_engine() -> None:
    term = plan('industry_code >= "65"').term
    named = {Cell("industry_code", lakes.LAST, lakes.LAST, How.STATE, Held.TEXT): "c"}
    assert 'COLLATE "C"' in sql.value(term, named, POSTGRESQL)
