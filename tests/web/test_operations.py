"""运行状况 and 每日自检 as people use them: what they show, what they refuse, what they keep."""

from http import HTTPStatus

import pytest
from sqlalchemy import select

from caseflow.jobs import worker
from caseflow.jobs.topics import EFFECTS
from caseflow.models import Case, OutboxMessage, Task, User
from caseflow.services import outbox
from caseflow.services.powers import sensitive
from caseflow.vocabulary import TaskStatus
from caseflow.web.operations import topic_words
from tests.desk import own_names
from tests.web.conftest import Bureau


@pytest.fixture
def dead(bureau: Bureau) -> int:
    """A piece of later work that concerns a case and has failed ten times."""
    payload = {"sender": 1, "name": "x", "arguments": {}}
    with bureau.database.transaction() as session:
        message = outbox.put(session, "messages.sent", payload)
        message.attempts, message.error = 10, "NoResultFound('大连样例1商贸有限公司')"
    return message.id


def _message(bureau: Bureau, message_id: int) -> OutboxMessage:
    with bureau.database.reading() as session:
        return session.scalars(select(OutboxMessage).where(OutboxMessage.id == message_id)).one()


def test_failed_work_is_told_in_words_with_the_case_and_without_the_taxpayer(
    bureau: Bureau, dead: int
) -> None:
    page = bureau.visitor("sysadmin").get("/operations").text
    assert f"/operations/messages/{dead}/retry" in page
    assert "所指的数据已不存在" in page
    assert "01WV" in page
    assert "商贸有限公司" not in page


def test_operator_lets_failed_work_be_retried_and_says_why(bureau: Bureau, dead: int) -> None:
    visitor = bureau.visitor("sysadmin")
    visitor.get("/operations")
    path = f"/operations/messages/{dead}/retry"
    refused = visitor.post(path, {"reason": "  "})
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "理由须为 1 至 500 字" in refused.text
    assert visitor.post(path, {"reason": "数据已补"}).status_code == HTTPStatus.SEE_OTHER
    assert _message(bureau, dead).attempts == 0
    again = visitor.post(path, {"reason": "再来"})
    assert again.status_code == HTTPStatus.CONFLICT


def test_operator_gives_failed_work_up(bureau: Bureau, dead: int) -> None:
    visitor = bureau.visitor("sysadmin")
    visitor.get("/operations")
    visitor.post(f"/operations/messages/{dead}/discard", {"reason": "任务已作废"})
    kept = _message(bureau, dead)
    assert kept.discard_reason == "任务已作废"
    assert kept.discarded_by == bureau.people.sysadmin.user_id


@pytest.mark.parametrize("who", ["officer", "chief", "director", "auditor"])
def test_operations_are_for_who_looks_after_the_system(bureau: Bureau, who: str) -> None:
    assert bureau.visitor(who).get("/operations").status_code == HTTPStatus.FORBIDDEN


def test_self_check_begun_on_the_page_is_shown_to_a_chief_in_words(bureau: Bureau) -> None:
    number = _marked_at_dispatch(bureau)
    administrator = bureau.visitor("sysadmin")
    assert "还没有自检过" in administrator.get("/self-check").text
    assert administrator.post("/self-check", {}).status_code == HTTPStatus.SEE_OTHER
    assert "自检正在进行" in administrator.post("/self-check", {}).text
    worker.work_through(bureau.database, EFFECTS)
    page = administrator.get("/self-check").text
    assert "另有 1 处在您看不到的任务里：涉密的由标记人在“涉密案卷”页处理" in page
    assert number not in page
    page = bureau.visitor("chief").get("/self-check").text
    assert "在办任务都有人管" in page
    assert "立即自检" not in page
    assert bureau.visitor("officer").get("/self-check").status_code == HTTPStatus.FORBIDDEN


def test_digests_of_the_last_day_are_told_with_whether_mail_leaves(bureau: Bureau) -> None:
    chief = bureau.people.chief.user_id or 0
    with bureau.database.transaction() as session:
        for on in ("2010-01-22", "2010-01-25"):
            payload = {"user": chief, "on": on, "unread": {"nudged": 1}, "link": "/notices"}
            outbox.put(session, "digest", payload)
    administrator = bureau.visitor("sysadmin")
    assert (
        "写了 1 份，办完 0 份；没有设置邮件域名，只写不寄" in administrator.get("/operations").text
    )
    worker.work_through(bureau.database, EFFECTS)
    assert "写了 1 份，办完 1 份" in administrator.get("/operations").text


@pytest.mark.parametrize(
    ("fields", "offered", "is_wanted"),
    [({}, "每日寄送", False), ({"wanted": "yes"}, "不再寄送", True)],
)
def test_the_daily_digest_is_declined_and_wanted_on_the_own_page(
    bureau: Bureau, fields: dict[str, str], offered: str, *, is_wanted: bool
) -> None:
    chief = bureau.visitor("chief")
    chief.get("/account")
    assert chief.post("/account/digest", fields).status_code == HTTPStatus.SEE_OTHER
    assert offered in chief.get("/account").text
    user = select(User.wants_digest).where(User.id == bureau.people.chief.user_id)
    with bureau.database.reading() as session:
        assert session.scalars(user).one() is is_wanted


def test_repair_of_what_was_not_found_is_refused(bureau: Bureau) -> None:
    chief = bureau.visitor("chief")
    chief.get("/self-check")
    said = {"check": "timers", "subject": "case:1", "way": "rearm", "reason": "x"}
    assert chief.post("/self-check/repair", said).status_code == HTTPStatus.NOT_FOUND


def test_every_kind_of_later_work_has_a_name_in_words(bureau: Bureau) -> None:
    with bureau.app.test_request_context():
        assert [topic for topic in EFFECTS if topic_words(topic) == topic] == []


def _marked_at_dispatch(bureau: Bureau) -> str:
    """The number of a case whose mark leaves its dispatch to nobody."""
    waits = select(Task.case_id).where(own_names() == "dispatch", Task.assignee_id.is_(None))
    with bureau.database.transaction() as session:
        case_id = session.scalars(waits.where(Task.status == TaskStatus.OPEN).limit(1)).one()
        number = session.get_one(Case, case_id).number
        director = bureau.people.director
        sensitive.mark(session, director, number=number, reason="涉及举报人信息")
    return number
