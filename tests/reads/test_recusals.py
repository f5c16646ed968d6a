"""Who is told on the page of a case that a declared tie waits, and for whom it waits."""

from sqlalchemy.orm import Session

from caseflow import clock
from caseflow.models import Recusal
from caseflow.reads import recusals as reads
from caseflow.services import recusals
from caseflow.vocabulary import Actor
from tests.services.test_recusals import TIE, at_desk_check


def test_a_declared_tie_waits_for_the_next_above_who_is_not_recused(session: Session) -> None:
    people, case = at_desk_check(session)

    def waits_for(who: Actor) -> set[str]:
        return set(reads.deciders(session, case.id, who.user_id or 0))

    assert waits_for(people.officer) == {people.chief.name}
    assert waits_for(people.chief) == {people.deputy.name}
    assert waits_for(people.deputy) == {people.leader.name}
    row = Recusal(case_id=case.id, user_id=people.chief.user_id, declaration="other")
    row.decided_by, row.at = people.leader.user_id or 0, clock.now()
    session.add(row)
    session.flush()
    assert waits_for(people.officer) == {people.deputy.name}
    assert waits_for(people.director) == set()


def test_those_above_decide_and_nobody_else(session: Session) -> None:
    people, case = at_desk_check(session)
    request = recusals.declare(session, people.officer, case.id, tie=TIE)
    rows = reads.waiting_in(session, case.id)
    assert [row.id for row in rows] == [request.id]
    for who in (people.chief, people.leader):
        assert reads.decides_on(session, who, rows) == {request.id}
    for who in (people.officer, people.partner, people.other_chief, people.far_leader):
        assert reads.decides_on(session, who, rows) == frozenset()
