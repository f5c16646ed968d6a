"""Determination 评定 (6): findings and sums, and what the decision tables need to know."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from caseflow import added_doubts, assessed
from caseflow.models import AssessedAmount
from caseflow.models.base import Json
from caseflow.services.kinds import contact_ban
from caseflow.services.kinds.conclusions import findings, says_something
from caseflow.services.kinds.desk import Desk, Handed, instant, refuse
from caseflow.services.kinds.tax_evaluation import sums

_WHOLE = Decimal(100)
_SETTLED = frozenset({"explained", "data_error"})
_SELF_CHECKED = frozenset({"self_check_notice", "advice_opinion"})


def determine(desk: Desk, answers: Json) -> Handed:
    """6: submit a finding for each doubt with the sums, or go on verifying."""
    if answers["determination_next"] == "submit":
        return _submit(desk, answers)
    if answers["determination_next"] == "daily_check":
        _daily_check(desk)
        return Handed(variables=_standing(desk, {}), payload={"reason": answers["next_reason"]})
    if answers["next_step"] == "interview" and _may_not_interview(desk):
        refuse("next_step", "no_interview")
    return Handed(variables=_standing(desk, {}), payload={"reason": answers["next_reason"]})


HAND_IN: Mapping[str, Callable[[Desk, Json], Handed]] = {"ta_determination": determine}


def _submit(desk: Desk, answers: Json) -> Handed:
    found = {str(warning.id): warning.finding for warning in findings(desk, answers)}
    found |= _of_added(desk, answers)
    signs, duties = set(answers["signs"]), set(answers["duties"])
    for place, chosen in (("signs", signs), ("duties", duties)):
        if "none" in chosen and len(chosen) > 1:
            refuse(place, "none_with_others")
    rows = sums.replace_by(desk, answers.get("amounts", []))
    if "confirmed" not in found.values() and any(says_something(row) for row in rows):
        refuse("amounts", "amount_without_confirmed_doubt")
    has_ground = answers["ground"] != "none"
    if has_ground and not any(row.recomputed > row.declared for row in rows):
        refuse("amounts", "determined_amount")
    if desk.case.submitted_at is None:
        desk.case.submitted_at = desk.times.now
    desk.case.facts = {
        **desk.case.facts,
        "has_signs": signs != {"none"},
        # What is determined anew may be objected to, and put to the panel, anew.
        "panel": None,
        "failed_motions": [],
        "objected": False,
    }
    total = assessed.total_tax(rows)
    return Handed(
        variables={
            **_standing(desk, answers),
            **_found(list(found.values())),
            **of_sums(desk, rows),
            "has_signs": signs != {"none"},
            "under_inspection": _is_inspected(desk),
            "duty_missed": duties != {"none"},
        },
        payload={"findings": found, "total_tax": str(total)},
    )


def _of_added(desk: Desk, answers: Json) -> dict[str, str | None]:
    """The findings on the doubts that officers added; every one must have one."""
    given = {line["row"]: line["finding"] for line in answers.get("added_doubts") or []}
    if set(given) != {doubt.row for doubt in added_doubts.of_case(desk.session, desk.case)}:
        refuse("added_doubts", "every_doubt")
    return given


def _found(found: Sequence[str | None]) -> Json:
    return {
        "confirmed_doubts": found.count("confirmed"),
        "unexplained_doubts": sum(finding not in _SETTLED for finding in found),
        "not_verifiable_doubts": found.count("not_verifiable"),
        "every_doubt_data_error": bool(found) and set(found) == {"data_error"},
    }


def of_sums(desk: Desk, rows: Sequence[AssessedAmount]) -> Json:
    """What the decision tables and the execution read of the sums."""
    total, amount = assessed.total_tax(rows), sums.decision_amount(rows)
    kept = (_WHOLE - desk.times.value("collective_reduction")) / _WHOLE
    first = Decimal(desk.case.facts.get("first_estimate", "0"))
    return {
        "total_tax": total,
        "has_adjustment": sums.has_adjustment(rows),
        "decision_amount": amount,
        "estimate_halved": amount < first * kept,
        "paid_in_full": total > 0 and assessed.unpaid(rows) == 0,
        "approve_tax_district": desk.times.value("approve_tax_district"),
        "approve_tax_collective": desk.times.value("approve_tax_collective"),
    }


def _standing(desk: Desk, answers: Json) -> Json:
    """What is known of the case besides this determination."""
    facts = desk.case.facts
    return {
        "score": desk.case.score,
        "collective_score": desk.times.value("collective_score"),
        "no_interview_ground": facts.get("no_interview_ground", "none"),
        "objection": facts.get("objection", "none"),
        "refusal_stands": _refusal_stands(desk, answers),
        "self_check_fails": _self_check_fails(desk, answers),
    }


def _refusal_stands(desk: Desk, answers: Json) -> bool:
    """Row 2: refused or missed without reason, and not made good since."""
    refusals = set(desk.case.facts.get("refusals", []))
    if refusals & {"interview", "access"}:
        return True
    has_reason = answers.get("refused_with_reason") == "yes"
    carried = desk.case.facts.get("carried") or {}
    is_unmet = carried.get("paper") == "demand" and _is_overdue(desk, carried)
    is_unmet = is_unmet and sums.open_debt(desk) > 0
    return not has_reason and ("duty" in refusals or is_unmet)


def _self_check_fails(desk: Desk, answers: Json) -> bool:
    """Row 3: the self-check was not done in time, or falls short by more than explained."""
    carried = desk.case.facts.get("carried") or {}
    if carried.get("paper") not in _SELF_CHECKED:
        return bool(desk.case.facts.get("notice_unanswered"))
    if "self_checked" in carried:
        gap = desk.times.value("self_check_gap") / _WHOLE
        assessed_tax = Decimal(carried["assessed"])
        is_short = assessed_tax - Decimal(carried["self_checked"]) > assessed_tax * gap
        return is_short and answers.get("explained") != "yes"
    return _is_overdue(desk, carried)


def _is_overdue(desk: Desk, carried: Json) -> bool:
    due_at = carried.get("due_at")
    is_over = due_at is not None and desk.times.now >= instant(due_at)
    return is_over and not carried.get("answered")


def _daily_check(desk: Desk) -> None:
    """A daily check before a transfer, once, for refusals and missed self-checks only."""
    if desk.case.facts.get("daily_check"):
        refuse("determination_next", "daily_check_once")
    if not (_refusal_stands(desk, {}) or _self_check_fails(desk, {})):
        refuse("determination_next", "daily_check_ground")
    desk.case.facts = {**desk.case.facts, "daily_check": "asked"}


def _may_not_interview(desk: Desk) -> bool:
    facts = desk.case.facts
    return facts.get("no_interview_ground", "none") != "none" or bool(facts.get("has_signs"))


def _is_inspected(desk: Desk) -> bool:
    """Whether the inspection bureau has taken up a transfer about one of these periods."""
    periods = contact_ban.periods_of(desk.session, desk.case)
    return contact_ban.is_with_inspection(desk.session, desk.case.taxpayer_id, periods)
