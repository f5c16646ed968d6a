"""The acts of a simple penalty: one for each violation of the cases that called for it.

What the investigation found of each is kept in ``case.facts["acts"]``, row -> answers and figures.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import clock
from caseflow.models import Case, CaseLink, TaxWarning
from caseflow.vocabulary.choices.correction import Duty, LineFinding
from caseflow.vocabulary.choices.penalty import PenaltyArticle

# The article under which a duty that was not met is punished; for tax unpaid L 68, not here.
ARTICLES: Mapping[str, str] = {
    Duty.REGISTRATION: PenaltyArticle.L60_1.value,
    Duty.FILING: PenaltyArticle.L62.value,
}
_YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Origin:
    """A case that called for the penalty: its id, number, the lines that it has, when opened."""

    case_id: int
    number: str
    facts: Mapping[str, Any]
    opened_on: date


@dataclass(frozen=True, slots=True)
class Act:
    """
    A violation as the case before has it.

    ``ended`` is the day on which the duty was met, ``found`` that on which the case before began.
    """

    row: str
    number: str
    duty: str | None = None
    deadline: date | None = None
    ended: date | None = None
    requirement: str = ""
    found: date | None = None

    def days_late(self, today: date) -> int | None:
        """Days from the last day of the duty to the correction, else to today; None: no days."""
        if self.deadline is None:
            return None
        return max(((self.ended or today) - self.deadline).days, 0)

    @property
    def began(self) -> date | None:
        """The first day of the violation."""
        return self.deadline + timedelta(days=1) if self.deadline else None

    @property
    def article(self) -> str | None:
        """The article that the duty falls under."""
        return ARTICLES.get(self.duty or "")


def of_case(session: Session, case: Case) -> list[Act]:
    """The acts of a penalty: the violations of the cases that called for it."""
    origins = session.execute(
        select(Case.id, Case.number, Case.facts, Case.opened_at)
        .join(CaseLink, CaseLink.case_id == Case.id)
        .where(CaseLink.other_id == case.id, CaseLink.kind == "opened")
        .order_by(Case.id)
    )
    warnings = select(TaxWarning.id).where(TaxWarning.case_id == case.id).order_by(TaxWarning.id)
    return of(
        (Origin(row.id, row.number, row.facts, clock.local_date(row.opened_at)) for row in origins),
        session.scalars(warnings).all(),
    )


def of(origins: Iterable[Origin], warnings: Sequence[int]) -> list[Act]:
    """The acts of a case; without a case before it, one for each of its warnings.

    A duty that several hits tell of is one act, for which nobody is punished twice (行政处罚法 24,
    since 2021 art. 29).
    """
    found: list[Act] = []
    duties: set[tuple[object, ...]] = set()
    for origin in origins:
        lines = origin.facts.get("duty_lines")
        if lines is None:
            found.append(Act(str(origin.case_id), origin.number, found=origin.opened_on))
            continue
        for row, line in lines.items():
            if line["finding"] == LineFinding.NO_DUTY or line["duty"] == Duty.PAYMENT:
                continue
            duty = tuple(line.get(name) for name in ("duty", "tax", "period", "deadline"))
            if duty not in duties:
                duties.add(duty)
                found.append(_act(origin, row, line))
    return found or [Act(f"w{each}", "") for each in warnings] or [Act("act", "")]


def offences(article: str, act_on: date, earlier: Iterable[Mapping[str, Any]]) -> int:
    """How many times in the 12 months up to an act its article was violated, this one included."""
    days = [
        date.fromisoformat(each["act_on"][:10]) for each in earlier if each["article"] == article
    ]
    return 1 + sum(act_on - _YEAR <= day < act_on for day in days)


def _act(origin: Origin, row: str, line: Mapping[str, Any]) -> Act:
    return Act(
        row=f"{origin.case_id}:{row}",
        number=origin.number,
        duty=line["duty"],
        deadline=_day(line.get("deadline")),
        ended=_day(line.get("done_on") or line.get("corrected_on")),
        requirement=line.get("requirement") or "",
        found=origin.opened_on,
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text[:10]) if text else None
