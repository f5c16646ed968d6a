"""Step 1 of a transfer to inspection: who proposes it, what is proposed, how often it was before.

Source: the bureau's description of the process, steps 0 and 1 and "who approves".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal

from sqlalchemy import select, tuple_

from caseflow import added_doubts, assessed
from caseflow.added_doubts import AddedDoubt
from caseflow.models import AssessedAmount, Case, Document, FormerDoubt, TaxWarning
from caseflow.models.base import Json
from caseflow.services.kinds import contact_ban, warning_verification
from caseflow.services.kinds.desk import Desk, Handed
from caseflow.services.kinds.inspection_transfer import doubts
from caseflow.vocabulary import (
    CaseKind,
    CaseStatus,
    DocumentStatus,
    Invalid,
    Outcome,
    PaperKind,
)

_NOTHING = Decimal(0)
# Decisions of a collective review that follow the proposal.
_FOLLOWED = ("agree", "amend")


def assign(desk: Desk, answers: Json) -> Handed:
    """1: the chief names a main officer where the case before had none, or a tie was declared."""
    user_id = int(answers["main_officer"])
    warning_verification.require_officer(desk, "main_officer", user_id)
    desk.case.main_officer_id = user_id
    return Handed(payload={"main_officer": user_id})


def propose(desk: Desk, answers: Json) -> Handed:
    """1: the proposal, doubt by doubt; or a tie to the taxpayer, which the chief decides on."""
    case = desk.case
    if answers["recusal"] != "none":
        declared = {**case.facts.get("declared", {})}
        declared[str(desk.actor.user_id)] = answers["recusal"]
        case.facts = {**case.facts, "declared": declared}
        return Handed(variables={"tie_declared": True}, payload={"declared": answers["recusal"]})
    lines = doubts.by_row(desk, answers)
    attempt = 1 + earlier(desk)
    _require_whole(answers, is_again=attempt > 1)
    if case.submitted_at is None:
        case.submitted_at = desk.times.now
    estimate = sum((Decimal(line["estimated_tax"]) for line in lines.values()), _NOTHING)
    is_covered, before = _minutes(desk)
    facts = {"estimate": str(estimate), "attempt": attempt, "minutes_cover": is_covered}
    # A new proposal has not been before the review; the form of the approval asks for it.
    case.facts = {**case.facts, **facts, "collective_decision": None}
    return Handed(
        variables={
            "tie_declared": False,
            "attempt": attempt,
            "minutes_cover": is_covered,
            "estimate": estimate,
            "minutes_estimate": before,
            "collective_decision": None,
        },
        payload=facts,
    )


HAND_IN: Mapping[str, Callable[[Desk, Json], Handed]] = {
    "ti_assign": assign,
    "ti_proposal": propose,
}


def _require_whole(answers: Json, *, is_again: bool) -> None:
    """Refuse a proposal that lacks what its own answers call for."""
    fields: dict[str, tuple[str, Json]] = {}
    for index, line in enumerate(answers["doubts"]):
        if not Decimal(line["estimated_tax"]) and not line.get("zero_reason"):
            fields[f"doubts-{index}-zero_reason"] = ("zero_estimate_reason", {})
    if not answers.get("evidence_list"):
        fields["evidence_list"] = ("evidence_listed", {})
    if is_again and not answers.get("news"):
        fields["news"] = ("news_since_return", {})
    if fields:
        raise Invalid("answers", fields=fields)


def earlier(desk: Desk) -> int:
    """How often the taxpayer was transferred before for one of the doubts of this case.

    A hit is the same by its indicator and period; what officers added, by its tax and period.
    """
    now = doubts.of(desk.session, desk.case)
    same = [(warning.indicator, warning.period) for warning in now]
    others = select(Case).where(
        Case.taxpayer_id == desk.case.taxpayer_id,
        Case.kind == CaseKind.TI,
        Case.id != desk.case.id,
        Case.status != CaseStatus.VOIDED,
    )
    for_hits = (
        others.join(FormerDoubt, FormerDoubt.next_case_id == Case.id)
        .join(TaxWarning, TaxWarning.id == FormerDoubt.warning_id)
        .where(tuple_(TaxWarning.indicator, TaxWarning.period).in_(same))
    )
    found = {case.id for case in desk.session.scalars(for_hits)} if same else set()
    added = added_doubts.of_case(desk.session, desk.case)
    if added:
        found |= {case.id for case in desk.session.scalars(others) if _meets(desk, case, added)}
    return len(found)


def _meets(desk: Desk, transfer: Case, added: Iterable[AddedDoubt]) -> bool:
    """Whether one of these added doubts was transferred with that case."""
    before = added_doubts.of_case(desk.session, transfer)
    return any(
        one.tax == other.tax
        and contact_ban.overlap(
            contact_ban.months_of(one.period), contact_ban.months_of(other.period)
        )
        for one in added
        for other in before
    )


def _minutes(desk: Desk) -> tuple[bool, Decimal]:
    """Whether the review of the case before covers each doubt, and its estimate in yuan."""
    origin = desk.session.get(Case, desk.case.facts.get("origin_case") or 0)
    if origin is None or not _was_reviewed(desk, origin):
        return False, _NOTHING
    former = select(FormerDoubt.warning_id).where(
        FormerDoubt.case_id == origin.id, FormerDoubt.next_case_id == desk.case.id
    )
    named = set(desk.session.scalars(former))
    now = doubts.of(desk.session, desk.case)
    added = added_doubts.of_case(desk.session, desk.case)
    known = {doubt.row for doubt in added_doubts.of_case(desk.session, origin)}
    is_covered = {warning.id for warning in now} <= named and {each.row for each in added} <= known
    return is_covered, _estimate_of(desk, origin, now, added)


def _was_reviewed(desk: Desk, origin: Case) -> bool:
    """Whether a collective review decided the transfer; the panel of an evaluation has minutes."""
    if origin.facts.get("collective_decision") in _FOLLOWED:
        return True
    minutes = select(Document.id).where(
        Document.case_id == origin.id,
        Document.kind == PaperKind.COLLECTIVE_MINUTES,
        Document.status == DocumentStatus.ISSUED,
    )
    is_transferred = origin.facts.get("outcome") == Outcome.TRANSFERRED_INSPECTION
    return is_transferred and desk.session.scalar(minutes.limit(1)) is not None


def _estimate_of(
    desk: Desk, origin: Case, now: Iterable[TaxWarning], added: Iterable[AddedDoubt]
) -> Decimal:
    """What the case before had found, else what the doubts themselves say."""
    rows = desk.session.scalars(
        select(AssessedAmount).where(AssessedAmount.case_id == origin.id)
    ).all()
    if rows:
        return assessed.total_tax(rows)
    said = (warning.estimated_tax or _NOTHING for warning in now)
    return sum(said, sum((doubt.estimate for doubt in added), _NOTHING))
