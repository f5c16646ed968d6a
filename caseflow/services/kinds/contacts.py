"""Contacts with the taxpayer: letter, telephone, interview, visit (steps 4a, 4b, 4c)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from sqlalchemy import select

from caseflow import clock
from caseflow.models import Document
from caseflow.models.base import Json
from caseflow.services.kinds.desk import Desk, Handed, MovedLimit, day, instant, refuse
from caseflow.vocabulary import DocumentStatus

_NOTICE_WORKING_DAYS = 3
_OFFICERS = 2
_HANDED_OVER_ON_SITE = ("onsite_notice", "inspection_notice")


def inquire(desk: Desk, answers: Json) -> Handed:
    """4a: a telephone call has taken place; a letter waits for the chief's signature."""
    if answers["inquiry_method"] == "phone" and instant(answers["called_at"]) > desk.times.now:
        refuse("called_at", "in_the_future")
    return Handed()


def sign_letter(desk: Desk, answers: Json) -> Handed:
    """4a: the chief signs the letter or sends it back."""
    del desk
    sent_back = answers["letter_signature"] == "send_back"
    return Handed(returned=answers["opinion"] if sent_back else None)


def serve_letter(desk: Desk, answers: Json) -> Handed:
    """4a: the letter was served (the taxpayer's time runs from then), or could not be."""
    if answers["letter_service"] == "failed":
        paper = _last_issued(desk, "inquiry_letter")
        if paper is not None:
            paper.status = DocumentStatus.VOID
            paper.service = {"failed": answers["failure_reason"]}
        return Handed(payload={"failed": answers["failure_reason"]})
    served_on = _served(desk, answers, "inquiry_letter")
    limit = int(desk.times.value("wv_reply"))
    due = desk.times.calendar.add_working_days(served_on, limit)
    desk.case.facts = {**desk.case.facts, "reply_due": clock.end_of(due.on).isoformat()}
    return Handed(
        payload={"served_on": served_on.isoformat()},
        moved={"reply": MovedLimit("reply_due", due)},
    )


def approve_interview(desk: Desk, answers: Json) -> Handed:
    """4b: the chief agrees, edits, or refuses with a reason."""
    del desk
    refused = answers["interview_approval"] == "refuse"
    return Handed(returned=answers["reason"] if refused else None)


def fix_interview(desk: Desk, answers: Json) -> Handed:
    """4b: the notice names a time at least three full working days after today's service."""
    _require_notice(desk, answers["interview_at"], clock.local_date(desk.times.now))
    desk.case.facts = {**desk.case.facts, "interview_at": answers["interview_at"]}
    return Handed()


def serve_notice(desk: Desk, answers: Json) -> Handed:
    """4b, 8: a paper was served; an interview keeps its three full working days."""
    if desk.task.element == "serve_self_check":
        served_on = _served(desk, answers, "self_check_notice")
        limit = int(desk.times.value("wv_execute"))
        due = desk.times.calendar.add_days(served_on, limit)
        return Handed(
            payload={"served_on": served_on.isoformat()},
            moved={"record_payment": MovedLimit("execution_due", due)},
        )
    if desk.task.element == "serve_invoice_stop":
        served_on = _served(desk, answers, "invoice_stop")
        return Handed(payload={"served_on": served_on.isoformat()})
    served_on = _served(desk, answers, "interview_notice")
    _require_notice(desk, desk.case.facts["interview_at"], served_on, place="served_on")
    desk.case.facts = {**desk.case.facts, "reply_due": None}
    return Handed(payload={"served_on": served_on.isoformat()})


def interview_outcome(desk: Desk, answers: Json) -> Handed:
    """4b: held, postponed to a new time, absent, or refused."""
    if answers["contact_result"] == "postponed":
        _require_notice(desk, answers["interview_at"], desk.times.today)
        desk.case.facts = {**desk.case.facts, "interview_at": answers["interview_at"]}
    return Handed()


