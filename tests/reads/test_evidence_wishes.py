"""Which cases an auditor's evidence is of: by the person who acted on them, and when."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from caseflow import clock
from caseflow.reads.audits import evidence
from caseflow.reads.audits.evidence import Wish
from caseflow.services import cases
from caseflow.vocabulary import Forbidden
from tests import cast, desk, factories


def test_cases_are_found_by_who_acted_on_them_each_once(session: Session) -> None:
    people = cast.enter(session)
    first, second = (
        factories.case(session, factories.taxpayer(session, serial=serial)) for serial in (1, 2)
    )
    desk.to_desk_check(session, people, first)
    cases.note(session, people.leader, second, action="case.noted", payload={})

    def found(wish: Wish, most: int = 9) -> tuple[int, ...]:
        return evidence.cases(session, people.auditor, wish, most=most)

    today = clock.today()
    assert found(Wish(user_id=people.officer.user_id)) == (first.id,)
    assert found(Wish(user_id=people.leader.user_id)) == (first.id, second.id)
    assert found(Wish(user_id=people.leader.user_id), most=0) == (first.id,)
    assert found(Wish(since=today, until=today)) == (first.id, second.id)
    assert found(Wish(since=today + timedelta(days=1))) == ()
    assert found(Wish()) == ()
    with pytest.raises(Forbidden):
        evidence.cases(session, people.leader, Wish(), most=9)
