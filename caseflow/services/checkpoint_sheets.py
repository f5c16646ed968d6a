"""The daily checkpoint sheet: made each night and when somebody asks, kept like every paper."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import clock
from caseflow.documents import CheckpointSheet as Drawn
from caseflow.documents import render_sheet
from caseflow.models.record import Checkpoint, CheckpointSheet, Cosignature
from caseflow.services import blobs, files, log_key, place, record
from caseflow.tlog import checkpoints, notes
from caseflow.vocabulary import SYSTEM, Actor, NotFound

STREAM = "sys:seals"
# From nine in the evening of the bureau the day's sheet is made by itself.
_FROM_HOUR = 21


def make(session: Session, actor: Actor) -> date:
    """Make today's sheet of the newest checkpoint, once; gives its day.

    Raises:
        NotFound: nothing is sealed yet, or the log's public key is not here.
    """
    today = clock.today()
    if session.get(CheckpointSheet, today) is not None:
        return today
    key = log_key.public(place.here().keys)
    first = session.scalar(select(Checkpoint).order_by(Checkpoint.size).limit(1))
    last = session.scalar(select(Checkpoint).order_by(Checkpoint.size.desc()).limit(1))
    if key is None or first is None or last is None:
        raise NotFound("checkpoint_none")
    names = session.scalars(
        select(Cosignature.witness).distinct().order_by(Cosignature.witness)
    ).all()
    drawn = Drawn(
        on=today,
        origin=checkpoints.read(notes.read(last.note)).origin,
        size=last.size,
        root=last.root,
        signed_at=last.at,
        note=last.note,
        key=str(key),
        first_size=first.size,
        first_root=first.root,
        witnesses=tuple(names),
    )
    sha256, size = files.keep([render_sheet(drawn, fonts=place.here().fonts)])
    blobs.hold(session, sha256, size=size, is_ours=True)
    session.add(CheckpointSheet(on=today, size=last.size, sha256=sha256))
    payload = {"on": today.isoformat(), "size": last.size, "sha256": sha256}
    record.append(session, actor, STREAM, action="checkpoint.sheet_made", payload=payload)
    return today


def make_due(session: Session) -> int:
    """Make the day's sheet in the evening, when there is something to show; how many were made."""
    now = clock.now().astimezone(clock.BUREAU_ZONE)
    if now.hour < _FROM_HOUR or session.get(CheckpointSheet, clock.today()) is not None:
        return 0
    if log_key.public(place.here().keys) is None or not _is_sealed(session):
        return 0
    make(session, SYSTEM)
    return 1


def _is_sealed(session: Session) -> bool:
    """Whether a checkpoint was signed since the last sheet: a day without acts needs none."""
    last = session.scalar(select(CheckpointSheet.size).order_by(CheckpointSheet.on.desc()).limit(1))
    newest = session.scalar(select(Checkpoint.size).order_by(Checkpoint.size.desc()).limit(1))
    return newest is not None and newest > (last or 0)
