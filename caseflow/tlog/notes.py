"""Signed notes (C2SP signed-note): a text, a blank line, and a line for each signature.

Two kinds of Ed25519 key: plain, which signs the text, and ``cosignature/v1`` (C2SP
tlog-cosignature), which signs the text with the second of its signing.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass
from enum import IntEnum

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

_KEY = 32
_ID = 4
_STAMP = 8
_SIGNATURE = 64
_LONGEST = 100_000
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_NAME = re.compile(r"[^\s+]{1,128}")
_VERIFIER_KEY = re.compile(r"([^\s+]{1,128})\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)")


class BadNote(ValueError):
    """A text that is no signed note, or a key that is none; ``code`` says which fault it has."""

    def __init__(self, code: str, found: str = "") -> None:
        """Keep the fault and what was found in its place."""
        super().__init__(code, found)
        self.code, self.found = code, found


class Kind(IntEnum):
    """What a key signs; the number stands before the key in its text."""

    PLAIN = 1
    COSIGNATURE = 4


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key with its name, as it is told to others: ``name+id+key``."""

    name: str
    kind: Kind
    public: bytes

    @property
    def key_id(self) -> bytes:
        """The four bytes by which a signature line names its key."""
        told = self.name.encode() + b"\n" + bytes([self.kind]) + self.public
        return hashlib.sha256(told).digest()[:_ID]

    @property
    def fingerprint(self) -> str:
        """The SHA-256, hex, of the key as it is told: short enough to be kept on paper."""
        return hashlib.sha256(str(self).encode()).hexdigest()

    def __str__(self) -> str:
        encoded = base64.b64encode(bytes([self.kind]) + self.public).decode()
        return f"{self.name}+{self.key_id.hex()}+{encoded}"


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line: whose, and the bytes that follow the key's id."""

    name: str
    key_id: bytes
    content: bytes

    @property
    def line(self) -> str:
        """The line as it stands under a note."""
        return f"— {self.name} {base64.b64encode(self.key_id + self.content).decode()}"

    @property
    def signed_at(self) -> int | None:
        """The second of signing, as its signer says; None where the kind of key has none."""
        if len(self.content) != _STAMP + _SIGNATURE:
            return None
        return int.from_bytes(self.content[:_STAMP], "big")


@dataclass(frozen=True, slots=True)
class Note:
    """A text (ending in a line feed) with the signatures under it."""

    text: str
    signatures: tuple[Signature, ...]

    def __str__(self) -> str:
        return self.text + "\n" + "".join(f"{each.line}\n" for each in self.signatures)

    def by(self, key: VerifierKey) -> Signature | None:
        """The signature that this key really gave to this text, if there is one."""
        return next((each for each in self.signatures if is_by(key, self.text, each)), None)


def is_by(key: VerifierKey, text: str, signature: Signature) -> bool:
    """Whether the signature line is this key's and was given to this text."""
    if (signature.name, signature.key_id) != (key.name, key.key_id):
        return False
    told, signed_at = signature.content, signature.signed_at
    if key.kind is Kind.COSIGNATURE:
        if signed_at is None:
            return False
        told = told[_STAMP:]
    try:
        message = _message(key.kind, text, signed_at or 0)
        Ed25519PublicKey.from_public_bytes(key.public).verify(told, message)
    except InvalidSignature:
        return False
    return True


def sign(private: Ed25519PrivateKey, key: VerifierKey, text: str, *, second: int = 0) -> Signature:
    """Sign a text; ``second`` (Unix time) is told and signed by a cosignature key alone."""
    signature = private.sign(_message(key.kind, text, second))
    stamp = second.to_bytes(_STAMP, "big") if key.kind is Kind.COSIGNATURE else b""
    return Signature(key.name, key.key_id, stamp + signature)


def verifier_key(private: Ed25519PrivateKey, name: str, kind: Kind) -> VerifierKey:
    """The public half of a key, under a name.

    Raises:
        BadNote: the name is empty, too long, or has blanks or a plus sign.
    """
    if not _NAME.fullmatch(name):
        raise BadNote("name", name)
    return VerifierKey(name, kind, private.public_key().public_bytes_raw())


def read_key(text: str) -> VerifierKey:
    """Read a verifier key from its text.

    Raises:
        BadNote: it is none, or its id is not that of its name and key.
    """
    found = _VERIFIER_KEY.fullmatch(text.strip())
    if found is None:
        raise BadNote("key", text[:200])
    name, told, encoded = found.groups()
    content = _decoded(encoded, "key")
    if len(content) != 1 + _KEY or content[0] not in set(Kind):
        raise BadNote("key_kind", text[:200])
    key = VerifierKey(name, Kind(content[0]), content[1:])
    if key.key_id.hex() != told:
        raise BadNote("key_id", text[:200])
    return key


def read(content: str) -> Note:
    """Read a note; its signatures are read, not yet verified.

    Raises:
        BadNote: it is too long, has control characters, or lacks its signatures.
    """
    if len(content) > _LONGEST or _CONTROL.search(content):
        raise BadNote("note")
    text, blank, under = content.rpartition("\n\n")
    if not blank or not text or not under.endswith("\n"):
        raise BadNote("note_unsigned")
    return Note(text + "\n", tuple(map(read_signature, under.splitlines())))


def read_signature(line: str) -> Signature:
    """Read one signature line.

    Raises:
        BadNote: it is none.
    """
    mark, _, rest = line.partition(" ")
    name, _, encoded = rest.partition(" ")
    if mark != "—" or not _NAME.fullmatch(name):
        raise BadNote("signature", line[:200])
    content = _decoded(encoded, "signature")
    if len(content) <= _ID:
        raise BadNote("signature", line[:200])
    return Signature(name, content[:_ID], content[_ID:])


def _message(kind: Kind, text: str, second: int) -> bytes:
    if kind is Kind.PLAIN:
        return text.encode()
    return f"cosignature/v1\ntime {second}\n{text}".encode()


def _decoded(encoded: str, code: str) -> bytes:
    try:
        return base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        raise BadNote(code, encoded[:200]) from None
