"""Small-cell suppression: each rule by itself, and no table that gives a hidden cell away."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as some

from caseflow.reckoning import small_cells
from caseflow.reckoning.small_cells import GRAND, Cell, Limits, Rule, Suppressed, Table

LIMITS = Limits()


def table(*rows: tuple[int, ...], kept: tuple[str, ...] = ()) -> Table:
    """Counts row by row; r0, r1 … and c0, c1 …"""
    names = tuple(f"r{at}" for at in range(len(rows)))
    columns = tuple(f"c{at}" for at in range(len(rows[0])))
    cells = {
        (name, column): Cell(count)
        for name, row in zip(names, rows, strict=True)
        for column, count in zip(columns, row, strict=True)
    }
    return Table(names, columns, cells, kept)


def suppressed(*rows: tuple[int, ...], kept: tuple[str, ...] = ()) -> Suppressed:
    return small_cells.suppress(table(*rows, kept=kept), LIMITS)


def test_one_or_two_households_are_hidden_and_three_are_not() -> None:
    found = suppressed((1, 2, 9), (2, 1, 9), (3, 4, 9))
    assert {key: rule for key, rule in found.counts.items() if rule is Rule.COUNT} == {
        ("r0", "c0"): Rule.COUNT,
        ("r0", "c1"): Rule.COUNT,
        ("r1", "c0"): Rule.COUNT,
        ("r1", "c1"): Rule.COUNT,
    }
    assert found.counts == {key: rule for key, rule in found.counts.items() if rule is Rule.COUNT}


def test_nothing_is_shown_as_nothing() -> None:
    found = suppressed((0, 5), (6, 0))
    assert (found.counts, found.amounts, found.hidden) == ({}, {}, 0)


def test_one_household_that_dominates_hides_amounts_and_keeps_the_count() -> None:
    amount, most, less = Decimal(100), Decimal(80), Decimal("79.99")
    cells = {
        ("a", "x"): Cell(5, (amount,), (most,), (amount,)),
        ("a", "y"): Cell(5, (amount,), (less,), (amount,)),
        ("b", "x"): Cell(9, (amount,), (less,), (amount,)),
        ("b", "y"): Cell(7, (amount,), (less,), (amount,)),
    }
    found = small_cells.suppress(Table(("a", "b"), ("x", "y"), cells), LIMITS)
    assert found.counts == {}
    assert found.amounts[("a", "x")] is Rule.DOMINANCE
    # The others are hidden because the sums of their row and column would give it away.
    assert {key for key, rule in found.amounts.items() if rule is Rule.SECONDARY} == {
        ("a", "y"),
        ("b", "x"),
        ("b", "y"),
    }


def test_smallest_other_cell_is_hidden_too_the_first_of_the_table_among_equals() -> None:
    found = suppressed((2, 7, 4, 4), (5, 6, 7, 8))
    assert found.counts[("r0", "c0")] is Rule.COUNT
    assert found.counts[("r0", "c2")] is Rule.SECONDARY
    assert ("r0", "c3") not in found.counts
    assert {("r1", "c0"), ("r1", "c2")} <= set(found.counts)


def test_where_nothing_else_can_be_hidden_the_total_is() -> None:
    found = suppressed((2, 0), (0, 9), (8, 8))
    assert found.counts[("r0", "")] is Rule.SECONDARY


def test_total_of_a_district_is_never_hidden_and_the_line_is_told() -> None:
    found = suppressed((2, 0), (0, 9), (8, 8), kept=("r0",))
    assert ("r0", "") not in found.counts
    assert ("r0", "") in found.open_lines


def test_ratio_is_hidden_with_either_of_its_parts() -> None:
    hidden = {("a", "x")}
    assert small_cells.ratio_is_hidden(hidden, ("a", "x"), ("a", "y"))
    assert small_cells.ratio_is_hidden(hidden, ("a", "y"), ("a", "x"))
    assert not small_cells.ratio_is_hidden(hidden, ("a", "y"), ("b", "x"))


def test_maxima_need_ten_households() -> None:
    key = ("a", "x")
    assert small_cells.order_is_hidden(set(), key, 9, LIMITS)
    assert not small_cells.order_is_hidden(set(), key, 10, LIMITS)
    assert small_cells.order_is_hidden({key}, key, 10, LIMITS)


def test_two_populations_that_differ_by_one_or_two() -> None:
    many = {str(each) for each in range(50)}
    assert small_cells.differ_by_few(many, many - {"1", "2"}, LIMITS)
    assert not small_cells.differ_by_few(many, many - {"1", "2", "3"}, LIMITS)
    assert not small_cells.differ_by_few(many, set(many), LIMITS)


_COUNTS = some.integers(1, 5).flatmap(
    lambda width: some.lists(some.tuples(*[some.integers(0, 12)] * width), min_size=1, max_size=5)
)


@given(_COUNTS, some.sets(some.sampled_from(["r0", "r1", "c0"])))
def test_no_line_gives_a_hidden_cell_away(rows: list[tuple[int, ...]], kept: set[str]) -> None:
    given_table = table(*rows, kept=tuple(kept))
    found = small_cells.suppress(given_table, LIMITS)
    for key, cell in given_table.cells.items():
        assert (key in found.counts) >= (0 < cell.households < LIMITS.min_cell)
        assert not (key in found.counts and cell.households == 0)
    assert set(found.counts) <= set(found.amounts)
    assert GRAND not in found.counts
    assert not {(row, "") for row in kept} & set(found.counts)
    lines = {
        **{(row, ""): [(row, each) for each in given_table.columns] for row in given_table.rows},
        **{("", each): [(row, each) for row in given_table.rows] for each in given_table.columns},
    }
    for total, keys in lines.items():
        hidden = sum(key in found.counts for key in keys)
        assert hidden != 1 or total in found.counts or total in found.open_lines
    for totals in (
        [(row, "") for row in given_table.rows],
        [("", each) for each in given_table.columns],
    ):
        hidden = sum(total in found.counts for total in totals)
        assert hidden != 1 or GRAND in found.open_lines


@given(_COUNTS)
def test_the_same_table_is_always_hidden_alike(rows: list[tuple[int, ...]]) -> None:
    one, other = suppressed(*rows), suppressed(*rows)
    assert (one.counts, one.amounts) == (other.counts, other.amounts)
