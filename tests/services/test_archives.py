"""Archives and Office documents: what may not come in is refused by name, what officers use passes.

Every archive is really made here; the bombs unpack to what their headers deny.
"""

import io
import struct
import zipfile
from contextlib import suppress

import pytest

from caseflow.services import file_types
from caseflow.vocabulary import Invalid

_DOCX = {"[Content_Types].xml": b"<Types/>", "word/document.xml": "<w:t>说明</w:t>".encode()}
_XLSX = {"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>"}
_EICAR_LIKE = b"MZ\x90\x00" + bytes(60)


def _zip(entries: dict[str, bytes], *, mode: int = 0o644) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            entry = zipfile.ZipInfo(name)
            entry.external_attr = mode << 16
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return whole.getvalue()


def _bomb(mebibytes: int) -> bytes:
    """An archive of one file of zeros, far larger than itself."""
    whole = io.BytesIO()
    with (
        zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("zeros.csv", "w") as entry,
    ):
        for _ in range(mebibytes):
            entry.write(bytes(1 << 20))
    return whole.getvalue()


def _lying(content: bytes) -> bytes:
    """The same archive whose directory says that its file has 10 bytes."""
    place = content.index(b"PK\x01\x02") + 24
    return content[:place] + struct.pack("<I", 10) + content[place + 4 :]


def _locked() -> bytes:
    """An archive whose entry is marked as encrypted, in both of its headers."""
    content = bytearray(_zip({"a.csv": b"1,2"}))
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


def _look(name: str, content: bytes) -> None:
    file_types.media_type(name, content[:4096])
    file_types.inspect(name, io.BytesIO(content))


_REFUSED = {
    "bomb": ("a.zip", _bomb(210), "archive_too_large"),
    "bomb in a document": (
        "a.docx",
        _zip({**_DOCX, "word/media/a.png": bytes(210 << 20)}),
        "archive_too_large",
    ),
    "lying header": ("a.zip", _lying(_bomb(1)), "archive_broken"),
    "too many": ("a.zip", _zip({f"{n}.txt": b"" for n in range(2_001)}), "archive_entries"),
    "way up": ("a.zip", _zip({"../../etc/cron.d/x": b"x"}), "archive_name"),
    "absolute": ("a.zip", _zip({"/etc/passwd": b"x"}), "archive_name"),
    "drive": ("a.zip", _zip({"C:\\a.txt": b"x"}), "archive_name"),
    "backslashes": ("a.zip", _zip({"..\\..\\a.txt": b"x"}), "archive_name"),
    "link": ("a.zip", _zip({"a": b"/etc/passwd"}, mode=0o120777), "archive_link"),
    "archive in it": ("a.zip", _zip({"b.zip": _zip({"c": b"x"})}), "archive_nested"),
    "archive by another name": ("a.zip", _zip({"b.txt": _zip({"c": b"x"})}), "archive_nested"),
    "packed otherwise": ("a.zip", _zip({"b.txt": b"Rar!\x1a\x07"}), "archive_nested"),
    "document too deep": (
        "a.zip",
        _zip({"b.docx": _zip({**_DOCX, "word/embeddings/c.xlsx": _zip(_XLSX)})}),
        "archive_nested",
    ),
    "macro": ("a.docx", _zip({**_DOCX, "word/vbaProject.bin": b"x"}), "archive_macro"),
    "program": ("a.zip", _zip({"报表.exe": b"x"}), "archive_program"),
    "renamed program": ("a.zip", _zip({"报表.txt": _EICAR_LIKE}), "archive_program"),
    "script": ("a.zip", _zip({"点我.js": b"x"}), "archive_program"),
    "dot at the end": ("a.zip", _zip({"报表.exe.": b"x"}), "archive_name"),
    "space at the end": ("a.zip", _zip({"报表.exe ": b"x"}), "archive_name"),
    "folder with a dot": ("a.zip", _zip({"资料./a.txt": b"x"}), "archive_name"),
    "name turned round": ("a.zip", _zip({"报表\u202efdp.txt": b"x"}), "archive_name"),
    "disk image": ("a.zip", _zip({"资料.iso": b"x"}), "archive_nested"),
    "cabinet": ("a.zip", _zip({"资料.txt": b"MSCF\0\0\0\0"}), "archive_nested"),
    "document with macros": ("a.zip", _zip({"通知.docm": _zip(_DOCX)}), "archive_macro"),
    "table with macros": ("a.zip", _zip({"明细.XLSM": b"x"}), "archive_macro"),
    "password": ("a.zip", _locked(), "archive_locked"),
    "cut": ("a.zip", _zip({"a.csv": b"1,2" * 100})[:-30], "archive_broken"),
    "nothing but a beginning": ("a.zip", b"PK\x03\x04", "archive_broken"),
    "no document": ("a.docx", _zip({"a.txt": b"x"}), "file_content"),
    "other document": ("a.xlsx", _zip(_DOCX), "file_content"),
}
_TAKEN = {
    "documents": ("a.zip", _zip({"合同/一.docx": _zip(_DOCX), "表.xlsx": _zip(_XLSX)})),
    "table in a document": ("a.docx", _zip({**_DOCX, "word/embeddings/t.xlsx": _zip(_XLSX)})),
    "table": ("a.xlsx", _zip(_XLSX)),
    "papers and tables": (
        "a.zip",
        _zip(
            {"合同/2009.12/说明.txt": b"a", "申报表 (1).xls": b"a", "照片.jpg": b"a", "无名": b"a"}
        ),
    ),
    "large but honest": ("a.zip", _zip({"数据.csv": b"0123456789" * 1_000_000})),
}


@pytest.mark.parametrize("case", _REFUSED, ids=str)
def test_what_may_not_come_in_is_refused_by_name(case: str) -> None:
    name, content, code = _REFUSED[case]
    with pytest.raises(Invalid) as refusal:
        _look(name, content)
    assert (refusal.value.code, refusal.value.values["name"]) == (code, name)


@pytest.mark.parametrize(
    "ending",
    ["url", "scf", "pif", "cpl", "msc", "chm", "py", "psm1", "lnk", "library-ms", "URL", "Py"],
)
def test_what_acts_when_it_is_opened_is_refused_by_its_ending(ending: str) -> None:
    with pytest.raises(Invalid) as refusal:
        _look("a.zip", _zip({f"资料/说明.pdf.{ending}": b"x"}))
    assert refusal.value.code == "archive_program"


@pytest.mark.parametrize("case", _TAKEN, ids=str)
def test_what_officers_hand_in_passes(case: str) -> None:
    _look(*_TAKEN[case])


@pytest.mark.parametrize("place", range(0, 260, 3))
def test_a_changed_byte_is_refused_or_passes_and_nothing_else_happens(place: int) -> None:
    content = bytearray(_zip({**_DOCX, "word/a.xml": b"<a/>"}))
    content[place % len(content)] ^= 0x41
    with suppress(Invalid):
        _look("a.docx", bytes(content))
