"""What came of an order to correct: service, correction, conclusion (steps 5 to 7 and 9)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from caseflow import clock, duty_lines, penalty_acts
from caseflow.models import Case, Document, Taxpayer, TaxWarning
from caseflow.models.base import Json
from caseflow.reckoning.surcharges import MOST_DEFERRED
from caseflow.services import paper_services
from caseflow.services.kinds.desk import Desk, Handed, day, instant, refuse
from caseflow.services.limits import Limits
from caseflow.vocabulary import CaseKind, DocumentStatus, Invalid, Outcome
from caseflow.vocabulary.choices import OffenceSign
from caseflow.vocabulary.choices.correction import (
    ComplianceNext,
    CorrectionResult,
    Duty,
    LineFinding,
    PenaltyProposal,
)

_MET = frozenset({LineFinding.DONE_LATE, LineFinding.NO_DUTY})
_YEARS_TO_PUNISH = 5
_A_YEAR = timedelta(days=365)
_Fields = dict[str, tuple[str, Json]]
_Lines = dict[str, dict[str, Any]]


def served(case: Case, times: Limits, paper: str, served_on: date) -> Mapping[str, object]:
    """5: a paper of the order was served: every line that it covers has its last day.

    Returns the routing variable ``correction_due``, the end of the longest limit so far.
    """
    facts = case.facts
    lines: _Lines = {row: {**line} for row, line in facts["duty_lines"].items()}
    covered = [lines[row] for row in facts["to_order"]]
    for line in covered:
        if line["paper"] == paper:
            due = times.calendar.add_days(served_on, int(line["limit_days"]))
            line["due"] = due.on.isoformat()
    latest = max(line["due"] for line in covered if line.get("due"))
    until = clock.end_of(day(latest))
    case.facts = {**facts, "duty_lines": lines, "reply_due": until.isoformat()}
    return {"correction_due": until}


def comply(desk: Desk, answers: Json) -> Handed:
    """6: what became of each line; not corrected can be said once its time is over."""
    lines: _Lines = {row: {**line} for row, line in desk.case.facts["duty_lines"].items()}
    given = answers.get("lines", [])
    if sorted(line["row"] for line in given) != sorted(duty_lines.ordered(lines)):
        refuse("lines", "every_line")
    _require_fitting(desk, answers, lines)
    for line in given:
        if line.get("result"):
            lines[line["row"]] |= {name: line.get(name) for name in _NOTED}
    desk.case.facts = {**desk.case.facts, "duty_lines": lines}
    dates = [day(line["new_date"]) for line in given if line.get("new_date")]
    if answers["compliance_next"] != ComplianceNext.WAIT:
        return Handed(payload={"results": _results(lines)})
    until = clock.end_of(max(dates))
    desk.case.facts = {**desk.case.facts, "reply_due": until.isoformat()}
    return Handed(variables={"correction_due": until}, payload={"results": _results(lines)})


def conclude(desk: Desk, answers: Json) -> Handed:
    """7: the grounds, and what the tables of outcomes and penalties need to know."""
    signs = set(answers["signs"])
    if OffenceSign.NONE in signs and len(signs) > 1:
        refuse("signs", "none_with_others")
    lines: _Lines = desk.case.facts["duty_lines"]
    if set(lines) != set(rows_of(desk.session, desk.case)):
        refuse("reasons", "line_without_finding")
    _find(desk, answers, lines)
    if desk.case.submitted_at is None:
        desk.case.submitted_at = desk.times.now
    known = {
        "has_signs": signs != {OffenceSign.NONE},
        **_of_outcome(desk, lines),
        **_of_penalty(desk, lines),
        # Doubts may have joined since the case was opened.
        "ti_flag": desk.case.is_ti,
        "collective_decision": None,
    }
    return Handed(variables={**known, **_changes(desk, answers, known)})


def send_letter(desk: Desk, answers: Json) -> Handed:
    """9: the letter to the licensing authority has left the house."""
    sent_on = day(answers["sent_on"])
    if sent_on > desk.times.today:
        refuse("sent_on", "in_the_future")
    letter = desk.session.scalar(
        select(Document)
        .where(
            Document.case_id == desk.case.id,
            Document.kind == "official_letter",
            Document.status == DocumentStatus.ISSUED,
        )
        .order_by(Document.id.desc())
        .limit(1)
    )
    if letter is not None:
        if letter.issued_at and sent_on < clock.local_date(letter.issued_at):
            refuse("sent_on", "before_issue", issued_on=clock.local_date(letter.issued_at))
        paper_services.serve(desk.session, desk.actor, letter, served_on=sent_on, said=answers)
    return Handed()


HAND_IN: Mapping[str, Callable[[Desk, Json], Handed]] = {
    "oc_compliance": comply,
    "oc_conclusion": conclude,
    "oc_revocation_letter": send_letter,
}

# What the check of a correction says of a line.
_NOTED = (
    "result",
    "corrected_on",
    "number",
    "tax_paid",
    "surcharge_paid",
    "missing",
    "approval_number",
    "new_date",
)


def rows_of(session: Session, case: Case) -> list[str]:
    """The lines of a case by row: one for each warning, or one for the case that called for it."""
    found = select(TaxWarning.id).where(TaxWarning.case_id == case.id).order_by(TaxWarning.id)
    return duty_lines.rows(session.scalars(found).all())


def _require_fitting(desk: Desk, answers: Json, lines: _Lines) -> None:
    """Refuse results ahead of their time, and a next step that they do not bear."""
    then, given = answers["compliance_next"], answers.get("lines", [])
    fields: _Fields = {}
    for index, line in enumerate(given):
        wrong = _wrong(desk, line, lines[line["row"]], then)
        fields |= {f"lines-{index}-{place}": why for place, why in wrong.items()}
    if fields:
        raise Invalid("answers", fields=fields)
    extended = any(line.get("result") == CorrectionResult.LAWFUL_EXTENSION for line in given)
    is_joined = bool(set(rows_of(desk.session, desk.case)) - set(lines))
    if then == ComplianceNext.WAIT and not extended:
        refuse("compliance_next", "no_new_date")
    if then == ComplianceNext.CONCLUDE and extended:
        refuse("compliance_next", "still_extended")
    if then == ComplianceNext.FURTHER_ORDER and not is_joined:
        refuse("compliance_next", "no_joined_line")
    if then == ComplianceNext.CONCLUDE and is_joined:
        refuse("compliance_next", "line_without_finding")


def _wrong(desk: Desk, line: Json, known: Json, then: str) -> _Fields:
    """What is unlawful about the result of a line, by field."""
    result, today = line.get("result"), desk.times.today
    if not result:
        return {"result": ("result_wanted", {})} if then == ComplianceNext.CONCLUDE else {}
    if result == CorrectionResult.CORRECTED and day(line["corrected_on"]) > today:
        return {"corrected_on": ("in_the_future", {})}
    if result == CorrectionResult.LAWFUL_EXTENSION:
        return _wrong_extension(desk, line, known)
    due = _due_of(desk, known)
    is_open = result in {CorrectionResult.NOT_CORRECTED, CorrectionResult.CORRECTED_PARTLY}
    ends_here = result == CorrectionResult.NOT_CORRECTED or then == ComplianceNext.CONCLUDE
    if is_open and ends_here and due is not None and desk.times.now < clock.end_of(due):
        return {"result": ("correction_not_due", {"due": due})}
    return {}


def _wrong_extension(desk: Desk, line: Json, known: Json) -> _Fields:
    """Whether an extension ends in the past, or payment is deferred for longer than the law has."""
    until = day(line["new_date"])
    if until <= desk.times.today:
        return {"new_date": ("not_after_today", {})}
    if known["duty"] != Duty.PAYMENT:
        return {}
    latest = desk.times.calendar.add_months(day(known["deadline"]), MOST_DEFERRED).on
    return {"new_date": ("deferral_longest", {"latest": latest})} if until > latest else {}


def _due_of(desk: Desk, line: Json) -> date | None:
    """The last day of a line's limit; an approved extension moves it."""
    if line.get("result") == CorrectionResult.LAWFUL_EXTENSION:
        return day(line["new_date"])
    if line.get("due"):
        return day(line["due"])
    until = desk.case.facts.get("paused_until")
    # A limit runs out at 24:00: its last day is the one just before.
    return clock.local_date(instant(until) - timedelta(microseconds=1)) if until else None


