"""The way in and the own page, as a browser sees them: what is owed, lost, confirmed, ended."""

import base64
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from werkzeug.test import TestResponse

from caseflow import clock, door_rules, one_time_codes
from caseflow.app import create_app
from caseflow.models import Post, User, UserSession
from caseflow.models.record import RecordEvent
from caseflow.services import accounts, sessions
from caseflow.vocabulary import SYSTEM, Role
from tests import factories
from tests.support.visitor import Visitor
from tests.web.conftest import Bureau

BASE = "https://localhost"
SECRET = "trams and umbrellas in may"  # noqa: S105 -- of this test alone
OTHER = "gardens without any clocks"


class Browser:
    """Somebody with a password at a browser of their own."""

    def __init__(self, bureau: Bureau, came_from: str = "192.0.2.7") -> None:
        """Open the browser on a machine of that address."""
        self.client: FlaskClient = bureau.app.test_client()
        self.machine = {"REMOTE_ADDR": came_from}
        self.token = ""

    def get(self, path: str) -> TestResponse:
        answer = self.client.get(path, base_url=BASE, environ_base=self.machine)
        return self._seen(answer)

    def post(self, path: str, fields: dict[str, str]) -> TestResponse:
        answer = self.client.post(
            path,
            data={"csrf_token": self.token, **fields},
            base_url=BASE,
            environ_base=self.machine,
            headers={"Referer": f"{BASE}/"},
        )
        return self._seen(answer)

    def enter(self, login: str = "chief", password: str = SECRET, **fields: str) -> TestResponse:
        self.get("/sign-in")
        answer = self.post("/sign-in", {"login": login, "password": password, **fields})
        led = self.get("/keys")
        if led.status_code == 303:  # something is still owed
            self.get(led.headers["Location"])
        return answer

    def _seen(self, answer: TestResponse) -> TestResponse:
        found = re.search(r'name="csrf_token" value="([^"]+)"', answer.text)
        self.token = found[1] if found else self.token
        return answer


@pytest.fixture(autouse=True)
def _passwords(bureau: Bureau) -> Iterator[None]:
    """Chief and auditor are real people here, each with the password of this module."""
    logins = ("chief", "auditor")
    with bureau.database.transaction() as session:
        session.execute(update(User).where(User.login.in_(logins)).values(is_demo=False))
        factories.tell(session, "sys:people")
        for login in logins:
            accounts.set_password(session, SYSTEM, login, password=SECRET)
    yield
    with bureau.database.transaction() as session:
        for login in logins:
            for user_id in session.scalars(select(User.id).where(User.login == login)):
                sessions.end_all(session, SYSTEM, user_id, why="elsewhere")
        session.execute(update(User).where(User.login.in_(logins)).values(is_demo=True))
        factories.tell(session, "sys:people")


def _no_code(secret: bytes, step: int) -> str:
    """Six digits that the device shows at no time near this one."""
    shown = {one_time_codes.code_at(secret, near) for near in range(step - 3, step + 4)}
    return next(code for code in map(str, range(100_000, 100_010)) if code not in shown)


def grow_stale(bureau: Bureau) -> None:
    """Let the minutes pass within which nobody is asked again who sits there."""
    with bureau.database.transaction() as session:
        past = clock.wall() - timedelta(minutes=11)
        session.execute(update(UserSession).values(confirmed_at=past))


