"""Cases of a directive's lines: joined where one is open, else opened with their officers named.

A kind that is not deployed yet is worked as a warning verification; a household whose case is
submitted already waits, its line staying open.
"""

from __future__ import annotations

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from caseflow import clock
from caseflow.models import Case, CaseLink, DirectiveLine, Taxpayer, TaxWarning, Unit
from caseflow.models.base import Json
from caseflow.services import definitions, doubts
from caseflow.services.cases import gate, opening
from caseflow.services.cases.linking import OPENED
from caseflow.services.cases.opening import Doubt, Wish
from caseflow.services.kinds.directive import rows
from caseflow.services.kinds.directive.moving import MOVED_BY
from caseflow.services.kinds.directive.rows import SIMPLE
from caseflow.services.work import Work
from caseflow.vocabulary import SYSTEM, CaseKind
from caseflow.vocabulary.kinds import PROCESSES


def open_lines(work: Work, arguments: Json) -> Json:
    """Open or join the cases of a section's lines that were just given to officers."""
    section_id = int(arguments["section"])
    lines = work.session.scalars(
        select(DirectiveLine)
        .where(
            DirectiveLine.case_id == work.case.id,
            or_(
                DirectiveLine.section_id == section_id,
                DirectiveLine.told[MOVED_BY].as_integer() == section_id,
            ),
            DirectiveLine.kind.is_not(None),
            DirectiveLine.kind != SIMPLE,
            DirectiveLine.outcome.is_(None),
            DirectiveLine.line_case_id.is_(None),
        )
        .order_by(DirectiveLine.number)
        .limit(opening.OPENED_AT_ONCE)
    ).all()
    opened = [case.number for line in lines if (case := _case_of(work, line)) is not None]
    return {"opened": opened}


def _case_of(work: Work, line: DirectiveLine) -> Case | None:
    """The case that the line opens or joins; None: it has to wait."""
    session = work.session
    kind = _worked_as(session, CaseKind(str(line.kind)))
    if kind is None or line.taxpayer_id is None:
        return None
    payer = session.get_one(Taxpayer, line.taxpayer_id)
    waiting = rows.waiting_doubts(session, line)
    found = session.scalar(
        select(Case.id).where(
            Case.taxpayer_id == payer.id, Case.kind == kind, Case.closed_at.is_(None)
        )
    )
    if found is None:
        case = _open(session, work.case, line, payer, kind, waiting)
    else:
        case = gate.locked(session, found)
        if case.submitted_at is not None or case.closed_at is not None:
            return None
        gate.begin(case)
        doubts.join(session, case, waiting)
        payload: Json = {
            "from": work.case.number,
            "warnings": sorted(each.fingerprint for each in waiting),
        }
        gate.put_on_record(session, SYSTEM, case, action="case.called_for", payload=payload)
    line.line_case_id = case.id
    session.add(CaseLink(case_id=work.case.id, other_id=case.id, kind=OPENED, at=clock.now()))
    return case


def _open(
    session: Session,
    directive: Case,
    line: DirectiveLine,
    payer: Taxpayer,
    kind: CaseKind,
    waiting: list[TaxWarning],
) -> Case:
    code = session.scalars(select(Unit.code).where(Unit.id == payer.district_id)).one()
    score = doubts.score_of(waiting)
    said: Json = {"origin": "directive", "directive": directive.number}
    if line.officer_id is not None:
        said["entry"] = "accept"
    if line.due_on is not None:
        said["due_on"] = line.due_on.isoformat()
    wish = Wish(
        taxpayer_id=payer.id,
        district_id=payer.district_id,
        district_code=code,
        section_id=payer.section_id,
        doubts=tuple(map(Doubt.of, waiting)),
        score=score,
        grade=doubts.grade_of(score),
        is_ti=any(each.kind == CaseKind.TI.value for each in waiting),
        said=said,
        main_officer_id=line.officer_id,
        second_officer_id=line.second_officer_id,
    )
    return opening.open_wish(session, SYSTEM, wish, kind=kind)


def _worked_as(session: Session, kind: CaseKind) -> CaseKind | None:
    """The kind itself if it is deployed, else a warning verification."""
    for each in (kind, CaseKind.WV):
        process = PROCESSES.get(each)
        if process is not None and definitions.newest(session, process) is not None:
            return each
    return None
