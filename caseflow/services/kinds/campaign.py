"""Campaigns 专项任务: the list handed in, its approval, the report; what the drawing calls for."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from caseflow import clock
from caseflow.models import Campaign, CampaignLine, Case
from caseflow.models.base import Json
from caseflow.services import outbox
from caseflow.services.kinds.desk import Desk, Handed, refuse
from caseflow.services.work import Work
from caseflow.vocabulary.choices.campaigns import CampaignApproval, LineVerdict

# Later work: open the cases of an approved list, a share in each transaction.
OPENING = "campaigns.open"
OPENED = "campaign_opened"


def compose(desk: Desk, answers: Json) -> Handed:
    """The list is handed in: somebody is on it, and its day lies ahead."""
    counts = counted(desk.session, desk.case.id)
    if not counts[LineVerdict.OPENS] + counts[LineVerdict.JOINS]:
        refuse("list_note", "campaign_has_nobody")
    _require_ahead(desk, "list_note")
    desk.case.facts = {
        **desk.case.facts,
        **{verdict.value: count for verdict, count in counts.items()},
        "requirement": answers.get("requirement"),
    }
    return Handed(payload={verdict.value: count for verdict, count in counts.items()})


def approve(desk: Desk, answers: Json) -> Handed:
    """The list is agreed to, sent back, or refused; whoever agrees dispatches its cases."""
    decision = answers["campaign_decision"]
    if decision == CampaignApproval.CHANGE:
        return Handed(payload={"decision": decision}, returned=answers["return_text"])
    if decision == CampaignApproval.REFUSE:
        return Handed(payload={"decision": decision, "reason": answers["refusal"]})
    _require_ahead(desk, "campaign_decision")
    campaign = desk.session.get_one(Campaign, desk.case.id)
    campaign.approved_by, campaign.approved_at = desk.actor.user_id, desk.times.now
    until = clock.end_of(campaign.due_on)
    desk.case.accepted_at, desk.case.due_at = desk.times.now, until
    counts = counted(desk.session, desk.case.id)
    told: Json = {verdict.value: count for verdict, count in counts.items()}
    return Handed(variables={"campaign_due": until}, payload={"decision": decision, **told})


def close(desk: Desk, answers: Json) -> Handed:
    """The report: while households are open, it says why."""
    still_open = open_count(desk.session, desk.case.id)
    if still_open and not (answers.get("open_reason") or "").strip():
        refuse("open_reason", "campaign_still_open", count=still_open)
    return Handed(variables={"open_count": still_open}, payload={"open": still_open})


HAND_IN: Mapping[str, Callable[[Desk, Json], Handed]] = {
    "cp_list": compose,
    "cp_approval": approve,
    "cp_closing": close,
}


def open_campaign(work: Work, arguments: Json) -> Json:
    """Leave the opening for later; the campaign waits until all of its cases are open."""
    del arguments
    outbox.put(work.session, OPENING, {"case": work.case.id})
    counts = counted(work.session, work.case.id)
    return {"households": counts[LineVerdict.OPENS] + counts[LineVerdict.JOINS]}


def counted(session: Session, case_id: int) -> Mapping[LineVerdict, int]:
    """How many rows of the list open a case, join one, or are left out."""
    rows = session.execute(
        select(CampaignLine.verdict, func.count())
        .where(CampaignLine.case_id == case_id)
        .group_by(CampaignLine.verdict)
    )
    found = {row[0]: row[1] for row in rows}
    return {verdict: found.get(verdict.value, 0) for verdict in LineVerdict}


def open_count(session: Session, case_id: int) -> int:
    """How many cases of the campaign are not closed."""
    return (
        session.scalar(
            select(func.count())
            .select_from(CampaignLine)
            .join(Case, Case.id == CampaignLine.line_case_id)
            .where(CampaignLine.case_id == case_id, Case.closed_at.is_(None))
        )
        or 0
    )


def note_cause(case: Case, cause: str | None) -> None:
    """Keep the cause that was found with a case of a campaign, whose table counts it."""
    if cause is not None and "campaign_case" in case.facts:
        case.facts = {**case.facts, "cause": cause}


def _require_ahead(desk: Desk, place: str) -> None:
    if desk.session.get_one(Campaign, desk.case.id).due_on < desk.times.today:
        refuse(place, "campaign_due_over")
