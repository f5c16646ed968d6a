"""`caseflow workflows outline`: a drawing as text."""

import sys
from pathlib import Path

import click

from caseflow import engine
from caseflow.cli.speech import lang_option
from caseflow.cli.workflows.files import PATH, bundle, tell_errors
from caseflow.vocabulary import Invalid


@click.command()
@click.argument("drawing", type=PATH)
@lang_option
def outline(drawing: Path) -> None:
    """Write a drawing as text, to see what a change changes.

    Example: caseflow workflows outline workflows/warning_verification.bpmn
    """
    try:
        process = engine.load(bundle(drawing))
    except Invalid as refusal:
        tell_errors(refusal)
        sys.exit(1)
    click.echo(engine.outline(process), nl=False)