def test_a_handed_out_password_leads_to_the_page_for_another_and_then_where_one_wanted(
    bureau: Bureau,
) -> None:
    with bureau.database.transaction() as session:
        accounts.set_password(session, SYSTEM, "chief", password=OTHER, is_first=True)
    browser = Browser(bureau)
    browser.enter(password=OTHER, next="/cases")
    led = browser.get("/cases")
    assert led.headers["Location"] == "/account/password?next=/cases"
    assert "请换一个自己的密码" in browser.get(led.headers["Location"]).text
    chosen = {"new": SECRET, "again": SECRET, "next": "/cases"}
    assert browser.post("/account/password", chosen).headers["Location"] == "/cases"
    assert browser.get("/cases").status_code == 200


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"old": SECRET, "new": OTHER, "again": SECRET}, "两次输入的新密码不一样"),
        ({"old": OTHER, "new": OTHER, "again": OTHER}, "原密码不对"),
        ({"new": OTHER, "again": OTHER}, "原密码不对"),
        ({"old": SECRET, "new": SECRET, "again": SECRET}, "和原密码相同"),
        ({"old": SECRET, "new": "short", "again": "short"}, "12 至 256 个字符"),
        ({"old": SECRET, "new": "dalianguoshui1", "again": "dalianguoshui1"}, "太容易被猜到"),
    ],
)
def test_a_password_that_is_not_taken_is_told_why(
    bureau: Bureau, fields: dict[str, str], told: str
) -> None:
    browser = Browser(bureau)
    browser.enter()
    answer = browser.post("/account/password", fields)
    assert (answer.status_code, told in answer.text) == (422, True)


def test_a_device_is_set_up_shown_at_the_door_and_its_code_not_taken_twice(bureau: Bureau) -> None:
    browser = Browser(bureau)
    browser.enter("auditor")
    assert browser.get("/record").headers["Location"].startswith("/account/factor")
    browser.get("/account/factor")
    browser.post("/account/factor", {})
    page = browser.get("/account/factor")
    assert page.headers["Cache-Control"] == "no-store"
    key = re.search(r'class="cf-hash">([A-Z2-7 ]+)<', page.text)
    assert key
    secret = base64.b32decode(key[1].replace(" ", ""))
    step = one_time_codes.step_at(clock.wall())
    wrong = browser.post("/account/factor/confirm", {"code": "000000"})
    assert (wrong.status_code, "动态码不对" in wrong.text) == (422, True)
    told = browser.post(
        "/account/factor/confirm", {"code": one_time_codes.code_at(secret, step - 1)}
    )
    assert len(re.findall(r'<li class="cf-hash">', told.text)) == 10
    assert browser.get("/record").status_code == 200

    second = Browser(bureau)
    assert second.enter("auditor").status_code == 303
    assert second.get("/record").headers["Location"].startswith("/sign-in/code")
    asked = second.get("/sign-in/code").text
    assert f"以 {bureau.people.auditor.name} 登录" in asked
    assert "信息管税平台</p>" in asked
    used = second.post("/sign-in/code", {"code": one_time_codes.code_at(secret, step - 1)})
    assert (used.status_code, "已经用过，请等设备显示下一个" in used.text) == (422, True)
    wrong = second.post("/sign-in/code", {"code": _no_code(secret, step)})
    assert (wrong.status_code, "动态码不对，请核对后重新输入" in wrong.text) == (422, True)
    assert re.search(r'<input [^>]*id="code"[^>]*aria-invalid="true" autofocus>', wrong.text)
    assert "data-error-summary" not in wrong.text  # it would take the focus from the field
    assert (
        second.post(
            "/sign-in/code", {"code": one_time_codes.code_at(secret, step), "next": "/record"}
        ).headers["Location"]
        == "/record"
    )
    assert second.get("/record").status_code == 200
    # The same device, asked once more who is there: the code just used is called so here too.
    second.get("/account")
    grow_stale(bureau)
    last = {"_confirm_code": one_time_codes.code_at(secret, step)}
    assert "已经用过，请等设备显示下一个" in second.post("/account/factor", last).text
    with bureau.database.transaction() as session:
        accounts.forget_factor(session, SYSTEM, "auditor")


