"""`caseflow cases`: what is handed to running cases from outside, and their dossiers."""

import sys
import uuid
from collections import defaultdict
from pathlib import Path
from typing import Any, NoReturn

import click

from caseflow.cli.house import database
from caseflow.cli.speech import complain, say, sentence
from caseflow.engine import plain
from caseflow.jobs import dossiers
from caseflow.jobs.dossiers import Doors
from caseflow.reads import dossiers as dossier_reads
from caseflow.services import messages
from caseflow.verifier import packing
from caseflow.vocabulary import SYSTEM, Conflict, MessageStatus, Refused


@click.group()
def cases() -> None:
    """向在办任务送消息和信号，出具案卷。 Messages and signals to running cases; dossiers."""


@cases.command()
@click.argument("name")
@click.option("--case", help="任务编号 case number")
@click.option("--taxpayer", help="税号 tax number")
@click.option("--paper", help="已签发文书的编号 number of an issued paper")
@click.option("--kind", help="只给这一类任务 narrow --taxpayer to one kind of case, as WV")
@click.option(
    "--by",
    multiple=True,
    metavar="VARIABLE=VALUE",
    help="任务所凭的变量 a variable cases wait by",
)
@click.option("--set", "values", default="{}", help="JSON 写的变量 variables as JSON")
@click.option("--key", type=click.UUID, help="幂等键 the same key again changes nothing")
@click.option("--keep", is_flag=True, help="没有任务在等就保留 keep it until a case waits for it")
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
    """把消息 NAME 交给等它的任务。 Hand message NAME to the case that waits for it.

    例 Example: caseflow cases message payment_received --case 01WV2010000001 --set '{"paid": 100}'
    """
    said = {"case": case, "taxpayer": taxpayer, "paper": paper, "kind": kind, **_pairs(by)}
    correlation = {word: value for word, value in said.items() if value}
    variables = _values(values)
    with database() as house:
        try:
            with house.transaction() as session:
                done = messages.deliver(
                    session,
                    SYSTEM,
                    name,
                    correlation=correlation,
                    variables=variables,
                    idem=key or uuid.uuid4(),
                    keep=keep,
                )
                status, heard_by = done.status, ", ".join(done.heard_by)
        except Refused as refusal:
            _refuse(refusal)
    if status == MessageStatus.HEARD:
        say(f"任务 {heard_by} 收到消息 {name}", f"Message {name} heard by {heard_by}")
    else:
        say(f"消息 {name}：{status.zh}", f"Message {name}: {status.en}")


@cases.command()
@click.argument("number")
@click.option(
    "--to",
    "target",
    type=click.Path(path_type=Path),
    help="写到哪里；默认当前文件夹 where to write it; the current folder",
)
def dossier(number: str, target: Path | None) -> None:
    """出具任务 NUMBER 的案卷（zip，可离线校验）。 Write the dossier of case NUMBER as a zip.

    例 Example: caseflow cases dossier 01WV2010000001 --to /media/audit
    """
    folder = target or Path()
    path = folder / f"{dossiers.title(number)}.zip" if folder.is_dir() else folder
    if path.exists():
        raise Conflict("export_exists", path=str(path))
    with database() as house, packing.draft_of(path) as file:
        with house.reading() as session:
            case_id = dossier_reads.id_of(session, number)
        made = dossiers.make(
            Doors(house.reading, house.reading, house.transaction), SYSTEM, case_id, file
        )
    say(f"已写到 {path}：{made.acts} 条留痕", f"{path} is written: {made.acts} acts")


@cases.command()
@click.argument("name")
@click.option("--set", "values", default="{}", help="JSON 写的变量 variables as JSON")
@click.option("--key", type=click.UUID, help="幂等键 the same key again changes nothing")
def signal(name: str, values: str, key: uuid.UUID | None) -> None:
    """把信号 NAME 交给此刻等它的每件任务。 Hand signal NAME to every case that waits for it now.

    例 Example: caseflow cases signal rates_changed
    """
    said = _values(values)
    with database() as house:
        try:
            with house.transaction() as session:
                count = messages.broadcast(
                    session, SYSTEM, name, variables=said, idem=key or uuid.uuid4()
                )
        except Refused as refusal:
            _refuse(refusal)
    say(f"{count} 件任务在等信号 {name}，后台送达", f"{count} cases wait for {name}; on its way")


def _pairs(by: tuple[str, ...]) -> dict[str, str]:
    pairs = [pair.partition("=") for pair in by]
    if not all(name and sign for name, sign, _ in pairs):
        told = sentence("请写成 变量=值", "write VARIABLE=VALUE")
        raise click.BadParameter(told, param_hint="--by")
    return {name: value for name, _, value in pairs}


def _values(text: str) -> dict[str, Any]:
    try:
        values = plain.read(text)
    except plain.BadJson as error:
        told = sentence(
            f"不是合法的JSON，请改正：{error.say('zh')}",
            f"no valid JSON; mend it: {error.say('en')}",
        )
        raise click.BadParameter(told, param_hint="--set") from error
    if not isinstance(values, dict):
        told = sentence('应是JSON对象，如 {"paid": 100}', 'must be a JSON object: {"paid": 100}')
        raise click.BadParameter(told, param_hint="--set")
    return values


def _refuse(refusal: Refused) -> NoReturn:
    """Say why a message was not taken and what to do, and end with 5."""
    chinese, english = _SENTENCES.get(refusal.code, _OTHER)
    values = defaultdict(str, {name: str(value) for name, value in refusal.values.items()})
    values["code"] = refusal.code
    complain(f"✗ {chinese.format_map(values)}", f"✗ {english.format_map(values)}")
    sys.exit(5)


_OTHER = ("现在不能送达（{code}）", "it cannot be handed in now ({code})")
_SENTENCES = {
    "case": (
        "没有任务 {number}，请核对任务编号",
        "there is no case {number}; check the number",
    ),
    "taxpayer": (
        "没有税号为 {number} 的纳税人，请核对税号",
        "there is no taxpayer with tax number {number}; check it",
    ),
    "paper": (
        "没有编号为 {number} 的文书，请核对文书号",
        "there is no paper with number {number}; check it",
    ),
    "case_kind": (
        "没有 {kind} 这种任务，请核对 --kind",
        "there is no kind of case {kind}; check --kind",
    ),
    "message_not_awaited": (
        "没有任务在等消息 {name}；请核对任务编号、税号或文书号，或加 --keep 保留",
        "no case waits for message {name}; check the number, or add --keep",
    ),
    "message_without_correlation": (
        "请用 --case、--taxpayer、--paper 或 --by 说明给哪件任务",
        "say which case by --case, --taxpayer, --paper or --by",
    ),
    "message_too_wide": (
        "指向的任务多于 {most} 件；请用 --case 指明，或改发信号",
        "more than {most} cases are meant; name one by --case, or give a signal",
    ),
    "message_key_used": (
        "幂等键 {idem} 已用于另一条消息，请换一个",
        "another message has the key {idem}: use a new one",
    ),
    "message_refused": (
        "任务 {case} 收不下消息 {name}（{because}），什么也没有改变；请运行 caseflow doctor",
        "case {case} cannot take {name} ({because}); nothing was changed; see caseflow doctor",
    ),
}
