"""`caseflow workflows check`: what is wrong with drawings, tables and forms, and what to do."""

import sys
from pathlib import Path

import click

from caseflow import engine
from caseflow.cli.speech import say
from caseflow.cli.workflows.files import PATH, bundle, language, shipped
from caseflow.services import effects


@click.command()
@click.argument("drawing", type=PATH, nargs=-1)
def check(drawing: tuple[Path, ...]) -> None:
    """Check drawings with their tables and forms; without a name, those of this version.

    Needs no database. Example: caseflow workflows check workflows/warning_verification.bpmn
    """
    refused = False
    for path in drawing or shipped():
        findings = engine.check(bundle(path), verbs=effects.VERBS)
        for finding in findings:
            refused |= finding.level == "error"
            click.echo(f"{'✗' if finding.level == 'error' else '!'} {finding.say(language())}")
        if not findings:
            say(f"✓ {path.name}：没有问题", f"✓ {path.name}: nothing to remark")
    sys.exit(refused)
