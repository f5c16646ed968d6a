"""The one place that appends to the record: what was done, by whom, signed by this process."""

from __future__ import annotations

import hashlib
import json
import os
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from caseflow.models.record import RecordEvent
from caseflow.services import place
from caseflow.vocabulary import Actor, Invalid

LONGEST_PAYLOAD = 60_000


@dataclass(frozen=True, slots=True)
class Receipt:
    """Where an act stands in the record: its number in the stream and its hash, hex."""

    stream: str
    seq: int
    hash: str


class Writer:
    """The Ed25519 key with which this installation's processes sign what they append.

    It lies outside the database, so that an administrator of the database cannot forge events.
    """

    def __init__(self, folder: Path) -> None:
        """Load the key of ``folder/writer``, or make it once (mode 0400)."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = folder / "writer"
        if not path.exists():
            _make_key(path)
        self._key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(path.read_text().strip()))

    @property
    def public(self) -> str:
        """The public key, hex."""
        return self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()

    def sign(self, *, stream: str, actor: str, action: str, idem: uuid.UUID, payload: str) -> bytes:
        """Sign what an event says, 64 bytes."""
        text = "\n".join(("caseflow-event/v1", stream, actor, action, str(idem), payload))
        return self._key.sign(text.encode())


@cache
def writer(folder: Path) -> Writer:
    """The writer whose key lies in this folder."""
    return Writer(folder)


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
    text = canonical(payload)
    if len(text.encode()) > LONGEST_PAYLOAD:
        raise Invalid("record_payload_too_long", longest=LONGEST_PAYLOAD)
    key = idem or uuid.uuid4()
    signed = writer(place.here().keys).sign(
        stream=stream, actor=actor.signature, action=action, idem=key, payload=text
    )
    statement = insert(RecordEvent).values(
        stream=stream, actor=actor.signature, action=action, idem=key, sig=signed, payload=text
    )
    row = session.execute(statement.returning(RecordEvent.seq, RecordEvent.hash)).one()
    return Receipt(stream, row.seq, row.hash.hex())


def find(session: Session, idem: uuid.UUID) -> Receipt | None:
    """The receipt of an act that was already done under this key, if it was."""
    row = session.execute(
        select(RecordEvent.stream, RecordEvent.seq, RecordEvent.hash).where(
            RecordEvent.idem == idem
        )
    ).one_or_none()
    return None if row is None else Receipt(row.stream, row.seq, row.hash.hex())


def latest_at(session: Session) -> datetime | None:
    """The time of the newest event of the whole record."""
    return session.scalar(select(RecordEvent.at).order_by(RecordEvent.id.desc()).limit(1))


def canonical(value: object) -> str:
    """JSON with sorted keys and no blanks: the same value is always the same bytes."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def plain(values: Mapping[str, object]) -> dict[str, object]:
    """Values as the record keeps them: amounts and times as text."""
    return {
        name: value
        if value is None or isinstance(value, bool | int | str | list | dict)
        else str(value)
        for name, value in values.items()
    }


def digest(value: object) -> str:
    """SHA-256, hex, of the canonical JSON of a value."""
    return hashlib.sha256(canonical(value).encode()).hexdigest()


def _make_key(path: Path) -> None:
    key = Ed25519PrivateKey.generate()
    text = key.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption()).hex()
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
