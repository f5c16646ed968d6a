"""The ceremony after a restore to a point in time, which leaves the log shorter than it was.

Auditor and operator sign together which checkpoint was lost and where the log stands now. Nothing
else excuses a log that became shorter: sealer and verifier refuse one without this act.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from caseflow.record_format import RESTORE_SIGNED, RESTORE_STREAM
from caseflow.services import record, seal_memory, seals
from caseflow.services.record import Receipt
from caseflow.services.seal_memory import Memory
from caseflow.tlog import checkpoints, notes
from caseflow.tlog.checkpoints import Checkpoint
from caseflow.tlog.notes import BadNote, VerifierKey
from caseflow.vocabulary import Actor, Conflict, Forbidden, Invalid, Role


@dataclass(frozen=True, slots=True)
class Lost:
    """The checkpoint that a restore lost, and the second in which the log had signed it."""

    checkpoint: Checkpoint
    second: int


def lost(content: str, log: VerifierKey) -> Lost:
    """The checkpoint that was kept outside, as the log signed it: a note, or its receipt.

    Raises:
        Invalid: the text is no checkpoint, or this log's key did not sign it.
    """
    try:
        note = notes.read(seal_memory.note_in(content) or content)
        checkpoint = checkpoints.read(note)
    except BadNote as fault:
        raise Invalid("restored_note", fault=fault.code) from None
    signature = note.by(log)
    if signature is None:
        raise Invalid("restored_foreign", key=str(log))
    return Lost(checkpoint, signature.signed_at or 0)


def be_newest(kept: Checkpoint, memory: Memory, log: VerifierKey) -> None:
    """Refuse a checkpoint when the sealer's own account holds a newer one of this log.

    The sealer goes on only when the newest is named as lost; where its files lie on another machine
    or account, they cannot be compared here.

    Raises:
        Conflict: a newer one lies there.
    """
    try:
        newest = memory.newest(log)
    except OSError:
        return
    if newest is not None and newest[0].size > kept.size:
        raise Conflict("restored_older", size=kept.size, newest=newest[0].size, file=str(newest[1]))


def sign(session: Session, auditor: Actor, operator: Actor, *, known: Lost, reason: str) -> Receipt:
    """Put on record that a restore lost what lies beyond the log's present end.

    Acts of after the second that is told here, and the receipts of them, are not excused by it.

    Raises:
        Forbidden: they are not an auditor and a system administrator, or one person.
        Conflict: nothing was lost: the checkpoint is a beginning of the log as it stands.
        Invalid: no reason is given.
    """
    are_two = auditor.user_id != operator.user_id
    if not are_two or Role.AUDITOR not in auditor.roles or Role.SYS_ADMIN not in operator.roles:
        raise Forbidden("restored_two_people")
    if not reason.strip():
        raise Invalid("restored_reason")
    size, root = seals.stands(session)
    was = known.checkpoint
    if seals.root(session, was.size) == was.root:
        raise Conflict("restored_nothing_lost", size=was.size)
    payload = {
        "lost": was.size,
        "lost_root": was.root.hex(),
        "lost_at": known.second,
        "kept": size,
        "kept_root": root.hex(),
        "auditor": auditor.signature,
        "operator": operator.signature,
        "reason": reason.strip(),
    }
    return record.append(session, auditor, RESTORE_STREAM, action=RESTORE_SIGNED, payload=payload)
