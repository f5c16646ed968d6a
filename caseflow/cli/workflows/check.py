"""`caseflow workflows check`: what is wrong with drawings, tables and forms, and what to do."""

import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import click

from caseflow import engine
from caseflow.cli.speech import lang_option, say
from caseflow.cli.workflows.files import PATH, bundle, language, near, shipped
from caseflow.engine import Finding, decisions, lenient, repeats
from caseflow.engine.findings import folded
from caseflow.engine.forms import checks, reading
from caseflow.engine.forms.formspec import FormSpec
from caseflow.services import effects

_MOST_NAMED = 8


@click.command()
@click.argument("file", type=PATH, nargs=-1)
@click.option("--all", "every", is_flag=True, help="list what only follows from another finding")
@lang_option
def check(file: tuple[Path, ...], *, every: bool) -> None:
    """Check drawings (.bpmn) with all they name, tables (.dmn) and forms (.form).

    Without a FILE, the drawings of this version. Each finding says file, line, element, what is
    wrong (✗) or hardly meant (!), and what to do; what seems to follow from it is counted below it
    (↳) and listed with --all. Ends with 1 when something is wrong. A drawing is read with the
    drawings, tables and forms beside it and in the folder forms beside its own, a table or form
    with the drawings that use it. Needs no database.

    Example: caseflow workflows check workflows/warning_verification.bpmn forms/wv_vote.form
    """
    refused = False
    for path in file or shipped():
        findings = _CHECKS.get(path.suffix, _unknown)(path)
        for finding, following in folded(findings):
            refused |= finding.level == "error"
            click.echo(f"{'✗' if finding.level == 'error' else '!'} {finding.say(language())}")
            _tell(following, every=every)
        if not findings:
            say(f"✓ {path.name}：没有问题", f"✓ {path.name}: nothing to remark")
    sys.exit(refused)


def _tell(following: list[Finding], *, every: bool) -> None:
    if every:
        for each in following:
            click.echo(f"  ↳ {each.say(language())}")
    elif following:
        count = len(following)
        elements = list(dict.fromkeys(each.element or each.file for each in following))
        named = ", ".join(elements[:_MOST_NAMED]) + (" …" if elements[_MOST_NAMED:] else "")
        told = (
            f"  ↳ 另有{count}处应由此而来，先改这一处（--all 列出）：{named}",
            f"  ↳ {count} more seem to follow from it; mend this first (--all lists them): {named}",
        )
        click.echo(told[language() == "en"])


def _drawing(path: Path) -> list[Finding]:
    files = bundle(path)
    wrong = engine.check(files, verbs=effects.VERBS)
    if any(each.level == "error" for each in wrong):
        return wrong
    undrawn = engine.undrawn(files, verbs=effects.VERBS)
    return wrong + engine.advise(files) + [replace(each, level="warning") for each in undrawn]


def _part(path: Path) -> list[Finding]:
    """A table or form: as the drawings near it use it, else by itself."""
    using = [files for files in _bundles(path) if path.name in files]
    if not using and path.suffix == ".dmn":
        data = path.read_bytes()
        read = decisions.read_alone(path.name, data)
        twice = {each.element for each in read if each.code == "twice"}
        return read + repeats.judge(path.name, data, known=twice)
    if not using:
        return lenient.supposing(lambda names: _form(path, names))
    found = [f for files in using for f in engine.check(files) if f.file == path.name]
    return list({finding.say("en"): finding for finding in found}.values())


def _bundles(path: Path) -> Iterator[dict[str, bytes]]:
    home = path.resolve().parent
    for drawing in (*home.glob("*.bpmn"), *(home.parent / "workflows").glob("*.bpmn")):
        yield engine.pick(near(drawing) | {path.name: path.read_bytes()}, drawing.name)


def _form(path: Path, names: lenient.Names) -> list[Finding]:
    found, findings = reading.read(path.name, path.read_bytes())
    if found is None:
        return findings
    if found.id != path.stem:
        values = {"id": found.id, "key": path.stem}
        findings.append(Finding("error", path.name, "", 0, "form_name", values))
    spec = FormSpec(found.id, found.fields, found.properties)
    return findings + checks.check(path.name, spec, names)


def _unknown(path: Path) -> list[Finding]:
    return [Finding("error", path.name, "", 0, "unknown_file")]


_CHECKS: Mapping[str, Callable[[Path], list[Finding]]] = {
    ".bpmn": _drawing,
    ".dmn": _part,
    ".form": _part,
}
