"""Why a row was rejected: the codes with their sentences, and the file that gives the rows back.

The file opens in a spreadsheet; once mended, and with the first six columns removed, it can be
loaded again.
"""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from caseflow.lake.cells import Problem

REASONS = {
    "BAD_NUMBER": ("不是数字", "not a number"),
    "BAD_FLAG": ("应为“是”或“否”", "must be yes or no"),
    "BAD_CHOICE": ("不在允许的取值范围内", "not one of the allowed values"),
    "BAD_DATE": ("日期无法识别", "not a date"),
    "BAD_PERIOD": ("所属期不存在或晚于当前月份", "month does not exist or has not begun"),
    "BAD_TEXT": ("文字过长或含有不可见字符", "text too long or not printable"),
    "OUT_OF_RANGE": ("数值超出允许范围", "number out of range"),
    "MISSING_ID": ("缺少标识", "identification missing"),
    "UNKNOWN_TAXPAYER": ("登记信息中没有该纳税人", "taxpayer not in the register"),
    "UNKNOWN_DISTRICT": ("没有该区局代码", "no such district"),
    "DUPLICATE_KEY": ("同一文件中已有相同标识和所属期的行", "same key and month earlier in file"),
    "TOO_MANY_COLUMNS": ("列数多于表头", "more columns than the header"),
    "MISSING_COLUMNS": ("列数少于表头", "fewer columns than the header"),
}
HEADER = ("行号", "代码", "列", "原值", "原因", "reason")


@dataclass(frozen=True, slots=True)
class Reject:
    """A row that was not taken, as it stood in the file."""

    line: int
    problem: Problem
    cells: tuple[str, ...]


def write(
    path: Path, headings: Mapping[str, str], header: Sequence[str], rejects: Iterable[Reject]
) -> None:
    """Write the rejected rows in the order of the file; `headings` says what it calls a column."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out)
        writer.writerow((*HEADER, *header))
        for each in sorted(rejects, key=lambda reject: reject.line):
            zh, en = REASONS[each.problem.code]
            column = headings.get(each.problem.column, "")
            told = (each.line, each.problem.code, column, each.problem.value, zh, en)
            writer.writerow((*told, *each.cells))
