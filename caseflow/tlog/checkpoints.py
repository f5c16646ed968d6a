"""Checkpoints (C2SP tlog-checkpoint): which log, how many events, the root of their tree."""

from __future__ import annotations

import base64
from dataclasses import dataclass

from caseflow.tlog.notes import BadNote, Note
from caseflow.tlog.tree import SIZE

_LINES = 3
_MOST_DIGITS = 19


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log says of its first ``size`` events."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """What is signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"

    @property
    def tree(self) -> tuple[int, bytes]:
        """Size and root, as ``tree.grew`` compares them."""
        return self.size, self.root


def read(note: Note) -> Checkpoint:
    """Read the checkpoint that a note carries; lines of extensions after it are left alone.

    Raises:
        BadNote: the note carries none.
    """
    lines = note.text.split("\n")
    if len(lines) <= _LINES or not lines[0]:
        raise BadNote("checkpoint", note.text[:200])
    origin, told, encoded = lines[:_LINES]
    size = number(told)
    if size is None:
        raise BadNote("checkpoint_size", told[:200])
    try:
        root = base64.b64decode(encoded, validate=True)
    except ValueError:
        raise BadNote("checkpoint_root", encoded[:200]) from None
    if len(root) != SIZE or base64.b64encode(root).decode() != encoded:
        raise BadNote("checkpoint_root", encoded[:200])
    return Checkpoint(origin, size, root)


def number(told: str) -> int | None:
    """A size as the format writes it: decimal, without leading zeros; None for anything else."""
    if not (told.isascii() and told.isdigit() and len(told) <= _MOST_DIGITS):
        return None
    return int(told) if str(int(told)) == told else None
