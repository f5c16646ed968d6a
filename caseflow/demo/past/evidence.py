"""Files that officers of the demonstration hand in: extracts, receipts, photographs."""

import csv
import io
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zlib import compress, crc32

_WIDTH, _HEIGHT = 96, 64


@dataclass(frozen=True)
class Exhibit:
    """A file to hand in."""

    name: str
    content: bytes


def extract(taxpayer: str, number: str, text: str) -> Exhibit:
    """Write the extract of a taxpayer's file as text."""
    body = f"一户式资料查询（演练数据）\n纳税人：{taxpayer}\n任务编号：{number}\n\n{text}\n"
    return Exhibit("一户式查询结果.txt", body.encode())


def receipt(taxpayer: str, number: str, day: str) -> Exhibit:
    """Write the receipt of a paper that was served."""
    body = f"送达回证（演练数据）\n受送达人：{taxpayer}\n任务编号：{number}\n送达日期：{day}\n"
    return Exhibit("送达回证.txt", body.encode())


def table(name: str, rows: Sequence[Mapping[str, str]]) -> Exhibit:
    """Write rows as a table with a column for whatever any of them has."""
    columns = list(dict.fromkeys(column for row in rows for column in row))
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return Exhibit(name, text.getvalue().encode())


def photograph(number: str) -> Exhibit:
    """Draw a picture that stands for a photograph: sky, ground and a building, by the number."""
    shade = crc32(number.encode())
    sky, ground, house = (
        bytes(((shade >> at) % 96 + 110 + k) % 256 for k in (0, 20, 40)) for at in (0, 7, 14)
    )
    left = _WIDTH // 4 + shade % (_WIDTH // 4)
    rows = []
    for y in range(_HEIGHT):
        line = bytearray((sky if y < _HEIGHT * 2 // 3 else ground) * _WIDTH)
        if _HEIGHT // 3 < y < _HEIGHT * 5 // 6:
            line[left * 3 : (left + 30) * 3] = house * 30
        rows.append(b"\0" + bytes(line))
    header = struct.pack(">IIBBBBB", _WIDTH, _HEIGHT, 8, 2, 0, 0, 0)
    chunks = _chunk(b"IHDR", header) + _chunk(b"IDAT", compress(b"".join(rows)))
    return Exhibit("经营场所照片.png", b"\x89PNG\r\n\x1a\n" + chunks + _chunk(b"IEND", b""))


def _chunk(kind: bytes, content: bytes) -> bytes:
    check = struct.pack(">I", crc32(kind + content))
    return struct.pack(">I", len(content)) + kind + content + check
