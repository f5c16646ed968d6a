"""Evidence taken on the spot with a phone: photographs, a lost network, two officers."""

import json
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from playwright.sync_api import FilePayload, Locator, Response, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import clock
from caseflow.models import Attachment, Case
from caseflow.models.record import RecordEvent
from tests import desk, factories, photographs
from tests.journeys.conftest import MONDAY, Bureau
from tests.journeys.people import Company, Person

pytestmark = pytest.mark.browser

THUMB = 44
FACTS = "现场正常经营，成品库与发货台均有货物，逐项拍照。"
MB = 1024 * 1024
_SERIALS = count(960)


def photograph(number: int) -> FilePayload:
    return {
        "name": f"IMG_{number:04}.jpg",
        "mimeType": "image/jpeg",
        "buffer": photographs.jpeg(serial=number),
    }


def to_the_visit(session: Session, bureau: Bureau, serial: int) -> Case:
    """A case whose two officers stand at the gate: agreed to, without notice in advance."""
    people = bureau.people
    case = factories.case(session, factories.taxpayer(session, serial=serial))
    desk.to_desk_check(session, people, case)
    desk.check(session, people, case, then="onsite")
    today = clock.today().isoformat()
    application: dict[str, Any] = {
        "reason": "书面资料不足以说明库存变动",
        "doubts": [str(each) for each in desk.doubts_of(session, case)],
        "place": "business_premises",
        "visit_from": today,
        "visit_to": today,
        "officers": [{"row": str(people.officer.user_id), "certificate_number": "辽国税检0001"}],
        "notify_in_advance": "no",
        "no_notice_reason": "事先通知可能导致转移库存。",
        "examine_books": "no",
    }
    desk.do(session, people.officer, case, "apply_onsite", application)
    desk.do(session, people.chief, case, "approve_onsite", {"onsite_approval": "agree"})
    return case


@pytest.fixture
def at_the_gate(bureau: Bureau, company: Company) -> tuple[Person, int]:
    """The main officer with a phone, and the case."""
    with bureau.database.transaction() as session:
        case_id = to_the_visit(session, bureau, next(_SERIALS)).id
    officer = company.on_phone("officer")
    officer.open_case(case_id)
    expect(officer.form).to_be_visible()
    return officer, case_id


def album(officer: Person) -> Locator:
    return officer.form.locator("input[type=file][name=photographs][multiple]")


def kept(officer: Person) -> Locator:
    return officer.form.locator("[data-file]")


def coming(officer: Person) -> Locator:
    return officer.form.locator(".cf-file--coming")


def _saves(answer: Response, *, photographs: int) -> bool:
    """Whether it answers a draft that names so many photographs."""
    sent = answer.request.post_data or ""
    return answer.url.endswith("/draft") and sent.count("photographs=") == photographs


def visit() -> dict[str, str]:
    with_minutes = "%Y-%m-%dT%H:%M"
    ended = MONDAY
    return {
        "started_at": (ended - timedelta(minutes=30)).strftime(with_minutes),
        "ended_at": ended.strftime(with_minutes),
        "onsite_found": "trading",
        "facts": FACTS,
        "finance_signature": "signed",
        "next_step": "conclude",
    }


def test_everything_that_a_finger_presses_is_as_large_as_a_thumb(
    at_the_gate: tuple[Person, int],
) -> None:
    officer, _ = at_the_gate
    pressed = officer.form.locator(
        ".cf-input:visible, .cf-choice:visible, .cf-button:visible, .cf-shots__button:visible"
    )
    small = [
        (each.evaluate("it => it.outerHTML.slice(0, 80)"), box["height"])
        for each in pressed.all()
        if (box := each.bounding_box()) is not None and box["height"] < THUMB
    ]
    assert small == []
    camera = officer.form.locator("input[type=file][capture]")
    assert camera.get_attribute("accept") == "image/*"
    assert camera.get_attribute("capture") == "environment"


