"""Cases about no household: a plan of a district, a request of the city."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow.models import Case, Unit
from caseflow.reads import cases as reads
from caseflow.reads import inbox, preview
from caseflow.services import cases
from caseflow.vocabulary import SYSTEM, CaseKind
from tests import cast, desk, factories

PLANNING = """
    start begin
    user draft post_info_admin
    user approve district_leader
    end closed
    begin -> draft -> approve -> closed
"""
TITLE = "2010 年 2 月纳税评估计划"


@pytest.fixture
def plan(session: Session, monkeypatch: pytest.MonkeyPatch) -> Case:
    cast.enter(session)
    factories.deploy_sketch(session, monkeypatch, PLANNING, "score: number; ti_flag: boolean")
    district = session.scalars(select(Unit).where(Unit.code == "01")).one()
    return cases.open_titled(session, SYSTEM, kind=CaseKind.WV, title=TITLE, unit=district, said={})


def test_it_waits_in_the_inbox_under_its_title(session: Session, plan: Case) -> None:
    people = cast.people_on_file(session)
    rows = inbox.of(session, people.info, inbox.Wish()).rows
    assert [row.taxpayer for row in rows] == [TITLE]
    shown = preview.of(session, people.info, desk.open_task(session, plan, "draft").id)
    assert (shown.taxpayer, shown.tin, shown.taxpayer_id) == (TITLE, None, None)


def test_its_page_shows_what_it_is_about(session: Session, plan: Case) -> None:
    people = cast.people_on_file(session)
    assert reads.page(session, people.leader, plan.id).about == TITLE
    listed = reads.listing(session, people.leader, reads.Wish()).rows
    assert [row.taxpayer for row in listed] == [TITLE]


@pytest.mark.usefixtures("plan")
def test_who_is_of_another_district_does_not_see_it(session: Session) -> None:
    people = cast.people_on_file(session)
    assert reads.listing(session, people.far_leader, reads.Wish()).rows == ()
    assert reads.listing(session, people.chief, reads.Wish()).rows == ()
    assert reads.listing(session, people.auditor, reads.Wish()).rows != ()


def test_it_is_handed_on_like_any_other(session: Session, plan: Case) -> None:
    people = cast.people_on_file(session)
    desk.do(session, people.info, plan, "draft", {})
    assert desk.open_elements(session, plan) == {"approve"}
    assert plan.number.startswith("01WV")
