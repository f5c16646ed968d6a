"""What leaves a step for other cases: messages sent, and word that kept ones are wanted now.

Both are rows of the outbox, written with the step: they happen if it does, and once.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow.models import DirectiveLine, Message
from caseflow.services import outbox, record
from caseflow.services.cases.rows import Rows
from caseflow.services.kinds.directive.calling import SETTLING
from caseflow.vocabulary import MessageStatus

SENT = "messages.sent"
WANTED = "messages.wanted"
_KEYS = uuid.UUID("5d3f6c1e-0f0b-4c39-9a53-6a1d52a1b7c4")


def post(session: Session, stored: Iterable[tuple[int, int, Rows]]) -> None:
    """Leave in the outbox what steps have for other cases; each with its case and revision."""
    wanted: dict[int, set[str]] = {}
    closed: list[int] = []
    for case_id, revision, rows in stored:
        for place, sent in enumerate(rows.sent):
            key = uuid.uuid5(_KEYS, f"{case_id}:{revision}:{place}")  # sent again, it is the same
            arguments = record.plain(sent.arguments)
            said = {"name": sent.name, "arguments": arguments}
            outbox.put(session, SENT, {**said, "sender": case_id, "idem": str(key)})
        if rows.case.get("closed_at") is not None:
            closed.append(case_id)
        events = {event for event in rows.newly_awaited if event.startswith("message:")}
        if events:
            wanted[case_id] = events
    if wanted and _is_kept(session, set().union(*wanted.values())):
        outbox.put(session, WANTED, {"cases": sorted(wanted)})
    _tell_directives(session, closed)


def _tell_directives(session: Session, closed: list[int]) -> None:
    """A case that has closed may be the last line of a section of a directive."""
    if not closed:
        return
    directives = select(DirectiveLine.case_id).where(DirectiveLine.line_case_id.in_(closed))
    for case_id in session.scalars(directives.distinct()):
        outbox.put(session, SETTLING, {"case": case_id})


def _is_kept(session: Session, events: set[str]) -> bool:
    kept = select(Message.id).where(
        Message.status == MessageStatus.KEPT, Message.event.in_(sorted(events))
    )
    return session.scalar(kept.limit(1)) is not None
