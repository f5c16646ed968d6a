"""One cell of a file: text in, stored value out, or the code of what is wrong with it.

The set-based path of `ingest` flags what looks odd; this module has the last word, repairs what is
unambiguous (thousands separators, full-width digits) and names the reason of the rest.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from caseflow.lake.fields import Field, Kind

Value = str | int | bool | date | None

TRUE = ("1", "是", "y", "yes", "true", "t")
FALSE = ("0", "否", "n", "no", "false", "f")
LONGEST_TEXT = 200
LARGEST_STORED = 10**15
"""Ten trillion yuan in fen; sums of many months of such numbers still fit 64 bits."""
FIRST_YEAR = 1990

_MONTH = re.compile(r"(\d{4})[-/年.]?(\d{1,2})(?:月|[-/.]?\d{1,2})?")
_DAY = re.compile(r"(\d{4})[-/年.]?(\d{1,2})[-/月.]?(\d{1,2})日?")
_MISSING = frozenset({"", "-", "—", "--", "null"})


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a row cannot be taken: a code, the column, and what stood there."""

    code: str
    column: str = ""
    value: str = ""


def parse(field: Field, text: str, as_of: date) -> tuple[Value, Problem | None]:
    """Read one cell of a column."""
    clean = unicodedata.normalize("NFKC", text).strip()
    if clean.lower() in _MISSING:
        return None, None
    value = _READERS[field.type](field, clean)
    if value is None:
        return None, Problem(_CODES[field.type], field.name, text)
    if field.type is Kind.PERIOD and not is_period_known(int(str(value)), as_of):
        return None, Problem("BAD_PERIOD", field.name, text)
    if field.is_numeric and not _in_range(field, int(str(value))):
        return None, Problem("OUT_OF_RANGE", field.name, text)
    return value, None


def row(
    columns: Sequence[Field], cells: Sequence[str], as_of: date, *, keys: int
) -> tuple[list[Value], Problem | None]:
    """Read a whole row; the first problem found is its reason. The keys stand first and are due."""
    if len(cells) > len(columns):
        return [], Problem("TOO_MANY_COLUMNS", value=str(len(cells)))
    if len(cells) < len(columns):
        return [], Problem("MISSING_COLUMNS", value=str(len(cells)))
    values: list[Value] = []
    for index, (column, text) in enumerate(zip(columns, cells, strict=True)):
        value, problem = parse(column, text, as_of)
        if problem is None and value is None and index < keys:
            code = "BAD_PERIOD" if column.type is Kind.PERIOD else "MISSING_ID"
            problem = Problem(code, column.name, text)
        if problem:
            return [], problem
        values.append(value)
    return values, None


def is_period_known(period: int, as_of: date) -> bool:
    """Tell whether a month (YYYYMM) exists and has begun."""
    year, month = divmod(period, 100)
    return year >= FIRST_YEAR and 1 <= month <= 12 and (year, month) <= (as_of.year, as_of.month)  # noqa: PLR2004 - months of a year


def bounds(field: Field) -> tuple[int, int]:
    """Give the smallest and largest stored number a column may hold."""
    low = -LARGEST_STORED if field.minimum is None else field.minimum * field.scale
    high = LARGEST_STORED if field.maximum is None else field.maximum * field.scale
    return low, high


def _in_range(field: Field, stored: int) -> bool:
    low, high = bounds(field)
    return low <= stored <= high


def _number(field: Field, text: str) -> int | None:
    try:
        number = Decimal(text.replace(",", "").replace(" ", "").lstrip("¥"))
    except InvalidOperation:
        return None
    if not number.is_finite() or abs(number) >= Decimal(10) ** 18:
        return None
    scaled = number * field.scale
    if field.type is Kind.INT and scaled != scaled.to_integral_value():
        return None
    return int(scaled.to_integral_value(ROUND_HALF_UP))


def _truth(_: Field, text: str) -> bool | None:
    folded = text.lower()
    return True if folded in TRUE else False if folded in FALSE else None


def _choice(field: Field, text: str) -> str | None:
    return choices(field).get(unicodedata.normalize("NFKC", text).lower())


def choices(field: Field) -> Mapping[str, str]:
    """Map every spelling of a closed list (identifier or Chinese) to its identifier."""
    pairs = [(name, name) for name in field.values]
    pairs += [(unicodedata.normalize("NFKC", zh), name) for name, zh in field.values.items()]
    return {spelling.lower(): name for spelling, name in pairs}


def _period(_: Field, text: str) -> int | None:
    found = _MONTH.fullmatch(text)
    return int(found[1]) * 100 + int(found[2]) if found else None


def _date(_: Field, text: str) -> date | None:
    found = _DAY.fullmatch(text.partition(" ")[0])
    try:
        return date(int(found[1]), int(found[2]), int(found[3])) if found else None
    except ValueError:
        return None


def _string(_: Field, text: str) -> str | None:
    readable = len(text) <= LONGEST_TEXT and text.isprintable()
    return text if readable else None


_READERS = {
    Kind.INT: _number,
    Kind.DECIMAL: _number,
    Kind.BOOL: _truth,
    Kind.ENUM: _choice,
    Kind.PERIOD: _period,
    Kind.DATE: _date,
    Kind.STRING: _string,
}
_CODES = {
    Kind.INT: "BAD_NUMBER",
    Kind.DECIMAL: "BAD_NUMBER",
    Kind.BOOL: "BAD_FLAG",
    Kind.ENUM: "BAD_CHOICE",
    Kind.PERIOD: "BAD_PERIOD",
    Kind.DATE: "BAD_DATE",
    Kind.STRING: "BAD_TEXT",
}
