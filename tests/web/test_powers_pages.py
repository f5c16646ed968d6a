"""Deputies and recusal as pages: named, acting, shown with both names, ended; ties declared."""

import re
from datetime import timedelta

from sqlalchemy import select

from caseflow import clock
from caseflow.models import Case, Task, User
from tests.support.visitor import Visitor
from tests.web.conftest import Bureau


def test_a_deputy_is_named_finds_the_steps_and_loses_them_again(bureau: Bureau) -> None:
    people, leader = bureau.people, bureau.visitor("leader")
    principal = people.leader
    page = f"/deputies/new?principal={principal.user_id}"
    offered = re.findall(r'<option value="([^"]+)"></option>', leader.get(page).text)
    chosen = [each for each in offered if each.endswith(" · deputy")][-1]
    with bureau.database.reading():
        today = clock.today()
    form = {
        "principal": str(principal.user_id),
        "deputy": chosen,
        "first": today.isoformat(),
        "last": (today + timedelta(days=3)).isoformat(),
        "reason": "年休假",
    }
    back = leader.post("/deputies/new", {**form, "last": "2001-01-01"})
    assert back.status_code == 422
    assert "结束日期不能早于开始日期" in back.text
    assert "年休假" in back.text
    assert leader.post("/deputies/new", form).status_code == 303
    assert leader.post("/deputies/new", form).status_code == 303  # sent twice
    acting = bureau.visitor("deputy")
    mine = acting.get("/deputies").text
    assert mine.count("代理中") == 1
    assert f"{principal.name}（" in mine
    assert "您今天代理" in acting.get("/inbox").text
    assert acting.get(f"/inbox?for={principal.user_id}").status_code == 200
    assert "年休假" in bureau.visitor("auditor").get("/deputies").text
    shown = bureau.visitor("auditor").get("/audit/powers?group=deputies").text
    day = f"起于 {today.year} 年 {today.month} 月 {today.day} 日"
    _require_words(_rows(shown)[0], f"代理人 {people.deputy.name}", day, principal.name)
    (address,) = re.findall(r"/deputies/\d+/revoke", mine)
    assert acting.post(address, {}).status_code == 303
    assert "您今天代理" not in acting.get("/inbox").text


def test_a_tie_is_declared_on_the_case_and_decided_by_the_chief(bureau: Bureau) -> None:
    with bureau.database.reading() as session:
        case_id = session.scalars(select(Task.case_id).where(Task.element == "desk_check")).one()
        number = session.get_one(Case, case_id).number
    officer, chief = bureau.visitor("officer"), bureau.visitor("chief")
    page = f"/cases/{case_id}/recusal"
    assert "回避" in officer.get(f"/cases/{case_id}").text
    assert officer.post(page, {"tie": "none", "note": "无"}).status_code == 422
    assert officer.post(page, {"tie": "in_law", "note": "妻弟任法定代表人"}).status_code == 303
    assert "您的申报待上级决定" in officer.get(page).text
    _require_locked(officer.get(f"/cases/{case_id}").text, decided_by=bureau.people.chief.name)
    assert f'href="{page}">去决定</a>' in chief.get(f"/cases/{case_id}").text
    assert "申报回避，待决定" not in bureau.visitor("partner").get(f"/cases/{case_id}").text
    assert "妻弟任法定代表人" in chief.get("/recusals").text
    shown = chief.get(page).text
    assert re.search(r"<option[^>]*>员third · \S", shown)
    _require_one_primary(shown, "决定回避")
    _require_one_primary(bureau.visitor("partner").get(page).text, "申报回避")
    wrong = {"user": str(bureau.people.partner.user_id), "tie": "none", "note": "无"}
    ordered = chief.post(f"{page}/order", wrong)
    assert re.search(r"<details[^>]* open><summary>责令回避", ordered.text)
    address = shown.split(f'action="{page}/')[1].split('"')[0]
    decided = f"{page}/{address}"
    refused = chief.post(decided, {"decision": "recuse"})
    assert refused.status_code == 422
    assert "请指定接替人员" in refused.text
    third = str(bureau.people.third.user_id)
    assert chief.post(decided, {"decision": "recuse", "officer": third}).status_code == 303
    assert officer.get(f"/cases/{case_id}").status_code == 404
    assert "决定" in bureau.visitor("third").get(f"/cases/{case_id}").text
    auditor = bureau.visitor("auditor")
    assert "妻弟任法定代表人" in auditor.get("/recusals").text
    officer_was, officer_is = bureau.people.officer.name, bureau.people.third.name
    decided_on, declared = _rows(auditor.get("/audit/powers?group=recusals").text)
    replaced = f"主办人员 {officer_was} {officer_is}"
    _require_words(decided_on, f"被回避人 {officer_was}", replaced, "近姻亲关系", number)
    _require_words(declared, "申报回避", "妻弟任法定代表人", number)
    assert len(_rows(auditor.get(f"/audit/powers?group=recusals&person={officer_is}").text)) == 1
    _require_found_by_name(auditor, case_id)


