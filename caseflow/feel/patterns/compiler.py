"""A pattern into instructions for the machine; jumps are relative, so that parts can repeat."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from caseflow.feel.patterns import characters
from caseflow.feel.patterns.characters import CharacterSet

_MOST_CHARACTERS = 1_000
_MOST_INSTRUCTIONS = 2_000
_MOST_LEVELS = 24
_FLAGS = frozenset("smixq")
_SPECIAL = frozenset("\\|.-^?*+{}()[]$")
_CONTROL = {"n": "\n", "r": "\r", "t": "\t"}


class BadPattern(Exception):
    """The text is no pattern, or one that is too large."""


@dataclass(frozen=True, slots=True)
class Take:
    """Go on if the next character is in the set."""

    held: CharacterSet


@dataclass(frozen=True, slots=True)
class Split:
    """Go on at both places; the first is preferred."""

    first: int
    second: int


@dataclass(frozen=True, slots=True)
class Jump:
    """Go on elsewhere."""

    to: int


@dataclass(frozen=True, slots=True)
class Save:
    """Note the place in the text as an end of a group."""

    slot: int


@dataclass(frozen=True, slots=True)
class At:
    """Go on only at the start or end of the text or, with ``each_line``, of a line."""

    end: Literal["^", "$"]
    each_line: bool


Instruction = Take | Split | Jump | Save | At
Code = list[Instruction]


@dataclass(frozen=True, slots=True)
class Program:
    """A compiled pattern."""

    code: tuple[Instruction, ...]
    groups: int


def compile_pattern(pattern: str, flags: str = "") -> Program:
    """Compile a pattern with the flags of XPath: s, m, i, x, q; raises BadPattern."""
    if not _FLAGS.issuperset(flags) or len(pattern) > _MOST_CHARACTERS:
        raise BadPattern
    if "q" in flags:
        code: Code = [Take(_cased(characters.one(each), flags)) for each in pattern]
        return Program(tuple(code), 0)
    reader = _Reader(_spaceless(pattern) if "x" in flags else pattern, flags)
    code = _alternatives(reader)
    if reader.peek():
        raise BadPattern
    return Program(tuple(code), reader.groups)


@dataclass(slots=True)
class _Reader:
    text: str
    flags: str
    at: int = 0
    groups: int = 0
    depth: int = 0

    def peek(self, ahead: int = 0) -> str:
        return self.text[self.at + ahead : self.at + ahead + 1]

    def next(self) -> str:
        found = self.peek()
        if not found:
            raise BadPattern
        self.at += 1
        return found

    def take(self, text: str) -> bool:
        if not self.text.startswith(text, self.at):
            return False
        self.at += len(text)
        return True

    def until(self, closing: str) -> str:
        end = self.text.find(closing, self.at)
        if end < 0:
            raise BadPattern
        found, self.at = self.text[self.at : end], end + 1
        return found


def _alternatives(r: _Reader) -> Code:
    r.depth += 1
    if r.depth > _MOST_LEVELS:
        raise BadPattern
    code = _branch(r)
    while r.take("|"):
        other = _branch(r)
        code = [Split(1, len(code) + 2), *code, Jump(len(other) + 1), *other]
    r.depth -= 1
    return _checked(code)


def _branch(r: _Reader) -> Code:
    code: Code = []
    while r.peek() not in ("", "|", ")"):
        code += _repeated(r, _atom(r))
    return _checked(code)


def _repeated(r: _Reader, code: Code) -> Code:
    least, most = _quantity(r)
    if (least, most) == (1, 1):
        return code
    is_lazy = r.take("?")
    if (len(code) + 1) * max(least, most or 1) > _MOST_INSTRUCTIONS:
        raise BadPattern
    if most is None:
        back: Code = [*code, _split(-len(code), 1, is_lazy=is_lazy)]
        return [*(code * (least - 1)), *back] if least else [_skip(back, is_lazy=is_lazy), *back]
    maybe = [_skip(code, is_lazy=is_lazy), *code]
    return code * least + maybe * (most - least)


def _quantity(r: _Reader) -> tuple[int, int | None]:
    if r.take("*"):
        return 0, None
    if r.take("+"):
        return 1, None
    if r.take("?"):
        return 0, 1
    if not r.take("{"):
        return 1, 1
    low, comma, high = r.until("}").partition(",")
    if not _is_count(low) or (high and not _is_count(high)):
        raise BadPattern
    least = int(low)
    most = (int(high) if high else None) if comma else least
    if most is not None and most < least:
        raise BadPattern
    return least, most


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= len(str(_MOST_INSTRUCTIONS))


def _split(first: int, second: int, *, is_lazy: bool) -> Split:
    return Split(second, first) if is_lazy else Split(first, second)


def _skip(code: Code, *, is_lazy: bool) -> Split:
    return _split(1, len(code) + 1, is_lazy=is_lazy)


def _checked(code: Code) -> Code:
    if len(code) > _MOST_INSTRUCTIONS:
        raise BadPattern
    return code


def _atom(r: _Reader) -> Code:
    sign = r.next()
    if sign == "(":
        return _group(r)
    if sign in ("^", "$"):
        return [At("^" if sign == "^" else "$", "m" in r.flags)]
    if sign == ".":
        return [Take(characters.ANY if "s" in r.flags else characters.NOT_LINE_END)]
    if sign == "[":
        return [Take(_class(r))]
    if sign == "\\":
        return [Take(_cased(_escape(r), r.flags))]
    if sign in "?*+{}])":
        raise BadPattern
    return [Take(_cased(characters.one(sign), r.flags))]


def _group(r: _Reader) -> Code:
    if r.take("?:"):
        code = _alternatives(r)
    else:
        r.groups += 1
        slot = 2 * r.groups
        code = [Save(slot), *_alternatives(r), Save(slot + 1)]
    if not r.take(")"):
        raise BadPattern
    return code


def _escape(r: _Reader) -> CharacterSet:
    """Read what follows a backslash; a digit would refer back to a group, which is not possible."""
    sign = r.next()
    if sign in _SPECIAL:
        return characters.one(sign)
    if sign in _CONTROL:
        return characters.one(_CONTROL[sign])
    if sign.lower() in characters.ESCAPED:
        held = characters.ESCAPED[sign.lower()]
        return held if sign.islower() else characters.none_of(held)
    if sign in "pP" and r.take("{"):
        named = characters.named(r.until("}"))
        if named:
            return named if sign == "p" else characters.none_of(named)
    raise BadPattern


def _class(r: _Reader) -> CharacterSet:
    """Read a class after its opening bracket, perhaps with another one taken out of it."""
    r.depth += 1
    if r.depth > _MOST_LEVELS:
        raise BadPattern
    is_negated = r.take("^")
    held: list[CharacterSet] = []
    taken: CharacterSet | None = None
    while not (held and r.take("]")):
        if held and r.take("-["):
            taken = _class(r)
            if not r.take("]"):
                raise BadPattern
            break
        held.append(_member(r, is_first=not held))
    r.depth -= 1
    joined = _cased(characters.any_of(held), r.flags)
    whole = characters.none_of(joined) if is_negated else joined
    return characters.without(whole, taken) if taken else whole


def _member(r: _Reader, *, is_first: bool) -> CharacterSet:
    low = _single(r, is_first=is_first)
    if not isinstance(low, str):
        return low
    if r.peek() != "-" or r.peek(1) in ("]", "["):
        return characters.one(low)
    r.next()
    high = _single(r, is_first=False)
    if not isinstance(high, str) or high < low:
        raise BadPattern
    return characters.between(low, high)


def _single(r: _Reader, *, is_first: bool) -> str | CharacterSet:
    """Read a character of a class, or a set that is written as an escape."""
    sign = r.next()
    if sign == "\\":
        following = r.peek()
        if following in _SPECIAL or following in _CONTROL:
            return _CONTROL.get(r.next(), following)
        return _escape(r)
    if sign in "[]" or (sign == "-" and not (is_first or r.peek() == "]")):
        raise BadPattern
    return sign


def _cased(held: CharacterSet, flags: str) -> CharacterSet:
    return characters.in_any_case(held) if "i" in flags else held


def _spaceless(pattern: str) -> str:
    """Leave out the blanks outside of classes."""
    kept: list[str] = []
    depth = 0
    for place, each in enumerate(pattern):
        is_escaped = place > 0 and pattern[place - 1] == "\\"
        if not is_escaped:
            depth += {"[": 1, "]": -1}.get(each, 0)
        if depth > 0 or each not in " \t\n\r":
            kept.append(each)
    return "".join(kept)
