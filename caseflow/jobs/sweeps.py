"""What the clockwork does by itself when its time has come. Each sweep may run twice."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from caseflow.services import bureau_clock, cases, reminders

Sweep = Callable[[Session], int]


def fire_timers(session: Session) -> int:
    """Let drawn timers that are due fire."""
    return 0 if bureau_clock.is_making_past(session) else cases.wake_due(session)


def remind(session: Session) -> int:
    """Climb the ladder of reminders and escalations."""
    return 0 if bureau_clock.is_making_past(session) else reminders.climb_due(session)


# Each takes a bounded share of what is due and gives how much it moved. The demo's clock is
# noted last, so that it is never seen later than what was done.
SWEEPS: tuple[Sweep, ...] = (fire_timers, remind, bureau_clock.see)
