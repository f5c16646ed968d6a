"""Recusal (回避) at any time: somebody declares a tie to a case, or a superior finds one.

The superior decides. From then on the case does not exist for the one recused: steps taken are
free again, the officer's own steps go to another officer, and where nobody else holds the post,
somebody steps in for this case alone.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from caseflow import clock, policy
from caseflow.models import Case, Post, Recusal, RecusalRequest, Task, User
from caseflow.models.base import Json
from caseflow.services import cases, people, separation, sights
from caseflow.vocabulary import (
    Actor,
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    PostHeld,
    Role,
    TaskStatus,
)
from caseflow.vocabulary.choices import RecusalDeclaration
from caseflow.vocabulary.drawings import OFFICERS

LONGEST_NOTE = 500


@dataclass(frozen=True, slots=True)
class Tie:
    """What binds somebody to a case: the kind of tie, and what it is in words."""

    kind: str
    note: str


@dataclass(frozen=True, slots=True)
class Successor:
    """Who goes on: as an officer of the case, or in the posts that nobody else holds."""

    officer: int | None = None
    stand_in: int | None = None


def declare(session: Session, actor: Actor, case_id: int, *, tie: Tie) -> RecusalRequest:
    """Declare a tie of one's own to a case; until it is decided on, the actor does no step of it.

    Raises:
        NotFound: there is no such case for the actor.
        Forbidden: an auditor, who works on no case.
        Invalid: no tie of the list, no note.
        Conflict: the case is over, or a declaration waits already.
    """
    case = _open_case(session, actor, case_id)
    if Role.AUDITOR in actor.roles:
        raise Forbidden("recusal_of_auditor")
    return _requested(session, actor, case, actor.user_id or 0, tie=tie)


def decide(
    session: Session,
    actor: Actor,
    request_id: int,
    *,
    is_recused: bool,
    reason: str,
    successor: Successor,
) -> RecusalRequest:
    """Agree that somebody is recused, or keep them on with a reason; a superior decides.

    Raises:
        NotFound: there is no such declaration for the actor.
        Forbidden: the actor declared it, or is not above.
        Conflict: it is decided on.
        Invalid: no reason for keeping; nobody fit to go on.
    """
    found = session.get(RecusalRequest, request_id)
    if found is None:
        raise NotFound("recusal", id=request_id)
    case = _open_case(session, actor, found.case_id)
    session.refresh(found)
    if found.status != "waiting":
        raise Conflict("recusal_decided", at=found.decided_at)
    _require_above(session, actor, found.user_id)
    if is_recused:
        return _recuse(session, actor, case, found, reason=reason, successor=successor)
    if not reason.strip():
        raise Invalid("recusal_reason")
    _decide(found, actor, "kept", reason)
    payload = {**_who(session, found), "reason": found.reason}
    cases.note(session, actor, case, action="recusal.refused", payload=payload)
    return found


def order(
    session: Session,
    actor: Actor,
    case_id: int,
    user_id: int,
    *,
    tie: Tie,
    successor: Successor,
) -> RecusalRequest:
    """Recuse somebody below without a declaration (责令回避).

    Raises:
        As ``declare`` and ``decide``.
    """
    case = _open_case(session, actor, case_id)
    _require_above(session, actor, user_id)
    if user_id in separation.recused(session, case):
        raise Conflict("recusal_already")
    found = session.scalar(
        select(RecusalRequest).where(
            RecusalRequest.case_id == case.id,
            RecusalRequest.user_id == user_id,
            RecusalRequest.status == "waiting",
        )
    ) or _requested(session, actor, case, user_id, tie=tie)
    return _recuse(session, actor, case, found, reason=tie.note, successor=successor)


def _requested(
    session: Session, actor: Actor, case: Case, user_id: int, *, tie: Tie
) -> RecusalRequest:
    if tie.kind == RecusalDeclaration.NONE or tie.kind not in set(RecusalDeclaration):
        raise Invalid("recusal_tie")
    if not 1 <= len(tie.note.strip()) <= LONGEST_NOTE:
        raise Invalid("recusal_note", longest=LONGEST_NOTE)
    waiting = session.scalar(
        select(RecusalRequest.id).where(
            RecusalRequest.case_id == case.id,
            RecusalRequest.user_id == user_id,
            RecusalRequest.status == "waiting",
        )
    )
    if waiting is not None:
        raise Conflict("recusal_waiting")
    row = RecusalRequest(
        case_id=case.id,
        user_id=user_id,
        tie=tie.kind,
        note=tie.note.strip(),
        declared_by=actor.user_id,
        declared_at=clock.now(),
        status="waiting",
    )
    session.add(row)
    session.flush()  # the record names the request by its id
    payload = {**_who(session, row), "tie": row.tie, "note": row.note}
    cases.note(session, actor, case, action="recusal.declared", payload=payload)
    return row


def _recuse(
    session: Session,
    actor: Actor,
    case: Case,
    found: RecusalRequest,
    *,
    reason: str,
    successor: Successor,
) -> RecusalRequest:
    user_id = found.user_id
    cases.begin(case)
    keeper = policy.Keeper(case, _held_at_all(session, case, user_id))
    named = _hand_over(session, case, user_id, successor.officer)
    freed = _free(session, case, user_id)
    stand_in = _stand_in(session, case, user_id, successor.stand_in)
    session.add(
        Recusal(
            case_id=case.id,
            user_id=user_id,
            declaration=found.tie,
            decided_by=actor.user_id,
            at=clock.now(),
            replaced_by=stand_in,
        )
    )
    _decide(found, actor, "recused", reason)
    payload: Json = {
        **_who(session, found),
        "tie": found.tie,
        "officer": successor.officer if named else None,
        "stand_in": stand_in,
        "handed_over": named,
        "released": freed,
        **keeper.told(),
    }
    cases.put_on_record(session, actor, case, action="case.recused", payload=payload)
    return found


def _hand_over(session: Session, case: Case, user_id: int, successor: int | None) -> list[str]:
    """Give an officer's own steps to another officer; gives their elements."""
    relations = [
        relation
        for relation, officer in zip(OFFICERS, _officers(case), strict=True)
        if officer == user_id
    ]
    tasks = _held(session, case, user_id, named=True)
    if not relations and not tasks:
        return []
    _require_successor(session, case, user_id, successor, relations=relations)
    if not relations and successor is not None:
        _require_vote(session, case, {task.id for task in tasks}, successor)
    if "main_officer" in relations:
        case.main_officer_id = successor
    if "second_officer" in relations:
        case.second_officer_id = successor
    accepted = case.facts.get("accepted", [])
    if user_id in accepted and relations:
        # The one who goes on has taken over what was accepted, and may declare a tie at any time.
        kept = sorted({*accepted, successor} - {user_id})
        case.facts = {**case.facts, "accepted": kept}
    for task in tasks:
        task.assignee_id, task.held_for, task.claimed_at = successor, None, clock.now()
        task.version += 1
    return [task.element for task in tasks] or relations


