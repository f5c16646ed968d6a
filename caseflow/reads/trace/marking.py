"""Before a file is marked as sensitive: who works on it today and would not see it any more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import clock, policy
from caseflow.models import Case, Taxpayer, User
from caseflow.policy import Bar, History, Mark
from caseflow.reads.trace import actors
from caseflow.vocabulary import Actor, NotFound

# Open cases of one household are few; what is beyond is not looked at.
_MOST = 20


@dataclass(frozen=True, slots=True)
class Work:
    """A step that somebody may do today, be it for somebody else."""

    number: str
    step: str
    step_en: str
    for_whom: str | None


@dataclass(frozen=True, slots=True)
class Loser:
    """Somebody who could not do some work any more after the mark."""

    login: str
    name: str
    works: tuple[Work, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """What a mark would be put on, and whom it would keep from their work."""

    number: str
    taxpayer: str
    losers: tuple[Loser, ...]


def preview(session: Session, actor: Actor, *, number: str, tin: str) -> Preview:
    """
    What a mark would do; asked by the number of a case, or the tax number of a household.

    Raises:
        NotFound: there is none of that number for the actor.

    """
    of_case = number.strip().upper()
    payer, cases = _meant(session, actor, of_case, tin.strip().upper())
    people = actors.on(session, clock.today())
    mark = Mark(
        is_of_household=not of_case,
        marked_by=actor.user_id,
        administrator=None if of_case else payer.administrator_id,
    )
    histories = [(case.number, policy.case_now(session, case)) for case in cases]
    lost = {
        person.user_id: tuple(
            work for number, known in histories for work in _lost(person, known, number, mark)
        )
        for person in people.values()
    }
    users = session.execute(
        select(User.id, User.login, User.name)
        .where(User.id.in_([each for each, works in lost.items() if works]))
        .order_by(User.id)
    )
    losers = tuple(Loser(login, name, lost[user_id]) for user_id, login, name in users)
    return Preview(of_case, payer.name, losers)


def _meant(
    session: Session, actor: Actor, number: str, tin: str
) -> tuple[Taxpayer, Sequence[Case]]:
    if number:
        case = session.scalar(
            select(Case).where(Case.number == number, policy.visible_cases(actor))
        )
        if case is None or case.taxpayer_id is None:
            raise NotFound("case", number=number)
        return session.get_one(Taxpayer, case.taxpayer_id), [case]
    payer = session.scalar(
        select(Taxpayer).where(Taxpayer.tin == tin, policy.visible_taxpayers(actor))
    )
    if payer is None:
        raise NotFound("taxpayer", tin=tin)
    opened = select(Case).where(
        Case.taxpayer_id == payer.id, Case.closed_at.is_(None), policy.visible_cases(actor)
    )
    return payer, session.scalars(opened.order_by(Case.id).limit(_MOST)).all()


def _lost(person: Actor, known: History, number: str, mark: Mark) -> Iterator[Work]:
    """What somebody may do in a case today, if this mark would hide it."""
    facts = policy.case_facts(known)
    marked = replace(facts, marks=(*facts.marks, mark))
    if not policy.may_see(person, facts) or policy.bar(person, marked) is not Bar.WITHHELD:
        return
    for step in known.opened:
        of_step = policy.step_facts(known, step)
        tried = (policy.to_complete(person, of_step), policy.to_claim(person, of_step))
        able = next((each for each in tried if each.refusal is None), None)
        if able is not None:
            whom = able.standing.principal_name if able.standing else None
            yield Work(number, step.name, step.name_en, whom)
