"""From an error to a sentence and an exit code: the command line's only table of them."""

import sys

import click
from sqlalchemy.exc import OperationalError, ProgrammingError

from caseflow.cli.speech import sentence
from caseflow.config import BadSetting
from caseflow.embedded.places import CannotStart
from caseflow.vocabulary import Refused

_EXIT = {BadSetting: 2, CannotStart: 3, OperationalError: 4, ProgrammingError: 4, Refused: 5}


class Door(click.Group):
    """A group whose commands end with a sentence instead of a traceback when something is refused."""

    def invoke(self, context: click.Context) -> object:
        """Run the command; say what was refused and end with its code."""
        try:
            return super().invoke(context)
        except tuple(_EXIT) as error:
            click.echo(_say(error), err=True)
            sys.exit(next(code for kind, code in _EXIT.items() if isinstance(error, kind)))


def _say(error: Exception) -> str:
    if isinstance(error, BadSetting):
        return sentence(f"设置有误：{error}", f"Bad setting: {error}")
    if isinstance(error, CannotStart):
        return sentence(f"无法启动：{error}", f"Cannot start: {error}")
    if isinstance(error, OperationalError):
        return sentence(
            f"数据库没有应答：{error.orig}", f"The database does not answer: {error.orig}"
        )
    if isinstance(error, ProgrammingError):
        return sentence(
            f"数据库结构不符，请运行 caseflow db upgrade：{error.orig}",
            f"The schema does not fit; run caseflow db upgrade: {error.orig}",
        )
    return sentence(f"拒绝：{error}", f"Refused: {error}")