def _officers(case: Case) -> tuple[int | None, int | None]:
    return case.main_officer_id, case.second_officer_id


def _require_successor(
    session: Session, case: Case, user_id: int, successor: int | None, *, relations: list[str]
) -> None:
    """Refuse who may not go on in a named step, or as these officers of the case.

    Raises:
        Invalid: nobody is named, or somebody recused, of another unit, or in the case already;
            somebody who decided on the officer's work.
    """
    if successor is None:
        raise Invalid("recusal_needs_officer")
    if successor in {user_id, *_officers(case), *separation.recused(session, case)}:
        raise Invalid("recusal_same_officer")
    district = {case.district_id, case.section_id}
    posts = people.posts_of(session, successor)
    fits = (
        any(p.role is Role.TAX_ADMINISTRATOR and p.unit_id == case.section_id for p in posts)
        if relations
        else any(p.role in policy.COLLECTIVE_SEATS and p.unit_id in district for p in posts)
    )
    if not fits:
        raise Invalid("recusal_unfit_officer")
    if not all(separation.may_be_officer(session, case, each, successor) for each in relations):
        raise Invalid("recusal_decided_in_case")


def _require_vote(session: Session, case: Case, ids: set[int], successor: int) -> None:
    """Refuse who could not do the steps given to them, so that the review would wait for ever.

    Raises:
        Invalid: they worked on what is voted on, or have a vote in this review already.
    """
    known = policy.case_now(session, case)
    given = [step for step in known.steps if step.id in ids]
    if not all(policy.may_be_given(known, step, successor) for step in given):
        raise Invalid("recusal_decided_in_case")
    elements = {step.element for step in given}
    if any(
        step.element in elements and successor in {step.assignee_id, *step.acted}
        for step in known.steps
    ):
        raise Invalid("recusal_votes_already")


