"""Regular expressions after XPath, on an engine whose work is bounded."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caseflow.feel.patterns import BadPattern, TooMuchWork, Work, compile_pattern, search

MOST = 200_000


def found(pattern: str, text: str, flags: str = "") -> list[str]:
    return [
        text[m.start : m.end] for m in search(compile_pattern(pattern, flags), text, Work(MOST))
    ]


@pytest.mark.parametrize(
    ("pattern", "text", "flags", "expected"),
    [
        ("bra", "abracadabra", "", ["bra", "bra"]),
        ("a.*?a", "abracadabra", "", ["abra", "ada"]),
        ("a.*a", "abracadabra", "", ["abracadabra"]),
        ("A+?", "AAA", "", ["A", "A", "A"]),
        (r"\d{3}", "12345678", "", ["123", "456"]),
        ("a{2,}", "aaaa a", "", ["aaaa"]),
        ("a{1,2}", "aaa", "", ["aa", "a"]),
        ("a{1,2}?", "aaa", "", ["a", "a", "a"]),
        ("a??b", "ab", "", ["ab"]),
        ("(?:ab|a)c", "abc ac", "", ["abc", "ac"]),
        ("^b", "a\nb", "", []),
        ("^b$", "a\nb\nc", "m", ["b"]),
        ("a.b", "a\nb", "", []),
        ("a.b", "a\nb", "s", ["a\nb"]),
        ("[a-c-[b]]", "abc", "", ["a", "c"]),
        ("[^a]", "ab", "", ["b"]),
        (r"[\d\-x]", "1-xy", "", ["1", "-", "x"]),
        (r"[\t-\n]", "\t", "", ["\t"]),
        (r"[+\--/]", "-./+", "", ["-", ".", "/", "+"]),
        ("[-a]", "-a", "", ["-", "a"]),
        ("[a-]", "-a", "", ["-", "a"]),
        (r"\p{Lu}\P{Lu}", "aBc", "", ["Bc"]),
        (r"\p{IsCJKUnifiedIdeographs}+", "税务ab", "", ["税务"]),
        (r"\w+\s\S", "ab c", "", ["ab c"]),
        (r"\i\c*", "a-1 1", "", ["a-1"]),
        (r"\.\$\\", ".$\\", "", [".$\\"]),
        (r"\n", "\n", "", ["\n"]),
        ("K", "\u212a", "i", ["\u212a"]),
        ("[^q]", "Q", "i", []),
        ("ß", "ß", "i", ["ß"]),
        ("a b [ ]", "ab ", "x", ["ab "]),
        (r"a\[ b", "a[b", "x", ["a[b"]),
        ("a.(", "a.(", "q", ["a.("]),
        ("", "ab", "", ["", "", ""]),
        ("(a*)*", "b", "", ["", ""]),
    ],
)
def test_what_is_found(pattern: str, text: str, flags: str, expected: list[str]) -> None:
    assert found(pattern, text, flags) == expected


def test_groups_are_what_they_took_last_and_empty_when_they_took_no_part() -> None:
    (match,) = search(compile_pattern("(?:(a)|(b))+"), "ab", Work(MOST))
    assert match.groups == ("a", "b")
    (match,) = search(compile_pattern("(x)?y"), "y", Work(MOST))
    assert match.groups == ("",)


@pytest.mark.parametrize(
    "pattern",
    [
        "(",
        ")",
        "(a",
        "a)",
        "[",
        "[]",
        "[a",
        "[z-a]",
        "[a-b-c]",
        "[0-9-.]*",
        "*",
        "a**",
        "+",
        "?",
        "{",
        "a{",
        "a{x}",
        "a{1,x}",
        "a{2,1}",
        "a{99999}",
        "a{1999}{2}",
        "(a{100}){100}",
        "a{999}a{999}a{999}",
        "}",
        "]",
        "\\",
        "(a)\\1",
        "\\0",
        "\\p{No Such}",
        "\\p{Lu",
        "\\pL",
        "\\q",
        "[a-[b]",
        "[a-[b]c]",
        "[[a]]",
        "(" * 30 + ")" * 30,
        "[a-" * 30 + "[b]" + "]" * 30,
        "a" * 1001,
        "|".join("a" * 500) * 2,
        "(?=a)",
    ],
)
def test_what_is_no_pattern_is_refused(pattern: str) -> None:
    with pytest.raises(BadPattern):
        compile_pattern(pattern)


def test_unknown_flags_are_refused() -> None:
    with pytest.raises(BadPattern):
        compile_pattern("a", "g")


def test_work_beyond_the_bound_is_stopped() -> None:
    with pytest.raises(TooMuchWork):
        search(compile_pattern("(?:a|b)*" * 100), "ab" * 4_000, Work(MOST))


PATTERN_PARTS = st.recursive(
    st.sampled_from(["a", "b", ".", "[ab]", "[^a]", "[0-9]", "1"]),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map("".join),
        st.tuples(inner, inner).map(lambda pair: f"(?:{pair[0]}|{pair[1]})"),
        inner.map(lambda part: f"({part})"),
        st.tuples(inner, st.sampled_from(["+", "?", "+?", "??", "{1,2}", "{2}"])).map(
            lambda pair: f"(?:{pair[0]}){pair[1]}",
        ),
    ),
    max_leaves=6,
)


@given(pattern=PATTERN_PARTS, text=st.text("ab1", max_size=8))
def test_it_finds_whether_and_where_as_python_does(pattern: str, text: str) -> None:
    theirs = re.search(pattern, text)
    ours = search(compile_pattern(pattern), text, Work(MOST))
    assert bool(ours) == bool(theirs)
    if theirs:
        assert ours[0].start == theirs.start()
