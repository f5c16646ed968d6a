"""More than a hundred texts meant to do harm: each is refused or gives a plain value."""

import sys
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import partial
from threading import get_ident

import pytest

from caseflow import feel
from tests.support.full_width import wide

SCOPE = feel.Scope({"x": feel.ANY, "xs": feel.list_of(feel.NUMBER), "s": feel.STRING})
VALUES: dict[str, object] = {"x": {"a": 1}, "xs": [1, 2, 3], "s": "text"}
PLAIN = (type(None), bool, str, Decimal, date, time, datetime, timedelta, feel.YearsMonths)

REACHING_FOR_PYTHON = """
__import__('os').system('id')
__import__("os").system("id")
eval("1")
exec("import os")
open("/etc/passwd")
().__class__.__base__.__subclasses__()
[].__class__.__mro__[1].__subclasses__()
"".__class__
s.__class__.__init__.__globals__
x.__class__
x.__dict__
x.__init__
x["__class__"]
(1).__class__.__bases__[0]
s.format
s.format(x)
"{0.__class__}".format(s)
f"{s}"
'text'
lambda: 1
lambda x: x
[i for i in xs]
{i: i for i in xs}
(yield 1)
await x
x := 1
x == 1
x is x
not x
x if true else 1
x and __import__("os")
xs.__len__()
globals()
locals()
vars()
dir()
getattr(x, "a")
setattr(x, "a", 1)
type(x)
super()
print(1)
input()
breakpoint()
compile("1", "", "eval")
memoryview(s)
bytes(s)
object()
x.a.__class__.__name__
import os
import os; os.system("id")
from os import system
del x
assert false
raise x
while true: 1
def f(): 1
class A: 1
@property
print `id`
$(id)
`id`
${x}
{{7*7}}
<% 1 %>
{% import os %}
#{7*7}
%s
%(x)s
'; DROP TABLE cases; --
1; DROP TABLE cases
1 OR 1=1
x' or '1'='1
(select 1)
read_csv("/etc/passwd")
load_file("/etc/passwd")
function(a) external {java: {class: "java.lang.Runtime", method signature: "exec(String)"}}
(function(a) external {python: "os.system"})("id")
function(a: number) external
java.lang.Runtime.getRuntime()
T(java.lang.Runtime).getRuntime()
#root
x?.a
x!.a
x->a
x::a
x[::-1]
xs[0:2]
xs[1,2]
x.a = 1; x
x += 1
x++
--x
~x
!x
x % 2
x // 2
x & 1
x | 1
x ^ 1
x << 60
1 << 999999999
x @ x
0x7fffffff
0b11
0o17
1_000_000
1j
1e
1.e5
1..2..3
1...2
∞
NaN
Infinity
-Infinity + 1
number("NaN")
number("Infinity")
number("١٢٣")
@"NaN"
@"9999999999-01-01"
date(99999999999, 1, 1)
date("0000-01-01")
time("24:00:00")
duration("P99999999999999999999Y")
<script>alert(1)</script>
"<script>alert(1)</script>"
"\\u0000"
"\\uD800"
"\\U110000"
"\\x41"
"unterminated
"a" "b"
\\
\\u0061
/*
/* /* */ */
//
]
][
)(
}{
..
...
,
:
?
@
@@
@"
[..]
[1..]
[..1]
(..)
{a}
{a:}
{:1}
{"a": }
{a: 1,, b: 2}
sum(,)
sum(1,)
f(1)(2)(3)
x(x)(x)
null()
null.null
true.false
if
if if if
for
for for in in
some every
every x in
function
function(
in in in
and
or or
between and
not
not()
not(1, 2)
instance of
x instance of
x instance of of
list<
list<list<list<list<number>>>>
""".strip().splitlines()


