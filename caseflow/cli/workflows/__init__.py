"""`caseflow workflows`: tools for people who draw; one command per file, joined here."""

import click

from caseflow.cli.groups import Group

_FOUND_IN = {
    "check": "caseflow.cli.workflows.check:check",
    "decide": "caseflow.cli.workflows.decide:decide",
    "deploy": "caseflow.cli.workflows.deploy:deploy",
    "diff": "caseflow.cli.workflows.diff:diff",
    "migrate": "caseflow.cli.workflows.migrate:migrate",
    "outline": "caseflow.cli.workflows.outline:outline",
    "play": "caseflow.cli.workflows.play:play",
    "walk": "caseflow.cli.workflows.walk:walk",
}


@click.group(cls=Group, found_in=_FOUND_IN)
def workflows() -> None:
    """Check, try out and deploy drawings (流程定义)."""
