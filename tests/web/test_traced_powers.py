"""The page and the command that trace powers, in words: through marks, of a day, of a person."""

import html
import re
from datetime import timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import clock
from caseflow.cli import main
from caseflow.models import Case, SensitiveFile, Taxpayer
from caseflow.services import deputies
from caseflow.services.powers import sensitive
from caseflow.vocabulary import CaseKind, Role
from tests import desk, factories
from tests.web.conftest import Bureau

_REASON = "涉及举报人信息"
_WITHHELD = "案卷涉密，不在承办人员和查阅名单之内"


def _case(bureau: Bureau, session: Session, serial: int) -> Case:
    """A case of the section with its two officers, at the desk check."""
    case = factories.case(session, factories.taxpayer(session, serial=serial))
    desk.to_desk_check(session, bureau.people, case)
    return case


def _marked(bureau: Bureau, session: Session, case: Case) -> SensitiveFile:
    """The case marked by the leader, with the third officer as a reader."""
    file = sensitive.mark(session, bureau.people.leader, number=case.number, reason=_REASON)
    session.flush()
    sensitive.allow(session, bureau.people.leader, file.id, login="third")
    return file


def _why(bureau: Bureau, number: str) -> dict[str, str]:
    """What the auditor's page gives as the grounds, by name."""
    page = bureau.visitor("auditor").get(f"/powers/trace?case={number}").text
    found = {}
    for row in re.findall(r'<tr><th scope="row">.*?</tr>', page, re.DOTALL):
        cells = re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)
        name, _acts, _sight, why, _posts = cells
        found[name] = html.unescape(why)
    return found


