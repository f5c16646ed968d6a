"""The key with which the sealer signs checkpoints, the log's name, and its public half.

They lie outside the database. The private file is the text of C2SP's signed-note signers, for the
sealer's account alone; the public one is for everybody.
"""

from __future__ import annotations

import base64
import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from caseflow.tlog import notes
from caseflow.tlog.checkpoints import Checkpoint
from caseflow.tlog.notes import BadNote, Kind, Note, VerifierKey
from caseflow.vocabulary import Invalid

PRIVATE, PUBLIC = "sealer", "sealer.pub"
_MARK = "PRIVATE+KEY+"
_SEED = 32


@dataclass(frozen=True, slots=True)
class LogKey:
    """The private key of a log, under the name (origin) of the log."""

    private: Ed25519PrivateKey
    public: VerifierKey

    @property
    def origin(self) -> str:
        """The name of the log."""
        return self.public.name

    def sign(self, checkpoint: Checkpoint, second: int) -> Note:
        """Sign a checkpoint as at a second of Unix time."""
        text = checkpoint.text
        return Note(text, (notes.sign(self.private, self.public, text, second=second),))


def of(folder: Path, *, name: str | None = None, file: str = PRIVATE) -> LogKey:
    """Load the key of a folder, or make it once (mode 0400).

    A log that gets no name is called ``caseflow/`` and twelve random digits, for good.

    Raises:
        Invalid: the file holds no such key.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / file
    if not path.exists():
        _make(path, name or f"caseflow/{secrets.token_hex(6)}")
    key = _read(path)
    told = path.with_name(f"{file}.pub")
    if not told.exists() or told.read_text().strip() != str(key.public):
        _write(told, f"{key.public}\n", mode=0o444)
    return key


def public(folder: Path) -> VerifierKey | None:
    """The log's verifier key as it lies beside the keys; None before the first seal."""
    path = folder / PUBLIC
    return notes.read_key(path.read_text()) if path.exists() else None


def _read(path: Path) -> LogKey:
    """Read ``PRIVATE+KEY+name+id+key``; the id guards against a file that was cut or mixed up."""
    told = path.read_text().strip()
    name, _, rest = told.removeprefix(_MARK).partition("+")
    given, _, encoded = rest.partition("+")
    try:
        content = base64.b64decode(encoded, validate=True)
        if not told.startswith(_MARK) or len(content) != 1 + _SEED:
            raise Invalid("log_key", file=str(path))
        private = Ed25519PrivateKey.from_private_bytes(content[1:])
        verifier = notes.verifier_key(private, name, Kind(content[0]))
    except (ValueError, BadNote):
        raise Invalid("log_key", file=str(path)) from None
    if verifier.key_id.hex() != given:
        raise Invalid("log_key", file=str(path))
    return LogKey(private, verifier)


def _make(path: Path, name: str) -> None:
    private = Ed25519PrivateKey.generate()
    verifier = notes.verifier_key(private, name, Kind.COSIGNATURE)
    content = bytes([verifier.kind]) + private.private_bytes_raw()
    told = f"{_MARK}{name}+{verifier.key_id.hex()}+{base64.b64encode(content).decode()}\n"
    draft = _draft(path, told, mode=0o400)
    with suppress(FileExistsError):  # another process starting was faster: its key counts
        os.link(draft, path)
    draft.unlink()


def _write(path: Path, told: str, *, mode: int) -> None:
    _draft(path, told, mode=mode).replace(path)


def _draft(path: Path, told: str, *, mode: int) -> Path:
    """The text on disk beside its name."""
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "w") as file:
        file.write(told)
        file.flush()
        os.fsync(file.fileno())
    return draft
