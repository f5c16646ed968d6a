"""Deputies 代理: who may grant what to whom, chains, and acts in another's name."""

import itertools
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from caseflow import clock
from caseflow.models import Answer, Case, Deputy, Draft
from caseflow.models.record import RecordEvent
from caseflow.reads import inbox
from caseflow.services import attachments, deputies, tasks
from caseflow.services import people as signing
from caseflow.services.deputies import Wish
from caseflow.vocabulary import Actor, CaseKind, Conflict, Forbidden, Invalid, NotFound, Role
from tests import cast, desk, factories
from tests.cast import Cast

AGREED = {"review_decision": "agree", "opinion": "同意"}


def wish(days: int = 5, *, since: int = 0, **more: object) -> Wish:
    first = clock.today() + timedelta(days=since)
    return Wish(first, first + timedelta(days=days), "休年假", **more)  # type: ignore[arg-type]  # as each test asks


def named(session: Session, by: Actor, principal: Actor, deputy: Actor, **more: object) -> Deputy:
    """Somebody lets one act for another."""
    return deputies.grant(
        session,
        by,
        principal.user_id or 0,
        deputy.user_id or 0,
        wish=wish(**more),  # type: ignore[arg-type]  # as each test asks
    )


def today(session: Session, who: Actor) -> Actor:
    """Somebody as of now, with the deputyships that began since."""
    return signing.actor_of(session, who.user_id or 0)


def to_review(session: Session, people: Cast) -> Case:
    case = factories.case(session, factories.taxpayer(session))
    desk.to_desk_check(session, people, case)
    desk.check(session, people, case)
    desk.do(session, people.officer, case, "conclusion", desk.conclusion(session, case))
    return case


def test_superior_names_a_deputy_who_acts_and_both_stand_in_the_record(session: Session) -> None:
    people = cast.enter(session)
    case = to_review(session, people)
    named(session, people.leader, people.chief, people.deputy)
    task = desk.do(session, today(session, people.deputy), case, "review", AGREED)
    chief, deputy = people.chief.user_id, people.deputy.user_id
    assert (task.done_by, task.done_for, task.done_through) == (deputy, chief, None)
    answer = session.scalars(select(Answer).where(Answer.task_id == task.id)).one()
    assert (answer.user_id, answer.for_id) == (deputy, chief)
    signed = session.scalars(
        select(RecordEvent.actor).where(
            RecordEvent.stream == f"case:{case.id}", RecordEvent.action == "task.completed"
        )
    ).all()
    assert f"user:{deputy}/for:{chief}" in signed