def _results(lines: _Lines) -> Json:
    return {row: line["result"] for row, line in lines.items() if line.get("result")}


def _is_open(line: Json) -> bool:
    """Whether a line stands uncorrected."""
    return line["finding"] not in _MET and line.get("result") != CorrectionResult.CORRECTED


def _find(desk: Desk, answers: Json, lines: _Lines) -> None:
    """Write what was found, and whether its indicator was right, back to the warnings."""
    verdicts = {row["row"]: row["indicator_verdict"] for row in answers.get("doubts", [])}
    warnings = desk.session.scalars(
        select(TaxWarning).where(TaxWarning.case_id == desk.case.id).order_by(TaxWarning.id)
    ).all()
    if set(verdicts) != {str(warning.id) for warning in warnings}:
        refuse("doubts", "every_doubt")
    for warning in warnings:
        line = lines[str(warning.id)]
        if duty_lines.is_data_error(line):
            warning.finding, warning.cause = "data_error", "source_data"
        else:
            has_no_duty = line["finding"] == LineFinding.NO_DUTY
            warning.finding = "explained" if has_no_duty else "confirmed"
        warning.verdict = verdicts[str(warning.id)]


def _of_outcome(desk: Desk, lines: _Lines) -> dict[str, object]:
    still_open = [line for line in lines.values() if _is_open(line)]
    duties = {line["duty"] for line in still_open}
    taxpayer = desk.session.get_one(Taxpayer, desk.case.taxpayer_id)
    return {
        "every_line_no_duty": all(
            line["finding"] == LineFinding.NO_DUTY for line in lines.values()
        ),
        "any_data_error": any(duty_lines.is_data_error(line) for line in lines.values()),
        "uncorrected_lines": len(still_open),
        "licence_revocable": Duty.REGISTRATION in duties and taxpayer.reg_status == "unregistered",
        "return_missing": Duty.FILING in duties,
        "payment_open": Duty.PAYMENT in duties,
    }


