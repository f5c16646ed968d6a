"""One event of the record by its number, with its place in the sealed log and its day's anchor."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from caseflow import clock, policy
from caseflow.models import Post, Unit
from caseflow.models.record import (
    Checkpoint,
    CheckpointSheet,
    Cosignature,
    RecordEvent,
    RecordLeaf,
)
from caseflow.reads import record, record_acts
from caseflow.reads.record_chain import payload_of
from caseflow.record_format import leaf_hash
from caseflow.vocabulary import Actor, NotFound, Role, Verb


@dataclass(frozen=True, slots=True)
class Anchor:
    """Where an event lies in the sealed log, and the first checkpoint that covers it.

    ``sheet_on`` is the first printed sheet that covers it; ``witnesses`` are who cosigned a
    checkpoint that does.
    """

    index: int | None
    size: int | None = None
    at: datetime | None = None
    root: str = ""
    witnesses: tuple[str, ...] = ()
    sheet_on: date | None = None

    @property
    def is_sealed(self) -> bool:
        """Whether a signed checkpoint covers it."""
        return self.size is not None


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody sat when they acted: the sign-in before the act, on their own chain."""

    address: str
    agent: str
    begun_at: datetime
    event_id: int


@dataclass(frozen=True, slots=True)
class Held:
    """A post that somebody held on a day."""

    role: Role
    unit: str
    unit_en: str


@dataclass(frozen=True, slots=True)
class Detail:
    """What the detail of an event shows beside the event: stored and recomputed, post, place."""

    recomputed: str
    stored: str
    prev_stored: str
    prev_wanted: str
    posts: tuple[Held, ...]
    place: Place | None
    anchor: Anchor

    @property
    def fits(self) -> bool:
        """Whether the hash is that of what is stored."""
        return self.recomputed == self.stored

    @property
    def follows(self) -> bool:
        """Whether it names the hash of the event before it."""
        return self.prev_stored == self.prev_wanted


@dataclass(frozen=True, slots=True)
class One:
    """An event with its detail."""

    act: record_acts.Act
    detail: Detail


def one(session: Session, actor: Actor, event_id: int) -> One:
    """
    One event of any chain, for the auditor.

    Raises:
        Forbidden: the actor does not read the whole record.
        NotFound: there is no such event.

    """
    policy.require(actor, Verb.READ_RECORD)
    row = session.get(RecordEvent, event_id)
    if row is None:
        raise NotFound("record_event", id=event_id)
    (act,) = record_acts.acts(session, [row])
    return One(act, detail(session, event_id))


def detail(session: Session, event_id: int) -> Detail:
    """The detail of an event that the caller may see; six statements at most."""
    row = session.get_one(RecordEvent, event_id)
    before = session.scalar(
        select(RecordEvent.hash)
        .where(RecordEvent.stream == row.stream, RecordEvent.seq < row.seq)
        .order_by(RecordEvent.seq.desc())
        .limit(1)
    )
    return Detail(
        recomputed=leaf_hash(row).hex(),
        stored=row.hash.hex(),
        prev_stored=row.prev.hex(),
        prev_wanted=before.hex() if before else "0" * 64,
        posts=_posts(session, row),
        place=_place(session, row),
        anchor=anchor(session, event_id),
    )


def anchor(session: Session, event_id: int) -> Anchor:
    """The place of an event in the sealed log and what covers it; four statements at most."""
    index = session.scalar(select(RecordLeaf.index).where(RecordLeaf.event_id == event_id))
    if index is None:
        return Anchor(None)
    covering = select(Checkpoint).where(Checkpoint.size > index).order_by(Checkpoint.size).limit(1)
    first = session.scalar(covering)
    if first is None:
        return Anchor(index)
    cosigned = select(Cosignature.size).where(Cosignature.size > index)
    size = session.scalar(cosigned.order_by(Cosignature.size).limit(1))
    witnesses = session.scalars(
        select(Cosignature.witness).where(Cosignature.size == size).order_by(Cosignature.witness)
    )
    sheet = select(CheckpointSheet.on).where(CheckpointSheet.size > index)
    return Anchor(
        index,
        first.size,
        first.at,
        first.root.hex(),
        tuple(witnesses),
        session.scalar(sheet.order_by(CheckpointSheet.on).limit(1)),
    )


def _posts(session: Session, row: RecordEvent) -> tuple[Held, ...]:
    """The posts that whoever acted held on the day."""
    user_id = record.user_of(row.actor)
    if user_id is None:
        return ()
    on = clock.local_date(row.at)
    rows = session.execute(
        select(Post.role, Unit.name, Unit.name_en)
        .join(Unit, Unit.id == Post.unit_id)
        .where(
            Post.user_id == user_id,
            Post.valid_from <= on,
            or_(Post.valid_to.is_(None), Post.valid_to >= on),
        )
        .order_by(Post.id)
    )
    return tuple(Held(*each) for each in rows)


def _place(session: Session, row: RecordEvent) -> Place | None:
    """The person's newest sign-in before the act; None when it was ended by then, or none is."""
    user_id = record.user_of(row.actor)
    if user_id is None:
        return None
    newest = session.scalar(
        select(RecordEvent)
        .where(
            and_(RecordEvent.actor == f"user:{user_id}", RecordEvent.id < row.id),
            RecordEvent.stream == f"user:{user_id}",
            RecordEvent.action.in_(("session.begun", "session.ended")),
        )
        .order_by(RecordEvent.seq.desc())
        .limit(1)
    )
    if newest is None or newest.action != "session.begun":
        return None
    told = payload_of(newest)
    address, agent = str(told.get("address") or ""), str(told.get("agent") or "")
    return Place(address, agent, newest.at, newest.id)
