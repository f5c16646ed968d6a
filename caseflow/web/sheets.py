"""Lists as files for a spreadsheet: who took them, when, by which filters, then the rows.

Text that a spreadsheet would compute is made harmless: what comes from taxpayers' names must
never run on an officer's machine.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Generic, TypeVar

from flask import Response, send_file

from caseflow import clock
from caseflow.web import words
from caseflow.web.house import actor
from caseflow.web.speech import _

# At most so many rows go into one file.
MOST = 20_000
# Excel reads UTF-8 only with this mark in front.
_MARK = "\ufeff"
# A spreadsheet computes what begins so, in Chinese versions with the full-width signs too, and
# leaves out blanks and what cannot be seen before them.
_COMPUTED = ("=", "+", "-", "@", "|", "%", "＝", "＋", "－", "＠", "｜", "％")
_BREAKS = ("\t", "\r", "\n")
_UNSEEN = re.compile(r"^[\s\x00-\x1f\x7f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]+")
# Excel rounds whole numbers from here on: longer codes are written as text.
_DIGITS_KEPT = 11

Cell = str | int | float | Decimal | date | datetime | None
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Sheet(Generic[Row]):
    """A list to be written: its name, what narrows it, its rows, and each column's head."""

    title: str
    filters: Sequence[str]
    rows: Sequence[Row]
    columns: Sequence[tuple[str, Callable[[Row], Cell]]]
    most: int = field(default_factory=lambda: MOST)


def answer(sheet: Sheet[Row]) -> Response:
    """The sheet as a CSV file to keep."""
    out = io.StringIO()
    out.write(_MARK)
    writer = csv.writer(out)
    writer.writerows([_cell(each) for each in line] for line in _front(sheet))
    writer.writerow([_cell(head) for head, _of in sheet.columns])
    writer.writerows(
        [_cell(of(row)) for _head, of in sheet.columns] for row in sheet.rows[: sheet.most]
    )
    stamp = f"{clock.now().astimezone(clock.BUREAU_ZONE):%Y%m%d-%H%M}"
    found = send_file(  # says a Chinese name in the way that a header must
        io.BytesIO(out.getvalue().encode()),
        mimetype="text/csv",
        as_attachment=True,
        download_name=f"{sheet.title}-{stamp}.csv",
    )
    found.headers["Cache-Control"] = "no-store"
    return found


def _front(sheet: Sheet[Row]) -> Iterable[Sequence[Cell]]:
    """The lines above the heads: title, who and when, filters, how many."""
    yield [sheet.title]
    posts = actor().posts
    yield [
        _("单位：%(unit)s", unit=posts[0].unit_name if posts else words.NOTHING),
        _("导出人：%(name)s", name=actor().name),
        _("导出时间：%(at)s", at=words.stamp_exact(clock.now())),
    ]
    yield [_("筛选条件：%(filters)s", filters=words.joined(sheet.filters) or _("无"))]
    count = len(sheet.rows)
    yield [
        _("超过 %(most)s 行，只导出前 %(most)s 行", most=f"{sheet.most:,}")
        if count > sheet.most
        else _("共 %(count)s 行", count=f"{count:,}")
    ]


def _cell(value: Cell) -> str | int | float:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return words.stamp_exact(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:f}"
    return harmless(value) if isinstance(value, str) else value


def harmless(text: str) -> str:
    """Text as a cell that no spreadsheet computes or rounds."""
    if text.isascii() and text.isdigit() and len(text) > _DIGITS_KEPT:
        return f"\t{text}"
    is_computed = text.startswith(_BREAKS) or _UNSEEN.sub("", text).startswith(_COMPUTED)
    return f"'{text}" if is_computed else text
