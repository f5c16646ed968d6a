"""Batches of zero filers: what may be put into one, how far those are that there are."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from caseflow import batch_counts, policy
from caseflow.batch_counts import Group
from caseflow.models import AssessedAmount, BatchLine, Case, Unit
from caseflow.reads.offers import Offer
from caseflow.vocabulary import Actor, CaseKind, Role, Verb
from caseflow.vocabulary.industries import industry_name

_MOST = 200


@dataclass(frozen=True, slots=True)
class Waiting:
    """The cases of a district that wait for a batch, by trade and by section."""

    by_trade: Sequence[Group]
    by_area: Sequence[Group]

    @property
    def households(self) -> int:
        """All of them."""
        return sum(each.households for each in self.by_area)


@dataclass(frozen=True, slots=True)
class Line:
    """One batch of the list with how far it is."""

    id: int
    number: str
    title: str
    district: str
    status: str
    households: int
    closed: int
    tax: Decimal


def sees_any(actor: Actor) -> bool:
    """Whether batches are of somebody's business: heads, those who compose them, auditors."""
    is_of_post = not {Role.POST_INFO_ADMIN, Role.POST_ANALYSIS}.isdisjoint(actor.roles)
    return is_of_post or policy.is_head(actor.posts) or policy.may(actor, Verb.READ_RECORD)


def waiting(session: Session, actor: Actor) -> Waiting | None:
    """What the actor may put into a batch; None for who composes none."""
    post = next((each for each in actor.posts if each.role is Role.POST_INFO_ADMIN), None)
    if post is None:
        return None
    return Waiting(
        batch_counts.waiting_by_trade(session, post.unit_id),
        batch_counts.waiting_by_area(session, post.unit_id),
    )


def listing(session: Session, actor: Actor) -> Sequence[Line]:
    """The batches within the actor's sight, newest first."""
    held = (
        select(
            BatchLine.case_id,
            BatchLine.line_case_id,
        )
        .where(BatchLine.left_at.is_(None), BatchLine.left_out_reason.is_(None))
        .subquery()
    )
    of_line = Case.__table__.alias("of_line")
    counted = (
        select(
            held.c.case_id,
            func.count().label("households"),
            func.count(of_line.c.closed_at).label("closed"),
        )
        .join(of_line, of_line.c.id == held.c.line_case_id)
        .group_by(held.c.case_id)
        .subquery()
    )
    taxed = (
        select(
            held.c.case_id,
            func.sum(AssessedAmount.recomputed - AssessedAmount.declared).label("tax"),
        )
        .join(AssessedAmount, AssessedAmount.case_id == held.c.line_case_id)
        .join(of_line, of_line.c.id == held.c.line_case_id)
        .where(of_line.c.closed_at.is_not(None))
        .group_by(held.c.case_id)
        .subquery()
    )
    found = session.execute(
        select(
            Case.id,
            Case.number,
            Case.title,
            Unit.name,
            Case.status,
            func.coalesce(counted.c.households, 0),
            func.coalesce(counted.c.closed, 0),
            func.coalesce(taxed.c.tax, 0),
        )
        .join(Unit, Unit.id == Case.district_id)
        .outerjoin(counted, counted.c.case_id == Case.id)
        .outerjoin(taxed, taxed.c.case_id == Case.id)
        .where(policy.visible_cases(actor), Case.kind == CaseKind.ZB)
        .order_by(Case.id.desc())
        .limit(_MOST)
    )
    return [Line(*row) for row in found]


def _trades(session: Session, case: Case) -> list[Offer]:
    groups = batch_counts.waiting_by_trade(session, case.district_id)
    return [
        Offer(each.key, f"{zh}（{each.households}）", f"{en} ({each.households})")
        for each in groups
        for zh, en in [industry_name(each.key)]
    ]


def _areas(session: Session, case: Case) -> list[Offer]:
    groups = batch_counts.waiting_by_area(session, case.district_id)
    names = dict(
        session.execute(
            select(Unit.id, Unit.name_en).where(Unit.id.in_([int(each.key) for each in groups]))
        ).all()
    )
    return [
        Offer(
            each.key,
            f"{each.name}（{each.households}）",
            f"{names[int(each.key)]} ({each.households})",
        )
        for each in groups
    ]


def _open_households(session: Session, case: Case) -> list[Offer]:
    found = batch_counts.of(session, case.id).open
    return [
        Offer(
            str(each.line_id), f"{each.taxpayer} {each.section}", f"{each.taxpayer} {each.number}"
        )
        for each in found
    ]


SOURCES: Mapping[str, Callable[[Session, Case], list[Offer]]] = {
    "waiting_trades": _trades,
    "waiting_areas": _areas,
    "batch_open_households": _open_households,
}
