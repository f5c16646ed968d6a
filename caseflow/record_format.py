"""The text of the record that never varies: canonical JSON, and what a writer signs.

This format outlives the product: an auditor can compute it by hand from what is exported.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Protocol

LEAF = "caseflow-record/v1"
SIGNED = "caseflow-event/v1"
# The stream that names the public keys with which events are signed.
KEYS_STREAM = "sys:keys"
KEY_RECORDED = "key.recorded"
# The stream that names every deployed version by its hash.
DEFINITIONS_STREAM = "sys:definitions"
# The stream that tells of restores, and the act that alone excuses a log that became shorter.
RESTORE_STREAM = "sys:restore"
RESTORE_SIGNED = "restore.signed"
# The stream that names the keys of the witnesses who sign checkpoints.
WITNESSES_STREAM = "sys:witnesses"
WITNESS_RECORDED = "witness.recorded"
# What the first event of a stream names as the hash before it.
BEGINNING = bytes(32)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Event(Protocol):
    """What an event of the record says, whether read from the database or from an export."""

    @property
    def stream(self) -> str:
        """Whose chain it belongs to."""

    @property
    def seq(self) -> int:
        """Its number there, from 1."""

    @property
    def at(self) -> datetime:
        """When it was appended."""

    @property
    def actor(self) -> str:
        """Who acted."""

    @property
    def action(self) -> str:
        """What was done."""

    @property
    def idem(self) -> uuid.UUID:
        """The key under which it was done once."""

    @property
    def sig(self) -> bytes:
        """The writer's signature."""

    @property
    def prev(self) -> bytes:
        """The hash of the event before it in its stream."""

    @property
    def payload(self) -> str:
        """What it tells, as JSON."""


def leaf(event: Event) -> bytes:
    """The text that is hashed: a line for each part, the payload last."""
    fields = (
        LEAF,
        event.stream,
        str(event.seq),
        str((event.at - _EPOCH) // _MICROSECOND),
        event.actor,
        event.action,
        str(event.idem),
        event.sig.hex(),
        event.prev.hex(),
        event.payload,
    )
    return "\n".join(fields).encode()


def leaf_hash(event: Event) -> bytes:
    """SHA-256 of a zero byte and the leaf: link of the chain and leaf of RFC 6962 in one."""
    return hashlib.sha256(b"\0" + leaf(event)).digest()


def signed_text(*, stream: str, actor: str, action: str, idem: uuid.UUID, payload: str) -> bytes:
    """What the process that appends an event puts its Ed25519 signature under."""
    return "\n".join((SIGNED, stream, actor, action, str(idem), payload)).encode()


def canonical(value: object) -> str:
    """
    JSON with sorted keys and no blanks: the same value is always the same bytes.

    >>> canonical({"b": "税", "a": [1, None]})
    '{"a":[1,null],"b":"税"}'
    """
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(value: object) -> str:
    """SHA-256, hex, of the canonical JSON of a value."""
    return hashlib.sha256(canonical(value).encode()).hexdigest()


def files_digest(files: Mapping[str, bytes]) -> str:
    """SHA-256, hex, of a bundle of files: their names in order, each with the hash of its bytes."""
    whole = hashlib.sha256()
    for name in sorted(files):
        whole.update(f"{name}\n{hashlib.sha256(files[name]).hexdigest()}\n".encode())
    return whole.hexdigest()
