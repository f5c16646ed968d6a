"""What the papers of a day's log and of a patrol say; the door sets them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from caseflow.documents import Entered, PatrolRecord, WorkLog
from caseflow.models import Unit
from caseflow.reads import patrols, work_logs


def patrol_number(visit_id: int) -> str:
    """The number of a visit as its paper bears it."""
    return f"XC{visit_id:06d}"


def log_number(shown: work_logs.Day) -> str:
    """The number of somebody's day as its paper bears it."""
    return f"RZ{shown.user.id:06d}-{shown.on:%Y%m%d}"


def work_log(
    session: Session, shown: work_logs.Day, acts: Iterable[tuple[datetime, str, str]]
) -> WorkLog:
    """A day: entries and visits by the hour, then the acts on cases."""
    agency, section = _offices(session, work_logs.unit_of(session, shown))
    entries = [
        Entered(
            at=row.entry.began_at,
            household=row.household or "",
            content=row.entry.content,
            is_correction=row.entry.corrects_id is not None,
            is_corrected=row.is_corrected,
        )
        for row in shown.entries
    ]
    entries += [
        Entered(
            at=each.began_at, household=each.name, content=each.content, finding=each.finding.zh
        )
        for each in shown.visits
    ]
    return WorkLog(
        agency=agency,
        section=section,
        number=log_number(shown),
        on=shown.on,
        name=shown.user.name,
        entries=tuple(sorted(entries, key=lambda each: each.at)),
        acts=tuple(acts),
        signed_at=shown.signed.signed_at if shown.signed else None,
    )


def patrol(session: Session, shown: patrols.Page) -> PatrolRecord:
    """A visit: when and where, by whom, what was found."""
    visit = shown.visit
    agency, section = _offices(session, visit.section_id)
    return PatrolRecord(
        agency=agency,
        section=section,
        number=patrol_number(visit.id),
        began_at=visit.began_at,
        household=visit.name,
        address=visit.address,
        officer=shown.officer,
        second=shown.second,
        is_planned=visit.line_id is not None,
        finding=visit.finding.zh,
        content=visit.content,
        photographs=len(shown.photographs),
        noted_at=visit.noted_at,
        confirmed_at=visit.confirmed_at,
        case_number=shown.case_number or "",
    )


def _offices(session: Session, unit_id: int) -> tuple[str, str]:
    """The bureau and the section."""
    section = session.get_one(Unit, unit_id)
    district = session.get_one(Unit, section.parent_id) if section.parent_id else section
    return district.name, section.name