def test_a_post_given_while_somebody_is_signed_in_leads_them_to_set_up_a_device(
    bureau: Bureau,
) -> None:
    browser = Browser(bureau)
    browser.enter()
    assert browser.get("/inbox").status_code == 200
    grow_stale(bureau)
    with bureau.database.transaction() as session:
        chief = bureau.people.chief
        given = Post(
            user_id=chief.user_id,
            unit_id=chief.posts[0].unit_id,
            role=Role.AUDITOR,
            line=None,
            household_kind=None,
            valid_from=clock.today() - timedelta(days=1),
            valid_to=None,
        )
        session.add(given)
        session.flush()
        factories.tell(session, "sys:people")
        post_id = given.id
    try:
        led = browser.get("/inbox?tab=all")
        assert led.headers["Location"] == "/account/factor?next=/inbox?tab%3Dall"
        assert browser.post("/tasks/1", {}).headers["Location"].startswith("/account/factor")
        browser.get("/account/factor")
        asked = browser.post("/account/factor", {})
        assert (asked.status_code, "确认是本人" in asked.text) == (403, True)
        begun = browser.post("/account/factor", {"_confirm_password": SECRET})
        assert "密钥" in browser.get(begun.headers["Location"]).text
    finally:
        with bureau.database.transaction() as session:
            ended = clock.today() - timedelta(days=1)
            session.execute(update(Post).where(Post.id == post_id).values(valid_to=ended))
            factories.tell(session, "sys:people")
    assert browser.get("/inbox").status_code == 200


def test_a_session_from_another_address_is_refused_ended_and_explained(bureau: Bureau) -> None:
    browser = Browser(bureau)
    browser.enter()
    assert browser.get("/inbox").status_code == 200
    browser.machine = {"REMOTE_ADDR": "198.51.100.9"}
    led = browser.get("/inbox?tab=all")
    assert led.headers["Location"].startswith("/sign-in?next=")
    assert "改从另一个网络地址使用" in browser.get(led.headers["Location"]).text
    browser.machine = {"REMOTE_ADDR": "192.0.2.7"}
    assert browser.get("/inbox").status_code == 303  # it has ended for both
    with bureau.database.reading() as session:
        newest = select(RecordEvent.payload).where(RecordEvent.action == "session.revoked")
        payload = session.scalars(newest.order_by(RecordEvent.id.desc()).limit(1)).one()
    assert '"to":"198.51.100.9"' in payload


def test_own_sessions_are_listed_and_the_others_ended(bureau: Bureau) -> None:
    mine, other = Browser(bureau), Browser(bureau, "192.0.2.9")
    mine.enter()
    other.enter()
    page = mine.get("/account").text
    assert ("192.0.2.9" in page, page.count("本次登录")) == (True, 1)
    ending = re.search(r"/account/sessions/\d+/end\b", page)
    assert ending
    mine.post(ending[0], {})
    assert other.get("/inbox").status_code == 303
    assert "您在另一处结束了这次登录" in other.get("/sign-in").text
    third = Browser(bureau)
    third.enter()
    mine.post("/account/sessions/end-others", {})
    assert third.get("/inbox").status_code == 303
    assert mine.get("/inbox").status_code == 200


def test_the_system_administrator_ends_a_session_of_somebody_else(bureau: Bureau) -> None:
    browser = Browser(bureau)
    browser.enter()
    administrator = bureau.visitor("sysadmin")
    page = administrator.get("/sign-ins?q=chief").text
    ending = re.search(r"/sign-ins/\d+/end", page)
    assert ending
    assert administrator.post(ending[0], {}).status_code == 303
    assert browser.get("/inbox").status_code == 303
    assert "系统管理员结束了您的登录" in browser.get("/sign-in").text


def test_too_many_failures_from_an_address_are_refused_with_the_time_to_wait(
    bureau: Bureau,
) -> None:
    browser = Browser(bureau, "203.0.113.77")
    answers = [browser.enter(f"nobody{n}", "nonsense") for n in range(21)]
    assert [answer.status_code for answer in answers] == [422] * 20 + [429]
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 61
    assert "登录失败太多" in answers[-1].text
    assert Browser(bureau, "203.0.113.78").enter().status_code == 303


def test_a_dear_page_asked_for_too_often_says_when_to_come_again(bureau: Bureau) -> None:
    usual = replace(bureau.config, door=replace(bureau.config.door, rates=door_rules.RATES))
    app = create_app(usual, bureau.database)
    visitor = Visitor(app, bureau.people.leader.user_id)
    statuses = [visitor.get("/cases.csv").status_code for _ in range(21)]
    assert statuses == [200] * 20 + [429]
    answer = visitor.get("/cases.csv")
    assert 0 < int(answer.headers["Retry-After"]) <= 61
    assert Visitor(app, bureau.people.deputy.user_id).get("/cases.csv").status_code == 200