def test_a_file_handed_in_for_the_principal_is_signed_as_such(session: Session) -> None:
    people = cast.enter(session)
    case = to_review(session, people)
    named(session, people.leader, people.chief, people.deputy)
    deputy = today(session, people.deputy)
    task = tasks.claim(session, deputy, desk.open_task(session, case, "review").id)
    paper = [b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\n%%EOF\n"]
    file = attachments.add(
        session, deputy, task.id, field="evidence", name="意见.pdf", chunks=paper
    )
    attachments.remove(session, deputy, file.id)
    signed = select(RecordEvent.action, RecordEvent.actor).where(
        RecordEvent.action.startswith("attachment.")
    )
    both = f"user:{deputy.user_id}/for:{people.chief.user_id}"
    assert {(row.action, row.actor) for row in session.execute(signed)} == {
        ("attachment.added", both),
        ("attachment.removed", both),
    }


def test_grant_and_end_are_events_of_the_principal(session: Session) -> None:
    people = cast.enter(session)
    row = named(session, people.leader, people.chief, people.other_chief)
    deputies.revoke(session, people.chief, row.id)
    acts = session.execute(
        select(RecordEvent.action, RecordEvent.actor)
        .where(RecordEvent.stream == f"user:{people.chief.user_id}")
        .order_by(RecordEvent.seq)
    ).all()
    assert [tuple(act) for act in acts] == [
        ("deputy.granted", people.leader.signature),
        ("deputy.revoked", people.chief.signature),
    ]


def test_principal_names_a_deputy_for_the_own_leave(session: Session) -> None:
    people = cast.enter(session)
    named(session, people.chief, people.chief, people.other_chief)
    standing = today(session, people.other_chief).stands_for
    assert [each.principal_id for each in standing] == [people.chief.user_id]


@pytest.mark.parametrize("login", ["other_chief", "officer", "far_leader", "info", "sysadmin"])
def test_nobody_else_names_a_deputy(session: Session, login: str) -> None:
    people = cast.enter(session)
    code = "deputy_by_deputy" if login == "other_chief" else "deputy_not_yours"
    with pytest.raises(Forbidden, match=code):
        named(session, people.people[login], people.chief, people.other_chief)


@pytest.mark.parametrize(
    ("login", "code"),
    [
        ("officer", "deputy_too_low"),
        ("far_chief", "deputy_elsewhere"),
        ("far_leader", "deputy_elsewhere"),
        ("auditor", "deputy_other_duty"),
        ("sysadmin", "deputy_other_duty"),
    ],
)
def test_unfit_deputies_are_refused(session: Session, login: str, code: str) -> None:
    people = cast.enter(session)
    with pytest.raises(Invalid, match=code):
        named(session, people.leader, people.chief, people.people[login])


def test_nobody_is_the_own_deputy(session: Session) -> None:
    people = cast.enter(session)
    with pytest.raises(Invalid, match="deputy_oneself"):
        named(session, people.leader, people.chief, people.chief)


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"since": -1}, "deputy_past"),
        ({"days": -1}, "deputy_days"),
        ({"days": 366}, "deputy_too_long"),
        ({"roles": frozenset({Role.DISTRICT_DIRECTOR})}, "deputy_roles"),
        ({"roles": frozenset()}, "deputy_roles"),
    ],
)
def test_wishes_that_make_no_sense_are_refused(
    session: Session, asked: dict[str, object], code: str
) -> None:
    people = cast.enter(session)
    with pytest.raises(Invalid, match=code):
        named(session, people.leader, people.chief, people.other_chief, **asked)


def test_two_for_the_same_work_on_one_day_are_refused_and_two_kinds_are_not(
    session: Session,
) -> None:
    people = cast.enter(session)
    named(session, people.leader, people.chief, people.other_chief, kinds=frozenset({CaseKind.WV}))
    with pytest.raises(Invalid, match="deputy_taken"):
        named(session, people.leader, people.chief, people.deputy, since=5)
    named(session, people.leader, people.chief, people.deputy, kinds=frozenset({CaseKind.TA}))
    named(session, people.leader, people.chief, people.deputy, since=6)


def test_a_wish_sent_twice_is_granted_once(session: Session) -> None:
    people = cast.enter(session)
    first = named(session, people.leader, people.chief, people.other_chief)
    assert named(session, people.leader, people.chief, people.other_chief).id == first.id


def four(session: Session) -> list[Actor]:
    """Four people of one section, each of whom may stand in for the others."""
    people = cast.enter(session)
    return [people.officer, people.partner, people.third, people.chief]


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_a_third_link_is_refused_in_whatever_order_they_come(
    session: Session, order: tuple[int, ...]
) -> None:
    chain = four(session)
    for place in order[:2]:
        named(session, chain[place], chain[place], chain[place + 1])
    with pytest.raises(Invalid, match="deputy_chain") as refusal:
        named(session, chain[order[2]], chain[order[2]], chain[order[2] + 1])
    assert refusal.value.values["chain"] == " → ".join(each.name for each in chain)


def test_circles_are_refused(session: Session) -> None:
    one, other, third, _ = four(session)
    named(session, one, one, other)
    with pytest.raises(Invalid, match="deputy_circle"):
        named(session, other, other, one)
    named(session, other, other, third)
    with pytest.raises(Invalid, match="deputy_circle"):
        named(session, third, third, one)


