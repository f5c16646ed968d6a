"""The pages of powers: what is asked first, what is kept, what is masked, what is answered."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from caseflow import clock, db
from caseflow.app import create_app
from caseflow.models import Case, FileRead, Taxpayer, TaxWarning, Unit, UserSession
from caseflow.policy import By, Way
from caseflow.reads import record as record_reads
from caseflow.services import cases, deputies, record
from caseflow.services.powers import grants
from caseflow.vocabulary import SYSTEM, Reading
from caseflow.web import powers_trace
from tests import cast, desk, factories
from tests.cast import Cast
from tests.services.test_deputies import AGREED, taxes
from tests.support.house import House
from tests.support.visitor import Visitor

# The address that lifts the mark of a case, within its card.
_MARK_OF = r'</svg>{number}</h2>(?:(?!</section>).)*?action="(/powers/sensitive/\d+/lift)"'
CONFIRMED = {"_confirm_yes": "y"}
REASON = "核对重点税源户的异常进项"


@dataclass(frozen=True)
class Site:
    """A bureau with two cases: one at the desk check, one at the first contact."""

    app: Flask
    database: db.Database
    people: Cast

    def visitor(self, login: str) -> Visitor:
        return Visitor(self.app, self.people.people[login].user_id)


@pytest.fixture
def site(house: House) -> Iterator[Site]:
    with house.clone("powers_pages") as config:
        database = db.connect(str(config.database_url))
        app = create_app(config, database)
        app.config["PROPAGATE_EXCEPTIONS"] = True
        with database.transaction() as session:
            record.introduce(session)
            people = cast.enter(session)
            for serial in (1, 2, 3):
                payer = factories.taxpayer(session, serial=serial)
                desk.to_desk_check(session, people, factories.case(session, payer))
        yield Site(app, database, people)
        database.dispose()


def test_a_city_leader_says_why_once_a_day_and_goes_on_to_where_it_led(site: Site) -> None:
    director = site.visitor("director")
    asked = director.get("/cases/1?task=1")
    assert asked.status_code == 303
    page = director.get(asked.headers["Location"])
    assert "请写明查看事由" in page.text
    short = director.post("/taxpayers/1/reason", {"reason": "看", "next": "/cases/1?task=1"})
    assert (short.status_code, ">看</textarea>" in short.text) == (422, True)
    led = director.post("/taxpayers/1/reason", {"reason": REASON, "next": "/cases/1?task=1"})
    assert led.headers["Location"] == "/cases/1?task=1"
    assert director.get("/cases/1").status_code == 200
    assert director.get("/taxpayers/1").status_code == 200
    assert director.get("/taxpayers/2").status_code == 303
    back = director.get(asked.headers["Location"])
    assert (back.status_code, back.headers["Location"]) == (303, "/cases/1?task=1")


def test_whoever_needs_no_reason_is_not_asked(site: Site) -> None:
    led = site.visitor("officer").get("/taxpayers/1/reason")
    assert (led.status_code, led.headers["Location"]) == (303, "/taxpayers/1")
    assert site.visitor("sysadmin").get("/taxpayers/1/reason").status_code == 404


def test_the_way_on_leads_to_this_house_alone(site: Site) -> None:
    director = site.visitor("director")
    director.get("/taxpayers/3/reason")
    for elsewhere in ("https://example.org/", "//example.org/", "/\\example.org", "javascript:1"):
        led = director.post("/taxpayers/3/reason", {"reason": REASON, "next": elsewhere})
        assert led.headers["Location"] == "/taxpayers/3"


def test_lists_and_sums_need_no_reason(site: Site) -> None:
    director = site.visitor("director")
    for path in ("/cases", "/taxpayers", "/warnings", "/dashboard", "/cases.csv"):
        assert director.get(path).status_code == 200


def test_numbers_are_masked_except_for_who_manages_the_household(site: Site) -> None:
    with site.database.transaction() as session:
        mine = update(Taxpayer).where(Taxpayer.id == 2)
        session.execute(mine.values(administrator_id=site.people.partner.user_id))
        factories.tell(session, "sys:facts")
    shown = {
        login: "0411-80000000" in site.visitor(login).get("/taxpayers/2").text
        for login in ("partner", "officer", "chief", "leader", "auditor")
    }
    assert shown == dict.fromkeys(("officer", "chief", "leader", "auditor"), False) | {
        "partner": True
    }


def test_a_step_that_needs_the_number_shows_it_and_that_is_noted(site: Site) -> None:
    with site.database.transaction() as session:
        case = cases.locked(session, 1)
        desk.open_task(session, case, "desk_check").form_key = "wv_inquiry"
        cases.note(session, SYSTEM, case, action="case.noted", payload={})
    officer = site.visitor("officer")
    assert "0411-80000000" in officer.get("/cases/1").text
    assert "0411-80000000" not in site.visitor("chief").get("/cases/1").text
    with site.database.reading() as session:
        noted = select(FileRead.user_id).where(FileRead.what == Reading.CONTACTS)
        assert session.scalars(noted).all() == [site.people.officer.user_id]


def test_identity_numbers_among_the_figures_of_a_doubt_are_masked_and_no_amounts(
    site: Site,
) -> None:
    told = {"field": "legal_rep_id", "first": 200911, "last": 200911, "how": "last"}
    with site.database.transaction() as session:
        doubt = session.scalars(select(TaxWarning).where(TaxWarning.case_id == 1)).one()
        doubt.inputs = {"own": {**told, "value": "210213196910036109"}}
        session.get_one(Taxpayer, doubt.taxpayer_id).administrator_id = site.people.partner.user_id
        cases.note(session, SYSTEM, cases.locked(session, 1), action="case.noted", payload={})
        factories.tell(session, "sys:facts")
    for login in ("chief", "leader", "auditor"):
        for path in ("/cases/1", "/taxpayers/1"):
            page = site.visitor(login).get(path).text
            assert "<td>210*************09</td>" in page, (login, path)
            assert "196910036109" not in page.replace(",", "")
    for path in ("/cases/1", "/taxpayers/1"):
        assert "<td>210213196910036109</td>" in site.visitor("partner").get(path).text


_LISTS = ("/taxpayers", "/taxpayers.csv", "/cases", "/cases.csv", "/warnings", "/warnings.csv")


def test_the_tax_number_of_an_individual_is_shown_to_its_administrator_alone(site: Site) -> None:
    number, covered = "210202197802122", "210**********22"
    with site.database.transaction() as session:
        kept = session.get_one(Taxpayer, 2)
        former = (kept.tin, kept.kind, kept.administrator_id)
        kept.tin, kept.kind = number, "individual"
        kept.administrator_id = site.people.partner.user_id
        factories.tell(session, "sys:facts")
        case_id = session.scalars(select(Case.id).where(Case.taxpayer_id == 2)).one()
    told = {
        login: {
            path: (number in text, covered in text)
            for path in (*_LISTS, "/taxpayers/2", f"/cases/{case_id}")
            for text in [site.visitor(login).get(path).text]
        }
        for login in ("partner", "chief")
    }
    found = site.visitor("chief").get(f"/taxpayers?text={number}").text
    with site.database.transaction() as session:
        kept = session.get_one(Taxpayer, 2)
        kept.tin, kept.kind, kept.administrator_id = former
        factories.tell(session, "sys:facts")
    assert set(told["partner"].values()) == {(True, False)}
    assert set(told["chief"].values()) == {(False, True)}
    assert covered in found


def test_what_was_typed_into_a_grant_comes_back_with_what_is_wrong(site: Site) -> None:
    leader = site.visitor("leader")
    leader.get("/powers/grants")
    sent = {"login": "nobody", "number": "X1", "reason": REASON, "valid_from": "", "valid_to": ""}
    answer = leader.post("/powers/grants", sent)
    assert answer.status_code == 422
    assert 'value="nobody"' in answer.text
    assert "请填授权的起止日期" in answer.text


def test_a_sensitive_case_is_gone_from_lists_search_exports_and_counts(site: Site) -> None:
    leader, chief = site.visitor("leader"), site.visitor("chief")
    number = _number(site, 3)
    assert number in chief.get("/cases").text
    leader.get("/powers/sensitive")
    marked = _marked(leader, number)
    assert marked.status_code == 303
    assert "没有找到" in chief.get(f"/search?q={number}").text
    for path in ("/cases", "/cases.csv", "/inbox", "/taxpayers/3"):
        assert number not in chief.get(path).text
    assert chief.get("/cases/3").status_code == 404
    assert number in leader.get("/powers/sensitive").text
    assert number in site.visitor("officer").get("/cases").text


def test_an_empty_register_tells_only_those_who_may_to_mark(site: Site) -> None:
    told = "标记后在这里登记名单"
    assert told in site.visitor("leader").get("/powers/sensitive").text
    assert told not in site.visitor("auditor").get("/powers/sensitive").text


def test_a_mark_is_set_only_after_looking_at_what_it_does_and_confirming(site: Site) -> None:
    leader, number = site.visitor("leader"), _number(site, 2)
    leader.get("/powers/sensitive")
    typed = {"number": number, "tin": "", "reason": REASON}
    assert leader.post("/powers/sensitive/review", {**typed, "reason": "短"}).status_code == 422
    assert number not in leader.get("/powers/sensitive").text
    _grow_stale(site)
    asked = leader.post("/powers/sensitive", typed)
    assert asked.status_code == 403
    assert "确认是本人" in asked.text
    assert re.findall(r'formaction="([^"]+)"', asked.text) == ["/powers/sensitive/review"]
    assert number not in leader.get("/powers/sensitive").text


def test_a_stand_in_who_would_lose_the_case_is_told_and_may_be_named(site: Site) -> None:
    leader, number = site.visitor("leader"), _number(site, 2)
    people = site.people
    with site.database.transaction() as session:
        day = clock.today()
        principal, deputy = people.officer.user_id or 0, people.third.user_id or 0
        wish = deputies.Wish(day, day, REASON)
        deputies.grant(session, people.chief, principal, deputy, wish=wish)
    leader.get("/powers/sensitive")
    typed = {"number": number, "tin": "", "reason": REASON}
    shown = leader.post("/powers/sensitive/review", typed).text
    assert 'name="_once"' in shown
    assert 'name="reader" value="third"' in shown
    assert "代 员officer" in shown
    assert "checked" not in shown
    again = leader.post("/powers/sensitive/review", {**typed, "reader": "third"}).text
    assert 'name="reader" value="third" checked' in again
    done = leader.post("/powers/sensitive", {**typed, "reader": "third", **CONFIRMED})
    assert done.status_code == 303
    assert number in site.visitor("third").get("/cases").text


def test_the_city_finds_and_lifts_a_case_that_a_district_has_marked(site: Site) -> None:
    """The case itself does not exist for the director; its mark is found even so."""
    leader, director, number = site.visitor("leader"), site.visitor("director"), _number(site, 2)
    leader.get("/powers/sensitive")
    _marked(leader, number)
    assert number not in director.get("/cases").text
    register = director.get("/powers/sensitive").text
    assert number in register
    (lift,) = re.findall(_MARK_OF.format(number=number), register, re.DOTALL)
    _grow_stale(site)
    assert director.post(lift, {"reason": REASON}).status_code == 403
    assert director.post(lift, {"reason": "短", **CONFIRMED}).status_code == 422
    assert director.post(lift, {"reason": REASON}).status_code == 303
    assert number in director.get("/cases").text
    assert number not in site.visitor("far_leader").get("/powers/sensitive").text


def test_the_register_names_every_post_that_may_see_it(site: Site) -> None:
    refused = site.visitor("chief").get("/powers/sensitive")
    assert refused.status_code == 403
    told = re.search(r"需要的岗位：([^<]+?)。", refused.text)
    assert told
    assert {"市局局长", "基层局局长", "审计员"} <= set(told[1].split("、"))


def test_one_screen_says_who_could_see_a_case_and_why(site: Site) -> None:
    number = _number(site, 1)
    auditor = site.visitor("auditor").get(f"/powers/trace?case={number}").text
    assert "员officer" in auditor
    assert "是本任务的主办或协办" in auditor
    assert "员far_chief" not in auditor
    assert re.search(r"可办：员officer（\w+）", auditor)
    english = site.visitor("auditor")
    english.get("/powers/trace")
    english.post("/preferences", {"locale": "en"})
    could = english.get(f"/powers/trace?case={number}").text
    english.post("/preferences", {"locale": "zh"})
    assert re.search(r"Could act: 员officer \([\w ]+\)", could)
    with site.database.reading() as session:
        units = session.execute(select(Unit.name, Unit.name_en)).all()
    assert not [zh for zh, _en in units if zh in could]
    assert [en for _zh, en in units if f"{en} " in could]
    past = site.visitor("auditor").get(f"/powers/trace?case={number}&on=2001-01-01").text
    assert re.search(rf"任务 {number} 于 \d{{4}}-\d\d-\d\d 生成，所选日期还没有这件任务", past)


def test_the_trace_says_up_to_which_sum_the_open_step_could_settle_the_case(site: Site) -> None:
    number, auditor = _number(site, 1), site.visitor("auditor")
    with site.database.transaction() as session:
        case = session.scalars(select(Case).where(Case.number == number)).one()
        desk.check(session, site.people, case)
        concluded = desk.conclusion(session, case, **taxes("50000.00"))
        desk.do(session, site.people.officer, case, "conclusion", concluded)
    asked = f"/powers/trace?case={number}"
    assert "审批权限（应补税额）：科（所）长低于 10,000.00 元</p>" in auditor.get(asked).text
    with site.database.transaction() as session:
        desk.do(session, site.people.chief, session.get_one(Case, case.id), "review", AGREED)
    assert "审批权限（应补税额）：基层局领导不限；集体审议不限</p>" in auditor.get(asked).text
    other = auditor.get(f"/powers/trace?case={_number(site, 2)}").text
    assert "审批权限" not in other


def test_a_day_that_is_still_to_come_is_refused(site: Site) -> None:
    auditor, number = site.visitor("auditor"), _number(site, 1)
    with site.database.reading():
        today = clock.today()
    for asked in (f"case={number}", "person=chief"):
        refused = auditor.get(f"/powers/trace?{asked}&on={today + timedelta(days=1)}")
        assert refused.status_code == 422
        assert "这一天还没有到，请选今天或更早的日期" in refused.text
        assert "日终" not in refused.text
        assert "日终" in auditor.get(f"/powers/trace?{asked}&on={today}").text


# The system is nobody on the page; the other two are told with the post or the person.
_TOLD_WITH_MORE = (By.SYSTEM, By.POST, By.STANDS_FOR)


def test_every_way_to_a_case_has_words(site: Site) -> None:
    with site.app.test_request_context():
        ways = {by: powers_trace.why(Way(by)) for by in By if by not in _TOLD_WITH_MORE}
    assert [by for by, said in ways.items() if not said] == []


def test_system_administration_traces_people_and_no_case(site: Site) -> None:
    sysadmin = site.visitor("sysadmin")
    assert "没有这件任务" in sysadmin.get(f"/powers/trace?case={_number(site, 1)}").text
    assert "可看本科（所）" in sysadmin.get("/powers/trace?person=chief").text


def test_a_leader_traces_the_own_district(site: Site) -> None:
    far = site.visitor("far_leader")
    assert "没有这件任务" in far.get(f"/powers/trace?case={_number(site, 1)}").text
    assert "没有这个人员" in far.get("/powers/trace?person=chief").text
    assert "可看本科（所）" in far.get("/powers/trace?person=far_chief").text


def _number(site: Site, case_id: int) -> str:
    with site.database.transaction() as session:
        return session.get_one(Case, case_id).number


def test_supervision_and_grants_leave_a_note_at_a_household_and_the_own_scope_none(
    site: Site,
) -> None:
    with site.database.transaction() as session:
        wish, today = grants.Wish(tin=_tin(session, 3)), clock.today()
        grants.give(
            session,
            site.people.leader,
            wish,
            login="far_chief",
            valid_from=today,
            valid_to=today,
            reason=REASON,
        )
    for login, times in (("auditor", 1), ("far_chief", 1), ("chief", 0)):
        for _ in range(2):
            assert site.visitor(login).get("/taxpayers/3").status_code == 200
        assert _opened(site, login, 3) == times


def test_who_opened_a_sensitive_household_stands_in_the_register(site: Site) -> None:
    leader = site.visitor("leader")
    leader.get("/powers/sensitive")
    with site.database.transaction() as session:
        tin = _tin(session, 2)
    leader.post("/powers/sensitive", {"number": "", "tin": tin, "reason": REASON, **CONFIRMED})
    assert site.visitor("chief").get("/taxpayers/2").status_code == 404
    assert "员officer" not in leader.get("/powers/sensitive").text
    assert site.visitor("officer").get("/taxpayers/2").status_code == 200
    assert _opened(site, "officer", 2) == 1
    for login in ("leader", "director", "auditor"):
        assert "员officer" in site.visitor(login).get("/powers/sensitive").text


def _tin(session: Session, taxpayer_id: int) -> str:
    return session.get_one(Taxpayer, taxpayer_id).tin


def _opened(site: Site, login: str, taxpayer_id: int) -> int:
    """How often the person's own stream tells that a household was opened."""
    with site.database.reading() as session:
        events = record_reads.chain(session, f"user:{site.people.people[login].user_id}").events
    return [each.payload["taxpayer"] for each in events if each.action == "taxpayer.read"].count(
        taxpayer_id
    )


