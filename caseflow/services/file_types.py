"""What kind of file somebody hands in: its ending, its bytes, and what an archive holds.

Names inside archives are data: nothing is ever unpacked to a path.
"""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path, PurePosixPath
from stat import S_ISLNK
from typing import IO
from unicodedata import category

from caseflow.vocabulary import Invalid

# Ending -> media type and how the bytes must begin (None: text, checked by decoding).
_TYPES: dict[str, tuple[str, tuple[bytes, ...] | None]] = {
    ".pdf": ("application/pdf", (b"%PDF-",)),
    ".png": ("image/png", (b"\x89PNG\r\n\x1a\n",)),
    ".jpg": ("image/jpeg", (b"\xff\xd8\xff",)),
    ".jpeg": ("image/jpeg", (b"\xff\xd8\xff",)),
    ".docx": (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        (b"PK\x03\x04",),
    ),
    ".xlsx": (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        (b"PK\x03\x04",),
    ),
    ".zip": ("application/zip", (b"PK\x03\x04",)),
    ".csv": ("text/csv", None),
    ".txt": ("text/plain", None),
}

# What an iPhone takes unless it is told otherwise, whatever the file is called.
_HEIC = (".heic", ".heif")
_HEIC_STARTS = (b"ftypheic", b"ftypheix", b"ftypheim", b"ftypmif1", b"ftypmsf1")

# An Office document is an archive with these parts.
_OFFICE = {
    ".docx": ("[Content_Types].xml", "word/document.xml"),
    ".xlsx": ("[Content_Types].xml", "xl/workbook.xml"),
}
_ARCHIVES = (".zip", *_OFFICE)
_HEAD = 4096
_CHUNK = 1 << 16
_MOST_ENTRIES = 2_000
_LARGEST_UNPACKED = 200 * 1024 * 1024
_DEEPEST = 1
_IS_ENCRYPTED = 0x1

# What runs on a double click, leads elsewhere, or is run by what opens it: by its ending or by
# how it begins.
_PROGRAMS = (
    # Programs, installers, and what Windows loads as one.
    "exe dll com scr pif cpl ocx sys drv msi msp mst msix msixbundle appx appxbundle appinstaller"
    " application appref-ms gadget msc apk app"
    # Scripts, of the system and of languages that are often installed.
    " bat cmd ps1 ps1xml psm1 psd1 psc1 vb vbe vbs js jse mjs ws wsf wsh wsc sct hta sh bash csh"
    " command jar class jnlp py pyw pyc pyo pyz pyzw rb pl pm php lua au3 ahk awk tcl"
    # Links and settings that act when they are opened.
    " url website webloc lnk desktop scf reg inf job library-ms search-ms searchconnector-ms"
    " settingcontent-ms theme themepack diagcab diagcfg diagpkg rdp ade adp mde accde iqy slk xll"
    # Help and notes that run scripts.
    " chm hlp one onepkg"
)
_MACROS = "docm dotm xlsm xltm xlam xlsb xla pptm potm ppam ppsm ppa sldm wll"
_PACKED = "zip rar 7z gz tgz bz2 xz tar cab arj lzh lha ace uue iso img udf vhd vhdx vmdk dmg wim"
_REFUSED_ENDINGS = {
    **dict.fromkeys(_PROGRAMS.split(), "archive_program"),
    **dict.fromkeys(_MACROS.split(), "archive_macro"),
    **dict.fromkeys(_PACKED.split(), "archive_nested"),
}
_PROGRAM_STARTS = (b"MZ", b"\x7fELF", b"#!")
_PACKED_STARTS = (
    b"PK\x03\x04",
    b"Rar!",
    b"7z\xbc\xaf\x27\x1c",
    b"\x1f\x8b",
    b"BZh",
    b"\xfd7zXZ",
    b"MSCF",
)
# Windows drops these from the end of a name when it unpacks: 「a.exe.」 becomes a program.
_DROPPED = ". "


def media_type(name: str, head: bytes) -> str:
    """The media type of a file, by its ending and its first bytes, which must agree.

    Raises:
        Invalid: the ending is not allowed, or the bytes are something else.
    """
    ending = Path(name).suffix.lower()
    if ending in _HEIC or head[4:12] in _HEIC_STARTS:
        raise Invalid("file_heic", name=name)
    if ending not in _TYPES:
        raise Invalid("file_type", name=name, allowed=sorted(_TYPES))
    found, starts = _TYPES[ending]
    fits = head.startswith(starts) if starts is not None else _is_text(head)
    if not fits:
        raise Invalid("file_content", name=name, ending=ending)
    return found