def test_links_on_other_days_make_no_chain(session: Session) -> None:
    chain = four(session)
    for place in range(3):
        named(session, chain[place], chain[place], chain[place + 1], days=1, since=place * 2)


def test_a_deputy_of_a_deputy_acts_through_the_one_between(session: Session) -> None:
    people = cast.enter(session)
    case = to_review(session, people)
    named(session, people.chief, people.chief, people.deputy)
    named(session, people.deputy, people.deputy, people.leader)
    leader = today(session, people.leader)
    task = desk.do(session, leader, case, "review", AGREED)
    assert (task.done_for, task.done_through) == (people.chief.user_id, people.deputy.user_id)


def test_roles_and_kinds_bound_what_comes_to_the_deputy(session: Session) -> None:
    people = cast.enter(session)
    case = to_review(session, people)
    named(session, people.leader, people.chief, people.deputy, kinds=frozenset({CaseKind.TA}))
    task = desk.open_task(session, case, "review")
    with pytest.raises(Forbidden, match="not_your_post"):
        tasks.claim(session, today(session, people.deputy), task.id)


def test_inbox_shows_what_came_for_the_principal_and_filters_by_it(session: Session) -> None:
    people = cast.enter(session)
    to_review(session, people)
    named(session, people.leader, people.chief, people.deputy)
    deputy = today(session, people.deputy)
    chief = people.chief.user_id
    (row,) = inbox.of(session, deputy, inbox.Wish()).rows
    assert (row.for_id, row.for_name) == (chief, people.chief.name)
    assert len(inbox.of(session, deputy, inbox.Wish(for_id=chief)).rows) == 1
    assert inbox.of(session, deputy, inbox.Wish(for_id=0)).rows == ()


def test_the_second_officer_does_not_act_for_the_main_officer(session: Session) -> None:
    people = cast.enter(session)
    case = factories.case(session, factories.taxpayer(session))
    desk.to_desk_check(session, people, case)
    named(session, people.chief, people.officer, people.partner)
    with pytest.raises(Forbidden, match="barred") as refusal:
        desk.check(
            session, Cast({**people.people, "officer": today(session, people.partner)}), case
        )
    assert refusal.value.values["because"] == "second_officer"


def taxed(session: Session, people: Cast) -> Case:
    """A case whose tax the district's leaders must approve, before the review."""
    case = factories.case(session, factories.taxpayer(session))
    desk.to_desk_check(session, people, case)
    desk.check(session, people, case)
    found = taxes("50000.00")
    desk.do(session, people.officer, case, "conclusion", desk.conclusion(session, case, **found))
    return case


def taxes(amount: str) -> dict[str, object]:
    """What a conclusion says of so much tax."""
    row = {"tax": "vat", "period": "2009-09", "declared": "0.00", "due_on": "2009-10-23"}
    return {"finding": "confirmed", "amounts": [{**row, "recomputed": amount}]}


def test_whoever_reviewed_for_the_chief_does_not_approve_even_after_it_ended(
    session: Session,
) -> None:
    people = cast.enter(session)
    case = taxed(session, people)
    row = named(session, people.leader, people.chief, people.deputy)
    desk.do(session, today(session, people.deputy), case, "review", AGREED)
    assert (
        desk.barred_by(session, today(session, people.deputy), case, "approval")
        == "deciding/review"
    )
    deputies.revoke(session, people.leader, row.id)
    assert (
        desk.barred_by(session, today(session, people.deputy), case, "approval")
        == "deciding/review"
    )


def test_whoever_stands_for_the_reviewer_today_does_not_approve(session: Session) -> None:
    people = cast.enter(session)
    case = taxed(session, people)
    desk.do(session, people.chief, case, "review", AGREED)
    named(session, people.leader, people.chief, people.deputy)
    assert (
        desk.barred_by(session, today(session, people.deputy), case, "approval")
        == "deciding/review"
    )


