"""Overlaps, conflicts and gaps of tables, found before they decide anything."""

from decimal import Decimal
from random import Random

import pytest

from caseflow import feel
from caseflow.engine import decisions
from caseflow.engine.findings import Finding
from tests.unit.engine.decisions.test_tables import dmn

NAMES = {"tax": feel.NUMBER, "signs": feel.BOOLEAN, "kind": feel.one_of("a", "b")}
DAY = 'date("2010-01-01")'


def findings(policy: str, rows: list[str], kind: feel.Type = feel.NUMBER) -> list[Finding]:
    _, found = decisions.read("t.dmn", dmn(f'hitPolicy="{policy}"', rows), {**NAMES, "tax": kind})
    return found


def codes(policy: str, rows: list[str], kind: feel.Type = feel.NUMBER) -> list[str]:
    return [each.code for each in findings(policy, rows, kind)]


@pytest.mark.parametrize(
    ("rows", "example"),
    [
        (['< 10; -; - -> "a"', '>= 9; -; - -> "b"'], "tax = 9"),
        (['<= 10; -; - -> "a"', '[10..20]; -; - -> "b"', '> 20; -; - -> "c"'], "tax = 10"),
        (['not(5); -; - -> "a"', '<= 5; -; - -> "b"'], "tax = 4"),
        (['1, 2, > 7; -; - -> "a"', '< 1, (1..2), > 2; -; - -> "b"'], "tax = 8"),
    ],
)
def test_rules_that_hold_together_are_an_error_of_unique(rows: list[str], example: str) -> None:
    found = [each for each in findings("UNIQUE", rows) if each.level == "error"]
    assert [each.code for each in found] == ["dmn_overlap"]
    assert example in found[0].say("en")
    assert example in found[0].say("zh")
    assert not codes("FIRST", rows) or codes("FIRST", rows) == ["dmn_gap"]


def test_rules_that_meet_but_do_not_overlap_are_right() -> None:
    rows = ['< 10; -; - -> "a"', '[10..20); -; - -> "b"', '>= 20; -; - -> "c"']
    assert codes("UNIQUE", rows) == []


def test_columns_are_looked_at_together() -> None:
    rows = ['< 10; true; - -> "a"', '< 10; false; "a" -> "b"', '>= 10; -; - -> "c"']
    assert codes("UNIQUE", rows) == ["dmn_gap"]
    said = findings("UNIQUE", rows)[0].say("en")
    assert "tax = 9, signs = false, kind = b" in said
    assert codes("UNIQUE", [*rows, '< 10; false; "b" -> "d"']) == []


def test_any_forbids_only_answers_that_differ() -> None:
    same = ['> 5; -; - -> "a"', '-; -; - -> "a"']
    assert codes("ANY", same) == []
    assert codes("ANY", [same[0], '-; -; - -> "b"']) == ["dmn_conflict"]


@pytest.mark.parametrize(
    ("rows", "example"),
    [
        (['< 10; -; - -> "a"', '> 10; -; - -> "b"'], "tax = 10"),
        (['>= 0; -; - -> "a"'], "tax = -1"),
        (['-; true; - -> "a"'], "signs = false"),
        (['-; -; "a" -> "a"'], "kind = b"),
        (['0; -; - -> "a"', '< 0; -; - -> "b"', '>= 1; -; - -> "c"'], "tax = 0.5"),
    ],
)
def test_input_that_no_rule_answers_is_a_warning(rows: list[str], example: str) -> None:
    (found,) = findings("FIRST", rows)
    assert (found.level, found.code) == ("warning", "dmn_gap")
    assert example in found.say("en")


def test_lists_and_defaults_leave_nothing_open() -> None:
    assert codes("COLLECT", ['> 5; -; - -> "a"']) == []
    typed = b'typeRef="string"/>'
    default = b'typeRef="string"><defaultOutputEntry><text>"z"</text></defaultOutputEntry></output>'
    content = dmn('hitPolicy="FIRST"', ['> 5; -; - -> "a"']).replace(typed, default)
    found, remarks = decisions.read("t.dmn", content, NAMES)
    assert not remarks
    assert found["table"].decide({"tax": 1}) == "z"


def test_days_have_nothing_between_them() -> None:
    rows = [f'< {DAY}; -; - -> "a"', f'{DAY}; -; - -> "b"', '>= date("2010-01-02"); -; - -> "c"']
    assert codes("UNIQUE", rows, feel.DATE) == []
    assert codes("UNIQUE", rows[:2], feel.DATE) == ["dmn_gap"]


def test_words_that_nobody_listed_may_come() -> None:
    rows = ['"x"; -; - -> "a"', '"y"; -; - -> "b"']
    (found,) = findings("UNIQUE", rows, feel.STRING)
    assert "tax = 其他" in found.say("zh")
    assert codes("UNIQUE", [*rows, 'not("x", "y"); -; - -> "c"'], feel.STRING) == []


@pytest.mark.parametrize(
    ("rows", "kind"),
    [
        (['> 5; -; - -> "a"', '? > 7; -; - -> "b"', '<= 5; -; - -> "c"'], feel.NUMBER),
        (['starts with(?, "x"); -; - -> "a"', 'starts with(?, "y"); -; - -> "b"'], feel.STRING),
        (['["a".."f"]; -; - -> "a"', '> "b"; -; - -> "b"'], feel.STRING),
        (['1; -; - -> "a"', '"x"; -; - -> "b"'], feel.ANY),
        (['[1, 2]; -; - -> "a"', '[2, 3]; -; - -> "b"'], feel.list_of(feel.NUMBER)),
    ],
)
def test_nothing_is_claimed_of_cells_that_are_unknown(rows: list[str], kind: feel.Type) -> None:
    assert codes("UNIQUE", rows, kind) == []


def test_largest_table_is_judged() -> None:
    rows = [f'[{at * 10}..{at * 10 + 10}); true; - -> "a"' for at in range(50)]
    assert codes("UNIQUE", rows) == ["dmn_gap"]


CELLS = (
    "-",
    "5",
    "< 3",
    ">= 3",
    "[3..7]",
    "(3..7)",
    "not(5)",
    "not(< 3, > 7)",
    "1, 5, > 7",
    "[5..9)",
)
GRID = [Decimal(half) / 2 for half in range(-2, 24)]


@pytest.mark.parametrize("seed", range(40))
def test_what_is_said_of_a_table_is_what_it_does(seed: int) -> None:
    random = Random(seed)
    rows = [
        f"{random.choice(CELLS)}; {random.choice(('-', 'true', 'false'))}; "
        f"{random.choice(('-', chr(34) + 'a' + chr(34), 'not(' + chr(34) + 'a' + chr(34) + ')'))}"
        f' -> "{number}"'
        for number in range(random.randrange(2, 6))
    ]
    inputs = [
        {"tax": tax, "signs": signs, "kind": kind}
        for tax in GRID
        for signs in (True, False)
        for kind in ("a", "b")
    ]
    collect, _ = decisions.read("t.dmn", dmn('hitPolicy="COLLECT"', rows), NAMES)
    counts = {len(collect["table"].hits(each)) for each in inputs}
    found = set(codes("UNIQUE", rows))
    assert ("dmn_gap" in found) == (0 in counts)
    assert ("dmn_overlap" in found) == any(count > 1 for count in counts)
