"""Working through the days: the clock moves, what is due is delivered, and officers act."""

from __future__ import annotations

import heapq
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import clock, db
from caseflow.clock import BUREAU_ZONE
from caseflow.demo.past import agenda, answers
from caseflow.demo.past.evidence import Exhibit
from caseflow.demo.past.officers import Officers
from caseflow.demo.past.scene import Judge, look
from caseflow.models import Task
from caseflow.services import attachments, bureau_clock, cases, reminders, tasks
from caseflow.vocabulary import SYSTEM, Actor, Forbidden, Refused, TaskStatus

# From this day on the demo people leave some work on their desks.
_LAST_DAYS = date(2010, 1, 15)
Morning = Callable[[date], None]


@dataclass
class Past:
    """The making of the past: what is waiting for whom, and how it has gone so far."""

    database: db.Database
    judge: Judge
    officers: Officers = field(default_factory=Officers)
    acts: Counter[str] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    _waiting: list[tuple[date, int, int]] = field(default_factory=list)
    _newest: int = 0

    def work_through(self, day: date, morning: Morning) -> None:
        """Let one working day pass: timers, deliveries, then the officers, hour by hour."""
        self.move_to(datetime.combine(day, agenda.SLOTS[0], BUREAU_ZONE))
        self.sweep()
        morning(day)
        for slot, hour in enumerate(agenda.SLOTS):
            self._take_note(day)
            if self._waiting and self._waiting[0][:2] <= (day, slot):
                self.move_to(datetime.combine(day, hour, BUREAU_ZONE))
                self._act(day, slot)

    def move_to(self, at: datetime) -> None:
        """Move the demo's clock forward to an instant; never back."""
        with self.database.transaction() as session:
            ahead = at - clock.now()
            if ahead > timedelta(0):
                bureau_clock.advance(session, SYSTEM, ahead)

    def sweep(self) -> None:
        """Do what the clockwork does by itself: timers of drawings, reminders, escalations."""
        for sweep in (cases.wake_due, reminders.climb_due):
            moved = 1
            while moved:
                with self.database.transaction() as session:
                    moved = sweep(session)

    def _act(self, day: date, slot: int) -> None:
        later: list[tuple[date, int, int]] = []
        while self._waiting and self._waiting[0][:2] <= (day, slot):
            _, _, task_id = heapq.heappop(self._waiting)
            put_off = self._hand_in(task_id, day)
            if put_off is not None:
                later.append((put_off, 0, task_id))
        for entry in later:
            heapq.heappush(self._waiting, entry)

    def _take_note(self, day: date) -> None:
        """Put the steps that have come onto desks on the agenda."""
        with self.database.reading() as session:
            found = session.scalars(
                select(Task)
                .where(Task.id > self._newest, Task.status == TaskStatus.OPEN)
                .order_by(Task.id)
            ).all()
        for task in found:
            self._newest = max(self._newest, task.id)
            days = agenda.waits(task)
            on = self.judge.calendar.add_working_days(day, days).on if days else day
            heapq.heappush(self._waiting, (on, agenda.slot_of(task.form_key), task.id))

    def _hand_in(self, task_id: int, day: date) -> date | None:
        """Hand a step in; gives the day to try again, None when it is done or gone for good."""
        try:
            with self.database.transaction() as session:
                return self._handed_in(session, task_id, day)
        except Refused as refusal:
            self.refusals[str(refusal)[:300]] += 1
            return None

    def _handed_in(self, session: Session, task_id: int, day: date) -> date | None:
        task = session.get_one(Task, task_id)
        if task.status != TaskStatus.OPEN:
            return None
        tomorrow = self.judge.calendar.add_working_days(day, 1).on
        actor = self._taken_by(session, task, day)
        if actor is None:
            return tomorrow

        def upload(name: str, exhibit: Exhibit) -> str:
            kept = attachments.add(
                session, actor, task_id, field=name, name=exhibit.name, chunks=[exhibit.content]
            )
            session.flush()  # the form names the file by its id
            return str(kept.id)

        scene = look(session, task, self.judge, upload)
        earliest = agenda.not_before(scene)
        if earliest is not None and earliest > day:
            return None if earliest == date.max else earliest
        tasks.complete(
            session,
            actor,
            task_id,
            seen_version=task.version,
            answers=answers.of(scene),
            idem=uuid.uuid5(uuid.NAMESPACE_OID, f"past/{task.case_id}/{task.key}"),
        )
        self.acts[task.form_key] += 1
        return None

    def _taken_by(self, session: Session, task: Task, day: date) -> Actor | None:
        """Who acts on the step, with the step on the own desk; None when nobody does today."""
        for actor in self.officers.able(session, task):
            if day >= _LAST_DAYS and self.officers.keeps_work(session, actor):
                return None
            if task.assignee_id is not None:
                return actor
            try:
                tasks.claim(session, actor, task.id)
            except Forbidden:
                continue  # barred from this case: the next who may
            return actor
        return None
