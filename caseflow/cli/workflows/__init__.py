"""`caseflow workflows`: tools for people who draw; one command per file, joined here."""

import click

from caseflow.cli.workflows.check import check
from caseflow.cli.workflows.deploy import deploy
from caseflow.cli.workflows.outline import outline


@click.group()
def workflows() -> None:
    """Check, try out and deploy drawings (流程定义)."""


for _command in (
    *(
        check,
        deploy,
        outline,
    ),
):
    workflows.add_command(_command)
