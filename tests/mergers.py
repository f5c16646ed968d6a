"""Cases of one household that are merged, or that hold doubts of two procedures."""

from sqlalchemy.orm import Session

from caseflow.models import Case, Taxpayer, TaxWarning
from caseflow.services import cases
from caseflow.vocabulary import SYSTEM, CaseKind, WarningStatus
from tests import desk, factories
from tests.cast import Cast

REASON = "两件任务的疑点不是同一件事，分开办理"


def lead_of(session: Session, payer: Taxpayer, people: Cast) -> Case:
    """An open zero filing case of the household, with a main officer."""
    factories.deploy(session, "zero_filing")
    lead = factories.case_of(session, CaseKind.ZF, payer, "FIL-009")
    lead.main_officer_id = people.officer.user_id
    cases.note(session, SYSTEM, lead, action="case.noted", payload={})
    return lead


def merged(session: Session, people: Cast, serial: int = 1) -> tuple[Case, Case]:
    """A verification merged at its dispatch into a zero filing case of the household."""
    payer = factories.taxpayer(session, serial=serial)
    case = factories.case(session, payer)
    lead = lead_of(session, payer, people)
    merge(session, people, case, lead)
    return case, lead


def merge(session: Session, people: Cast, case: Case, lead: Case) -> None:
    answers = {
        "dispatch_decision": "merge_into_case",
        "merge_into": str(lead.id),
        "reason": "与零申报调查是同一件事，一并办理",
    }
    desk.do(session, people.leader, case, "dispatch", answers)
    session.expire_all()


def mixed(session: Session, serial: int = 1) -> tuple[Case, TaxWarning]:
    """A verification with a doubt that calls for a zero filing case."""
    payer = factories.taxpayer(session, serial=serial)
    factories.deploy(session, "zero_filing")
    case = factories.case(session, payer)
    zero = factories.warning(session, payer, code="FIL-009")
    zero.kind, zero.case_id, zero.status = CaseKind.ZF.value, case.id, WarningStatus.IN_CASE
    cases.note(session, SYSTEM, case, action="case.noted", payload={})
    return case, zero
