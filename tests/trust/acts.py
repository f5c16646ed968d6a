"""Acts that anybody may try on a case: hand in, send back, give away, take back, ask, declare.

Each takes the dice, tries one act as one person and lets every refusal pass to the caller.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from random import Random

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from caseflow import clock
from caseflow.demo.past import answers
from caseflow.demo.past.evidence import Exhibit
from caseflow.demo.past.officers import Officers
from caseflow.demo.past.scene import Judge, look
from caseflow.models import Case, RecusalRequest, Task, TaxWarning
from caseflow.services import (
    asked,
    attachments,
    comments,
    deputies,
    hand_overs,
    mergers,
    nudges,
    people,
    recusals,
    send_backs,
    splits,
    take_backs,
    tasks,
)
from caseflow.services.deputies import Wish
from caseflow.services.recusals import Successor, Tie
from caseflow.vocabulary import Actor, NotFound, TaskStatus
from caseflow.vocabulary.choices import RecusalDeclaration

REASON = "按规定办理，情况见附件说明。"
# Of so many acts on a step one is tried by anybody, the others by who usually does it.
_ANYBODY = 4


@dataclass
class Bureau:
    """Whose dice fall on which case, and everybody who may act."""

    session: Session
    dice: Random
    judge: Judge
    ids: tuple[int, ...]
    case: Case
    # How many verbs the act called, each to be one entry of the record of the case.
    verbs: int = 0

    def anybody(self) -> Actor:
        """One person by lot."""
        return people.actor_of(self.session, self.dice.choice(self.ids))

    def open_step(self, *, is_asked: bool = False) -> Task:
        """An open step of the case by lot, or a question to a colleague.

        Raises:
            NotFound: there is none.
        """
        of_case = (Task.case_id == self.case.id, Task.status == TaskStatus.OPEN)
        wanted = Task.asked_kind.is_not(None) if is_asked else Task.asked_kind.is_(None)
        return self._one_of(select(Task).where(*of_case, wanted).order_by(Task.id))

    def done_step(self) -> Task:
        """A step that somebody has handed in."""
        done = (Task.case_id == self.case.id, Task.status == TaskStatus.DONE)
        return self._one_of(select(Task).where(*done).order_by(Task.id))

    def doer(self, task: Task) -> Actor:
        """Mostly who usually does a step, else anybody."""
        if self.dice.randrange(_ANYBODY):
            usual = list(Officers().able(self.session, task))
            if usual:
                return self.dice.choice(usual)
        return self.anybody()

    def _one_of(self, query: Select[Task]) -> Task:
        rows = self.session.scalars(query).all()
        if not rows:
            raise NotFound("task", id=0)
        return self.dice.choice(rows)


def hand_in(bureau: Bureau) -> None:
    """Take a step and hand it in, filled in as an officer would."""
    session, task = bureau.session, bureau.open_step()
    actor = bureau.doer(task)
    bureau.verbs = 1
    if task.assignee_id is None:
        tasks.claim(session, actor, task.id)
        bureau.verbs += 1

    def upload(field: str, exhibit: Exhibit) -> str:
        bureau.verbs += 1
        kept = attachments.add(
            session, actor, task.id, field=field, name=exhibit.name, chunks=[exhibit.content]
        )
        session.flush()  # the form names the file by its id
        return str(kept.id)

    tasks.complete(
        session,
        actor,
        task.id,
        seen_version=task.version,
        answers=answers.of(look(session, task, bureau.judge, upload)),
        idem=uuid.UUID(int=bureau.dice.getrandbits(128)),
    )


def take(bureau: Bureau) -> None:
    """Take a step onto the own desk."""
    task = bureau.open_step()
    bureau.verbs = int(task.assignee_id is None)  # taking what is there already says nothing
    tasks.claim(bureau.session, bureau.doer(task), task.id)


def put_back(bureau: Bureau) -> None:
    """Put a step that was taken back for all."""
    task = bureau.open_step()
    tasks.release(bureau.session, bureau.doer(task), task.id)


def send_back(bureau: Bureau) -> None:
    """退回 to an earlier step by lot."""
    task = bureau.open_step()
    target = bureau.done_step()
    send_backs.send_back(
        bureau.session,
        bureau.doer(task),
        task.id,
        seen_version=task.version,
        target=target.id,
        reason=REASON,
    )


def take_back(bureau: Bureau) -> None:
    """拿回 what was handed in."""
    task = bureau.done_step()
    by = people.actor_of(bureau.session, task.done_by) if task.done_by else bureau.anybody()
    take_backs.take_back(bureau.session, by, task.id)


def hand_over(bureau: Bureau) -> None:
    """转办 to a colleague by lot."""
    task = bureau.open_step()
    hand_overs.hand_over(
        bureau.session,
        bureau.doer(task),
        task.id,
        seen_version=task.version,
        to=bureau.dice.choice(bureau.ids),
        reason=REASON,
    )


def nudge(bureau: Bureau) -> None:
    """催办."""
    nudges.nudge(bureau.session, bureau.anybody(), bureau.open_step().id, text="请尽快办理")


def ask_opinions(bureau: Bureau) -> None:
    """加签."""
    task = bureau.open_step()
    asked.ask_opinions(
        bureau.session,
        bureau.doer(task),
        task.id,
        seen_version=task.version,
        of=bureau.dice.sample(bureau.ids, 2),
        in_turn=bool(bureau.dice.randrange(2)),
        text=REASON,
    )


def send_copies(bureau: Bureau) -> None:
    """抄送."""
    to = bureau.dice.sample(bureau.ids, 2)
    asked.send_copies(bureau.session, bureau.anybody(), bureau.case.id, to=to, text="请阅")


def ask_help(bureau: Bureau) -> None:
    """协查."""
    asked.ask_help(
        bureau.session,
        bureau.anybody(),
        bureau.case.id,
        of=bureau.dice.choice(bureau.ids),
        text=REASON,
        until=clock.today() + timedelta(days=bureau.dice.randrange(6)),
    )


def answer(bureau: Bureau) -> None:
    """Answer a colleague, or mark a copy as read."""
    task = bureau.open_step(is_asked=True)
    asked.answer(bureau.session, bureau.doer(task), task.id, text=REASON)


def take_question_away(bureau: Bureau) -> None:
    """减签."""
    task = bureau.open_step(is_asked=True)
    asked.take_away(bureau.session, bureau.anybody(), task.id)


def comment(bureau: Bureau) -> None:
    """Say something."""
    comments.comment(bureau.session, bureau.anybody(), bureau.case.id, text=REASON)


def declare_tie(bureau: Bureau) -> None:
    """Declare a tie of one's own."""
    tie = Tie(bureau.dice.choice(list(RecusalDeclaration)).value, REASON)
    recusals.declare(bureau.session, bureau.anybody(), bureau.case.id, tie=tie)


