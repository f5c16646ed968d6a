"""Every change of powers in one line of time: posts, deputies, grants, marks, factors, rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import ColumnElement, Text, any_, literal, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from caseflow import clock, policy
from caseflow.models import User
from caseflow.models.record import RecordEvent
from caseflow.reads import record
from caseflow.reads.audits import named
from caseflow.reads.audits.named import PEOPLE, Named
from caseflow.reads.record import Event
from caseflow.vocabulary import Actor, Verb

LIMIT = 50
_IDS = f"({'|'.join(PEOPLE)})"


class Group(StrEnum):
    """What a change is about, in the order of the filter."""

    POSTS = "posts"
    DEPUTIES = "deputies"
    GRANTS = "grants"
    SENSITIVE = "sensitive"
    RECUSALS = "recusals"
    SIGN_IN = "sign_in"
    DEFINITIONS = "definitions"
    PARAMETERS = "parameters"
    KEYS = "keys"


# The acts of each group as the record names them.
ACTIONS: Mapping[Group, tuple[str, ...]] = {
    Group.POSTS: ("bureau.changed", "officers.put", "units.put", "post.given", "post.ended"),
    Group.DEPUTIES: ("deputy.granted", "deputy.revoked"),
    Group.GRANTS: ("grant.given", "grant.revoked"),
    Group.SENSITIVE: (
        "sensitive.marked",
        "sensitive.lifted",
        "sensitive.reader_allowed",
        "sensitive.reader_ended",
    ),
    Group.RECUSALS: ("recusal.declared", "case.recused", "recusal.refused"),
    Group.SIGN_IN: (
        "password.set",
        "password.changed",
        "factor.set",
        "factor.removed",
        "factor.recovery_used",
        "factor.recovery_renewed",
        "account.disabled",
        "account.enabled",
        "account.locked",
        "session.revoked",
    ),
    Group.DEFINITIONS: (
        "definition.submitted",
        "definition.approved",
        "definition.rejected",
        "definition.deployed",
        "migration.planned",
        "migration.approved",
        "migration.rejected",
    ),
    Group.PARAMETERS: ("limit.set", "parameter.set"),
    Group.KEYS: ("key.recorded",),
}
GROUP_OF = {action: group for group, actions in ACTIONS.items() for action in actions}


@dataclass(frozen=True, slots=True)
class Wish:
    """What the URL asks for: one group, a person by name, a period, where to go on."""

    group: Group | None = None
    person: str = ""
    since: date | None = None
    until: date | None = None
    before: int | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """One change: the event and its group."""

    event: Event
    group: Group


@dataclass(frozen=True, slots=True)
class Found:
    """A page of changes, newest first; the names of what they tell by id."""

    changes: tuple[Change, ...]
    named: Named
    next_before: int | None


def of(session: Session, actor: Actor, wish: Wish) -> Found:
    """
    Changes of powers, and the names of what they tell.

    They are few among all acts, and found by the index on what was done: the sum in the order
    keeps PostgreSQL from walking the whole record backwards in search of them.

    Raises:
        Forbidden: the actor does not read the whole record.

    """
    policy.require(actor, Verb.READ_RECORD)
    actions = ACTIONS[wish.group] if wish.group else tuple(GROUP_OF)
    rows = session.scalars(
        select(RecordEvent)
        .where(RecordEvent.action == any_(literal(list(actions), ARRAY(Text))))
        .where(*_conditions(session, wish))
        .order_by((RecordEvent.id + 0).desc())
        .limit(LIMIT + 1)
    ).all()
    events = record.events(session, rows[:LIMIT])
    return Found(
        tuple(Change(event, GROUP_OF[event.action]) for event in events),
        named.of(session, events),
        events[-1].id if len(rows) > LIMIT else None,
    )


def _conditions(session: Session, wish: Wish) -> list[ColumnElement[bool]]:
    parts: list[ColumnElement[bool]] = []
    if wish.since:
        parts.append(RecordEvent.at >= clock.start_of(wish.since))
    if wish.until:
        parts.append(RecordEvent.at < clock.end_of(wish.until))
    if wish.before:
        parts.append(RecordEvent.id < wish.before)
    if wish.person:
        parts.append(_concerns(session, wish.person))
    return parts


def _concerns(session: Session, person: str) -> ColumnElement[bool]:
    """Done by somebody of this name, on their own chain, or naming them in the payload."""
    users = session.execute(
        select(User.id, User.login).where(User.name.contains(person, autoescape=True)).limit(50)
    ).all()
    ids = "|".join(str(row.id) for row in users) or "0"
    logins = [RecordEvent.payload.contains(f'"{row.login}"', autoescape=True) for row in users]
    return or_(
        RecordEvent.actor.regexp_match(f"^user:({ids})(/|$)"),
        RecordEvent.stream.in_([f"user:{row.id}" for row in users]),
        RecordEvent.payload.regexp_match(f'"{_IDS}":({ids})[,}}]'),
        *logins,
    )
