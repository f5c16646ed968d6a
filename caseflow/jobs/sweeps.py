"""What the clockwork does by itself when its time has come. Each sweep may run twice."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from caseflow.services import (
    archiving,
    blobs,
    bureau_clock,
    cases,
    checkpoint_sheets,
    course_cells,
    courses,
    deputies,
    digests,
    evaluation_bars,
    evaluation_plans,
    leavers,
    messages,
    pauses,
    reminders,
    selection,
    self_checks,
)

Sweep = Callable[[Session], int]

# Each takes a bounded share of what is due and gives how much it moved. The demo's clock is
# noted last, so that it is never seen later than what was done.
SWEEPS: tuple[Sweep, ...] = (
    cases.wake_due,
    messages.offer_next,
    deputies.release_ended,
    leavers.sweep_nightly,
    pauses.end_due,
    reminders.climb_due,
    selection.begin_month,
    evaluation_plans.begin_due,
    evaluation_bars.watch_nightly,
    archiving.call_due,
    digests.compose_daily,
    courses.catch_up,
    course_cells.renew,
    blobs.scrub_due,
    checkpoint_sheets.make_due,
    self_checks.begin_nightly,
    bureau_clock.see,
)
# What may lag: one share in a beat, so that after an upgrade of a full house timers do not wait.
UNHURRIED: frozenset[Sweep] = frozenset({courses.catch_up, course_cells.renew, blobs.scrub_due})
