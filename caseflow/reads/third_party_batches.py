"""Third-party batches: the list of them, the records of one, what their forms offer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from caseflow import policy, record_counts
from caseflow.lake import fields, filetypes
from caseflow.lake.fields import Grain, Kind
from caseflow.models import Case, ThirdPartyRecord
from caseflow.reads.offers import Offer
from caseflow.vocabulary import Actor, CaseKind, Forbidden, NotFound, Role, Verb

PER_PAGE = 50
_MOST = 200
_PARTIES = ("DS", "GS", "HG", "DY", "YL", "ZJ", "WJM", "BX", "FY")
_DATA_POSTS = frozenset({Role.POST_DATA_PREP, Role.POST_DATA_QUALITY, Role.POST_ANALYSIS})


@dataclass(frozen=True, slots=True)
class Line:
    """One batch of the list."""

    id: int
    number: str
    title: str | None
    status: str
    records: int
    matched: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """A household that a record may mean."""

    tin: str
    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Shown:
    """One record with the household it has and those it may mean."""

    number: int
    values: Mapping[str, str]
    match_key: str | None
    decision: str | None
    reason: str | None
    household: Candidate | None
    candidates: Sequence[Candidate]


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the records of a batch."""

    case: Case
    counts: record_counts.Counts
    rows: Sequence[Shown]
    page: int
    pages: int


def sees_any(actor: Actor) -> bool:
    """Whether batches are of somebody's business: the data posts, their chief, auditors."""
    is_of_post = not _DATA_POSTS.isdisjoint(actor.roles) or Role.DIVISION_CHIEF in actor.roles
    return is_of_post or policy.may(actor, Verb.READ_RECORD)


def listing(session: Session, actor: Actor) -> Sequence[Line]:
    """The batches within the actor's sight, newest first."""
    found = session.execute(
        select(
            Case.id,
            Case.number,
            Case.title,
            Case.status,
            func.count(ThirdPartyRecord.id),
            func.count(ThirdPartyRecord.taxpayer_id),
        )
        .outerjoin(ThirdPartyRecord, ThirdPartyRecord.case_id == Case.id)
        .where(policy.visible_cases(actor), Case.kind == CaseKind.TB)
        .group_by(Case.id)
        .order_by(Case.id.desc())
        .limit(_MOST)
    )
    return [Line(*row) for row in found]


def page(session: Session, actor: Actor, case_id: int, *, part: str, number: int) -> Page:
    """The records of a batch, undecided ones or all, a page at a time.

    Raises:
        NotFound: there is no such case for the actor. Forbidden: it is no batch.
    """
    case = session.scalar(select(Case).where(policy.visible_cases(actor), Case.id == case_id))
    if case is None:
        raise NotFound("case", id=case_id)
    if case.kind is not CaseKind.TB:
        raise Forbidden("no_third_party_batch", number=case.number)
    query = select(ThirdPartyRecord).where(ThirdPartyRecord.case_id == case_id)
    if part == "undecided":
        query = query.where(record_counts.is_undecided())
    elif part == "hand":
        query = query.where(ThirdPartyRecord.decision.is_not(None))
    count = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    pages = max(1, -(-count // PER_PAGE))
    at = min(max(1, number), pages)
    records = session.scalars(
        query.order_by(ThirdPartyRecord.number).limit(PER_PAGE).offset((at - 1) * PER_PAGE)
    ).all()
    return Page(
        case=case,
        counts=record_counts.of(session, case),
        rows=_shown(records),
        page=at,
        pages=pages,
    )


def _shown(records: Sequence[ThirdPartyRecord]) -> list[Shown]:
    return [
        Shown(
            number=record.number,
            values=record_counts.plain(record.cells),
            match_key=record.match_key,
            decision=record.decision,
            reason=record.reason,
            household=Candidate(**record.cells["household"])
            if record.cells.get("household")
            else None,
            candidates=[Candidate(**each) for each in record.cells.get("near", ())],
        )
        for record in records
    ]


def _files(_session: Session, _case: Case) -> list[Offer]:
    return [Offer(kind.name, kind.zh, kind.en) for kind in _kinds()]


def _figures(_session: Session, _case: Case) -> list[Offer]:
    return [
        Offer(each.name, f"{each.source} {each.zh}", f"{each.source} {each.en}")
        for kind in _kinds()
        for each in kind.fields
        if each.type in (Kind.DECIMAL, Kind.INT)
    ]


def _kinds() -> list[filetypes.FileKind]:
    return [
        kind
        for kind in filetypes.kinds(fields.shipped()).values()
        if kind.source in _PARTIES and kind.grain not in (Grain.AREA, Grain.PARAMETER)
    ]


SOURCES: Mapping[str, Callable[[Session, Case], list[Offer]]] = {
    "third_party_files": _files,
    "third_party_figures": _figures,
}
