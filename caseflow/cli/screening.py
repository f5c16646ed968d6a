"""`caseflow screen` and `caseflow select`: from facts to warnings, from warnings to cases."""

from pathlib import Path

import click

from caseflow.cli import progress
from caseflow.cli.house import database
from caseflow.cli.speech import language_of_operator, say
from caseflow.detection import catalogue
from caseflow.detection.catalogue import Catalogue
from caseflow.services import screening, selection
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
    opened = 0
    with database() as house:
        share = 1
        while share:
            with house.transaction() as session:
                share = selection.open_next(session)
            opened += share
    say(f"新建任务 {opened} 件", f"{opened} cases opened")


def _catalogue() -> Catalogue:
    """The indicators; every fault of their files is told with its line."""
    try:
        return catalogue.load(_INDICATORS)
    except Invalid as refusal:
        faults = refusal.values.get("faults")
        for fault in faults if isinstance(faults, tuple) else ():
            click.echo(f"✗ {fault.say(language_of_operator() or 'zh')}", err=True)
        raise
