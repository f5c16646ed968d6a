r"""Sets of characters: classes such as ``[a-z]``, ``\d`` or ``\p{Lu}``, with or without case."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from unicodedata import category

CharacterSet = Callable[[str], bool]

_BLOCKS = {
    "IsBasicLatin": (0x0000, 0x007F),
    "IsLatin-1Supplement": (0x0080, 0x00FF),
    "IsLatinExtended-A": (0x0100, 0x017F),
    "IsGreek": (0x0370, 0x03FF),
    "IsCyrillic": (0x0400, 0x04FF),
    "IsCJKSymbolsandPunctuation": (0x3000, 0x303F),
    "IsCJKUnifiedIdeographs": (0x4E00, 0x9FFF),
    "IsHalfwidthandFullwidthForms": (0xFF00, 0xFFEF),
}
_CATEGORIES = frozenset(
    {
        *("L", "Lu", "Ll", "Lt", "Lm", "Lo", "M", "Mn", "Mc", "Me", "N", "Nd", "Nl", "No"),
        *("P", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "Z", "Zs", "Zl", "Zp"),
        *("S", "Sm", "Sc", "Sk", "So", "C", "Cc", "Cf", "Co", "Cn"),
    },
)


def one(character: str) -> CharacterSet:
    """Make the set of one character."""
    return lambda each: each == character


def between(first: str, last: str) -> CharacterSet:
    """Make the set of all characters from one to another."""
    return lambda each: first <= each <= last


def none_of(held: CharacterSet) -> CharacterSet:
    """Make the set of all other characters."""
    return lambda each: not held(each)


def any_of(sets: Sequence[CharacterSet]) -> CharacterSet:
    """Join sets."""
    return lambda each: any(held(each) for held in sets)


def without(held: CharacterSet, taken: CharacterSet) -> CharacterSet:
    """Take one set out of another."""
    return lambda each: held(each) and not taken(each)


def in_any_case(held: CharacterSet) -> CharacterSet:
    """Make a set that holds a character as soon as it holds its upper or lower case."""

    def holds(each: str) -> bool:
        # A character whose other case is two characters, such as ß, has none here.
        forms = (each, each.lower(), each.upper(), each.lower().upper())
        return any(held(form) for form in forms if len(form) == 1)

    return holds


def named(name: str) -> CharacterSet | None:
    """Find the set of a category or block; None when there is no such one."""
    if name in _CATEGORIES:
        return lambda each: category(each).startswith(name)
    if name in _BLOCKS:
        first, last = _BLOCKS[name]
        return lambda each: first <= ord(each) <= last
    return None


def _starts_name(each: str) -> bool:
    return each.isalpha() or each in "_:"


ESCAPED: dict[str, CharacterSet] = {
    "s": lambda each: each in " \t\n\r",
    "d": lambda each: category(each) == "Nd",
    "w": lambda each: category(each)[0] not in "PZC",
    "i": _starts_name,
    "c": lambda each: _starts_name(each) or each.isdigit() or each in "-.\u00b7",
}
ANY: CharacterSet = lambda each: True  # noqa: E731, ARG005 - a set like the others
NOT_LINE_END: CharacterSet = lambda each: each not in "\n\r"  # noqa: E731 - a set like the others
