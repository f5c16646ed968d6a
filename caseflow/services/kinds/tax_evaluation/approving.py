"""Review and approval 复核审批 (6a, 6b, 6c): agree, differ, send back, refer to the panel."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from caseflow.models.base import Json
from caseflow.services.kinds import warning_verification
from caseflow.services.kinds.desk import Desk, Handed, refuse
from caseflow.services.kinds.inspection_transfer import proposal
from caseflow.vocabulary import Role


def review(desk: Desk, answers: Json) -> Handed:
    """6a: the chief agrees, differs with an own outcome and sums, or sends back."""
    decision = answers["review_decision"]
    handed = warning_verification.reviewed(desk, answers, sent_back=decision == "send_back")
    if decision == "differ":
        difference = {
            "outcome": answers["own_outcome"],
            "amounts": answers.get("own_amounts", []),
            "reason": answers["difference"],
        }
        return Handed(variables=handed.variables, payload=difference)
    return handed


def approve(desk: Desk, answers: Json) -> Handed:
    """6b: the leader agrees, sends back, or refers to the panel what it has not decided."""
    decision = answers["approval_decision"]
    if decision == "to_collective" and desk.case.facts.get("panel"):
        refuse("approval_decision", "panel_has_decided")
    if decision == "agree" and is_for_the_director(desk):
        _require_director(desk)
    return warning_verification.reviewed(desk, answers, sent_back=decision == "send_back")


def third_return(desk: Desk, answers: Json) -> Handed:
    """6c: after three returns the leader decides, changes the officers, or sends back finally."""
    handed = warning_verification.third_return(desk, answers)
    is_change = answers["third_return_decision"] == "change_officers"
    variables = {"entry": "assign"} if is_change else {}
    return Handed(variables=variables, payload=handed.payload, returned=handed.returned)


def is_for_the_director(desk: Desk) -> bool:
    """Whether a transfer is determined, and one of these doubts was transferred before."""
    is_transfer = desk.case.facts.get("outcome") == "transferred_inspection"
    return is_transfer and proposal.earlier(desk) > 0


HAND_IN: Mapping[str, Callable[[Desk, Json], Handed]] = {
    "ta_review": review,
    "ta_approval": approve,
    "ta_third_return": third_return,
}


def _require_director(desk: Desk) -> None:
    """A second transfer is the district director's to approve."""
    if desk.case.district_id not in desk.actor.units_as(Role.DISTRICT_DIRECTOR):
        refuse("approval_decision", "director_only")
