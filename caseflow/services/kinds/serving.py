"""Service of a paper 送达: in person, left, entrusted, by post, by announcement (R 101 to 106).

Served is the newest issued paper of the case, whatever its kind; the form says how.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import clock
from caseflow.documents import PAPERS
from caseflow.models import Case, Document
from caseflow.models.base import Json
from caseflow.services import paper_services
from caseflow.services.kinds import (
    abnormal_household,
    correction_results,
    service_days,
    simple_penalty,
)
from caseflow.services.kinds.desk import Desk, Handed, day, instant, refuse
from caseflow.services.limits import Limits
from caseflow.services.work import Work
from caseflow.vocabulary import CaseKind, DocumentStatus, Invalid, PaperKind
from caseflow.vocabulary.choices import PersonalService, ServiceMethod, ServicePlace

_PLACES_AT_LEAST = (ServicePlace.REGISTERED_ADDRESS, ServicePlace.BUSINESS_ADDRESS)
# Records without a number are signed by both sides on the spot and not served.
_SERVED = tuple(
    kind.value
    for kind, paper in PAPERS.items()
    if paper.is_outward and paper.is_numbered and kind is not PaperKind.ANNOUNCEMENT
)
# Kinds of case in which a limit of the taxpayer begins with the service.
_BEGINS: Mapping[CaseKind, Callable[[Case, Limits, str, date], Mapping[str, object]]] = {
    CaseKind.OC: correction_results.served,
    CaseKind.PN: simple_penalty.served,
    CaseKind.AB: abnormal_household.served,
}


def serve(desk: Desk, answers: Json) -> Handed:
    """5a: the paper reached its addressee, or every place was tried in vain."""
    if answers["service_result"] == "failed":
        _require_places(desk, answers)
        return Handed(payload={"attempts": len(answers["attempts"])})
    return _served(desk, answers)


def draft_notice(desk: Desk, answers: Json) -> Handed:
    """5b: the announcement begins within the days that the rule leaves for publishing it."""
    begins = day(answers["notice_from"])
    limit = int(desk.times.value("announce_publish"))
    latest = desk.times.calendar.add_working_days(desk.times.today, limit).on
    if not desk.times.today <= begins <= latest:
        refuse("notice_from", "notice_range", latest=latest)
    notice = {"text": answers["notice_text"], "medium": answers["medium"]}
    desk.case.facts = {**desk.case.facts, "notice": {**notice, "from": begins.isoformat()}}
    return Handed()


def sign_notice(desk: Desk, answers: Json) -> Handed:
    """5c: signed, the announcement runs from its start, at the earliest from today."""
    if answers["service_notice_signature"] == "send_back":
        return Handed(returned=answers["reason"])
    begins = max(day(desk.case.facts["notice"]["from"]), desk.times.today)
    limit = int(desk.times.value("announce_service"))
    until = clock.end_of(desk.times.calendar.add_days(begins, limit).on)
    notice = {**desk.case.facts["notice"], "from": begins.isoformat(), "until": until.isoformat()}
    desk.case.facts = {**desk.case.facts, "notice": notice}
    return Handed(
        variables={"announced_until": until, **_anew(desk, until)},
        payload={"until": until.isoformat()},
    )


def serve_meanwhile(desk: Desk, answers: Json) -> Handed:
    """5d: the addressee appeared while the announcement ran and took the paper."""
    said = {**answers, "method": PersonalService.DIRECT.value}
    return _served(desk, said)


def announced(work: Work) -> Json:
    """The paper counts as served on the last day of its announcement; what the record says."""
    notice = work.case.facts["notice"]
    served_on = clock.local_date(instant(notice["until"]) - timedelta(microseconds=1))
    paper = waiting_paper(work.session, work.case)
    if paper is not None:
        said = {
            "method": ServiceMethod.ANNOUNCEMENT.value,
            "medium": notice["medium"],
            "announced_on": notice["from"],
        }
        paper_services.serve(work.session, work.actor, paper, served_on=served_on, said=said)
        _after(work.case, work.times, paper, served_on)
        return {"served_on": served_on.isoformat(), "number": paper.number}
    return {"served_on": served_on.isoformat()}


HAND_IN: Mapping[str, Callable[[Desk, Json], Handed]] = {
    "oc_service": serve,
    "oc_service_notice": draft_notice,
    "oc_service_notice_sign": sign_notice,
    "oc_service_notice_run": serve_meanwhile,
}


def waiting_paper(session: Session, case: Case) -> Document | None:
    """The newest issued paper of a case that waits for its service."""
    return session.scalar(
        select(Document)
        .where(
            Document.case_id == case.id,
            Document.status == DocumentStatus.ISSUED,
            Document.kind.in_(_SERVED),
        )
        .order_by(Document.id.desc())
        .limit(1)
    )


def _served(desk: Desk, said: Json) -> Handed:
    """Mark the paper as served; it cannot be served before it was issued."""
    paper = waiting_paper(desk.session, desk.case)
    served_on = service_days.required(desk, said, paper)
    if paper is None:
        return Handed(payload={"served_on": served_on.isoformat()})
    paper_services.serve(desk.session, desk.actor, paper, served_on=served_on, said=said)
    return Handed(
        variables=_after(desk.case, desk.times, paper, served_on),
        payload={"served_on": served_on.isoformat(), "number": paper.number},
    )


def _after(case: Case, times: Limits, paper: Document, served_on: date) -> Mapping[str, object]:
    """What the service of a paper begins in a kind of case, as routing variables."""
    begins = _BEGINS.get(case.kind)
    return begins(case, times, paper.kind, served_on) if begins else {}


def _anew(desk: Desk, until: datetime) -> Mapping[str, object]:
    """An announcement has to run before the taxpayer's limit begins."""
    if desk.case.kind == CaseKind.OC:
        return {"correction_due": None}
    paper = waiting_paper(desk.session, desk.case)
    if desk.case.kind == CaseKind.AB and paper is not None:
        return abnormal_household.announced(desk.case, desk.times, paper.kind, until)
    return {}


def _require_places(desk: Desk, answers: Json) -> None:
    """Announcing is the last way: both addresses were tried, and nothing lies ahead."""
    fields: dict[str, tuple[str, Json]] = {
        f"attempts-{index}-attempted_on": ("in_the_future", {})
        for index, attempt in enumerate(answers["attempts"])
        if day(attempt["attempted_on"]) > desk.times.today
    }
    tried = {attempt["place"] for attempt in answers["attempts"]}
    if not tried.issuperset(place.value for place in _PLACES_AT_LEAST):
        fields["attempts"] = ("both_addresses", {})
    if fields:
        raise Invalid("answers", fields=fields)
