"""`caseflow workflows diff`: what a new version changes, in words."""

import sys
from pathlib import Path

import click

from caseflow.cli.speech import complain, lang_option, say
from caseflow.cli.workflows.files import language
from caseflow.engine import differences
from caseflow.engine.differences import Change

_ENDINGS = (".bpmn", ".dmn", ".form")
_PATH = click.Path(exists=True, path_type=Path)
_MARKS = {"added": "+", "removed": "-", "changed": "~", "moved": "·"}


@click.command()
@click.argument("old", type=_PATH)
@click.argument("new", type=_PATH)
@lang_option
def diff(old: Path, new: Path) -> None:
    """Say what two files or two folders of definitions differ in; needs no database.

    Ends with 1 when something differs that is more than layout, as diff does.

    Example: caseflow workflows diff old/warning_verification.bpmn new/warning_verification.bpmn
    """
    files = [_files(each) for each in (old, new)]
    for path, found in ((old, files[0]), (new, files[1])):
        if not found:
            complain(
                f"✗ {path}：不是流程定义；请给.bpmn、.dmn、.form文件或放有它们的文件夹",
                f"✗ {path}: no definition; give a .bpmn, .dmn or .form, or a folder of them",
            )
            sys.exit(2)
    if old.is_file() and new.is_file() and old.suffix == new.suffix:
        files[0] = {new.name: old.read_bytes()}
    compared = differences.compare(*files)
    for change in compared.of_meaning:
        _tell(change)
    if compared.of_layout:
        count = len(compared.of_layout)
        say(f"另有 {count} 处只动了位置或次序", f"besides, {count} things only moved")
    if not compared.of_meaning:
        say("✓ 含义没有变化", "✓ nothing differs in meaning")
    sys.exit(1 if compared.of_meaning else 0)


def _tell(change: Change) -> None:
    first, *rest = differences.say(change, language())
    click.echo(f"{_MARKS[change.kind]} {change.file} {change.id}: {first}")
    for line in rest:
        click.echo(f"    {line}")


def _files(path: Path) -> dict[str, bytes]:
    if path.is_file():
        return {path.name: path.read_bytes()} if path.suffix in _ENDINGS else {}
    found = (each for each in sorted(path.rglob("*")) if each.suffix in _ENDINGS)
    return {each.name: each.read_bytes() for each in found if each.is_file()}
