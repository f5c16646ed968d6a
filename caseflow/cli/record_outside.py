"""`caseflow record witness | cosign | restored`: those outside, and the ceremony of a restore."""

from __future__ import annotations

from pathlib import Path

import click
from sqlalchemy.orm import Session

from caseflow import clock
from caseflow.cli.house import database
from caseflow.cli.speech import complain, say, sentence
from caseflow.reads import seals
from caseflow.services import cosignatures, door_refusals, log_key, people, place, restoring
from caseflow.services.seal_memory import Memory
from caseflow.services.witness import Witness
from caseflow.tlog import notes
from caseflow.tlog.notes import BadNote
from caseflow.vocabulary import SYSTEM, Actor, Forbidden, Invalid

_LARGEST = 200_000
_A_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command()
@click.argument("request_file", metavar="[REQUEST]", type=_A_FILE, required=False)
@click.option(
    "--home", type=click.Path(path_type=Path), required=True, help="The witness's folder."
)
@click.option("--name", help="What the witness is called; once (首次：见证人名称).")
@click.option("--log", help="The key of the log, from the bureau on paper; once (首次：日志公钥).")
def witness(request_file: Path | None, home: Path, name: str | None, log: str | None) -> None:
    """
    Sign a checkpoint as the audit office's witness, on a machine of its own (见证).

    Needs no database. REQUEST is what `caseflow record proof` printed; without a valid proof that
    the log only grew since the last checkpoint signed here, nothing is signed.

    Example: caseflow record witness request.txt --home ~/witness > cosigned.txt
    """
    here = Witness(home)
    key = here.key(name).public
    if log is not None:
        here.trust(_log(log))
    if request_file is None:
        last = here.last()
        click.echo(str(key))
        complain(
            f"见证公钥如上。上次签署的检查点：{last.size if last else 0} 条。",
            f"The witness's key stands above. Last signed: {last.size if last else 0} events.",
        )
        return
    note = here.sign(_text(request_file), second=int(clock.wall().timestamp()))
    click.echo(str(note), nl=False)


@click.command()
@click.argument("file", type=_A_FILE)
@click.option("--witness", "key", help="The key of a new witness; once (首次：见证公钥).")
def cosign(file: Path, key: str | None) -> None:
    """
    Put on file what a witness signed; the signature is verified first (登记见证).

    Example: caseflow record cosign cosigned.txt
    """
    with database() as house:
        if key is not None:
            with house.transaction() as session:
                if key.strip() not in map(str, seals.witnesses(session)):
                    cosignatures.introduce(session, SYSTEM, key)
        with house.transaction() as session:
            size, names = cosignatures.put(session, _text(file), seals.witnesses(session))
    say(
        f"已登记：{', '.join(names)} 见证了 {size} 条留痕。",
        f"On file: {', '.join(names)} witnessed {size} events.",
    )


@click.command()
@click.option("--lost", type=_A_FILE, required=True, help="The last checkpoint kept outside.")
@click.option("--auditor", required=True, help="The auditor's login (审计员用户名).")
@click.option("--operator", required=True, help="The administrator's login (系统管理员用户名).")
@click.option("--reason", required=True, help="Why and to which time it was restored (原因).")
def restored(lost: Path, auditor: str, operator: str, reason: str) -> None:
    """
    Put on record, signed by auditor and operator, that a restore made the log shorter (恢复见证).

    Both type their passwords. Until this is done the sealer does not go on.

    Example: caseflow record restored --lost checkpoint.txt --auditor zhaozhengping
    --operator wuyifan --reason "恢复到 9:00"
    """
    with database() as house:
        here = place.here()
        log = log_key.public(here.keys)
        if log is None:
            raise Invalid("restored_no_key")
        kept = restoring.lost(_text(lost), log)
        restoring.be_newest(kept.checkpoint, Memory(here.seals, here.log), log)
        with house.transaction() as session:
            two = [_confirmed(session, login) for login in (auditor, operator)]
        try:
            with house.transaction() as session:
                receipt = restoring.sign(session, *two, known=kept, reason=reason)
        except Forbidden as refusal:
            with house.transaction() as session:
                for each in dict.fromkeys(two):
                    door_refusals.note(session, each, "record restored", refusal)
            raise
    size = kept.checkpoint.size
    say(
        f"恢复已留痕（{receipt.stream} 第 {receipt.seq} 条）：检查点（{size} 条）已失去。",
        f"On record as {receipt.stream} #{receipt.seq}: the checkpoint of {size} was lost.",
    )


def _confirmed(session: Session, login: str) -> Actor:
    """Who has just typed this login's password."""
    password = click.prompt(
        sentence(f"{login} 的密码", f"Password of {login}"), hide_input=True, err=True
    )
    opened = people.sign_in(
        session, login, password, address=None, agent="caseflow record restored"
    )
    if opened is None:
        raise Forbidden("restored_password", login=login)
    people.sign_out(session, opened.token)
    return people.actor_of(session, opened.user_id)


def _log(told: str) -> notes.VerifierKey:
    try:
        return notes.read_key(told)
    except BadNote:
        raise Invalid("witness_log_key") from None


def _text(path: Path) -> str:
    """A text file from outside, if it is one of a size that a note may have."""
    if path.stat().st_size > _LARGEST:
        raise Invalid("note_file", file=str(path))
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise Invalid("note_file", file=str(path)) from None


COMMANDS = (witness, cosign, restored)
