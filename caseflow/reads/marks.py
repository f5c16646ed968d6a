"""What stands beside a mark in the register: whom another mark shuts out, why it was lifted."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, aliased

from caseflow import policy
from caseflow.models import Case, SensitiveFile, SensitiveReader
from caseflow.models.record import RecordEvent
from caseflow.reads.record_chain import payload_of

_LIFTED = "sensitive.lifted"


@dataclass(frozen=True, slots=True)
class Shut:
    """By which other marks a named reader is kept out all the same: lists add up."""

    by_household: bool = False
    by_cases: tuple[str, ...] = ()


def shut_out(
    session: Session, file_ids: Collection[int], *, over: ColumnElement[bool]
) -> Mapping[tuple[int, int], Shut]:
    """Of the readers of these marks those whom another one keeps out, by mark and person.

    A file may be marked by itself and with its household; who is to see it stands on both lists.
    Of the others only marks that the condition ``over`` is true of are told.
    """
    own, reader = aliased(SensitiveFile), aliased(SensitiveReader)
    rows = session.execute(
        select(reader.file_id, reader.user_id, SensitiveFile.case_id, Case.number)
        .join(own, own.id == reader.file_id)
        .join(Case, or_(Case.id == own.case_id, Case.taxpayer_id == own.taxpayer_id))
        .join(SensitiveFile, SensitiveFile.id != own.id)
        .where(
            reader.file_id.in_(file_ids),
            reader.ended_at.is_(None),
            own.lifted_at.is_(None),
            policy.keeps_out(reader.user_id),
            over,
        )
        .order_by(Case.id)
    )
    found: dict[tuple[int, int], Shut] = {}
    for file_id, user_id, case_id, number in rows:
        shut = found.get((file_id, user_id), Shut())
        if case_id is None:
            shut = replace(shut, by_household=True)
        else:
            shut = replace(shut, by_cases=(*shut.by_cases, number))
        found[file_id, user_id] = shut
    return found


def lift_reasons(session: Session, files: Sequence[SensitiveFile]) -> Mapping[int, str]:
    """Why marks were lifted, by the mark's id, as the record of that act tells it."""
    lifted = [file for file in files if file.lifted_at is not None]
    streams = {
        f"user:{file.lifted_by}" if file.case_id is None else f"case:{file.case_id}"
        for file in lifted
    }
    if not streams:
        return {}
    events = session.scalars(
        select(RecordEvent).where(RecordEvent.action == _LIFTED, RecordEvent.stream.in_(streams))
    )
    told = [payload_of(event) for event in events]
    return {each["file"]: each["reason"] for each in told if "file" in each and "reason" in each}
