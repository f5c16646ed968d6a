"""Simple penalty 简易处罚: investigation, notice, decision and payment of a fine (3, 6, 8)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import clock, penalty_acts
from caseflow.engine import Process
from caseflow.models import Case, Taxpayer, TaxWarning, Unit
from caseflow.models.base import Json
from caseflow.penalty_acts import Act
from caseflow.reckoning import penalty_law
from caseflow.services.kinds import penalty_hearings
from caseflow.services.kinds.desk import Desk, Handed, day, instant, refuse
from caseflow.services.limits import Limits
from caseflow.vocabulary import CaseKind, Invalid, Outcome, PaperKind
from caseflow.vocabulary.choices.penalty import (
    DefenceResult,
    DropReason,
    PaymentResult,
    PenaltyCircumstance,
    PenaltyDecision,
    PenaltyDecisionProposed,
)

_NOTHING = Decimal("0.00")
_INDIVIDUALS = frozenset({"individual", "individual_household"})
_GIVEN = (Outcome.FINED, Outcome.NO_FINE)
_Fields = dict[str, tuple[str, Json]]
_Acts = dict[str, dict[str, Any]]


def investigate(desk: Desk, answers: Json) -> Handed:
    """3a: facts, article and band of each act, and what is proposed."""
    known = {act.row: act for act in penalty_acts.of_case(desk.session, desk.case)}
    given = answers.get("acts", [])
    if sorted(line["row"] for line in given) != sorted(known):
        refuse("acts", "every_line")
    measured = Measured(desk.session, desk.case, desk.process, desk.times.today)
    acts: _Acts = {line["row"]: measured.act(line, known[line["row"]], given) for line in given}
    is_fine = answers["proposal"] == PenaltyDecisionProposed.FINE
    fields: _Fields = {}
    for index, line in enumerate(given):
        wrong = _wrong(desk, line, acts[line["row"]], is_fine=is_fine)
        fields |= {f"acts-{index}-{place}": why for place, why in wrong.items()}
    if fields:
        raise Invalid("answers", fields=fields)
    total = sum((Decimal(act["amount"]) for act in acts.values() if is_fine), _NOTHING)
    if is_fine and not total:
        refuse("proposal", "nothing_to_fine")
    days = [day(act["act_on"]) for act in acts.values()]
    asked = {
        "proposal": answers["proposal"],
        "total_fine": total,
        "is_individual": measured.is_individual,
    }
    desk.case.facts = {
        **desk.case.facts,
        "acts": acts,
        "proposal": answers["proposal"],
        "notice_total": str(total),
        "noticed": False,
        "hearing_offered": desk.process.decisions["pn_hearing"].decide(asked),
        "reply_due": None,
        "act_on": max(days).isoformat(),
    }
    return Handed(
        variables={
            "total_fine": total,
            "is_tax_office": desk.session.get_one(Unit, desk.case.section_id).is_tax_office,
            "is_individual": measured.is_individual,
            "new_law": bool(penalty_law.text_of(max(days))),
            "defence_until": None,
            "pay_until": None,
        },
        payload={"proposal": answers["proposal"], "total_fine": str(total)},
    )


def sign_notice(desk: Desk, answers: Json) -> Handed:
    """3c to 3e: the chief or leader agrees to what is proposed, or sends it back."""
    if answers["notice_decision"] == "send_back":
        return Handed(returned=answers["reason"])
    if desk.case.submitted_at is None:
        _require_every_act(desk)
        # From the notice on a further act opens a case of its own.
        desk.case.submitted_at = desk.times.now
    return Handed(variables={"service_due": desk.times.working_days("pn_notice")})


def decide(desk: Desk, answers: Json) -> Handed:
    """6: the decision; a fine only after a notice, and never above it."""
    decision = answers["decision"]
    chairman = desk.case.facts.get("chairman")
    if chairman in {desk.actor.user_id, desk.actor.acting_for} - {None}:
        refuse("decision", "chaired_the_hearing")
    acts: _Acts = {row: {**act} for row, act in desk.case.facts["acts"].items()}
    total = _NOTHING
    if decision == PenaltyDecision.FINE:
        total = _fined(desk, answers, acts)
    if decision == PenaltyDecision.MORE_FACTS:
        return Handed(returned=answers["reason"], payload={"decision": decision})
    _find(desk, answers)
    desk.case.facts = {
        **desk.case.facts,
        "acts": acts,
        "fine": str(total),
        "decision": decision,
        "decision_reason": answers.get("reason"),
        "drop_reason": answers.get("drop_reason"),
    }
    return Handed(
        variables={"service_due": desk.times.days("pn_serve")},
        payload={"decision": decision, "fine": str(total)},
    )


def pay(desk: Desk, answers: Json) -> Handed:
    """8: paid in full with what the delay adds, deferred, or not paid once it is due."""
    result, facts = answers["payment_result"], desk.case.facts
    if answers.get("appeal_on") and day(answers["appeal_on"]) > desk.times.today:
        refuse("appeal_on", "in_the_future")
    due_on = day(facts["pay_by"])
    if result == PaymentResult.NOT_PAID:
        if desk.times.today <= due_on:
            refuse("payment_result", "payment_not_due", due=due_on)
        return Handed()
    if result == PaymentResult.DEFERRED:
        until = day(answers["new_date"])
        if until <= desk.times.today:
            refuse("new_date", "not_after_today")
        desk.case.facts = {**facts, "pay_by": until.isoformat()}
        return Handed(variables={"pay_until": clock.end_of(until)})
    return _paid(desk, answers, due_on)


def served(case: Case, times: Limits, paper: str, served_on: date) -> Mapping[str, object]:
    """4: the time of the defence, or of the payment, begins with the service."""
    if paper == PaperKind.PENALTY_NOTICE:
        is_new = penalty_law.text_of(day(case.facts["act_on"]))
        if is_new:
            until = times.working_days_from(served_on, "pn_defence_2021")
        else:
            until = times.days_from(served_on, "pn_defence")
        case.facts = {**case.facts, "noticed": True, "reply_due": until.isoformat()}
        return {"defence_until": until}
    if paper == PaperKind.PENALTY_DECISION:
        until = times.days_from(served_on, "pn_pay")
        pay_by = times.dues[until].on.isoformat()
        case.facts = {**case.facts, "pay_by": pay_by, "reply_due": until.isoformat()}
        return {"pay_until": until}
    return {}


HAND_IN: Mapping[str, Callable[[Desk, Json], Handed]] = {
    "pn_investigation": investigate,
    "pn_notice": sign_notice,
    **penalty_hearings.HAND_IN,
    "pn_decision": decide,
    "pn_payment": pay,
}


def _require_every_act(desk: Desk) -> None:
    """An act may have joined since the investigation: it wants to be looked at before a notice."""
    if {act.row for act in penalty_acts.of_case(desk.session, desk.case)} != set(
        desk.case.facts["acts"]
    ):
        refuse("notice_decision", "act_joined")


class Measured:
    """The figures of acts: days late, offences, and the band that the table gives."""

    def __init__(self, session: Session, case: Case, process: Process, today: date) -> None:
        """Look at the party of the case and at what it was punished for before."""
        self.process, self.today = process, today
        self.earlier = list(_punished(session, case))
        taxpayer = session.get_one(Taxpayer, case.taxpayer_id)
        self.is_individual = taxpayer.kind in _INDIVIDUALS

    def act(self, line: Json, known: Act, given: list[Json]) -> dict[str, Any]:
        """An act as it is answered, with what the system computes of it."""
        act_on = day(line["act_on"])
        offences = penalty_acts.offences(line["article"], act_on, [*self.earlier, *given])
        days_late = known.days_late(self.today)
        said = set(line["circumstances"])
        is_harmless = {PenaltyCircumstance.CORRECTED_IN_TIME, PenaltyCircumstance.HARMLESS} <= said
        band = self.process.decisions["pn_band"].decide(
            {
                "article": line["article"],
                "seriousness": line["seriousness"],
                "is_excused": PenaltyCircumstance.FORCE_MAJEURE in said
                or (is_harmless and offences == 1),
                "offences": offences,
                "is_individual": self.is_individual,
                "days_late": days_late,
            },
            mapping="singleResult",
        )
        assert isinstance(band, Mapping)  # noqa: S101 - the table has four outputs
        # An act without a duty that lasts was over on its day.
        ended = known.ended or (act_on if known.deadline is None else None)
        proposed = band["first"] if offences == 1 else band["second"]
        return {
            **line,
            "amount": str(Decimal(line.get("amount") or 0)),
            "days_late": days_late,
            "offences": offences,
            "low": _text(band["low"]),
            "high": _text(band["high"]),
            "proposed": _text(proposed),
            "ended": ended.isoformat() if ended else None,
            "found": known.found.isoformat() if known.found else None,
        }


def _text(amount: object) -> str | None:
    return None if amount is None else str(amount)


def _punished(session: Session, case: Case) -> Iterator[Json]:
    """The acts that the party was fined for, or not fined for by decision, before."""
    found = session.scalars(
        select(Case.facts).where(
            Case.taxpayer_id == case.taxpayer_id,
            Case.kind == CaseKind.PN,
            Case.id != case.id,
            Case.outcome.in_([outcome.value for outcome in _GIVEN]),
        )
    )
    for facts in found:
        for row, act in facts.get("acts", {}).items():
            yield {**act, "row": row}


def _wrong(desk: Desk, line: Json, act: Json, *, is_fine: bool) -> _Fields:
    """What is unlawful about an act, by field."""
    today, act_on = desk.times.today, day(line["act_on"])
    if act_on > today:
        return {"act_on": ("in_the_future", {})}
    if penalty_law.text_of(act_on) is None:
        return {"act_on": ("before_the_penalty_law", {})}
    said = line["circumstances"]
    if PenaltyCircumstance.NONE in said and len(said) > 1:
        return {"circumstances": ("none_with_others", {})}
    if PenaltyCircumstance.OTHER in said and not line.get("circumstance_text"):
        return {"circumstance_text": ("required", {})}
    return _wrong_fine(desk, line, act) if is_fine else {}


def _wrong_fine(desk: Desk, line: Json, act: Json) -> _Fields:
    """Whether an act may be fined at all, and with this amount."""
    if any(each["row"] == line["row"] for each in _punished(desk.session, desk.case)):
        return {"amount": ("fined_before", {})}
    last = _fine_until(desk, act)
    found = day(act["found"]) if act["found"] else clock.local_date(desk.case.opened_at)
    if last is not None and found > last:
        return {"amount": ("over_five_years", {"last": last})}
    amount = Decimal(act["amount"])
    if act["low"] is None:
        return {"amount": ("excused", {})} if amount else {}
    low, high = Decimal(act["low"]), Decimal(act["high"])
    if not low <= amount <= high:
        return {"amount": ("outside_band", {"low": low, "high": high})}
    if amount != Decimal(act["proposed"]) and not line.get("amount_reason"):
        return {"amount_reason": ("reason_for_amount", {"proposed": act["proposed"]})}
    return {}


def _fine_until(desk: Desk, act: Json) -> date | None:
    """The last day on which an act that has ended could be found for a fine [L 86]."""
    if not act["ended"]:
        return None
    return desk.times.calendar.add_months(day(act["ended"]), penalty_law.BAR_YEARS * 12).on


def _fined(desk: Desk, answers: Json, acts: _Acts) -> Decimal:
    """The fine of each act, at most what the notice said; returns the total."""
    facts = desk.case.facts
    if not facts.get("noticed"):
        refuse("decision", "no_notice")
    due = facts.get("reply_due")
    if due and facts.get("defence") != DefenceResult.WAIVED and desk.times.now < instant(due):
        refuse("decision", "defence_time_runs", due=clock.last_day_of(instant(due)))
    given = {line["row"]: Decimal(line["amount"]) for line in answers.get("fines", [])}
    fined = [row for row, act in acts.items() if Decimal(act["amount"])]
    if sorted(given) != sorted(fined):
        refuse("fines", "every_line")
    for index, line in enumerate(answers["fines"]):
        noticed = Decimal(acts[line["row"]]["amount"])
        if given[line["row"]] > noticed:
            refuse(f"fines-{index}-amount", "above_notice", most=noticed)
        acts[line["row"]]["fine"] = str(given[line["row"]])
    total = sum(given.values(), _NOTHING)
    if not total:
        refuse("decision", "nothing_to_fine")
    return total


def _find(desk: Desk, answers: Json) -> None:
    """Write the result back to the doubts that came along."""
    dropped = answers.get("drop_reason")
    finding = "not_verifiable" if dropped == DropReason.NOT_PROVED else "confirmed"
    if dropped == DropReason.NO_VIOLATION:
        finding = "explained"
    of_case = select(TaxWarning).where(TaxWarning.case_id == desk.case.id)
    for warning in desk.session.scalars(of_case):
        warning.finding = finding


def _paid(desk: Desk, answers: Json, due_on: date) -> Handed:
    facts, paid_on = desk.case.facts, day(answers["paid_on"])
    if paid_on > desk.times.today:
        refuse("paid_on", "in_the_future")
    fine = Decimal(facts["fine"])
    late = penalty_law.late_penalty(fine, (paid_on - due_on).days, day(facts["act_on"]))
    sums = {"fine_paid": fine, "additional_paid": late}
    fields: _Fields = {
        name: ("paid_differs", {"due": str(due)})
        for name, due in sums.items()
        if Decimal(answers.get(name) or 0) != due
    }
    if fields:
        raise Invalid("answers", fields=fields)
    return Handed(payload={"fine_paid": str(fine), "additional_paid": str(late)})