COSTLY = """
some i in 1..1000000 satisfies i < 0
some i in 1..300, j in 1..300 satisfies i * j < 0
every i in 1..1000000 satisfies every j in 1..1000000 satisfies i >= j
sum(for i in 1..9000 return i)
sort(for i in 1..5000 return -i, function(a, b) a < b)
sort(for i in 1..900 return modulo(i * 7919, 1009), function(a, b) a < b)
distinct values(for i in 1..9000 return i)
some i in 1..100000 satisfies string join(for j in 1..100 return "aaaa") = ""
some i in 1..100000 satisfies matches("aaaaaaaaaaaaaaaaaaaaaaaab", "(a+)+$")
some i in 1..100000 satisfies replace("aaaaaaaaaaaaaaaaaaaaaaaa", "(a|b)*c", "") = ""
some i in 1..100000 satisfies split("a,b,c,d,e,f", ",") = []
some i in 1..100000 satisfies exp(1.234567) ** 0.33333 = 1
some i in 1..100000 satisfies log(1.2345e600) = 1
some i in 1..100000 satisfies sqrt(2) = 1
some i in 1..100000 satisfies 1.234 ** 1234567.1234 = 1
some i in 1..100000 satisfies stddev([1, 2, 3, 4, 5, 6, 7, 8, 9]) = 1
some i in 1..100000 satisfies date("2020-01-01") + duration("P1D") * i = @"2020-01-01"
some i in 1..100000 satisfies date and time("2020-01-01T10:00:00@Europe/Paris") = null
some i in 1..100000 satisfies time("10:00:00@Europe/Paris") = null
some i in 1..100000 satisfies range("[1..2]") = null
some i in 1..100000 satisfies decimal(1.23456, 3) = 1
some i in 1..100000 satisfies modulo(1e6000, 3) = 1
some i in 1..100000 satisfies floor(1e6000) = 1
some i in 1..100000 satisfies mode(xs) = []
some i in 1..100000 satisfies median([3, 1, 2]) = 1
some i in 1..100000 satisfies concatenate(xs, xs) = []
some i in 1..100000 satisfies string(xs) = ""
some i in 1..100000 satisfies get entries({a: xs, b: xs}) = []
some i in 1..100000 satisfies context merge([{a: 1}, {b: 2}]) = {}
some i in 1..100000 satisfies {a: {b: {c: i}}}.a.b.c < 0
some i in 1..100000 satisfies (function(n) n + 1)(i) < 0
some i in 1..100000 satisfies xs[item > 3] = []
for i in 1..5000 return string(i)
for i in 1..2000 return count(partial)
for i in 1..40 return partial
for i in 1..9999 return [i, i, i, i]
(function(f, n) f(f, n))(function(f, n) if n = 0 then 0 else f(f, n - 1) + f(f, n - 1), 20)
""".strip().splitlines()


UNSEEN = [
    "\x00",
    "x\x00",
    '"\x00"',
    "x\x1b[2J",
    "\u202ex",
    "x\u2066",
    "\ufeffx",
    "x\u200b",
    "\ud800",
    '"\ud800"',
    "\udfff",
    "x\u0000\u0301",
    "\U000e0001x",
    "е",  # noqa: RUF001 - a Cyrillic letter that looks like a Latin one
    wide("x.a"),
    wide('__import__("os").system("id")'),
    "\r\n\t\v\f",
    "x" * 10_000,
    "(" * 10_000,
    "[" * 1_999,
    "{a:" * 600,
    "-" * 1_999,
    "not(" * 499,
    "if x then " * 199,
    "1+" * 999 + "1",
    "x." * 999 + "x",
    "xs[" * 600,
    "/*" * 999,
    '"' * 1_999,
    "\\" * 1_999,
    "@" * 1_999,
    "1" * 1_999,
    "1." + "0" * 1_900,
    "1e" + "9" * 1_900,
    "." * 1_999,
    "a " * 999,
    "“" * 999,
    '"' + "\\u" * 900 + '"',
    "for i in 1..9 return " * 90 + "1",
    "(function(f) f(f))(function(f) f(f))",
]


def is_plain(value: object) -> bool:
    if isinstance(value, list):
        return all(map(is_plain, value))
    if isinstance(value, dict):
        return all(isinstance(name, str) and is_plain(each) for name, each in value.items())
    return isinstance(value, PLAIN)


def test_there_are_more_than_two_hundred() -> None:
    assert len(set(REACHING_FOR_PYTHON + COSTLY + UNSEEN)) > 200


@pytest.mark.parametrize(
    "text", REACHING_FOR_PYTHON + COSTLY + UNSEEN, ids=lambda text: ascii(text)[:40]
)
def test_it_is_refused_or_gives_a_plain_value(text: str) -> None:
    for scope in (SCOPE, feel.Scope(SCOPE.names, mismatch="null")):
        assert is_harmless(text, scope)


def test_python_never_compiles_runs_imports_or_opens_anything_for_a_text() -> None:
    barred = {"compile", "exec", "import", "open", "os.system", "subprocess.Popen"}
    seen: list[str] = []
    armed: list[bool] = []
    here = get_ident()

    def watch(event: str, _arguments: object) -> None:
        if armed and event in barred and get_ident() == here:
            seen.append(event)

    sys.addaudithook(watch)
    for text in REACHING_FOR_PYTHON:
        is_harmless(text, SCOPE)
    armed.append(True)
    for text in REACHING_FOR_PYTHON + UNSEEN:
        is_harmless(text, SCOPE)
    eval(compile("1", "", "eval"))  # noqa: S307 - shows that the watch is awake
    armed.clear()
    assert seen == ["compile", "exec"]


def is_harmless(text: str, scope: feel.Scope) -> bool:
    for parse in (feel.parse, partial(feel.parse_unary, input_type=feel.NUMBER)):
        try:
            found = parse(text, scope)
            feel.say(found, "zh")
            if not is_plain(found.evaluate({**VALUES, "?": 1})):
                return False
        except feel.FeelError as error:
            if not (error.say("zh") and error.say("en")):
                return False
    return True
