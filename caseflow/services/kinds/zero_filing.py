"""Zero-filing investigation 零申报调查: the rules of its steps that no drawing can hold.

Source: the bureau's description of the process, step by step (1 to 8).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import assessed, engine
from caseflow.models import Case, IndicatorVersion, Taxpayer, TaxWarning
from caseflow.models.base import Json
from caseflow.services.kinds import campaign, conclusions, contacts, marking
from caseflow.services.kinds.desk import Desk, Handed, day, refuse
from caseflow.services.limits import Limits
from caseflow.services.work import Work
from caseflow.vocabulary import Invalid, Outcome
from caseflow.vocabulary.choices import OnsiteFound
from caseflow.vocabulary.choices.campaigns import HouseholdMark
from caseflow.vocabulary.choices.zero_filing import InvoiceMeasure, SiteItem, VisitReason
from caseflow.vocabulary.choices.zero_filing import ZeroFilingCause as Cause
from caseflow.vocabulary.choices.zero_filing import ZeroFilingCheck as Check

VISIT_TABLE = "zf_visit"
_BUYS_INVOICES = frozenset({"INV-002", "INV-003"})
_ZERO_MONTHS = frozenset({"FIL-009", "INV-003"})  # both count months of zero returns in a row
_POWER = "TPD-015"
_LEAST_TEXT_OF_OTHER = 30
_WITH_MEASURE = frozenset({Cause.MOVED_AWAY, Cause.CONCEALED, Cause.AGENCY_SHELL})
_KEPT = frozenset({Outcome.CLEARED, Outcome.NOT_VERIFIABLE})
_PERCENT = 100


def known(desk: Desk) -> Mapping[str, object]:
    """What the table of required visits reads of the case: told anew with each step.

    Hits that join a case may lengthen its row of zero returns or bring in invoices.
    """
    return known_of(desk.session, desk.case, desk.times)


def known_of(session: Session, case: Case, times: Limits) -> Mapping[str, object]:
    """As ``known``, of a case on no desk. Who is in a batch was drawn with the batch, or not."""
    warnings = session.execute(
        select(TaxWarning.indicator, TaxWarning.value).where(TaxWarning.case_id == case.id)
    ).all()
    payer = session.get_one(Taxpayer, case.taxpayer_id)
    is_sampled = case.facts.get("is_sampled")
    return {
        "has_invoices": any(each.indicator in _BUYS_INVOICES for each in warnings),
        "zero_months": max(
            (int(each.value or 0) for each in warnings if each.indicator in _ZERO_MONTHS), default=0
        ),
        "kwh": max(
            (Decimal(str(each.value or 0)) for each in warnings if each.indicator == _POWER),
            default=Decimal(0),
        ),
        "zf_kwh": times.value("zf_kwh"),
        "credit_grade": payer.credit_grade,
        "is_sampled": is_drawn(case.number, times.value("zf_sample"))
        if is_sampled is None
        else bool(is_sampled),
    }


def is_drawn(number: str, percent: Decimal) -> bool:
    """Whether a case that is in no batch is drawn for a visit: by its number, so always alike.

    >>> is_drawn("03ZF2010000001", Decimal(0)), is_drawn("03ZF2010000001", Decimal(100))
    (False, True)
    """
    drawn = int.from_bytes(hashlib.sha256(number.encode()).digest()[:8])
    return drawn * _PERCENT < int(percent) << 64


def check(desk: Desk, answers: Json) -> Handed:
    """3: every check and doubt; the cause waits for a required visit, else for some contact."""
    _require_rows(desk, answers)
    variables = {**_variables(desk), "sign_of_trade": answers["sign_of_trade"]}
    reason = str(desk.process.decisions[VISIT_TABLE].decide(variables))
    desk.case.facts = {**desk.case.facts, "visit_reason": reason}
    if answers["next_step"] == "classify":
        planned: dict[str, tuple[str, Json]] = {
            f"steps-{index}-state": ("still_planned", {})
            for index, step in enumerate(answers["steps"])
            if step["state"] == "planned"
        }
        if planned:
            raise Invalid("answers", fields=planned)
        _require_contact(variables, reason)
    return Handed(payload={"visit": reason})


def decide_visit(desk: Desk, answers: Json) -> Handed:
    """4: the chief agrees; only a visit that is not required may be refused."""
    required = desk.case.facts.get("visit_reason") != VisitReason.NONE
    if required and answers["onsite_approval"] == "refuse":
        refuse("onsite_approval", "visit_required")
    return contacts.approve_onsite(desk, answers)


def record_visit(desk: Desk, answers: Json) -> Handed:
    """4: everything that is looked for on the spot was looked for."""
    if [row["row"] for row in answers["site"]] != [item.value for item in SiteItem]:
        refuse("site", "every_site_item")
    return contacts.record_visit(desk, answers)


def classify(desk: Desk, answers: Json) -> Handed:
    """5: one cause with its proof, the estimate, a measure, and what the tables need to know."""
    cause = Cause(answers["cause"])
    _require_proof(desk, answers, cause)
    _require_measure(desk, answers, cause)
    _require_days_ahead(desk, answers)
    warnings = conclusions.findings(desk, answers)
    every_data_error = bool(warnings) and all(w.finding == "data_error" for w in warnings)
    if every_data_error and cause != Cause.OTHER:
        refuse("cause", "data_error_is_other")
    rows = conclusions.assess(desk, answers)
    signs = conclusions.signs_of(answers)
    conclusions.note_submission(desk)
    total = assessed.total_tax(rows)
    desk.case.facts = {**desk.case.facts, "next_review_on": answers.get("next_review_on")}
    campaign.note_cause(desk.case, cause.value)
    is_stop = answers["invoice_measure"] == InvoiceMeasure.STOP
    return Handed(
        variables={
            "ti_flag": desk.case.is_ti,
            "has_signs": signs != {"none"},
            "every_doubt_data_error": every_data_error,
            "total_tax": total,
            "approve_tax_district": desk.times.value("approve_tax_district"),
            "invoice_stop": "yes" if is_stop else "no",
            "collective_decision": None,
        },
        payload={
            "cause": cause.value,
            "evidence": answers["evidence"],
            "measure": answers["invoice_measure"],
            "total_tax": str(total),
            "findings": {str(w.id): w.finding for w in warnings},
        },
    )


def corrected_return(desk: Desk, answers: Json) -> Handed:
    """7: the return that reports what was left out has come in."""
    return _happened(desk, answers, "filed_on", told="return_number")


def cancellation(desk: Desk, answers: Json) -> Handed:
    """7: the household has applied for cancellation."""
    return _happened(desk, answers, "applied_on", told="application_number")


def align(desk: Desk, answers: Json) -> Handed:
    """7: mark or status was changed in CTAIS; a suspension ends after it began."""
    begun, ended = answers.get("suspended_from"), answers.get("suspended_until")
    if begun and ended and day(ended) <= day(begun):
        refuse("suspended_until", "before_start")
    handed = _happened(desk, answers, "changed_on", told="ctais_number")
    if desk.variables.get("cause") == Cause.ONLY_LOCAL_BUSINESS:
        told = marking.handed(
            desk, HouseholdMark.LOCAL_TAX_ONLY, is_set=True, place="changed_on", answers=answers
        )
        return replace(handed, payload={**handed.payload, **told})
    return handed


def set_next_review(work: Work) -> Json:
    """8: a household kept as it is gets the day on which it is looked at again.

    Until that day a row of zero returns (FIL-009) alone brings it no new case.
    """
    case, times = work.case, work.times
    chosen = case.facts.get("next_review_on")
    if case.facts.get("outcome") not in _KEPT:
        case.facts = {**case.facts, "next_review_on": None}
        return {}
    months = int(times.value("zf_next_review"))
    on = chosen or times.calendar.add_months(times.today, months).on.isoformat()
    case.facts = {**case.facts, "next_review_on": on}
    return {"next_review_on": on}


HAND_IN: Mapping[str, Callable[[Desk, Json], Handed]] = {
    "zf_desk": check,
    "zf_onsite_application": contacts.apply_onsite,
    "zf_onsite_approval": decide_visit,
    "zf_onsite_record": record_visit,
    "zf_classification": classify,
    "zf_corrected_return": corrected_return,
    "zf_cancellation": cancellation,
    "zf_alignment": align,
}


def _variables(desk: Desk) -> Mapping[str, object]:
    """The routing variables as they stand, with what is known of the case today."""
    return {**engine.variables_of(desk.process, desk.case.state), **known(desk)}


def _require_rows(desk: Desk, answers: Json) -> None:
    """The answers name every doubt, the checks of every case, and those that its hits prescribe."""
    rows = desk.session.execute(
        select(TaxWarning.id, IndicatorVersion.content["steps"])
        .join(IndicatorVersion, IndicatorVersion.id == TaxWarning.indicator_version_id)
        .where(TaxWarning.case_id == desk.case.id)
    ).all()
    steps = {check.value for check in Check} | {step for _, given in rows for step in given or ()}
    if {row["row"] for row in answers["steps"]} != steps:
        refuse("steps", "every_step")
    if {row["row"] for row in answers["doubts"]} != {str(key) for key, _ in rows}:
        refuse("doubts", "every_doubt")


def _require_contact(variables: Mapping[str, object], reason: str) -> None:
    """A required visit is on record; where none is required, some contact was tried."""
    if variables.get("onsite_found") is not None:
        return
    if reason != VisitReason.NONE:
        refuse("next_step", "visit_not_recorded", reason=VisitReason(reason))
    was_tried = variables.get("contact_result") or variables.get("letter_service") == "failed"
    if not was_tried:
        refuse("next_step", "no_contact_tried")


def _require_proof(desk: Desk, answers: Json, cause: Cause) -> None:
    written = len(answers["text"].strip())
    if cause == Cause.OTHER and written < _LEAST_TEXT_OF_OTHER:
        refuse("text", "too_short", limit=_LEAST_TEXT_OF_OTHER, found=written)
    found = engine.variables_of(desk.process, desk.case.state).get("onsite_found")
    if cause == Cause.MOVED_AWAY and found != OnsiteFound.NOT_FOUND:
        refuse("cause", "moved_away_unseen")


def _require_measure(desk: Desk, answers: Json, cause: Cause) -> None:
    """A measure goes with some causes only; a stop needs a violation or the abnormal status."""
    if answers["invoice_measure"] == InvoiceMeasure.NONE:
        return
    if cause not in _WITH_MEASURE:
        refuse("invoice_measure", "measure_not_for_cause")
    if day(answers["stop_from"]) < desk.times.today:
        refuse("stop_from", "in_the_past")
    status = desk.session.get_one(Taxpayer, desk.case.taxpayer_id).reg_status
    if answers.get("stop_ground") == "abnormal" and status != "abnormal":
        refuse("stop_ground", "not_abnormal")


def _require_days_ahead(desk: Desk, answers: Json) -> None:
    for place in ("restart_on", "next_review_on"):
        if answers.get(place) and day(answers[place]) <= desk.times.today:
            refuse(place, "not_after_today")


def _happened(desk: Desk, answers: Json, place: str, *, told: str) -> Handed:
    """Something that somebody reports has happened by today; its number goes on record."""
    on: date = day(answers[place])
    if on > desk.times.today:
        refuse(place, "in_the_future")
    return Handed(payload={told: answers[told], place: on.isoformat()})
