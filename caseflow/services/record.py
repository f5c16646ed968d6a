"""The one place that appends to the record: what was done, by whom, signed by this process."""

from __future__ import annotations

import os
import secrets
import uuid
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from sqlalchemy import func, insert, or_, select
from sqlalchemy import text as sql
from sqlalchemy.orm import Session

from caseflow import receipts
from caseflow.models.record import RecordEvent
from caseflow.record_format import KEY_RECORDED, KEYS_STREAM, canonical, digest, signed_text
from caseflow.services import place
from caseflow.vocabulary import SYSTEM, Actor, Invalid

__all__ = [
    "LONGEST_PAYLOAD",
    "Entry",
    "Receipt",
    "Told",
    "Way",
    "Writer",
    "append",
    "append_many",
    "canonical",
    "digest",
    "find",
    "head",
    "held_end",
    "introduce",
    "latest_at",
    "newest",
    "plain",
    "public_key",
    "tells",
    "told",
    "told_each",
    "use_next",
    "vouch_for_next",
    "ways",
    "writer",
]

LONGEST_PAYLOAD = 60_000
_NEXT = "writer.next"
_WAYS = sql("""
    SELECT stream, jsonb_path_query_array(told, '$.opened[*]'),
        jsonb_path_query_array(told, '$.passed[*]')
    FROM (
        SELECT stream, seq,
            CASE WHEN payload IS JSON OBJECT THEN CAST(payload AS jsonb) END AS told
        FROM record_events WHERE stream = ANY(:streams)
    ) AS acts
    WHERE told -> 'passed' IS NOT NULL
    ORDER BY stream, seq
""")

_SNAPSHOT = sql("""
    SELECT pg_snapshot_xmin(pg_current_snapshot())::text,
        pg_snapshot_xmax(pg_current_snapshot())::text
""")


@dataclass(frozen=True, slots=True)
class Receipt:
    """Where an act stands in the record: its number in the stream and its hash, hex."""

    stream: str
    seq: int
    hash: str


@dataclass(frozen=True, slots=True)
class Told:
    """What one act of a stream says: its number, who did what and when, the payload."""

    seq: int
    at: datetime
    actor: str
    action: str
    payload: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Way:
    """What one act did to the course of a case: steps opened, elements and flows passed."""

    opened: tuple[str, ...]
    passed: tuple[str, ...]


class Writer:
    """The Ed25519 key with which this installation's processes sign what they append.

    It lies outside the database, so that an administrator of the database cannot forge events.
    """

    def __init__(self, folder: Path, name: str = "writer") -> None:
        """Load the key of ``folder/writer``, or make it once (mode 0400)."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = folder / name
        if not path.exists():
            _make_key(path)
        self._key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(path.read_text().strip()))

    @property
    def public(self) -> str:
        """The public key, hex."""
        return self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()

    def sign(self, *, stream: str, actor: str, action: str, idem: uuid.UUID, payload: str) -> bytes:
        """Sign what an event says, 64 bytes."""
        return self._key.sign(
            signed_text(stream=stream, actor=actor, action=action, idem=idem, payload=payload)
        )

    def attest(self, text: str) -> bytes:
        """Sign the text of a manifest, 64 bytes; it begins otherwise than any event's."""
        return self._key.sign(text.encode())


@cache
def writer(folder: Path) -> Writer:
    """The writer whose key lies in this folder."""
    return Writer(folder)


@dataclass(frozen=True, slots=True)
class Entry:
    """One act of many that are appended together."""

    stream: str
    action: str
    payload: Mapping[str, object]
    idem: uuid.UUID | None = None


def append(
    session: Session,
    actor: Actor,
    stream: str,
    *,
    action: str,
    payload: Mapping[str, object],
    idem: uuid.UUID | None = None,
) -> Receipt:
    """Append one act to a stream, in the transaction of the change it tells of.

    Raises:
        Invalid: the payload is longer than 60,000 bytes of JSON.
    """
    values = _signed(actor.signature, Entry(stream, action, payload, idem))
    statement = insert(RecordEvent).values(values)
    row = session.execute(statement.returning(RecordEvent.seq, RecordEvent.hash)).one()
    return _receipt(session, stream, row.seq, row.hash)


# Rows as one JSON document: one statement for all of them, and their order is kept.
_APPEND_MANY = """
INSERT INTO record_events (stream, actor, action, idem, sig, payload)
SELECT stream, actor, action, idem, sig, payload
FROM ROWS FROM (json_to_recordset(%(rows)s) AS (
    stream text, actor text, action text, idem uuid, sig bytea, payload text
)) WITH ORDINALITY AS entry (stream, actor, action, idem, sig, payload, place)
ORDER BY place
RETURNING stream, seq, hash
"""


