"""Steps 6 to 8 of a transfer to inspection: feedback, material asked for, registration."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

from caseflow.models.base import Json
from caseflow.services import closing
from caseflow.services.kinds.desk import Desk, Handed, day, refuse
from caseflow.services.kinds.inspection_transfer import doubts
from caseflow.vocabulary import Invalid
from caseflow.vocabulary.choices.transfer import TiFeedback, TiNature

_PAID_OF = {"tax_paid": "insp_tax", "surcharge_paid": "surcharge", "fine_paid": "fine"}
_Fields = dict[str, tuple[str, Json]]


def give(desk: Desk, answers: Json) -> Handed:
    """6, 7: an interim word, a wish for material, or the result of the inspection."""
    kind = answers["feedback_kind"]
    if kind == TiFeedback.INTERIM:
        return _interim(desk, answers)
    if kind == TiFeedback.ASK_MATERIAL:
        return Handed(returned=answers["wanted"])
    fields = _wrong_days(desk, answers) | _wrong_taxes(answers)
    if answers.get("advice") and not answers.get("advice_unit"):
        fields["advice_unit"] = ("advice_for_whom", {})
    if fields:
        raise Invalid("answers", fields=fields)
    if answers["nature"] != TiNature.NOT_OPENED:
        doubts.by_row(desk, answers)
    return Handed()


def sign_supply(desk: Desk, answers: Json) -> Handed:
    """7s: the chief signs what goes to the inspection bureau, or sends it back."""
    del desk
    sent_back = answers["supply_signature"] == "send_back"
    return Handed(returned=answers["supply_text"] if sent_back else None)


def register(desk: Desk, answers: Json) -> Handed:
    """8a: the file is brought up to date; each doubt says something of its indicator."""
    if answers["file_updated"] != "yes":
        refuse("file_updated", "update_file_first")
    duties = answers["open_duties"]
    if "none" in duties and len(duties) > 1:
        refuse("open_duties", "none_with_others")
    if desk.answers("ti_feedback").get("advice") and not answers.get("advice_answer"):
        refuse("advice_answer", "answer_the_advice")
    lines = doubts.by_row(desk, answers)
    for warning in doubts.of(desk.session, desk.case):
        warning.verdict = lines[str(warning.id)]["indicator_verdict"]
    return Handed()


def confirm(desk: Desk, answers: Json) -> Handed:
    """8b: the chief agrees, which closes the case unless something is missing."""
    if answers["registration_decision"] == "send_back":
        return Handed(returned=answers["return_text"])
    missing = closing.missing(desk.session, desk.case, but=desk.task.id)
    if missing:
        raise Invalid("missing", missing=missing)
    return Handed()


HAND_IN: Mapping[str, Callable[[Desk, Json], Handed]] = {
    "ti_feedback": give,
    "ti_supply_signature": sign_supply,
    "ti_registration": register,
    "ti_confirmation": confirm,
}


def _interim(desk: Desk, answers: Json) -> Handed:
    """The next feedback is due a month later; a written request frees visits."""
    if day(answers["since"]) > desk.times.today:
        refuse("since", "in_the_future")
    if answers.get("visit_request"):
        asked_at = desk.times.now.isoformat()
        desk.case.facts = {**desk.case.facts, "contact_asked_at": asked_at}
    due_at = desk.times.months_from(desk.times.today, "ti_feedback")
    return Handed(variables={"feedback_due": due_at})


def _wrong_days(desk: Desk, answers: Json) -> _Fields:
    """Days of the result that are still to come."""
    places = ("closed_on", "judicial_on", "treatment_on", "penalty_on")
    days = ((place, answers.get(place)) for place in places)
    return {place: ("in_the_future", {}) for place, on in days if on and day(on) > desk.times.today}


def _wrong_taxes(answers: Json) -> _Fields:
    """More paid than found, a payment without its day, a tax and period named twice."""
    fields: _Fields = {}
    seen: set[tuple[str, str]] = set()
    for index, line in enumerate(answers.get("taxes") or []):
        if (line["tax"], line["period"]) in seen:
            fields[f"taxes-{index}-period"] = ("period_twice", {})
        seen.add((line["tax"], line["period"]))
        for paid, found in _PAID_OF.items():
            if Decimal(line[paid]) > Decimal(line[found]):
                fields[f"taxes-{index}-{paid}"] = ("more_than_found", {})
        if any(Decimal(line[paid]) for paid in _PAID_OF) and not line.get("paid_on"):
            fields[f"taxes-{index}-paid_on"] = ("paid_when", {})
    return fields
