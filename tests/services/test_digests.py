"""The daily digest: once a person and working day, counts and a link, nothing of anybody."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from caseflow import clock
from caseflow.config import Mail
from caseflow.models import Case, OutboxMessage, ProcessBeat, Taxpayer, User
from caseflow.services import digests, notices, outbox, place
from caseflow.vocabulary import Actor, NoticeKind
from tests import cast, factories, orders
from tests.cast import Cast
from tests.services import test_handovers

MONDAY = date(2010, 1, 25)
MAIL = Mail("tax.example.cn", "https://caseflow.example.cn")


@pytest.fixture
def who(session: Session) -> Cast:
    return cast.enter(session)


@pytest.fixture
def case(session: Session, who: Cast) -> Case:
    """A case of which the chief is told twice and the leader once."""
    case = factories.case(session, factories.taxpayer(session))
    tell(session, who, case, NoticeKind.NUDGED, who.chief, who.leader)
    tell(session, who, case, NoticeKind.ANSWERED, who.chief)
    return case


@pytest.fixture
def mailbox(tmp_path: Path) -> Iterator[Path]:
    before = place.here()
    place.settle(replace(before, files=tmp_path / "files", mail=MAIL))
    yield tmp_path / "mail"
    place.settle(before)


def tell(session: Session, who: Cast, case: Case, kind: NoticeKind, *to: Actor) -> None:
    ids = [each.user_id for each in to]
    notices.tell(session, who.officer, case, kind=kind, to=ids, text="样例公司有问题")
    session.flush()


def compose(session: Session, on: date = MONDAY, *, at: time = time(9)) -> int:
    """Let the sweep come round at that time of the bureau."""
    with orders.at(datetime.combine(on, at, clock.BUREAU_ZONE)):
        return digests.compose_daily(session)


def put(session: Session) -> list[OutboxMessage]:
    session.flush()
    rows = select(OutboxMessage).where(OutboxMessage.topic == digests.TOPIC)
    return list(session.scalars(rows.order_by(OutboxMessage.id)))


def letters(mailbox: Path) -> list[EmailMessage]:
    found = sorted((mailbox / "new").iterdir())
    return [message_from_bytes(each.read_bytes(), policy=policy.default) for each in found]


@pytest.mark.usefixtures("case")
def test_who_has_unread_notices_gets_one_row_with_counts_and_a_link(
    session: Session, who: Cast
) -> None:
    assert compose(session) == 2
    told = {each.payload["user"]: each.payload for each in put(session)}
    assert told[who.chief.user_id] == {
        "user": who.chief.user_id,
        "on": "2010-01-25",
        "unread": {"answered": 1, "nudged": 1},
        "link": "/notices",
    }
    assert set(told) == {who.chief.user_id, who.leader.user_id}
    assert compose(session) == 0


def test_a_handover_of_households_counts_for_both_its_sides(session: Session, who: Cast) -> None:
    test_handovers.households(session, who, 2)
    test_handovers.hand_over(session, who.chief, test_handovers.wish(who, who.third))
    compose(session)
    told = {each.payload["user"]: each.payload["unread"] for each in put(session)}
    assert told == {
        who.third.user_id: {"households_taken": 1},
        who.officer.user_id: {"households_given": 1},
    }


@pytest.mark.usefixtures("case")
def test_begun_anew_on_the_same_day_nobody_gets_a_second_one(session: Session) -> None:
    compose(session)
    before = len(put(session))
    session.execute(delete(ProcessBeat).where(ProcessBeat.name == "digests"))
    assert compose(session) == 0
    assert len(put(session)) == before


@pytest.mark.usefixtures("case")
def test_the_database_itself_refuses_a_second_one(session: Session) -> None:
    compose(session)
    payload = dict(put(session)[0].payload)
    with pytest.raises(IntegrityError, match="uq_outbox_digest"):
        outbox.put(session, digests.TOPIC, payload)


@pytest.mark.usefixtures("case")
def test_the_next_working_day_tells_of_what_is_still_unread_and_no_weekend_does(
    session: Session, who: Cast
) -> None:
    notices.read_all(session, who.leader)
    days = []
    for after in range(8):
        compose(session, MONDAY + timedelta(days=after))
        days.append(len(put(session)))
    # Monday to Friday, two days without, Monday: the chief alone, who has not read.
    assert days == [1, 2, 3, 4, 5, 5, 5, 6]


@pytest.mark.usefixtures("case")
def test_nothing_before_eight_o_clock(session: Session) -> None:
    assert compose(session, at=time(7, 59)) == 0
    assert put(session) == []


def test_read_declined_and_invisible_ones_are_not_counted(
    session: Session, who: Cast, case: Case
) -> None:
    notices.read_all(session, who.leader)
    digests.set_wanted(session, who.chief.user_id or 0, is_wanted=False)
    tell(session, who, case, NoticeKind.COPIED, who.far_chief)
    compose(session)
    assert put(session) == []


@pytest.mark.usefixtures("case")
def test_a_share_at_a_time_all_get_theirs(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(digests, "AT_ONCE", 1)
    assert [compose(session) for _ in range(4)] == [1, 1, 0, 0]
    assert len(put(session)) == 2


def test_the_mail_names_no_taxpayer_no_case_and_nobodys_words(
    session: Session, who: Cast, case: Case, mailbox: Path
) -> None:
    compose(session)
    payer = session.get_one(Taxpayer, case.taxpayer_id)
    secrets = (payer.name, payer.tin, case.number, "样例公司有问题")
    for message in put(session):
        assert not any(each in json.dumps(message.payload, ensure_ascii=False) for each in secrets)
        for _again in range(2):  # done once more after a crash, it is the same letter
            digests.send(session, message.payload)
    found = {each["To"]: each for each in letters(mailbox)}
    login = session.scalar(select(User.login).where(User.id == who.chief.user_id))
    letter = found[f"{login}@tax.example.cn"]
    text = letter.get_content()
    assert len(found) == 2
    assert letter["Subject"] == "信息管税平台：2 条通知未读"
    assert "催办：1 条" in text
    assert "https://caseflow.example.cn/notices" in text
    assert not any(each in f"{letter.as_string()}{text}" for each in secrets)


@pytest.mark.usefixtures("case")
def test_who_reads_english_is_told_in_english(session: Session, who: Cast, mailbox: Path) -> None:
    session.execute(update(User).where(User.id == who.chief.user_id).values(locale="en"))
    compose(session)
    for message in put(session):
        digests.send(session, message.payload)
    assert "Caseflow: 2 unread notices" in {each["Subject"] for each in letters(mailbox)}


@pytest.mark.usefixtures("case")
def test_who_declined_or_left_meanwhile_is_sent_nothing(
    session: Session, who: Cast, mailbox: Path
) -> None:
    compose(session)
    digests.set_wanted(session, who.chief.user_id or 0, is_wanted=False)
    session.execute(update(User).where(User.id == who.leader.user_id).values(is_active=False))
    session.expire_all()
    for message in put(session):
        digests.send(session, message.payload)
    assert not mailbox.exists()


@pytest.mark.usefixtures("case")
def test_without_a_mail_domain_nothing_is_sent(session: Session, mailbox: Path) -> None:
    place.settle(replace(place.here(), mail=None))
    compose(session)
    for message in put(session):
        digests.send(session, message.payload)
    assert not mailbox.exists()
