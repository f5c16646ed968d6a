"""`caseflow workflows migrate`: what carrying running cases to another version would do."""

from collections import Counter

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow.cli import progress
from caseflow.cli.house import database
from caseflow.cli.speech import say, sentence
from caseflow.cli.workflows.files import language
from caseflow.db import Database
from caseflow.engine.carried_variables import FORGOTTEN, UNSET
from caseflow.engine.migration import Hindrance
from caseflow.models import Definition
from caseflow.services import case_migrations
from caseflow.vocabulary import NotFound


@click.command()
@click.argument("process")
@click.argument("old", type=int)
@click.argument("new", type=int)
@click.option(
    "--rename", "-r", "renames", multiple=True, metavar="OLD=NEW", help="改了标识的环节 renamed"
)
@click.option("--go-on", type=int, metavar="ID", help="做完已批准的计划 finish an approved plan")
def migrate(process: str, old: int, new: int, renames: tuple[str, ...], go_on: int | None) -> None:
    """Say of every open case of version OLD whether it can go on in version NEW, and why not.

    Changes nothing. Plans are made and approved on the page 流程图, by two people; --go-on works
    off one that was approved, for instance while no worker runs.

    Example: caseflow workflows migrate warning_verification 1 2
    """
    mapping = dict(_pair(each) for each in renames)
    with database() as house:
        if go_on is not None:
            _work_off(house, go_on)
            return
        with house.reading() as session:
            ids = [_version(session, process, number) for number in (old, new)]
            _report(session, ids[0], ids[1], mapping)


def _report(session: Session, from_id: int, to_id: int, mapping: dict[str, str]) -> None:
    counts: Counter[bool] = Counter()
    warned: Counter[Hindrance] = Counter()
    for judged in case_migrations.dry_run(session, from_id, to_id, mapping):
        counts[not judged.hindrances] += 1
        if judged.hindrances:
            why = "; ".join(each.say(language()) for each in judged.hindrances)
            click.echo(f"✗ {judged.number}: {why}")
            continue
        warned.update(each for each in judged.changes if each.code in (FORGOTTEN, UNSET))
        if judged.changes:
            changes = "; ".join(each.say(language()) for each in judged.changes)
            click.echo(f"! {judged.number}: {changes}")
        if judged.lost:
            lost = ", ".join(each.say(language()) for each in judged.lost)
            say(f"! {judged.number}：将丢失已填的 {lost}", f"! {judged.number}: would lose {lost}")
    for warning, count in warned.most_common():
        number = sentence(f"{count} 件", f"{count} cases")
        click.echo(f"! {warning.say(language())} ({number})")
    say(
        f"可迁移 {counts[True]} 件，不能迁移 {counts[False]} 件；没有改动",
        f"{counts[True]} can migrate, {counts[False]} cannot; nothing was changed",
    )


def _work_off(house: Database, migration_id: int) -> None:
    with house.reading() as session:
        total = case_migrations.left(session, migration_id)
    done = 0
    with progress.shown("migrate") as tell:
        while True:
            with house.transaction() as session:
                if not case_migrations.work_one(session, migration_id):
                    break
            done += 1
            tell("migrate", done, total)
    say(f"处理了 {done} 件", f"{done} cases worked off")


def _version(session: Session, process: str, number: int) -> int:
    found = session.scalar(
        select(Definition.id).where(Definition.process == process, Definition.version == number)
    )
    if found is None:
        raise NotFound("definition", process=process, version=number)
    return found


def _pair(text: str) -> tuple[str, str]:
    before, mark, after = text.partition("=")
    if not (before and mark and after):
        raise click.BadParameter(f"{text}: OLD=NEW", param_hint="--rename")
    return before, after
