"""`caseflow payments`: tax receipts taken in and matched to what cases await."""

from collections.abc import Mapping
from pathlib import Path

import click
from sqlalchemy.orm import Session

from caseflow.cli import tables
from caseflow.cli.house import database
from caseflow.cli.speech import say
from caseflow.db import Database
from caseflow.services.payments import matching, taking
from caseflow.services.payments.taking import COLUMNS
from caseflow.vocabulary import SYSTEM, Invalid, Refused

_SENTENCES: Mapping[str, tuple[str, str]] = {
    "WRONG_COLUMNS": (
        "表头不符，有缺或多的栏：{wrong}",
        "wrong header, missing or unknown: {wrong}",
    ),
    "WRONG_ENCODING": (
        "既不是 UTF-8 也不是 GB18030 编码，请另存后再试",
        "neither UTF-8 nor GB18030; save the file again in one of them",
    ),
    "FILE_EMPTY": ("没有内容，请填写表头和各行", "nothing in it; fill in the header and the lines"),
    "FILE_UNREADABLE": ("无法读取，请另存为 CSV 或 XLSX", "unreadable; save it as CSV or XLSX"),
    "FILE_TOO_LARGE": ("文件过大，请分成几个", "the file is too large; split it"),
    "CELL_COUNT": (
        "有 {found} 格，表头有 {wanted} 格",
        "{found} cells, but the header has {wanted}",
    ),
    "MISSING": ("“{column}”没有填，请补上", "“{column}” is empty; fill it in"),
    "TOO_LONG": (
        "“{column}”超过 {longest} 字，请改短",
        "“{column}” is longer than {longest} signs",
    ),
    "UNKNOWN_WORD": ("“{column}”没有“{value}”这一项", "“{column}” has no “{value}”"),
    "BAD_PERIOD": (
        "所属期“{value}”不对，如 2009-12 或 2009",
        "“{value}” is no period such as 2009-12",
    ),
    "BAD_AMOUNT": (
        "金额“{value}”不对，请填大于零的元数，最多两位小数",
        "“{value}” is no amount above zero with two decimals at most",
    ),
    "BAD_LINE": ("行次“{value}”不是整数", "“{value}” is no line number"),
    "BAD_DAY": ("缴款日期“{value}”不对，不能晚于今天", "“{value}” is no day up to today"),
    "PAYER_UNKNOWN": ("没有纳税人 {value}，请先导入登记", "taxpayer {value} is unknown"),
    "RECEIPT_DIFFERS": (
        "票证 {receipt} 第 {line} 行已登记且内容不同，请核对",
        "receipt {receipt}, line {line} is on file and says something else",
    ),
}


@click.command(name="payments")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def payments(file: Path) -> None:
    """Take in FILE, CSV or XLSX: tax receipts (税收票证), and match them to cases.

    A receipt that fits one sum of one case exactly is matched at once; the rest waits for an
    officer under 候选缴款. The same file again changes nothing; when a line is wrong, each fault is
    told and nothing is put on file.

    Example: caseflow payments samples/payments/receipts.csv
    """
    with database() as house:
        try:
            with house.transaction() as session:
                outcome = taking.take_in(session, SYSTEM, file)
        except Invalid as refusal:
            faults = refusal.values.get("faults")
            tables.end_at(file, faults if isinstance(faults, tuple) else (), _SENTENCES, _said)
            raise
        matched = sum(_match(house, payment_id) for payment_id in outcome.new)
    say(
        f"新增 {len(outcome.new)} 笔，已有 {outcome.known} 笔；自动匹配 {matched} 笔",
        f"{len(outcome.new)} payments put on file, {outcome.known} known; {matched} matched",
    )


def _match(house: Database, payment_id: int) -> int:
    """One payment in a transaction of its own; what has changed meanwhile leaves it waiting."""
    try:
        with house.transaction() as session:
            return _one(session, payment_id)
    except Refused:
        return 0


def _one(session: Session, payment_id: int) -> int:
    return int(bool(matching.match_exactly(session, payment_id)))


def _said(value: object, language: int) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(_said(each, language) for each in value) or "-"
    text = str(value)
    return COLUMNS[text][language] if text in COLUMNS else text
