"""`caseflow screen` and `caseflow select`: from facts to warnings, from warnings to cases."""

import sys
from pathlib import Path

import click

from caseflow.cli import progress
from caseflow.cli.house import database
from caseflow.cli.speech import language_of_operator, say
from caseflow.detection import catalogue
from caseflow.detection.catalogue import Catalogue
from caseflow.services import evidence, screening, selection
from caseflow.services.selection import Share
from caseflow.vocabulary import SYSTEM, Invalid

_INDICATORS = Path(__file__).parents[2] / "indicators"


@click.command()
@click.option("--period", type=click.IntRange(190001, 299912), required=True, help="YYYYMM")
def screen(period: int) -> None:
    """Screen a month over all facts taken in (筛查). The same facts again are the same run.

    The run is held until the analysis post accepts it. Example: caseflow screen --period 200912
    """
    rules = _catalogue()
    with database() as house, progress.shown(str(period)) as tell, house.transaction() as session:
        run = screening.run(session, SYSTEM, rules, period=period, progress=tell)
        number, warnings, status = run.id, run.warning_count, run.status
    say(
        f"筛查批次 {number}：{warnings} 条预警，{status.zh}",
        f"Run {number}: {warnings} warnings, {status.en}",
    )


@click.command()
def select() -> None:
    """Open cases from the pool as far as the monthly quota reaches (选案).

    Does at once what the clockwork does by itself. Example: caseflow select
    """
    opened, share, refused = 0, Share(0, (), {}), dict[int, str]()
    with database() as house:
        while True:
            with house.transaction() as session:
                share = selection.open_share(session, chosen=share.chosen, without=refused)
            opened += share.moved
            refused |= share.refused
            if not share.goes_on:
                break
    say(f"新建任务 {opened} 件", f"{opened} cases opened")
    for taxpayer_id, code in refused.items():
        say(f"✗ 纳税人 {taxpayer_id}：{code}", f"✗ taxpayer {taxpayer_id}: {code}")
    if refused:
        sys.exit(1)


@click.command()
@click.argument("run", type=int, required=False)
@click.option("--count", type=click.IntRange(1, 10_000), default=20, help="warnings, spread evenly")
def recompute(run: int | None, count: int) -> None:
    """Work warnings of a RUN out again from the facts it had seen (复算); the last run by default.

    Ends with 1 when one of them is not borne out. Example: caseflow recompute 3 --count 50
    """
    rules = _catalogue()
    with database() as house, progress.shown("") as tell, house.reading() as session:
        found = evidence.check(session, rules, run_id=run, count=count, progress=tell)
    for each in found.differences:
        parts = ", ".join(each.parts)
        click.echo(f"✗ #{each.warning_id} {each.indicator} tp={each.taxpayer_id}: {parts}")
    agreed = found.warnings - found.reworded - len(found.differences)
    say(
        f"筛查批次 {found.run_id}（{found.period}）：复算 {found.warnings} 条，{agreed} 条一致，"
        f"{len(found.differences)} 条不符，{found.reworded} 条的指标已改版、未复算",
        f"Run {found.run_id} ({found.period}): {found.warnings} worked out again, {agreed} agree, "
        f"{len(found.differences)} differ, {found.reworded} not tried: their indicator has changed",
    )
    if found.differences:
        sys.exit(1)


def _catalogue() -> Catalogue:
    """The indicators; every fault of their files is told with its line."""
    try:
        return catalogue.load(_INDICATORS)
    except Invalid as refusal:
        faults = refusal.values.get("faults")
        for fault in faults if isinstance(faults, tuple) else ():
            click.echo(f"✗ {fault.say(language_of_operator() or 'zh')}", err=True)
        raise
