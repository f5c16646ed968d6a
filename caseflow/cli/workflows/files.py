"""Where the commands find drawings, and the tables and forms that lie beside them."""

from pathlib import Path

import click

from caseflow.cli.speech import language_of_operator
from caseflow.engine import kinds, pick
from caseflow.vocabulary import Invalid

ROOT = Path(__file__).parents[3]
PATH = click.Path(exists=True, dir_okay=False, path_type=Path)


def bundle(drawing: Path) -> dict[str, bytes]:
    """A drawing with what it calls and names, and nothing else of what lies near it."""
    return pick(near(drawing), drawing.name)


def near(drawing: Path) -> dict[str, bytes]:
    """A drawing with all drawings, tables and forms beside it and in the folder ``forms``."""
    home = drawing.parent
    beside = [path for ending in ("bpmn", "dmn", "form") for path in home.glob(f"*.{ending}")]
    forms = (drawing.resolve().parent.parent / "forms").glob("*.form")
    return {path.name: path.read_bytes() for path in (*forms, *beside, drawing) if path.is_file()}


def shipped() -> list[Path]:
    """The drawings of this version: kinds of case, and the parts that they call."""
    return sorted((ROOT / "workflows").glob("*.bpmn"))


def shipped_kinds() -> list[Path]:
    """The drawings of this version that are deployed; the parts go with those that call them."""
    files = {path.name: path.read_bytes() for path in shipped()}
    return [ROOT / "workflows" / name for name in kinds(files)]


def language() -> str:
    """The language of findings: the operator's, else Chinese."""
    return language_of_operator() or "zh"


def tell_errors(refusal: Invalid) -> None:
    """Print the findings for which a bundle was refused."""
    findings = refusal.values.get("findings")
    for finding in findings if isinstance(findings, tuple) else ():
        click.echo(f"✗ {finding.say(language())}", err=True)