def decide_tie(bureau: Bureau) -> None:
    """Decide on a tie that somebody declared."""
    requests = select(RecusalRequest.id).where(RecusalRequest.case_id == bureau.case.id)
    waiting = bureau.session.scalars(requests).all()
    if not waiting:
        raise NotFound("recusal", id=0)
    recusals.decide(
        bureau.session,
        bureau.anybody(),
        bureau.dice.choice(waiting),
        is_recused=bool(bureau.dice.randrange(2)),
        reason=REASON,
        successor=Successor(),
    )


def name_deputy(bureau: Bureau) -> None:
    """Name a deputy for some days."""
    principal, deputy = bureau.dice.sample(bureau.ids, 2)
    today = clock.today()
    wish = Wish(today, today + timedelta(days=bureau.dice.randrange(9)), "请假")
    by = people.actor_of(bureau.session, bureau.dice.choice((principal, *bureau.ids)))
    bureau.verbs = 0  # of this the record of the people tells
    deputies.grant(bureau.session, by, principal, deputy, wish=wish)


def merge_away(bureau: Bureau) -> None:
    """并入 another open case of the household, at the dispatch."""
    session, case = bureau.session, bureau.case
    others = select(Case.id).where(
        Case.taxpayer_id == case.taxpayer_id, Case.id != case.id, Case.closed_at.is_(None)
    )
    leads = session.scalars(others.order_by(Case.id)).all()
    task = bureau.open_step()
    if not leads or task.element.rpartition("/")[2] != "dispatch":
        raise NotFound("case", id=0)
    actor = bureau.doer(task)
    bureau.verbs = 1 + int(task.assignee_id is None)
    if task.assignee_id is None:
        tasks.claim(session, actor, task.id)
    said = {"dispatch_decision": "merge_into_case", "merge_into": str(bureau.dice.choice(leads))}
    tasks.complete(
        session,
        actor,
        task.id,
        seen_version=task.version,
        answers={**said, "reason": REASON},
        idem=uuid.UUID(int=bureau.dice.getrandbits(128)),
    )


def undo_merger(bureau: Bureau) -> None:
    """撤销并入."""
    mergers.undo(bureau.session, bureau.anybody(), bureau.case.id, reason=REASON)


def split_off(bureau: Bureau) -> None:
    """拆分 a doubt by lot."""
    found = select(TaxWarning.id).where(TaxWarning.case_id == bureau.case.id)
    doubts = bureau.session.scalars(found.order_by(TaxWarning.id)).all()
    if not doubts:
        raise NotFound("case", id=0)
    splits.split(
        bureau.session,
        bureau.anybody(),
        bureau.case.id,
        warning_ids=[bureau.dice.choice(doubts)],
        kind=bureau.dice.choice(["WV", "ZF", "OC", "AB", "TP"]),
        reason=REASON,
    )


Act = Callable[[Bureau], None]
# What is tried as often as it is named here.
ACTS: tuple[Act, ...] = (
    *[hand_in] * 24,
    *[take, put_back, hand_over, take_back] * 1,
    *[send_back] * 2,
    *[merge_away, undo_merger] * 2,
    split_off,
    nudge,
    ask_opinions,
    send_copies,
    ask_help,
    *[answer] * 2,
    take_question_away,
    comment,
    declare_tie,
    decide_tie,
    name_deputy,
)