def _marked(visitor: Visitor, number: str) -> TestResponse:
    """A case marked as sensitive by somebody who has confirmed to be there."""
    typed = {"number": number, "tin": "", "reason": REASON}
    return visitor.post("/powers/sensitive", {**typed, **CONFIRMED})


def _grow_stale(site: Site) -> None:
    """Everybody's last confirmation lies further back than it holds."""
    with site.database.transaction() as session:
        past = clock.wall() - timedelta(minutes=11)
        session.execute(update(UserSession).values(confirmed_at=past))


def test_a_person_to_trace_is_named_as_a_colleague_is(site: Site) -> None:
    auditor = site.visitor("auditor")
    offered = auditor.get("/colleagues?person=员chief").text
    (told,) = re.findall(r'value="([^"]*)"', offered)
    for typed in ("chief", "员chief", told):
        page = auditor.get(f"/powers/trace?person={typed}").text
        assert "可看本科（所）" in page, typed
        assert f'value="{typed}"' in page


def test_a_day_that_is_none_keeps_the_question(site: Site) -> None:
    answer = site.visitor("auditor").get("/powers/trace?person=chief&on=2010-13-45")
    assert answer.status_code == 422
    assert "哪一天“2010-13-45”：请填日期" in answer.text
    assert 'value="chief"' in answer.text
    assert "可看本科（所）" not in answer.text
