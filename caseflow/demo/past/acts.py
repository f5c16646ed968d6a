"""One officer, one step: who takes it, what is handed in, and when it must wait."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy.orm import Session

from caseflow import db
from caseflow.demo.past import agenda, answers
from caseflow.demo.past.evidence import Exhibit
from caseflow.demo.past.officers import Officers
from caseflow.demo.past.scene import Judge, look
from caseflow.models import Task
from caseflow.services import attachments, send_backs, tasks
from caseflow.vocabulary import Actor, Forbidden, Refused, TaskStatus

# From this day on the demo people leave some work on their desks.
LAST_DAYS = date(2010, 1, 15)


@dataclass
class Worked:
    """How some acts went: counts by form, refusals in words, steps put off to day and slot."""

    acts: Counter[str] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    put_off: list[tuple[date, int, int]] = field(default_factory=list)


@dataclass
class Acting:
    """Officers at work on one database; keeps what it has looked up about people."""

    database: db.Database
    judge: Judge
    officers: Officers = field(default_factory=Officers)

    def hand_in(self, task_ids: Sequence[int], day: date) -> Worked:
        """Hand steps in, one transaction each."""
        worked = Worked()
        for task_id in task_ids:
            try:
                with self.database.transaction() as session:
                    later = self._handed_in(session, task_id, day, worked)
            except Refused as refusal:
                worked.refusals[str(refusal)[:300]] += 1
                continue
            if later is not None:
                worked.put_off.append((*later, task_id))
        return worked

    def _handed_in(
        self, session: Session, task_id: int, day: date, worked: Worked
    ) -> tuple[date, int] | None:
        """Hand a step in; gives day and slot to try again, None when it is done or left lying."""
        task = session.get_one(Task, task_id)
        slot = agenda.slot_of(task, day)
        if task.status != TaskStatus.OPEN or task.form_key not in answers.known():
            return None
        actor = self._taken_by(session, task, day)
        if actor is None:
            return self.judge.calendar.add_working_days(day, 1).on, slot

        def upload(name: str, exhibit: Exhibit) -> str:
            kept = attachments.add(
                session, actor, task_id, field=name, name=exhibit.name, chunks=[exhibit.content]
            )
            session.flush()  # the form names the file by its id
            return str(kept.id)

        scene = look(session, task, self.judge, upload)
        earliest = agenda.not_before(scene)
        if earliest is not None and earliest > day:
            return None if earliest == date.max else (earliest, slot)
        back = answers.sent_back(scene)
        if back is not None:
            _send_back(session, actor, task, *back)
            worked.acts["send_back"] += 1
            return None
        filled_in = answers.of(scene)
        tasks.complete(
            session,
            actor,
            task_id,
            seen_version=task.version,
            answers=filled_in,
            idem=uuid.uuid5(uuid.NAMESPACE_OID, f"past/{task.case_id}/{task.key}"),
        )
        worked.acts[task.form_key] += 1
        return None

    def _taken_by(self, session: Session, task: Task, day: date) -> Actor | None:
        """Who acts on the step, with the step on the own desk; None when nobody does today."""
        for actor in self.officers.able(session, task):
            if day >= LAST_DAYS and self.officers.keeps_work(session, actor):
                return None
            if task.assignee_id is not None:
                return actor
            try:
                tasks.claim(session, actor, task.id)
            except Forbidden:
                continue  # barred from this case: the next who may
            return actor
        return None


def _send_back(session: Session, actor: Actor, task: Task, form_key: str, reason: str) -> None:
    """Send a step back to the newest one that was handed in with a form.

    Raises:
        Refused: as ``send_backs.send_back``.
    """
    plans = send_backs.plans(session, actor, task.id)
    target = next(plan.target for plan in plans if plan.target.form_key == form_key)
    send_backs.send_back(
        session, actor, task.id, seen_version=task.version, target=target.id, reason=reason
    )
