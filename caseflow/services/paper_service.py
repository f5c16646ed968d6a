"""Registering the service of a paper where no step of the drawing asks for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from caseflow import clock
from caseflow.models import Document
from caseflow.services import cases
from caseflow.vocabulary import (
    Actor,
    Conflict,
    DocumentStatus,
    Forbidden,
    Invalid,
    NotFound,
)
from caseflow.vocabulary.choices import ServiceMethod


@dataclass(frozen=True, slots=True)
class Service:
    """How and when a paper reached the taxpayer."""

    served_on: date
    method: ServiceMethod
    receiver: str


def serve(session: Session, actor: Actor, paper_id: int, *, service: Service) -> Document:
    """Register that an issued paper was served.

    Raises:
        NotFound: no such paper; Forbidden: only an officer of the case may;
        Conflict: it is not waiting for service; Invalid: served before issue or in the future.
    """
    paper = session.get(Document, paper_id)
    if paper is None:
        raise NotFound("paper", id=paper_id)
    case = cases.locked(session, paper.case_id)
    if actor.user_id not in {case.main_officer_id, case.second_officer_id}:
        raise Forbidden("officers_only")
    if paper.status != DocumentStatus.ISSUED or paper.issued_at is None:
        raise Conflict("not_waiting_for_service", number=paper.number)
    if not clock.local_date(paper.issued_at) <= service.served_on <= clock.today():
        raise Invalid("answers", fields={"served_on": ("service_date", {})})
    paper.status = DocumentStatus.SERVED
    paper.served_on = service.served_on
    paper.service = {"method": str(service.method), "receiver": service.receiver}
    told = {"number": paper.number, "served_on": service.served_on.isoformat()}
    cases.note(session, actor, case, action="paper.served", payload=told)
    return paper
