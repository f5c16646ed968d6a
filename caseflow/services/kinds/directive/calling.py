"""What the drawing of a directive calls for: a look at its lines, a note of who is late."""

from __future__ import annotations

from sqlalchemy import select

from caseflow.models import DirectivePart, Unit
from caseflow.models.base import Json
from caseflow.services import outbox
from caseflow.services.work import Work

# Later work: tell the sections of a directive whose lines are all settled so.
SETTLING = "directives.settle"


def look_at_lines(work: Work) -> Json:
    """The section waits for its lines; those that have all their outcomes already go on at once."""
    outbox.put(work.session, SETTLING, {"case": work.case.id})
    return {}


def note_late_units(work: Work) -> Json:
    """Who has not answered when the answers are late; their lines stay open."""
    parts = work.session.scalars(
        select(DirectivePart).where(
            DirectivePart.case_id == work.case.id,
            DirectivePart.state.in_(("open", "answered")),
        )
    ).all()
    late = [part for part in parts if part.state == "open" or part.unit_id == part.district_id]
    for part in late:
        part.state = "late"
    ids = [part.unit_id for part in late]
    names = select(Unit.name).where(Unit.id.in_(ids)).order_by(Unit.code)
    return {"late": list(work.session.scalars(names))}
