"""Lines whose household went to another section after they were deployed: they follow it.

A section that has yet to distribute finds the line on its form. Where the section has no part, or
has distributed already, the line becomes an ordinary case there, with the hits that wait, and
counts there. The leading division is told. Source: directive.md, "Lines", rule 2.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from caseflow.models import DirectiveLine, Task
from caseflow.models.base import Json
from caseflow.services import notices
from caseflow.services.kinds.desk import Desk
from caseflow.services.kinds.directive import rows
from caseflow.vocabulary import NoticeKind, TaskStatus

MOVED_BY = "moved_by"
"""In ``told`` of a line that went on without officers: the section that had it."""


def gone(desk: Desk, lines: Iterable[DirectiveLine]) -> list[DirectiveLine]:
    """Those of a section's lines whose households are another section's by the register today."""
    payers = [(line, rows.household(desk, line)) for line in lines]
    return [
        line for line, payer in payers if payer is not None and payer.section_id != line.section_id
    ]


def follow(desk: Desk, line: DirectiveLine, kind: str) -> Json:
    """Move a line to where its household is now; ``kind`` is what it is worked as there."""
    payer = rows.household(desk, line)
    assert payer is not None  # noqa: S101 - only lines of households are gone
    told: Json = {"line": line.number, "from": line.section_id, "to": payer.section_id}
    if not _is_still_to_distribute(desk, payer.section_id):
        line.told = {**line.told, MOVED_BY: line.section_id}
        # A simple line has nobody there to do it: it stays open, and is listed as open.
        line.kind = None if kind == rows.SIMPLE else kind
    line.section_id, line.district_id = payer.section_id, payer.district_id
    split = select(Task.assignee_id).where(Task.case_id == desk.case.id, Task.element == "split")
    notices.tell(
        desk.session,
        desk.actor,
        desk.case,
        kind=NoticeKind.LINE_MOVED,
        to=desk.session.scalars(split),
        text=f"{line.number}. {payer.name}",
    )
    return told


def _is_still_to_distribute(desk: Desk, section_id: int) -> bool:
    waiting = select(Task.id).where(
        Task.case_id == desk.case.id,
        Task.element == desk.task.element,
        Task.unit_id == section_id,
        Task.status == TaskStatus.OPEN,
    )
    return desk.session.scalar(waiting.limit(1)) is not None
