"""A case as it was when a day ended, and everybody who could see it then or act on its steps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import clock, policy
from caseflow.models import Case, Definition, Taxpayer
from caseflow.models.base import Json
from caseflow.models.record import RecordEvent
from caseflow.policy import Bar, CaseFacts, History, Mark, StepThen, Way
from caseflow.reads.record_chain import payload_of
from caseflow.reads.trace import actors
from caseflow.vocabulary import Actor, Invalid, NotFound, Role, Verb


@dataclass(frozen=True, slots=True)
class Reason:
    """What somebody could do with one open step: ``refusal`` none, or the code of why not."""

    step_id: int
    refusal: str | None
    for_whom: str | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who had a way to the case, or was kept from it.

    ``ways`` are the grounds that held, through the marks of the case too; ``second_mark`` is
    what kept the case from somebody whom its other mark let through.
    """

    actor: Actor
    ways: tuple[Way, ...]
    bar: Bar | None
    acts: tuple[Reason, ...]
    second_mark: Mark | None = None

    @property
    def could_see(self) -> bool:
        """Whether the case existed for this person."""
        return self.bar is None and bool(self.ways)


@dataclass(frozen=True, slots=True)
class Answer:
    """Who could see or act on a case on a day, and the steps that were open then.

    ``definition_id`` is the version that it ran on and ``routed`` are the routing variables that
    acts had set by then; ``exact_from`` is as of ``exact_from`` below.
    """

    case: Case
    taxpayer: Taxpayer | None
    day: date
    people: tuple[Person, ...]
    steps: tuple[StepThen, ...]
    definition_id: int
    routed: Json
    exact_from: date | None

    @property
    def is_presumed(self) -> bool:
        """Whether acts since that day did not tell what they changed."""
        return self.exact_from is not None and self.day < self.exact_from


def exact_from(session: Session) -> date | None:
    """The first day whose answer is exact: acts since tell what they changed; none: every day.

    Whoever takes a step changes whose it is, so the first such act on record that tells is where
    the release that keeps it began.
    """
    taken = (
        select(RecordEvent)
        .where(RecordEvent.action == "task.claimed")
        .order_by(RecordEvent.id)
        .limit(1)
    )
    first = session.scalar(taken)
    if first is None or policy.BEFORE in payload_of(first):
        return None
    told = session.scalar(taken.where(RecordEvent.payload.contains(f'"{policy.BEFORE}":')))
    return clock.today() + timedelta(days=1) if told is None else clock.local_date(told.at)


def who_could(session: Session, actor: Actor, number: str, day: date) -> Answer:
    """
    Everybody who could see or act on a case when a day ended, each with the reason.

    Raises:
        NotFound: no case of that number for the actor; Invalid: it was opened after that day.

    """
    if actor.user_id is not None:
        policy.require(actor, Verb.TRACE_POWERS)
    case = session.scalar(
        select(Case).where(Case.number == number.strip().upper(), policy.visible_cases(actor))
    )
    # Whoever looks after the system traces people; cases are not there for that post.
    if case is None or not _traces(actor, case):
        raise NotFound("case", number=number)
    if case.opened_at >= clock.end_of(day):
        opened = clock.local_date(case.opened_at)
        raise Invalid("case_not_yet", number=case.number, opened=opened)
    since = exact_from(session)
    is_whole = since is None or day >= since
    before = _overwritten(session, case, day, is_whole=is_whole)
    known = policy.case_then(session, case, day, before)
    facts = policy.case_facts(known)
    people = actors.on(session, day, also=_named(facts))
    found = [_person(each, facts, known) for each in people.values()]
    return Answer(
        case=case,
        taxpayer=session.get(Taxpayer, case.taxpayer_id or 0),
        day=day,
        people=tuple(each for each in found if each.ways),
        steps=known.opened,
        definition_id=_definition_then(session, case, day),
        routed=_routed(session, case, day),
        exact_from=since,
    )


def _traces(actor: Actor, case: Case) -> bool:
    return (
        actor.user_id is None
        or Role.AUDITOR in actor.roles
        or case.district_id in (actor.units_as(Role.DISTRICT_DIRECTOR))
    )


def _overwritten(session: Session, case: Case, day: date, *, is_whole: bool) -> policy.Before:
    """What acts after the day have overwritten, as their events say."""
    events = session.scalars(
        select(RecordEvent)
        .where(RecordEvent.stream == f"case:{case.id}", RecordEvent.at >= clock.end_of(day))
        .order_by(RecordEvent.seq)
    )
    return policy.overwritten((payload_of(event) for event in events), is_whole=is_whole)


def _definition_then(session: Session, case: Case, day: date) -> int:
    """The version that the case ran on as the day ended, before it was carried to others."""
    carried = session.scalar(
        select(RecordEvent)
        .where(
            RecordEvent.stream == f"case:{case.id}",
            RecordEvent.action.in_(("case.migrated", "case.migrated_back")),
            RecordEvent.at >= clock.end_of(day),
        )
        .order_by(RecordEvent.seq)
        .limit(1)
    )
    if carried is None:
        return case.definition_id
    process = select(Definition.process).where(Definition.id == case.definition_id)
    return session.scalars(
        select(Definition.id).where(
            Definition.process == process.scalar_subquery(),
            Definition.version == payload_of(carried)["from"],
        )
    ).one()


def _routed(session: Session, case: Case, day: date) -> Json:
    """What the steps handed in by the end of the day had set."""
    events = session.scalars(
        select(RecordEvent)
        .where(
            RecordEvent.stream == f"case:{case.id}",
            RecordEvent.action == "task.completed",
            RecordEvent.at < clock.end_of(day),
        )
        .order_by(RecordEvent.seq)
    )
    set_by = (payload_of(event).get("routing") or {} for event in events)
    return {name: value for each in set_by for name, value in each.items()}


def _named(facts: CaseFacts) -> Iterable[int]:
    seats = {user_id for user_id, _ in facts.seats | facts.lent}
    parts = facts.officers | facts.deputies | facts.successors
    return parts | facts.readers | facts.recused | seats


def _person(actor: Actor, facts: CaseFacts, known: History) -> Person:
    bar = policy.bar(actor, facts)
    ways = policy.grounds(actor, facts)
    acts = () if bar is not None or not ways else tuple(_acts(actor, known))
    return Person(actor, ways, bar, acts, policy.second_mark(actor, facts))


def _acts(actor: Actor, known: History) -> Iterator[Reason]:
    """The steps that the person could take or hand in, and those barred by what was done."""
    for step in known.opened:
        facts = policy.step_facts(known, step)
        tried = (policy.to_complete(actor, facts), policy.to_claim(actor, facts))
        able = next((each for each in tried if each.refusal is None), None)
        if able is not None:
            standing = able.standing
            yield Reason(step.id, None, standing.principal_name if standing else None)
            continue
        kept = next((each for each in tried if each.refusal in ("barred", "personal")), None)
        if kept is not None:
            yield Reason(step.id, kept.because or kept.refusal)
