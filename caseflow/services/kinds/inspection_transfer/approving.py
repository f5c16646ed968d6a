"""Steps 2a and 2c of a transfer to inspection: review by the chief, approval by a leader."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from caseflow import clock, engine
from caseflow.models.base import Json
from caseflow.services.kinds.desk import Desk, Handed, refuse
from caseflow.vocabulary import CaseStatus
from caseflow.vocabulary.choices.transfer import TiApproval, TiReview

_SEND_BACKS = 2


def review(desk: Desk, answers: Json) -> Handed:
    """2a: the chief agrees or sends back; after two sendings back passes it up instead."""
    decision = answers["transfer_review"]
    if decision == TiReview.SEND_BACK:
        return _sent_back(desk, "transfer_review", answers["return_text"], answers["return_reason"])
    if decision == TiReview.PASS_UP and desk.case.returns < _SEND_BACKS:
        refuse("transfer_review", "pass_up_later", times=_SEND_BACKS)
    return Handed(variables={"approve_days": _days_left(desk)})


def approve(desk: Desk, answers: Json) -> Handed:
    """2c: the leader, of a second transfer the director, decides whether it goes to inspection."""
    decision = answers["transfer_approval"]
    if code := _bar(desk, decision):
        refuse("transfer_approval", code)
    if decision == TiApproval.SEND_BACK:
        return _sent_back(desk, "transfer_approval", answers["reason"])
    if decision == TiApproval.TO_COLLECTIVE:
        return Handed(variables={"approve_days": _days_left(desk)})
    if decision == TiApproval.REFUSE:
        return Handed(payload={"reason": answers["reason"]})
    return Handed()


HAND_IN: Mapping[str, Callable[[Desk, Json], Handed]] = {
    "ti_review": review,
    "ti_approval": approve,
}


def _bar(desk: Desk, decision: str) -> str | None:
    """Why this decision cannot be taken: what the review decided, and what the minutes cover."""
    decided = desk.case.facts.get("collective_decision")
    if decided == "reject" and decision not in (TiApproval.REFUSE, TiApproval.SEND_BACK):
        return "collective_against"
    if decision == TiApproval.TO_COLLECTIVE and decided is not None:
        return "reviewed_already"
    said = engine.variables_of(desk.process, desk.case.state)
    only_signs = said.get("approver") == "leader_signs"
    if only_signs and decision not in (TiApproval.AGREE, TiApproval.REFUSE):
        return "minutes_cover_it"
    return None


def _sent_back(desk: Desk, place: str, text: str, reason: str | None = None) -> Handed:
    if desk.case.returns >= _SEND_BACKS:
        refuse(place, "sent_back_enough", times=_SEND_BACKS)
    desk.case.returns += 1
    desk.case.status = CaseStatus.RETURNED
    return Handed(payload={"reason": reason} if reason else {}, returned=text)


def _days_left(desk: Desk) -> int:
    """The working days that are left for the approval while a collective review is held."""
    due_at = desk.task.due_at
    if due_at is None:
        return int(desk.times.value("ti_approve"))
    # A limit runs out at 24:00: the last day is the one just before.
    last_day = clock.last_day_of(due_at)
    return max(desk.times.calendar.working_days_between(desk.times.today, last_day), 0)
