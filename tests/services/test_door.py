"""The door by its verbs: who comes in, who is refused, what is owed, what it leaves on record."""

import hashlib
import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from caseflow import clock, one_time_codes
from caseflow.door_rules import DoorRules
from caseflow.models import (
    AddressFailure,
    RecoveryCode,
    SecondFactor,
    SignInFailure,
    User,
    UserSession,
)
from caseflow.models.record import RecordEvent
from caseflow.services import accounts, failures, people, rates, second_factors, sessions
from caseflow.services.sessions import SignedIn
from caseflow.vocabulary import (
    SYSTEM,
    Actor,
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    TooOften,
)
from tests import cast

SECRET = "trams and umbrellas in may"  # noqa: S105 -- of this test alone
WRONG = "nonsense"
OTHER = "gardens without any clocks"
HERE = "192.0.2.7"
RULES = DoorRules()


@pytest.fixture
def chief(session: Session) -> Actor:
    """A real person with a password: no demo."""
    persons = cast.enter(session)
    session.execute(update(User).values(is_demo=False))
    for login in ("chief", "auditor"):
        accounts.set_password(session, SYSTEM, login, password=SECRET)
    return persons.chief


def enter(
    session: Session, login: str = "chief", password: str = SECRET, address: str | None = HERE
) -> SignedIn | None:
    return people.sign_in(session, login, password, address=address, agent="x", rules=RULES)


def row_of(session: Session, signed_in: SignedIn | None) -> UserSession:
    assert signed_in is not None
    row = sessions.of_token(session, signed_in.token)
    assert row is not None
    return row


def told(session: Session, actor: Actor) -> list[tuple[str, dict[str, Any]]]:
    session.flush()
    rows = session.execute(
        select(RecordEvent.action, RecordEvent.payload)
        .where(RecordEvent.stream == f"user:{actor.user_id}")
        .order_by(RecordEvent.seq)
    )
    return [(action, json.loads(payload)) for action, payload in rows]


def device(session: Session, actor: Actor) -> bytes:
    """Set a second factor up; the secret that the device keeps."""
    row = row_of(session, enter(session))
    secret = second_factors.begin(session, actor, actor.user_id or 0)
    code = one_time_codes.code_at(secret, one_time_codes.step_at(clock.wall()) - 1)
    people.set_factor(session, row, code, rules=RULES)
    session.flush()
    return secret


def code_now(secret: bytes, later: int = 0) -> str:
    return one_time_codes.code_at(secret, one_time_codes.step_at(clock.wall()) + later)


def test_five_failures_lock_the_account_and_are_on_record(session: Session, chief: Actor) -> None:
    for _ in range(failures.FAILURES_ALLOWED):
        assert enter(session, password=WRONG) is None
    with pytest.raises(Forbidden) as refusal:
        enter(session)
    assert refusal.value.code == "account_locked"
    actions = [action for action, _ in told(session, chief)]
    assert actions.count("session.refused") == failures.FAILURES_ALLOWED
    assert actions[-1] == "account.locked"


@pytest.mark.usefixtures("chief")
def test_a_locked_account_opens_after_a_quarter_of_an_hour(session: Session) -> None:
    for _ in range(failures.FAILURES_ALLOWED):
        enter(session, password=WRONG)
    past = clock.wall() - failures.LOCKED_FOR
    session.execute(update(SignInFailure).values(last_at=past))
    session.expire_all()
    assert enter(session) is not None
    assert session.get(SignInFailure, "chief") is None


@pytest.mark.usefixtures("chief")
def test_an_unknown_name_locks_in_the_same_way_and_leaves_no_event(session: Session) -> None:
    before = session.scalar(select(RecordEvent.id).order_by(RecordEvent.id.desc()).limit(1))
    for _ in range(failures.FAILURES_ALLOWED):
        assert enter(session, "nobody") is None
    with pytest.raises(Forbidden):
        enter(session, "nobody")
    after = session.scalar(select(RecordEvent.id).order_by(RecordEvent.id.desc()).limit(1))
    assert after == before


