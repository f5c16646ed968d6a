"""A case put on another step by an act of administration: asked by one, decided by another.

Neither may be handling the case. It is recorded as what it is, never as a step of the course.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import clock, policy
from caseflow.engine import EngineError, Process, Step, migration
from caseflow.models import Case, CaseMove
from caseflow.services import cases, definitions, effects, limits, people
from caseflow.services.cases import Act
from caseflow.services.limits import Limits
from caseflow.services.work import Work
from caseflow.vocabulary import (
    Actor,
    CaseMoveStatus,
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    Verb,
)

SHORTEST_REASON, LONGEST_REASON = 10, 500


def ask(
    session: Session,
    actor: Actor,
    case_id: int,
    *,
    drop: Collection[str],
    target: str,
    reason: str,
) -> CaseMove:
    """Ask that a case give up these places and go on from another step.

    Raises:
        Invalid: the reason, or a move that the engine refuses.
        Conflict: another move of the case waits.
    """
    policy.require(actor, Verb.ASK_MOVE)
    case = _visible(session, actor, case_id)
    _require_apart(session, actor, case)
    _require_reason(reason)
    _moved(session, case, limits.of_today(session), drop=drop, target=target)
    process = definitions.process_of(session, case.definition_id)
    element = process.elements[target]
    standing = {each.key: each for each in migration.places(process, case.state)}
    named = [
        {"key": key, "name": standing[key].name, "name_en": standing[key].name_en}
        for key in sorted(drop)
    ]
    move = CaseMove(
        case_id=case.id,
        dropped=named,
        target=target,
        target_name=element.name,
        target_name_en=element.name_en,
        reason=reason.strip(),
        status=CaseMoveStatus.ASKED,
        asked_by=actor.user_id,
        asked_at=clock.now(),
    )
    session.add(move)
    session.flush()  # a second open move of the case is refused here, not at the end
    cases.note(session, actor, case, action="case.move_asked", payload=_told(case, move))
    return move


def approve(session: Session, actor: Actor, move_id: int, *, note: str) -> CaseMove:
    """Agree as a second person: the case stands on the other step at once.

    Raises:
        Forbidden: the one who asked, or somebody who handles the case, or who stands for one.
        Invalid: the case has moved on since, so that the move no longer fits.
    """
    move, case = _decidable(session, actor, move_id)
    times = limits.of_today(session)
    cases.begin(case)
    if move.dropped:
        # What the clock stood still for is given up: from now on it runs.
        effects.resume_clock(Work(session, actor, case, times, None, None), {})
    step = _moved(
        session, case, times, drop=[each["key"] for each in move.dropped], target=move.target
    )
    _decide(move, actor, CaseMoveStatus.DONE, note)
    payload = {**_told(case, move), "asked_by": f"user:{move.asked_by}", "note": move.note}
    cases.apply(session, actor, case, step, act=Act("case.moved", payload), times=times)
    return move


def reject(session: Session, actor: Actor, move_id: int, *, note: str) -> CaseMove:
    """Say no to a move; the note tells why."""
    move, case = _decidable(session, actor, move_id)
    _require_reason(note)
    _decide(move, actor, CaseMoveStatus.REJECTED, note)
    payload = {**_told(case, move), "note": move.note}
    cases.note(session, actor, case, action="case.move_rejected", payload=payload)
    return move


def withdraw(session: Session, actor: Actor, move_id: int) -> CaseMove:
    """Take a move back before it is decided on; only the one who asked may.

    Raises:
        Forbidden: somebody else asked for it.
        Conflict: it is decided on.
    """
    policy.require(actor, Verb.ASK_MOVE)
    move, case = _waiting(session, actor, move_id)
    if actor.user_id != move.asked_by:
        raise Forbidden("not_your_move")
    move.status = CaseMoveStatus.WITHDRAWN
    cases.note(session, actor, case, action="case.move_withdrawn", payload=_told(case, move))
    return move


def handles(session: Session, actor: Actor, case: Case) -> bool:
    """Whether somebody, or one they stand for today, is officer of a case or has a step of it."""
    return policy.handles(actor, policy.case_now(session, case))


def is_asker(session: Session, actor: Actor, move: CaseMove, case: Case) -> bool:
    """Whether somebody asked for a move of this case, or today stands for who did, or the reverse.

    For separation of duties a deputy is the principal, whichever of the two had asked.
    """
    try:
        asker = people.actor_of(session, move.asked_by)
    except Forbidden:  # the account is closed; nobody stands for such a one
        asker = Actor(move.asked_by, "")
    return policy.is_one_with(actor, asker, policy.case_now(session, case))


def _visible(session: Session, actor: Actor, case_id: int) -> Case:
    """The case, locked, if the actor may see it and it is open."""
    seen = select(Case.id).where(Case.id == case_id, policy.visible_cases(actor))
    if session.scalar(seen) is None:
        raise NotFound("case", id=case_id)
    case = cases.locked(session, case_id)
    if case.closed_at is not None:
        raise Conflict("case_closed", number=case.number)
    return case


def _require_apart(session: Session, actor: Actor, case: Case) -> None:
    if handles(session, actor, case):
        raise Forbidden("handles_the_case")


def _decidable(session: Session, actor: Actor, move_id: int) -> tuple[CaseMove, Case]:
    policy.require(actor, Verb.DECIDE_MOVE)
    move, case = _waiting(session, actor, move_id)
    _require_apart(session, actor, case)
    if is_asker(session, actor, move, case):
        raise Forbidden("own_move")
    return move, case


def _waiting(session: Session, actor: Actor, move_id: int) -> tuple[CaseMove, Case]:
    """A move that nobody has decided on, with its case; both locked."""
    case_id = session.scalar(select(CaseMove.case_id).where(CaseMove.id == move_id))
    if case_id is None:
        raise NotFound("case", id=move_id)
    case = _visible(session, actor, case_id)
    move = session.get_one(CaseMove, move_id, with_for_update=True, populate_existing=True)
    if move.status is not CaseMoveStatus.ASKED:
        raise Conflict("move_decided", status=move.status)
    return move, case


def _moved(
    session: Session, case: Case, times: Limits, *, drop: Collection[str], target: str
) -> Step:
    """What a move does; ``Invalid`` for one that the engine refuses."""
    process = definitions.process_of(session, case.definition_id)
    try:
        return migration.moved(process, case.state, drop=drop, target=target, at=times.moment())
    except EngineError as error:
        raise _refused(process, error) from error


def _refused(process: Process, error: EngineError) -> Invalid:
    """The refusal with the name of the place that could be given up too, where there is one."""
    if error.code == "crowded":
        return Invalid("move_crowded", place=_named(process, error.values["place"]))
    if error.code == "emptied":
        return Invalid("move_emptied", place=_named(process, error.values["element"]))
    return Invalid("move_refused", why=error.code)


def _named(process: Process, element_id: object) -> dict[str, str]:
    element = process.elements[str(element_id)]
    return {"name": element.name or element.id, "name_en": element.name_en or element.id}


def _decide(move: CaseMove, actor: Actor, status: CaseMoveStatus, note: str) -> None:
    move.status = status
    move.decided_by, move.decided_at = actor.user_id, clock.now()
    move.note = note.strip() or None


def _told(case: Case, move: CaseMove) -> dict[str, object]:
    return {
        "case": case.number,
        "move": move.id,
        "given_up": [each["name"] for each in move.dropped],
        "target": move.target,
        "target_name": move.target_name,
        "target_name_en": move.target_name_en,
        "reason": move.reason,
    }


def _require_reason(reason: str) -> None:
    if not SHORTEST_REASON <= len(reason.strip()) <= LONGEST_REASON:
        raise Invalid("reason_length", shortest=SHORTEST_REASON, longest=LONGEST_REASON)
