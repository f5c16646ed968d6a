"""Later work: written with a change, taken by one process at a time, done with its effect.

What failed ten times waits for a person, who lets it be tried again or gives it up, with a reason
that goes on the record. Times here are the machine's: they are about retrying, not about business.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select, text
from sqlalchemy.orm import Session

from caseflow import clock, policy
from caseflow.models import OutboxMessage
from caseflow.services import record
from caseflow.vocabulary import Actor, Conflict, Invalid, NotFound, Verb

CHANNEL = "caseflow_outbox"
MOST_ATTEMPTS = 10
LONGEST_REASON = 500
_FIRST_PAUSE = timedelta(seconds=1)
_STREAM = "sys:outbox"


def put(session: Session, topic: str, payload: Mapping[str, object]) -> OutboxMessage:
    """Leave a piece of later work; who listens hears of it when the transaction commits."""
    message = OutboxMessage(topic=topic, payload=dict(payload))
    session.add(message)
    session.execute(text("SELECT pg_notify(:channel, '')"), {"channel": CHANNEL})
    return message


def take(session: Session) -> OutboxMessage | None:
    """Lock the oldest piece of work that is due and that nobody else holds."""
    return session.scalars(
        select(OutboxMessage)
        .where(*_due())
        .order_by(OutboxMessage.available_at, OutboxMessage.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).one_or_none()


def take_of(session: Session, topic: str) -> OutboxMessage | None:
    """As ``take``, of one topic."""
    return session.scalars(
        select(OutboxMessage)
        .where(*_due(), OutboxMessage.topic == topic)
        .order_by(OutboxMessage.available_at, OutboxMessage.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).one_or_none()


def settle(message: OutboxMessage) -> None:
    """Mark the work done, in the transaction that did it."""
    message.done_at = clock.wall()
    message.error = None


def postpone(session: Session, message_id: int, error: str) -> None:
    """Note a failure and try again, each time twice as late; at last leave it for a person."""
    message = session.get_one(OutboxMessage, message_id, with_for_update=True)
    message.available_at = clock.wall() + _FIRST_PAUSE * 2**message.attempts
    message.attempts += 1
    message.error = error[:2000]


def waiting_since(session: Session) -> datetime | None:
    """Since when the oldest piece of work that is due has waited; None when nothing waits."""
    return session.scalar(select(func.min(OutboxMessage.available_at)).where(*_due()))


def retry(session: Session, actor: Actor, message_id: int, *, reason: str) -> OutboxMessage:
    """Let work that was given to a person be tried ten more times, from now on.

    Raises:
        Forbidden: the actor does not look after the running of the system.
        NotFound: there is no such work.
        Conflict: it is done, given up, or still tried by itself.
        Invalid: no reason, or a longer one than 500 characters.
    """
    message = _dead(session, actor, message_id)
    _note(session, actor, message, action="message.retried", reason=reason)
    message.attempts, message.available_at = 0, clock.wall()
    session.execute(text("SELECT pg_notify(:channel, '')"), {"channel": CHANNEL})
    return message


def discard(session: Session, actor: Actor, message_id: int, *, reason: str) -> OutboxMessage:
    """Give up work that cannot be done; its row stays, with who decided so and why.

    Raises:
        Forbidden: the actor does not look after the running of the system.
        NotFound: there is no such work.
        Conflict: it is done, given up, or still tried by itself.
        Invalid: no reason, or a longer one than 500 characters.
    """
    message = _dead(session, actor, message_id)
    _note(session, actor, message, action="message.discarded", reason=reason)
    message.discarded_at, message.discard_reason = clock.wall(), reason.strip()
    message.discarded_by = actor.user_id
    return message


def _dead(session: Session, actor: Actor, message_id: int) -> OutboxMessage:
    """Work that waits for a person, locked."""
    message = session.get(OutboxMessage, message_id, with_for_update=True)
    if actor.user_id is not None:  # the operator at the command line has the machine's own powers
        policy.require(actor, Verb.OPERATE)
    if message is None:
        raise NotFound("outbox_message", id=message_id)
    if message.done_at or message.discarded_at or message.attempts < MOST_ATTEMPTS:
        raise Conflict("message_not_dead", id=message_id)
    return message


def _note(
    session: Session, actor: Actor, message: OutboxMessage, *, action: str, reason: str
) -> None:
    """Put a person's decision about failed work on the record."""
    if not 1 <= len(reason.strip()) <= LONGEST_REASON:
        raise Invalid("reason_length", shortest=1, longest=LONGEST_REASON)
    told = {
        "message": message.id,
        "topic": message.topic,
        "work": record.digest(message.payload),
        "attempts": message.attempts,
        "reason": reason.strip(),
    }
    record.append(session, actor, _STREAM, action=action, payload=told)


def _due() -> tuple[ColumnElement[bool], ...]:
    return (
        OutboxMessage.done_at.is_(None),
        OutboxMessage.discarded_at.is_(None),
        OutboxMessage.available_at <= func.clock_timestamp(),
        OutboxMessage.attempts < MOST_ATTEMPTS,
    )
