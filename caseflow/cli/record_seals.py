"""`caseflow record checkpoint | proof | sheet`: what of the sealed log goes outside."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import click
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from caseflow import clock, db
from caseflow.cli.house import database
from caseflow.cli.speech import complain, say
from caseflow.config import Config
from caseflow.documents import HOUSE_FONTS
from caseflow.reads import seals
from caseflow.services import bureau_clock, checkpoint_sheets, files, log_key, place, record
from caseflow.tlog.notes import VerifierKey
from caseflow.vocabulary import SYSTEM, NotFound, Refused, Unavailable

_EVERY = 2.0


@click.command()
@click.option("--first", is_flag=True, help="The first one that was signed (首个检查点).")
@click.option("--size", type=int, help="The one over so many events (指定条数).")
def checkpoint(*, first: bool, size: int | None) -> None:
    """
    Print the newest signed checkpoint with its witnesses, to be kept outside (检查点).

    The checkpoint goes to the output, the log's key to the error output.
    Example: caseflow record checkpoint > checkpoint.txt
    """
    with database() as house, house.reading() as session:
        if first:
            seal = seals.first(session)
        else:
            seal = seals.at_size(session, size) if size is not None else seals.latest(session)
        if seal is None:
            raise _nothing_sealed(session)
        note = seals.note_of(session, seal)
        key = log_key.public(place.here().keys)
    click.echo(str(note), nl=False)
    tell_key(key)


def tell_at_first(config: Config, mind: Callable[[Callable[[], bool]], None]) -> None:
    """In a new house print the key of the log, and the first checkpoint as soon as there is one.

    ``mind`` looks after the house until a condition holds; the first act may be hours away.
    """
    house = db.connect(str(config.database_url), pool_size=1)
    keys = place.under(config.var, fonts=HOUSE_FONTS).keys
    found, looked_at = _first_notes(house), 0.0

    def is_sealed() -> bool:
        nonlocal looked_at
        if time.monotonic() - looked_at >= _EVERY:
            found.extend(_first_notes(house))
            looked_at = time.monotonic()
        return bool(found)

    if not found:
        say("新的留痕日志，公钥：", "A new log of the record; its key:")
        mind(lambda: log_key.public(keys) is not None)
        tell_key(log_key.public(keys))
        say(
            "登记第一条留痕后，这里还会打印首个检查点。",
            "The first checkpoint is printed here once there is an act.",
        )
        mind(is_sealed)
        for note in found:
            say("首个检查点已签发：", "The first checkpoint is signed:")
            click.echo(f"\n{note}")
            tell_key(log_key.public(keys))
    house.dispose()


def _first_notes(house: db.Database) -> list[str]:
    """The first checkpoint, if there is one; that the database starts anew ends nothing."""
    try:
        with house.reading() as session:
            seal = seals.first(session)
            return [] if seal is None else [str(seals.note_of(session, seal))]
    except OperationalError:
        return []


def _nothing_sealed(session: Session) -> Refused:
    """Why there is no checkpoint: the sealer waits while the demo's past is made."""
    if bureau_clock.is_making_past(session):
        return Unavailable("making_past")
    return NotFound("checkpoint_none")


def tell_key(key: VerifierKey | None) -> None:
    """Say by which key the log is known, and that it must be kept outside."""
    if key is None:
        return
    click.echo("", err=True)
    click.echo(str(key), err=True)
    complain(
        f"以上是封存日志的公钥，指纹（SHA-256）{key.fingerprint}。"
        "请连同首个检查点打印，由审计机关在本系统之外保管：日后核对以此为准。",
        f"This is the public key of the sealed log, fingerprint (SHA-256) {key.fingerprint}. Print"
        " it with the first checkpoint and let the audit office keep both outside this system:"
        " later checks go by them.",
    )


@click.command()
@click.option("--from", "old", type=int, required=True, help="What is known already (起).")
@click.option("--to", "size", type=int, help="A later checkpoint; else the newest (止).")
def proof(old: int, size: int | None) -> None:
    """
    Print a checkpoint with the proof that the log has only grown since an older one (一致性证明).

    This is what a witness is asked; 0 for one that knows nothing yet.
    Example: caseflow record proof --from 1200 > request.txt
    """
    with database() as house, house.reading() as session:
        request = seals.request(session, old, size)
    click.echo(str(request), nl=False)


@click.command()
@click.option(
    "--on",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day of an older sheet; else today's is made (日期).",
)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Where to put it.")
def sheet(on: datetime | None, out: Path | None) -> None:
    """
    Give the checkpoint sheet of a day as PDF, to be printed and kept outside (检查点日报).

    Example: caseflow record sheet --on 2026-11-26 --out sheet.pdf
    """
    with database() as house:
        with house.transaction() as session:
            day = on.date() if on else clock.today()
            if day == clock.today():
                checkpoint_sheets.make(session, SYSTEM)
        with house.reading() as session:
            found = seals.sheet(session, day)
        target = out or Path(_name(day))
        target.write_bytes(files.read(found.sha256))
    say(f"检查点日报（{found.size} 条）：{target}", f"Sheet over {found.size} events: {target}")


def _name(day: date) -> str:
    return f"checkpoint-{day.isoformat()}.pdf"


@click.command("new-key")
def new_key() -> None:
    """
    Change the key that signs acts; the present one vouches for the new one (更换签名密钥).

    Processes that run use the new key when they start again. Example: caseflow record new-key
    """
    with database() as house:
        with house.transaction() as session:
            public = record.vouch_for_next(session, SYSTEM)
        record.use_next()
    say(
        f"新的签名公钥 {public} 已留痕并启用；请重启 caseflow，并另行备份 keys/writer。",
        f"The new key {public} is in place: start caseflow again and back up keys/writer.",
    )


COMMANDS = (checkpoint, proof, sheet, new_key)
