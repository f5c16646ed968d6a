"""What the forms of orders to correct and penalties begin with, and the acts that they list."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import clock, duty_lines
from caseflow import penalty_acts as acts
from caseflow.models import Answer, Case, Parameter, TaxWarning
from caseflow.reads.offers import Offer
from caseflow.vocabulary.choices.correction import CorrectionResult, Duty


def penalty_acts(session: Session, case: Case) -> list[Offer]:
    """The acts of a penalty, each with the days that the duty was late."""
    return [_told(number, act) for number, act in enumerate(acts.of_case(session, case), start=1)]


def _told(number: int, act: acts.Act) -> Offer:
    days = act.days_late(clock.today())
    late = "" if days is None else f" 逾期 {days} 日"
    late_en = "" if days is None else f", {days} days late"
    duty = Duty(act.duty) if act.duty else None
    return Offer(
        act.row,
        f"行为 {number} {act.number} {duty.zh if duty else ''}{late}",
        f"act {number} {act.number} {duty.en if duty else ''}{late_en}",
    )


def _first_acts(session: Session, case: Case) -> dict[str, Any]:
    """What each act begins with: the first day, the article, the days late."""
    begun = [
        {
            "row": act.row,
            "act_on": act.began.isoformat() if act.began else None,
            "article": act.article,
            "circumstances": ["none"],
            "seriousness": "ordinary",
        }
        for act in acts.of_case(session, case)
    ]
    return {"acts": begun}


def fined_acts(session: Session, case: Case) -> list[Offer]:
    """The acts that the notice would fine."""
    fined = {row for row, act in case.facts.get("acts", {}).items() if Decimal(act["amount"])}
    return [offer for offer in penalty_acts(session, case) if offer.key in fined]


def _noticed_fines(session: Session, case: Case) -> dict[str, Any]:
    """A decision begins with the fines of the notice."""
    del session
    known = case.facts.get("acts", {})
    return {"fines": [{"row": row, "amount": act["amount"]} for row, act in known.items()]}


def _first_lines(session: Session, case: Case) -> dict[str, Any]:
    """What the lines begin with: what was found before, else what their indicators say."""
    known = case.facts.get("duty_lines", {})
    warnings = session.execute(
        select(TaxWarning.id, TaxWarning.indicator, TaxWarning.period)
        .where(TaxWarning.case_id == case.id)
        .order_by(TaxWarning.id)
    )
    said = case.facts.get("duty") or _duty_said_before(session, case)
    begun: dict[str, dict[str, Any]] = {
        str(row.id): {
            **_of_duty(session, duty_lines.duty(row.indicator) or said),
            "finding": duty_lines.first_finding(row.indicator),
            "period": _typed_period(row.period),
        }
        for row in warnings
    } or {duty_lines.ORIGIN: _of_duty(session, said)}
    return {"lines": [{"row": row, **line, **known.get(row, {})} for row, line in begun.items()]}


def _duty_said_before(session: Session, case: Case) -> str | None:
    """The duty that the conclusion of the case before names as not met."""
    found = session.scalar(
        select(Answer.content["duty_not_met"].astext)
        .where(
            Answer.case_id == case.facts.get("origin_case"),
            Answer.content.has_key("duty_not_met"),
        )
        .order_by(Answer.id.desc())
        .limit(1)
    )
    return found if found in {duty.value for duty in Duty} else None


def _of_duty(session: Session, duty: str | None) -> dict[str, Any]:
    """What a duty begins with: its paper, and the longest limit that it may be given."""
    if duty is None:
        return {}
    limit = session.scalar(
        select(Parameter.value)
        .where(Parameter.name == duty_lines.LIMITS[duty], Parameter.valid_from <= clock.today())
        .order_by(Parameter.valid_from.desc())
        .limit(1)
    )
    days = {} if limit is None else {"limit_days": str(int(Decimal(limit)))}
    return {"duty": duty, "paper": duty_lines.paper(duty), **days}


def _recovered(session: Session, case: Case) -> dict[str, Any]:
    """Lines that newer data no longer show are proposed as corrected; nothing closes by itself."""
    lines = case.facts.get("duty_lines", {})
    found = session.execute(
        select(TaxWarning.id, TaxWarning.recovered_at).where(TaxWarning.case_id == case.id)
    )
    days = {str(row.id): row.recovered_at for row in found if row.recovered_at is not None}
    return {
        "lines": [
            {
                "row": row,
                "result": CorrectionResult.CORRECTED.value,
                "corrected_on": clock.local_date(days[row]).isoformat(),
            }
            if row in days
            else {"row": row}
            for row in duty_lines.ordered(lines)
        ]
    }


def _typed_period(value: int) -> str:
    """A period as forms take it: ``2009-11``, a year as ``2009-Y``."""
    year, month = divmod(value, 100) if value > date.max.year else (value, 0)
    return f"{year}-{month:02d}" if month else f"{year}-Y"


FIRST: Mapping[str, Callable[[Session, Case], dict[str, Any]]] = {
    "oc_compliance": _recovered,
    "oc_preparation": _first_lines,
    "pn_decision": _noticed_fines,
    "pn_investigation": _first_acts,
}
