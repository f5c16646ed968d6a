"""Groups that import a command when it is asked for: a small tool starts at once."""

import sys
from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click


class Group(click.Group):
    """A group that knows where its commands are written: name to ``module:attribute``."""

    def __init__(self, *args: Any, found_in: Mapping[str, str], **settings: Any) -> None:  # noqa: ANN401 - click's own
        super().__init__(*args, **settings)
        self.found_in = found_in

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's own
        """The names, in alphabetical order."""
        return sorted(self.found_in)

    def get_command(
        self,
        ctx: click.Context,  # noqa: ARG002 - click's own
        cmd_name: str,
    ) -> click.Command | None:
        """Import a command; None if there is none of that name."""
        if cmd_name not in self.found_in:
            return None
        module, _, attribute = self.found_in[cmd_name].partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command


class Door(Group):
    """A group whose commands end with a sentence, not a traceback, when something is refused."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; say what was refused and end with its code."""
        try:
            return super().invoke(ctx)
        except (SystemExit, click.exceptions.Exit, click.ClickException):
            raise  # a command's own end needs no table
        except _refusals().kinds() as error:
            sys.exit(_refusals().tell(error))


def _refusals() -> Any:  # noqa: ANN401 - a module
    """The table of errors, which knows the database's: read when there is one to tell."""
    return import_module("caseflow.cli.refusals")
