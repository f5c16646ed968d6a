"""What the forms of transfers to inspection begin with: the package of papers to hand over."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow.models import Answer, Case, Document, Task
from caseflow.vocabulary import DocumentStatus, PaperKind


def _package(session: Session, case: Case) -> dict[str, Any]:
    """The papers of this case and of the one before, and the evidence that the proposal lists."""
    papers = session.execute(
        select(Document.kind, Document.number)
        .where(
            Document.case_id.in_([case.id, case.facts.get("origin_case") or case.id]),
            Document.status.in_([DocumentStatus.ISSUED, DocumentStatus.SERVED]),
        )
        .order_by(Document.id)
    )
    proposal = session.scalar(
        select(Answer.content)
        .join(Task, Task.id == Answer.task_id)
        .where(Answer.case_id == case.id, Task.form_key == "ti_proposal")
        .order_by(Answer.id.desc())
        .limit(1)
    )
    evidence = (proposal or {}).get("evidence_list") or []
    listed = [{"item": PaperKind(row.kind).zh, "number": row.number} for row in papers]
    return {
        "papers": [*listed, *({"item": each["item"], "pages": each["pages"]} for each in evidence)]
    }


FIRST: Mapping[str, Callable[[Session, Case], dict[str, Any]]] = {"ti_handover": _package}
