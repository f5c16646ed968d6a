"""A tax evaluation in browsers from its dispatch to the transfer that inspection accepts.

Each step is done by whoever it waits for; each of its pages must fit the desk and the phone. The
journey of the monthly plan ends where this one begins: with a case at its dispatch.
"""

from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import ViewportSize, expect
from sqlalchemy import select

from caseflow import clock
from caseflow.demo.past.evidence import photograph
from caseflow.models import Attachment, Case
from caseflow.vocabulary import CaseKind, Role
from tests import evaluation, factories, orders, transfers
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
LISTED = 6
EVADED = {"tax": "vat", "period": "2009-12", "declared": "10000.00", "recomputed": "138000.00"}


def fits(person: Person, step: Step) -> None:
    """The page of a step is as wide as the screen, at the desk and on a phone."""
    root = "document.documentElement"
    for screen in (PHONE, DESK):
        person.page.set_viewport_size(screen)
        wide = person.page.evaluate(f"{root}.scrollWidth - {root}.clientWidth")
        assert wide <= 0, f"{step.form_key}: {wide} px wider than {screen['width']}"


@pytest.fixture
def evaluated(fresh_bureau: Bureau, fresh_company: Company) -> Course:
    """An evaluation that the plan has opened: it waits for the leader."""
    with fresh_bureau.database.transaction() as session:
        transfers.inspection_bureau(session)
        also(session, fresh_bureau.people.info, Role.LEGAL_REVIEWER, fresh_bureau.people.leader)
        factories.tell(session, "sys:people")
        orders.deploy(session, "inspection_transfer")
        case = factories.evaluation(session, factories.taxpayer(session, serial=78))
        return Course(fresh_bureau, fresh_company, case.id, look=fits, hands=HANDS)


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
    """The transfer that the decision has opened, as far as the signed feedback."""
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


def test_an_evaluation_goes_from_dispatch_to_inspection(evaluated: Course) -> None:
    course, people = evaluated, evaluated.bureau.people
    interviewed(course)
    visited(course)
    decided(course, people)
    transfer = transferred(course)
    assert {"propose", "hand_over", "sort", "accept_source", "sign_answer"} <= set(transfer.done)
