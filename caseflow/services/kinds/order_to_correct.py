"""Order to correct 责令限期改正: the rules of its steps that no form and no drawing can hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from caseflow import duty_lines
from caseflow.models.base import Json
from caseflow.services.kinds import correction_results, warning_verification
from caseflow.services.kinds.desk import Desk, Handed, day, instant, refuse
from caseflow.vocabulary import Invalid
from caseflow.vocabulary.choices.correction import (
    CorrectionPaper,
    Duty,
    LineFinding,
    PreparationDecision,
)

# What later steps have noted of a line: checking it anew takes nothing of it back.
_KEPT = ("ordered", "due", "result", "corrected_on")

_Fields = dict[str, tuple[str, Json]]


def assign(desk: Desk, answers: Json) -> Handed:
    """2b: the chief names the main officer alone, or sends the case to the leader."""
    handed = warning_verification.assign(desk, answers)
    return Handed(payload=handed.payload, returned=handed.returned)


def dispatch(desk: Desk, answers: Json) -> Handed:
    """2a: the leader gives a case that was sent back to a section, merges or voids it."""
    return warning_verification.dispatch(desk, {"priority": desk.case.priority, **answers})


def prepare(desk: Desk, answers: Json) -> Handed:
    """3: what is found of each line, and whether to remind, to order, or to conclude at once."""
    lines = _checked(desk, answers)
    decision = answers["preparation"]
    _require_fitting(desk, decision, lines)
    kept = desk.case.facts.get("duty_lines", {})
    for row, line in lines.items():
        line |= {name: kept[row][name] for name in _KEPT if name in kept.get(row, {})}
    covered = duty_lines.to_order(lines) if decision == PreparationDecision.ORDER else []
    papers = duty_lines.papers(lines[row] for row in covered)
    desk.case.facts = {**desk.case.facts, "duty_lines": lines, "to_order": covered}
    if not covered:
        return Handed(payload={"findings": _findings(lines)})
    return Handed(
        variables={
            "limit_days": max(int(lines[row]["limit_days"]) for row in covered),
            "correction_due": None,
            "has_orders": CorrectionPaper.ORDER_TO_CORRECT in papers,
            "has_demands": CorrectionPaper.PAYMENT_DEMAND in papers,
        },
        payload={"findings": _findings(lines)},
    )


def remind(desk: Desk, answers: Json) -> Handed:
    """3a: somebody was reminded; what was promised is due soon."""
    if instant(answers["reminded_at"]) > desk.times.now:
        refuse("reminded_at", "in_the_future")
    promised = answers.get("promised_on")
    if promised:
        limit = int(desk.times.value("oc_remind"))
        latest = desk.times.calendar.add_working_days(desk.times.today, limit).on
        if not desk.times.today <= day(promised) <= latest:
            refuse("promised_on", "promise_range", latest=latest)
    desk.case.facts = {**desk.case.facts, "reminded": True}
    return Handed()


def sign_order(desk: Desk, answers: Json) -> Handed:
    """4: the chief signs the order, or agrees to the demand; else it goes back."""
    if answers["order_signature"] == "send_back":
        return Handed(returned=answers["reason"])
    lines = desk.case.facts["duty_lines"]
    papers = duty_lines.papers(lines[row] for row in desk.case.facts["to_order"])
    if CorrectionPaper.PAYMENT_DEMAND not in papers:
        _ordered(desk)
    return Handed()


def sign_demand(desk: Desk, answers: Json) -> Handed:
    """4x: the leader signs the demand, or sends it back."""
    if answers["demand_signature"] == "send_back":
        return Handed(returned=answers["reason"])
    _ordered(desk)
    return Handed()


HAND_IN: Mapping[str, Callable[[Desk, Json], Handed]] = {
    "oc_assign": assign,
    "oc_dispatch": dispatch,
    "oc_preparation": prepare,
    "oc_reminder": remind,
    "oc_order_signature": sign_order,
    "oc_demand_signature": sign_demand,
    **correction_results.HAND_IN,
}


def _checked(desk: Desk, answers: Json) -> dict[str, dict[str, Any]]:
    """The answers by line, each lawful by itself."""
    given = answers.get("lines", [])
    if sorted(line["row"] for line in given) != sorted(rows_of(desk)):
        refuse("lines", "every_line")
    fields: _Fields = {}
    for index, line in enumerate(given):
        fields |= {f"lines-{index}-{place}": why for place, why in _wrong(desk, line).items()}
    if fields:
        raise Invalid("answers", fields=fields)
    return {line["row"]: {**line} for line in given}


def _wrong(desk: Desk, line: Json) -> _Fields:
    """What is unlawful about a line, by field."""
    today, found = desk.times.today, line["finding"]
    if found == LineFinding.NO_DUTY:
        return {}
    deadline = day(line["deadline"])
    if deadline >= today:
        return {"deadline": ("deadline_not_over", {})}
    if found == LineFinding.NOT_DONE:
        return _wrong_paper(desk, line)
    done_on = day(line["done_on"])
    if done_on > today:
        return {"done_on": ("in_the_future", {})}
    return {} if done_on > deadline else {"done_on": ("not_late", {"deadline": deadline})}


def _wrong_paper(desk: Desk, line: Json) -> _Fields:
    """Whether a line asks for the paper of its duty, and no longer a limit than the law has."""
    table = desk.process.decisions["oc_paper"]
    asked = table.decide({"duty": line["duty"]}, mapping="singleResult")
    assert isinstance(asked, Mapping)  # noqa: S101 - the table has three outputs
    if line["paper"] != asked["paper"]:
        return {"paper": ("paper_for_duty", {"paper": asked["paper"]})}
    most = int(desk.times.value(asked["limit"]))
    if int(line["limit_days"]) > most:
        return {"limit_days": ("too_large", {"limit": most})}
    return {}


def _require_fitting(desk: Desk, decision: str, lines: Mapping[str, Json]) -> None:
    """Refuse a proposal that the findings do not bear."""
    found = {line["finding"] for line in lines.values()}
    kept = desk.case.facts.get("duty_lines", {})
    wanting = [row for row in duty_lines.not_done(lines) if not kept.get(row, {}).get("ordered")]
    has_order = LineFinding.NOT_DONE in found and not wanting
    if decision == PreparationDecision.ORDER and LineFinding.NOT_DONE not in found:
        refuse("preparation", "no_line_not_done")
    if decision == PreparationDecision.REMIND:
        if not wanting:
            refuse("preparation", "no_line_not_done")
        if desk.case.facts.get("reminded"):
            refuse("preparation", "reminded_before")
        if any(lines[row]["duty"] == Duty.REGISTRATION for row in wanting):
            refuse("preparation", "remind_filing_or_payment")
    if decision == PreparationDecision.ALREADY_CORRECTED and (
        wanting or not (has_order or LineFinding.DONE_LATE in found)
    ):
        refuse("preparation", "not_all_corrected")
    if decision == PreparationDecision.NO_VIOLATION and found != {LineFinding.NO_DUTY}:
        refuse("preparation", "not_all_without_duty")


def _ordered(desk: Desk) -> None:
    """Everything that was to be signed is: these lines have their order now."""
    facts = desk.case.facts
    signed = set(facts["to_order"])
    lines = {
        row: {**line, "ordered": row in signed or line.get("ordered", False)}
        for row, line in facts["duty_lines"].items()
    }
    desk.case.facts = {**facts, "duty_lines": lines}


def rows_of(desk: Desk) -> list[str]:
    """The lines of the case by row."""
    return correction_results.rows_of(desk.session, desk.case)


def _findings(lines: Mapping[str, Json]) -> Json:
    return {row: line["finding"] for row, line in lines.items()}