def append_many(session: Session, actor: Actor, entries: Sequence[Entry]) -> dict[str, Receipt]:
    """Append acts to streams, at most one to each, in one statement; receipts by stream.

    Raises:
        Invalid: a payload is longer than 60,000 bytes of JSON.
    """
    rows = [_signed(actor.signature, entry) for entry in entries]
    document = orjson.dumps([{**row, "sig": f"\\x{row['sig'].hex()}"} for row in rows]).decode()
    found = session.connection().exec_driver_sql(_APPEND_MANY, {"rows": document})
    return {row.stream: _receipt(session, row.stream, row.seq, row.hash) for row in found}


def _receipt(session: Session, stream: str, seq: int, digest_of_leaf: bytes) -> Receipt:
    """The receipt of an act, which the shipped log repeats once the act is committed."""
    receipts.note(session, f"{stream}#{seq}:{digest_of_leaf.hex()}")
    return Receipt(stream, seq, digest_of_leaf.hex())


def acts_on_cases(session: Session, user_id: int, *, since: datetime, until: datetime) -> int:
    """How many acts somebody did on cases from one instant until before another."""
    own = or_(
        RecordEvent.actor == f"user:{user_id}", RecordEvent.actor.startswith(f"user:{user_id}/")
    )
    in_time = (RecordEvent.at >= since, RecordEvent.at < until)
    query = select(func.count()).where(own, *in_time, RecordEvent.stream.startswith("case:"))
    return session.scalar(query) or 0


def find(session: Session, idem: uuid.UUID) -> Receipt | None:
    """The receipt of an act that was already done under this key, if it was."""
    row = session.execute(
        select(RecordEvent.stream, RecordEvent.seq, RecordEvent.hash).where(
            RecordEvent.idem == idem
        )
    ).one_or_none()
    return None if row is None else Receipt(row.stream, row.seq, row.hash.hex())


def tells(
    session: Session, stream: str, *, action: str, payload: Mapping[str, object], since: datetime
) -> bool:
    """Whether a stream tells of this very act at this moment or later."""
    found = select(RecordEvent.id).where(
        RecordEvent.stream == stream,
        RecordEvent.action == action,
        RecordEvent.payload == canonical(payload),
        RecordEvent.at >= since,
    )
    return session.scalar(found.limit(1)) is not None


