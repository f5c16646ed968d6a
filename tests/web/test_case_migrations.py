"""The pages on which running cases are carried to another version."""

import re
from collections.abc import Iterator

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from caseflow.models import Case, Post, Task, Taxpayer, Unit
from caseflow.services import case_migrations, definitions
from caseflow.vocabulary import SYSTEM, Role, TaskStatus
from tests import factories
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
        return old, definitions.deploy(
            session, SYSTEM, next_version(renamed="dispatch", drawing="dispatching.bpmn")
        ).id


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


def test_every_mistake_stands_at_its_field_at_once(
    bureau: Bureau, versions: tuple[int, int]
) -> None:
    admin = bureau.visitor("sysadmin")
    path = "/processes/{}/migrate/{}".format(*versions)
    admin.get(path)
    typed = {"reason": "短", "mapping": "dispatch", "most": "0", "numbers": "01WV2010999999"}
    page = admin.post(path, typed).text
    assert all(f'id="{field}-error"' in page for field in typed)
    assert "第 1 行“dispatch”缺少“=”" in page


def test_the_chief_finds_the_plan_and_the_report_is_a_file(bureau: Bureau, plan: int) -> None:
    chief = bureau.visitor("division")
    assert REASON in chief.get("/processes").text
    assert REASON in chief.get("/dashboard").text
    file = chief.get(f"/migrations/{plan}.csv")
    assert file.mimetype == "text/csv"
    assert "“分派”在新版本中没有了" in file.text


def test_where_nobody_may_approve_the_page_names_division_post_and_line(
    bureau: Bureau, plan: int
) -> None:
    def give(line: str) -> None:
        with bureau.database.transaction() as session:
            chiefs = update(Post).where(Post.role == Role.DIVISION_CHIEF)
            session.execute(chiefs.values(line=line))
            factories.tell(session, "sys:people")

    admin = bureau.visitor("sysadmin")
    assert bureau.people.division.name in admin.get(f"/migrations/{plan}").text
    give("vat_division")
    page = admin.get(f"/migrations/{plan}").text
    give("admin_tech_division")
    assert "征管和科技发展处" in page
    assert "请先登记岗位处长，条线填 admin_tech_division" in page


def standing(session: Session, case: Case) -> str:
    """The name of the one step on which a case stands."""
    open_ = select(Task.name).where(Task.case_id == case.id, Task.status == TaskStatus.OPEN)
    return session.scalars(open_).one()


def test_the_report_leads_to_each_case_and_says_where_it_stands(bureau: Bureau, plan: int) -> None:
    page = bureau.visitor("division").get(f"/migrations/{plan}").text
    rows = re.findall(r"<tr>(<th scope=\"row\".*?)</tr>", page)
    assert len(rows) == 2
    assert 'href="/cases/2"' in rows[1]
    with bureau.database.transaction() as session:
        case = session.get_one(Case, 2)
        assert standing(session, case) in rows[1]
        assert session.get_one(Taxpayer, case.taxpayer_id).name in rows[1]
        assert session.get_one(Unit, case.section_id).name in rows[1]


def test_who_may_not_read_cases_gets_no_link_and_no_taxpayer(bureau: Bureau, plan: int) -> None:
    page = bureau.visitor("sysadmin").get(f"/migrations/{plan}").text
    assert 'href="/cases/2"' not in page
    with bureau.database.transaction() as session:
        case = session.get_one(Case, 2)
        assert standing(session, case) in page
        assert session.get_one(Taxpayer, case.taxpayer_id).name not in page


def test_cases_not_chosen_are_not_among_those_shown_first(
    bureau: Bureau, versions: tuple[int, int]
) -> None:
    with bureau.database.transaction() as session:
        number = session.get_one(Case, 2).number
        everybody = set(session.scalars(select(Case.number)))
        made = case_migrations.plan(
            session,
            bureau.people.sysadmin,
            *versions,
            mapping={"dispatching/dispatch": "dispatching/dispatch_2"},
            reason=REASON,
            choice=case_migrations.Choice(frozenset({number}), None),
        ).id
    (other,) = everybody - {number}
    admin = bureau.visitor("sysadmin")
    first, left = admin.get(f"/migrations/{made}").text, f"/migrations/{made}?status=left"
    with bureau.database.transaction() as session:
        case_migrations.withdraw(session, bureau.people.sysadmin, made)
    assert number in first
    assert other not in first
    assert other in admin.get(left).text


@pytest.mark.parametrize("login", ["officer", "leader"])
def test_others_see_no_plan(bureau: Bureau, plan: int, login: str) -> None:
    assert bureau.visitor(login).get(f"/migrations/{plan}").status_code == 403


def test_a_rejection_says_why(bureau: Bureau, plan: int) -> None:
    chief = bureau.visitor("division")
    chief.get(f"/migrations/{plan}")
    assert chief.post(f"/migrations/{plan}/reject", {"note": ""}).status_code == 422
    assert chief.post(f"/migrations/{plan}/reject", {"note": "先看一个月再定"}).status_code == 303
    assert "先看一个月再定" in bureau.visitor("sysadmin").get(f"/migrations/{plan}").text
