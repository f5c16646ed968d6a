"""What the file of a closed case holds, lacks, and how long it is to be kept (documents.md 5)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from math import inf
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import clock
from caseflow.documents import PAPERS, PaperKind
from caseflow.models import (
    Answer,
    Attachment,
    Blob,
    Case,
    Document,
    PaperService,
    Recheck,
    Task,
)
from caseflow.models.base import among
from caseflow.services.closing import OUTWARD
from caseflow.vocabulary import (
    AskedKind,
    BlobState,
    CaseKind,
    DocumentStatus,
    RecheckState,
    Retention,
    TaskStatus,
)
from caseflow.vocabulary.choices.transfer import TiNature

# Offences whose files are kept for ever; of an invoice offence, those that were fined.
_FOR_EVER = frozenset(
    {TiNature.EVASION, TiNature.ARREARS_FLIGHT, TiNature.REFUND_FRAUD, TiNature.REFUSAL}
)
_SHORTEST = 10
_BY_YEARS: Mapping[float | None, Retention] = {each.years: each for each in Retention}


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing that the file lacks; ``anchor`` is the place on the case's page to mend it."""

    code: str
    subject: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """How long the rule keeps a file, and why: a code, and the paper that decides."""

    retention: Retention
    why: str
    paper: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """One line of the list of the file 卷内目录; a paper has a number, a file its hash."""

    title: str
    number: str
    on: date
    sha256: str
    paper_id: int | None = None
    file_id: int | None = None


def missing(session: Session, cases: Sequence[Case]) -> Mapping[int, tuple[Missing, ...]]:
    """What each file lacks, by case; five statements for all of them."""
    ids = [case.id for case in cases]
    found: dict[int, list[Missing]] = {each: [] for each in ids}
    for case_id, lack in (
        *_papers(session, ids),
        *_files(session, ids),
        *_open_work(session, ids),
    ):
        found[case_id].append(lack)
    return {case_id: tuple(rows) for case_id, rows in found.items()}


def proposals(session: Session, cases: Sequence[Case]) -> Mapping[int, Proposal]:
    """How long each file is to be kept, by outcome and by the paper that is kept longest."""
    ids = [case.id for case in cases]
    kinds: dict[int, set[str]] = {each: set() for each in ids}
    for case_id, kind in session.execute(
        select(Document.case_id, Document.kind)
        .where(among(Document.case_id, ids), Document.status != DocumentStatus.DRAFT)
        .distinct()
    ):
        kinds[case_id].add(kind)
    results = _results(session, [case.id for case in cases if case.kind is CaseKind.TI])
    return {case.id: _proposal(case, kinds[case.id], results.get(case.id, {})) for case in cases}


def pieces(session: Session, case_id: int) -> tuple[Piece, ...]:
    """The list of the file: papers in the order in which they were signed, then evidence."""
    papers = session.scalars(
        select(Document)
        .where(Document.case_id == case_id, Document.status != DocumentStatus.DRAFT)
        .order_by(Document.issued_at, Document.id)
    )
    files = session.scalars(
        select(Attachment)
        .where(Attachment.case_id == case_id, Attachment.removed_at.is_(None))
        .order_by(Attachment.uploaded_at, Attachment.id)
    )
    return (
        *(
            Piece(
                PaperKind(row.kind).zh,
                row.number or "",
                clock.local_date(row.issued_at or row.created_at),
                row.sha256 or "",
                paper_id=row.id,
            )
            for row in papers
        ),
        *(
            Piece(row.name, "", clock.local_date(row.uploaded_at), row.sha256, file_id=row.id)
            for row in files
        ),
    )


