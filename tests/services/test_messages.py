"""Messages and signals find the cases that wait for them: once, in one act, or kept till then."""

import json
import uuid
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from caseflow import clock, engine
from caseflow.jobs.topics import EFFECTS
from caseflow.models import Case, Document, Message, OutboxMessage
from caseflow.models.base import Json
from caseflow.models.record import RecordEvent
from caseflow.services import (
    case_migrations,
    cases,
    consistency,
    definitions,
    messages,
    outbox,
)
from caseflow.vocabulary import (
    SYSTEM,
    Conflict,
    DocumentStatus,
    Invalid,
    MessageStatus,
    NotFound,
)
from tests import cast, desk, factories
from tests.cast import Cast

WAITING = """
    start s
    receive wait message:paid correlation=score
    user book section_chief
    end closed
    s -> wait -> book -> closed
"""
SIGNALLED = """
    start s
    catch wait signal:rates_changed
    user book section_chief
    end closed
    s -> wait -> book -> closed
"""
SENDING = """
    start s
    user ask section_chief
    send tell message:paid to_score="6.0" amount=12.5
    user book section_chief
    end closed
    s -> ask -> tell -> book -> closed
"""
VARIABLES = "score: number; ti_flag: boolean; amount: number; paid_on: date"


def deploy(session: Session, monkeypatch: pytest.MonkeyPatch, drawing: str) -> None:
    """Let new cases run on a small drawing."""
    factories.deploy_sketch(session, monkeypatch, drawing, VARIABLES)


def opened(session: Session, serial: int, *, score: str = "6.0") -> Case:
    return factories.case_on(session, factories.taxpayer(session, serial=serial), score=score)


@pytest.fixture(autouse=True)
def people(session: Session) -> Cast:
    return cast.enter(session)


@pytest.fixture
def waiting(session: Session, monkeypatch: pytest.MonkeyPatch) -> Case:
    """A case that waits for ``paid``."""
    deploy(session, monkeypatch, WAITING)
    return opened(session, 1)


def tell(session: Session, key: uuid.UUID | None = None, /, **correlation: str) -> Message:
    said: Json = {"amount": "100.50", "paid_on": "2010-01-20", "unknown": 1}
    return messages.deliver(
        session,
        SYSTEM,
        "paid",
        correlation=correlation,
        variables=said,
        idem=key or uuid.uuid4(),
    )


def work(session: Session) -> list[str]:
    """Do what waits in the outbox; its topics."""
    done = []
    while message := outbox.take(session):
        EFFECTS[message.topic](session, message.payload)
        outbox.settle(message)
        session.flush()
        done.append(message.topic)
    return done


def payloads(session: Session, action: str) -> list[Json]:
    found = select(RecordEvent.payload).where(RecordEvent.action == action)
    return [json.loads(payload) for payload in session.scalars(found.order_by(RecordEvent.id))]


def test_a_case_says_what_it_waits_for(waiting: Case) -> None:
    assert (waiting.awaits, waiting.waits_by) == (["message:paid"], {"score": "6"})


@pytest.mark.parametrize("by", ["case", "taxpayer", "score"])
def test_a_message_finds_its_case(session: Session, waiting: Case, by: str) -> None:
    opened(session, 2, score="7.0")
    tin = f"21020200000{1:04d}"
    message = tell(session, **{by: {"case": waiting.number, "taxpayer": tin, "score": "6.0"}[by]})
    assert (message.status, message.heard_by) == (MessageStatus.HEARD, [waiting.number])
    session.expire_all()
    assert desk.open_elements(session, waiting) == {"book"}
    assert (waiting.awaits, waiting.waits_by, waiting.revision) == ([], {}, 2)
    (told,) = payloads(session, "message.heard")
    assert told["message"] == "paid"