def held_end(session: Session, stream: str) -> Receipt | None:
    """The last act of a stream, to which nobody can append until this transaction ends."""
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(stream, 0))))
    row = session.execute(
        select(RecordEvent.seq, RecordEvent.hash)
        .where(RecordEvent.stream == stream)
        .order_by(RecordEvent.seq.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else Receipt(stream, row.seq, row.hash.hex())


def head(session: Session, stream: str) -> Receipt | None:
    """The receipt of the newest act of a stream; its hash stands for all acts up to it."""
    row = session.execute(
        select(RecordEvent.seq, RecordEvent.hash)
        .where(RecordEvent.stream == stream)
        .order_by(RecordEvent.seq.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else Receipt(stream, row.seq, row.hash.hex())


def introduce(session: Session) -> bool:
    """Put the public key of this installation on the record, once; True when it was now.

    Whoever verifies the record takes the writers' keys from the stream ``sys:keys``. All hosts
    of an installation share one key file.
    """
    payload = {"algorithm": "Ed25519", "public": writer(place.here().keys).public}
    known = select(RecordEvent.seq).where(
        RecordEvent.stream == KEYS_STREAM, RecordEvent.payload == canonical(payload)
    )
    if session.scalar(known) is not None:
        return False
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(KEYS_STREAM, 0))))
    if session.scalar(known) is not None:  # another process was faster
        return False
    append(session, SYSTEM, KEYS_STREAM, action=KEY_RECORDED, payload=payload)
    return True


def vouch_for_next(session: Session, actor: Actor) -> str:
    """Make the next key of the writers and put it on record, signed by the present one.

    It counts from then on, and is used once it has been put in the place of the present one; both
    keys are good for the events that they signed.
    """
    public = Writer(place.here().keys, _NEXT).public
    payload = {"algorithm": "Ed25519", "public": public}
    append(session, actor, KEYS_STREAM, action=KEY_RECORDED, payload=payload)
    return public


def use_next() -> None:
    """Put the next key in the place of the present one, which is kept beside it."""
    folder = place.here().keys
    former = folder / f"writer.{writer(folder).public[:12]}"
    former.unlink(missing_ok=True)
    os.link(folder / "writer", former)
    (folder / _NEXT).replace(folder / "writer")
    writer.cache_clear()


def public_key(folder: Path) -> str | None:
    """The public key, hex, of the writer whose key lies in this folder; None without one."""
    return writer(folder).public if (folder / "writer").exists() else None


def latest_at(session: Session) -> datetime | None:
    """The time of the newest act on record, the introduction of keys left aside."""
    return session.scalar(
        select(RecordEvent.at)
        .where(RecordEvent.stream != KEYS_STREAM)
        .order_by(RecordEvent.id.desc())
        .limit(1)
    )


def newest(session: Session) -> int:
    """The highest number of an event; 0 in an empty record."""
    return session.scalar(select(func.max(RecordEvent.id))) or 0


def horizon(session: Session) -> tuple[int, int]:
    """The oldest transaction that may still be open, and the next one that will begin."""
    snapshot = session.execute(_SNAPSHOT).one()
    return int(snapshot[0]), int(snapshot[1])


def cases_after(session: Session, event: int, *, at_most: int) -> tuple[tuple[int, int], ...]:
    """The next events after this one: the number of each, and its case or 0."""
    rows = session.execute(
        select(RecordEvent.id, RecordEvent.stream)
        .where(RecordEvent.id > event)
        .order_by(RecordEvent.id)
        .limit(at_most)
    )
    return tuple((row[0], _case_of(row[1])) for row in rows)


def _case_of(stream: str) -> int:
    kind, _, told = stream.partition(":")
    return int(told) if kind == "case" and told.isdecimal() else 0


def ways(session: Session, case_ids: Sequence[int]) -> dict[int, tuple[Way, ...]]:
    """The ways of these cases, act by act, as the record tells them."""
    streams = {f"case:{case_id}": case_id for case_id in case_ids}
    found: dict[int, list[Way]] = {}
    for stream, opened, passed in session.execute(_WAYS, {"streams": list(streams)}):
        way = Way(tuple(map(str, opened)), tuple(map(str, passed)))
        found.setdefault(streams[stream], []).append(way)
    return {case_id: tuple(each) for case_id, each in found.items()}


def told(session: Session, stream: str) -> tuple[Told, ...]:
    """What every act of a stream says, the oldest first."""
    return told_each(session, [stream]).get(stream, ())


def told_each(session: Session, streams: Sequence[str]) -> dict[str, tuple[Told, ...]]:
    """What every act of these streams says, the oldest first, by stream."""
    rows = session.execute(
        select(
            RecordEvent.stream,
            RecordEvent.seq,
            RecordEvent.at,
            RecordEvent.actor,
            RecordEvent.action,
            RecordEvent.payload,
        )
        .where(RecordEvent.stream.in_(streams))
        .order_by(RecordEvent.stream, RecordEvent.seq)
    )
    found: dict[str, list[Told]] = {}
    for row in rows:
        told_of = Told(row[1], row[2], row[3], row[4], orjson.loads(row[5]))
        found.setdefault(row[0], []).append(told_of)
    return {stream: tuple(acts) for stream, acts in found.items()}


def plain(values: Mapping[str, object]) -> dict[str, object]:
    """Values as the record keeps them: amounts and times as text, in lists too."""
    return {name: _plain(value) for name, value in values.items()}


def _plain(value: object) -> object:
    match value:
        case None | bool() | int() | str():
            return value
        case dict():
            return {name: _plain(each) for name, each in value.items()}
        case list():
            return [_plain(each) for each in value]
    return str(value)


def _signed(actor: str, entry: Entry) -> dict[str, Any]:
    """What the writer says of an act; number, time and chain are the trigger's."""
    text = canonical(entry.payload)
    if len(text.encode()) > LONGEST_PAYLOAD:
        raise Invalid("record_payload_too_long", longest=LONGEST_PAYLOAD)
    key = entry.idem or uuid.uuid4()
    said = {"stream": entry.stream, "actor": actor, "action": entry.action, "payload": text}
    return {**said, "idem": key, "sig": writer(place.here().keys).sign(**said, idem=key)}


def _make_key(path: Path) -> None:
    """Write a new key beside its name and link it there: two processes starting share one."""
    key = Ed25519PrivateKey.generate()
    text = key.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption()).hex()
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    with suppress(FileExistsError):
        os.link(draft, path)
    draft.unlink()