@pytest.mark.usefixtures("chief")
def test_an_address_from_which_too_many_fail_is_refused_for_a_minute(session: Session) -> None:
    for number in range(RULES.failures_per_address):
        assert enter(session, f"nobody{number}") is None
    with pytest.raises(TooOften) as refusal:
        enter(session)
    assert 0 < int(str(refusal.value.values["seconds"])) <= 61
    assert enter(session, address="192.0.2.8") is not None
    session.execute(update(AddressFailure).values(since=clock.wall() - timedelta(minutes=1)))
    session.expire_all()
    assert enter(session) is not None


def test_a_disabled_account_stays_shut_and_its_sessions_end(session: Session, chief: Actor) -> None:
    row = row_of(session, enter(session))
    accounts.disable(session, SYSTEM, "chief")
    session.refresh(row)
    assert (row.revoked_for, enter(session)) == ("disabled", None)
    accounts.enable(session, SYSTEM, "chief")
    assert enter(session) is not None
    assert [name for name, _ in told(session, chief)][-2:] == ["account.enabled", "session.begun"]


@pytest.mark.usefixtures("chief")
def test_a_password_that_was_handed_out_opens_once_to_choose_another(session: Session) -> None:
    accounts.set_password(session, SYSTEM, "chief", password=OTHER, is_first=True)
    row = row_of(session, enter(session, password=OTHER))
    assert row.awaits == "password"
    with pytest.raises(Invalid) as refusal:
        people.change_password(session, row, old=None, new=OTHER, rules=RULES)
    assert refusal.value.code == "password_unchanged"
    risen = people.change_password(session, row, old=None, new=SECRET, rules=RULES)
    assert row_of(session, risen).awaits is None
    assert row_of(session, enter(session)).awaits is None


@pytest.mark.usefixtures("chief")
def test_the_old_password_is_asked_for_whoever_leaves_the_field_out(session: Session) -> None:
    row = row_of(session, enter(session))
    assert people.change_password(session, row, old=None, new=OTHER, rules=RULES) is None
    assert people.change_password(session, row, old=WRONG, new=OTHER, rules=RULES) is None
    assert enter(session, password=OTHER) is None


def test_another_password_ends_every_other_session_and_renews_this_one(
    session: Session, chief: Actor
) -> None:
    other, mine = enter(session), enter(session)
    row = row_of(session, mine)
    risen = people.change_password(session, row, old=SECRET, new=OTHER, rules=RULES)
    assert mine is not None
    assert other is not None
    assert risen is not None
    session.flush()
    session.expire_all()
    assert people.session_of(session, other.token) is None
    assert people.session_of(session, mine.token) is None
    assert people.session_of(session, risen.token) is not None
    names = [name for name, _ in told(session, chief)]
    assert names[-2:] == ["password.changed", "session.revoked"]


@pytest.mark.usefixtures("chief")
def test_a_post_that_may_not_work_without_a_device_owes_one(session: Session) -> None:
    assert row_of(session, enter(session, "auditor")).awaits == "factor"
    assert row_of(session, enter(session, "chief")).awaits is None


def test_with_a_device_the_door_asks_for_its_code_and_renews_the_token(
    session: Session, chief: Actor
) -> None:
    secret = device(session, chief)
    before = enter(session)
    row = row_of(session, before)
    assert row.awaits == "code"
    risen = people.show_code(session, row, code_now(secret), rules=RULES)
    after = row_of(session, risen)
    assert (after.awaits, after.second_factor_at is not None) == (None, True)
    assert before is not None
    assert people.session_of(session, before.token) is None


def test_a_code_is_not_taken_twice(session: Session, chief: Actor) -> None:
    secret = device(session, chief)
    code = code_now(secret)
    assert people.show_code(session, row_of(session, enter(session)), code, rules=RULES)
    assert people.show_code(session, row_of(session, enter(session)), code, rules=RULES) is None
    assert told(session, chief)[-1] == ("session.refused", {"address": HERE, "why": "code"})


