"""The pages on which running cases are carried to another version, and one is moved."""

import re
from collections.abc import Iterator

import pytest

from caseflow.services import case_migrations, definitions
from caseflow.vocabulary import SYSTEM
from tests.services.test_case_migrations import next_version
from tests.support.visitor import Visitor
from tests.web.conftest import Bureau

WV = "warning_verification"
REASON = "新的审议标准须立即适用"


@pytest.fixture(scope="module")
def versions(bureau: Bureau) -> tuple[int, int]:
    """The version that the two cases run on, and the next one."""
    with bureau.database.transaction() as session:
        old = definitions.latest(session, WV).id
        return old, definitions.deploy(session, SYSTEM, next_version(renamed="dispatch")).id


@pytest.fixture
def plan(bureau: Bureau, versions: tuple[int, int]) -> Iterator[int]:
    """A plan that waits for approval; withdrawn afterwards if it still does."""
    with bureau.database.transaction() as session:
        made = case_migrations.plan(
            session, bureau.people.sysadmin, *versions, mapping={}, reason=REASON
        ).id
    yield made
    with bureau.database.transaction() as session:
        if str(case_migrations.locked(session, made).status) == "planned":
            case_migrations.withdraw(session, bureau.people.sysadmin, made)


def test_a_plan_is_made_on_the_page_and_shows_who_stays_and_why(
    bureau: Bureau, versions: tuple[int, int]
) -> None:
    admin = bureau.visitor("sysadmin")
    path = "/processes/{}/migrate/{}".format(*versions)
    assert "第 1 版上有 2 件在办任务" in admin.get(path).text
    sent = admin.post(path, {"reason": REASON, "mapping": "", "most": "", "numbers": ""})
    assert sent.status_code == 303
    report = admin.get(sent.headers["Location"]).text
    assert "“分派”在新版本中没有了" in report
    assert "可迁移" in report
    _withdraw(admin, sent.headers["Location"])


def test_of_many_cases_the_page_shows_how_many_are_judged(
    bureau: Bureau, versions: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(case_migrations, "JUDGED_AT_ONCE", 1)
    admin = bureau.visitor("sysadmin")
    path = "/processes/{}/migrate/{}".format(*versions)
    admin.get(path)
    sent = admin.post(path, {"reason": REASON, "mapping": "", "most": "", "numbers": ""})
    address = re.sub(r"^https?://[^/]+", "", sent.headers["Location"])
    assert "已试算 0 件，共 2 件" in admin.get(address).text
    part = admin.get(f"{address}?part=progress")
    assert ("every 3s" in part.text, "HX-Refresh" in part.headers) == (True, False)
    _withdraw(admin, address)
    assert admin.get(f"{address}?part=progress").headers["HX-Refresh"] == "true"


def _withdraw(admin: Visitor, address: str) -> None:
    path = re.sub(r"^https?://[^/]+", "", address)
    admin.get(path)
    assert admin.post(f"{path}/withdraw", {}).status_code == 303


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("mapping", "dispatch"),
        ("mapping", "nothing = dispatch_2"),
        ("most", "0"),
        ("most", "many"),
        ("numbers", "01WV2010999999"),
        ("reason", "短"),
    ],
)
def test_what_cannot_be_planned_keeps_what_was_typed(
    bureau: Bureau, versions: tuple[int, int], field: str, value: str
) -> None:
    admin = bureau.visitor("sysadmin")
    path = "/processes/{}/migrate/{}".format(*versions)
    admin.get(path)
    typed = {"reason": REASON, "mapping": "", "most": "", "numbers": "", field: value}
    sent = admin.post(path, typed)
    assert sent.status_code == 422
    assert value in sent.text


def test_the_chief_finds_the_plan_and_the_report_is_a_file(bureau: Bureau, plan: int) -> None:
    chief = bureau.visitor("division")
    assert REASON in chief.get("/processes").text
    assert REASON in chief.get("/dashboard").text
    file = chief.get(f"/migrations/{plan}.csv")
    assert file.mimetype == "text/csv"
    assert "“分派”在新版本中没有了" in file.text


@pytest.mark.parametrize("login", ["officer", "leader"])
def test_others_see_no_plan(bureau: Bureau, plan: int, login: str) -> None:
    assert bureau.visitor(login).get(f"/migrations/{plan}").status_code == 403


def test_a_rejection_says_why(bureau: Bureau, plan: int) -> None:
    chief = bureau.visitor("division")
    chief.get(f"/migrations/{plan}")
    assert chief.post(f"/migrations/{plan}/reject", {"note": ""}).status_code == 422
    assert chief.post(f"/migrations/{plan}/reject", {"note": "先看一个月再定"}).status_code == 303
    assert "先看一个月再定" in bureau.visitor("sysadmin").get(f"/migrations/{plan}").text


def test_a_move_is_asked_on_the_page_and_agreed_to_by_another(bureau: Bureau) -> None:
    leader, deputy = bureau.visitor("leader"), bureau.visitor("deputy")
    page = leader.get("/cases/2/move")
    (key,) = re.findall(r'name="drop" value="([^"]+)"', page.text)
    asked = {"drop": key, "target": "assign", "reason": "系统故障期间误交，须重新分派"}
    assert leader.post("/cases/2/move", {**asked, "reason": "短"}).status_code == 422
    assert leader.post("/cases/2/move", asked).status_code == 303
    assert "由本局另一位" in leader.get("/cases/2/move").text
    assert "调整环节待您批准" in deputy.get("/dashboard").text
    number = re.findall(r"/cases/2/move/(\d+)/approve", deputy.get("/cases/2/move").text)[0]
    assert deputy.post(f"/cases/2/move/{number}/approve", {"note": ""}).status_code == 303
    assert "批准行政调整到" in deputy.get("/cases/2").text


def test_nobody_else_comes_to_the_page_of_moves(bureau: Bureau) -> None:
    assert bureau.visitor("officer").get("/cases/2/move").status_code in (403, 404)
    assert bureau.visitor("far_leader").get("/cases/2/move").status_code == 404
