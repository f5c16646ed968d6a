"""
Which characters the fonts can show, and what stands on a paper for those they cannot.

PDF/A forbids characters without a shape; a rare character in a name must not stop a paper.
"""

import struct
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path

MISSING = "〓"
"""The printer's mark for a character that the fonts lack."""

_DROPPED = {"Cc", "Cf"}
_SPARSE, _FULL = 4, 12  # formats of character maps: two-byte segments, four-byte groups


def fit(text: str, characters: frozenset[int]) -> str:
    """
    Make a text fit for paper, given the code points that can be shown.

    Line breaks stay, tabs become spaces, control and direction marks go, what has no shape becomes
    `MISSING`.
    """
    return "".join(_fit(each, characters) for each in text)


def characters_of(files: Iterable[tuple[Path, int]]) -> frozenset[int]:
    """Give the code points that the fonts (file, index in a collection) can show together."""
    return frozenset(code for file, index in files for code in _characters(file, index))


def _fit(character: str, characters: frozenset[int]) -> str:
    if character == "\n":
        return character
    if character == "\t":
        return " "
    if unicodedata.category(character) in _DROPPED:
        return ""
    return character if ord(character) in characters else MISSING


def _characters(file: Path, index: int) -> Iterator[int]:
    """Read a font's own list of characters (the table `cmap` of OpenType)."""
    data = file.read_bytes()
    font = _number(data, ">I", 12 + 4 * index) if data[:4] == b"ttcf" else 0
    for table in range(_number(data, ">H", font + 4)):
        tag, _, offset, _ = struct.unpack_from(">4sIII", data, font + 12 + 16 * table)
        if tag == b"cmap":
            yield from _of_map(data, offset)


def _of_map(data: bytes, table: int) -> Iterator[int]:
    for record in range(_number(data, ">H", table + 2)):
        at = table + _number(data, ">I", table + 8 + 8 * record)
        kind = _number(data, ">H", at)
        if kind == _FULL:
            yield from _of_groups(data, at)
        elif kind == _SPARSE:
            yield from _of_segments(data, at)


def _of_groups(data: bytes, at: int) -> Iterator[int]:
    for group in range(_number(data, ">I", at + 12)):
        first, last, _ = struct.unpack_from(">III", data, at + 16 + 12 * group)
        yield from range(first, last + 1)


def _of_segments(data: bytes, at: int) -> Iterator[int]:
    size = _number(data, ">H", at + 6)
    ends, starts = at + 14, at + 16 + size
    deltas, offsets = starts + size, starts + 2 * size
    for place in range(0, size, 2):
        first, last = _number(data, ">H", starts + place), _number(data, ">H", ends + place)
        delta, offset = _number(data, ">H", deltas + place), _number(data, ">H", offsets + place)
        for code in range(first, last + 1):
            glyph = code + delta
            if offset:
                glyph = _number(data, ">H", offsets + place + offset + 2 * (code - first))
            if glyph & 0xFFFF:
                yield code


def _number(data: bytes, form: str, at: int) -> int:
    (number,) = struct.unpack_from(form, data, at)
    return int(number)
