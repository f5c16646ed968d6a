"""A tax evaluation in browsers from the monthly plan to the archive, by way of inspection.

Each step is done by whoever it waits for; each page of the evaluation must fit desk and phone.
"""

from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import ViewportSize, expect
from sqlalchemy import select

from caseflow import clock
from caseflow.demo.past.evidence import photograph
from caseflow.jobs.topics import EFFECTS
from caseflow.jobs.worker import work_through
from caseflow.models import Attachment, Case
from caseflow.services import archiving
from caseflow.vocabulary import CaseKind, CaseStatus, Role
from tests import evaluation, factories, orders, plans, transfers
from tests.cast import Cast
from tests.journeys.conftest import Bureau
from tests.journeys.course import Course, Step
from tests.journeys.people import Company, Person
from tests.services.test_separation import also

pytestmark = pytest.mark.browser

PHONE: ViewportSize = {"width": 390, "height": 844}
DESK: ViewportSize = {"width": 1440, "height": 900}
QUESTIONS = [
    {"question": "贵公司十二月销项税额为何低于同期？", "answer": "部分货款年底尚未结算。"},
    {"question": "未开票收入是否申报？", "answer": "有一部分现金收入没有申报。"},
]
SHOTS = tuple(photograph(each) for each in ("厂房正门", "成品库", "发货台"))
PHOTOGRAPHS = [
    {"name": f"现场{at}.png", "mimeType": "image/png", "buffer": each.content}
    for at, each in enumerate(SHOTS, 1)
]
COUNTED = {"item": "机电配件", "unit": "件", "book_quantity": "120", "counted_quantity": "96"}
# The papers of the file that the list of the transfer names by itself.
LISTED = 16
EVADED = {"tax": "vat", "period": "2009-12", "declared": "10000.00", "recomputed": "138000.00"}


def fits(person: Person, step: Step) -> None:
    """The page of a step is as wide as the screen, at the desk and on a phone."""
    root = "document.documentElement"
    for screen in (PHONE, DESK):
        person.page.set_viewport_size(screen)
        wide = person.page.evaluate(f"{root}.scrollWidth - {root}.clientWidth")
        assert wide <= 0, f"{step.form_key}: {wide} px wider than {screen['width']}"


@pytest.fixture
def plan(fresh_bureau: Bureau) -> int:
    """The plan of the month with one household in its pool: it waits for the analysis post."""
    people = fresh_bureau.people
    with fresh_bureau.database.transaction() as session:
        transfers.inspection_bureau(session)
        also(session, people.info, Role.LEGAL_REVIEWER, people.leader)
        also(session, people.third, Role.ARCHIVIST, people.leader)
        factories.tell(session, "sys:people")
        for process in ("evaluation_plan", "tax_evaluation", "inspection_transfer"):
            orders.deploy(session, process)
        plans.pooled(session, factories.taxpayer(session, serial=78))
        factories.tell(session, "sys:facts")
    with fresh_bureau.database.transaction() as session:
        return plans.begun(session).id


def planned(bureau: Bureau, company: Company, plan: int) -> Course:
    """1 to 4 of the plan: composed by the analyst, agreed to by the leader, opened by the house."""
    analyst, leader = company.analyst, company.leader
    analyst.page.goto(f"{bureau.address}/plans/{plan}")
    analyst.page.locator("#objects input[name=chosen]").check()
    analyst.page.select_option("select[name=bulk_decision]", "include")
    analyst.page.fill("input[name=bulk_reason]", plans.REASON)
    analyst.page.click("button[name=bulk]")
    expect(analyst.page.locator(".cf-toast")).to_contain_text("已保存")
    for person, answers in ((analyst, plans.NOTE), (leader, plans.AGREED)):
        person.open_case(plan)
        take = person.page.get_by_role("button", name="领取并办理")
        expect(person.form.or_(take).first).to_be_visible()
        if take.is_visible():  # who has saved rows of the plan has the step already
            take.click()
        person.fill(answers)
        person.hand_in()
    work_through(bureau.database, EFFECTS)
    with bureau.database.reading() as session:
        opened = session.scalars(select(Case).where(Case.kind == CaseKind.TA)).one()
    leader.page.goto(f"{bureau.address}/plans/{plan}")
    expect(leader.page.get_by_role("link", name=opened.number)).to_be_visible()
    leader.open_case(plan)
    expect(leader.page.get_by_text("计划已下达").first).to_be_visible()
    return Course(bureau, company, opened.id, look=fits, hands=HANDS)


