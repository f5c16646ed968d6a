"""A patrol noted on the phone at the gate: two officers, photographs, a lost network."""

from datetime import time
from itertools import count

import pytest
from playwright.sync_api import FilePayload, Locator, expect
from sqlalchemy import select

from caseflow.models import PatrolPhotograph, PatrolVisit
from caseflow.reads import patrols as reads
from caseflow.services import patrols, record, responsibilities
from caseflow.services.responsibilities import Managed
from caseflow.vocabulary import SYSTEM, ResponsibilityBasis
from tests import factories, photographs
from tests.journeys.conftest import Bureau
from tests.journeys.people import Company, Person

pytestmark = pytest.mark.browser

_SERIALS = count(7_301)


@pytest.fixture
def planned(bureau: Bureau) -> str:
    """The name of a household of the officer's on the plan of the month."""
    with bureau.database.transaction() as session:
        payer = factories.taxpayer(session, serial=next(_SERIALS))
        managed = [Managed(payer.id, bureau.people.officer.user_id or 0, payer.section_id)]
        responsibilities.put(session, SYSTEM, managed, basis=ResponsibilityBasis.FILE)
        record.append(session, SYSTEM, "sys:facts", action="facts.taken_in", payload={})
        patrols.plan(session, bureau.people.chief, reads.this_month(), [payer.id])
        return payer.name


def picture(number: int) -> FilePayload:
    return {
        "name": f"IMG_{number:04}.jpg",
        "mimeType": "image/jpeg",
        "buffer": photographs.jpeg(serial=number),
    }


def note(officer: Person, household: str) -> None:
    """Note the visit from the plan."""
    page = officer.page
    page.goto(f"{officer.address}/patrols")
    line = page.locator("#plan .cf-card__body").filter(has_text=household)
    line.get_by_role("link", name="登记巡查").click()
    page.get_by_label("时间").fill(f"{time(9, 30):%H:%M}")
    page.get_by_label("协同人员").select_option(index=1)
    page.get_by_text("正常经营").click()
    page.get_by_label("巡查情况").fill("正常经营，与登记相符")
    page.get_by_role("button", name="登记").click()
    expect(page.get_by_text("巡查已登记")).to_be_visible()


def kept(officer: Person) -> Locator:
    return officer.page.locator("#photographs [data-file]")


def coming(officer: Person) -> Locator:
    return officer.page.locator(".cf-file--coming")


def test_photographs_of_a_patrol_wait_for_the_network_and_come_once(
    bureau: Bureau, company: Company, planned: str
) -> None:
    officer = company.on_phone("officer")
    note(officer, planned)
    camera = officer.page.locator("#photographs input[capture=environment]")
    album = officer.page.locator("#photographs input[type=file][multiple]")
    camera.set_input_files(picture(1))
    expect(kept(officer)).to_have_count(1)
    expect(kept(officer).locator("img.cf-thumb")).to_have_count(1)
    officer.context.set_offline(True)
    album.set_input_files([picture(1), picture(2)])
    expect(coming(officer)).to_have_count(2)
    expect(coming(officer).first).to_contain_text("没有网络，照片留在本页")
    officer.context.set_offline(False)
    expect(coming(officer)).to_have_count(0)
    expect(kept(officer)).to_have_count(2)
    officer.page.reload()
    expect(kept(officer)).to_have_count(2)
    with bureau.database.reading() as session:
        told = session.scalars(
            select(PatrolPhotograph.device_time)
            .join(PatrolVisit, PatrolVisit.id == PatrolPhotograph.visit_id)
            .where(PatrolVisit.name == planned)
        ).all()
        assert told == ["2010-01-25 14:31:07+08:00"] * 2
