"""A case as it was when a day ended, and everybody who could see it then or act on its steps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from caseflow import clock, lines, policy
from caseflow.models import (
    Case,
    Recusal,
    SensitiveFile,
    SensitiveReader,
    Task,
    Taxpayer,
    TaxWarning,
)
from caseflow.policy import Bar, CaseFacts, TaskFacts, Way
from caseflow.reads.trace import then
from caseflow.vocabulary import Actor, NotFound, Role, TaskStatus, Verb
from caseflow.vocabulary.drawings import OFFICERS


@dataclass(frozen=True, slots=True)
class Reason:
    """What somebody could do with one open step: ``refusal`` none, or the code of why not."""

    step_id: int
    refusal: str | None
    for_whom: str | None = None


@dataclass(frozen=True, slots=True)
class StepThen:
    """A step that was open when the day ended."""

    id: int
    name: str
    name_en: str


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who had a way to the case, or was kept from it."""

    actor: Actor
    ways: tuple[Way, ...]
    bar: Bar | None
    acts: tuple[Reason, ...]

    @property
    def could_see(self) -> bool:
        """Whether the case existed for this person."""
        return self.bar is None and bool(self.ways)


@dataclass(frozen=True, slots=True)
class Answer:
    """Who could see or act on a case on a day, and the steps that were open then."""

    case: Case
    taxpayer: Taxpayer
    day: date
    people: tuple[Person, ...]
    steps: tuple[StepThen, ...]


def who_could(session: Session, actor: Actor, number: str, day: date) -> Answer:
    """
    Everybody who could see or act on a case when a day ended, each with the reason.

    Raises:
        NotFound: no case of that number for the actor, or it was not there on that day.

    """
    if actor.user_id is not None:
        policy.require(actor, Verb.TRACE_POWERS)
    case = session.scalar(
        select(Case).where(Case.number == number.strip().upper(), policy.visible_cases(actor))
    )
    # Whoever looks after the system traces people; cases are not there for that post.
    if case is None or not _traces(actor, case) or case.opened_at >= clock.end_of(day):
        raise NotFound("case", number=number)
    facts, steps = _facts(session, case, day)
    people = then.actors(session, day, only=_named(facts))
    found = [_person(each, facts, steps) for each in people.values()]
    return Answer(
        case=case,
        taxpayer=session.get_one(Taxpayer, case.taxpayer_id),
        day=day,
        people=tuple(each for each in found if each.ways),
        steps=tuple(StepThen(step.id, step.name, step.name_en) for step, _ in steps),
    )


def _traces(actor: Actor, case: Case) -> bool:
    return (
        actor.user_id is None
        or Role.AUDITOR in actor.roles
        or case.district_id in (actor.units_as(Role.DISTRICT_DIRECTOR))
    )


def _named(facts: CaseFacts) -> Iterable[int]:
    seats = {user_id for user_id, _ in facts.seats | facts.lent}
    return facts.officers | facts.deputies | facts.readers | facts.recused | seats


def _person(actor: Actor, facts: CaseFacts, steps: Sequence[tuple[Task, TaskFacts]]) -> Person:
    bar = policy.bar(actor, facts)
    ways = tuple(policy.ways(actor, facts))
    acts = () if bar is not None or not ways else tuple(_acts(actor, steps))
    return Person(actor, ways, bar, acts)


def _acts(actor: Actor, steps: Sequence[tuple[Task, TaskFacts]]) -> Iterator[Reason]:
    """The steps that the person could take or hand in, and those barred by what was done."""
    for step, facts in steps:
        tried = (policy.to_complete(actor, facts), policy.to_claim(actor, facts))
        able = next((each for each in tried if each.refusal is None), None)
        if able is not None:
            standing = able.standing
            yield Reason(step.id, None, standing.principal_name if standing else None)
        elif any(each.refusal == "barred" for each in tried):
            because = next(each.because for each in tried if each.refusal == "barred")
            yield Reason(step.id, because or "barred")


