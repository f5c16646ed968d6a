"""Papers that a case has already, as later papers refer to them: the newest that is in force."""

from __future__ import annotations

from sqlalchemy import Row, select

from caseflow.models import Document
from caseflow.services.work import Work
from caseflow.vocabulary import DocumentStatus, PaperKind


def number(work: Work, kind: PaperKind) -> str:
    """The number of the newest paper of a kind in this case; empty if there is none."""
    found = _newest(work, kind)
    return (found.number or "") if found else ""


def name(work: Work, *kinds: PaperKind) -> str:
    """The newest paper of these kinds in this case, by name and number; empty if it has none."""
    found = _newest(work, *kinds)
    return f"《{PaperKind(found.kind).zh}》{found.number}" if found and found.number else ""


def _newest(work: Work, *kinds: PaperKind) -> Row[str, str | None] | None:
    return work.session.execute(
        select(Document.kind, Document.number)
        .where(
            Document.case_id == work.case.id,
            Document.kind.in_([kind.value for kind in kinds]),
            Document.status.in_([DocumentStatus.ISSUED, DocumentStatus.SERVED]),
        )
        .order_by(Document.id.desc())
        .limit(1)
    ).first()
