"""Who was turned away: noted in the own stream once a day, and by nothing kept from being noted."""

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from caseflow import clock
from caseflow.models.record import RecordEvent
from caseflow.services import door_refusals, file_reads, record
from caseflow.services.file_reads import Thing
from caseflow.vocabulary import Actor, Forbidden
from tests import cast, factories

_DOOR, _REFUSAL = "powers.give", Forbidden("own_grant")


def _noted(session: Session, who: Actor, action: str) -> int:
    query = select(func.count()).where(
        RecordEvent.stream == f"user:{who.user_id}", RecordEvent.action == action
    )
    return session.scalar(query) or 0


def test_an_act_under_a_key_that_could_be_guessed_keeps_no_refusal_from_being_noted(
    session: Session,
) -> None:
    leader = cast.enter(session).leader
    told = f"door.refused {leader.user_id} {clock.today().isoformat()} {_DOOR} {_REFUSAL.code}"
    key = uuid.uuid5(uuid.NAMESPACE_OID, told)
    record.append(session, leader, "case:1", action="task.completed", payload={}, idem=key)
    assert door_refusals.note(session, leader, _DOOR, _REFUSAL)
    assert _noted(session, leader, door_refusals.REFUSED) == 1


def test_a_refusal_at_a_door_is_noted_once_a_day_for_each_door_and_reason(
    session: Session,
) -> None:
    people = cast.enter(session)
    for who in (people.leader, people.deputy):
        for door, why in ((_DOOR, "own_grant"), (_DOOR, "not_your_post"), ("x", "own_grant")):
            assert door_refusals.note(session, who, door, Forbidden(why))
            assert not door_refusals.note(session, who, door, Forbidden(why))
    assert _noted(session, people.leader, door_refusals.REFUSED) == 3
    token = clock.set_moment(clock.now() + timedelta(days=1))
    assert door_refusals.note(session, people.leader, _DOOR, _REFUSAL)
    clock.reset_moment(token)


@pytest.mark.parametrize(
    "why", ["handles_the_case", "not_your_move", "over_limit", "own_move", "recusal_not_yours"]
)
def test_who_is_turned_away_from_an_act_in_a_case_is_noted_with_it(
    session: Session, why: str
) -> None:
    leader = cast.enter(session).leader
    case = factories.case(session, factories.taxpayer(session))
    assert file_reads.note_refusal(session, leader, Thing("case", case.id), Forbidden(why))
    payload = session.scalars(
        select(RecordEvent.payload).where(RecordEvent.action == file_reads.REFUSED)
    ).one()
    assert f'"case":{case.id}' in payload
    assert f'"why":"{why}"' in payload
