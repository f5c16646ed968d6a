"""The witness: on a machine of the audit office, with its own key and its own memory.

Needs no database. It remembers the last checkpoint it signed, and signs another one only when it
is proved that the log has merely grown since: the same log can then not be shown to two people in
two versions, nor be cut short, without the witness knowing.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from caseflow.services import log_key
from caseflow.services.log_key import LogKey
from caseflow.tlog import checkpoints, notes, requests
from caseflow.tlog.checkpoints import Checkpoint
from caseflow.tlog.notes import BadNote, Note, VerifierKey
from caseflow.tlog.requests import Refusal
from caseflow.vocabulary import Conflict, Invalid

_KEY, _LOG, _LAST = "witness", "log.pub", "last"
_CODES = {
    "not_signed": "witness_not_signed",
    "shorter": "witness_shorter",
    "other_beginning": "witness_other_beginning",
    "not_proved": "witness_not_proved",
    "other_log": "witness_other_log_name",
}


@dataclass(frozen=True, slots=True)
class Witness:
    """The folder in which a witness keeps its key, the key of the log, the last checkpoint."""

    home: Path

    def key(self, name: str | None = None) -> LogKey:
        """Its key, made once under a name.

        Raises:
            Invalid: it has no key yet and no name for one, or the file holds no key.
        """
        if name is None and not (self.home / _KEY).exists():
            raise Invalid("witness_unnamed", home=str(self.home))
        return log_key.of(self.home, name=name, file=_KEY)

    def trust(self, log: VerifierKey) -> None:
        """Watch this log; its key comes from the bureau on paper or by hand, not with a request.

        Raises:
            Conflict: it watches another log already.
        """
        known = self.log()
        if known is not None and known != log:
            raise Conflict("witness_other_log", known=str(known))
        self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write(self.home / _LOG, f"{log}\n")

    def log(self) -> VerifierKey | None:
        """The key of the log that it watches."""
        path = self.home / _LOG
        return notes.read_key(path.read_text()) if path.exists() else None

    def last(self) -> Checkpoint | None:
        """The last checkpoint that it signed."""
        path = self.home / _LAST
        return checkpoints.read(notes.read(path.read_text())) if path.exists() else None

    def sign(self, content: str, *, second: int) -> Note:
        """Judge a request; give its checkpoint with the witness's line under it.

        The checkpoint is remembered, on disk, before the signature leaves.

        Raises:
            Conflict: it is not proved that this continues what the witness signed before.
            Invalid: the text is no request, or the witness does not know its log yet.
        """
        log = self.log()
        if log is None:
            raise Invalid("witness_no_log", home=str(self.home))
        key = self.key()
        try:
            request = requests.read(content)
            requests.judge(request, log, self.last())
        except BadNote as fault:
            raise Invalid("witness_request", fault=fault.code) from None
        except Refusal as refusal:
            raise Conflict(_CODES[refusal.code], **refusal.values) from None
        text = request.note.text
        line = notes.sign(key.private, key.public, text, second=second)
        note = Note(text, (*request.note.signatures, line))
        _write(self.home / _LAST, str(note))
        return note


def _write(path: Path, content: str) -> None:
    draft = path.with_name(f"{path.name}.new")
    with draft.open("w", encoding="utf-8") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