def test_a_step_left_half_done_when_the_grant_ends_is_free_and_the_draft_stays(
    session: Session,
) -> None:
    people = cast.enter(session)
    case = to_review(session, people)
    row = named(session, people.leader, people.chief, people.deputy)
    deputy = today(session, people.deputy)
    task = tasks.claim(session, deputy, desk.open_task(session, case, "review").id)
    tasks.save_draft(session, deputy, task.id, {"opinion": ["拟同意"]})
    deputies.revoke(session, people.leader, row.id)
    session.refresh(task)
    assert (task.assignee_id, task.held_for) == (None, None)
    with pytest.raises(Forbidden):
        desk.hand_in(session, today(session, people.deputy), task, AGREED)
    kept = session.scalars(select(Draft).where(Draft.task_id == task.id)).one()
    assert kept.content == {"opinion": ["拟同意"]}


def test_after_the_last_day_the_deputy_is_told_and_the_sweep_frees_the_step(
    session: Session,
) -> None:
    people = cast.enter(session)
    case = to_review(session, people)
    named(session, people.leader, people.chief, people.deputy)
    task = tasks.claim(
        session, today(session, people.deputy), desk.open_task(session, case, "review").id
    )
    yesterday: date = clock.today() - timedelta(days=1)
    session.execute(update(Deputy).values(valid_from=yesterday, valid_to=yesterday))
    with pytest.raises(Forbidden, match="deputyship_ended"):
        desk.hand_in(session, today(session, people.deputy), task, AGREED)
    assert deputies.release_ended(session) == 1
    desk.do(session, people.chief, case, "review", AGREED)


def test_the_last_day_counts_in_full(session: Session) -> None:
    people = cast.enter(session)
    named(session, people.leader, people.chief, people.deputy, days=0)
    assert today(session, people.deputy).stands_for


def test_the_principal_takes_back_what_the_deputy_has_taken(session: Session) -> None:
    people = cast.enter(session)
    case = to_review(session, people)
    named(session, people.leader, people.chief, people.deputy)
    task = desk.open_task(session, case, "review")
    tasks.claim(session, today(session, people.deputy), task.id)
    tasks.claim(session, people.chief, task.id)
    assert desk.hand_in(session, people.chief, task, AGREED).done_for is None


def test_a_grant_of_others_cannot_be_ended_nor_one_twice(session: Session) -> None:
    people = cast.enter(session)
    row = named(session, people.leader, people.chief, people.other_chief)
    with pytest.raises(NotFound):
        deputies.revoke(session, people.far_leader, row.id)
    deputies.revoke(session, people.other_chief, row.id)
    with pytest.raises(Conflict, match="deputy_ended"):
        deputies.revoke(session, people.leader, row.id)


def test_an_officers_own_step_comes_to_the_deputy_and_the_acceptance_does_not(
    session: Session,
) -> None:
    people = cast.enter(session)
    case = factories.case(session, factories.taxpayer(session))
    named(session, people.chief, people.officer, people.third)
    dispatched = {"dispatch_decision": "assign", "section": str(case.section_id)}
    desk.do(session, people.leader, case, "dispatch", {**dispatched, "priority": "normal"})
    officers = {
        "main_officer": str(people.officer.user_id),
        "second_officer": str(people.partner.user_id),
    }
    desk.do(session, people.chief, case, "assign", {"assign_decision": "assign", **officers})
    third = today(session, people.third)
    accepted = {"recusal": "none", "accept_decision": "accept"}
    with pytest.raises(Forbidden, match="personal"):
        desk.do(session, third, case, "accept_main", accepted)
    desk.do(session, people.officer, case, "accept_main", accepted)
    desk.do(session, people.partner, case, "accept_second", accepted)
    checked = Cast({**people.people, "officer": third})
    task = desk.check(session, checked, case)
    assert (task.done_by, task.done_for) == (third.user_id, people.officer.user_id)
