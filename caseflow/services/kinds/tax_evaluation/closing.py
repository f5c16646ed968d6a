"""Report and closing review 报告、复核办结 (8, 9): nothing may be missing, quality is scored."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from caseflow.models.base import Json
from caseflow.services import closing
from caseflow.services.kinds.desk import Desk, Handed, day, refuse
from caseflow.vocabulary import Invalid

_SCORES = ("facts", "evidence", "calculation", "procedure", "documents")


def report(desk: Desk, answers: Json) -> Handed:
    """8: a management gap names when the unit is to reply."""
    if answers["management_gap"] == "yes" and day(answers["gap_reply"]) <= desk.times.today:
        refuse("gap_reply", "not_after_today")
    return Handed()


def sign_report(desk: Desk, answers: Json) -> Handed:
    """8: the chief signs the report or sends it back."""
    del desk
    sent_back = answers["paper_signature"] == "send_back"
    return Handed(returned=answers["reason"] if sent_back else None)


def review(desk: Desk, answers: Json) -> Handed:
    """9: the reviewer agrees once nothing is missing, with five scores, or sends back."""
    handed = _decided(desk, answers)
    if answers["closing_decision"] != "agree":
        return handed
    scores = {name: int(answers[f"score_{name}"]) for name in _SCORES}
    desk.case.facts = {**desk.case.facts, "quality": scores}
    return Handed(
        variables=handed.variables, payload={"quality": scores, "total": sum(scores.values())}
    )


def approve(desk: Desk, answers: Json) -> Handed:
    """9: the leader agrees to the closing of what was decided above the chief, or sends back."""
    return _decided(desk, answers)


HAND_IN: Mapping[str, Callable[[Desk, Json], Handed]] = {
    "ta_report": report,
    "ta_report_signature": sign_report,
    "ta_closing_review": review,
    "ta_closing_approval": approve,
}


def _decided(desk: Desk, answers: Json) -> Handed:
    facts = desk.case.facts
    returns = facts.get("closing_returns", 0)
    if answers["closing_decision"] == "agree":
        missing = closing.missing(desk.session, desk.case, but=desk.task.id)
        if missing:
            raise Invalid("missing", missing=missing)
        return Handed(variables={"closing_returns": returns})
    desk.case.facts = {**facts, "closing_returns": returns + 1}
    return Handed(
        variables={"closing_returns": returns + 1},
        payload={"reason": answers["return_reason"]},
        returned=answers["return_text"],
    )
