"""What a witness is asked (C2SP tlog-witness, the body of add-checkpoint), and its judgement.

The size that the witness last saw, the proof that the log has only grown since, a blank line, the
checkpoint. A witness signs nothing whose growth from its own last checkpoint is not proved.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass

from caseflow.tlog import checkpoints, notes, tree
from caseflow.tlog.checkpoints import Checkpoint
from caseflow.tlog.notes import BadNote, Note, VerifierKey

_MOST_HASHES = 63  # the specification's limit: a tree of 2^63 leaves needs no more
_LONGEST = 120_000


class Refusal(ValueError):
    """Why a witness signs nothing; ``code`` is the reason, ``values`` what was compared."""

    def __init__(self, code: str, **values: object) -> None:
        """Keep the reason and what was compared."""
        super().__init__(code, values)
        self.code, self.values = code, values


@dataclass(frozen=True, slots=True)
class Request:
    """A checkpoint with the proof that it continues the one of size ``old``."""

    old: int
    proof: tuple[bytes, ...]
    note: Note

    def __str__(self) -> str:
        hashes = "".join(f"{base64.b64encode(each).decode()}\n" for each in self.proof)
        return f"old {self.old}\n{hashes}\n{self.note}"


def read(content: str) -> Request:
    """Read a request from its text.

    Raises:
        BadNote: it is none.
    """
    if len(content) > _LONGEST:
        raise BadNote("request")
    head, _, rest = content.partition("\n\n")
    first, *hashes = head.split("\n")
    word, _, told = first.partition(" ")
    old = checkpoints.number(told)
    if word != "old" or old is None or len(hashes) > _MOST_HASHES:
        raise BadNote("request", first[:200])
    return Request(old, tuple(map(_hash, hashes)), notes.read(rest))


def judge(request: Request, log: VerifierKey, last: Checkpoint | None) -> Checkpoint:
    """The checkpoint to sign, for a witness whose last one of this log is ``last``.

    Raises:
        Refusal: it is another log's, unsigned by it, older, or not proved to continue the last.
        BadNote: the note carries no checkpoint.
    """
    checkpoint = checkpoints.read(request.note)
    if request.note.by(log) is None:
        raise Refusal("not_signed", key=str(log))
    if last is None:
        _judge_first(request)
        return checkpoint
    if checkpoint.origin != last.origin:
        raise Refusal("other_log", found=checkpoint.origin, wanted=last.origin)
    if checkpoint.size < last.size:
        raise Refusal("shorter", found=checkpoint.size, wanted=last.size)
    if request.old != last.size:
        raise Refusal("other_beginning", found=request.old, wanted=last.size)
    if not tree.grew(last.tree, checkpoint.tree, request.proof):
        raise Refusal("not_proved", found=checkpoint.size, wanted=last.size)
    return checkpoint


def _judge_first(request: Request) -> None:
    """A witness that knows nothing yet takes the first checkpoint on trust, and says so."""
    if request.old != 0 or request.proof:
        raise Refusal("other_beginning", found=request.old, wanted=0)


def _hash(encoded: str) -> bytes:
    try:
        found = base64.b64decode(encoded, validate=True)
    except ValueError:
        raise BadNote("request_hash", encoded[:200]) from None
    if len(found) != tree.SIZE:
        raise BadNote("request_hash", encoded[:200])
    return found
