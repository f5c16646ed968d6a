"""Steps 2 to 4: review, approval, and the check of the quality post before anything is done."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from caseflow.models.base import Json
from caseflow.services.kinds.data_correction import lines
from caseflow.services.kinds.data_correction.request import require_no_tie
from caseflow.services.kinds.desk import Desk, Handed, refuse
from caseflow.vocabulary.choices.data_correction import DcApproval, DcCheck, DcReview

# So often, over all its deciding steps, a request is sent back; then it is passed up.
_MOST_RETURNS = 2


def review(desk: Desk, answers: Json) -> Handed:
    """2: the chief agrees, sends back, rejects, or after two returns passes up."""
    decision = answers["correction_review"]
    is_spent = int(desk.case.facts.get("sent_back", 0)) >= _MOST_RETURNS
    if decision == DcReview.SEND_BACK:
        if is_spent:
            refuse("correction_review", "sent_back_enough", times=_MOST_RETURNS)
        return _sent_back(desk, answers)
    if decision == DcReview.PASS_UP and not is_spent:
        refuse("correction_review", "pass_up_later", times=_MOST_RETURNS)
    return Handed(
        variables={"passed_up": decision == DcReview.PASS_UP}, payload={"decision": decision}
    )


def approve(desk: Desk, answers: Json) -> Handed:
    """3: the leader or the division decides."""
    decision = answers["correction_approval"]
    if decision == DcApproval.SEND_BACK:
        return _sent_back(desk, answers)
    return Handed(payload={"decision": decision})


def check(desk: Desk, answers: Json) -> Handed:
    """4: the quality post lets it take effect; whoever changed a value meanwhile is told."""
    require_no_tie(answers)
    if answers["correction_check"] == DcCheck.SEND_BACK:
        handed = _sent_back(desk, answers)
        return Handed(variables={"stale": False}, returned=handed.returned, payload=handed.payload)
    changed = [line for line in lines.of(desk.case) if _is_changed(desk, line)]
    desk.case.facts = {
        **desk.case.facts,
        "same_fault": answers["same_fault"],
        "same_fault_count": answers.get("same_fault_count"),
        "source_notice": {"text": answers["notice_text"], "at": desk.times.today.isoformat()},
    }
    names = "、".join(line.field.zh for line in changed)
    return Handed(
        variables={"stale": bool(changed)},
        payload={"stale": [list(line.key) for line in changed]},
        returned=f"数据已变动，请重新填写：{names}" if changed else None,
    )


HAND_IN: Mapping[str, Callable[[Desk, Json], Handed]] = {
    "dc_review": review,
    "dc_approval": approve,
    "dc_check": check,
}


def _is_changed(desk: Desk, line: lines.Line) -> bool:
    now = lines.standing(line.field, desk.case.taxpayer_id or 0, line.period)
    return now != line.before


def _sent_back(desk: Desk, answers: Json) -> Handed:
    """Back to the requester; what the chief agreed to in the case before holds no longer."""
    returns = int(desk.case.facts.get("sent_back", 0)) + 1
    desk.case.facts = {**desk.case.facts, "sent_back": returns, "agreed": False}
    return Handed(returned=answers["return_text"], payload={"sent_back": returns})
