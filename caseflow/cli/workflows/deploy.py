"""`caseflow workflows deploy`: drawings become versions."""

from pathlib import Path

import click

from caseflow.cli.house import database
from caseflow.cli.speech import say
from caseflow.cli.workflows.files import PATH, bundle, shipped, tell_errors
from caseflow.services import definitions
from caseflow.vocabulary import SYSTEM, Invalid


@click.command()
@click.argument("drawing", type=PATH, nargs=-1)
def deploy(drawing: tuple[Path, ...]) -> None:
    """Deploy drawings as new versions; the same bytes again are the version they were.

    Running cases keep the version they began with. Example: caseflow workflows deploy
    """
    with database() as house:
        for path in drawing or shipped():
            with house.transaction() as session:
                try:
                    deployed = definitions.deploy(session, SYSTEM, bundle(path))
                except Invalid as refusal:
                    tell_errors(refusal)
                    raise
                process, version = deployed.process, deployed.version
            say(f"{process} 第 {version} 版", f"{process} version {version}")
