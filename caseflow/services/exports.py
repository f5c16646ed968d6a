"""Lists that people take out of the house as files: each leaves a line on their own record."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.orm import Session

from caseflow.services import record
from caseflow.vocabulary import Actor

TAKEN, RECORD_TAKEN = "list.exported", "record.exported"
# What the operator of the house took at the command line.
_BY_OPERATOR = "sys:exports"
# What an address asks for is cut for the record at this length.
_LONGEST = 200


def note_record(session: Session, actor: Actor, *, events: int, sealed: int, manifest: str) -> None:
    """Note that the whole record went out: how much of it, and the hash of its manifest."""
    payload = {"events": events, "sealed": sealed, "manifest": manifest}
    record.append(session, actor, _BY_OPERATOR, action=RECORD_TAKEN, payload=payload)


def note(
    session: Session, actor: Actor, name: str, *, filters: Mapping[str, str], count: int
) -> None:
    """Note which list was taken, by which filters, and how many rows went out."""
    kept = {key: value[:_LONGEST] for key, value in sorted(filters.items())}
    payload = {"list": name, "filters": kept, "rows": count}
    stream = f"user:{actor.user_id}" if actor.user_id else _BY_OPERATOR
    record.append(session, actor, stream, action=TAKEN, payload=payload)
