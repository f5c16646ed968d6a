"""Two browsers at one step: the second is told who and when, and keeps what was typed."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from caseflow import db
from caseflow.app import create_app
from caseflow.config import Config
from caseflow.services import record, tasks
from tests import cast, desk, factories
from tests.support.house import House
from tests.support.visitor import Visitor

_HIDDEN = re.compile(r'name="(_idem|_version)" value="([^"]+)"')


Browsers = Callable[[], Visitor]


@contextmanager
def _leader_at_dispatch(house: Config) -> Iterator[Browsers]:
    """Further browsers of the leader, who has taken the dispatch of case 1 (task 1)."""
    database = db.connect(str(house.database_url))
    with database.transaction() as session:
        record.introduce(session)
        people = cast.enter(session)
        case = factories.case(session, factories.taxpayer(session))
        tasks.claim(session, people.leader, desk.open_task(session, case, "dispatch").id)
    app = create_app(house, database)
    yield lambda: Visitor(app, people.leader.user_id)
    database.dispose()


@pytest.fixture
def browsers(own_house: Config) -> Iterator[Browsers]:
    """Browsers before a bureau of the test's own."""
    with _leader_at_dispatch(own_house) as opened:
        yield opened


@pytest.fixture(scope="module")
def hostile(house: House) -> Iterator[Browsers]:
    """Browsers before one bureau for all that is refused anyway."""
    with house.clone("hostile") as config, _leader_at_dispatch(config) as opened:
        yield opened


def _is_open(browser: Visitor) -> bool:
    return 'name="_version"' in browser.get("/cases/1?task=1").text


def _filled(browser: Visitor) -> dict[str, str]:
    """The form of the step as the page gives it, filled in."""
    page = browser.get("/cases/1?task=1")
    assert page.status_code == 200, page.text
    section = re.search(r'value="(\d+)"[^>]*>\s*(?:<[^>]*>)*\s*税源管理一科', page.text)
    assert section is not None
    return {
        **dict(_HIDDEN.findall(page.text)),
        "dispatch_decision": "assign",
        "section": section[1],
        "priority": "normal",
        "requirement": "请重点核查第四季度进项税额。",
    }


def test_the_second_browser_is_told_who_and_when_and_keeps_its_text(
    browsers: Browsers,
) -> None:
    first, second = browsers(), browsers()
    forms = [_filled(browser) for browser in (first, second)]
    assert first.post("/tasks/1", forms[0]).status_code == 303
    answer = second.post("/tasks/1", forms[1])
    assert answer.status_code == 409
    assert "员leader" in answer.text
    assert "请重点核查第四季度进项税额。" in answer.text


def test_a_form_sent_again_after_a_lost_answer_is_taken_as_done(
    browsers: Browsers,
) -> None:
    browser = browsers()
    form = _filled(browser)
    assert [browser.post("/tasks/1", form).status_code for _ in range(2)] == [303, 303]
    assert not _is_open(browser)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("_version", "two"),
        ("_version", "99999999999999999999"),
        ("section", "99999999999999999999"),
        ("section", "1'; DROP TABLE cases; --"),
        ("requirement", "a\x00b"),
        ("requirement", "长" * 100_000),
        ("dispatch_decision", "close"),
        ("due_on", "2010-02-30"),
    ],
)
def test_a_form_that_no_page_sends_is_refused_and_the_step_stays(
    hostile: Browsers, field: str, value: str
) -> None:
    browser = hostile()
    answer = browser.post("/tasks/1", {**_filled(browser), field: value})
    assert 400 <= answer.status_code < 500
    assert _is_open(browser)


def test_a_form_without_the_token_of_its_page_is_refused(hostile: Browsers) -> None:
    browser = hostile()
    form = {**_filled(browser), "csrf_token": "forged"}
    assert browser.post("/tasks/1", form).status_code == 400
    assert _is_open(browser)