def test_guessing_codes_locks_the_account_and_ends_the_session(
    session: Session, chief: Actor
) -> None:
    device(session, chief)
    row = row_of(session, enter(session))
    for _ in range(failures.FAILURES_ALLOWED):
        assert people.show_code(session, row, "000000", rules=RULES) is None
    assert row.revoked_for == "guessed"
    with pytest.raises(Forbidden):
        enter(session)


def test_a_recovery_code_stands_for_the_device_once(session: Session, chief: Actor) -> None:
    device(session, chief)
    codes = second_factors.renew_recovery_codes(session, chief, chief.user_id or 0)
    assert len(set(codes)) == second_factors.RECOVERY_CODES
    typed = codes[3].upper().replace("-", " ")
    assert people.show_code(session, row_of(session, enter(session)), typed, rules=RULES)
    again = people.show_code(session, row_of(session, enter(session)), codes[3], rules=RULES)
    assert again is None
    assert second_factors.recovery_left(session, chief.user_id or 0) == len(codes) - 1
    assert ("factor.recovery_used", {"left": len(codes) - 1}) in told(session, chief)


def test_neither_secret_nor_recovery_code_stands_in_the_database(
    session: Session, chief: Actor
) -> None:
    secret = device(session, chief)
    codes = second_factors.renew_recovery_codes(session, chief, chief.user_id or 0)
    session.flush()
    assert secret not in session.scalars(select(SecondFactor.secret)).one()
    kept = set(session.scalars(select(RecoveryCode.code_sha256)))
    assert not kept & {hashlib.sha256(code.encode()).digest() for code in codes}


def test_a_secret_sealed_for_one_person_opens_for_nobody_else(
    session: Session, chief: Actor
) -> None:
    device(session, chief)
    other = session.scalars(select(User.id).where(User.login == "auditor")).one()
    factor = session.get_one(SecondFactor, chief.user_id)
    session.add(
        SecondFactor(
            user_id=other,
            secret=factor.secret,
            created_at=factor.created_at,
            confirmed_at=None,
            last_step=None,
        )
    )
    session.flush()
    with pytest.raises(Conflict) as refusal:
        second_factors.begun(session, other)
    assert refusal.value.code == "factor_sealed"


def test_a_device_is_not_set_up_over_another_one(session: Session, chief: Actor) -> None:
    device(session, chief)
    with pytest.raises(Conflict):
        second_factors.begin(session, chief, chief.user_id or 0)


def test_a_device_goes_only_when_its_owner_has_just_confirmed(
    session: Session, chief: Actor
) -> None:
    device(session, chief)
    row = row_of(session, enter(session))
    row.confirmed_at = clock.wall() - RULES.confirmed_for - timedelta(seconds=1)
    session.flush()
    with pytest.raises(Forbidden):
        people.remove_factor(session, row, rules=RULES)
    assert not people.confirm(session, row, password=WRONG, code="", address=HERE)
    assert people.confirm(session, row, password=SECRET, code="", address=HERE)
    session.refresh(row)
    people.remove_factor(session, row, rules=RULES)
    assert not second_factors.is_set(session, chief.user_id or 0)
    with pytest.raises(NotFound):
        people.remove_factor(session, row, rules=RULES)


def test_a_post_that_needs_a_device_owes_another_as_soon_as_it_is_taken_away(
    session: Session, chief: Actor
) -> None:
    rules = DoorRules(second_factor=frozenset(chief.roles))
    device(session, chief)
    row = row_of(session, enter(session))
    people.remove_factor(session, row, rules=rules)
    assert row.awaits == "factor"


def test_a_device_set_up_or_taken_away_ends_every_other_session(
    session: Session, chief: Actor
) -> None:
    other = row_of(session, enter(session))
    device(session, chief)
    session.refresh(other)
    assert other.revoked_for == "factor"
    mine, third = (row_of(session, enter(session)) for _ in range(2))
    people.remove_factor(session, mine, rules=RULES)
    session.refresh(third)
    assert (third.revoked_for, mine.revoked_at) == ("factor", None)


def test_an_open_session_owes_a_device_from_the_moment_one_is_ordered(
    session: Session, chief: Actor
) -> None:
    row = row_of(session, enter(session))
    assert people.owes(session, row, chief, rules=RULES) is None
    ordered = DoorRules(second_factor=frozenset(chief.roles))
    assert people.owes(session, row, chief, rules=ordered) == "factor"