def test_an_approval_is_asked_to_be_confirmed_and_keeps_what_was_typed(bureau: Bureau) -> None:
    visitor: Visitor = bureau.visitor("division")
    visitor.get("/keys")
    grow_stale(bureau)
    asked = visitor.post("/processes/drafts/1/approve", {"note": "同意 <发布>", "revision": "1"})
    assert (asked.status_code, "确认是本人" in asked.text) == (403, True)
    assert 'name="note" value="同意 &lt;发布&gt;"' in asked.text
    again = {"note": "同意 <发布>", "revision": "1", "_confirm_yes": "y"}
    assert visitor.post("/processes/drafts/1/approve", again).status_code == 404  # no such draft
    assert visitor.post("/processes/drafts/1/approve", {}).status_code == 404  # not asked again


def test_a_confirmation_left_out_is_told_and_the_way_back_stays(bureau: Bureau) -> None:
    visitor: Visitor = bureau.visitor("division")
    visitor.get("/keys")
    grow_stale(bureau)
    act, page = "/processes/drafts/1/approve", "/processes?tab=drafts"
    asked = visitor.post(act, {"note": "同意"}, came_from=page)
    assert "还没有办理" not in asked.text
    assert f'href="{page}" data-take-back' in asked.text
    held = dict(re.findall(r'type="hidden" name="(_confirm_\w+)" value="([^"]*)"', asked.text))
    again = visitor.post(act, {**held, "note": "同意"}, came_from=act)
    assert (again.status_code, "还没有办理：请先勾选" in again.text) == (403, True)
    assert f'href="{page}" data-take-back' in again.text
    assert again.text.count('name="_confirm_from"') == 1


@pytest.mark.parametrize(
    ("told", "came_from", "back"),
    [
        ("https://evil.example/keys", "/keys", "/keys"),
        ("//evil.example/keys", "/keys", "/keys"),
        ("javascript:alert(1)", "/keys?x=1", "/keys?x=1"),
        ("/no/such/page", "/keys", "/keys"),
        ("", "/powers/sensitive/review", "/processes/drafts/1"),
    ],
)
def test_the_way_back_is_a_page_of_this_house(
    bureau: Bureau, told: str, came_from: str, back: str
) -> None:
    visitor: Visitor = bureau.visitor("division")
    visitor.get("/keys")
    grow_stale(bureau)
    typed = {"_confirm_from": told}
    asked = visitor.post("/processes/drafts/1/approve", typed, came_from=came_from)
    assert re.findall(r'href="([^"]+)" data-take-back', asked.text) == [back]


def test_what_is_left_out_is_named_by_what_the_person_has(bureau: Bureau) -> None:
    browser = Browser(bureau)
    browser.enter()
    browser.get("/account")
    grow_stale(bureau)
    before = _refusals(bureau)
    told = browser.post("/account/factor", {"_confirm_asked": "y"})
    assert "还没有办理：请输入密码。" in told.text
    assert _refusals(bureau) == before  # nothing shown is no failure


def _refusals(bureau: Bureau) -> int:
    with bureau.database.reading() as session:
        refused = select(func.count()).where(RecordEvent.action == "session.refused")
        return session.scalars(refused).one()


def test_a_confirmation_by_a_wrong_password_is_refused_and_counted(bureau: Bureau) -> None:
    browser = Browser(bureau)
    browser.enter()
    browser.get("/account")
    grow_stale(bureau)
    for _ in range(5):
        asked = browser.post("/account/factor", {"_confirm_password": "nonsense"})
        assert (asked.status_code, "密码或动态码不对" in asked.text) == (403, True)
        assert "nonsense" not in asked.text
    locked = browser.post("/account/factor", {"_confirm_password": SECRET})
    assert "账户暂时锁定" in locked.text


@pytest.mark.parametrize(
    "path", ["/sign-in/code", "/account", "/account/factor", "/account/password"]
)
def test_without_a_session_the_way_leads_to_the_door(bureau: Bureau, path: str) -> None:
    assert Browser(bureau).get(path).status_code == 303
