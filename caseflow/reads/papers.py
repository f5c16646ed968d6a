"""One paper with its seal, its service and what put it out of force; the register of seals."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from caseflow import clock, policy
from caseflow.documents import PAPERS, Addressee, Head, PaperKind, ServiceReceipt
from caseflow.models import Case, Document, PaperService, SealUse, Taxpayer, User
from caseflow.reads import cases
from caseflow.vocabulary import Actor, NotFound
from caseflow.vocabulary.choices import NoticeMedium, ServiceMethod

MOST_SHOWN = 500


@dataclass(frozen=True, slots=True)
class About:
    """A paper and everything that was done with it."""

    paper: Document
    case: Case
    issued_by: User | None
    seal: SealUse | None
    service: PaperService | None
    cancels: Document | None
    cancelled_by: Document | None

    @property
    def is_outward(self) -> bool:
        """Whether it leaves the house."""
        return PAPERS[PaperKind(self.paper.kind)].is_outward

    @property
    def retention_years(self) -> int | None:
        """How long it is kept; None: for ever."""
        return PAPERS[PaperKind(self.paper.kind)].retention_years


@dataclass(frozen=True, slots=True)
class Use:
    """One line of the register of seals."""

    use: SealUse
    paper: Document
    case_number: str
    taxpayer: str | None
    person: str | None
    principal: str | None


def about(session: Session, actor: Actor, paper_id: int) -> About:
    """
    A paper of a case that the actor may see, with all that is on record of it.

    Raises:
        NotFound: there is none.

    """
    paper = cases.paper(session, actor, paper_id)
    return About(
        paper=paper,
        case=session.get_one(Case, paper.case_id),
        issued_by=session.get(User, paper.issued_by) if paper.issued_by else None,
        seal=session.scalar(select(SealUse).where(SealUse.document_id == paper.id)),
        service=session.scalar(select(PaperService).where(PaperService.document_id == paper.id)),
        cancels=session.get(Document, paper.cancels_id) if paper.cancels_id else None,
        cancelled_by=session.scalar(select(Document).where(Document.cancels_id == paper.id)),
    )


def receipt(session: Session, actor: Actor, paper_id: int) -> ServiceReceipt:
    """
    The receipt 送达回证 of a paper: filled in once it was served, before that a blank.

    Raises:
        NotFound: there is no such paper, or nobody gets it.

    """
    found = about(session, actor, paper_id)
    payer = session.get(Taxpayer, found.case.taxpayer_id) if found.case.taxpayer_id else None
    if not found.is_outward or payer is None or found.paper.issued_at is None:
        raise NotFound("document", id=paper_id)
    service = found.service
    server = session.get(User, service.recorded_by) if service and service.recorded_by else None
    return _receipt(found.paper, payer, service, server)


def receipts(session: Session, case: Case) -> dict[int, ServiceReceipt]:
    """The receipts of a case's papers that were served, by paper; the case is seen already."""
    payer = session.get(Taxpayer, case.taxpayer_id) if case.taxpayer_id else None
    if payer is None:
        return {}
    rows = session.execute(
        select(Document, PaperService, User)
        .join(PaperService, PaperService.document_id == Document.id)
        .outerjoin(User, User.id == PaperService.recorded_by)
        .where(Document.case_id == case.id, Document.issued_at.is_not(None))
        .order_by(Document.id)
    )
    return {
        paper.id: _receipt(paper, payer, service, server)
        for paper, service, server in rows
        if PAPERS[PaperKind(paper.kind)].is_outward
    }


def seal_uses(session: Session, actor: Actor) -> list[Use]:
    """The newest uses of seals on papers of cases that the actor may see."""
    principal = aliased(User)
    rows = session.execute(
        select(SealUse, Document, Case.number, Taxpayer.name, User.name, principal.name)
        .join(Document, Document.id == SealUse.document_id)
        .join(Case, Case.id == SealUse.case_id)
        .outerjoin(Taxpayer, Taxpayer.id == Case.taxpayer_id)
        .outerjoin(User, User.id == SealUse.used_by)
        .outerjoin(principal, principal.id == SealUse.used_for)
        .where(policy.visible_cases(actor))
        .order_by(SealUse.used_at.desc(), SealUse.id.desc())
        .limit(MOST_SHOWN)
    )
    return [Use(*row) for row in rows]


def _receipt(
    paper: Document, payer: Taxpayer, service: PaperService | None, server: User | None
) -> ServiceReceipt:
    head = paper.data["head"]
    return ServiceReceipt(
        head=Head(
            agency=head["agency"],
            dated_on=clock.local_date(paper.issued_at or paper.created_at),
            case_number=head["case_number"],
        ),
        addressee=Addressee(name=payer.name, tin=payer.tin, address=payer.address),
        paper_name=PaperKind(paper.kind).zh,
        paper_number=paper.number or "",
        server=(server.name,) if server else (),
        method=ServiceMethod(service.method).zh if service else "",
        place=(service.place or "") if service else "",
        receiver=_receiver(service) if service else "",
        served_at=clock.start_of(service.served_on) if service else None,
        refusal=(service.refusal or "") if service else "",
        witness=(service.witness or "") if service else "",
        note=_note(service) if service else "",
    )


def _note(service: PaperService) -> str:
    """What only post and announcement call for, said under the receipt's remarks."""
    if service.mail_number:
        return f"挂号邮件号码：{service.mail_number}，回执注明的收件日期为送达日期。"
    if service.announced_on:
        since = f"{service.announced_on:%Y年%-m月%-d日}"
        return f"公告媒介：{_medium_zh(service.medium)}，自{since}起公告，期满视为送达。"
    return ""


def _receiver(service: PaperService) -> str:
    relation = f"（{service.relation}）" if service.relation else ""
    return f"{service.receiver or ''}{relation}"


def _medium_zh(medium: str | None) -> str:
    """Where a paper was announced, in words; older services say it in words themselves."""
    return next((term.zh for term in NoticeMedium if term == medium), medium or "")