def _free(session: Session, case: Case, user_id: int) -> list[str]:
    """Free the steps that somebody has taken, or a deputy for them; gives their elements."""
    tasks = _held(session, case, user_id, named=False)
    for task in tasks:
        task.assignee_id = task.held_for = task.claimed_at = None
        task.version += 1
    return [task.element for task in tasks]


def _held_at_all(session: Session, case: Case, user_id: int) -> list[Task]:
    return [
        *_held(session, case, user_id, named=True),
        *_held(session, case, user_id, named=False),
    ]


def _held(session: Session, case: Case, user_id: int, *, named: bool) -> list[Task]:
    is_named = Task.relation.is_not(None) if named else Task.relation.is_(None)
    rows = select(Task).where(
        Task.case_id == case.id,
        Task.status == TaskStatus.OPEN,
        or_(Task.assignee_id == user_id, Task.held_for == user_id),
        is_named,
        Task.asked_kind.is_(None),
    )
    return list(session.scalars(rows.order_by(Task.id)))


def _stand_in(session: Session, case: Case, user_id: int, wanted: int | None) -> int | None:
    """Who does in this case what comes to posts that nobody else in service and not recused holds.

    The recusal itself shows them the case, for as long as it is open.

    Raises:
        Invalid: nobody is named for such a post, or somebody who may not.
    """
    others = separation.recused(session, case)
    lonely = [
        post
        for post in people.posts_of(session, user_id)
        if post.unit_id in (case.district_id, case.section_id)
        and post.role in policy.DESKS - {Role.TAX_ADMINISTRATOR}
        and _holders(session, post) - others <= {user_id}
    ]
    if not lonely:
        return None
    if wanted is None:
        raise Invalid("recusal_needs_stand_in", role=lonely[0].role)
    if wanted in {user_id, *_officers(case), *separation.recused(session, case)}:
        raise Invalid("recusal_same_officer")
    posts = people.posts_of(session, wanted)
    for post in lonely:
        code = policy.may_stand_in(posts, post)
        if code is not None:
            raise Invalid("recusal_unfit_stand_in", role=post.role)
    return wanted


def _holders(session: Session, post: PostHeld) -> set[int]:
    """Who in service does what comes to a post."""
    leads = post.role in policy.LEADING_SEATS
    seats = policy.LEADING_SEATS if leads else frozenset({post.role})
    rows = session.scalars(
        select(Post.user_id)
        .join(User, User.id == Post.user_id)
        .where(
            User.is_active,
            Post.unit_id == post.unit_id,
            Post.role.in_(seats),
            policy.held_today(),
        )
    )
    return set(rows)


def _require_above(session: Session, actor: Actor, user_id: int) -> None:
    posts = people.posts_of(session, user_id)
    if actor.user_id == user_id or not policy.is_above_one(actor.posts, posts):
        raise Forbidden("recusal_not_yours")


def _decide(found: RecusalRequest, actor: Actor, status: str, reason: str) -> None:
    found.status, found.decided_by, found.decided_at = status, actor.user_id, clock.now()
    found.reason = reason.strip() or None


def _who(session: Session, found: RecusalRequest) -> Json:
    name = session.scalar(select(User.name).where(User.id == found.user_id))
    return {"request": found.id, "user": found.user_id, "name": name}


def _open_case(session: Session, actor: Actor, case_id: int) -> Case:
    case = session.get(Case, case_id)
    if case is None or not sights.sees(session, actor, case_id):
        raise NotFound("case", id=case_id)
    case = cases.locked(session, case_id)
    if case.closed_at is not None:
        raise Conflict("case_closed", number=case.number)
    return case
