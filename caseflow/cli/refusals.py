"""From an error to a sentence and an exit code: the command line's only table of them."""

import click
from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError

from caseflow.cli.record_sentences import SENTENCES
from caseflow.cli.speech import sentence
from caseflow.config import BadSetting
from caseflow.embedded.places import CannotStart
from caseflow.engine import EngineError
from caseflow.vocabulary import Refused

# Error, exit code, and how its sentence begins in both languages.
_TABLE: tuple[tuple[type[Exception], int, str, str], ...] = (
    (BadSetting, 2, "设置有误", "Bad setting"),
    (CannotStart, 3, "无法启动", "Cannot start"),
    (OperationalError, 4, "数据库没有应答", "The database does not answer"),
    (ProgrammingError, 4, "数据库结构不符，请运行 caseflow db upgrade", "Run caseflow db upgrade"),
    (Refused, 5, "拒绝", "Refused"),
    (EngineError, 6, "流程走不下去，请运行 caseflow doctor", "Stuck; run caseflow doctor"),
)


def kinds() -> tuple[type[Exception], ...]:
    """The errors that are told with a sentence."""
    return tuple(row[0] for row in _TABLE)


def tell(error: Exception) -> int:
    """Say what was refused, and give the exit code."""
    _, code, chinese, english = next(row for row in _TABLE if isinstance(error, row[0]))
    cause = str(error.orig) if isinstance(error, DBAPIError) else str(error)
    if isinstance(error, Refused) and error.code in SENTENCES:
        cause = sentence(*(said.format(**error.values) for said in SENTENCES[error.code]))
    click.echo(f"{sentence(chinese, english)}: {cause.splitlines()[0]}", err=True)
    return code