def inspect(name: str, file: IO[bytes]) -> None:
    """Look into an archive or Office document before it is kept; other kinds pass.

    Raises:
        Invalid: it is broken, locked, larger unpacked than is allowed, or holds what may not come
            in: programs, macros, links, archives in archives, names that lead elsewhere.
    """
    if Path(name).suffix.lower() in _ARCHIVES:
        _Inspection(name).look_into(Path(name).suffix.lower(), file, depth=0)


class _Inspection:
    """One archive with what lies in it; the budget counts bytes really unpacked: headers lie."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._unpacked = 0
        self._entries = 0

    def look_into(self, ending: str, file: IO[bytes], *, depth: int) -> None:
        try:
            with zipfile.ZipFile(file) as archive:
                self._entries += len(archive.infolist())
                if self._entries > _MOST_ENTRIES:
                    raise self._refused("archive_entries", most=_MOST_ENTRIES)
                self._require_parts(ending, archive)
                for entry in archive.infolist():
                    self._look_at(archive, entry, depth, is_office=ending in _OFFICE)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as error:
            raise self._refused("archive_broken") from error
        except (ValueError, UnicodeError, RuntimeError) as error:
            # What zipfile says of headers that contradict each other.
            raise self._refused("archive_broken") from error

    def _require_parts(self, ending: str, archive: zipfile.ZipFile) -> None:
        parts = _OFFICE.get(ending, ())
        if not set(parts) <= set(archive.namelist()):
            raise self._refused("file_content", ending=ending)

    def _look_at(
        self, archive: zipfile.ZipFile, entry: zipfile.ZipInfo, depth: int, *, is_office: bool
    ) -> None:
        path = PurePosixPath(entry.filename.replace("\\", "/"))
        if path.is_absolute() or ":" in entry.filename or not all(map(_is_plain, path.parts)):
            raise self._refused("archive_name", entry=entry.filename[:80])
        self._judge_ending(path)
        if S_ISLNK(entry.external_attr >> 16):
            raise self._refused("archive_link", entry=entry.filename[:80])
        if entry.flag_bits & _IS_ENCRYPTED:
            raise self._refused("archive_locked")
        if is_office and path.name.lower() == "vbaproject.bin":
            raise self._refused("archive_macro")
        with archive.open(entry) as unpacked:
            head = self._read(unpacked, _HEAD)
            if head.startswith(_PROGRAM_STARTS):
                raise self._refused("archive_program", entry=entry.filename[:80])
            if head.startswith(_PACKED_STARTS):
                self._look_deeper(archive, entry, depth)
            while self._read(unpacked, _CHUNK):
                pass

    def _judge_ending(self, path: PurePosixPath) -> None:
        code = _REFUSED_ENDINGS.get(path.suffix.lower().removeprefix("."))
        if code:
            raise self._refused(code, entry=path.name[:80])

    def _look_deeper(self, archive: zipfile.ZipFile, entry: zipfile.ZipInfo, depth: int) -> None:
        """Office documents may lie in an archive or another document; nothing else packed may."""
        ending = PurePosixPath(entry.filename).suffix.lower()
        if ending not in _OFFICE or depth >= _DEEPEST:
            raise self._refused("archive_nested", entry=entry.filename[:80])
        with archive.open(entry) as inner:
            self.look_into(ending, inner, depth=depth + 1)

    def _read(self, unpacked: IO[bytes], most: int) -> bytes:
        chunk = unpacked.read(most)
        self._unpacked += len(chunk)
        if self._unpacked > _LARGEST_UNPACKED:
            raise self._refused("archive_too_large", largest=_LARGEST_UNPACKED)
        return chunk

    def _refused(self, code: str, **values: object) -> Invalid:
        return Invalid(code, name=self._name, **values)


def _is_plain(part: str) -> bool:
    """Whether a part of a path is on every machine what it seems to be here."""
    return part == part.rstrip(_DROPPED) and not any(
        category(character) in {"Cc", "Cf"} for character in part
    )


def _is_text(head: bytes) -> bool:
    # A cut inside a character at the end of the head is no fault.
    for encoding in ("utf-8", "gb18030"):
        try:
            text = head.decode(encoding)
        except UnicodeDecodeError as error:
            if error.start < len(head) - 4:
                continue
            text = head[: error.start].decode(encoding)
        return "\x00" not in text
    return False