@pytest.mark.parametrize("said", ["6", "6.0", "6.00"])
def test_a_number_is_found_however_it_is_written(
    session: Session, waiting: Case, said: str
) -> None:
    assert tell(session, score=said).heard_by == [waiting.number]


def test_a_truth_is_found_however_it_is_written(
    session: Session, waiting: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    deploy(session, monkeypatch, WAITING.replace("correlation=score", "correlation=ti_flag"))
    other = opened(session, 2)
    assert (waiting.waits_by, other.waits_by) == ({"score": "6"}, {"ti_flag": "false"})
    assert tell(session, ti_flag="False").heard_by == [other.number]


def test_only_declared_variables_come_in_and_as_their_types(
    session: Session, waiting: Case
) -> None:
    tell(session, case=waiting.number)
    session.expire_all()
    process = definitions.process_of(session, waiting.definition_id)
    known = engine.variables_of(process, waiting.state)
    assert (known["amount"], known["paid_on"]) == (Decimal("100.50"), date(2010, 1, 20))
    assert "unknown" not in known


def test_the_same_key_again_answers_as_the_first_time(session: Session, waiting: Case) -> None:
    key = uuid.uuid4()
    first = tell(session, key, case=waiting.number)
    again = tell(session, key, case=waiting.number)
    assert (again.id, again.heard_by) == (first.id, [waiting.number])
    assert len(payloads(session, "message.heard")) == 1
    with pytest.raises(Conflict, match="message_key_used"):
        tell(session, key, taxpayer="another")


@pytest.mark.usefixtures("waiting")
def test_a_message_must_say_which_case_it_means(session: Session) -> None:
    with pytest.raises(Invalid, match="message_without_correlation"):
        tell(session, kind="WV")
    with pytest.raises(NotFound, match="taxpayer"):
        tell(session, taxpayer="999")
    with pytest.raises(NotFound, match="case_kind"):
        tell(session, score="6.0", kind="XX")


def test_nobody_waits_is_a_refusal(session: Session, waiting: Case) -> None:
    tell(session, case=waiting.number)
    with pytest.raises(Conflict, match="message_not_awaited"), session.begin_nested():
        tell(session, case=waiting.number)
    assert session.scalars(select(func.count()).select_from(Message)).one() == 1


def test_a_message_for_too_many_changes_nothing(
    session: Session, waiting: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(session, 2)
    monkeypatch.setattr(messages, "MOST_RECEIVERS", 1)
    with pytest.raises(Invalid, match="message_too_wide"), session.begin_nested():
        tell(session, score="6.0")
    assert payloads(session, "message.heard") == []
    assert waiting.awaits == ["message:paid"]


def keep(session: Session, **correlation: str) -> Message:
    return messages.deliver(
        session,
        SYSTEM,
        "paid",
        correlation=correlation,
        variables={},
        idem=uuid.uuid4(),
        keep=True,
    )


def test_a_kept_message_is_heard_as_soon_as_somebody_waits(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    deploy(session, monkeypatch, WAITING)
    message = keep(session, score="6.0")
    assert message.status == MessageStatus.KEPT
    case = opened(session, 1)
    assert work(session) == ["messages.wanted"]
    session.expire_all()
    assert (message.status, message.heard_by) == (MessageStatus.HEARD, [case.number])


def test_only_the_messages_that_mean_a_case_are_offered_to_it(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    deploy(session, monkeypatch, WAITING)
    monkeypatch.setattr(messages, "OFFERED_AT_ONCE", 1)
    taxpayer = factories.taxpayer(session, serial=1)
    others = [keep(session, score=str(score)) for score in range(7, 10)]
    others.append(keep(session, taxpayer=taxpayer.tin, score="7"))
    mine = keep(session, kind="WV", taxpayer=taxpayer.tin, score="6.00")
    case = factories.case_on(session, taxpayer, score="6.0")
    assert work(session) == ["messages.wanted"]
    assert mine.heard_by == [case.number]
    assert {each.status for each in others} == {MessageStatus.KEPT}


def test_of_many_kept_messages_few_are_offered_at_once(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    deploy(session, monkeypatch, WAITING)
    kept = [keep(session, score="6") for _ in range(3)]
    monkeypatch.setattr(messages, "OFFERED_AT_ONCE", 2)
    monkeypatch.setattr(messages, "CASES_AT_ONCE", 1)
    opened_ones = [opened(session, serial) for serial in range(2)]
    messages.offer_wanted(session, {"cases": [case.id for case in opened_ones]})
    heard = [each.status for each in kept]
    assert heard == [MessageStatus.HEARD, MessageStatus.KEPT, MessageStatus.KEPT]


def test_a_kept_message_is_offered_again_whatever_happened(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    deploy(session, monkeypatch, WAITING)
    case = opened(session, 1)
    message = keep(session, score="5.0")
    message.correlation = {"score": "6"}  # as if the case had begun to wait a moment later
    assert messages.offer_next(session) == 0
    token = clock.set_moment(clock.now() + timedelta(minutes=2))
    assert messages.offer_next(session) == 1
    clock.reset_moment(token)
    assert message.heard_by == [case.number]


def test_a_kept_message_expires_on_the_record(session: Session, waiting: Case) -> None:
    message = keep(session, score="5.0")
    token = clock.set_moment(clock.now() + messages.KEPT_FOR)
    assert (messages.offer_next(session), messages.offer_next(session)) == (1, 0)
    clock.reset_moment(token)
    assert message.status == MessageStatus.EXPIRED
    assert [told["message"] for told in payloads(session, "message.expired")] == ["paid"]
    assert waiting.awaits == ["message:paid"]


def sent(session: Session, people: Cast, monkeypatch: pytest.MonkeyPatch) -> Case:
    """A case that has thrown ``paid``, in the outbox so far."""
    deploy(session, monkeypatch, SENDING)
    sender = opened(session, 5, score="1.0")
    desk.do(session, people.chief, sender, "ask", {})
    return sender


def test_a_message_that_a_drawing_throws_reaches_the_other_case_once(
    session: Session, people: Cast, waiting: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    sender = sent(session, people, monkeypatch)
    (left,) = session.scalars(select(OutboxMessage)).all()
    assert work(session) == ["messages.sent"]
    messages.arrive(session, left.payload)  # as if its mark had been lost
    session.expire_all()
    assert desk.open_elements(session, waiting) == {"book"}
    (told,) = payloads(session, "message.heard")
    assert (told["from"], told["variables"]) == (sender.number, {"amount": "12.5"})


def test_a_thrown_message_waits_for_its_receiver(
    session: Session, people: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    sender = sent(session, people, monkeypatch)
    work(session)
    message = session.scalars(select(Message)).one()
    assert (message.status, message.sender_id) == (MessageStatus.KEPT, sender.id)
    deploy(session, monkeypatch, WAITING)
    receiver = opened(session, 1)
    work(session)
    session.expire_all()
    assert message.heard_by == [receiver.number]


def test_a_signal_reaches_all_that_wait_when_it_is_given(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    deploy(session, monkeypatch, SIGNALLED)
    monkeypatch.setattr(messages, "SIGNALLED_AT_ONCE", 2)
    found = [opened(session, serial) for serial in range(5)]
    key = uuid.uuid4()
    count = messages.broadcast(session, SYSTEM, "rates_changed", variables={}, idem=key)
    again = messages.broadcast(session, SYSTEM, "rates_changed", variables={}, idem=key)
    assert (count, again) == (5, 5)
    work(session)
    session.expire_all()
    assert {len(case.awaits) for case in found} == {0}
    assert len(payloads(session, "signal.heard")) == 5


def test_a_case_that_cannot_go_on_with_a_signal_holds_up_nobody(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    deploy(session, monkeypatch, SIGNALLED)
    broken, whole = opened(session, 1), opened(session, 2)
    cases.begin(broken)
    broken.state = b"no state at all"
    cases.put_on_record(session, SYSTEM, broken, action="case.spoiled", payload={})
    messages.broadcast(session, SYSTEM, "rates_changed", variables={}, idem=uuid.uuid4())
    work(session)
    session.expire_all()
    assert (broken.awaits, whole.awaits) == (["signal:rates_changed"], [])
    assert [told["code"] for told in payloads(session, "signal.failed")] == ["unknown_format"]


def test_a_case_carried_to_another_version_waits_as_that_has_it(
    session: Session, people: Cast, waiting: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    deploy(session, monkeypatch, WAITING.replace("correlation=score", "correlation=ti_flag"))
    new = definitions.latest(session, "sketch")
    plan = case_migrations.plan(
        session,
        people.sysadmin,
        waiting.definition_id,
        new.id,
        mapping={},
        reason="按移送标志分拣消息，须立即适用",
    )
    case_migrations.approve(session, people.division, plan.id, note="")
    desk.work_off(session, plan)
    assert (waiting.awaits, waiting.waits_by) == (["message:paid"], {"ti_flag": "false"})


def spoil(session: Session, case: Case) -> None:
    cases.begin(case)
    case.state = b"no state at all"
    cases.put_on_record(session, SYSTEM, case, action="case.spoiled", payload={})


def test_a_message_that_one_case_cannot_take_changes_no_other(
    session: Session, waiting: Case
) -> None:
    other = opened(session, 2)
    spoil(session, waiting)
    with pytest.raises(Conflict, match="message_refused"), session.begin_nested():
        tell(session, score="6.0")
    session.expire_all()
    assert (waiting.revision, other.revision) == (2, 1)


def test_a_kept_message_that_cannot_be_taken_stays_kept(session: Session, waiting: Case) -> None:
    message = keep(session, score="5.0")
    message.correlation = {"score": "6"}
    spoil(session, waiting)
    messages.offer_wanted(session, {"cases": [waiting.id]})
    assert message.status == MessageStatus.KEPT
    token = clock.set_moment(clock.now() + timedelta(minutes=2))
    assert (messages.offer_next(session), messages.offer_next(session)) == (1, 0)
    clock.reset_moment(token)
    assert message.status == MessageStatus.KEPT


def test_a_thrown_message_goes_to_the_same_household_unless_it_says_otherwise(
    session: Session, people: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    deploy(session, monkeypatch, SENDING.replace(' to_score="6.0"', ' to_kind="WV"'))
    sender = opened(session, 5)
    desk.do(session, people.chief, sender, "ask", {})
    work(session)
    message = session.scalars(select(Message)).one()
    assert message.correlation == {"kind": "WV", "taxpayer": "210202000000005"}


def test_a_paper_names_its_case(session: Session, waiting: Case) -> None:
    with pytest.raises(NotFound, match="paper"), session.begin_nested():
        tell(session, paper="大中国税预馈〔2010〕1号")
    paper = Document(
        case_id=waiting.id,
        kind="warning_feedback",
        status=DocumentStatus.ISSUED,
        number="大中国税预馈〔2010〕1号",
        serial=1,
        template_version=1,
        data={},
        sha256="0" * 64,
        created_at=clock.now(),
    )
    session.add(paper)
    assert tell(session, paper="大中国税预馈〔2010〕1号").heard_by == [waiting.number]


def test_the_doctor_sees_that_a_message_would_not_find_its_case(
    session: Session, waiting: Case
) -> None:
    assert consistency.compare(session).differences == ()
    cases.begin(waiting)
    waiting.awaits = ["message:other"]
    cases.put_on_record(session, SYSTEM, waiting, action="case.spoiled", payload={})
    (found,) = consistency.compare(session).differences
    assert (found.off_desk, found.astray) == (("message:paid",), ("message:other",))
