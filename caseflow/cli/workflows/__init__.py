"""`caseflow workflows`: tools for people who draw; one command per file, joined here."""

import click

from caseflow.cli.groups import Group

_FOUND_IN = {
    name: f"caseflow.cli.workflows.{name}:{name}"
    for name in (
        *("check", "deploy", "diff"),
        *("outline", "play"),
    )
}


@click.group(cls=Group, found_in=_FOUND_IN)
def workflows() -> None:
    """Check, try out and deploy drawings (流程定义)."""
