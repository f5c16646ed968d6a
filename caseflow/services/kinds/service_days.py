"""The day on which a paper counts as served, by the way in which it was served (R 101 to 106)."""

from __future__ import annotations

from datetime import date

from caseflow import clock
from caseflow.models import Document
from caseflow.models.base import Json
from caseflow.services.kinds.desk import Desk, day, refuse
from caseflow.services.limits import Limits
from caseflow.vocabulary.choices import ServiceMethod


def told(said: Json, times: Limits) -> tuple[date, str] | None:
    """The day of service and the field that says it; None where the answers are of no service.

    Handed over or left: that day. By post: the day on the return card. Announced: the day on
    which the time of the announcement is over.
    """
    if said.get("return_card_on"):
        return day(said["return_card_on"]), "return_card_on"
    if said.get("served_on"):
        return day(said["served_on"]), "served_on"
    if said.get("method") == ServiceMethod.ANNOUNCEMENT:
        limit = int(times.value("announce_service"))
        return times.calendar.add_days(day(said["announced_on"]), limit).on, "announced_on"
    return None


def required(desk: Desk, said: Json, paper: Document | None) -> date:
    """The day of service of a paper: it has come, and the paper was issued by then."""
    found = told(said, desk.times)
    if found is None:
        raise AssertionError("a service without a day")
    served_on, field = found
    today = desk.times.today
    if field == "announced_on" and served_on >= today:
        refuse(field, "announcement_runs", until=served_on)
    if served_on > today:
        refuse(field, "in_the_future")
    issued_on = clock.local_date(paper.issued_at) if paper and paper.issued_at else None
    if issued_on is not None and day(said[field]) < issued_on:
        refuse(field, "before_issue", issued_on=issued_on)
    return served_on