def _papers(session: Session, ids: Sequence[int]) -> Iterator[tuple[int, Missing]]:
    """Drafts that nobody signed, papers not served, receipts that did not come back, no paper."""
    has_receipt = select(PaperService.id).where(PaperService.document_id == Document.id).exists()
    signed = dict.fromkeys(ids, 0)
    for paper, receipt in session.execute(
        select(Document, has_receipt)
        .where(among(Document.case_id, ids))
        .order_by(Document.case_id, Document.id)
    ):
        name = paper.number or PaperKind(paper.kind).zh
        anchor = f"paper-{paper.id}"
        if paper.status is DocumentStatus.DRAFT:
            yield paper.case_id, Missing("archive_draft", name, anchor)
            continue
        signed[paper.case_id] += 1
        if paper.kind in OUTWARD and paper.status is DocumentStatus.SERVED and not receipt:
            yield paper.case_id, Missing("archive_receipt", name, anchor)
    for case_id, count in signed.items():
        if count == 0:
            yield case_id, Missing("archive_no_paper", "", "papers")


def _files(session: Session, ids: Sequence[int]) -> Iterator[tuple[int, Missing]]:
    """Evidence that the scanner has not let through, or whose bytes the house does not know."""
    unsafe = (BlobState.QUARANTINED, BlobState.INFECTED)
    is_safe = (
        select(Blob.sha256)
        .where(Blob.sha256 == Attachment.sha256, Blob.state.not_in(unsafe))
        .exists()
    )
    for file, is_sound in session.execute(
        select(Attachment, is_safe)
        .where(among(Attachment.case_id, ids), Attachment.removed_at.is_(None))
        .order_by(Attachment.case_id, Attachment.id)
    ):
        if not is_sound:
            yield file.case_id, Missing("archive_locked_file", file.name, f"file-{file.id}")


def _open_work(session: Session, ids: Sequence[int]) -> Iterator[tuple[int, Missing]]:
    """Steps that colleagues still have, and re-checks that have not been signed."""
    for task in session.scalars(
        select(Task)
        .where(
            among(Task.case_id, ids),
            Task.status == TaskStatus.OPEN,
            Task.asked_kind != AskedKind.ARCHIVE,
            Task.asked_kind != AskedKind.COPY,
        )
        .order_by(Task.case_id, Task.id)
    ):
        yield task.case_id, Missing("archive_open_step", task.name, "asked")
    for case_id in session.scalars(
        select(Recheck.case_id)
        .where(among(Recheck.case_id, ids), Recheck.state == RecheckState.DRAWN)
        .order_by(Recheck.case_id, Recheck.id)
    ):
        yield case_id, Missing("archive_recheck", "", "rechecks")


def _results(session: Session, ids: Sequence[int]) -> dict[int, Mapping[str, Any]]:
    """What the inspection bureau answered at last, by case."""
    rows = session.execute(
        select(Answer.case_id, Answer.content)
        .where(among(Answer.case_id, ids), Answer.content.has_key("nature"))
        .order_by(Answer.case_id, Answer.revision)
    )
    return {row[0]: row[1] for row in rows if row[1].get("nature")}


def _proposal(case: Case, kinds: set[str], result: Mapping[str, Any]) -> Proposal:
    nature = result.get("nature")
    if nature in _FOR_EVER or (nature == TiNature.INVOICE_OFFENCE and _is_fined(result)):
        return Proposal(Retention.PERMANENT, "offence")
    if case.kind is CaseKind.TI or case.outcome == "transferred_inspection":
        return Proposal(Retention.THIRTY, "transfer")
    longest = max(sorted(kinds), key=_years, default="")
    if not longest or _years(longest) <= _SHORTEST:
        return Proposal(Retention.TEN, "ordinary")
    return Proposal(_BY_YEARS.get(_years(longest), Retention.PERMANENT), "paper", longest)


def _years(kind: str) -> float:
    """How long a paper is kept; what is kept for ever is kept longest."""
    years = PAPERS[PaperKind(kind)].retention_years
    return inf if years is None else years


def _is_fined(result: Mapping[str, Any]) -> bool:
    return any(Decimal(str(row.get("fine") or 0)) > 0 for row in result.get("taxes") or ())
