"""From an error to a sentence and an exit code: the command line's only table of them."""

from collections.abc import Mapping

import click
from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError

from caseflow.cli.record_sentences import SENTENCES
from caseflow.cli.speech import sentence
from caseflow.config import BadSetting
from caseflow.embedded.base_backups import BackupFailed
from caseflow.embedded.places import CannotStart
from caseflow.embedded.recovery import NotReached
from caseflow.engine import EngineError
from caseflow.vocabulary import Refused

# Error, exit code, and how its sentence begins in both languages.
_TABLE: tuple[tuple[type[Exception], int, str, str], ...] = (
    (BadSetting, 2, "设置有误", "Bad setting"),
    (CannotStart, 3, "无法启动", "Cannot start"),
    (BackupFailed, 7, "备份不可用", "The backup does not hold"),
    (NotReached, 7, "日志归档到不了这个时点", "The log does not reach that time"),
    (OperationalError, 4, "数据库没有应答", "The database does not answer"),
    (ProgrammingError, 4, "数据库结构不符，请运行 caseflow db upgrade", "Run caseflow db upgrade"),
    (Refused, 5, "拒绝", "Refused"),
    (EngineError, 6, "流程走不下去，请运行 caseflow doctor", "Stuck; run caseflow doctor"),
)


# Refusals that commands meet, each with what to do.
SAID: Mapping[str, tuple[str, str]] = {
    "case": (
        "没有任务 {number}：编号要写全，如 01WV2010000001",
        "There is no case {number}: give the whole number, as 01WV2010000001",
    ),
    "deadlines_empty": (
        "文件里没有期限：每行写 最后一日,公告文号",
        "the file holds no deadline: write last day,notice in each line",
    ),
    "deadline_twice": (
        "{year} 年 {month} 月写了两次：留下一行",
        "{year}-{month} stands there twice: keep one line",
    ),
    "deadline_without_notice": (
        "{on} 没有公告文号，或超过 60 字：请改正",
        "{on} has no notice, or one above 60 signs: mend it",
    ),
    "holiday_plan_empty": (
        "文件里没有休息日：放假安排应写全年的假日和调休",
        "the file has no rest day: a plan names the holidays and make-up days of a whole year",
    ),
    "holiday_of_other_year": (
        "{on} 不在 {year} 年：一个文件只写一年",
        "{on} is not in {year}: one file holds one year",
    ),
    "holiday_twice": ("{on} 写了两次：留下一行", "{on} stands there twice: keep one line"),
    "holiday_without_name": (
        "{on} 没有假日名称，或超过 20 字：请改正",
        "{on} has no name of a holiday, or one above 20 signs: mend it",
    ),
    "worked_day_on_weekday": (
        "{on} 不是周末，本来就上班：请核对",
        "{on} is no weekend day and worked anyhow: look at it again",
    ),
    "backup_incomplete": (
        "{folder} 里没有 MANIFEST.json：备份没有做完，或不是备份文件夹",
        "{folder} has no MANIFEST.json: the backup was broken off, or this is no backup",
    ),
    "backup_unreadable": (
        "{folder}/MANIFEST.json 读不出来：换一份备份",
        "{folder}/MANIFEST.json cannot be read: take another backup",
    ),
    "backup_format": (
        "备份格式是 {found}，本版本只认 {wanted}",
        "the backup is of format {found}, this version reads {wanted}",
    ),
    "backup_file_changed": (
        "备份中的 {file} 缺失或已被改动：换一份备份",
        "{file} of the backup is missing or changed: take another backup",
    ),
}


def kinds() -> tuple[type[Exception], ...]:
    """The errors that are told with a sentence."""
    return tuple(row[0] for row in _TABLE)


def tell(error: Exception) -> int:
    """Say what was refused, and give the exit code."""
    _, code, chinese, english = next(row for row in _TABLE if isinstance(error, row[0]))
    cause = str(error.orig) if isinstance(error, DBAPIError) else str(error)
    said_of = {**SENTENCES, **SAID}
    if isinstance(error, Refused) and error.code in said_of:
        # A case is named by its number where a person did, else by its id.
        values = {"number": error.values.get("id", ""), **error.values}
        cause = sentence(*(said.format(**values) for said in said_of[error.code]))
    click.echo(f"{sentence(chinese, english)}: {cause.splitlines()[0]}", err=True)
    return code
