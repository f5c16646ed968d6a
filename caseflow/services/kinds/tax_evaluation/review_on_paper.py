"""Desk review 案头审核 (2b, 3, 3a): every doubt compared, the estimate, the chief's word."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from sqlalchemy import func, select

from caseflow import added_doubts
from caseflow.models import Case, Taxpayer, TaxWarning
from caseflow.models.base import Json
from caseflow.services.kinds.desk import Desk, Handed, refuse
from caseflow.services.kinds.warning_verification import require_every_row
from caseflow.vocabulary import CaseKind, Invalid, WarningStatus

_OWN_ERRORS = frozenset({"calc_or_form_error", "policy_misread"})
_SETTLED = frozenset({"explained", "data_error"})


def assigned(desk: Desk, answers: Json) -> Handed:
    """2b: a key tax source has longer for the desk review; above the quota the chief says why."""
    if answers["assign_decision"] != "assign":
        return Handed()
    taxpayer = desk.session.get_one(Taxpayer, desk.case.taxpayer_id)
    quota = int(desk.times.value("ta_quota"))
    held = _open_evaluations(desk, int(answers["main_officer"]))
    if held >= quota and not answers.get("note"):
        refuse("note", "over_quota", held=held, quota=quota)
    return Handed(variables={"is_key_source": taxpayer.is_key_source})


def review(desk: Desk, answers: Json) -> Handed:
    """3: every doubt, step and comparison; what may follow depends on what was found."""
    require_every_row(desk, answers)
    doubts = answers.get("doubts", [])
    signs = set(answers["signs"])
    if "none" in signs and len(signs) > 1:
        refuse("signs", "none_with_others")
    has_signs = signs != {"none"}
    ground = desk.case.facts.get("no_interview_ground", "none")
    _require_finished(answers, is_barred=has_signs or ground != "none")
    _require_next(answers["next_step"], doubts, has_signs=has_signs, ground=ground)
    added = answers.get("new_doubts") or added_doubts.before_review(desk.session, desk.case)
    if answers["next_step"] == "cleared" and added:
        refuse("next_step", "added_doubts_determined")
    is_confirmed = any(doubt["result"] == "confirmed" for doubt in doubts)
    if is_confirmed and not answers.get("estimates"):
        refuse("estimates", "estimate_needed")
    estimate = sum((Decimal(line["amount"]) for line in answers.get("estimates", [])), Decimal(0))
    desk.case.facts = {**desk.case.facts, "estimate": str(estimate)}
    return Handed(
        variables={
            "score": desk.case.score,
            "collective_score": desk.times.value("collective_score"),
            "desk_signed_before": bool(desk.case.facts.get("desk_signed")),
            "has_signs": has_signs,
            "no_interview_ground": ground,
            "every_doubt_data_error": bool(doubts)
            and all(doubt["result"] == "data_error" for doubt in doubts),
        },
        payload={"estimate": str(estimate)},
    )


def sign(desk: Desk, answers: Json) -> Handed:
    """3: the chief agrees, which fixes the first estimate and a clearing, or sends back."""
    if answers["desk_signature"] == "send_back":
        return Handed(returned=answers["reason"])
    facts = {**desk.case.facts, "desk_signed": True}
    facts.setdefault("first_estimate", facts.get("estimate", "0"))
    desk.case.facts = facts
    reviewed = desk.answers("ta_desk_review")
    is_low = desk.case.score < desk.times.value("collective_score")
    if reviewed["next_step"] == "cleared" and is_low:
        _clear(desk, reviewed["doubts"])
    return Handed()


HAND_IN: Mapping[str, Callable[[Desk, Json], Handed]] = {
    "ta_desk_review": review,
    "ta_desk_signature": sign,
}
MORE: Mapping[str, Callable[[Desk, Json], Handed]] = {"wv_assign": assigned}


def _require_finished(answers: Json, *, is_barred: bool) -> None:
    """V01 is always done; nothing unclear or planned is left behind.

    Where there may be no interview (``is_barred``), what is open goes to the determination.
    """
    fields: dict[str, tuple[str, Json]] = {}
    next_step = answers["next_step"]
    is_over = next_step == "cleared" or (next_step == "determine" and not is_barred)
    for index, step in enumerate(answers.get("steps", [])):
        if step["row"].endswith(":V01") and step["state"] != "done":
            fields[f"steps-{index}-state"] = ("always_done", {"step": "V01"})
        elif is_over and step["state"] == "planned":
            fields[f"steps-{index}-state"] = ("still_planned", {})
    for index, doubt in enumerate(answers.get("doubts", [])):
        if is_over and doubt["result"] == "unclear":
            fields[f"doubts-{index}-result"] = ("still_unclear", {})
    if fields:
        raise Invalid("answers", fields=fields)


def _require_next(next_step: str, doubts: Sequence[Json], *, has_signs: bool, ground: str) -> None:
    """Refuse what may not follow from what was found."""
    if has_signs and next_step != "determine":
        refuse("next_step", "signs_determine")
    if next_step == "interview" and ground != "none":
        refuse("next_step", "no_interview")
    if next_step == "cleared" and any(doubt["result"] not in _SETTLED for doubt in doubts):
        refuse("next_step", "not_all_cleared")
    if next_step == "risk_notice":
        kinds = {doubt.get("error_kind") for doubt in doubts if doubt["result"] == "confirmed"}
        if not kinds or not kinds <= _OWN_ERRORS:
            refuse("next_step", "only_own_errors")


def _open_evaluations(desk: Desk, officer_id: int) -> int:
    return (
        desk.session.scalar(
            select(func.count(Case.id)).where(
                Case.kind == CaseKind.TA,
                Case.main_officer_id == officer_id,
                Case.closed_at.is_(None),
                Case.id != desk.case.id,
            )
        )
        or 0
    )


def _clear(desk: Desk, doubts: Sequence[Json]) -> None:
    """What the desk review found of each doubt is what the case found."""
    results = {int(doubt["row"]): doubt["result"] for doubt in doubts}
    for warning in desk.session.scalars(
        select(TaxWarning).where(TaxWarning.case_id == desk.case.id)
    ):
        if warning.id in results:
            warning.finding = results[warning.id]
            warning.status = WarningStatus.IN_CASE
    if desk.case.submitted_at is None:
        desk.case.submitted_at = desk.times.now
