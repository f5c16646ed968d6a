"""The nightly self-check as a person may see it: all counts, findings within one's own sight."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import policy
from caseflow.models import Case, Repair, SelfCheck, User
from caseflow.vocabulary import Actor, Verb

HISTORY = 14
# What somebody has done about a finding keeps it from counting; a report does not.
_SETTLED = frozenset({"explain"})


@dataclass(frozen=True, slots=True)
class Done:
    """What somebody did about a finding, and when."""

    what: str
    reason: str
    who: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Found:
    """One finding that the reader may know of; ``done`` is the last thing done about it."""

    subject: str
    code: str
    case_id: int | None
    number: str
    values: Mapping[str, Any]
    done: Done | None

    @property
    def is_settled(self) -> bool:
        """Whether it was explained."""
        return self.done is not None and self.done.what in _SETTLED


@dataclass(frozen=True, slots=True)
class Result:
    """One check: how much it looked at, how many findings in the house, which the reader sees."""

    check: str
    looked_at: int
    count: int
    took_ms: int
    found: tuple[Found, ...]

    @property
    def open_count(self) -> int:
        """Findings that nobody has explained."""
        return self.count - sum(each.is_settled for each in self.found)


@dataclass(frozen=True, slots=True)
class Run:
    """One run over all checks."""

    id: int
    at: datetime
    took_ms: int
    count: int


@dataclass(frozen=True, slots=True)
class Shown:
    """The last run with its results, and those before it, newest first."""

    last: Run
    results: tuple[Result, ...]
    history: tuple[Run, ...]


def last(session: Session, actor: Actor) -> Shown | None:
    """The last run; None before the first.

    Raises:
        Forbidden: the actor's posts do not look at the self-check.
    """
    policy.require(actor, Verb.SELF_CHECK)
    rows = session.scalars(select(SelfCheck).order_by(SelfCheck.id.desc()).limit(HISTORY)).all()
    if not rows:
        return None
    seen = _seen(session, actor, rows[0].results)
    sees_house = policy.may(actor, Verb.OPERATE) or policy.may(actor, Verb.READ_RECORD)
    done = _done(session)
    results = tuple(
        Result(
            check=result["check"],
            looked_at=result["looked_at"],
            count=result["count"],
            took_ms=result["took_ms"],
            found=tuple(
                _found(finding, done.get((result["check"], finding["subject"])))
                for finding in result["findings"]
                if (finding.get("case") in seen if "case" in finding else sees_house)
            ),
        )
        for result in rows[0].results
    )
    runs = tuple(Run(row.id, row.at, row.took_ms, row.finding_count) for row in rows)
    return Shown(runs[0], results, runs)


def latest(session: Session) -> SelfCheck | None:
    """The last run as it is kept, for an operator at the machine itself."""
    return session.scalar(select(SelfCheck).order_by(SelfCheck.id.desc()).limit(1))


def _seen(session: Session, actor: Actor, results: Sequence[Mapping[str, Any]]) -> frozenset[int]:
    """The cases among the findings that exist for the actor."""
    ids = {each["case"] for result in results for each in result["findings"] if "case" in each}
    if not ids or not policy.may(actor, Verb.READ_CASE):
        return frozenset()
    query = select(Case.id).where(Case.id.in_(ids), policy.visible_cases(actor))
    return frozenset(session.scalars(query))


def _done(session: Session) -> dict[tuple[str, str], Done]:
    """The last thing done about each finding."""
    rows = session.execute(
        select(Repair, User.name).join(User, User.id == Repair.repaired_by).order_by(Repair.id)
    )
    return {
        (row.check_name, row.subject): Done(row.what, row.reason, name, row.repaired_at)
        for row, name in rows
    }


def _found(finding: Mapping[str, Any], done: Done | None) -> Found:
    return Found(
        subject=finding["subject"],
        code=finding["code"],
        case_id=finding.get("case"),
        number=finding.get("number", ""),
        values=finding["values"],
        done=done,
    )
