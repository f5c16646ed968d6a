"""Who is told on the page of a case that a declared tie waits, and for whom it waits."""

import pytest
from sqlalchemy.orm import Session

from caseflow import clock
from caseflow.models import Recusal
from caseflow.reads import recusals as reads
from caseflow.services import recusals
from caseflow.services.powers import sensitive
from caseflow.vocabulary import Actor, NotFound
from tests.services.test_recusals import TIE, at_desk_check


def test_a_declared_tie_waits_for_the_next_above_who_is_not_recused(session: Session) -> None:
    people, case = at_desk_check(session)

    def waits_for(who: Actor) -> set[str]:
        return set(reads.deciders(session, case.id, who.user_id or 0).names)

    assert waits_for(people.officer) == {people.chief.name}
    assert waits_for(people.chief) == {people.deputy.name}
    assert waits_for(people.deputy) == {people.leader.name}
    row = Recusal(case_id=case.id, user_id=people.chief.user_id, declaration="other")
    row.decided_by, row.at = people.leader.user_id or 0, clock.now()
    session.add(row)
    session.flush()
    assert waits_for(people.officer) == {people.deputy.name}
    assert waits_for(people.director) == set()


def test_a_tie_in_a_marked_case_waits_for_those_who_see_the_case(session: Session) -> None:
    people, case = at_desk_check(session)
    mark = sensitive.mark(session, people.division, number=case.number, reason="涉及举报人信息")
    told = reads.deciders(session, case.id, people.officer.user_id or 0)
    assert (told.names, told.withheld) == ((), (people.chief.name,))
    sensitive.allow(session, people.division, mark.id, login="leader")
    told = reads.deciders(session, case.id, people.officer.user_id or 0)
    assert (told.names, told.withheld) == ((people.leader.name,), ())
    request = recusals.declare(session, people.officer, case.id, tie=TIE)
    with pytest.raises(NotFound):
        recusals.decide(
            session,
            people.chief,
            request.id,
            is_recused=False,
            reason="无碍",
            successor=recusals.Successor(),
        )


def test_of_a_leader_who_has_marked_the_case_the_city_decides_once_named(session: Session) -> None:
    people, case = at_desk_check(session)
    mark = sensitive.mark(session, people.leader, number=case.number, reason="涉及举报人信息")
    recusals.declare(session, people.leader, case.id, tie=TIE)
    told = reads.deciders(session, case.id, people.leader.user_id or 0)
    assert (told.names, told.withheld) == ((), (people.director.name,))
    sensitive.allow(session, people.leader, mark.id, login="director")
    told = reads.deciders(session, case.id, people.leader.user_id or 0)
    assert told.names == (people.director.name,)


def test_those_above_decide_and_nobody_else(session: Session) -> None:
    people, case = at_desk_check(session)
    request = recusals.declare(session, people.officer, case.id, tie=TIE)
    rows = reads.waiting_in(session, case.id)
    assert [row.id for row in rows] == [request.id]
    for who in (people.chief, people.leader):
        assert reads.decides_on(session, who, rows) == {request.id}
    for who in (people.officer, people.partner, people.other_chief, people.far_leader):
        assert reads.decides_on(session, who, rows) == frozenset()
