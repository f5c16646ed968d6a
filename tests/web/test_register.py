"""The register of sensitive files: what its cards say of readers, of other marks and of lifting."""

import re

from caseflow.models import Taxpayer
from caseflow.services.powers import sensitive
from tests import desk, factories
from tests.web.conftest import Bureau

REASON = "涉及举报人信息"
_BY_HOUSEHOLD = "纳税人另有标记，名单之外：看不到，请也列入该名单"
_BY_CASE = "任务 {number} 另有标记，名单之外：看不到，请也列入该名单"


def test_each_card_says_whom_the_other_mark_keeps_out(bureau: Bureau) -> None:
    people, number, tin = bureau.people, *_case(bureau, serial=60)
    with bureau.database.transaction() as session:
        of_case = sensitive.mark(session, people.leader, number=number, reason=REASON).id
        of_home = sensitive.mark(session, people.leader, tin=tin, reason=REASON).id
        sensitive.allow(session, people.leader, of_case, login="chief")
        sensitive.allow(session, people.leader, of_home, login="third")
        # The officer keeps the case in any case; no list is needed.
        sensitive.allow(session, people.leader, of_case, login="officer")
        # Nobody may hide a file from supervision.
        sensitive.allow(session, people.leader, of_case, login="auditor")
    by_case = _BY_CASE.format(number=number)
    case_card, home_card = _cards(bureau, "leader", of_case), _cards(bureau, "leader", of_home)
    assert case_card.count(_BY_HOUSEHOLD) == 1
    assert _BY_HOUSEHOLD in _line(case_card, people.chief.name)
    assert by_case in _line(home_card, people.third.name)
    assert bureau.visitor("chief").get(f"/cases?text={number}").text.count(f">{number}<") == 0
    with bureau.database.transaction() as session:
        sensitive.allow(session, people.leader, of_home, login="chief")
        sensitive.allow(session, people.leader, of_case, login="third")
    for mark_id in (of_case, of_home):
        assert "名单之外" not in _cards(bureau, "leader", mark_id)
    assert bureau.visitor("chief").get(f"/cases?text={number}").text.count(f">{number}<") == 1


def test_whoever_does_not_keep_the_other_mark_reads_nothing_of_it(bureau: Bureau) -> None:
    people, number, tin = bureau.people, *_case(bureau, serial=61)
    with bureau.database.transaction() as session:
        of_case = sensitive.mark(session, people.leader, number=number, reason=REASON).id
        of_home = sensitive.mark(session, people.director, tin=tin, reason=REASON).id
        sensitive.allow(session, people.leader, of_case, login="third")
    assert f'action="/powers/sensitive/{of_home}/' not in _page(bureau, "leader")
    assert "名单之外" not in _cards(bureau, "leader", of_case)
    assert _BY_HOUSEHOLD in _cards(bureau, "director", of_case)


def test_a_line_says_who_named_the_reader_and_a_lifted_card_says_why(bureau: Bureau) -> None:
    people, number, tin = bureau.people, *_case(bureau, serial=62)
    lifted = "举报人身份已公开"
    for what in ({"number": number}, {"tin": tin}):
        with bureau.database.transaction() as session:
            file_id = sensitive.mark(session, people.leader, reason=REASON, **what).id
            sensitive.allow(session, people.leader, file_id, login="third")
            said = f"{people.third.name}，由{people.leader.name}列入，"
        assert said in _cards(bureau, "leader", file_id)
        with bureau.database.transaction() as session:
            sensitive.lift(session, people.director, file_id, reason=f"{lifted}{file_id}")
        assert f"<dt>解除理由</dt><dd>{lifted}{file_id}</dd>" in _page(bureau, "leader")


def test_the_form_is_folded_before_a_register_and_open_with_what_was_refused(
    bureau: Bureau,
) -> None:
    number, _ = _case(bureau, serial=63)
    with bureau.database.transaction() as session:
        sensitive.mark(session, bureau.people.leader, number=number, reason=REASON)
    leader = bureau.visitor("leader")
    folded = r'<details class="cf-card cf-fold cf-fold--first"><summary>标记涉密'
    assert re.search(folded, leader.get("/powers/sensitive").text)
    typed = {"number": "", "tin": "", "reason": "有理由而没有对象"}
    refused = leader.post("/powers/sensitive/review", typed)
    assert refused.status_code == 422
    assert not re.search(folded, refused.text)
    assert "有理由而没有对象" in refused.text


def _case(bureau: Bureau, *, serial: int) -> tuple[str, str]:
    """The number of a new case at its desk check, and its household's."""
    with bureau.database.transaction() as session:
        case = factories.case(session, factories.taxpayer(session, serial=serial))
        desk.to_desk_check(session, bureau.people, case)
        return case.number, session.get_one(Taxpayer, case.taxpayer_id).tin


def _page(bureau: Bureau, login: str) -> str:
    return bureau.visitor(login).get("/powers/sensitive").text


def _cards(bureau: Bureau, login: str, mark_id: int) -> str:
    """The card of one mark in force."""
    cards = _page(bureau, login).split('<section class="cf-card">')
    (card,) = (each for each in cards if f"/powers/sensitive/{mark_id}/readers" in each)
    return card


def _line(card: str, name: str) -> str:
    """The line of a reader."""
    (line,) = (each for each in card.split("<li") if f"<span>{name}，由" in each)
    return line
