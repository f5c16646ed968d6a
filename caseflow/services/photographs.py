"""What a camera wrote into a photograph: when and where it was taken, as the device says.

Only JPEG carries it here. A device may be set wrong and anybody may rewrite it, so it stands beside
the time of this house and never in its place. Source: CIPA DC-008 (Exif 2.3), 4.6.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator, Mapping

_START, _EXIF = b"\xff\xd8", b"Exif\x00\x00"
_APP1, _SCAN = 0xE1, 0xDA
_ORDERS = {b"II": "<", b"MM": ">"}
_MAGIC = 42
_MOST_ENTRIES = 512
_ASCII, _RATIONAL = 2, 5
_SIZES = {1: 1, _ASCII: 1, 3: 2, 4: 4, _RATIONAL: 8}
_EXIF_DIRECTORY, _PLACE_DIRECTORY = 0x8769, 0x8825
_TAKEN, _TAKEN_OFFSET = 0x9003, 0x9011
_NORTH_SOUTH, _LATITUDE, _EAST_WEST, _LONGITUDE = 1, 2, 3, 4
_TIME = re.compile(r"(\d{4}):(\d{2}):(\d{2}) (\d{2}:\d{2}:\d{2})")
_OFFSET = re.compile(r"[+-]\d{2}:\d{2}")
_POLE, _DATE_LINE = 90, 180
_Entries = Mapping[int, tuple[int, bytes]]


def told_by_device(head: bytes) -> dict[str, str]:
    """Read `device_time` and `device_place` from the first bytes of a file, if they are there.

    The time is the device's own wall clock with its offset where that is written; the place is
    latitude and longitude in degrees, north and east positive. Damaged parts are not told.
    """
    tiff = _exif(head)
    order = _ORDERS.get(tiff[:2])
    if order is None:
        return {}
    try:
        magic, first = struct.unpack_from(f"{order}HI", tiff, 2)
        main = _directory(tiff, order, first) if magic == _MAGIC else {}
        told = {"device_time": _time(tiff, order, main), "device_place": _place(tiff, order, main)}
    except struct.error:
        return {}
    return {name: text for name, text in told.items() if text}


def _exif(head: bytes) -> bytes:
    """The segment that holds it, out of the segments before the picture begins."""
    at = len(_START)
    while head.startswith(_START) and head[at : at + 1] == b"\xff" and len(head) >= at + 4:
        marker, size = head[at + 1], int.from_bytes(head[at + 2 : at + 4], "big")
        if marker == _SCAN or size < len(_START):
            break
        content = head[at + 4 : at + 2 + size]
        if marker == _APP1 and content.startswith(_EXIF):
            return content[len(_EXIF) :]
        at += 2 + size
    return b""


def _directory(tiff: bytes, order: str, at: int) -> _Entries:
    (count,) = struct.unpack_from(f"{order}H", tiff, at)
    return dict(_entries(tiff, order, at + 2, min(count, _MOST_ENTRIES)))


def _entries(
    tiff: bytes, order: str, at: int, count: int
) -> Iterator[tuple[int, tuple[int, bytes]]]:
    for place in range(at, at + 12 * count, 12):
        tag, kind, number = struct.unpack_from(f"{order}HHI", tiff, place)
        size = _SIZES.get(kind, 0) * number
        start = place + 8
        if size > 4:  # noqa: PLR2004 - what is longer than its own place lies elsewhere
            (start,) = struct.unpack_from(f"{order}I", tiff, start)
        yield tag, (kind, tiff[start : start + size])


def _below(tiff: bytes, order: str, main: _Entries, tag: int) -> _Entries:
    if tag not in main:
        return {}
    (at,) = struct.unpack(f"{order}I", main[tag][1])
    return _directory(tiff, order, at)


def _text(entries: _Entries, tag: int) -> str:
    kind, content = entries.get(tag, (0, b""))
    return content.decode("ascii", "replace").strip("\x00 ") if kind == _ASCII else ""


def _time(tiff: bytes, order: str, main: _Entries) -> str:
    entries = _below(tiff, order, main, _EXIF_DIRECTORY)
    taken, offset = _TIME.fullmatch(_text(entries, _TAKEN)), _text(entries, _TAKEN_OFFSET)
    if taken is None or taken[1] == "0000":
        return ""
    return (
        f"{taken[1]}-{taken[2]}-{taken[3]} {taken[4]}{offset if _OFFSET.fullmatch(offset) else ''}"
    )


def _place(tiff: bytes, order: str, main: _Entries) -> str:
    entries = _below(tiff, order, main, _PLACE_DIRECTORY)
    north = _degrees(order, entries.get(_LATITUDE))
    east = _degrees(order, entries.get(_LONGITUDE))
    if north is None or east is None or abs(north) > _POLE or abs(east) > _DATE_LINE:
        return ""
    north = -north if _text(entries, _NORTH_SOUTH) == "S" else north
    east = -east if _text(entries, _EAST_WEST) == "W" else east
    return f"{north:.6f}, {east:.6f}"


def _degrees(order: str, entry: tuple[int, bytes] | None) -> float | None:
    if entry is None or entry[0] != _RATIONAL or len(entry[1]) != 3 * _SIZES[_RATIONAL]:
        return None
    parts: tuple[int, ...] = struct.unpack(f"{order}6I", entry[1])
    if not all(parts[1::2]):
        return None
    degrees, minutes, seconds = (parts[at] / parts[at + 1] for at in (0, 2, 4))
    return degrees + minutes / 60 + seconds / 3600
