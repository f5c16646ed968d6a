"""Forty files that are handed in as evidence and are not what they say, or not what they seem."""

from __future__ import annotations

import io
import zipfile

_OFFICE = {"[Content_Types].xml": b"<Types/>"}
_DOCX = {**_OFFICE, "word/document.xml": b"<w/>"}
_XLSX = {**_OFFICE, "xl/workbook.xml": b"<w/>"}


def packed(entries: dict[str, bytes], *, mode: int = 0o644, method: int = 8) -> bytes:
    """An archive with these entries."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", method) as archive:
        for name, content in entries.items():
            entry = zipfile.ZipInfo(name)
            entry.external_attr = mode << 16
            archive.writestr(entry, content, method)
    return whole.getvalue()


def _patched(content: bytes, at: bytes, offset: int, new: bytes) -> bytes:
    place = content.index(at) + offset
    return content[:place] + new + content[place + len(new) :]


_ONE = packed({"a.csv": b"1,2\n" * 50})
_DIRECTORY = b"PK\x01\x02"

HOSTILE_FILES: dict[str, tuple[str, bytes]] = {
    "nothing": ("a.pdf", b""),
    "program": ("a.exe", b"MZ\x90\x00"),
    "program as paper": ("a.pdf", b"MZ\x90\x00"),
    "elf as picture": ("a.png", b"\x7fELF\x02"),
    "two endings": ("a.pdf.exe", b"%PDF-1.4"),
    "ending turned round": ("a\u202efdp.exe", b"%PDF-1.4"),
    "no ending": ("passwd", b"root:x:0:0"),
    "ending alone": (".pdf", b"%PDF-1.4"),
    "blank after the ending": ("a.pdf ", b"%PDF-1.4"),
    "dot after the ending": ("a.pdf.", b"%PDF-1.4"),
    "stream of a name": ("a.pdf::$DATA", b"%PDF-1.4"),
    "way up": ("../../../../etc/cron.d/a.sh", b"* * * * * root id"),
    "nul in the name": ("a.sh\x00.pdf", b"#!/bin/sh"),
    "page": ("a.html", b"<script>alert(1)</script>"),
    "drawing with a script": ("a.svg", b"<svg onload=alert(1)>"),
    "page as picture": ("a.jpg", b"<html><script>alert(1)</script>"),
    "php as picture": ("a.jpg", b"<?php system($_GET[0]);"),
    "link of windows": ("a.lnk", b"L\x00\x00\x00"),
    "macro template": ("a.docm", packed({**_DOCX, "word/vbaProject.bin": b"x"})),
    "macro in a document": ("a.docx", packed({**_DOCX, "word/vbaProject.bin": b"x"})),
    "macro in a table": ("a.xlsx", packed({**_XLSX, "xl/vbaProject.bin": b"x"})),
    "no document": ("a.docx", packed({"a.txt": b"x"})),
    "table as document": ("a.docx", packed(_XLSX)),
    "old document": ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
    "text that is none": ("a.txt", bytes(range(256))),
    "text with nul": ("a.csv", b"a,b\x00"),
    "bomb": ("a.zip", packed({"a.csv": bytes(210 << 20)})),
    "bombs in a row": ("a.zip", packed({f"{n}.csv": bytes(3 << 20) for n in range(80)})),
    "lying size": ("a.zip", _patched(_ONE, _DIRECTORY, 24, b"\x05\x00\x00\x00")),
    "program by another name": ("a.zip", packed({"报表.txt": b"MZ\x90\x00" + bytes(60)})),
    "wrong sum": ("a.zip", _patched(_ONE, _DIRECTORY, 16, b"\x00\x00\x00\x00")),
    "offset outside": ("a.zip", _patched(_ONE, _DIRECTORY, 42, b"\xff\xff\xff\x7f")),
    "no such method": ("a.zip", _patched(_ONE, _DIRECTORY, 10, b"\x63\x00")),
    "encrypted": ("a.zip", _patched(_ONE, _DIRECTORY, 8, b"\x01\x00")),
    "too many entries": ("a.zip", packed({f"{n}.txt": b"" for n in range(3_000)})),
    "entry that leads up": ("a.zip", packed({"../../x.txt": b"x"})),
    "entry that is a link": ("a.zip", packed({"a": b"/etc/passwd"}, mode=0o120777)),
    "archive in an archive": ("a.zip", packed({"b.zip": packed({"c.txt": b"x"})})),
    "program in an archive": ("a.zip", packed({"报表.exe": b"MZ"})),
    "cut archive": ("a.zip", _ONE[:-30]),
}
