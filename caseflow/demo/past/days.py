"""Working through the days: the clock moves, what is due is delivered, and officers act."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import select

from caseflow import clock, db
from caseflow.clock import BUREAU_ZONE
from caseflow.demo.past import agenda, answers
from caseflow.demo.past.crew import Crew
from caseflow.jobs.sweeps import SWEEPS
from caseflow.jobs.topics import EFFECTS
from caseflow.jobs.worker import work_through
from caseflow.models import Case, Task
from caseflow.services import bureau_clock
from caseflow.vocabulary import SYSTEM, TaskStatus
from caseflow.working_days import Calendar

Morning = Callable[[date], None]


@dataclass
class Past:
    """The making of the past: what is waiting for whom, and how it has gone so far."""

    database: db.Database
    calendar: Calendar
    crew: Crew
    home: int  # the district of the demo people
    acts: Counter[str] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    # Day, hour of the day, step, district: what is done next stands first.
    _waiting: list[tuple[date, int, int, int]] = field(default_factory=list)
    _newest: int = 0

    def work_through(self, day: date, morning: Morning) -> None:
        """Let one working day pass: timers, deliveries, then the officers, hour by hour."""
        self.move_to(datetime.combine(day, agenda.SLOTS[0], BUREAU_ZONE))
        self.sweep()
        morning(day)
        self.sweep()
        for slot, hour in enumerate(agenda.SLOTS):
            self._take_note(day)
            if self._waiting and self._waiting[0][:2] <= (day, slot):
                self.move_to(datetime.combine(day, hour, BUREAU_ZONE))
                self._act(day, slot)

    def move_to(self, at: datetime) -> None:
        """Move the demo's clock forward to an instant; never back."""
        move_clock(self.database, at)

    def sweep(self) -> None:
        """Do what clockwork and worker do by themselves: timers, reminders, months, selection."""
        for sweep in SWEEPS:
            moved = 1
            while moved:
                with self.database.transaction() as session:
                    moved = sweep(session)
        work_through(self.database, EFFECTS)

    def _act(self, day: date, slot: int) -> None:
        due: list[tuple[int, int]] = []
        while self._waiting and self._waiting[0][:2] <= (day, slot):
            due.append(heapq.heappop(self._waiting)[2:])
        worked = self.crew.hand_in(due, day)
        self.acts += worked.acts
        self.refusals += worked.refusals
        districts = dict(due)
        for until, hour, task_id in worked.put_off:
            heapq.heappush(self._waiting, (until, hour, task_id, districts[task_id]))

    def _take_note(self, day: date) -> None:
        """Put the steps that have come onto desks on the agenda."""
        with self.database.reading() as session:
            found = session.execute(
                select(Task, Case.district_id)
                .join(Case, Case.id == Task.case_id)
                .where(Task.id > self._newest, Task.status == TaskStatus.OPEN)
                .order_by(Task.id)
            ).all()
        for task, district in found:
            self._newest = max(self._newest, task.id)
            if task.form_key not in answers.known():
                continue  # a kind of case that nobody of the demonstration works yet
            days = agenda.waits(task, day, is_home=district == self.home)
            on = self.calendar.add_working_days(day, days).on if days else day
            slot = agenda.slot_of(task, day)
            heapq.heappush(self._waiting, (on, slot, task.id, district))


def move_clock(database: db.Database, at: datetime) -> None:
    """Move a demo's clock forward to an instant; never back."""
    with database.transaction() as session:
        ahead = at - clock.now()
        if ahead > timedelta(0):
            bureau_clock.advance(session, SYSTEM, ahead)
