"""Photographs as phones send them: small grey JPEG, with what the camera wrote into it."""

from base64 import b64decode
from struct import pack

_GREY = b64decode(
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAFA3PEY8MlBGQUZaVVBfeMiCeG5uePWvuZHI////////////////////////"
    "////////////////////////////2wBDAVVaWnhpeOuCguv/////////////////////////////////////////////"
    "////////////////////////////wAARCAAIAAgDASIAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAAAAH/xAAUEAEA"
    "AAAAAAAAAAAAAAAAAAAA/8QAFAEBAAAAAAAAAAAAAAAAAAAAAf/EABQRAQAAAAAAAAAAAAAAAAAAAAD/2gAMAwEAAhED"
    "EQA/AKAQ/9k="
)
TAKEN, OFFSET = "2010:01:25 14:31:07", "+08:00"


def jpeg(*, order: str = "<", serial: int = 0) -> bytes:
    """A photograph of 2010-01-25 14:31:07 at 38.914 N, 121.6147 E; each serial is another one."""
    comment = f"photograph {serial}".encode()
    told = b"Exif\0\0" + _tiff(order)
    segments = pack(">BBH", 0xFF, 0xE1, len(told) + 2) + told
    segments += pack(">BBH", 0xFF, 0xFE, len(comment) + 2) + comment
    return _GREY[:2] + segments + _GREY[2:]


def _tiff(order: str) -> bytes:
    """Three directories of two, two and four entries, then what is too long for an entry."""
    place, exif, main = 8 + 2 + 2 * 12 + 4 + 2 + 2 * 12 + 4, 8 + 2 + 2 * 12 + 4, 8
    behind = place + 2 + 4 * 12 + 4
    taken, offset = TAKEN.encode() + b"\0", OFFSET.encode() + b"\0"
    north, east = _degrees(order, (38, 54, 50.4)), _degrees(order, (121, 36, 52.92))
    at = [behind, behind + 20, behind + 20 + 8, behind + 20 + 8 + 24]
    head = {"<": b"II", ">": b"MM"}[order] + pack(f"{order}HI", 42, main)
    body = _directory(order, [(0x8769, 4, 1, exif), (0x8825, 4, 1, place)])
    body += _directory(order, [(0x9003, 2, 20, at[0]), (0x9011, 2, 7, at[1])])
    bytewise = {"<": "little", ">": "big"}[order]
    north_of, east_of = (int.from_bytes(each, bytewise) for each in (b"N\0\0\0", b"E\0\0\0"))  # type: ignore[arg-type]  # one of the two words
    body += _directory(
        order, [(1, 2, 2, north_of), (2, 5, 3, at[2]), (3, 2, 2, east_of), (4, 5, 3, at[3])]
    )
    return head + body + taken + offset.ljust(8, b"\0") + north + east


def _directory(order: str, entries: list[tuple[int, int, int, int]]) -> bytes:
    packed = b"".join(pack(f"{order}HHII", *entry) for entry in entries)
    return pack(f"{order}H", len(entries)) + packed + bytes(4)


def _degrees(order: str, parts: tuple[float, ...]) -> bytes:
    return b"".join(pack(f"{order}II", round(part * 100), 100) for part in parts)
