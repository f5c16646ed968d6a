"""A case's page says whose clock runs, whose stands still, since when and until when."""

import re
from datetime import date

from caseflow import clock
from caseflow.models import Case
from tests import desk, factories
from tests.web.conftest import Bureau

LETTER = {"inquiry_method": "letter", "questions": "第四季度进项税额增长的原因是什么？"}


def _clocks(page: str) -> list[str]:
    page = re.sub(r"<details.+?</details>", "", page, flags=re.DOTALL)
    found = re.findall(r'<ul class="cf-clocks".+?</ul>', page, re.DOTALL)[0]
    return [
        " ".join(re.sub(r"<[^>]+>", " ", line).split())
        for line in re.findall(r"<li.+?</li>", found, re.DOTALL)
    ]


def test_step_and_case_each_say_their_own_days(bureau: Bureau) -> None:
    step, whole = _clocks(bureau.visitor("officer").get("/cases/2").text)
    assert step == "本步骤 案头核查 已用 0/5 个工作日 剩 5 天"
    assert whole == "全程 已用 0/20 个工作日 剩 20 天"


def test_how_each_limit_was_counted_stands_beside_its_date(bureau: Bureau) -> None:
    visitor = bureau.visitor("officer")
    told = re.findall(r"<details.+?</details>", visitor.get("/cases/2").text, re.DOTALL)
    step, whole = (each for each in told if "期限怎么算的" in each)
    assert "起算 5 个工作日" in step
    assert "起算 20 个工作日" in whole
    for each in (step, whole):
        assert "（内部办理期限规定）" in each
        assert "工作日，计入" in each
        assert "到期日" in each
        assert 'href="/time-measures"' in each
    preview = visitor.get("/inbox").text
    assert "起算 5 个工作日" in preview


def test_onlooker_of_a_dispatched_case_sees_the_limit_that_runs(bureau: Bureau) -> None:
    with bureau.database.transaction() as session:
        case = session.get_one(Case, 1)
        dispatched = {"dispatch_decision": "assign", "section": str(case.section_id)}
        desk.do(
            session, bureau.people.leader, case, "dispatch", {**dispatched, "priority": "normal"}
        )
    step, whole = _clocks(bureau.visitor("leader").get("/cases/1").text)
    assert step == "本步骤 派员 已用 0/1 个工作日 剩 1 天"
    assert whole == "全程 主办、协办都接收后起算"


def test_clock_that_waits_for_the_taxpayer_says_since_and_until_when(bureau: Bureau) -> None:
    with bureau.database.transaction() as session:
        people = bureau.people
        case = factories.case(session, factories.taxpayer(session, serial=3))
        desk.to_desk_check(session, people, case)
        desk.check(session, people, case, then="inquiry")
        desk.do(session, people.officer, case, "make_inquiry", LETTER)
        signed = {"letter_signature": "sign", "opinion": "同意"}
        desk.do(session, people.chief, case, "sign_letter", signed)
        served = {"served_on": clock.today().isoformat(), "method": "direct", "receiver": "王会计"}
        serving = {"letter_service": "served", **served, "receipt": []}
        desk.do(session, people.officer, case, "serve_letter", serving)
        number, today = case.id, clock.today()
        until = date.fromisoformat(
            str((desk.open_task(session, case, "reply").due_facts or {})["on"])
        )
    _step, whole, still = _clocks(bureau.visitor("officer").get(f"/cases/{number}").text)
    assert whole == "全程 已用 0/20 个工作日"
    assert still == (
        f"期限暂停计算：{today.year} 年 {today.month} 月 {today.day} 日起等待纳税人，"
        f"至答复或 {until.year} 年 {until.month} 月 {until.day} 日期满为止"
    )


def test_clock_of_the_case_ends_with_the_first_conclusion(bureau: Bureau) -> None:
    with bureau.database.transaction() as session:
        people = bureau.people
        case = factories.case(session, factories.taxpayer(session, serial=4))
        desk.to_desk_check(session, people, case)
        desk.check(session, people, case)
        desk.do(session, people.officer, case, "conclusion", desk.conclusion(session, case))
        number, today = case.id, clock.today()
    whole = _clocks(bureau.visitor("chief").get(f"/cases/{number}").text)[-1]
    assert whole == f"全程 已用 0/20 个工作日（{today:%m-%d} 提交结论止）"
