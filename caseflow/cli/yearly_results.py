"""`caseflow yearly-results`: results of the years before this house, shown beside the computed."""

from collections.abc import Mapping
from pathlib import Path

import click

from caseflow.cli import tables
from caseflow.cli.house import database
from caseflow.cli.speech import say
from caseflow.services import yearly_results as on_file
from caseflow.services.yearly_results import COLUMNS
from caseflow.vocabulary import SYSTEM, CaseKind, Invalid

_SENTENCES: Mapping[str, tuple[str, str]] = {
    "WRONG_COLUMNS": (
        "表头不符：缺少 {missing}；多出 {unknown}；重复 {twice}。表头见 samples/results/",
        (
            "wrong header: missing {missing}; unknown {unknown}; twice {twice};"
            " see samples/results/ for the headers"
        ),
    ),
    "WRONG_ENCODING": (
        "既不是 UTF-8 也不是 GB18030 编码，请另存后再试",
        "neither UTF-8 nor GB18030; save the file again in one of them",
    ),
    "FILE_EMPTY": ("没有内容，请填写表头和各年", "nothing in it; fill in the header and the years"),
    "FILE_UNREADABLE": ("无法读取，请另存为 CSV 或 XLSX", "unreadable; save it as CSV or XLSX"),
    "FILE_TOO_LARGE": ("文件过大，请分成几个", "the file is too large; split it"),
    "CELL_COUNT": (
        "有 {found} 格，表头有 {wanted} 格；含逗号的内容请加引号",
        "{found} cells, but the header has {wanted}; quote cells that hold a comma",
    ),
    "MISSING": ("“{column}”没有填，请补上", "“{column}” is empty; fill it in"),
    "BAD_YEAR": (
        "年度“{value}”不对，请填 1949 至 {latest} 的年份，如 2009",
        "“{value}” is no year from 1949 to {latest}; write it as 2009",
    ),
    "UNIT_UNKNOWN": (
        "没有单位 {unit}，请改正代码，或先用 caseflow bureau 登记该单位",
        "unit {unit} is unknown; correct the code, or put it on file by caseflow bureau first",
    ),
    "UNKNOWN_WORD": (
        "“{column}”没有“{value}”这一项，请填下列之一：{wanted}",
        "“{column}” has no “{value}”; give one of: {wanted}",
    ),
    "BAD_COUNT": (
        "“{column}”的“{value}”不是户数，请填整数，如 7333",
        "“{column}”: “{value}” is no count; write a whole number such as 7333",
    ),
    "BAD_AMOUNT": (
        "“{column}”的“{value}”不是金额，请按元填写，最多两位小数，如 460000000.00",
        (
            "“{column}”: “{value}” is no amount; write yuan with two decimals at most, as"
            " 460000000.00"
        ),
    ),
    "TOO_LONG": (
        "“{column}”超过 {longest} 字，请改短",
        "“{column}” is longer than {longest} signs",
    ),
    "YEAR_TWICE": (
        "{year} 年 {unit} 的{kind}重复，请只留一行",
        "{year}, unit {unit}, {kind} stands here twice; keep one row",
    ),
}


@click.command(name="yearly-results")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def yearly_results(file: Path) -> None:
    """Take in FILE, CSV or XLSX: results of earlier years with their source (历年成果).

    They stand beside the computed results, marked as imported, and are never added to them. When a
    row is wrong, each fault is told with its line and nothing is put on file. A year that differs
    is changed, which the record says; the same file again changes nothing.

    Example: caseflow yearly-results samples/results/2005-2009-evaluations.csv
    """
    try:
        with database() as house, house.transaction() as session:
            outcome = on_file.take_in(session, SYSTEM, file)
    except Invalid as refusal:
        faults = refusal.values.get("faults")
        tables.end_at(file, faults if isinstance(faults, tuple) else (), _SENTENCES, _said)
        raise
    say(
        f"新增 {outcome.put} 行，变更 {outcome.changed} 行",
        f"{outcome.put} rows put on file, {outcome.changed} changed",
    )


def _said(value: object, language: int) -> str:
    """A value in words, columns by their titles: 0 Chinese, 1 English."""
    if isinstance(value, CaseKind):
        return f"{value.zh} {value.value}" if language == 0 else f"{value.en} {value.value}"
    if isinstance(value, list | tuple):
        return ", ".join(_said(each, language) for each in value) or "-"
    text = str(value)
    return COLUMNS[text][language] if text in COLUMNS else text
