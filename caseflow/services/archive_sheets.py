"""What cover, list and notes of an archived file say, in the bureau's own words."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import clock
from caseflow.documents import ArchiveSheets
from caseflow.models import ArchivedFile, Case, Taxpayer, Unit, User
from caseflow.services import archive_lists
from caseflow.vocabulary import Outcome

# So many signs of a hash tell the pieces of one file apart.
_SIGNS = 12


def of(session: Session, file: ArchivedFile) -> ArchiveSheets:
    """The sheets of a file, ready to be set."""
    case = session.get_one(Case, file.case_id)
    taxpayer = None if case.taxpayer_id is None else session.get_one(Taxpayer, case.taxpayer_id)
    about = taxpayer.name if taxpayer else str(case.title)
    outcomes = {each.value: each.zh for each in Outcome}
    return ArchiveSheets(
        agency=session.get_one(Unit, case.district_id).name,
        number=file.number,
        case_number=case.number,
        title=f"{about}{case.kind.zh}案卷",
        taxpayer=taxpayer.name if taxpayer else "",
        tin=taxpayer.tin if taxpayer else "",
        officers=_officers(session, case),
        opened_on=clock.local_date(case.opened_at),
        closed_on=clock.local_date(case.closed_at or file.archived_at),
        outcome=outcomes.get(case.outcome or "", case.outcome or "—"),
        retention=file.retention.zh,
        keep_until=file.keep_until.isoformat() if file.keep_until else "",
        place=file.place,
        archivist=session.get_one(User, file.archived_by).name,
        archived_on=clock.local_date(file.archived_at),
        pieces=tuple(
            (each.title, each.number, each.on.isoformat(), each.sha256[:_SIGNS])
            for each in archive_lists.pieces(session, case.id)
        ),
        notes=file.notes or "",
    )


def _officers(session: Session, case: Case) -> str:
    ids = (case.main_officer_id, case.second_officer_id)
    rows = session.execute(select(User.id, User.name).where(User.id.in_(ids)))
    names = {row.id: row.name for row in rows}
    return "、".join(names[each] for each in ids if each in names) or "—"