def _facts(
    session: Session, case: Case, day: date
) -> tuple[CaseFacts, list[tuple[Task, TaskFacts]]]:
    """The case as the policy would have found it when the day ended."""
    until = clock.end_of(day)
    steps = session.scalars(
        select(Task).where(Task.case_id == case.id, Task.opened_at < until).order_by(Task.id)
    ).all()
    opened = [step for step in steps if step.done_at is None or step.done_at >= until]
    recused = frozenset(
        session.scalars(
            select(Recusal.user_id).where(Recusal.case_id == case.id, Recusal.at < until)
        )
    )
    codes = session.scalars(
        select(TaxWarning.indicator).where(
            TaxWarning.case_id == case.id, TaxWarning.joined_at < until
        )
    )
    officers = _officers(steps)
    held = [step for step in steps if _held_by(step, until) is not None]
    readers, cleared = _marks(session, case, until)
    facts = CaseFacts(
        id=case.id,
        kind=case.kind,
        taxpayer_id=case.taxpayer_id,
        district_id=case.district_id,
        section_id=case.section_id,
        lines=frozenset(lines.table().of(codes)),
        officers=frozenset(officers.values()),
        seats=_seats((step.assignee_id, step) for step in held),
        lent=_seats((step.held_for, step) for step in held if step in opened),
        deputies=frozenset(
            step.done_by
            for step in steps
            if step.done_for is not None and step.done_by is not None and _is_done(step, until)
        ),
        recused=recused,
        holders=frozenset(
            step.assignee_id for step in held if step in opened and step.assignee_id is not None
        ),
        readers=readers,
        cleared=cleared,
    )
    done = [step for step in steps if _is_done(step, until)]
    return facts, [(step, _step(case, step, until, (officers, recused, done))) for step in opened]


def _officers(steps: Sequence[Task]) -> dict[str, int]:
    """Main and second officer: whoever had the latest of the steps that come to each."""
    return {
        step.relation: step.assignee_id
        for step in steps
        if step.relation in OFFICERS and step.assignee_id is not None
    }


def _held_by(step: Task, until: datetime) -> int | None:
    taken = step.claimed_at is None or step.claimed_at < until
    return step.assignee_id if taken else None


def _is_done(step: Task, until: datetime) -> bool:
    return step.status == TaskStatus.DONE and step.done_at is not None and step.done_at < until


def _seats(pairs: Iterable[tuple[int | None, Task]]) -> frozenset[tuple[int, Role]]:
    return frozenset(
        (user_id, Role(role))
        for user_id, step in pairs
        if user_id is not None
        for role in step.roles
    )


def _step(
    case: Case,
    step: Task,
    until: datetime,
    known: tuple[dict[str, int], frozenset[int], list[Task]],
) -> TaskFacts:
    officers, recused, done = known
    assignee = _held_by(step, until)
    barred = {
        user_id: relation for relation, user_id in officers.items() if relation in step.separation
    }
    for earlier in done:
        if earlier.element in step.separation or earlier.relation in step.separation:
            acted = (earlier.done_by, earlier.done_for, earlier.done_through)
            barred |= {user_id: earlier.element for user_id in acted if user_id is not None}
    return TaskFacts(
        is_open=True,
        roles=frozenset(Role(role) for role in step.roles),
        unit_id=step.unit_id,
        relation=step.relation,
        assignee_id=assignee,
        barred=barred,
        kind=case.kind,
        held_for=step.held_for if assignee is not None else None,
        is_personal=step.form_key in policy.PERSONAL_FORMS,
        recused=recused,
    )


def _marks(
    session: Session, case: Case, until: datetime
) -> tuple[frozenset[int], tuple[frozenset[int], ...]]:
    rows = session.execute(
        select(SensitiveFile, SensitiveReader.user_id, Taxpayer.administrator_id)
        .outerjoin(
            SensitiveReader,
            (SensitiveReader.file_id == SensitiveFile.id)
            & (SensitiveReader.allowed_at < until)
            & or_(SensitiveReader.ended_at.is_(None), SensitiveReader.ended_at >= until),
        )
        .outerjoin(Taxpayer, Taxpayer.id == SensitiveFile.taxpayer_id)
        .where(
            or_(SensitiveFile.case_id == case.id, SensitiveFile.taxpayer_id == case.taxpayer_id),
            SensitiveFile.marked_at < until,
            or_(SensitiveFile.lifted_at.is_(None), SensitiveFile.lifted_at >= until),
        )
    ).all()
    cleared: dict[int, set[int | None]] = {}
    for row in rows:
        known = {row.SensitiveFile.marked_by, row.user_id, row.administrator_id}
        cleared.setdefault(row.SensitiveFile.id, set()).update(known)
    readers = frozenset(row.user_id for row in rows if row.user_id is not None)
    return readers, tuple(
        frozenset(each for each in known if each is not None) for known in cleared.values()
    )
