"""What the sealer keeps outside the database: its last checkpoint, and the receipts.

Receipts are lines of JSON in ``receipts.jsonl``, to be shipped to where the bureau's logs are kept:
the place, stream, number and hash of every sealed event, and every checkpoint.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

import orjson

from caseflow.tlog import checkpoints, notes
from caseflow.tlog.checkpoints import Checkpoint
from caseflow.tlog.notes import BadNote, Note, VerifierKey

_LAST = "last"
_TAIL = 16_384
# The receipts of what is sealed between two checkpoints, tens of thousands, are shorter than this.
_FAR = 1 << 24
_CHECKPOINT, _RESTORED = b'{"event":"checkpoint"', b'{"event":"restored"'


@dataclass(frozen=True, slots=True)
class Receipt:
    """An event was sealed as the ``size``-th of the log."""

    size: int
    stream: str
    seq: int
    hash: str


@dataclass(frozen=True, slots=True)
class Memory:
    """The folders of the sealer's account: where its last checkpoint and its receipts lie."""

    seals: Path
    log: Path

    @property
    def receipts(self) -> Path:
        """The log of receipts."""
        return self.log / "receipts.jsonl"

    def last(self) -> Checkpoint | None:
        """The last checkpoint that was signed here.

        Raises:
            BadNote: the file was changed into something else.
        """
        path = self.seals / _LAST
        if not path.exists():
            return None
        return checkpoints.read(notes.read(path.read_text(encoding="utf-8")))

    def newest(self, log: VerifierKey) -> tuple[Checkpoint, Path] | None:
        """The newest checkpoint of this log that is kept here, and the file it stands in.

        Raises:
            OSError: the files are another account's.
        """
        told = [(path, note) for path, note in self._notes() if note.by(log) is not None]
        kept = [(checkpoints.read(note), path) for path, note in told]
        return max(kept, key=lambda each: each[0].size, default=None)

    def _notes(self) -> Iterator[tuple[Path, Note]]:
        """The last checkpoint, and those among the receipts since the log was last taken back."""
        path = self.seals / _LAST
        contents = [path.read_text(encoding="utf-8", errors="replace")] if path.exists() else []
        yield from ((path, note) for note in _notes_in(contents))
        receipts = self._tail(_FAR).rpartition(_RESTORED)[2].split(b"\n")
        told = (note_in(line) for line in receipts if line.startswith(_CHECKPOINT))
        yield from ((self.receipts, note) for note in _notes_in(deque(told, maxlen=1)))

    def remember(self, note: Note) -> None:
        """Keep a checkpoint that was signed and committed, and put it among the receipts."""
        self.seals.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = self.seals / f"{_LAST}.new"
        _append(draft, str(note).encode(), os.O_TRUNC)
        draft.replace(self.seals / _LAST)
        _sync_folder(self.seals)
        self._tell([{"event": "checkpoint", "note": str(note)}])

    def hand_out(self, receipts: Iterable[Receipt]) -> None:
        """Write a receipt for each sealed event; they are on disk when this returns."""
        self._tell({"event": "sealed", **asdict(receipt)} for receipt in receipts)

    def told(self) -> int:
        """How many events have a receipt here; 0 when there is none, or the log was moved away."""
        return _largest(self._tail())

    def forget_beyond(self, size: int) -> None:
        """Note among the receipts that a signed restore took the log back to this size."""
        self._tell([{"event": "restored", "size": size}])

    def _tell(self, lines: Iterable[dict[str, object]]) -> None:
        self.log.mkdir(mode=0o700, parents=True, exist_ok=True)
        content = b"".join(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE) for line in lines)
        if not content:
            return
        if not self._tail().endswith(b"\n"):  # the power failed within a line
            content = b"\n" + content
        _append(self.receipts, content, os.O_APPEND)

    def _tail(self, length: int = _TAIL) -> bytes:
        """The end of the log of receipts; a line feed when there is none."""
        if not self.receipts.exists() or not (size := self.receipts.stat().st_size):
            return b"\n"
        with self.receipts.open("rb") as file:
            file.seek(max(0, size - length))
            return file.read()


def note_in(receipt: str | bytes) -> str:
    """The note in a checkpoint's receipt; empty when the line is none."""
    try:
        told = orjson.loads(receipt)
    except ValueError:
        return ""
    note = told.get("note") if isinstance(told, dict) else None
    return note if isinstance(note, str) else ""


def _notes_in(contents: Iterable[str]) -> Iterator[Note]:
    """Those of the texts that are notes of checkpoints."""
    for content in contents:
        with suppress(BadNote):
            note = notes.read(content)
            checkpoints.read(note)
            yield note


def _largest(tail: bytes) -> int:
    """The size in the last whole line of a tail that tells one."""
    for line in reversed(tail.split(b"\n")[:-1]):
        try:
            told = orjson.loads(line)
        except ValueError:
            continue
        if isinstance(told, dict) and isinstance(told.get("size"), int):
            return int(told["size"])
    return 0


def _append(path: Path, content: bytes, how: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | how, 0o600)
    try:
        view = memoryview(content)
        while view:
            view = view[os.write(descriptor, view) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
