"""Issuing official papers: put together from the case, numbered, rendered, kept under their hash.

The number is taken in the transaction of the act that issues; drafts have none and a failed
act gives it back, so that a series has no gaps.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy import exists, select
from sqlalchemy.orm import aliased

from caseflow import documents
from caseflow.documents import PAPERS, Paper, PaperData, PaperKind
from caseflow.models import Document, SealUse
from caseflow.models.base import Json
from caseflow.services import blobs, files, numbers, place
from caseflow.services.papers import (
    batches,
    corrections,
    directives,
    evaluations,
    filling,
    households,
    internal,
    orders,
    outward,
    penalties,
    plans,
    requests,
    transfers,
    verified,
    visits,
)
from caseflow.services.papers.subject import Subject
from caseflow.services.work import Work
from caseflow.vocabulary import CaseKind, DocumentStatus

Maker = Callable[[Subject], PaperData]

# What a kind of case says on a paper in its own way.
_OF_KIND: Mapping[tuple[CaseKind, PaperKind], Maker] = {**orders.MAKERS, **penalties.MAKERS}
_MAKERS: Mapping[PaperKind, Maker] = {
    **outward.MAKERS,
    **internal.MAKERS,
    PaperKind.INTERVIEW_RECORD: visits.interview_record,
    PaperKind.ONSITE_RECORD: visits.onsite_record,
}

# Each adds what it knows for a paper to what the drawing tells; of other papers it knows nothing.
_TELLERS: tuple[Callable[[Work, PaperKind, Mapping[str, object]], Mapping[str, object]], ...] = (
    directives.told,
    batches.told,
    batches.of_delivery,
    plans.told,
    visits.told,
    evaluations.told,
    households.told,
    corrections.told,
    transfers.told,
    requests.told,
    verified.told,
)


def issue(work: Work, kind_name: str, arguments: Mapping[str, object] | None = None) -> Json:
    """Number, render and keep a paper of the case; returns what the record says of it.

    What the drawing tells in ``arguments`` goes before what was answered.

    Raises:
        Invalid: the case lacks what the paper must say; Unavailable: no font for Chinese.
    """
    kind = PaperKind(kind_name)
    paper = PAPERS[kind]
    subject = directives.of_unit(Subject.of(work), arguments or {}).issuing(paper)
    series, year, serial = None, None, None
    if paper.is_numbered:
        word = paper.word(by_office=subject.by_office)
        series, year = f"{subject.agency_word}{word}", work.times.today.year
        serial = numbers.take(work.session, f"paper:{series}", year)
        subject = subject.numbered(documents.number(subject.agency_word, word, year, serial))
    old = _to_cancel(work, kind, arguments or {})
    if old is not None and old.served_on is not None:
        subject = subject.cancelling(f"《{PaperKind(old.kind).zh}》{old.number or ''}")
    told: Mapping[str, object] = arguments or {}
    for tell in _TELLERS:
        told = tell(work, kind, told)
    data = _made(subject, paper, told)
    sha256, size = files.keep([documents.render(kind, data, fonts=place.here().fonts)])
    blobs.hold(work.session, sha256, size=size, is_ours=True)
    row = Document(
        case_id=work.case.id,
        kind=kind.value,
        status=DocumentStatus.ISSUED,
        number=subject.number or None,
        series=series,
        year=year,
        serial=serial,
        template_version=paper.version,
        data=documents.plain(data),
        unit_id=subject.unit.id if subject.unit else None,
        sha256=sha256,
        created_at=work.times.now,
        issued_at=work.times.now,
        issued_by=work.actor.user_id,
        cancels_id=old.id if old else None,
    )
    work.session.add(row)
    noted = {"paper": kind.value, "number": subject.number, "sha256": sha256, "size": size}
    if old is not None:
        old.status = DocumentStatus.VOID
        noted["cancels"] = old.number or old.kind
    if subject.seal:
        _register_seal(work, row, subject.seal)
        noted["seal"] = subject.seal
    return noted


def _to_cancel(work: Work, kind: PaperKind, arguments: Mapping[str, object]) -> Document | None:
    """The paper that this one puts out of force: the one the drawing names, or one sent back."""
    named = arguments.get("cancels")
    standing = [DocumentStatus.ISSUED, DocumentStatus.SERVED] if named else [DocumentStatus.VOID]
    newer = aliased(Document)
    return work.session.scalar(
        select(Document)
        .where(
            Document.case_id == work.case.id,
            Document.kind == str(named or kind.value),
            Document.status.in_(standing),
            ~exists().where(newer.cancels_id == Document.id),
        )
        .order_by(Document.id.desc())
        .limit(1)
    )


def _register_seal(work: Work, paper: Document, seal: str) -> None:
    """One line of the register, in the transaction that seals."""
    work.session.flush()  # the register names the paper by its id
    work.session.add(
        SealUse(
            case_id=work.case.id,
            document_id=paper.id,
            seal=seal,
            used_by=work.actor.user_id,
            used_for=work.actor.acting_for,
            used_at=work.times.now,
        )
    )


def _made(subject: Subject, paper: Paper, arguments: Mapping[str, object]) -> PaperData:
    """The data of a paper: by its own maker, else as the catalogue declares it."""
    maker = _OF_KIND.get((subject.work.case.kind, paper.kind)) or _MAKERS.get(paper.kind)
    return maker(subject) if maker else filling.sheet(subject, paper, arguments)