# The panel is chaired by the deputy, so that the director may approve what it decides.
HANDS = {"ta_convene": "deputy"}


def on_paper(course: Course, then: str, **more: object) -> dict[str, dict[str, Any]]:
    """What the desk review types, and what its chief."""
    with course.bureau.database.reading() as session:
        answers = evaluation.review(session, course.case(), then, **more)
    answers["doubts"] = [{**row, "evidence": [""]} for row in answers["doubts"]]
    return {"ta_desk_review": answers}


def files(course: Course) -> list[str]:
    """The files of a case, as a checklist of evidence names them."""
    with course.bureau.database.reading() as session:
        handed_in = select(Attachment.id).where(Attachment.case_id == course.case_id)
        return [str(each) for each in session.scalars(handed_in)]


def interviewed(course: Course) -> None:
    """4: applied for, agreed to, announced, served, held before two, with what was handed in."""
    materials = [
        {"name": "十二月现金日记账复印件", "pages": "14", "original": "no"},
        {"name": "购销合同", "pages": "6", "original": "yes"},
    ]
    changes = on_paper(course, "interview") | {
        "wv_interview_outcome": {"contact_result": "held"},
        "wv_interview_record": {"questions": QUESTIONS},
        "wv_second_confirmation": {"confirmation": "confirm"},
        "ta_interview_material": {"materials": materials},
    }
    course.work(changes=changes, until="ta_interview_material")
    course.work(changes=changes, until="ta_desk_review")


def visited(course: Course) -> None:
    """5: applied for, agreed to, recorded with a count and several photographs at once."""
    changes = on_paper(course, "onsite") | {
        "wv_onsite_application": {"notify_in_advance": "yes", "examine_books": "no"},
        "wv_onsite_record": {"counts": [COUNTED], "photographs": PHOTOGRAPHS, "next_step": "desk"},
        "wv_second_confirmation": {"confirmation": "confirm"},
    }
    course.work(changes=changes, until="ta_onsite_supplement")
    course.work(changes=changes, until="ta_desk_review")


def decided(course: Course, people: Cast) -> None:
    """6: determined as evasion, reviewed, put to three members of whom one is against, approved."""
    with course.bureau.database.reading() as session:
        line = {**EVADED, "due_on": "2010-01-18", "recovery": "evasion"}
        answers = evaluation.determination(session, course.case(), amounts=[line])
    proof = {"proved_by": ["paper", "interview", "onsite"], "evidence": files(course)}
    answers["doubts"] = [{**row, **proof} for row in answers["doubts"]]
    members = [str(each.user_id) for each in (people.deputy, people.legal, people.info)]
    against = {"vote": "against", "opinion": "现金收入的金额仍有出入，建议先行补充核实。"}
    voted = {"tie": "none", "vote": "for", "opinion": "事实清楚，证据充分，同意移送。"}
    changes = on_paper(course, "determine", signs=["evasion"]) | {
        "ta_determination": answers | {"signs": ["evasion"]},
        "ta_review": {"review_decision": "agree"},
        "ta_convene": {"members": members},
        "ta_vote": voted,
        "ta_vote info": against,
    }
    course.work(changes=changes, until="ta_minutes")
    course.company.deputy.open_case(course.case_id)
    expect(course.company.deputy.page.get_by_text("建议先行补充核实").first).to_be_visible()
    course.work(changes=changes, until="ta_report")


