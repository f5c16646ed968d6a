"""Cases of other kinds, each worked in browsers from its first step to its closing."""

from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from caseflow.cli.workflows.files import bundle, shipped_kinds
from caseflow.models import Case, Document, Taxpayer
from caseflow.services import definitions
from caseflow.vocabulary import SYSTEM, CaseKind, CaseStatus, Role
from tests import factories
from tests.journeys.conftest import Bureau
from tests.journeys.course import Course
from tests.journeys.people import Company, pdf
from tests.services.test_separation import also

pytestmark = pytest.mark.browser

# What the hall, the chief and the invoice post type at a release.
RELEASE: dict[str, dict[str, Any]] = {
    "ab_release_registration": {
        "release_reason": "taxpayer_returned",
        "applicant": "赵某",
        "proof": pdf("身份证明.pdf"),
    },
    "ab_release_application": {
        "periods": [
            {
                "tax": "vat",
                "period": "2009-12",
                "state": "filed",
                "return_number": "申20100325",
                "tax_paid": "１,200.00",
                "surcharge_paid": "36.00",
            }
        ],
        "penalty_case": "无",
        "fine_paid": "0.00",
        "invoices_result": "returned",
        "absence_cause": "负责人患病，无人办理申报事项。",
        "release_result": "complete",
    },
    "ab_release_review": {"release_review": "agree", "opinion": "同意解除"},
    "ab_release_invoices": {"supply": "lifted"},
    "wv_closing": {"sign_off": True},
}


def opened(bureau: Bureau, company: Company, kind: CaseKind, hit: str) -> Course:
    """A case that the screening has just opened."""
    with bureau.database.transaction() as session:
        for path in shipped_kinds():
            definitions.deploy(session, SYSTEM, bundle(path))
        case = factories.case_of(session, kind, factories.taxpayer(session, serial=77), hit)
        return Course(bureau, company, case.id)


def papers(course: Course) -> list[str]:
    """The kinds of paper that a case has issued, in their order."""
    with course.bureau.database.reading() as session:
        issued = select(Document.kind).where(Document.case_id == course.case_id)
        return list(session.scalars(issued.order_by(Document.id)))


def test_zero_filing_is_worked_from_dispatch_to_closing(
    fresh_bureau: Bureau, fresh_company: Company
) -> None:
    course = opened(fresh_bureau, fresh_company, CaseKind.ZF, "FIL-009")
    case = course.work()
    assert (case.status, case.outcome) == (CaseStatus.CLOSED, "cleared")
    assert {"desk", "record_visit", "classify", "review"} <= set(course.done)


def test_discrepancy_is_verified_by_its_variant_and_closed(
    fresh_bureau: Bureau, fresh_company: Company
) -> None:
    course = opened(fresh_bureau, fresh_company, CaseKind.TP, "TPD-001")
    case = course.work()
    assert (case.status, case.outcome) == (CaseStatus.CLOSED, "cleared")
    assert {"verify", "conclude", "review"} <= set(course.done)


def test_household_that_nobody_finds_is_identified_announced_and_released(
    fresh_bureau: Bureau, fresh_company: Company
) -> None:
    people = fresh_bureau.people
    with fresh_bureau.database.transaction() as session:
        also(session, people.other_officer, Role.POST_INVOICE, people.leader)
        also(session, people.third, Role.SERVICE_HALL, people.leader)
        factories.tell(session, "sys:people")
    course = opened(fresh_bureau, fresh_company, CaseKind.AB, "REG-004")
    members = [str(each.user_id) for each in (people.deputy, people.legal, people.other_chief)]
    case = course.work(changes={"wv_collective_convening": {"members": members}})
    assert (case.status, case.outcome) == (CaseStatus.CLOSED, "identified")
    assert papers(course)[-3:] == [
        "abnormal_identification",
        "invoice_stop",
        "abnormal_announcement",
    ]
    tin = household(course).tin
    released = replace(course, case_id=received(fresh_company, tin), done=[])
    case = released.work(changes=RELEASE)
    assert (case.status, case.outcome) == (CaseStatus.CLOSED, "released")
    assert household(course).reg_status == "normal"
    assert papers(released) == ["abnormal_release"]


def received(company: Company, tin: str) -> int:
    """The hall takes the application: first with a wrong number, then with the right one."""
    hall = company.third
    hall.page.goto(f"{company.address}/releases/new")
    hall.page.get_by_label("纳税人识别号").fill("210202000009998")
    hall.page.get_by_role("button", name="受理").click()
    expect(hall.page.get_by_role("alert")).to_contain_text("校验码不对")
    hall.page.get_by_label("纳税人识别号").fill(tin)
    hall.page.get_by_role("button", name="受理").click()
    expect(hall.page.get_by_text("请领取并登记解除原因")).to_be_visible()
    return int(hall.page.url.rpartition("/")[2])


def household(course: Course) -> Taxpayer:
    """The household of a case as it stands."""
    with course.bureau.database.reading() as session:
        payer = select(Taxpayer).join(Case, Case.taxpayer_id == Taxpayer.id)
        return session.scalars(payer.where(Case.id == course.case_id)).one()
