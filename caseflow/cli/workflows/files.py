"""Where the commands find drawings, and the tables and forms that lie beside them."""

from pathlib import Path

import click

from caseflow.cli.speech import language_of_operator
from caseflow.vocabulary import Invalid

ROOT = Path(__file__).parents[3]
PATH = click.Path(exists=True, dir_okay=False, path_type=Path)


def bundle(drawing: Path) -> dict[str, bytes]:
    """A drawing with the tables that lie beside it and the forms of the folder ``forms``."""
    tables = drawing.parent.glob("*.dmn")
    forms = (drawing.parent.parent / "forms").glob("*.form")
    return {path.name: path.read_bytes() for path in (drawing, *tables, *forms)}


def shipped() -> list[Path]:
    """The drawings of this version."""
    return sorted((ROOT / "workflows").glob("*.bpmn"))


def language() -> str:
    """The language of findings: the operator's, else Chinese."""
    return language_of_operator() or "zh"


def tell_errors(refusal: Invalid) -> None:
    """Print the findings for which a bundle was refused."""
    findings = refusal.values.get("findings")
    for finding in findings if isinstance(findings, tuple) else ():
        click.echo(f"✗ {finding.say(language())}", err=True)