def record_interview(desk: Desk, answers: Json) -> Handed:
    """4b: two officers were present, and it ended before it was written down."""
    _require_past_span(desk, answers)
    if len(set(answers["officers"])) != _OFFICERS:
        refuse("officers", "two_officers")
    return Handed()


def apply_onsite(desk: Desk, answers: Json) -> Handed:
    """4c: the visit lies ahead, and two certificates are named."""
    first, last = day(answers["visit_from"]), day(answers["visit_to"])
    if first < desk.times.today:
        refuse("visit_from", "in_the_past")
    if last < first:
        refuse("visit_to", "before_start")
    return Handed()


def approve_onsite(desk: Desk, answers: Json) -> Handed:
    """4c: the chief agrees or refuses with a reason."""
    del desk
    refused = answers["onsite_approval"] == "refuse"
    return Handed(returned=answers["reason"] if refused else None)


def approve_books(desk: Desk, answers: Json) -> Handed:
    """4c: the leader agrees to an examination of books, or refuses with a reason."""
    del desk
    refused = answers["books_approval"] == "refuse"
    return Handed(returned=answers["reason"] if refused else None)


def record_visit(desk: Desk, answers: Json) -> Handed:
    """4c: the visit ended before it was written down; its notice was handed over on the spot."""
    _require_past_span(desk, answers)
    notices = desk.session.scalars(
        select(Document).where(
            Document.case_id == desk.case.id,
            Document.kind.in_(_HANDED_OVER_ON_SITE),
            Document.status == DocumentStatus.ISSUED,
        )
    )
    for notice in notices:
        notice.status = DocumentStatus.SERVED
        notice.served_on = clock.local_date(instant(answers["started_at"]))
        notice.service = {"method": "direct"}
    return Handed()


HAND_IN: Mapping[str, Callable[[Desk, Json], Handed]] = {
    "wv_inquiry": inquire,
    "wv_letter_signature": sign_letter,
    "wv_letter_service": serve_letter,
    "wv_interview_approval": approve_interview,
    "wv_interview_notice": fix_interview,
    "wv_notice_service": serve_notice,
    "wv_interview_outcome": interview_outcome,
    "wv_interview_record": record_interview,
    "wv_onsite_application": apply_onsite,
    "wv_onsite_approval": approve_onsite,
    "wv_books_approval": approve_books,
    "wv_onsite_record": record_visit,
}


def _served(desk: Desk, answers: Json, kind: str) -> date:
    """Mark the paper of this step as served; it cannot be served before it was issued."""
    served_on = day(answers["served_on"])
    if served_on > desk.times.today:
        refuse("served_on", "in_the_future")
    paper = _last_issued(desk, kind)
    if paper is None:
        return served_on
    if paper.issued_at is not None and served_on < clock.local_date(paper.issued_at):
        refuse("served_on", "before_issue", issued_on=clock.local_date(paper.issued_at))
    paper.status = DocumentStatus.SERVED
    paper.served_on = served_on
    paper.service = {
        name: answers[name] for name in ("method", "receiver", "left_note") if answers.get(name)
    }
    return served_on


def _last_issued(desk: Desk, kind: str) -> Document | None:
    """The newest paper of that kind which waits for its service."""
    return desk.session.scalar(
        select(Document)
        .where(
            Document.case_id == desk.case.id,
            Document.status == DocumentStatus.ISSUED,
            Document.kind == kind,
        )
        .order_by(Document.id.desc())
        .limit(1)
    )


def _require_notice(desk: Desk, at: str, served_on: date, *, place: str = "interview_at") -> None:
    earliest = desk.times.calendar.day_after_full_working_days(served_on, _NOTICE_WORKING_DAYS).on
    if day(at) < earliest:
        refuse(place, "three_full_working_days", earliest=earliest)


def _require_past_span(desk: Desk, answers: Json) -> None:
    begun, ended = instant(answers["started_at"]), instant(answers["ended_at"])
    if ended <= begun:
        refuse("ended_at", "before_start")
    if ended > desk.times.now:
        refuse("ended_at", "in_the_future")
