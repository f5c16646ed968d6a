"""Putting on file what witnesses signed, and who the witnesses are."""

from __future__ import annotations

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from caseflow import clock
from caseflow.models.record import Checkpoint, Cosignature
from caseflow.record_format import WITNESS_RECORDED, WITNESSES_STREAM
from caseflow.services import record
from caseflow.tlog import checkpoints, notes
from caseflow.tlog.notes import BadNote, Kind, VerifierKey
from caseflow.vocabulary import Actor, Conflict, Invalid


def introduce(session: Session, actor: Actor, told: str) -> VerifierKey:
    """Put the key of a witness on record.

    Raises:
        Invalid: it is no verifier key for cosignatures.
    """
    try:
        key = notes.read_key(told)
    except BadNote as fault:
        raise Invalid("witness_key", fault=fault.code) from None
    if key.kind is not Kind.COSIGNATURE:
        raise Invalid("witness_key", fault="key_kind")
    payload = {"name": key.name, "key": str(key)}
    record.append(session, actor, WITNESSES_STREAM, action=WITNESS_RECORDED, payload=payload)
    return key


def put(session: Session, content: str, known: tuple[VerifierKey, ...]) -> tuple[int, list[str]]:
    """Put a witness's lines under the checkpoint that they were given to; its size, their names.

    ``content`` is the checkpoint as the witness gave it back. Doing it twice does no harm.

    Raises:
        Invalid: it is no signed checkpoint, or no witness on record signed it.
        Conflict: it is not a checkpoint that was signed here.
    """
    try:
        note = notes.read(content)
        checkpoint = checkpoints.read(note)
    except BadNote as fault:
        raise Invalid("cosigned_note", fault=fault.code) from None
    row = session.get(Checkpoint, checkpoint.size)
    if row is None or notes.read(row.note).text != note.text:
        raise Conflict("cosigned_other", size=checkpoint.size)
    signed = [(key, line) for key in known if (line := note.by(key)) is not None]
    if not signed:
        raise Invalid("cosigned_by_nobody", names=[line.name for line in note.signatures])
    for key, line in signed:
        row_of = {"size": row.size, "witness": key.name, "line": line.line, "at": clock.now()}
        session.execute(insert(Cosignature).values(row_of).on_conflict_do_nothing())
    return row.size, [key.name for key, _ in signed]
