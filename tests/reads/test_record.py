"""The record as pages read it: as much as they show, and no more."""

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from caseflow.models import Case
from caseflow.reads import record as reads
from caseflow.services import record
from caseflow.vocabulary import SYSTEM, Forbidden
from tests import cast, desk, factories
from tests.cast import Cast


@pytest.fixture
def people(session: Session) -> Cast:
    record.introduce(session)
    return cast.enter(session)


@pytest.fixture
def at_desk(session: Session, people: Cast) -> Case:
    """A case with some acts on record."""
    case = factories.case(session, factories.taxpayer(session))
    desk.to_desk_check(session, people, case)
    desk.check(session, people, case)
    return case


def test_last_acts_are_the_end_of_the_chain(session: Session, at_desk: Case) -> None:
    chain = reads.chain(session, f"case:{at_desk.id}")
    recent = reads.recent(session, at_desk.id, 3)
    assert recent.events == tuple(reversed(chain.events[-3:]))
    assert (recent.count, recent.is_sound) == (len(chain.events), True)
    everything = reads.recent(session, at_desk.id, 1_000)
    assert len(everything.events) == len(chain.events)


def test_what_a_case_has_passed_is_what_its_acts_tell(session: Session, at_desk: Case) -> None:
    events = reads.chain(session, f"case:{at_desk.id}").events
    told = {node for each in events for node in each.payload.get("passed", ())}
    assert told
    assert reads.passed(session, at_desk.id) == told


def test_answers_of_the_acts_shown_are_read_alone(session: Session, at_desk: Case) -> None:
    whole = reads.answers(session, at_desk.id)
    last = max(whole)
    assert reads.answers(session, at_desk.id, [last]) == {last: whole[last]}
    element = whole[last].element
    found = reads.last_answers(session, at_desk.id, [element, "no_such_step"])
    assert found == {element: whole[last]}


def test_cases_are_listed_with_their_last_acts_page_by_page(
    session: Session, people: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reads, "LIMIT", 2)
    cases = [factories.case(session, factories.taxpayer(session, serial=n)) for n in range(1, 5)]
    record.append(session, SYSTEM, f"case:{cases[0].id}", action="step.reminded", payload={})
    newest = [cases[0].id, cases[3].id, cases[2].id, cases[1].id]
    first = reads.streams(session, people.auditor)
    assert [each.case_id for each in first] == newest[:3]
    following = reads.streams(session, people.auditor, before=first[1].last_id)
    assert [each.case_id for each in following] == newest[2:]
    last = reads.chain(session, f"case:{cases[0].id}").events[-1]
    assert (first[0].last_hash.hex(), first[0].count) == (last.hash, last.seq)
    named = reads.streams_named(session, people.auditor, cases[0].number[:8])
    assert [each.case_id for each in named] == [each.id for each in reversed(cases[1:])]
    rest = reads.streams_named(session, people.auditor, cases[0].number[:8], before=cases[2].id)
    assert [each.case_id for each in rest] == [cases[1].id, cases[0].id]


def test_other_streams_are_listed_by_name_page_by_page_without_cases(
    session: Session, people: Cast, at_desk: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    del at_desk
    for person in range(901, 905):
        for action in ("session.begun", "session.ended"):
            record.append(session, SYSTEM, f"user:{person}", action=action, payload={})
    monkeypatch.setattr(reads, "LIMIT", 3)
    names: list[str] = []
    page = reads.other_streams(session, people.auditor)
    while page:
        names += [each.name for each in page[:3]]
        assert len(page) <= 4
        page = reads.other_streams(session, people.auditor, after=names[-1])
    assert names == sorted(set(names))
    assert {"sys:keys", "sys:people", "user:901", "user:904"} <= set(names)
    assert not any(name.startswith("case:") for name in names)
    last = reads.other_streams(session, people.auditor, after="user:903")[0]
    assert (last.name, last.count, last.last_action) == ("user:904", 2, "session.ended")


def test_list_of_streams_is_one_statement_each_and_closed_to_others(
    session: Session, people: Cast
) -> None:
    for serial in range(1, 4):
        factories.case(session, factories.taxpayer(session, serial=serial))
    seen: list[object] = []
    connection = session.connection()
    event.listen(connection, "before_cursor_execute", lambda *told: seen.append(told[2]))
    reads.streams(session, people.auditor)
    reads.other_streams(session, people.auditor)
    assert len(seen) == 2
    for read in (reads.streams, reads.other_streams):
        with pytest.raises(Forbidden):
            read(session, people.leader)
