"""A file as it came, made readable: its hash, encoding, header line and records.

CSV in UTF-8 or GB18030 and the first filled sheet of a workbook; anything else is refused.
"""

import codecs
import csv
import hashlib
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import python_calamine

from caseflow.vocabulary import Invalid

_CHUNK = 1 << 22
_LARGEST_SHEET = 1 << 31
_BOM = codecs.BOM_UTF8
_WIDE_BOMS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_ZIP = b"PK\x03\x04"
_OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True, slots=True)
class Table:
    """A readable UTF-8 CSV without BOM, and what it was made of."""

    path: Path
    encoding: str
    delimiter: str
    header: tuple[str, ...]
    has_quotes: bool

    def is_plain(self) -> bool:
        """Tell whether record n stands on line n + 1: no quotes and no blank lines."""
        if self.has_quotes:
            return False
        with self.path.open("rb") as stream:
            return all(line.strip() for line in stream)

    def records(self) -> Iterator[tuple[int, int, list[str]]]:
        """Yield number (from 1), first line and cells of every record below the header."""
        with self.path.open(encoding="utf-8", newline="") as text:
            reader = csv.reader(text, delimiter=self.delimiter)
            next(reader)
            number, line = 0, reader.line_num + 1
            for cells in reader:
                if cells:
                    number += 1
                    yield number, line, cells
                line = reader.line_num + 1


def digest(path: Path) -> str:
    """Give the sha256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def read(path: Path, workspace: Path) -> Table:
    """Make a file readable; Invalid says why it is not one of ours."""
    with path.open("rb") as stream:
        start = stream.read(8)
    if start.startswith(_ZIP):
        return _workbook(path, workspace / "sheet.csv")
    if start.startswith(_OLD_WORKBOOK):
        raise Invalid("FILE_UNREADABLE", file=path.name, expected="CSV, XLSX")
    if start.startswith(_WIDE_BOMS):
        raise Invalid("WRONG_ENCODING", file=path.name, line=1)
    return _text(path, workspace / "text.csv")


def _text(path: Path, copy: Path) -> Table:
    """UTF-8 as it is; with BOM or in GB18030 as a copy. First the stricter of the two."""
    try:
        quirks = _scan(path, None, "utf-8")
        if not quirks.has_bom:
            return _table(path, path, "utf-8", quirks)
        _scan(path, copy, "utf-8-sig")
        return _table(path, copy, "utf-8", quirks)
    except UnicodeDecodeError:
        pass
    try:
        return _table(path, copy, "gb18030", _scan(path, copy, "gb18030"))
    except UnicodeDecodeError as error:
        line = _line_of(path, error)
        raise Invalid("WRONG_ENCODING", file=path.name, line=line) from error


@dataclass(slots=True)
class _Quirks:
    """What one pass over the bytes saw."""

    has_bom: bool = False
    has_quotes: bool = False
    has_nul: bool = False
    size: int = 0


def _scan(path: Path, copy: Path | None, encoding: str) -> _Quirks:
    """Decode all bytes, write them to the copy if one is wanted, and note what matters."""
    decoder = codecs.getincrementaldecoder(encoding)(errors="strict")
    quirks = _Quirks()
    out = copy.open("w", encoding="utf-8", newline="") if copy else None
    try:
        with path.open("rb") as stream:
            while chunk := stream.read(_CHUNK):
                quirks.has_bom |= quirks.size == 0 and chunk.startswith(_BOM)
                quirks.size += len(chunk)
                text = decoder.decode(chunk)
                quirks.has_quotes |= b'"' in chunk
                quirks.has_nul |= b"\0" in chunk
                if out:
                    out.write(text)
        decoder.decode(b"", final=True)
    finally:
        if out:
            out.close()
    return quirks


def _table(original: Path, path: Path, encoding: str, quirks: _Quirks) -> Table:
    if quirks.has_nul:
        raise Invalid("WRONG_ENCODING", file=original.name, line=1)
    with path.open(encoding="utf-8", newline="") as text:
        first = text.readline()
    if not first.strip():
        raise Invalid("FILE_EMPTY", file=original.name)
    delimiter = max(",\t;", key=first.count)
    header = next(csv.reader([first], delimiter=delimiter))
    return Table(path, encoding, delimiter, tuple(header), quirks.has_quotes)


def _line_of(path: Path, error: UnicodeDecodeError) -> int:
    """Find the line on which no known encoding can read on."""
    broken = error.object[error.start : error.start + 16]
    with path.open("rb") as stream:
        for number, line in enumerate(stream, start=1):
            if broken[:4] in line:
                return number
    return 1


def _workbook(path: Path, copy: Path) -> Table:
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(each.file_size for each in archive.infolist())
        if size > _LARGEST_SHEET:
            raise Invalid("FILE_TOO_LARGE", file=path.name, bytes=size)
        rows = _first_filled_sheet(path)
    except (zipfile.BadZipFile, python_calamine.CalamineError) as error:
        raise Invalid("FILE_UNREADABLE", file=path.name, expected="CSV, XLSX") from error
    if not rows:
        raise Invalid("FILE_EMPTY", file=path.name)
    with copy.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerows([_cell(value) for value in row] for row in rows)
    quirks = _scan(copy, None, "utf-8")
    return _table(path, copy, "xlsx", quirks)


def _first_filled_sheet(path: Path) -> Sequence[Sequence[object]]:
    book = python_calamine.CalamineWorkbook.from_path(path)
    for name in book.sheet_names:
        rows = book.get_sheet_by_name(name).to_python(skip_empty_area=True)
        if rows:
            return rows
    return []


def _cell(value: object) -> str:
    """Write a cell as the source system would have in a CSV: no exponents, months as YYYY-MM-DD."""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else str(value).strip()
