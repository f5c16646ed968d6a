"""Contacts with the taxpayer: letter, telephone, interview, visit (steps 4a, 4b, 4c)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from caseflow import clock
from caseflow.models import Document
from caseflow.models.base import Json
from caseflow.services import paper_services
from caseflow.services.kinds import service_days
from caseflow.services.kinds.desk import Desk, Handed, MovedLimit, day, instant, refuse
from caseflow.vocabulary import DocumentStatus


@dataclass(frozen=True, slots=True)
class Served:
    """The day on which a paper counts as served, and its number where it has one."""

    on: date
    number: str | None = None

    @property
    def told(self) -> Json:
        """What the record says of the service: by the number it is found in the register."""
        told = {"served_on": self.on.isoformat()}
        return {**told, "number": self.number} if self.number else told


_OFFICERS = 2
_PAPERS_SERVED = {  # by the step that serves them; of two kinds the one that was issued
    "serve_notice": ("interview_notice",),
    "serve_visit_notice": ("inspection_notice", "onsite_notice"),
    "serve_self_check": ("self_check_notice",),
    "serve_invoice_stop": ("invoice_stop",),
    "serve_cancellation_notice": ("matter_notice",),
}
# What the taxpayer is then given time for: the step and its timer, by the step that serves.
_TIME_GIVEN = {
    "serve_self_check": ("record_payment", "execution_due"),
    "serve_cancellation_notice": ("record_cancellation", "cancellation_due"),
}


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
        void_unserved(desk, ("inquiry_letter",), answers["failure_reason"])
        return Handed(payload={"failed": answers["failure_reason"]})
    paper = served(desk, answers, ("inquiry_letter",))
    limit = int(desk.limit("wv_reply"))
    due = desk.times.calendar.add_working_days(paper.on, limit)
    desk.case.facts = {**desk.case.facts, "reply_due": clock.end_of(due.on).isoformat()}
    return Handed(
        payload=paper.told,
        moved={"reply": MovedLimit("reply_due", due)},
    )


def approve_interview(desk: Desk, answers: Json) -> Handed:
    """4b: the chief agrees, edits, or refuses with a reason."""
    del desk
    refused = answers["interview_approval"] == "refuse"
    # The limit of an earlier visit is none of the interview's.
    return Handed(variables={"record_due": None}, returned=answers["reason"] if refused else None)


def fix_interview(desk: Desk, answers: Json) -> Handed:
    """4b: the notice names a time at least three full working days after today's service."""
    _require_notice(desk, answers["interview_at"], clock.local_date(desk.times.now))
    desk.case.facts = {**desk.case.facts, "interview_at": answers["interview_at"]}
    return Handed()


def reply(desk: Desk, answers: Json) -> Handed:
    """4a: the taxpayer's answer; that there is none can be said once it is due."""
    due = desk.case.facts.get("reply_due")
    if answers["contact_result"] == "no_reply" and due and desk.times.now < instant(due):
        refuse("contact_result", "reply_not_due", due=clock.last_day_of(instant(due)))
    return Handed()


def serve_notice(desk: Desk, answers: Json) -> Handed:
    """4b, 4c, 8: a paper was served; an interview too soon after it needs another time."""
    paper = served(desk, answers, _PAPERS_SERVED[desk.element])
    told = paper.told
    if desk.element in _TIME_GIVEN:
        step, timer = _TIME_GIVEN[desk.element]
        values = desk.times.values
        limit = values.get(f"{desk.case.kind.lower()}_execute", values["wv_execute"])
        due = desk.times.calendar.add_days(paper.on, int(limit))
        return Handed(payload=told, moved={step: MovedLimit(timer, due)})
    if desk.element == "serve_notice":
        return _notice_served(desk, paper.on, told)
    return Handed(payload=told)


def interview_outcome(desk: Desk, answers: Json) -> Handed:
    """4b: held, absent or refused once its time has come; or a new time is asked for."""
    facts = desk.case.facts
    if answers["contact_result"] == "postponed":
        _require_notice(desk, answers["postponed_to"], desk.times.today, place="postponed_to")
        desk.case.facts = {**facts, "postponed_to": answers["postponed_to"]}
        return Handed()
    interview_at = instant(facts["interview_at"])
    if desk.times.now < interview_at:
        refuse("contact_result", "interview_not_yet", at=interview_at)
    return Handed()


def decide_postponement(desk: Desk, answers: Json) -> Handed:
    """4b: the chief agrees to the time asked for, or refuses and the old time stands."""
    facts = {**desk.case.facts}
    asked = facts.pop("postponed_to")
    if answers["postponement_decision"] == "refuse":
        desk.case.facts = facts
        return Handed(returned=answers["reason"])
    _require_notice(desk, asked, desk.times.today, place="postponement_decision")
    desk.case.facts = {**facts, "interview_at": asked}
    return Handed(variables={"interview_at": instant(asked)})


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
    """4c: the chief agrees, which begins the time of the visit, or refuses with a reason."""
    return _agreed_visit(desk, answers, refused=answers["onsite_approval"] == "refuse")


