"""`caseflow workflows`: drawings with their tables and forms, checked and deployed."""

import sys
from pathlib import Path

import click

from caseflow import engine
from caseflow.cli.house import database
from caseflow.cli.speech import language_of_operator, say
from caseflow.services import definitions, effects
from caseflow.vocabulary import SYSTEM, Invalid

_ROOT = Path(__file__).parents[2]
_PATH = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def workflows() -> None:
    """Check and deploy drawings (流程定义)."""


@workflows.command()
@click.argument("drawing", type=_PATH, nargs=-1)
def check(drawing: tuple[Path, ...]) -> None:
    """Check drawings with their tables and forms; without a name, those of this version.

    Needs no database. Example: caseflow workflows check workflows/warning_verification.bpmn
    """
    refused = False
    for path in drawing or _shipped():
        findings = engine.check(bundle(path), verbs=effects.VERBS)
        for finding in findings:
            refused |= finding.level == "error"
            click.echo(f"{'✗' if finding.level == 'error' else '!'} {finding.say(_language())}")
        if not findings:
            say(f"✓ {path.name}：没有问题", f"✓ {path.name}: nothing to remark")
    sys.exit(refused)


@workflows.command()
@click.argument("drawing", type=_PATH)
def outline(drawing: Path) -> None:
    """Write a drawing as text, to see what a change changes.

    Example: caseflow workflows outline workflows/warning_verification.bpmn
    """
    try:
        process = engine.load(engine.pick(bundle(drawing), drawing.name))
    except Invalid as refusal:
        _tell_errors(refusal)
        sys.exit(1)
    click.echo(engine.outline(process), nl=False)


@workflows.command()
@click.argument("drawing", type=_PATH, nargs=-1)
def deploy(drawing: tuple[Path, ...]) -> None:
    """Deploy drawings as new versions; the same bytes again are the version they were.

    Running cases keep the version they began with. Example: caseflow workflows deploy
    """
    with database() as house:
        for path in drawing or _shipped():
            with house.transaction() as session:
                try:
                    deployed = definitions.deploy(session, SYSTEM, bundle(path))
                except Invalid as refusal:
                    _tell_errors(refusal)
                    raise
                process, version = deployed.process, deployed.version
            say(f"{process} 第 {version} 版", f"{process} version {version}")


def bundle(drawing: Path) -> dict[str, bytes]:
    """A drawing with the tables that lie beside it and the forms of the folder ``forms``."""
    tables = drawing.parent.glob("*.dmn")
    forms = (drawing.parent.parent / "forms").glob("*.form")
    return {path.name: path.read_bytes() for path in (drawing, *tables, *forms)}


def _tell_errors(refusal: Invalid) -> None:
    findings = refusal.values.get("findings")
    for finding in findings if isinstance(findings, tuple) else ():
        click.echo(f"✗ {finding.say(_language())}", err=True)


def _shipped() -> list[Path]:
    return sorted((_ROOT / "workflows").glob("*.bpmn"))


def _language() -> str:
    return language_of_operator() or "zh"
