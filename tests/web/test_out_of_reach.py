"""A deputy who is on no list of a sensitive file of the principal: said where it holds."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import event, select

from caseflow import clock, policy
from caseflow.models import Case, SensitiveFile, Taxpayer
from caseflow.reads.deputies import NAMED
from caseflow.services import bureau as bureaus
from caseflow.services import deputies, people, tasks
from caseflow.services.bureau import PostRow
from caseflow.services.powers import sensitive
from caseflow.vocabulary import SYSTEM, Role
from tests import cast, desk, factories
from tests.web.conftest import Bureau

REASON = "涉及举报人信息"


def test_the_row_of_a_deputyship_warns_as_long_as_the_deputy_is_on_no_list(
    bureau: Bureau,
) -> None:
    people, officer = bureau.people, bureau.visitor("officer")
    number = _at_desk_check(bureau)
    _give_work_to_deputy(bureau)
    form = _form(bureau, days=0)
    officer.get("/deputies/new")
    told = officer.post("/deputies/new", form)
    assert told.status_code == 303
    shown = officer.get("/deputies").text
    assert "代理今天起生效" in shown
    assert "cf-note--warn" not in shown
    with bureau.database.transaction() as session:
        file_id = sensitive.mark(session, people.leader, number=number, reason=REASON).id
    assert _warned(bureau, "officer") == [number]
    # Whoever may not see the file reads nothing of it, the deputy neither.
    assert _warned(bureau, "third") == []
    assert _warned(bureau, "auditor") == [number]
    few = _statements(bureau)
    more = [_at_desk_check(bureau, serial=serial) for serial in (31, 32, 33)]
    with bureau.database.transaction() as session:
        for each in more[:2]:
            sensitive.mark(session, people.leader, number=each, reason=REASON)
        payer = select(Taxpayer.tin).join(Case).where(Case.number == more[2])
        tin = session.scalars(payer).one()
        sensitive.mark(session, people.leader, tin=tin, reason=REASON)
    assert _warned(bureau, "officer") == ["、".join((number, *more))]
    assert _statements(bureau) == few
    with bureau.database.transaction() as session:
        sensitive.allow(session, people.leader, file_id, login="third")
    assert _warned(bureau, "officer") == ["、".join(more)]
    (address,) = re.findall(r"/deputies/\d+/revoke", officer.get("/deputies").text)
    assert officer.post(address, {}).status_code == 303
    assert _warned(bureau, "officer") == []


def test_the_answer_says_from_which_day_a_deputyship_holds(bureau: Bureau) -> None:
    officer = bureau.visitor("officer")
    form = _form(bureau, days=9)
    officer.get("/deputies/new")
    assert officer.post("/deputies/new", form).status_code == 303
    shown = officer.get("/deputies").text
    year, month, day = (int(part) for part in form["first"].split("-"))
    assert f"代理自 {year} 年 {month} 月 {day} 日起生效" in shown
    assert "今天起生效" not in shown


def test_a_deputyship_for_other_kinds_of_case_warns_of_nothing(bureau: Bureau) -> None:
    people = bureau.people
    number = _at_desk_check(bureau, serial=41)
    with bureau.database.transaction() as session:
        sensitive.mark(session, people.leader, number=number, reason=REASON)
        kind = session.scalars(select(Case.kind).where(Case.number == number)).one()
        others = frozenset(type(kind)) - {kind}
        first = clock.today() + timedelta(days=40)
        wish = deputies.Wish(first, first, REASON, None, others)
        principal, deputy = people.officer.user_id or 0, people.third.user_id or 0
        deputies.grant(session, people.chief, principal, deputy, wish=wish)
    assert number not in "".join(_warned(bureau, "officer"))


@pytest.mark.usefixtures("partner_heads_too")
def test_cases_of_an_officer_are_warned_of_where_the_post_of_officers_is_stood_in_for(
    bureau: Bureau,
) -> None:
    number = _marked(bureau, serial=60)
    _stand_in(bureau, roles=frozenset({Role.SECTION_CHIEF}))
    assert _warned(bureau, "partner") == []
    _end_all(bureau)
    _stand_in(bureau, roles=frozenset({Role.SECTION_CHIEF, Role.TAX_ADMINISTRATOR}))
    assert _warned(bureau, "partner") == [number]


@pytest.mark.usefixtures("partner_heads_too")
def test_a_step_held_is_warned_of_where_the_post_that_it_came_to_is_stood_in_for(
    bureau: Bureau,
) -> None:
    with bureau.database.transaction() as session:
        leader, partner = bureau.people.leader, bureau.people.partner.user_id or 0
        case = factories.case(session, factories.taxpayer(session, serial=61))
        dispatched = {"dispatch_decision": "assign", "section": str(case.section_id)}
        desk.do(session, leader, case, "dispatch", {**dispatched, "priority": "normal"})
        step = desk.open_task(session, case, "assign")
        tasks.claim(session, people.actor_of(session, partner), step.id)
        number = case.number
        sensitive.mark(session, leader, number=number, reason=REASON)
    _stand_in(bureau, roles=frozenset({Role.TAX_ADMINISTRATOR}))
    assert _warned(bureau, "partner") == []
    _end_all(bureau)
    _stand_in(bureau, roles=frozenset({Role.SECTION_CHIEF}))
    assert _warned(bureau, "partner") == [number]


def test_each_deputyship_names_some_files_and_says_how_many_there_are(bureau: Bureau) -> None:
    marked = [_marked(bureau, serial=70 + more) for more in range(NAMED)]
    for days in (0, 10):
        _stand_in(bureau, days=days)
    named = "、".join(marked)
    assert _warned(bureau, "partner") == [named] * 2
    _marked(bureau, serial=70 + NAMED)
    assert _warned(bureau, "partner") == [f"{named} 等 {NAMED + 1} 份"] * 2


@pytest.fixture(scope="module")
def partner_heads_too(bureau: Bureau) -> None:
    """The second officer is chief of the section besides."""
    with bureau.database.transaction() as session:
        post = PostRow("partner", Role.SECTION_CHIEF, "0101")
        bureaus.put_officers(session, SYSTEM, (), [post], since=cast.SINCE)


@pytest.fixture(autouse=True)
def _from_nothing(bureau: Bureau) -> None:
    """Each test begins without deputyships and marks: those of the one before have ended."""
    with bureau.database.transaction() as session:
        for file_id in session.scalars(select(SensitiveFile.id).where(policy.in_force())).all():
            sensitive.lift(session, bureau.people.director, file_id, reason=REASON)
    _end_all(bureau)


def _end_all(bureau: Bureau) -> None:
    for login in ("officer", "partner"):
        visitor = bureau.visitor(login)
        for address in set(re.findall(r"/deputies/\d+/revoke", visitor.get("/deputies").text)):
            visitor.post(address, {})


def _stand_in(bureau: Bureau, *, roles: frozenset[Role] | None = None, days: int = 0) -> None:
    """A chief of another section, who has no case of this one, acts for the second officer."""
    principal, deputy = bureau.people.partner, bureau.people.other_chief
    with bureau.database.transaction() as session:
        day = clock.today() + timedelta(days=days)
        wish = deputies.Wish(day, day, REASON, roles)
        deputies.grant(session, principal, principal.user_id or 0, deputy.user_id or 0, wish=wish)


def _marked(bureau: Bureau, *, serial: int) -> str:
    """The number of a sensitive case at its desk check."""
    number = _at_desk_check(bureau, serial=serial)
    with bureau.database.transaction() as session:
        sensitive.mark(session, bureau.people.leader, number=number, reason=REASON)
    return number


def _at_desk_check(bureau: Bureau, *, serial: int = 30) -> str:
    with bureau.database.transaction() as session:
        case = factories.case(session, factories.taxpayer(session, serial=serial))
        desk.to_desk_check(session, bureau.people, case)
        return case.number


def _give_work_to_deputy(bureau: Bureau) -> None:
    """An open step of another case, which opens no other to the deputy."""
    people = bureau.people
    with bureau.database.transaction() as session:
        case = factories.case(session, factories.taxpayer(session, serial=50))
        dispatched = {"dispatch_decision": "assign", "section": str(case.section_id)}
        desk.do(session, people.leader, case, "dispatch", {**dispatched, "priority": "normal"})
        named = {"main_officer": people.third, "second_officer": people.partner}
        sent = {name: str(person.user_id) for name, person in named.items()}
        desk.do(session, people.chief, case, "assign", {"assign_decision": "assign", **sent})


def _form(bureau: Bureau, *, days: int) -> dict[str, str]:
    with bureau.database.reading():
        first = clock.today() + timedelta(days=days)
    return {
        "principal": str(bureau.people.officer.user_id),
        "deputy": str(bureau.people.third.user_id),
        "first": first.isoformat(),
        "last": (first + timedelta(days=3)).isoformat(),
        "reason": "年休假",
    }


def _warned(bureau: Bureau, login: str) -> list[str]:
    """The sensitive files of which the rows of deputyships warn."""
    text = bureau.visitor(login).get("/deputies").text
    return re.findall(r"cf-note--warn.*?<p>代理人不在涉密案卷 (.+?) ?的查阅名单上", text, re.DOTALL)


def _statements(bureau: Bureau) -> int:
    seen: list[object] = []

    def note(*told: object) -> None:
        seen.append(told[2])

    event.listen(bureau.database.engine, "before_cursor_execute", note)
    try:
        assert bureau.visitor("officer").get("/deputies").status_code == 200
    finally:
        event.remove(bureau.database.engine, "before_cursor_execute", note)
    return len(seen)
