"""Cells of decision tables: unary tests."""

from datetime import date

import pytest

from caseflow import feel

SCOPE = feel.Scope({"limit": feel.NUMBER, "signs": feel.list_of(feel.STRING)})
STATUS = feel.one_of("normal", "suspended")


def passes(cell: str, input_type: feel.Type, value: object) -> object:
    values = {"?": value, "limit": 10, "signs": ["none"]}
    return feel.parse_unary(cell, SCOPE, input_type).evaluate(values)


@pytest.mark.parametrize(
    ("cell", "passing", "failing"),
    [
        ("-", [1, None], []),
        ("", [1, None], []),
        ("5", [5], [4]),
        ("1, 3", [1, 3], [2]),
        ("> 5", [6], [5]),
        (">= 5, < 1", [5, 0], [1]),
        ("= 5", [5], [4]),
        ("!= 5", [4], [5]),
        ("[1..5)", [1, 4], [5]),
        ("(1..5]", [2, 5], [1]),
        ("]1..5[", [2], [1, 5]),
        ("[1..2], [4..5]", [1, 4], [3]),
        ("not(5)", [4], [5]),
        ("not(1, > 5)", [2], [1, 6]),
        ("limit", [10], [9]),
        ("< limit * 2", [19], [20]),
        ("[1, 2]", [1, 2], [3]),
        ("? > 5 and ? < 8", [6], [5, 8]),
        ("odd(?)", [3], [4]),
        ("count(signs) > 0", [1, 2], []),
        ("null", [None], [1]),
        ("not(null)", [1], [None]),
        ("-1", [-1], [1]),
    ],
)
def test_cells_on_numbers(cell: str, passing: list[object], failing: list[object]) -> None:
    assert [passes(cell, feel.NUMBER, each) for each in passing] == [True] * len(passing)
    assert [passes(cell, feel.NUMBER, each) for each in failing] == [False] * len(failing)


@pytest.mark.parametrize(
    ("cell", "kind", "value", "expected"),
    [
        ('"a", "b"', feel.STRING, "b", True),
        ('not("a")', feel.STRING, "b", True),
        ('contains(?, "x")', feel.STRING, "axb", True),
        ('"normal"', STATUS, "normal", True),
        ("true", feel.BOOLEAN, True, True),
        ("false", feel.BOOLEAN, True, False),
        ("not(true)", feel.BOOLEAN, True, False),
        ('> date("2009-12-01")', feel.DATE, date(2009, 12, 31), True),
        ('[@"2009-01-01"..@"2010-01-01")', feel.DATE, date(2009, 12, 31), True),
        ("5", feel.ANY, 5, True),
        ('"a"', feel.ANY, 5, None),
        ("limit", feel.ANY, 10, True),
        ("[1..5]", feel.ANY, 3, True),
        ("signs", feel.STRING, "none", True),
        ("signs", feel.ANY, "none", True),
        ('list contains(?, "none")', feel.list_of(feel.STRING), ["none"], True),
        ('["none"]', feel.list_of(feel.STRING), ["none"], True),
        ("signs", feel.list_of(feel.STRING), ["none"], True),
        ("> 5", feel.NUMBER, None, None),
        ("not(> 5)", feel.NUMBER, None, None),
        ("? = null", feel.NUMBER, None, True),
    ],
)
def test_cells_on_other_kinds(cell: str, kind: feel.Type, value: object, expected: object) -> None:
    assert passes(cell, kind, value) is expected


@pytest.mark.parametrize(
    ("cell", "kind", "code"),
    [
        ('"x"', STATUS, "not_one_of"),
        ('not("x")', STATUS, "not_one_of"),
        ('"a"', feel.NUMBER, "wrong_operands"),
        ('> "a"', feel.NUMBER, "wrong_operands"),
        ("[1..5]", feel.STRING, "wrong_operands"),
        ("5,", feel.NUMBER, "unexpected_end"),
        ("5 6", feel.NUMBER, "unexpected"),
        ("not(5", feel.NUMBER, "unexpected_end"),
        ("? + 1", feel.NUMBER, "wrong_type"),
        ("not(5) and ? > 1", feel.NUMBER, "wrong_type"),
        ("lmit", feel.NUMBER, "unknown_name"),
        ("- 5 -", feel.NUMBER, "unexpected_end"),
    ],
)
def test_a_cell_that_cannot_be_meant_is_refused(cell: str, kind: feel.Type, code: str) -> None:
    with pytest.raises(feel.FeelError) as caught:
        feel.parse_unary(cell, SCOPE, kind)
    assert caught.value.code == code


def test_not_at_the_head_of_a_condition_is_a_function() -> None:
    assert passes("not(? > 5) and limit > 1", feel.NUMBER, 3) is True
    assert passes("not(odd(?)), 7", feel.NUMBER, 7) is True
