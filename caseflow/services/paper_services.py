"""The service 送达 of papers: recorded once, with its receipt; the taxpayer's time runs from it."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from caseflow import clock
from caseflow.models import Document, PaperService
from caseflow.models.base import Json
from caseflow.vocabulary import Actor, DocumentStatus, Invalid
from caseflow.vocabulary.choices import ServiceMethod

# How forms name what stands on the receipt.
_ON_THE_RECEIPT = {
    "receiver": "receiver",
    "receiver_relation": "relation",
    "place": "place",
    "left_note": "refusal",
    "witness": "witness",
    "mail_number": "mail_number",
    "medium": "medium",
}


def serve(session: Session, actor: Actor, paper: Document, *, served_on: date, said: Json) -> None:
    """Put on record that a paper was served, how and to whom (R 101 to 106).

    Raises:
        Invalid: the paper is not signed, no longer in force, or was served on an earlier day than
            it was signed.
    """
    if paper.status is DocumentStatus.DRAFT or paper.issued_at is None:
        raise Invalid("paper_not_issued")
    if paper.status is DocumentStatus.VOID:
        raise Invalid("paper_is_void", number=paper.number)
    if paper.status is DocumentStatus.SERVED:
        raise Invalid("paper_is_served", number=paper.number, served_on=paper.served_on)
    issued_on = clock.local_date(paper.issued_at)
    if served_on < issued_on:
        raise Invalid("paper_served_early", number=paper.number, issued_on=issued_on)
    receipt = {
        column: str(said[name]) for name, column in _ON_THE_RECEIPT.items() if said.get(name)
    }
    announced_on = said.get("announced_on")
    session.add(
        PaperService(
            case_id=paper.case_id,
            document_id=paper.id,
            method=said.get("method") or ServiceMethod.DIRECT.value,
            served_on=served_on,
            announced_on=date.fromisoformat(announced_on) if announced_on else None,
            recorded_at=clock.now(),
            recorded_by=actor.user_id,
            **receipt,
        )
    )
    paper.status = DocumentStatus.SERVED
    paper.served_on = served_on
    paper.service = {"method": said.get("method"), **receipt}
