"""Spot checks 抽查 of a section's chief: drawn by lot or chosen by hand, and what was found."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import ColumnElement, exists, or_, select, true
from sqlalchemy.orm import Session

from caseflow import clock, lots, policy
from caseflow.models import Case, Recheck, RecheckPlan, Task
from caseflow.services import cases, sights
from caseflow.services.rechecks import plans
from caseflow.services.rechecks.checks import LONGEST, SHORTEST
from caseflow.services.rechecks.plans import Line
from caseflow.vocabulary import (
    Actor,
    CaseKind,
    CaseStatus,
    Forbidden,
    Invalid,
    NotFound,
    RecheckLevel,
    RecheckResult,
    RecheckState,
    RecheckWhy,
    Role,
    Stale,
    Verb,
)
from caseflow.vocabulary.drawings import OFFICERS

MOST = 50
# Closed cases are looked at for so long.
_BACK = timedelta(days=365)
_WHICH = frozenset({"all", "open", "closed"})


def draw(session: Session, actor: Actor, *, which: str, size: int, seed: int) -> RecheckPlan:
    """Draw so many of the section's cases by lot: open, closed in the last year, or both.

    Raises:
        Forbidden: the actor heads no section. Invalid: the wish, or nothing to draw from.
    """
    unit_id = section_of(actor)
    if which not in _WHICH or not 1 <= size <= MOST:
        raise Invalid("spot_size", most=MOST)
    if not 0 <= seed <= lots.LARGEST_SEED:
        raise Invalid("sample_seed")
    rows = session.execute(
        select(Case.number, Case.id).where(_checkable(actor, unit_id), _which(which))
    )
    known = {row[0]: row[1] for row in rows}
    if not known:
        raise Invalid("recheck_nothing")
    lines = [Line(known[each], each, RecheckWhy.SPOT) for each in lots.ranked(seed, known)[:size]]
    return _keep(session, actor, unit_id, known, lines, seed=seed)


def choose(session: Session, actor: Actor, *, number: str) -> RecheckPlan:
    """Choose one of the section's cases by hand.

    Raises:
        Forbidden: the actor heads no section. NotFound: no such case that the actor may check.
    """
    unit_id = section_of(actor)
    case_id = session.scalar(
        select(Case.id).where(_checkable(actor, unit_id), Case.number == number.strip().upper())
    )
    if case_id is None:
        raise Invalid("spot_number")
    line = Line(case_id, number.strip().upper(), RecheckWhy.SPOT)
    return _keep(session, actor, unit_id, {line.number: case_id}, [line], seed=None)


def record_result(
    session: Session,
    actor: Actor,
    recheck_id: int,
    *,
    result: RecheckResult,
    found: str,
    advice: str,
) -> Recheck:
    """Put what a spot check found on the case's record; it moves nothing of the case.

    A problem in a closed case is thereby proposed to the district's next plan of re-checks.

    Raises:
        NotFound: there is none for the actor. Forbidden: somebody else's, or an officer of it.
        Stale: it was recorded. Invalid: the result, or a problem that is not told.
    """
    row = session.get(Recheck, recheck_id)
    if row is None or not sights.sees(session, actor, row.case_id):
        raise NotFound("recheck", id=recheck_id)
    case = cases.locked(session, row.case_id)
    session.refresh(row, with_for_update=True)
    plan = session.get_one(RecheckPlan, row.plan_id)
    if plan.level is not RecheckLevel.SECTION or plan.unit_id not in _headed(actor):
        raise NotFound("recheck", id=recheck_id)
    if row.state is RecheckState.SIGNED:
        raise Stale("already_done", task="recheck", at=row.signed_at, by=None)
    is_checkable = select(Case.id).where(Case.id == case.id, _checkable(actor, plan.unit_id))
    if session.scalar(is_checkable) is None:
        raise Forbidden("recheck_took_part")
    if result not in {RecheckResult.IN_ORDER, RecheckResult.PROBLEM}:
        raise Invalid("recheck_result")
    least = SHORTEST if result is RecheckResult.PROBLEM else 0
    if not least <= len(found.strip()) <= LONGEST or len(advice.strip()) > LONGEST:
        raise Invalid("recheck_text", least=SHORTEST, most=LONGEST)
    now = clock.now()
    row.officer_id = row.reported_by = row.signed_by = actor.user_id
    row.reported_at = row.signed_at = now
    row.result, row.state = result, RecheckState.SIGNED
    row.changes, row.advice = found.strip() or None, advice.strip() or None
    payload = {"recheck": row.id, "result": result.value, "changes": row.changes}
    cases.note(session, actor, case, action="recheck.spot_checked", payload=payload)
    return row


def section_of(actor: Actor) -> int:
    """The section whose chief the actor is.

    Raises:
        Forbidden: of none.
    """
    policy.require(actor, Verb.SPOT_CHECK)
    return _headed(actor)[0]


def _headed(actor: Actor) -> tuple[int, ...]:
    return actor.units_as(Role.SECTION_CHIEF)


def _keep(
    session: Session,
    actor: Actor,
    unit_id: int,
    known: dict[str, int],
    lines: list[Line],
    *,
    seed: int | None,
) -> RecheckPlan:
    today = clock.today()
    plan = RecheckPlan(
        level=RecheckLevel.SECTION,
        unit_id=unit_id,
        begins_on=today - _BACK,
        ends_on=today,
        seed=seed,
        method=lots.METHOD if seed is not None else "by_hand",
        population=len(known),
        population_sha256=lots.digest(known),
        drawn_by=actor.user_id,
        drawn_at=clock.now(),
    )
    plans.keep(session, actor, plan, lines)
    return plan


def _checkable(actor: Actor, unit_id: int) -> ColumnElement[bool]:
    """The condition on ``Case``: of the section, and the actor was no officer in it.

    Nor was anybody for whom the actor stands today in cases of its kind.
    """
    conditions = [
        Case.section_id == unit_id,
        Case.taxpayer_id.is_not(None),
        Case.status != CaseStatus.VOIDED,
        or_(Case.closed_at.is_(None), Case.closed_at >= clock.now() - _BACK),
        policy.visible_cases(actor),
    ]
    by_people: dict[frozenset[int], list[CaseKind]] = {}
    for kind in CaseKind:
        by_people.setdefault(frozenset(policy.counts_as(actor, kind)), []).append(kind)
    for people, kinds in by_people.items():
        ids = sorted(people)
        did = exists().where(
            Task.case_id == Case.id,
            Task.relation.in_(OFFICERS),
            or_(Task.done_by.in_(ids), Task.done_for.in_(ids), Task.done_through.in_(ids)),
        )
        is_officer = or_(
            Case.main_officer_id.in_(ids).is_(True), Case.second_officer_id.in_(ids).is_(True)
        )
        conditions.append(or_(Case.kind.not_in(kinds), ~or_(is_officer, did)))
    found: ColumnElement[bool] = true()
    for each in conditions:
        found &= each
    return found


def _which(which: str) -> ColumnElement[bool]:
    if which == "open":
        return Case.closed_at.is_(None)
    return Case.closed_at.is_not(None) if which == "closed" else true()