@pytest.fixture
def told(bureau: Bureau, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """A house that commands work with, in Chinese."""
    monkeypatch.setenv("DATABASE_URL", str(bureau.config.database_url))
    monkeypatch.setenv("CASEFLOW_VAR", str(bureau.config.var))
    monkeypatch.setenv("CASEFLOW_LANG", "zh")
    return monkeypatch


def _said(number: str, *more: str) -> dict[str, str]:
    """What ``powers who`` gives as the grounds, by name."""
    output = CliRunner().invoke(main, ["powers", "who", "--case", number, *more]).output
    lines = [
        line[2:].partition("；")[0] for line in output.splitlines() if line[:2] in ("+ ", "- ")
    ]
    return dict(line.split("：", 1) for line in lines)


@pytest.mark.usefixtures("told")
def test_through_a_mark_only_the_grounds_that_hold_are_told(bureau: Bureau) -> None:
    with bureau.database.transaction() as session:
        case = _case(bureau, session, 11)
        _marked(bureau, session, case)
        number = case.number
    page, command = _why(bureau, number), _said(number)
    assert page["员leader"] == command["员leader"] == "标记了这份涉密案卷"
    assert page["员third"] == command["员third"] == "在涉密案卷的查阅名单中"
    assert page["员partner"] == command["员partner"] == "是本任务的主办或协办"
    assert page["员officer"] == "是本任务的主办或协办<br>正在办本任务的步骤"
    assert page["员auditor"] == "是审计员，涉密标记不限制监督"
    for login in ("chief", "deputy", "director"):
        assert page[f"员{login}"] == command[f"员{login}"] == _WITHHELD


@pytest.mark.usefixtures("told")
def test_whom_one_of_two_marks_lets_through_is_told_which_keeps_the_case(bureau: Bureau) -> None:
    with bureau.database.transaction() as session:
        of_home, of_case = _case(bureau, session, 12), _case(bureau, session, 13)
        _marked(bureau, session, of_home)
        for case in (of_home, of_case):
            tin = session.scalars(select(Taxpayer.tin).where(Taxpayer.id == case.taxpayer_id)).one()
            home = sensitive.mark(session, bureau.people.leader, tin=tin, reason=_REASON)
        session.flush()
        sensitive.allow(session, bureau.people.leader, home.id, login="third")
        sensitive.mark(session, bureau.people.leader, number=of_case.number, reason=_REASON)
        numbers = of_home.number, of_case.number
    for number, kept_by in zip(numbers, ("纳税人", "任务"), strict=True):
        page, command = _why(bureau, number), _said(number)
        assert page["员third"] == command["员third"] == f"{kept_by}另被标为涉密，不在该名单之内"
        assert page["员chief"] == command["员chief"] == _WITHHELD
        assert page["员leader"] == "标记了这份涉密案卷"


def test_a_deputyship_over_everything_says_so_with_its_days_side_by_side(bureau: Bureau) -> None:
    people = bureau.people
    with bureau.database.transaction() as session:
        day = clock.today()
        ids = people.other_chief.user_id or 0, people.chief.user_id or 0
        deputies.grant(session, people.leader, *ids, wish=deputies.Wish(day, day, "调休"))
    page = bureau.visitor("auditor").get("/audit/powers?group=deputies").text
    rows = re.findall(r"<tr[^>]*data-row.*?</tr>", page, re.DOTALL)
    (row,) = [_text(each) for each in rows if "调休" in each]
    said = f"{day.year} 年 {day.month} 月 {day.day} 日"
    assert f"起于 {said} 止于 {said}" in row
    assert "岗位 全部岗位" in row
    assert "任务类别 全部任务类别" in row


def test_a_case_and_a_person_are_both_answered_and_each_by_itself(bureau: Bureau) -> None:
    with bureau.database.transaction() as session:
        number = _case(bureau, session, 14).number
    auditor = bureau.visitor("auditor")

    def asked(case: str, person: str) -> str:
        return _text(auditor.get(f"/powers/trace?case={case}&person={person}").text)

    own = asked(number, "officer")
    assert re.search(rf"对任务 {number} 可看 是本任务的主办或协办；.*可办：案头核查 ", own)
    assert "核对了" in own
    beyond = asked(number, "far_chief")
    assert f"对任务 {number} 不可看 当日的岗位、经办、代理、授权和名单都不及这件任务" in beyond
    without_case = asked("01WV2099000001", "chief")
    assert "没有这件任务" in without_case
    assert "可看本科（所）" in without_case
    without_person = asked(number, "nobody")
    assert "没有这个人员" in without_person
    assert "核对了" in without_person


@pytest.mark.usefixtures("told")
def test_a_day_before_the_case_names_its_first_day_to_who_may_see_it(bureau: Bureau) -> None:
    with bureau.database.transaction() as session:
        case = _case(bureau, session, 15)
        number, opened = case.number, clock.local_date(case.opened_at)
    day = opened - timedelta(days=1)
    said = f"任务 {number} 于 {opened} 生成"
    asked = f"/powers/trace?case={number}&on={day}"
    assert said in bureau.visitor("leader").get(asked).text
    for login in ("far_leader", "sysadmin"):
        kept = bureau.visitor(login).get(asked).text
        assert "没有这件任务" in kept
        assert "生成" not in kept
    ran = CliRunner().invoke(main, ["powers", "who", "--case", number, "--on", str(day)])
    assert (ran.exit_code, said in ran.output) == (1, True)


def test_of_a_person_days_bounds_and_named_files_are_told(bureau: Bureau) -> None:
    people = bureau.people
    with bureau.database.transaction() as session:
        case, day = _case(bureau, session, 16), clock.today()
        _marked(bureau, session, case)
        number, until = case.number, day + timedelta(days=2)
        wishes = {
            people.chief: deputies.Wish(day, day, _REASON, roles=frozenset({Role.SECTION_CHIEF})),
            people.leader: deputies.Wish(day, until, _REASON, kinds=frozenset({CaseKind.WV})),
        }
        for principal, wish in wishes.items():
            ids = principal.user_id or 0, people.deputy.user_id or 0
            deputies.grant(session, people.leader, *ids, wish=wish)

    def asked(by: str, person: str) -> str:
        return _text(bureau.visitor(by).get(f"/powers/trace?person={person}").text)

    told = asked("auditor", "deputy")
    assert f"员chief {day} – {day} · 科（所）长；全部任务类型" in told
    assert f"员leader {day} – {until} · 全部岗位；预警核查" in told
    assert "没有您看得到的名单 能办哪一步因任务而异： 填任务编号再追溯" in told
    assert f"由谁代理 员deputy {day} – {until} · 全部岗位；预警核查" in asked("auditor", "leader")
    assert number in asked("auditor", "third").partition("涉密查阅名单")[2]
    kept = asked("sysadmin", "third").partition("涉密查阅名单")[2]
    assert "没有您看得到的名单" in kept
    assert number not in kept
    assert "因任务而异" not in kept


def _text(markup: str) -> str:
    """The words of a page, without tags."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", markup)).split())