def transferred(course: Course) -> Course:
    """The transfer that the decision has opened, as far as the acceptance by inspection."""
    with course.bureau.database.reading() as session:
        opened = session.scalars(select(Case).where(Case.kind == CaseKind.TI)).one()
        today = clock.today().isoformat()
    transfer = replace(course, case_id=opened.id, done=[])
    changes: dict[str, dict[str, Any]] = {
        "ti_review": {"transfer_review": "agree", **transfers.AGREED},
        "ti_approval": {"transfer_approval": "agree", **transfers.AGREED},
        "ti_handover": {
            "papers": [{"pages": "3"}] * LISTED,
            "pages_checked": "yes",
            "carrier": "李强",
            "handed_on": today,
        },
        "ti_sorting": {
            "received_on": today,
            "complete": "yes",
            "ground_fits": "yes",
            "at_inspection": "no",
            "sorting": "send_on",
        },
        "ti_acceptance": {
            "recusal": "none",
            "source_answer": "accept",
            "selection_number": "案源20100001",
            "opened_on": today,
            "joined": "no",
        },
        "ti_signature": {"inspection_signature": "sign"},
        "ti_feedback": {},
    }
    transfer.work(changes=changes, until="ti_feedback")
    return transfer


def fed_back(transfer: Course) -> None:
    """7, 8: what inspection found, signed by its leader; registered, and confirmed by the chief."""
    with transfer.bureau.database.reading() as session:
        final = transfers.final(session, transfer.case())
        registration = transfers.registration(session, transfer.case())
    final["doubts"] = [{"finding": "confirmed"} for _ in final["doubts"]]
    registration["doubts"] = [{"indicator_verdict": "right"} for _ in registration["doubts"]]
    case = transfer.work(
        changes={
            "ti_feedback": final,
            "ti_signature": {"inspection_signature": "sign"},
            "ti_registration": registration,
            "ti_confirmation": {"registration_decision": "agree"},
        }
    )
    assert (case.status, case.outcome) == (CaseStatus.CLOSED, "inspection_confirmed")
    transfer.company.officer.open_case(transfer.case_id)
    expect(transfer.company.officer.page.get_by_text("稽查查实").first).to_be_visible()


def closed(course: Course) -> None:
    """8, 9: reported, signed, reviewed by somebody who had no part in it."""
    case = course.work()
    assert (case.status, case.outcome) == (CaseStatus.CLOSED, "transferred_inspection")


def archived(course: Course) -> None:
    """The archivist of the district finds it in the inbox, looks through it, files it."""
    with course.bureau.database.transaction() as session:
        archiving.call_due(session)
    keeper, number = course.company.third, course.case().number
    keeper.page.goto(f"{course.bureau.address}/inbox?tab=free")
    expect(keeper.page.get_by_text("归档").first).to_be_visible()
    keeper.page.goto(f"{course.bureau.address}/archive")
    keeper.page.get_by_role("link", name=number).click()
    expect(keeper.page.get_by_text("移送稽查的案卷")).to_be_visible()
    keeper.page.get_by_label("存放位置").fill("档案室 3 排 2 柜 5 盒")
    keeper.page.get_by_label("备考表").fill("移送稽查，原件随移送清单交接，本卷存复印件。")
    keeper.page.get_by_role("button", name="归档", exact=True).click()
    expect(keeper.page.locator(".cf-toast")).to_contain_text("已归档，档号 01-2010-000001")
    expect(keeper.page.get_by_text("30 年")).to_be_visible()


def test_an_evaluation_goes_from_the_plan_to_the_archive(
    fresh_bureau: Bureau, fresh_company: Company, plan: int
) -> None:
    course, people = planned(fresh_bureau, fresh_company, plan), fresh_bureau.people
    interviewed(course)
    visited(course)
    decided(course, people)
    transfer = transferred(course)
    assert {"propose", "hand_over", "sort", "accept_source", "sign_answer"} <= set(transfer.done)
    closed(course)
    fed_back(transfer)
    archived(course)
    assert course.case().status is CaseStatus.ARCHIVED
