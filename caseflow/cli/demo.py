"""`caseflow demo`: the synthetic bureau with its past, and its clock."""

import re
from datetime import timedelta
from pathlib import Path

import click

from caseflow import config as settings
from caseflow.cli import progress
from caseflow.cli.house import database
from caseflow.cli.speech import complain, say
from caseflow.cli.workflows.files import bundle, shipped_kinds
from caseflow.clock import BUREAU_ZONE
from caseflow.demo.making import Making, Means
from caseflow.demo.scales import SCALES
from caseflow.detection import catalogue
from caseflow.lake import fields
from caseflow.services import bureau_clock
from caseflow.vocabulary import SYSTEM

_ROOT = Path(__file__).parents[2]
_SPAN = re.compile(r"(\d{1,3})([hdw])")
_UNITS = {"h": "hours", "d": "days", "w": "weeks"}


@click.group(invoke_without_command=True)
@click.option(
    "--scale",
    type=click.Choice(list(SCALES)),
    default="sample",
    show_default=True,
    help="All offices at about 1:17, or every household of the city (规模).",
)
@click.pass_context
def demo(context: click.Context, scale: str) -> None:
    """
    Fill an empty house with a synthetic bureau, its facts and a year of work (演练数据).

    Broken off, it goes on where it stopped; complete, it changes nothing.
    Example: caseflow demo --scale sample
    """
    if context.invoked_subcommand is not None:
        return
    folder = settings.load().var / "demo" / scale
    means = Means(
        drawings=tuple(bundle(path) for path in shipped_kinds()),
        catalogue=catalogue.load(_ROOT / "indicators"),
        registry=fields.load(_ROOT / "indicators" / "fields.yaml"),
        years=_ROOT / "samples" / "results" / "2005-2009-evaluations.csv",
        folder=folder,
    )
    with database() as house, progress.shown("demo") as tell:
        making = Making(house, means, scale, tell)
        is_new = making.make()
    for refusal, times in making.refusals.items():
        complain(f"演练中被拒绝 {times} 次：{refusal}", f"refused {times} times: {refusal}")
    if is_new:
        say("演练数据已生成。", "The demonstration is ready.")
    else:
        say("演练数据已经存在。", "The demonstration is there already.")


@demo.command()
@click.argument("span")
def advance(span: str) -> None:
    """
    Move the demo's clock forward by a SPAN such as 8h, 1d or 2w (推进演练时钟).

    Example: caseflow demo advance 1d
    """
    match = _SPAN.fullmatch(span)
    if match is None:
        raise click.BadParameter("8h, 1d, 2w", param_hint="SPAN")
    by = timedelta(**{_UNITS[match[2]]: int(match[1])})
    with database() as house, house.transaction() as session:
        at = bureau_clock.advance(session, SYSTEM, by).astimezone(BUREAU_ZONE)
    say(f"演练时钟：{at:%Y-%m-%d %H:%M}", f"The demo's clock: {at:%Y-%m-%d %H:%M}")