def _of_penalty(desk: Desk, lines: _Lines) -> dict[str, object]:
    violations = [line for line in lines.values() if line["finding"] != LineFinding.NO_DUTY]
    opened_on = clock.local_date(desk.case.opened_at)
    punished = list(_punished(desk))
    earlier = select(func.count()).where(
        Case.taxpayer_id == desk.case.taxpayer_id,
        Case.kind == CaseKind.OC,
        Case.id != desk.case.id,
        Case.outcome.not_in(["cleared", "data_error"]),
        Case.opened_at >= desk.case.opened_at - _A_YEAR,
    )
    return {
        "only_payment": all(line["duty"] == Duty.PAYMENT for line in violations),
        "penalty_barred": all(
            _is_too_old(line, opened_on) or _is_punished(line, punished) for line in violations
        ),
        "corrected_in_time": all(_in_time(desk, line) for line in violations),
        "first_in_12_months": desk.session.scalar(earlier) == 0,
        "oc_waive_first": bool(desk.times.value("oc_waive_first")),
    }


def _punished(desk: Desk) -> Iterator[Json]:
    """The acts that penalties of this taxpayer have decided on."""
    decided = desk.session.scalars(
        select(Case.facts).where(
            Case.taxpayer_id == desk.case.taxpayer_id,
            Case.kind == CaseKind.PN,
            Case.outcome.in_([Outcome.FINED.value, Outcome.NO_FINE.value]),
        )
    )
    for facts in decided:
        yield from facts.get("acts", {}).values()


def _is_punished(line: Json, acts: Iterable[Json]) -> bool:
    """Whether a penalty is on file for the same duty of the same day."""
    began = (day(line["deadline"]) + timedelta(days=1)).isoformat()
    article = penalty_acts.ARTICLES.get(line["duty"])
    return any(act["article"] == article and act["act_on"][:10] == began for act in acts)


def _is_too_old(line: Json, found_on: date) -> bool:
    """Whether a violation was found more than five years after it had ended [L 86]."""
    ended = line.get("done_on") or line.get("corrected_on")
    if not ended:
        return False
    last = day(ended)
    return found_on > _years_after(last, _YEARS_TO_PUNISH)


def _years_after(start: date, years: int) -> date:
    """The same day so many years on; 28 February where it has no such day."""
    try:
        return start.replace(year=start.year + years)
    except ValueError:
        return start.replace(year=start.year + years, day=28)


def _in_time(desk: Desk, line: Json) -> bool:
    """Whether a duty was met before the order, or within its limit."""
    if line["finding"] == LineFinding.DONE_LATE:
        return True
    if line.get("result") != CorrectionResult.CORRECTED:
        return False
    due = _due_of(desk, line)
    return due is None or day(line["corrected_on"]) <= due


def _changes(desk: Desk, answers: Json, known: Mapping[str, object]) -> dict[str, object]:
    """What the officer changes of the proposals: the proposal itself is no change of it."""
    decide = desk.process.decisions
    wanted = {"outcome_change": answers.get("outcome_change") or None}
    proposed = decide["oc_outcome"].decide({**known, "outcome_change": None})
    if wanted["outcome_change"] == proposed:
        wanted["outcome_change"] = None
    outcome = wanted["outcome_change"] or proposed
    penalty = decide["oc_penalty"].decide({**known, "outcome": outcome, "penalty_change": None})
    change = answers.get("penalty_change") or None
    if change == PenaltyProposal.PROPOSE and outcome in {"cleared", "data_error"}:
        refuse("penalty_change", "no_violation_to_punish")
    return {**wanted, "penalty_change": None if change == penalty else change}
