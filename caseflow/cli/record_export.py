"""`caseflow record export` and `reconcile`: the record taken out, and held against the cases."""

from __future__ import annotations

import sys
from pathlib import Path
from shlex import quote

import click

from caseflow import clock
from caseflow.cli.house import database
from caseflow.cli.speech import language_of_operator, say, sentence
from caseflow.jobs import record_exports
from caseflow.reads import record_check
from caseflow.reads.record_export import Packed
from caseflow.services import log_key, place
from caseflow.verifier import packing
from caseflow.vocabulary import SYSTEM, Conflict

_SHOWN = 200


@click.command()
@click.argument("target", type=click.Path(path_type=Path))
def export(target: Path) -> None:
    """
    Write the whole record into TARGET, a new folder or a .zip, with its verifier (导出留痕).

    Example: caseflow record export /media/audit/record.zip
    """
    try:
        packed = _pack(target)
    except FileExistsError as error:
        raise Conflict("export_exists", path=str(target)) from error
    say(
        f"已导出 {packed.events} 条留痕（{packed.sealed} 条已封存）到 {target}",
        f"{packed.events} events, {packed.sealed} of them sealed, are in {target}",
    )
    say(
        "校验（公钥请与局外保存的那一份核对）：",
        "To verify (compare the key with the one that is kept outside):",
    )
    click.echo(f"    {_to_verify(target, str(log_key.public(place.here().keys)))}")


def _to_verify(target: Path, key: str) -> str:
    """The command that verifies an export where there is nothing but Python."""
    folder, unpack = target, ""
    if target.suffix.lower() == ".zip":
        folder = target.with_suffix("")
        unpack = f"python3 -m zipfile -e {quote(str(target))} {quote(str(target.parent))} && "
    return f"{unpack}python3 {quote(str(folder / 'verify.py'))} --key {quote(key)}"


def _pack(target: Path) -> Packed:
    with database() as opened:
        with opened.reading() as session:
            made_at, length = clock.now(), record_check.count(session)
        label = sentence("导出留痕", "Exporting")
        with (
            packing.into(target, made_at=made_at) as package,
            click.progressbar(length=length, label=label, file=sys.stderr) as bar,
        ):
            return record_exports.write(opened, package, SYSTEM, progress=bar.update)


@click.command()
def reconcile() -> None:
    """
    Hold the row of every case against its last act on record (核对任务与留痕).

    Ends with 1 when a row differs. Example: caseflow record reconcile
    """
    language = language_of_operator()
    with database() as opened, opened.reading() as session:
        found = record_check.reconcile(session)
    for problem in found.problems[:_SHOWN]:
        for each in ("zh", "en") if language is None else (language,):
            click.echo(f"✗ {problem.say('en' if each == 'en' else 'zh')}")
    count = len(found.problems)
    say(
        f"{found.cases} 个任务：" + (f"{count} 处与留痕不符。" if count else "都与留痕相符。"),
        f"{found.cases} cases: " + (f"{count} differ from the record." if count else "all agree."),
    )
    sys.exit(1 if count else 0)


COMMANDS = (export, reconcile)
