"""A million random expressions: none escapes, none takes more than a twentieth of a second.

Each is read in both ways of the language, said in both languages and computed, with the limits of
the product. ``CASEFLOW_TRUST=long`` counts the whole million, else a fiftieth.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from random import Random
from time import thread_time

import pytest
import yaml

from caseflow import feel
from caseflow.feel.library import BUILT_IN
from caseflow.feel.values import Closure, Interval
from tests.unit.feel.test_hostile import COSTLY, REACHING_FOR_PYTHON, UNSEEN

COUNT = 1_000_000 if os.environ.get("CASEFLOW_TRUST") == "long" else 20_000
SHARDS = 100
MOST_TIME = 0.05  # seconds of the processor
PLAIN = (type(None), bool, str, Decimal, date, time, datetime, timedelta, feel.YearsMonths, Closure)

NAMES = {
    "n": feel.NUMBER,
    "s": feel.STRING,
    "b": feel.BOOLEAN,
    "d": feel.DATE,
    "xs": feel.list_of(feel.NUMBER),
    "o": feel.ANY,
    "销售 收入": feel.NUMBER,
}
VALUES: dict[str, object] = {
    "n": Decimal("12.5"),
    "s": "大连市税务局" * 20,
    "b": None,
    "d": date(2009, 12, 31),
    "xs": list(range(300)),
    "o": {"a": [1, {"b": "x"}], "c": None},
    "销售 收入": 1,
    "?": 3,
}
SCOPES = (feel.Scope(NAMES), feel.Scope(NAMES, mismatch="null"))

WORDS = (
    *("if", "then", "else", "for", "in", "return", "some", "every", "satisfies", "and", "or"),
    *("not(", "between", "instance of", "function(", "external", "null", "true", "false", "?"),
    *("1", "0.5", "1e300", '"a"', '@"P1D"', '@"2009-12-31"', "[", "]", "(", ")", "{", "}"),
    *(":", ",", ".", "..", "=", "!=", "<", ">=", "+", "-", "*", "/", "**", "->", "item"),
    *("partial", "a", "number", "list<", ">", "＋", "（", "）", "“", "”", "\n", "\\", "//", "/*"),
    *NAMES,
    *(f"{name}(" for name in sorted(BUILT_IN)),
)
ATOMS = (
    *("1", "0", "-2", "0.1", "1e6000", "-1e-6000", "9999999999", "null", "true", "false"),
    *('""', '"a"', '"P1D"', '"2009-12-31"', '"(a+)+$"', '"[1..2]"', '"大"', '"\\u0000"'),
    *('@"P9Y"', '@"-P1DT1S"', '@"2009-12-31"', '@"10:00:00@Asia/Shanghai"', '@"9999-12-31"'),
    *("[1..5]", "(< 1)", "1..5", "1..100000", "-9..9", "partial", "item", "a", "x.a", *NAMES),
)
OPERATORS = ("+", "-", "*", "/", "**", "=", "!=", "<", "<=", ">", ">=", "and", "or", "in")
LETTERS = "abnsxo019._-+*/()[]{}<>=!?:,@'\"\\ \t\n\r\0\u00a0\u3000税＋（“\U0001f600\ud800\u202e"


def grown(random: Random, depth: int) -> str:
    """An expression by the grammar."""
    if depth == 0 or random.random() < 0.15:
        return random.choice(ATOMS)
    x = y = z = partial(grown, random, depth - 1)
    forms: tuple[Callable[[], str], ...] = (
        lambda: f"({x()} {random.choice(OPERATORS)} {y()})",
        lambda: f"{x()} {random.choice(OPERATORS)} {y()} {random.choice(OPERATORS)} {z()}",
        lambda: f"{random.choice(FUNCTIONS)}({', '.join(x() for _ in range(random.randrange(4)))})",
        lambda: f"[{', '.join(x() for _ in range(random.randrange(5)))}]",
        lambda: f"{{a: {x()}, b: {y()}}}.{random.choice('ab')}",
        lambda: f"({x()})[{y()}]",
        lambda: f"{random.choice('[(]')}{x()}..{y()}{random.choice('])[')}",
        lambda: f"for a in {x()} return {y()}",
        lambda: f"for a in {x()}, b in {y()} return {z()}",
        lambda: f"{random.choice(('some', 'every'))} a in {x()} satisfies {y()}",
        lambda: f"sort({x()}, function(a, b) {y()})",
        lambda: f"(function(a) {x()})({y()})",
        lambda: f"if {x()} then {y()} else {z()}",
        lambda: f"({x()}).{random.choice(('a', 'year', 'days', 'start', 'time offset'))}",
        lambda: f"{x()} between {y()} and {z()}",
        lambda: f"{x()} instance of {random.choice(('number', 'list<any>', 'date', 'range<any>'))}",
        lambda: f"not({x()})",
        lambda: f"-{x()}",
    )
    return random.choice(forms)()


def text(random: Random) -> str:
    """Random signs, random words, an expression by the grammar, or a real one with a fault."""
    match random.randrange(8):
        case 0:
            return "".join(random.choices(LETTERS, k=random.randrange(60)))
        case 1 | 2:
            return " ".join(random.choices(WORDS, k=random.randrange(1, 25)))
        case 3 | 4:
            return mutated(random, random.choice(REAL))
    return grown(random, random.randrange(1, 5))


def mutated(random: Random, of: str) -> str:
    """A text with pieces cut out, doubled, put elsewhere or changed."""
    for _ in range(random.randrange(1, 4)):
        start = random.randrange(len(of) + 1)
        end = min(len(of), start + random.randrange(12))
        piece = random.choice((of[start:end] * 2, "", random.choice(WORDS), random.choice(ATOMS)))
        of = of[:start] + piece + of[end:]
    return of


def _formulas() -> list[str]:
    """The formulas of the indicators as they are shipped."""
    found: list[str] = []
    for path in sorted((Path(__file__).parents[2] / "indicators").glob("*.yaml")):
        waiting = [yaml.safe_load(path.read_text(encoding="utf-8"))]
        while waiting:
            here = waiting.pop()
            if isinstance(here, dict):
                found += [here["formula"]] if isinstance(here.get("formula"), str) else []
                waiting += here.values()
            elif isinstance(here, list):
                waiting += here
    return found


FUNCTIONS = sorted(BUILT_IN)
REAL = [*_formulas(), *REACHING_FOR_PYTHON, *COSTLY, *(each for each in UNSEEN if len(each) < 200)]


def harmless(of: str) -> None:
    """Read, say and compute a text: a value of FEEL or a refusal in words, nothing else."""
    for scope in SCOPES:
        assert is_told(partial(feel.parse, of, scope))
        assert is_told(partial(feel.parse_unary, of, scope, feel.ANY))


def is_told(read: Callable[[], feel.Expression]) -> bool:
    try:
        found = read()
        said = (feel.say(found, "zh"), feel.say(found, "en"))
        return is_plain(list(said)) and is_plain(found.evaluate(VALUES))
    except feel.FeelError as error:
        return bool(error.say("zh") and error.say("en"))


def is_plain(value: object) -> bool:
    match value:
        case list():
            return all(map(is_plain, value))
        case dict():
            return all(isinstance(name, str) and is_plain(each) for name, each in value.items())
        case Interval():
            return is_plain(value.low) and is_plain(value.high)
    return isinstance(value, PLAIN)


def seconds(of: str) -> float:
    """The time of the processor that a text takes, the costliest of the ways to use it."""
    longest = 0.0
    for scope in SCOPES:
        start = thread_time()
        try:
            feel.parse(of, scope).evaluate(VALUES)
        except feel.FeelError as error:
            error.say("zh")
        longest = max(longest, thread_time() - start)
    return longest


@pytest.mark.parametrize("shard", range(SHARDS))
def test_random_expressions_are_harmless_and_quick(shard: int) -> None:
    random = Random(shard)
    slow: list[tuple[float, str]] = []
    for _ in range(COUNT // SHARDS):
        of = text(random)
        start = thread_time()
        harmless(of)
        if thread_time() - start > MOST_TIME:
            least = min(seconds(of) for _ in range(3))
            if least > MOST_TIME:
                slow.append((least, of))
    assert not slow


@pytest.mark.parametrize("of", REACHING_FOR_PYTHON + COSTLY + UNSEEN, ids=lambda of: ascii(of)[:40])
def test_hostile_expressions_are_quick(of: str) -> None:
    harmless(of)
    assert min(seconds(of) for _ in range(3)) <= MOST_TIME
