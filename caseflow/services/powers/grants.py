"""Temporary grants (临时授权): sight of one unit, household or case, given by somebody else.

A district leader grants what lies in the own district, the city director anything. Nobody grants
to oneself, nor what one does not see; the database holds the first of these too.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, or_, select, true
from sqlalchemy.orm import Session

from caseflow import clock, policy
from caseflow.models import Case, Grant, Post, Taxpayer, Unit, User
from caseflow.services import record
from caseflow.vocabulary import (
    Actor,
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    Role,
    UnitLevel,
    Verb,
)

SHORTEST_REASON, LONGEST_REASON = 5, 500
# A grant is for a task: what is needed for longer is a post.
LONGEST = timedelta(days=180)


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be seen: a unit by its id, a household by tax number, or a case by number."""

    unit_id: int | None = None
    tin: str = ""
    number: str = ""


def give(  # noqa: PLR0913 - a grant names all of these
    session: Session,
    actor: Actor,
    wish: Wish,
    *,
    login: str,
    valid_from: date,
    valid_to: date,
    reason: str,
) -> Grant:
    """Let somebody see a unit, a household or a case from one day to another.

    Raises:
        Forbidden: the actor grants nothing, or to oneself; Invalid: who or what is meant, the dates
        or the reason; NotFound: it does not exist for the actor; Conflict: it is granted already.
    """
    policy.require(actor, Verb.GRANT_SIGHT)
    person = receiver(session, actor, login)
    _require_span(valid_from, valid_to)
    require_reason(reason)
    grant = Grant(
        user_id=person.id,
        reason=reason.strip(),
        valid_from=valid_from,
        valid_to=valid_to,
        granted_by=actor.user_id,
        granted_at=clock.now(),
        **_object(session, actor, wish),
    )
    _require_new(session, grant)
    session.add(grant)
    session.flush()  # its id is told
    payload = {**_told(grant), "reason": grant.reason}
    record.append(session, actor, f"user:{person.id}", action="grant.given", payload=payload)
    return grant


def receiver(session: Session, actor: Actor, login: str) -> User:
    """The person of this name, who may be let see something by the actor.

    Raises:
        Invalid: there is none, or it is a system administrator, for whom no file exists; Forbidden:
        oneself.
    """
    person = session.scalar(select(User).where(User.login == login.strip(), User.is_active))
    if person is None:
        raise Invalid("grant_person", login=login.strip())
    if person.id == actor.user_id:
        raise Forbidden("own_grant")
    runs_the_system = select(Post.id).where(
        Post.user_id == person.id, Post.role == Role.SYS_ADMIN, policy.held_today()
    )
    if session.scalar(runs_the_system.limit(1)) is not None:
        raise Invalid("grant_system", name=person.name)
    return person


def revoke(session: Session, actor: Actor, grant_id: int) -> Grant:
    """End a grant before its last day; whoever might have given it may.

    Raises:
        Forbidden: the actor grants nothing; NotFound: none, or of another district; Conflict: it
        has ended.
    """
    policy.require(actor, Verb.GRANT_SIGHT)
    found = select(Grant).where(Grant.id == grant_id, within(actor)).with_for_update()
    grant = session.scalar(found)
    if grant is None:
        raise NotFound("grant", id=grant_id)
    if grant.revoked_at is not None or grant.valid_to < clock.today():
        raise Conflict("grant_ended")
    grant.revoked_by, grant.revoked_at = actor.user_id, clock.now()
    stream = f"user:{grant.user_id}"
    record.append(session, actor, stream, action="grant.revoked", payload=_told(grant))
    return grant


def within(actor: Actor) -> ColumnElement[bool]:
    """The condition on ``Grant``: over what the actor might grant, or given to the actor."""
    districts = policy.districts_of(actor, Verb.GRANT_SIGHT)
    if districts is None:
        return true()
    below = select(Unit.id).where(or_(Unit.id.in_(districts), Unit.parent_id.in_(districts)))
    homes = select(Taxpayer.id).where(Taxpayer.district_id.in_(districts))
    cases = select(Case.id).where(Case.district_id.in_(districts))
    return or_(Grant.unit_id.in_(below), Grant.taxpayer_id.in_(homes), Grant.case_id.in_(cases))


def require_reason(reason: str) -> None:
    """Refuse a reason that says nothing or does not fit.

    Raises:
        Invalid: shorter than 5 or longer than 500 characters.
    """
    if not SHORTEST_REASON <= len(reason.strip()) <= LONGEST_REASON:
        raise Invalid("reason_length", shortest=SHORTEST_REASON, longest=LONGEST_REASON)


def _require_span(valid_from: date, valid_to: date) -> None:
    if valid_to < valid_from:
        raise Invalid("grant_dates_order")
    if valid_from < clock.today() or valid_to - valid_from > LONGEST:
        raise Invalid("grant_dates", today=clock.today(), longest=LONGEST.days)


def _object(session: Session, actor: Actor, wish: Wish) -> dict[str, int]:
    named = [bool(wish.unit_id), bool(wish.tin.strip()), bool(wish.number.strip())]
    if named.count(True) != 1:
        raise Invalid("grant_object")
    districts = policy.districts_of(actor, Verb.GRANT_SIGHT)
    if wish.unit_id:
        levels = (UnitLevel.DISTRICT, UnitLevel.SECTION)
        unit = session.get(Unit, wish.unit_id)
        if unit is None or unit.level not in levels or not _is_own(unit, districts):
            raise NotFound("grant_unit")
        return {"unit_id": unit.id}
    if wish.tin.strip():
        home = session.scalar(
            select(Taxpayer).where(
                Taxpayer.tin == wish.tin.strip().upper(), policy.visible_taxpayers(actor)
            )
        )
        if home is None or not _is_in(home.district_id, districts):
            raise NotFound("taxpayer", tin=wish.tin.strip())
        return {"taxpayer_id": home.id}
    case = session.scalar(
        select(Case).where(Case.number == wish.number.strip().upper(), policy.visible_cases(actor))
    )
    if case is None or not _is_in(case.district_id, districts):
        raise NotFound("case", number=wish.number.strip())
    return {"case_id": case.id}


def _is_in(district_id: int, districts: tuple[int, ...] | None) -> bool:
    return districts is None or district_id in districts


def _is_own(unit: Unit, districts: tuple[int, ...] | None) -> bool:
    return districts is None or unit.id in districts or unit.parent_id in districts


def _require_new(session: Session, grant: Grant) -> None:
    same = select(Grant.id).where(
        Grant.user_id == grant.user_id,
        Grant.unit_id.is_not_distinct_from(grant.unit_id),
        Grant.taxpayer_id.is_not_distinct_from(grant.taxpayer_id),
        Grant.case_id.is_not_distinct_from(grant.case_id),
        Grant.revoked_at.is_(None),
        Grant.valid_from <= grant.valid_to,
        Grant.valid_to >= grant.valid_from,
    )
    if session.scalar(same.limit(1)) is not None:
        raise Conflict("grant_twice")


def _told(grant: Grant) -> dict[str, object]:
    told = {"unit": grant.unit_id, "taxpayer": grant.taxpayer_id, "case_id": grant.case_id}
    return {
        "grant": grant.id,
        "user": grant.user_id,
        **{name: value for name, value in told.items() if value is not None},
        "from": grant.valid_from.isoformat(),
        "to": grant.valid_to.isoformat(),
    }
