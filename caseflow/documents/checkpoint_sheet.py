"""The checkpoint sheet of a day: what auditors keep on paper, outside every computer."""

from __future__ import annotations

import io
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path

import segno

from caseflow.clock import BUREAU_ZONE
from caseflow.documents.typesetting import typeset

_GROUP = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckpointSheet:
    """What a sheet shows; ``first_root`` (hex) is that of the first checkpoint of the log."""

    on: date
    origin: str
    size: int
    root: bytes
    signed_at: datetime
    note: str
    key: str
    first_size: int
    first_root: bytes
    witnesses: tuple[str, ...]


def render_sheet(sheet: CheckpointSheet, *, fonts: Path | None = None) -> bytes:
    """Set the sheet: PDF/A, the same bytes for the same data and fonts.

    Raises:
        Unavailable: no font for Chinese is found.
    """
    at = sheet.signed_at.astimezone(BUREAU_ZONE)
    data = asdict(sheet) | {
        "on": sheet.on.isoformat(),
        "signed_at": at.strftime("%Y-%m-%d %H:%M:%S"),
        "root": _grouped(sheet.root),
        "first_root": _grouped(sheet.first_root),
        "code": _drawn(sheet.note),
    }
    return typeset("checkpoint_sheet.typ", data, at=at, fonts=fonts)


def _grouped(root: bytes) -> list[str]:
    """A hash in groups that a person can read aloud and compare."""
    digits = root.hex()
    return [digits[at : at + _GROUP] for at in range(0, len(digits), _GROUP)]


def _drawn(text: str) -> str:
    """The QR code of a text, as SVG."""
    drawn = io.BytesIO()
    segno.make(text, error="m", micro=False).save(drawn, kind="svg", border=4, xmldecl=False)
    return drawn.getvalue().decode()
