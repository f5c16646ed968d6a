"""Who may re-check a case: nobody who did anything in it, be it for somebody else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from caseflow import policy
from caseflow.models import Case, Post, Recheck, RecheckPlan, Unit, User
from caseflow.policy import History
from caseflow.services import people
from caseflow.vocabulary import RecheckLevel, RecheckState, Role
from caseflow.vocabulary.drawings import OFFICERS

# The steps of a re-check itself.
CHECK, SIGN = "recheck", "recheck_signature"
CHECKS = frozenset({CHECK, SIGN})
# Posts that know how an evaluation is made; the city's own for its plan.
_OF_A_DISTRICT = frozenset(
    {Role.TAX_ADMINISTRATOR, Role.SECTION_CHIEF, Role.REVIEWER, Role.LEGAL_REVIEWER}
)
_OF_THE_CITY = frozenset({Role.POST_ANALYSIS, Role.DIVISION_CHIEF})


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who could be named, or why not; ``because`` is the step or the part taken."""

    id: int
    name: str
    unit: str
    open: int
    refusal: str = ""
    because: str = ""


def separation(case: History) -> list[str]:
    """Officers and every step of the case: whoever did one of them is kept from the re-check.

    Not its own steps: a report that was sent back is handed in again by the same person.
    """
    return sorted({*OFFICERS, *(step.element for step in case.steps)} - CHECKS)


def of(session: Session, plan: RecheckPlan, case: Case) -> tuple[Candidate, ...]:
    """All whose post fits, those who may first, then by how many re-checks they have."""
    known = policy.case_now(session, case)
    facts = policy.case_facts(known)
    barred = took_part(known)
    found = []
    for user_id, name, unit in _staff(session, plan):
        actor = people.actor_of(session, user_id)
        people_meant = policy.counts_as(actor, case.kind)
        as_whom = next((each for each in people_meant if each in barred), None)
        refusal, because = "", ""
        if user_id in known.recused:
            refusal = "recused"
        elif as_whom is not None:
            refusal = "took_part" if as_whom == user_id else "stands_for"
            because = barred[as_whom]
        elif user_id == plan.drawn_by and plan.level is not RecheckLevel.SECTION:
            refusal = "signs"
        elif policy.bar(actor, facts) is not None:
            refusal = "withheld"
        found.append((user_id, name, unit, refusal, because))
    counts = _open_counts(session, [each[0] for each in found])
    rows = [
        Candidate(user_id, name, unit, counts.get(user_id, 0), refusal, because)
        for user_id, name, unit, refusal, because in found
    ]
    return tuple(sorted(rows, key=lambda each: (bool(each.refusal), each.open, each.id)))


def took_part(case: History) -> Mapping[int, str]:
    """Everybody who has a part in a case, with the step or the part."""
    found = dict(policy.barred(case, [*separation(case), *CHECKS]))
    for user_id in case.recused:
        found[user_id] = "recused"
    for step in case.opened:
        if step.assignee_id is not None:
            found.setdefault(step.assignee_id, step.element)
    return found


def _staff(session: Session, plan: RecheckPlan) -> Sequence[tuple[int, str, str]]:
    roles = _OF_THE_CITY if plan.level is RecheckLevel.CITY else _OF_A_DISTRICT
    unit = session.get_one(Unit, plan.unit_id)
    rows = session.execute(
        select(User.id, User.name, func.min(Unit.name))
        .join(Post, Post.user_id == User.id)
        .join(Unit, Unit.id == Post.unit_id)
        .where(
            User.is_active,
            Post.role.in_(roles),
            Unit.path.startswith(unit.path),
            policy.held_today(),
        )
        .group_by(User.id, User.name)
        .order_by(User.id)
    )
    return [(row[0], row[1], row[2]) for row in rows]


def _open_counts(session: Session, ids: Sequence[int]) -> dict[int, int]:
    rows = session.execute(
        select(Recheck.officer_id, func.count())
        .where(Recheck.officer_id.in_(ids), Recheck.state == RecheckState.ASSIGNED)
        .group_by(Recheck.officer_id)
    )
    return {row[0]: row[1] for row in rows if row[0] is not None}
