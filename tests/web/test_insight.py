"""The insight as it is read: numbers open what they count, the drawing says what the tables say."""

import json
import re
from html import unescape
from xml.etree import ElementTree as ET

import pytest
from sqlalchemy import select

from caseflow.models.record import RecordEvent
from caseflow.services import course_cells, courses
from tests.web.conftest import Bureau

_PATH = "/processes/1/insight"
_NUMBER = re.compile(r'<a [^>]*href="(/cases\?[^"]*)"[^>]*>([\d,]+)</a>')
_COUNT = re.compile(r"共 ([\d,]+) 件")
_ISLAND = re.compile(r'<script type="application/json">(.*?)</script>', re.DOTALL)


@pytest.fixture(autouse=True)
def _summed_up(bureau: Bureau) -> None:
    with bureau.database.transaction() as session:
        courses.catch_up(session)
    with bureau.database.transaction() as session:
        course_cells.renew(session)


@pytest.mark.parametrize("login", ["director", "auditor", "leader", "chief"])
def test_every_number_opens_a_list_of_as_many(bureau: Bureau, login: str) -> None:
    visitor = bureau.visitor(login)
    links = set(_NUMBER.findall(visitor.get(f"{_PATH}?unit=").text))
    assert len(links) >= 10
    opened = {
        (href, found[1])
        for href, _number in links
        if (found := _COUNT.search(visitor.get(unescape(href)).text))
    }
    assert opened == links


def test_drawing_says_what_the_tables_say(bureau: Bureau) -> None:
    page = bureau.visitor("director").get(_PATH).text
    found = _ISLAND.search(page)
    assert found is not None
    told = json.loads(found[1])
    for step in ("dispatching", "dispatching/dispatch"):
        assert told["pills"][step][0]["text"].startswith("1 件 · "), step
        assert told["heat"][step] > 0 == told["heat"]["dispatching/assign"]
    flow = told["flows"]["dispatched_to_issue_task"]
    assert (flow["share"], "passed=dispatched_to_issue_task" in flow["href"]) == ("100%", True)
    inside = told["flows"]["dispatching/dispatched_to_assign"]
    assert inside["share"] == "100%"
    assert "passed=dispatching%2Fdispatched_to_assign" in inside["href"]
    assert told["flows"]["task_order_to_dispatching"]["width"] > flow["width"]
    assert {"dispatched_to_voided", "dispatching/dispatched_to_set_aside"} <= set(told["never"])


def test_call_is_tinted_by_what_is_inside_it(bureau: Bureau) -> None:
    page = bureau.visitor("director").get(f"{_PATH}?heat=time").text
    found = _ISLAND.search(page)
    assert found is not None
    heat = json.loads(found[1])["heat"]
    inside = [level for step, level in heat.items() if step.startswith("dispatching/")]
    assert heat["dispatching"] == max(inside) > 0


def test_list_says_in_words_what_narrows_it(bureau: Bureau) -> None:
    steps = "dispatching/accept_main,dispatching/accept_second,dispatching"
    wanted = f"/cases?version=1&at={steps}&passed=dispatching/dispatch_to_dispatched"
    page = bureau.visitor("director").get(wanted).text
    for told in ("预警核查第 1 版", "停在主办接收、协办接收、分派派员接收", "走过分派 → 分派之后"):
        assert told in page, told
    unknown = bureau.visitor("director").get("/cases?version=99&process=x&repeated=nothing")
    assert unknown.status_code == 200
    assert "重办nothing" in unknown.text


def test_administrator_sees_sums_and_opens_no_case(bureau: Bureau) -> None:
    visitor = bureau.visitor("sysadmin")
    page = visitor.get(_PATH).text
    assert "您的岗位只看汇总，不看任务内容" in page
    assert "/cases" not in page
    assert "停在哪里" in page


@pytest.mark.parametrize("login", ["officer", "legal"])
def test_who_watches_nobody_is_turned_away(bureau: Bureau, login: str) -> None:
    visitor = bureau.visitor(login)
    assert visitor.get(_PATH).status_code == 403
    assert visitor.get("/processes/insight").status_code == 403
    assert "insight" not in visitor.get("/processes/1").text


def test_way_leads_from_the_menu_and_the_drawing(bureau: Bureau) -> None:
    visitor = bureau.visitor("leader")
    assert visitor.get("/processes/insight").headers["Location"] == _PATH
    for path in ("/dashboard", "/processes/1", "/cases/2"):
        assert "insight" in visitor.get(path).text, path


def test_event_log_is_sent_and_on_record_with_its_conditions(bureau: Bureau) -> None:
    visitor = bureau.visitor("leader")
    unit = bureau.people.leader.posts[0].unit_id
    menu = re.findall(r'href="([^"]*insight\.xes[^"]*)"', visitor.get(f"{_PATH}?unit={unit}").text)
    assert len(menu) == 2
    texts = []
    for href in menu:
        log = visitor.get(unescape(href))
        assert log.status_code == 200
        assert log.headers["Cache-Control"] == "no-store"
        assert ".xes" in log.headers["Content-Disposition"]
        assert ET.fromstring(log.text).tag.endswith("}log")  # noqa: S314 - written by ourselves
        texts.append(log.text)
    signs, names = texts
    officer = bureau.people.officer.name
    assert (officer in names, officer in signs) == (True, False)
    with bureau.database.reading() as session:
        told = session.scalars(
            select(RecordEvent.payload)
            .where(RecordEvent.action == "list.exported")
            .order_by(RecordEvent.id)
        ).all()
    assert [json.loads(each)["filters"]["people"] for each in told] == ["signs", "names"]
    assert {json.loads(each)["rows"] for each in told} == {names.count("<trace>")} == {2}
    assert json.loads(told[0])["list"] == "event_log"


@pytest.mark.parametrize("login", ["sysadmin", "officer"])
def test_event_log_is_for_those_who_watch_and_see_cases(bureau: Bureau, login: str) -> None:
    visitor = bureau.visitor(login)
    assert visitor.get("/processes/1/insight.xes").status_code == 403


@pytest.mark.parametrize(
    "asked", ["since=yesterday", "since=2010-02-01&until=2010-01-01", "unit=x", "version=x"]
)
def test_address_that_cannot_be_read_is_refused(bureau: Bureau, asked: str) -> None:
    assert bureau.visitor("director").get(f"{_PATH}?{asked}").status_code == 422


def test_cases_out_of_reach_or_of_no_period_leave_an_empty_page(bureau: Bureau) -> None:
    assert "没有符合条件的任务" in bureau.visitor("far_leader").get(_PATH).text
    empty = bureau.visitor("director").get(f"{_PATH}?until=2001-01-01&heat=beauty")
    assert "没有符合条件的任务" in empty.text
    assert bureau.visitor("director").get("/processes/99/insight").status_code == 404
