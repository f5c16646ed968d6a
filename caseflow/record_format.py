"""The text of the record that never varies: canonical JSON, and what a writer signs.

This format outlives the product: an auditor can compute it by hand from what is exported.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Mapping

SIGNED = "caseflow-event/v1"
# The stream that names the public keys with which events are signed.
KEYS_STREAM = "sys:keys"
KEY_RECORDED = "key.recorded"
# The stream that names every deployed version by its hash.
DEFINITIONS_STREAM = "sys:definitions"


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
