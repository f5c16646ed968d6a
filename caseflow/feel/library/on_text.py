"""Built-in functions on text. Positions count characters, not bytes, and begin at 1."""

from __future__ import annotations

from decimal import Decimal

from caseflow.feel.library.register import built_in, whole
from caseflow.feel.patterns import BadPattern, Program, Work, compile_pattern, search
from caseflow.feel.typesystem import ANY, BOOLEAN, NUMBER, STRING, list_of
from caseflow.feel.values import text as written

_PAIR = {"string": STRING, "match": STRING}


@built_in("string", {"from": ANY}, STRING)
def _string(value: object) -> str | None:
    return None if value is None else written(value)


@built_in("string length", {"string": STRING}, NUMBER, words=("{0}的长度", "length of {0}"))
def _length(text: str) -> Decimal:
    return Decimal(len(text))


@built_in(
    "substring",
    {"string": STRING, "start position": NUMBER, "length": NUMBER},
    STRING,
    required=2,
)
def _substring(text: str, start: Decimal, length: Decimal | None = None) -> str | None:
    first = whole(start)
    count = len(text) if length is None else int(min(length, Decimal(len(text))))
    if not first or abs(first) > len(text) or count < 1:
        return None
    begin = first - 1 if first > 0 else len(text) + first
    return text[begin : begin + count]


@built_in("upper case", {"string": STRING}, STRING)
def _upper(text: str) -> str:
    return text.upper()


@built_in("lower case", {"string": STRING}, STRING)
def _lower(text: str) -> str:
    return text.lower()


@built_in("substring before", _PAIR, STRING)
def _before(text: str, match: str) -> str:
    return text.partition(match)[0] if match and match in text else ""


@built_in("substring after", _PAIR, STRING)
def _after(text: str, match: str) -> str:
    return text.partition(match)[2] if match else text


@built_in("contains", _PAIR, BOOLEAN, words=("{0}含有{1}", "{0} contains {1}"))
def _contains(text: str, match: str) -> bool:
    return match in text


@built_in("starts with", _PAIR, BOOLEAN, words=("{0}以{1}开头", "{0} starts with {1}"))
def _starts(text: str, match: str) -> bool:
    return text.startswith(match)


@built_in("ends with", _PAIR, BOOLEAN, words=("{0}以{1}结尾", "{0} ends with {1}"))
def _ends(text: str, match: str) -> bool:
    return text.endswith(match)


@built_in("string join", {"list": list_of(STRING), "delimiter": ANY}, STRING, required=1)
def _join(parts: list[str | None], delimiter: object = None) -> str | None:
    if not isinstance(delimiter, str | None):
        return None
    return (delimiter or "").join(part for part in parts if part is not None)


@built_in(
    "matches",
    {"input": STRING, "pattern": STRING, "flags": ANY},
    BOOLEAN,
    required=2,
    is_metered=True,
)
def _matches(text: str, pattern: str, flags: object = None, *, work: Work) -> bool | None:
    program = _program(pattern, flags, work)
    return None if program is None else bool(search(program, text, work))


@built_in(
    "replace",
    {"input": STRING, "pattern": STRING, "replacement": STRING, "flags": ANY},
    STRING,
    required=3,
    is_metered=True,
)
def _replace(
    text: str, pattern: str, replacement: str, flags: object = None, *, work: Work
) -> str | None:
    program = _program(pattern, flags, work)
    parts = _template(replacement, program.groups) if program else None
    if program is None or parts is None:
        return None
    made: list[str] = []
    done = 0
    for found in search(program, text, work):
        if found.start == found.end:
            return None
        groups = (text[found.start : found.end], *found.groups)
        made.append(text[done : found.start])
        made += [part if isinstance(part, str) else groups[part] for part in parts]
        done = found.end
    return "".join(made) + text[done:]


@built_in("split", {"string": STRING, "delimiter": STRING}, list_of(STRING), is_metered=True)
def _split(text: str, delimiter: str, *, work: Work) -> list[str] | None:
    program = _program(delimiter, None, work)
    if program is None:
        return None
    parts: list[str] = []
    done = 0
    for found in search(program, text, work):
        if found.end > found.start:
            parts.append(text[done : found.start])
            done = found.end
    return [*parts, text[done:]]


def _program(pattern: str, flags: object, work: Work) -> Program | None:
    work.spend(10 + 5 * len(pattern))
    if not isinstance(flags, str | None):
        return None
    try:
        return compile_pattern(pattern, flags or "")
    except BadPattern:
        return None


def _template(replacement: str, groups: int) -> list[str | int] | None:
    """Read a replacement: ``$1`` is a group, a backslash stands before a sign; else null."""
    parts: list[str | int] = []
    at = 0
    while at < len(replacement):
        sign, following = replacement[at], replacement[at + 1 : at + 2]
        if sign == "\\":
            if following not in ("\\", "$"):
                return None
            parts.append(following)
            at += 2
        elif sign == "$":
            if not following or following not in "0123456789":
                return None
            group = int(following)
            parts.append(group if group <= groups else "")
            at += 2
        else:
            parts.append(sign)
            at += 1
    return parts
