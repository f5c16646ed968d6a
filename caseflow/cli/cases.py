"""`caseflow cases`: what is handed to running cases from outside."""

import json
import sys
import uuid
from decimal import Decimal
from typing import Any

import click

from caseflow.cli.house import database
from caseflow.cli.speech import complain, say
from caseflow.services import messages
from caseflow.vocabulary import SYSTEM, MessageStatus, Refused


@click.group()
def cases() -> None:
    """Hand messages and signals to running cases (消息与信号)."""


@cases.command()
@click.argument("name")
@click.option("--case", help="case number")
@click.option("--taxpayer", help="tax number")
@click.option("--paper", help="number of an issued paper")
@click.option("--kind", help="narrow --taxpayer to one kind of case, as WV")
@click.option("--by", multiple=True, metavar="VARIABLE=VALUE", help="a variable cases wait by")
@click.option("--set", "values", default="{}", help="variables as JSON")
@click.option("--key", type=click.UUID, help="the same key again changes nothing")
@click.option("--keep", is_flag=True, help="keep it until a case waits for it")
def message(  # noqa: PLR0913 - one parameter for each option
    name: str,
    *,
    case: str | None,
    taxpayer: str | None,
    paper: str | None,
    kind: str | None,
    by: tuple[str, ...],
    values: str,
    key: uuid.UUID | None,
    keep: bool,
) -> None:
    """Hand message NAME to the case that waits for it.

    Example: caseflow cases message payment_received --case 01WV2010000001 --set '{"paid": 100}'
    """
    said = {"case": case, "taxpayer": taxpayer, "paper": paper, "kind": kind, **_pairs(by)}
    correlation = {word: value for word, value in said.items() if value}
    with database() as house:
        try:
            with house.transaction() as session:
                done = messages.deliver(
                    session,
                    SYSTEM,
                    name,
                    correlation=correlation,
                    variables=_values(values),
                    idem=key or uuid.uuid4(),
                    keep=keep,
                )
                status, heard_by = done.status, ", ".join(done.heard_by)
        except Refused as refusal:
            _explain(refusal)
            sys.exit(5)
    if status == MessageStatus.HEARD:
        say(f"任务 {heard_by} 收到消息 {name}", f"Message {name} heard by {heard_by}")
    else:
        say(f"消息 {name}：{status.zh}", f"Message {name}: {status.en}")


@cases.command()
@click.argument("name")
@click.option("--set", "values", default="{}", help="variables as JSON")
@click.option("--key", type=click.UUID, help="the same key again changes nothing")
def signal(name: str, values: str, key: uuid.UUID | None) -> None:
    """Hand signal NAME to every case that waits for it now.

    Example: caseflow cases signal rates_changed
    """
    with database() as house, house.transaction() as session:
        count = messages.broadcast(
            session, SYSTEM, name, variables=_values(values), idem=key or uuid.uuid4()
        )
    say(f"{count} 件任务在等信号 {name}，后台送达", f"{count} cases wait for {name}; on its way")


def _pairs(by: tuple[str, ...]) -> dict[str, str]:
    pairs = [pair.partition("=") for pair in by]
    if not all(name and sign for name, sign, _ in pairs):
        raise click.BadParameter("VARIABLE=VALUE", param_hint="--by")
    return {name: value for name, _, value in pairs}


def _values(text: str) -> dict[str, Any]:
    try:
        values = json.loads(text, parse_float=Decimal)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--set") from error
    if not isinstance(values, dict):
        raise click.BadParameter("{…}", param_hint="--set")
    return values


def _explain(refusal: Refused) -> None:
    """Say what to do about a message that was not taken."""
    chinese, english = _REMEDIES.get(refusal.code, _UNKNOWN)
    complain(f"✗ {refusal}：{chinese}", f"✗ {refusal}: {english}")


_UNKNOWN = ("没有这件任务、这个税号或文书号", "there is no such case, taxpayer or paper")
_REMEDIES = {
    "message_not_awaited": (
        "没有任务在等它；请核对任务编号、税号或文书号，或加 --keep 保留",
        "no case waits for it; check the number, or add --keep",
    ),
    "message_without_correlation": (
        "请用 --case、--taxpayer、--paper 或 --by 说明给哪件任务",
        "say which case by --case, --taxpayer, --paper or --by",
    ),
    "message_too_wide": (
        "指向的任务太多；请用 --case 指明，或改发信号",
        "too many cases are meant; name one by --case, or give a signal",
    ),
    "message_key_used": (
        "这个幂等键已用于另一条消息，请换一个",
        "another message has this key: use a new one",
    ),
    "message_refused": (
        "任务收不下这条消息，什么也没有改变",
        "the case cannot go on with it; nothing was changed",
    ),
}
