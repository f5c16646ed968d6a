"""卷宗封面, 卷内目录, 备考表: the sheets in which the file of a closed case is bound."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path

from caseflow.documents.typesetting import typeset


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveSheets:
    """What cover, list and notes show; everything is written out, ready to be set."""

    agency: str
    number: str
    case_number: str
    title: str
    taxpayer: str
    tin: str
    officers: str
    opened_on: date
    closed_on: date
    outcome: str
    retention: str
    keep_until: str
    place: str
    archivist: str
    archived_on: date
    # Title, number, date, first twelve signs of the hash.
    pieces: tuple[tuple[str, str, str, str], ...]
    notes: str


def render_archive_sheets(
    found: ArchiveSheets, *, at: datetime, fonts: Path | None = None
) -> bytes:
    """Set the three sheets: PDF/A, the same bytes for the same data and fonts.

    Raises:
        Unavailable: no font for Chinese is found.
    """
    days = ("opened_on", "closed_on", "archived_on")
    data = asdict(found) | {day: getattr(found, day).isoformat() for day in days}
    return typeset("archive_sheets.typ", data, at=at, fonts=fonts)
