"""Two people at the same step in the same second: one wins, the other hears who and when."""

import threading
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from caseflow.db import Database
from caseflow.models import Answer, Case, Document, Task
from caseflow.models.record import RecordEvent
from caseflow.reads import record_check
from caseflow.services import attachments, consistency, files, tasks
from caseflow.vocabulary import Actor, Conflict, Refused, Stale
from tests import cast, desk, factories
from tests.cast import Cast
from tests.trust.counts import IS_LONG

_ROUNDS = 50 if IS_LONG else 2
_DISPATCHED = {"dispatch_decision": "assign", "priority": "normal"}

Try = Callable[[Session], object]


def _at_once(database: Database, *tries: Try) -> list[object]:
    """Run each in a thread and a transaction of its own, all let go at the same moment."""
    gate = threading.Barrier(len(tries))

    def run(attempt: Try) -> object:
        gate.wait()
        try:
            with database.transaction() as session:
                return attempt(session)
        except Refused as refusal:
            return refusal

    with ThreadPoolExecutor(len(tries)) as pool:
        return list(pool.map(run, tries))


def _dispatched(database: Database, *, serial: int) -> tuple[Cast, Case, Task]:
    """A case whose first step the leader has taken, committed."""
    with database.transaction() as session:
        people = cast.enter(session) if serial == 1 else cast.people_on_file(session)
        case = factories.case(session, factories.taxpayer(session, serial=serial))
        task = desk.open_task(session, case, "dispatch")
        tasks.claim(session, people.leader, task.id)
        return people, case, task


def _hand_in(who: Actor, task: Task, answers: dict[str, Any], key: uuid.UUID) -> Try:
    def attempt(session: Session) -> object:
        tasks.complete(session, who, task.id, seen_version=1, answers=answers, idem=key)
        return "done"

    return attempt


def _acts(session: Session, case: Case, action: str) -> int:
    return session.scalars(
        select(func.count())
        .select_from(RecordEvent)
        .where(RecordEvent.stream == f"case:{case.id}", RecordEvent.action == action)
    ).one()


def _nothing_is_amiss(session: Session) -> bool:
    sound = record_check.verify(session, path_of=files.path_of).problems
    codes = {problem.code.name for problem in sound} - {"NO_KEY"}
    return not codes and not consistency.compare(session).differences


def test_one_wins_and_the_other_is_told_who_and_when(own_database: Database) -> None:
    for serial in range(1, _ROUNDS + 1):
        people, case, task = _dispatched(own_database, serial=serial)
        answers = {**_DISPATCHED, "section": str(case.section_id)}
        hands = [_hand_in(people.leader, task, answers, uuid.uuid4()) for _ in range(4)]
        results = _at_once(own_database, *hands)
        losers = [result for result in results if isinstance(result, Stale)]
        assert results.count("done") == 1
        assert [loser.code for loser in losers] == ["already_done"] * 3
        with own_database.reading() as session:
            done_at = session.get_one(Task, task.id).done_at
            assert _acts(session, case, "task.completed") == 1
            answered = select(func.count()).where(Answer.case_id == case.id)
            assert session.scalars(answered).one() == 1
            assert _nothing_is_amiss(session)
        for loser in losers:
            assert (loser.values["by"], loser.values["at"]) == (people.leader.name, done_at)


def test_the_same_form_sent_twice_at_once_is_one_act(own_database: Database) -> None:
    people, case, task = _dispatched(own_database, serial=1)
    answers = {**_DISPATCHED, "section": str(case.section_id)}
    hand = _hand_in(people.leader, task, answers, uuid.uuid4())
    assert _at_once(own_database, hand, hand, hand) == ["done"] * 3
    with own_database.reading() as session:
        assert _acts(session, case, "task.completed") == 1


def test_two_who_take_a_free_step_at_once_are_one_holder(own_database: Database) -> None:
    with own_database.transaction() as session:
        people = cast.enter(session)
        case = factories.case(session, factories.taxpayer(session))
        task = desk.open_task(session, case, "dispatch")

    def take(who: Actor) -> Try:
        return lambda session: tasks.claim(session, who, task.id).assignee_id

    results = _at_once(own_database, take(people.leader), take(people.deputy), take(people.info))
    refused = [result for result in results if isinstance(result, Conflict)]
    assert len(refused) == 2
    with own_database.reading() as session:
        holder = session.get_one(Task, task.id).assignee_id
        assert holder in results
        assert _acts(session, case, "task.claimed") == 1


