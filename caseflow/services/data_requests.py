"""Data requests beside their steps: begun by a unit, taken back, handed out to the named users."""

from __future__ import annotations

from uuid import uuid4

from sqlalchemy.orm import Session

from caseflow import clock
from caseflow.models import Case, Unit
from caseflow.models.base import Json
from caseflow.services import asked, cases, messages, people, sights
from caseflow.vocabulary import Actor, CaseKind, Forbidden, NotFound, Role

# The message by which a case hears that its requester has taken it back.
WITHDRAWN = "rq_withdrawn"
_SEATS = (Role.POST_REQUEST, Role.POST_INFO_ADMIN)


def may_begin(actor: Actor) -> bool:
    """Whether somebody holds a post from which a unit asks for data."""
    return any(post.role in _SEATS for post in actor.posts)


def begin(session: Session, actor: Actor) -> Case:
    """Begin a request of the actor's unit; its form is the first step, on the own desk.

    Raises:
        Forbidden: the actor holds no such post; NotFound: no process is deployed for the kind.
    """
    post = next((each for each in actor.posts if each.role in _SEATS), None)
    if post is None:
        roles = [role.value for role in _SEATS]
        raise Forbidden("not_your_post", verb="begin_request", roles=roles)
    unit = session.get_one(Unit, post.unit_id)
    return cases.open_titled(
        session,
        actor,
        kind=CaseKind.RQ,
        title=f"{unit.name} {clock.today():%Y-%m-%d} 数据需求",
        unit=unit,
        said={},
        main_officer_id=actor.user_id,
    )


def may_withdraw(actor: Actor, case: Case) -> bool:
    """Whether the actor's own request can still be taken back: until it is delivered."""
    is_awaited = f"message:{WITHDRAWN}" in (case.awaits or ())
    # A defective package is made anew where the message is awaited, but its copies are out.
    is_own = case.kind == CaseKind.RQ and case.main_officer_id == actor.user_id
    return is_own and is_awaited and "delivered_on" not in case.facts


def withdraw(session: Session, actor: Actor, case_id: int) -> Case:
    """Take a request back before it is delivered; it is closed at once.

    Raises:
        NotFound: there is no such case for the actor; Forbidden: it is another's, or delivered.
    """
    case = session.get(Case, case_id)
    if case is None or not sights.sees(session, actor, case_id):
        raise NotFound("case", id=case_id)
    if not may_withdraw(actor, case):
        raise Forbidden("not_to_withdraw", number=case.number)
    about = {"case": case.number}
    said: Json = {"withdrawn": True}
    messages.deliver(
        session, actor, WITHDRAWN, correlation=about, variables=said, idem=uuid4(), keep=False
    )
    return case


def hand_out(session: Session, payload: Json) -> None:
    """Let the named users read the case, and so take its package away; the requester has it."""
    case = cases.locked(session, int(payload["case"]))
    to = [each for each in case.facts["users"] if each != case.main_officer_id]
    allowed = set(asked.who_may_read(session, case))
    wanted = [each for each in to if each in allowed]
    if wanted:
        by = people.actor_of(session, int(payload["by"]))
        text = f"数据包已交付，使用期至 {case.facts['expires_on']}。"
        asked.send_copies(session, by, case.id, to=wanted, text=text)