def _require_one_primary(page: str, words: str) -> None:
    """Of all that may be done on the page one stands out."""
    assert re.findall(r'cf-button--primary"[^>]*>([^<]+)', page) == [words]


def _require_locked(page: str, *, decided_by: str) -> None:
    """The page says that the own tie waits and for whom, and its form takes nothing."""
    assert f"申报，由 {decided_by} 决定。决定之前，这件任务的步骤您不能办理" in page
    assert re.search(r'<fieldset class="cf-form" disabled', page)
    assert "data-draft=" not in page
    assert 'name="_submit"' not in page
    assert 'name="_refresh"' not in page


def _require_found_by_name(auditor: Visitor, case_id: int) -> None:
    """The two acts on the case are found by their names, in the language of the page alone."""
    search = f"/record?part=acts&stream=case:{case_id}&words="
    for words, count in (("回避", 2), ("申报回避", 1), ("declare a tie", 0), ("申报%25", 0)):
        assert len(_rows(auditor.get(search + words).text)) == count, words
    auditor.post("/preferences", {"locale": "en"})
    assert len(_rows(auditor.get(f"{search}declare a tie").text)) == 1
    auditor.post("/preferences", {"locale": "zh"})


def test_a_colleague_is_found_by_name_section_or_login(bureau: Bureau) -> None:
    officer, director = bureau.people.officer, bureau.visitor("director")
    unit = officer.posts[0].unit_name
    for typed in (officer.name, unit, "officer", f"{unit} {officer.name}"):
        found = director.get(f"/colleagues?login={typed}").text
        assert f"{officer.name} · " in found
        assert " · officer</option>" in found.replace('"></option>', "</option>")
    assert "<option" not in director.get("/colleagues?login=%25").text
    assert "<option" not in director.get("/colleagues?login=").text
    assert bureau.visitor("officer").get("/colleagues?login=chief").status_code == 403


def test_a_reader_is_named_by_what_was_chosen_by_name_or_by_login(bureau: Bureau) -> None:
    director, officer = bureau.visitor("director"), bureau.people.officer
    director.get("/keys")
    with bureau.database.reading():
        today = clock.today().isoformat()
    form = {"valid_from": today, "valid_to": today, "reason": "协查需要查看", "number": "none"}
    for typed in (officer.name, "officer", f"{officer.name} · 某局 某科 · officer"):
        answer = director.post("/powers/grants", {**form, "login": typed})
        assert answer.status_code == 404  # the person is known, the case is none
    unknown = director.post("/powers/grants", {**form, "login": "无此人"})
    assert "没有姓名或用户名为 无此人 的在职人员" in unknown.text
    assert 'value="无此人"' in unknown.text


def test_a_name_that_two_bear_is_asked_about(bureau: Bureau) -> None:
    director, people = bureau.visitor("director"), bureau.people
    director.get("/keys")
    with bureau.database.transaction() as session:
        twin = session.get_one(User, people.partner.user_id)
        before, twin.name = twin.name, people.officer.name
    answer = director.post("/powers/grants", {"login": people.officer.name})
    with bureau.database.transaction() as session:
        session.get_one(User, people.partner.user_id).name = before
    assert answer.status_code == 422
    assert "不止一人" in answer.text


def test_the_director_finds_anybody_to_name_a_deputy_for(bureau: Bureau) -> None:
    director, officer = bureau.visitor("director"), bureau.people.officer
    page = director.get(f"/deputies/new?principal={officer.name}").text
    assert f'name="principal" value="{officer.user_id}"' in page
    unknown = director.get("/deputies/new?principal=无此人").text
    assert ("没有可选的人员 无此人" in unknown, 'value="无此人"' in unknown) == (True, True)


def _rows(page: str) -> list[str]:
    """The rows of a list as text."""
    rows = re.findall(r"<tr[^>]*data-row.*?</tr>", page, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]*>", " ", row).split()) for row in rows]


def _require_words(row: str, *said: str) -> None:
    """A change is told in these words, and by no id, name of a column or ISO time."""
    assert all(each in row for each in said), row
    assert not re.search(r"_id\b|\dT\d\d:|user:|case:|\d{4}-\d\d-\d\d(?! \d\d:)", row), row