def test_steps_of_two_cases_do_not_wait_for_each_other(own_database: Database) -> None:
    first, second = (_dispatched(own_database, serial=serial) for serial in (1, 2))
    hands = [
        _hand_in(
            people.leader, task, {**_DISPATCHED, "section": str(case.section_id)}, uuid.uuid4()
        )
        for people, case, task in (first, second)
    ]
    with own_database.transaction() as holding:
        hands[0](holding)
        with own_database.transaction() as other:
            assert hands[1](other) == "done"


def test_both_officers_may_accept_at_once(own_database: Database) -> None:
    people, case, _ = _dispatched(own_database, serial=1)
    with own_database.transaction() as session:
        answers = {**_DISPATCHED, "section": str(case.section_id)}
        desk.do(session, people.leader, case, "dispatch", answers)
        named = {
            "main_officer": str(people.officer.user_id),
            "second_officer": str(people.partner.user_id),
        }
        desk.do(session, people.chief, case, "assign", {"assign_decision": "assign", **named})
        steps = [desk.open_task(session, case, f"accept_{which}") for which in ("main", "second")]
    accepted = {"recusal": "none", "accept_decision": "accept"}
    hands = [
        _hand_in(who, task, accepted, uuid.uuid4())
        for who, task in zip((people.officer, people.partner), steps, strict=True)
    ]
    assert _at_once(own_database, *hands) == ["done", "done"]
    with own_database.reading() as session:
        assert desk.open_elements(session, case) == {"desk_check"}
        assert _nothing_is_amiss(session)


def test_a_file_that_comes_while_the_step_is_handed_in_is_told_so(own_database: Database) -> None:
    people, case, task = _dispatched(own_database, serial=1)
    answers = {**_DISPATCHED, "section": str(case.section_id)}

    def add() -> object:
        try:
            with own_database.transaction() as session:
                attachments.add(
                    session,
                    people.leader,
                    task.id,
                    field="evidence",
                    name="a.txt",
                    chunks=[b"text"],
                )
        except Refused as refusal:
            return refusal
        return "added"

    with ThreadPoolExecutor(1) as pool:
        with own_database.transaction() as session:
            _hand_in(people.leader, task, answers, uuid.uuid4())(session)
            late = pool.submit(add)
            _until_somebody_waits(own_database)
        assert isinstance(late.result(), Stale)
    with own_database.reading() as session:
        assert _acts(session, case, "attachment.added") == 0
        assert _nothing_is_amiss(session)


def _until_somebody_waits(database: Database) -> None:
    """Wait until a transaction stands before a lock that another holds."""
    waits = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with database.reading() as session:
            if session.scalar(waits):
                return
        time.sleep(0.02)
    raise TimeoutError


@pytest.mark.parametrize("count", [8])
def test_numbers_of_papers_have_no_gap_under_load(own_database: Database, count: int) -> None:
    with own_database.transaction() as session:
        people = cast.enter(session)
        closing = []
        for serial in range(1, count + 1):
            case = factories.case(session, factories.taxpayer(session, serial=serial))
            desk.to_desk_check(session, people, case)
            desk.check(session, people, case)
            desk.do(session, people.officer, case, "conclusion", desk.conclusion(session, case))
            agreed = {"review_decision": "agree", "opinion": "同意"}
            desk.do(session, people.chief, case, "review", agreed)
            closing.append(desk.open_task(session, case, "closing_check"))
    hands = [_hand_in(people.officer, task, {"sign_off": True}, uuid.uuid4()) for task in closing]
    assert _at_once(own_database, *hands) == ["done"] * count
    with own_database.reading() as session:
        assert _serials(session) == list(range(1, count + 1))
        assert _nothing_is_amiss(session)


def _serials(session: Session) -> list[int | None]:
    closing_papers = select(Document.serial).where(Document.kind == "warning_feedback")
    return list(session.scalars(closing_papers.order_by(Document.serial)))