def test_a_session_that_has_not_shown_the_code_of_a_device_owes_it(
    session: Session, chief: Actor
) -> None:
    device(session, chief)
    row = row_of(session, enter(session))
    row.awaits = None  # as an older session has it
    session.flush()
    assert people.owes(session, row, chief, rules=RULES) == "code"


def test_who_has_lost_device_and_codes_is_helped_by_the_operator(
    session: Session, chief: Actor
) -> None:
    device(session, chief)
    row = row_of(session, enter(session))
    accounts.forget_factor(session, SYSTEM, "chief")
    session.refresh(row)
    assert (row.revoked_for, row_of(session, enter(session)).awaits) == ("administrator", None)


def test_one_confirms_by_code_as_well_and_it_is_spent(session: Session, chief: Actor) -> None:
    secret = device(session, chief)
    row = row_of(session, enter(session))
    code = code_now(secret)
    assert people.confirm(session, row, password="", code=code, address=HERE)
    assert not people.confirm(session, row, password="", code=code, address=HERE)


@pytest.mark.parametrize(
    ("begun", "used", "roaming", "is_at_home"),
    [
        ("192.0.2.7", "192.0.2.7", False, True),
        ("192.0.2.7", "192.0.2.8", False, False),
        ("192.0.2.7", "192.0.2.8", True, True),
        ("192.0.2.7", "192.0.3.8", True, False),
        ("2001:db8::1", "2001:db8::beef", False, True),  # a device changes this half itself
        ("2001:db8::1", "2001:db8:0:1::1", True, False),
        ("192.0.2.7", "2001:db8::1", True, False),
        (None, "192.0.2.7", False, True),
        ("192.0.2.7", None, False, True),
    ],
)
def test_a_session_belongs_where_it_was_begun(
    begun: str | None, used: str | None, *, roaming: bool, is_at_home: bool
) -> None:
    row = UserSession(address=begun)
    rules = DoorRules(is_roaming=roaming)
    assert sessions.is_at_home(row, used, rules) is is_at_home


def test_a_session_from_another_address_ends_once_and_says_so(
    session: Session, chief: Actor
) -> None:
    mine = enter(session)
    assert mine is not None
    for _ in range(2):
        sessions.refuse_elsewhere(session, mine.token, "198.51.100.9", RULES)
    assert people.session_of(session, mine.token) is None
    ends = [payload for name, payload in told(session, chief) if name == "session.revoked"]
    assert ends == [{"why": "address", "from": HERE, "to": "198.51.100.9"}]


def test_nobody_ends_a_session_of_somebody_else_by_its_number(
    session: Session, chief: Actor
) -> None:
    row = row_of(session, enter(session))
    other = session.scalars(select(User.id).where(User.login == "auditor")).one()
    with pytest.raises(NotFound):
        sessions.end_one(session, chief, other, row.id, why="elsewhere")
    assert row.revoked_at is None


@pytest.mark.parametrize(
    ("column", "age"), [("seen_at", sessions.IDLE), ("created_at", sessions.LONGEST)]
)
def test_a_session_ends_by_itself(
    session: Session, chief: Actor, column: str, age: timedelta
) -> None:
    mine = enter(session)
    assert mine is not None
    row = row_of(session, mine)
    setattr(row, column, clock.wall() - age - timedelta(seconds=1))
    session.flush()
    assert people.session_of(session, mine.token) is None
    assert list(sessions.live_of(session, chief.user_id or 0)) == []
    with pytest.raises(Forbidden):
        sessions.locked(session, row.token_sha256)


def test_dear_things_have_a_limit_in_a_minute_for_each_person(
    session: Session, chief: Actor
) -> None:
    rules = DoorRules(rates={"export": 2})
    for _ in range(2):
        rates.take(session, chief, "export", rules=rules)
    with pytest.raises(TooOften):
        rates.take(session, chief, "export", rules=rules)
    other = people.actor_of(session, (chief.user_id or 0) + 1)
    rates.take(session, other, "export", rules=rules)
