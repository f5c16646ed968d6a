"""One warning verification on the shipped drawing, handed from officer to officer."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow.models import Case, Document, TaxWarning
from caseflow.vocabulary import CaseStatus, PaperKind, WarningStatus
from tests import cast, desk, factories


def test_a_case_travels_from_dispatch_to_its_closing_paper(session: Session) -> None:
    people = cast.enter(session)
    case = factories.case(session, factories.taxpayer(session))
    desk.to_desk_check(session, people, case)
    desk.check(session, people, case)
    desk.do(session, people.officer, case, "conclusion", desk.conclusion(session, case))
    desk.do(session, people.chief, case, "review", {"review_decision": "agree", "opinion": "同意"})
    desk.do(session, people.officer, case, "closing_check", {"sign_off": True})
    session.expire_all()
    closed = session.get_one(Case, case.id)
    paper = session.scalars(
        select(Document).where(
            Document.case_id == case.id, Document.kind == PaperKind.WARNING_FEEDBACK.value
        )
    ).one()
    warning = session.scalars(select(TaxWarning).where(TaxWarning.case_id == case.id)).one()
    assert (closed.status, closed.outcome) == (CaseStatus.CLOSED, "cleared")
    assert paper.number == f"大中国税预馈〔{closed.opened_at.year}〕1号"
    assert (warning.status, warning.finding) == (WarningStatus.CONCLUDED, "explained")
