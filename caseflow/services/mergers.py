"""并入, and taking it back: a case goes on within another one of the household.

Nothing is lost by it: the doubts are worked in the lead case, the merged one keeps its number and
its record, and as long as the lead case is not concluded it can be taken out again as it was.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from caseflow import policy
from caseflow.engine import Step, send_backs
from caseflow.models import Case, CaseLink, FormerDoubt, Merger, Task, TaxWarning
from caseflow.models.base import Json
from caseflow.services import cases, definitions, doubts, limits, notices, sights
from caseflow.services.cases import Act, linking
from caseflow.services.limits import Limits
from caseflow.vocabulary import (
    Actor,
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    NoticeKind,
    Refused,
    Verb,
)
from caseflow.working_days import Due, DueFacts, due_of

SHORTEST_REASON, LONGEST_REASON = 10, 500
MERGED = "merged_into"


@dataclass(frozen=True, slots=True)
class Return:
    """What taking a case out of its lead would give, or ``refusal``: why it cannot be done.

    ``due_at`` is the limit of the step that comes back, as it was.
    """

    lead: Case
    link: CaseLink
    task: Task
    # The course as it stood at that step.
    state: bytes
    warnings: tuple[TaxWarning, ...]
    due_at: datetime | None
    refusal: Refused | None


def merge(session: Session, actor: Actor, task: Task, lead_id: int, times: Limits) -> None:
    """Let what a case is about go on in another; its own course ends with the act of the caller.

    The case is locked and a revision of it begun; ``task`` is the step at which it was decided.

    Raises:
        Invalid: the lead case was closed or concluded meanwhile.
    """
    case = session.get_one(Case, task.case_id)
    lead = cases.locked(session, lead_id)
    if lead.closed_at is not None or lead.submitted_at is not None:
        raise Invalid("answers", fields={"merge_into": ("lead_concluded", {})})
    cases.begin(lead)
    warnings = session.scalars(
        select(TaxWarning).where(TaxWarning.case_id == case.id).order_by(TaxWarning.id)
    ).all()
    linking.hand_on(session, case, warnings, to=lead)
    link = CaseLink(case_id=case.id, other_id=lead.id, kind=MERGED, at=times.now, ended_at=None)
    session.add(link)
    session.flush()  # what is kept for undoing hangs on the link
    session.add(Merger(link_id=link.id, case_id=case.id, task_id=task.id, state=case.state))
    payload = {
        "from": case.number,
        "warnings": sorted(each.fingerprint for each in warnings),
    }
    cases.put_on_record(session, actor, lead, action="case.merged_in", payload=payload)
    _tell(session, actor, lead, NoticeKind.MERGED_IN, case.number)


def returning(session: Session, actor: Actor, case_id: int) -> Return:
    """What undoing would give; nothing is done.

    Raises:
        NotFound: the case does not exist for the actor; Forbidden: no post of the actor may.
        Conflict: the case is not merged into another one.
    """
    return _returning(session, actor, _seen(session, actor, case_id))


def may_undo(session: Session, actor: Actor, case: Case) -> bool:
    """Whether somebody may take a case out of the one that it was merged into."""
    is_merged = case.closed_at is not None and _merger(session, case) is not None
    return is_merged and _may(actor, case)


def undo(session: Session, actor: Actor, case_id: int, *, reason: str) -> Case:
    """Take a case out of its lead: its number, its step with its limit, and its doubts come back.

    Raises:
        NotFound, Forbidden, Conflict: as ``returning``; the lead case is concluded or closed; a
        newer case of the kind is open. Invalid: the reason.
    """
    case = cases.locked(session, _seen(session, actor, case_id).id)
    if not SHORTEST_REASON <= len(reason.strip()) <= LONGEST_REASON:
        raise Invalid("reason_length", shortest=SHORTEST_REASON, longest=LONGEST_REASON)
    lead = cases.locked(session, _returning(session, actor, case).lead.id)
    found = _returning(session, actor, case)  # the lead stands still from here on
    if found.refusal is not None:
        raise found.refusal
    times = limits.of_today(session)
    cases.begin(lead)
    cases.begin(case)
    found.link.ended_at = times.now
    linking.hand_on(session, lead, found.warnings, to=case)
    doubts.weigh(session, lead)
    told: Json = {
        "reason": reason.strip(),
        "warnings": sorted(each.fingerprint for each in found.warnings),
    }
    cases.put_on_record(
        session, actor, lead, action="case.merger_undone", payload={"of": case.number, **told}
    )
    case.closed_at = case.outcome = None
    try:
        with session.begin_nested():
            session.flush()
    except IntegrityError as error:  # somebody opened one between the look and the change
        raise Conflict("newer_case_open", number=_newer(session, case)) from error
    payload = {"from": lead.number, **told}
    act = Act("case.taken_out", payload, limits=_own_limit(found.task))
    cases.apply(session, actor, case, _again(session, case, found, times), act=act, times=times)
    _tell(session, actor, lead, NoticeKind.MERGER_UNDONE, case.number)
    return case


def _again(session: Session, case: Case, found: Return, times: Limits) -> Step:
    """The course put back on the step at which the case was merged."""
    process = definitions.process_of(session, case.definition_id)
    element, key = found.task.element, found.task.key
    at = times.moment()
    return send_backs.sent_back(process, found.state, key, target=element, values={}, at=at).step


def _own_limit(task: Task) -> dict[str, Due]:
    """The limit that the step had, counted from the day of its first opening."""
    if task.due_facts is None:
        return {}
    return {task.element: due_of(cast("DueFacts", task.due_facts))}


def _returning(session: Session, actor: Actor, case: Case) -> Return:
    if not _may(actor, case):
        raise Forbidden("not_your_post", verb=Verb.UNDO_MERGER, roles=_roles())
    merger = _merger(session, case)
    if merger is None or case.closed_at is None:
        raise Conflict("not_merged", number=case.number)
    link = session.get_one(CaseLink, merger.link_id)
    lead = session.get_one(Case, link.other_id)
    task = session.get_one(Task, merger.task_id)
    gone = select(FormerDoubt.warning_id).where(
        FormerDoubt.case_id == case.id,
        FormerDoubt.next_case_id == lead.id,
        FormerDoubt.at >= link.at,  # not those of a merger that was undone before
    )
    warnings = session.scalars(
        select(TaxWarning)
        .where(TaxWarning.id.in_(gone), TaxWarning.case_id == lead.id)
        .order_by(TaxWarning.id)
    ).all()
    refusal = _refusal(session, case, lead)
    return Return(lead, link, task, merger.state, tuple(warnings), task.due_at, refusal)


def _refusal(session: Session, case: Case, lead: Case) -> Refused | None:
    if lead.closed_at is not None:
        return Conflict("lead_closed", number=lead.number)
    if lead.submitted_at is not None:
        return Conflict("lead_submitted", number=lead.number)
    newer = _newer(session, case)
    return Conflict("newer_case_open", number=newer) if newer else None


def _newer(session: Session, case: Case) -> str | None:
    """The number of the household's open case of this kind."""
    return session.scalar(
        select(Case.number).where(
            Case.taxpayer_id == case.taxpayer_id,
            Case.kind == case.kind,
            Case.closed_at.is_(None),
            Case.id != case.id,
        )
    )


def _merger(session: Session, case: Case) -> Merger | None:
    """The merger of a case that was not undone."""
    return session.scalar(
        select(Merger)
        .join(CaseLink, CaseLink.id == Merger.link_id)
        .where(Merger.case_id == case.id, CaseLink.ended_at.is_(None))
    )


def _seen(session: Session, actor: Actor, case_id: int) -> Case:
    case = session.get(Case, case_id)
    if case is None or not sights.sees(session, actor, case_id):
        raise NotFound("case", id=case_id)
    return case


def _may(actor: Actor, case: Case) -> bool:
    seats = policy.VERBS[Verb.UNDO_MERGER]
    return any(post.role in seats and post.unit_id == case.district_id for post in actor.posts)


def _roles() -> list[str]:
    return sorted(role.value for role in policy.VERBS[Verb.UNDO_MERGER])


def _tell(session: Session, actor: Actor, lead: Case, kind: NoticeKind, number: str) -> None:
    officers = [lead.main_officer_id, lead.second_officer_id]
    notices.tell(session, actor, lead, kind=kind, to=officers, text=number)