def test_photographs_travel_at_once_and_tell_what_the_device_says(
    bureau: Bureau, at_the_gate: tuple[Person, int]
) -> None:
    officer, case_id = at_the_gate
    officer.form.locator("input[capture]").set_input_files(photograph(1))
    expect(kept(officer)).to_have_count(1)
    with officer.page.expect_response(lambda answer: _saves(answer, photographs=3)):
        album(officer).set_input_files([photograph(2), photograph(3)])
    expect(kept(officer)).to_have_count(3)
    expect(kept(officer).locator("img.cf-thumb")).to_have_count(3)
    officer.page.reload()  # nothing was handed in, and nothing is lost
    expect(kept(officer)).to_have_count(3)
    expect(kept(officer).locator("img.cf-thumb")).to_have_count(3)
    with bureau.database.reading() as session:
        told = select(RecordEvent.payload).where(
            RecordEvent.stream == f"case:{case_id}", RecordEvent.action == "attachment.added"
        )
        payloads = [json.loads(each) for each in session.scalars(told.order_by(RecordEvent.seq))]
        assert [each["device_time"] for each in payloads] == ["2010-01-25 14:31:07+08:00"] * 3
        first = session.scalars(
            select(Attachment.id).where(Attachment.case_id == case_id).order_by(Attachment.id)
        ).first()
    officer.page.goto(f"{officer.address}/files/{first}/custody")
    expect(officer.page.get_by_text("38.914000, 121.614700")).to_be_visible()
    expect(officer.page.get_by_text("2010-01-25 14:31:07+08:00").first).to_be_visible()


def test_lost_network_loses_neither_words_nor_photographs(
    bureau: Bureau, company: Company, at_the_gate: tuple[Person, int]
) -> None:
    officer, case_id = at_the_gate
    officer.fill(visit())
    officer.context.set_offline(True)
    officer.fill({"facts": f"{FACTS}断网以后写的。"})
    album(officer).set_input_files([photograph(4), photograph(5)])
    expect(coming(officer)).to_have_count(2)
    expect(coming(officer).first).to_contain_text("没有网络，照片留在本页")
    expect(officer.page.locator("#draft-state")).to_contain_text("连接中断")
    officer.submit()
    expect(coming(officer).first).to_contain_text("还有照片没有传完")
    with officer.page.expect_response(lambda answer: _saves(answer, photographs=2)):
        officer.context.set_offline(False)
    expect(kept(officer)).to_have_count(2)
    expect(coming(officer)).to_have_count(0)
    expect(officer.page.locator("#draft-state")).to_contain_text("草稿已存")
    officer.page.reload()
    expect(officer.form.locator("[name=facts]")).to_have_value(f"{FACTS}断网以后写的。")
    officer.hand_in()
    partner = company.on_phone("partner")
    partner.open_case(case_id)
    expect(partner.page.get_by_text("断网以后写的").first).to_be_visible()
    partner.fill({"confirmation": "confirm"})
    partner.hand_in()
    with bureau.database.reading() as session:
        files = select(Attachment).where(Attachment.case_id == case_id)
        assert len(session.scalars(files).all()) == 2
        assert desk.open_elements(session, session.get_one(Case, case_id)) == {"conclusion"}


def test_photographs_that_cannot_be_taken_are_told_in_words(
    at_the_gate: tuple[Person, int],
) -> None:
    officer, _ = at_the_gate
    heic: FilePayload = {
        "name": "IMG_0007.HEIC",
        "mimeType": "image/heic",
        "buffer": b"\0\0\0\x18ftypheic" + bytes(64),
    }
    huge: FilePayload = {
        "name": "IMG_0008.jpg",
        "mimeType": "image/jpeg",
        "buffer": photographs.jpeg() + bytes(21 * MB),
    }
    renamed: FilePayload = {**heic, "name": "IMG_0009.jpg"}
    album(officer).set_input_files([heic, huge, renamed])
    expect(coming(officer)).to_have_count(3)
    expect(coming(officer).nth(0)).to_contain_text("选“兼容性最佳”后重新拍摄")
    expect(coming(officer).nth(1)).to_contain_text("照片太大（22 MB），最多 20 MB")
    expect(coming(officer).nth(2)).to_contain_text("HEIC 格式，不能采用")
    for _ in range(3):
        coming(officer).first.get_by_role("button", name="不传").click()
    expect(coming(officer)).to_have_count(0)
    expect(kept(officer)).to_have_count(0)