def approve_books(desk: Desk, answers: Json) -> Handed:
    """4c: the leader agrees to an examination of books, or refuses with a reason."""
    return _agreed_visit(desk, answers, refused=answers["books_approval"] == "refuse")


def record_visit(desk: Desk, answers: Json) -> Handed:
    """4c: the visit ended before it was written down, and began once its notice was served."""
    _require_past_span(desk, answers)
    served_on = _visit_notice_served_on(desk)
    if served_on is not None and clock.local_date(instant(answers["started_at"])) < served_on:
        refuse("started_at", "before_service", served_on=served_on)
    return Handed(variables={"stock_counted": bool(answers.get("counts"))})


HAND_IN: Mapping[str, Callable[[Desk, Json], Handed]] = {
    "wv_inquiry": inquire,
    "wv_letter_signature": sign_letter,
    "wv_letter_service": serve_letter,
    "wv_reply": reply,
    "wv_interview_approval": approve_interview,
    "wv_interview_notice": fix_interview,
    "wv_notice_service": serve_notice,
    "wv_interview_outcome": interview_outcome,
    "wv_postponement": decide_postponement,
    "wv_interview_record": record_interview,
    "wv_onsite_application": apply_onsite,
    "wv_onsite_approval": approve_onsite,
    "wv_books_approval": approve_books,
    "wv_onsite_record": record_visit,
}


def void_unserved(desk: Desk, kinds: tuple[str, ...], reason: str) -> None:
    """A paper that could not be served is void, with the reason."""
    paper = _last_issued(desk, kinds)
    if paper is not None:
        paper.status = DocumentStatus.VOID
        paper.service = {"failed": reason}


def served(desk: Desk, answers: Json, kinds: tuple[str, ...]) -> Served:
    """Mark the paper of this step as served; it cannot be served before it was issued."""
    paper = _last_issued(desk, kinds)
    served_on = service_days.required(desk, answers, paper)
    if paper is not None:
        paper_services.serve(desk.session, desk.actor, paper, served_on=served_on, said=answers)
    return Served(served_on, paper.number if paper else None)


def _notice_served(desk: Desk, served_on: date, told: Json) -> Handed:
    """What happened is noted; served too late for its time, the interview gets another one."""
    earliest = _earliest_interview(desk, served_on)
    is_late = day(desk.case.facts["interview_at"]) < earliest
    desk.case.facts = {**desk.case.facts, "reply_due": None, "notice_is_late": is_late}
    if is_late:
        told = {**told, "earliest": earliest.isoformat()}
    return Handed(variables={"notice_is_late": is_late}, payload=told)


def _last_issued(desk: Desk, kinds: tuple[str, ...]) -> Document | None:
    """The newest paper of these kinds which waits for its service."""
    return desk.session.scalar(
        select(Document)
        .where(
            Document.case_id == desk.case.id,
            Document.status == DocumentStatus.ISSUED,
            Document.kind.in_(kinds),
        )
        .order_by(Document.id.desc())
        .limit(1)
    )


def _visit_notice_served_on(desk: Desk) -> date | None:
    """The day on which the newest notice of a visit was served; None: no notice was given."""
    return desk.session.scalar(
        select(Document.served_on)
        .where(
            Document.case_id == desk.case.id,
            Document.kind.in_(_PAPERS_SERVED["serve_visit_notice"]),
            Document.status == DocumentStatus.SERVED,
        )
        .order_by(Document.id.desc())
        .limit(1)
    )


def _agreed_visit(desk: Desk, answers: Json, *, refused: bool) -> Handed:
    """The record of a visit is due within its limit from the last agreement to it."""
    if refused:
        return Handed(returned=answers["reason"])
    return Handed(variables={"record_due": desk.times.working_days(desk.limit("wv_onsite"))})


def _earliest_interview(desk: Desk, served_on: date) -> date:
    notice = int(desk.times.value("ta_interview_notice"))
    return desk.times.calendar.day_after_full_working_days(served_on, notice).on


def _require_notice(desk: Desk, at: str, served_on: date, *, place: str = "interview_at") -> None:
    """The time lies in office hours and leaves the full working days of a notice."""
    earliest = _earliest_interview(desk, served_on)
    if day(at) < earliest:
        refuse(place, "three_full_working_days", earliest=earliest)
    held_at = instant(at).astimezone(clock.BUREAU_ZONE)
    opens, closes = (int(desk.times.value(name)) for name in ("office_opens", "office_closes"))
    in_hours = opens * 60 <= held_at.hour * 60 + held_at.minute <= closes * 60
    if not (in_hours and desk.times.calendar.is_working(held_at.date())):
        refuse(place, "not_in_office_hours", opens=opens, closes=closes)


def _require_past_span(desk: Desk, answers: Json) -> None:
    begun, ended = instant(answers["started_at"]), instant(answers["ended_at"])
    if ended <= begun:
        refuse("ended_at", "before_start")
    if ended > desk.times.now:
        refuse("ended_at", "in_the_future")
