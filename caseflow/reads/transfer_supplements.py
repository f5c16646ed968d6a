"""补充疑点 of a transfer to inspection: what came to light after its proposal was handed in.

Source: inspection-transfer.md, "What the section may not do meanwhile": new hits of the same
periods and new evidence about them are listed to the selection post with time and source. They
need no step and change no clock. A corrected return shows as the value that a later hit has.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, or_, select, union
from sqlalchemy.orm import Session

from caseflow import policy
from caseflow.models import (
    Attachment,
    Case,
    FormerDoubt,
    IndicatorVersion,
    ScreeningRun,
    TaxWarning,
)
from caseflow.reads.doubts import Indicator, indicator_of
from caseflow.vocabulary import Actor, CaseKind

_MOST = 100


@dataclass(frozen=True, slots=True)
class Hit:
    """A doubt that the transfer does not hold: its indicator and period, since when, and whence."""

    indicator: Indicator
    period: int
    value: float | None
    at: datetime
    run_id: int
    # The case that works on it; None: nobody does as yet.
    case_number: str | None


@dataclass(frozen=True, slots=True)
class Evidence:
    """A file of another case about the same periods."""

    name: str
    at: datetime
    case_number: str


@dataclass(frozen=True, slots=True)
class Supplements:
    """All of them, the newest first."""

    hits: tuple[Hit, ...] = ()
    evidence: tuple[Evidence, ...] = ()

    def __bool__(self) -> bool:
        """Whether there is any."""
        return bool(self.hits or self.evidence)


def of(session: Session, actor: Actor, case: Case) -> Supplements:
    """What is listed for a transfer that the actor sees; nothing for any other case.

    The session reads all rows: inspection sees none of the other cases themselves. What is kept
    from the actor as sensitive is not listed.
    """
    since = case.submitted_at
    if case.kind is not CaseKind.TI or since is None:
        return Supplements()
    periods = _periods(session, case)
    known = select(Case.id).where(
        Case.taxpayer_id == case.taxpayer_id,
        Case.id != case.id,
        ~policy.withheld(actor, Case.id),
    )
    return Supplements(
        hits=_hits(session, case, periods, since, known),
        evidence=_evidence(session, case, periods, since, known),
    )


def _periods(session: Session, case: Case) -> list[int]:
    """Of its doubts, those that went on from it too; without any its own."""
    own = select(TaxWarning.period).where(TaxWarning.case_id == case.id)
    went_on = (
        select(TaxWarning.period)
        .join(FormerDoubt, FormerDoubt.warning_id == TaxWarning.id)
        .where(FormerDoubt.case_id == case.id)
    )
    return sorted(session.scalars(union(own, went_on))) or [case.period]


def _hits(
    session: Session,
    case: Case,
    periods: list[int],
    since: datetime,
    known: Select[int],
) -> tuple[Hit, ...]:
    rows = session.execute(
        select(
            IndicatorVersion.code,
            IndicatorVersion.version,
            IndicatorVersion.content,
            TaxWarning.period,
            TaxWarning.value,
            ScreeningRun.started_at,
            TaxWarning.run_id,
            Case.number,
        )
        .join(ScreeningRun, ScreeningRun.id == TaxWarning.run_id)
        .join(IndicatorVersion, IndicatorVersion.id == TaxWarning.indicator_version_id)
        .outerjoin(Case, Case.id == TaxWarning.case_id)
        .where(
            TaxWarning.taxpayer_id == case.taxpayer_id,
            TaxWarning.period.in_(periods),
            ScreeningRun.started_at > since,
            or_(TaxWarning.case_id.is_(None), TaxWarning.case_id.in_(known)),
        )
        .order_by(TaxWarning.id.desc())
        .limit(_MOST)
    )
    return tuple(Hit(indicator_of(*row[:3]), *row[3:]) for row in rows)


def _evidence(
    session: Session,
    case: Case,
    periods: list[int],
    since: datetime,
    known: Select[int],
) -> tuple[Evidence, ...]:
    about = select(TaxWarning.case_id).where(
        TaxWarning.taxpayer_id == case.taxpayer_id, TaxWarning.period.in_(periods)
    )
    rows = session.execute(
        select(Attachment.name, Attachment.uploaded_at, Case.number)
        .join(Case, Case.id == Attachment.case_id)
        .where(
            Attachment.case_id.in_(known),
            Attachment.case_id.in_(about),
            Attachment.uploaded_at > since,
            Attachment.removed_at.is_(None),
        )
        .order_by(Attachment.id.desc())
        .limit(_MOST)
    )
    return tuple(Evidence(*row) for row in rows)
