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
from caseflow.models.operations import finding_digest
from caseflow.vocabulary import Actor, Verb

HISTORY = 14
# What is said of a finding holds as long as it stays the same. An explained one does not count.
_EXPLAINED = "explain"
_LASTING = frozenset({_EXPLAINED, "report"})

# A check and the subject of a finding.
Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Done:
    """What somebody did about a finding, and when; of which run, and what it said then."""

    what: str
    reason: str
    who: str
    at: datetime
    run_id: int | None
    sha256: str | None


@dataclass(frozen=True, slots=True)
class Found:
    """One finding that the reader may know of; ``done`` is the last thing done about it.

    ``is_settled``: it was explained, and every run since has found it just as it was.
    ``is_due``: nothing was done about it since the last run, and no word about it stands.
    """

    subject: str
    code: str
    case_id: int | None
    number: str
    values: Mapping[str, Any]
    # Those whom a repair may be done for, each by id with the name.
    people: tuple[tuple[int, str], ...]
    done: Done | None
    is_settled: bool
    is_due: bool


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
    run = latest(session)
    if run is None:
        return None
    seen = _seen(session, actor, run.results)
    sees_house = policy.may(actor, Verb.OPERATE) or policy.may(actor, Verb.READ_RECORD)
    done = _done(session, run.results)
    names = _names(session, run.results)
    results = tuple(
        Result(
            check=result["check"],
            looked_at=result["looked_at"],
            count=result["count"],
            took_ms=result["took_ms"],
            found=tuple(
                _found(finding, names, done.get(key), run.id)
                for finding in result["findings"]
                for key in [(result["check"], finding["subject"])]
                if (
                    finding.get("case") in seen
                    if "case" in finding
                    else sees_house or policy.watches(actor, _units(finding))
                )
            ),
        )
        for result in run.results
    )
    columns = (SelfCheck.id, SelfCheck.at, SelfCheck.took_ms, SelfCheck.finding_count)
    rows = session.execute(select(*columns).order_by(SelfCheck.id.desc()).limit(HISTORY))
    runs = tuple(Run(*row) for row in rows)
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


def _units(finding: Mapping[str, Any]) -> tuple[int | None, int | None]:
    """The unit that a finding of the house is about, and the one above it; often none."""
    values = finding["values"]
    return values.get("unit"), values.get("above")


def _names(session: Session, results: Sequence[Mapping[str, Any]]) -> Mapping[int, str]:
    """The people of the findings by name."""
    told = [each["values"].get("people", ()) for result in results for each in result["findings"]]
    ids = {user_id for people in told for user_id in people}
    rows = session.execute(select(User.id, User.name).where(User.id.in_(ids))) if ids else ()
    return {row[0]: row[1] for row in rows}


def _done(session: Session, results: Sequence[Mapping[str, Any]]) -> dict[Key, Done]:
    """The last thing done about each of these findings."""
    subjects = {finding["subject"] for result in results for finding in result["findings"]}
    if not subjects:
        return {}
    rows = session.execute(
        select(Repair, User.name)
        .join(User, User.id == Repair.repaired_by)
        .where(Repair.subject.in_(subjects))
        .order_by(Repair.id)
    )
    return {
        (row.check_name, row.subject): Done(
            row.what, row.reason, name, row.repaired_at, row.run_id, row.finding_sha256
        )
        for row, name in rows
    }


def _found(
    finding: Mapping[str, Any], names: Mapping[int, str], done: Done | None, run_id: int
) -> Found:
    stands = done is not None and _stands(finding, done, run_id)
    return Found(
        subject=finding["subject"],
        code=finding["code"],
        case_id=finding.get("case"),
        number=finding.get("number", ""),
        values=finding["values"],
        people=tuple((each, names[each]) for each in finding["values"].get("people", ())),
        done=done,
        is_settled=stands and done is not None and done.what == _EXPLAINED,
        is_due=not stands and (done is None or done.run_id != run_id),
    )


def _stands(finding: Mapping[str, Any], done: Done, run_id: int) -> bool:
    """Whether what was said of a finding holds: every run since then had it, saying the same."""
    if done.what not in _LASTING or done.sha256 != finding_digest(finding):
        return False
    since: int = finding.get("since", run_id)
    return (done.run_id or 0) >= since
