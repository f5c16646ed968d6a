"""Incompatible duties 不相容岗位: one person, however many posts, is one person in a case."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from caseflow import clock
from caseflow.models import Case, Post, Task
from caseflow.services import bureau, deputies, recusals, roster, tasks
from caseflow.services import people as signing
from caseflow.services.bureau import PostRow
from caseflow.services.deputies import Wish
from caseflow.services.recusals import Successor, Tie
from caseflow.vocabulary import SYSTEM, Actor, Forbidden, Invalid, NotFound, Role
from tests import cast, desk, factories
from tests.cast import Cast
from tests.desk import own_names

_AGREED = {"review_decision": "agree", "opinion": "同意"}
_TAXED = {
    "finding": "confirmed",
    "amounts": [
        {
            "tax": "vat",
            "period": "2009-09",
            "declared": "0.00",
            "recomputed": "50000.00",
            "due_on": "2009-10-23",
        }
    ],
}


def also(session: Session, who: Actor, role: Role, unit_of: Actor) -> Actor:
    """The same person with one more post, in the unit of somebody."""
    session.add(
        Post(
            user_id=who.user_id,
            unit_id=unit_of.posts[0].unit_id,
            role=role,
            line=None,
            household_kind=None,
            valid_from=cast.SINCE,
            valid_to=None,
        )
    )
    session.flush()
    return signing.actor_of(session, who.user_id or 0)


def to_review(session: Session, people: Cast) -> Case:
    case = factories.case(session, factories.taxpayer(session))
    desk.to_desk_check(session, people, case)
    desk.check(session, people, case)
    desk.do(session, people.officer, case, "conclusion", desk.conclusion(session, case, **_TAXED))
    return case


@pytest.mark.parametrize("login", ["officer", "partner"])
def test_an_officer_of_the_case_cannot_review_it_as_its_chief(session: Session, login: str) -> None:
    people = cast.enter(session)
    both = also(session, people.people[login], Role.SECTION_CHIEF, people.chief)
    case = to_review(session, people)
    relation = "main_officer" if login == "officer" else "second_officer"
    assert desk.barred_by(session, both, case, "review") == relation
    desk.do(session, people.chief, case, "review", _AGREED)


@pytest.mark.parametrize(
    ("login", "because"),
    [("officer", "main_officer"), ("partner", "second_officer"), ("chief", "deciding/review")],
)
def test_nobody_who_acted_in_the_case_approves_it(
    session: Session, login: str, because: str
) -> None:
    people = cast.enter(session)
    both = also(session, people.people[login], Role.DISTRICT_DEPUTY, people.leader)
    case = to_review(session, people)
    desk.do(session, people.chief, case, "review", _AGREED)
    assert desk.barred_by(session, both, case, "approval") == because


def test_a_chief_who_reviewed_before_a_sending_back_stays_barred_from_approval(
    session: Session,
) -> None:
    people = cast.enter(session)
    both = also(session, people.chief, Role.DISTRICT_DEPUTY, people.leader)
    second_chief = also(session, people.third, Role.SECTION_CHIEF, people.chief)
    case = to_review(session, people)
    back = {"next_step": "conclude", "return_reason": "evidence", "return_text": "请补充购销合同。"}
    sent_back = {"review_decision": "send_back", "opinion": "退回", **back}
    desk.do(session, people.chief, case, "review", sent_back)
    desk.do(session, people.officer, case, "conclusion", desk.conclusion(session, case, **_TAXED))
    desk.do(session, second_chief, case, "review", _AGREED)
    assert desk.barred_by(session, both, case, "approval") == "deciding/review"


def test_four_people_end_a_case_of_much_tax(session: Session) -> None:
    people = cast.enter(session)
    case = to_review(session, people)
    desk.do(session, people.chief, case, "review", _AGREED)
    approved = {"approval_decision": "agree", "opinion": "同意", "invoice_stop": "no"}
    desk.do(session, people.leader, case, "approval", approved)
    acted = select(own_names().label("step"), Task.done_by).where(
        Task.case_id == case.id, Task.done_by.is_not(None)
    )
    by = {row.step: row.done_by for row in session.execute(acted)}
    assert len({by[step] for step in ("accept_main", "accept_second", "review", "approval")}) == 4


def test_the_step_of_the_second_officer_is_on_no_other_desk(session: Session) -> None:
    people = cast.enter(session)
    case = factories.case(session, factories.taxpayer(session))
    desk.to_desk_check(session, people, case)
    task = desk.open_task(session, case, "desk_check")
    for other in (people.partner, people.chief, people.leader):
        with pytest.raises(Forbidden, match="not_yours"):
            tasks.claim(session, other, task.id)
        with pytest.raises(Forbidden, match="not_yours"):
            desk.hand_in(session, other, task, {})


def test_a_recused_officer_cannot_be_named_again(session: Session) -> None:
    people = cast.enter(session)
    case = factories.case(session, factories.taxpayer(session))
    dispatched = {"dispatch_decision": "assign", "section": str(case.section_id)}
    desk.do(session, people.leader, case, "dispatch", {**dispatched, "priority": "normal"})
    first = {
        "assign_decision": "assign",
        "main_officer": str(people.officer.user_id),
        "second_officer": str(people.partner.user_id),
    }
    desk.do(session, people.chief, case, "assign", first)
    declared = {"recusal": "in_law", "recusal_note": "纳税人法定代表人系本人妻弟"}
    desk.do(session, people.officer, case, "accept_main", declared)
    desk.do(session, people.chief, case, "decide_main_recusal", {"recusal_decision": "replace"})
    with pytest.raises(Invalid) as refusal:
        desk.do(session, people.chief, case, "assign", first)
    assert desk.refused(refusal.value) == {"main_officer": "recused"}


def test_a_post_that_ended_yesterday_opens_nothing(session: Session) -> None:
    people = cast.enter(session)
    case = factories.case(session, factories.taxpayer(session))
    yesterday: date = clock.today() - timedelta(days=1)
    leaders = Post.user_id == people.leader.user_id
    session.execute(update(Post).where(leaders).values(valid_to=yesterday))
    former = signing.actor_of(session, people.leader.user_id or 0)
    with pytest.raises(NotFound):
        tasks.claim(session, former, desk.open_task(session, case, "dispatch").id)


def test_an_officer_of_another_section_cannot_be_named(session: Session) -> None:
    people = cast.enter(session)
    case = factories.case(session, factories.taxpayer(session))
    dispatched = {"dispatch_decision": "assign", "section": str(case.section_id)}
    desk.do(session, people.leader, case, "dispatch", {**dispatched, "priority": "normal"})
    named = {
        "assign_decision": "assign",
        "main_officer": str(people.officer.user_id),
        "second_officer": str(people.other_officer.user_id),
    }
    with pytest.raises(Invalid) as refusal:
        desk.do(session, people.chief, case, "assign", named)
    assert desk.refused(refusal.value) == {"second_officer": "not_an_officer_of_the_section"}


@pytest.mark.parametrize(
    ("login", "role"),
    [
        ("sysadmin", Role.SECTION_CHIEF),
        ("auditor", Role.POST_ANALYSIS),
        ("officer", Role.SYS_ADMIN),
        ("officer", Role.INSPECTOR),
        ("officer", Role.POST_INVOICE),
    ],
)
def test_posts_that_exclude_each_other_are_not_put_on_file(
    session: Session, login: str, role: Role
) -> None:
    cast.enter(session)
    post = PostRow(login, role, "01")
    with pytest.raises(Invalid, match="posts_exclude"):
        bureau.put_officers(session, SYSTEM, (), [post], since=clock.today())
    ended = replace(post, valid_from=date(1999, 1, 1), valid_to=date(1999, 12, 31))
    bureau.put_officers(session, SYSTEM, (), [ended], since=clock.today())


def test_a_table_that_unites_what_excludes_each_other_is_refused_by_its_row(
    session: Session,
) -> None:
    cast.enter(session)
    table = roster.Tables(posts=(PostRow("officer", Role.INSPECTOR, "01"),))
    with pytest.raises(Invalid) as refusal:
        roster.bring_up_to_date(session, SYSTEM, table)
    faults = refusal.value.values["faults"]
    assert isinstance(faults, tuple)
    assert [(fault.place, fault.code) for fault in faults] == [(0, "POSTS_EXCLUDE")]


_BACK = {"next_step": "conclude", "return_reason": "evidence", "return_text": "请补充购销合同。"}
_SENT_BACK = {"review_decision": "send_back", "opinion": "退回", **_BACK}


def _stands_for(session: Session, deputy: Actor, principal: Actor) -> Actor:
    """Somebody who acts for another from today on."""
    wish = Wish(clock.today(), clock.today(), "休年假")
    deputies.grant(session, principal, principal.user_id or 0, deputy.user_id or 0, wish=wish)
    return signing.actor_of(session, deputy.user_id or 0)


def test_who_reviewed_writes_no_conclusion_for_the_officer(session: Session) -> None:
    people = cast.enter(session)
    case = to_review(session, people)
    desk.do(session, people.chief, case, "review", _SENT_BACK)
    chief = _stands_for(session, people.chief, people.officer)
    answers = desk.conclusion(session, case, **_TAXED)
    with pytest.raises(Forbidden) as refusal:
        desk.do(session, chief, case, "conclusion", answers)
    assert (refusal.value.code, refusal.value.values["because"]) == ("barred", "deciding/review")
    officer = signing.actor_of(session, people.officer.user_id or 0)
    desk.do(session, officer, case, "conclusion", answers)


def test_nor_does_whoever_stands_for_the_one_who_reviewed(session: Session) -> None:
    people = cast.enter(session)
    case = to_review(session, people)
    desk.do(session, people.chief, case, "review", _SENT_BACK)
    _stands_for(session, people.deputy, people.officer)
    deputy = _stands_for(session, people.deputy, people.chief)
    with pytest.raises(Forbidden, match="barred"):
        desk.do(session, deputy, case, "conclusion", desk.conclusion(session, case, **_TAXED))


def test_an_officer_who_stands_for_the_reviewer_does_the_own_step(session: Session) -> None:
    people = cast.enter(session)
    case = to_review(session, people)
    desk.do(session, people.chief, case, "review", _SENT_BACK)
    also(session, people.officer, Role.SECTION_CHIEF, people.other_chief)
    officer = _stands_for(session, people.officer, people.chief)
    desk.do(session, officer, case, "conclusion", desk.conclusion(session, case, **_TAXED))


def test_who_reviewed_closes_nothing_for_the_officer(session: Session) -> None:
    people = cast.enter(session)
    case = factories.case(session, factories.taxpayer(session))
    desk.to_desk_check(session, people, case)
    desk.check(session, people, case)
    desk.do(session, people.officer, case, "conclusion", desk.conclusion(session, case))
    desk.do(session, people.chief, case, "review", _AGREED)
    chief = _stands_for(session, people.chief, people.officer)
    with pytest.raises(Forbidden, match="barred"):
        desk.do(session, chief, case, "closing_check", {"sign_off": True})


def test_who_reviewed_goes_on_as_no_officer(session: Session) -> None:
    people = cast.enter(session)
    also(session, people.chief, Role.TAX_ADMINISTRATOR, people.officer)
    case = to_review(session, people)
    desk.do(session, people.chief, case, "review", _SENT_BACK)
    ordered = Tie("in_law", "纳税人法定代表人系本人妻弟")
    successor = Successor(officer=people.chief.user_id)
    officer = people.officer.user_id or 0
    with pytest.raises(Invalid, match="recusal_decided_in_case"):
        recusals.order(session, people.leader, case.id, officer, tie=ordered, successor=successor)


def test_who_reviewed_is_not_named_after_a_third_return(session: Session) -> None:
    people = cast.enter(session)
    also(session, people.third, Role.SECTION_CHIEF, people.chief)
    case = to_review(session, people)
    third = signing.actor_of(session, people.third.user_id or 0)
    for _ in range(2):
        desk.do(session, third, case, "review", _SENT_BACK)
        answers = desk.conclusion(session, case, **_TAXED)
        desk.do(session, people.officer, case, "conclusion", answers)
    desk.do(session, third, case, "review", _SENT_BACK)
    changed = {"third_return_decision": "change_officers", "reason": "三次退回，改派其他人员核查。"}
    desk.do(session, people.leader, case, "third_return", changed)
    named = {
        "assign_decision": "assign",
        "main_officer": str(people.third.user_id),
        "second_officer": str(people.partner.user_id),
    }
    with pytest.raises(Invalid) as refusal:
        desk.do(session, people.chief, case, "assign", named)
    assert desk.refused(refusal.value) == {"main_officer": "decided_in_case"}
