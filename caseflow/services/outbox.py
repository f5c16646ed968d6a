"""Later work: written with a change, taken by one process at a time, done with its effect.

Times here are the machine's: they are about retrying, not about business.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select, text
from sqlalchemy.orm import Session

from caseflow import clock
from caseflow.models import OutboxMessage

CHANNEL = "caseflow_outbox"
MOST_ATTEMPTS = 10
_FIRST_PAUSE = timedelta(seconds=1)


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


def _due() -> tuple[ColumnElement[bool], ...]:
    return (
        OutboxMessage.done_at.is_(None),
        OutboxMessage.available_at <= func.clock_timestamp(),
        OutboxMessage.attempts < MOST_ATTEMPTS,
    )
