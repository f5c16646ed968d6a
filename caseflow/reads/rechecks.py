"""Plans of re-checks and spot checks, their cases, and what a person has to check."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import ColumnElement, and_, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from caseflow import policy
from caseflow.models import Case, Document, Recheck, RecheckPlan, Taxpayer, Unit, User
from caseflow.vocabulary import (
    Actor,
    CaseKind,
    NotFound,
    RecheckLevel,
    RecheckResult,
    RecheckState,
    RecheckWhy,
    Role,
    Verb,
)

LATEST = 50


@dataclass(frozen=True, slots=True)
class Figures:
    """How far a plan has got; the change share is ENF-014: changed of those signed."""

    cases: int
    assigned: int
    done: int
    changed: int
    mandatory: int

    @property
    def change_share(self) -> Decimal | None:
        """Changed results of those that are signed; none while nothing is."""
        return Decimal(self.changed) / self.done if self.done else None


@dataclass(frozen=True, slots=True)
class Listed:
    """A plan in the list."""

    plan: RecheckPlan
    unit: str
    unit_en: str
    by: str
    figures: Figures


@dataclass(frozen=True, slots=True)
class Row:
    """One case to be checked, or checked."""

    id: int
    plan_id: int
    case_id: int
    number: str
    kind: CaseKind
    taxpayer: str
    score: Decimal
    outcome: str | None
    closed_at: datetime | None
    why: RecheckWhy
    state: RecheckState
    officer: str | None
    due_on: date | None
    result: RecheckResult | None
    signed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Page:
    """One re-check with its plan, its case and all names."""

    row: Recheck
    plan: RecheckPlan
    case: Case
    taxpayer: str
    officer: str | None
    signer: str | None
    paper: Document | None
    opened: str | None


def sees_any(actor: Actor) -> bool:
    """Whether the pages of plans are somebody's at all; what is to be checked stands apart."""
    return any(
        policy.may(actor, verb) for verb in (Verb.PLAN_RECHECKS, Verb.SPOT_CHECK, Verb.READ_RECORD)
    )


def plans(session: Session, actor: Actor) -> tuple[Listed, ...]:
    """The latest plans that the actor answers for or watches; two statements."""
    rows = session.execute(
        select(RecheckPlan, Unit.name, Unit.name_en, User.name)
        .join(Unit, Unit.id == RecheckPlan.unit_id)
        .join(User, User.id == RecheckPlan.drawn_by)
        .where(_visible(actor))
        .order_by(RecheckPlan.id.desc())
        .limit(LATEST)
    ).all()
    figures = _figures(session, [row[0].id for row in rows])
    return tuple(
        Listed(row[0], row[1], row[2], row[3], figures.get(row[0].id, Figures(0, 0, 0, 0, 0)))
        for row in rows
    )


def plan(session: Session, actor: Actor, plan_id: int) -> Listed:
    """One plan.

    Raises:
        NotFound: there is none for the actor.
    """
    row = session.execute(
        select(RecheckPlan, Unit.name, Unit.name_en, User.name)
        .join(Unit, Unit.id == RecheckPlan.unit_id)
        .join(User, User.id == RecheckPlan.drawn_by)
        .where(RecheckPlan.id == plan_id, _visible(actor))
    ).one_or_none()
    if row is None:
        raise NotFound("recheck_plan", id=plan_id)
    found = _figures(session, [plan_id]).get(plan_id, Figures(0, 0, 0, 0, 0))
    return Listed(row[0], row[1], row[2], row[3], found)


def of_plan(session: Session, actor: Actor, plan_id: int) -> tuple[Row, ...]:
    """The cases of a plan that the actor may see, those that wait first."""
    return _rows(session, and_(Recheck.plan_id == plan_id, policy.visible_cases(actor)))


def mine(session: Session, actor: Actor) -> tuple[Row, ...]:
    """What the actor is to check, or has checked."""
    of_me = and_(Recheck.officer_id == actor.user_id, Recheck.why != RecheckWhy.SPOT)
    return _rows(session, and_(of_me, policy.visible_cases(actor)), most=LATEST)


def of_case(session: Session, case_id: int) -> tuple[Row, ...]:
    """The re-checks of one case, which the caller has seen."""
    return _rows(session, Recheck.case_id == case_id)


def page(session: Session, actor: Actor, recheck_id: int) -> Page:
    """One re-check.

    Raises:
        NotFound: there is none, or its case does not exist for the actor.
    """
    officer, signer, opened = aliased(User), aliased(User), aliased(Case)
    row = session.execute(
        select(
            Recheck, RecheckPlan, Case, Taxpayer.name, officer.name, signer.name, Document,
            opened.number,
        )
        .join(RecheckPlan, RecheckPlan.id == Recheck.plan_id)
        .join(Case, Case.id == Recheck.case_id)
        .join(Taxpayer, Taxpayer.id == Case.taxpayer_id)
        .outerjoin(officer, officer.id == Recheck.officer_id)
        .outerjoin(signer, signer.id == Recheck.signed_by)
        .outerjoin(Document, Document.id == Recheck.document_id)
        .outerjoin(opened, opened.id == Recheck.opened_case_id)
        .where(Recheck.id == recheck_id, policy.visible_cases(actor))
    ).one_or_none()  # fmt: skip
    if row is None:
        raise NotFound("recheck", id=recheck_id)
    return Page(*row)


def _visible(actor: Actor) -> ColumnElement[bool]:
    """The condition on ``RecheckPlan``: of a unit that the actor leads; all for who watches."""
    if policy.may(actor, Verb.READ_RECORD) or any(
        post.role is Role.DIVISION_CHIEF and policy.is_of_the_whole(post) for post in actor.posts
    ):
        return true()
    districts = actor.units_as(Role.DISTRICT_DIRECTOR, Role.DISTRICT_DEPUTY)
    sections = actor.units_as(Role.SECTION_CHIEF)
    below = select(Unit.id).where(Unit.parent_id.in_(districts))
    return or_(
        RecheckPlan.unit_id.in_(districts),
        and_(
            RecheckPlan.level == RecheckLevel.SECTION,
            or_(RecheckPlan.unit_id.in_(sections), RecheckPlan.unit_id.in_(below)),
        ),
    )


def _figures(session: Session, ids: Sequence[int]) -> dict[int, Figures]:
    signed = Recheck.state == RecheckState.SIGNED
    changed = Recheck.result.in_([RecheckResult.CHANGED, RecheckResult.PROBLEM])
    rows = session.execute(
        select(
            Recheck.plan_id,
            func.count(),
            func.count().filter(Recheck.state != RecheckState.DRAWN),
            func.count().filter(signed),
            func.count().filter(signed, changed),
            func.count().filter(Recheck.why == RecheckWhy.MANDATORY),
        )
        .where(Recheck.plan_id.in_(ids))
        .group_by(Recheck.plan_id)
    )
    return {row[0]: Figures(*row[1:]) for row in rows}


def _rows(
    session: Session, condition: ColumnElement[bool], *, most: int | None = None
) -> tuple[Row, ...]:
    rows = session.execute(
        select(
            Recheck.id,
            Recheck.plan_id,
            Case.id,
            Case.number,
            Case.kind,
            Taxpayer.name,
            Case.score,
            Case.outcome,
            Case.closed_at,
            Recheck.why,
            Recheck.state,
            User.name,
            Recheck.due_on,
            Recheck.result,
            Recheck.signed_at,
        )
        .join(Case, Case.id == Recheck.case_id)
        .join(Taxpayer, Taxpayer.id == Case.taxpayer_id)
        .outerjoin(User, User.id == Recheck.officer_id)
        .where(condition)
        .order_by(Recheck.signed_at.desc().nulls_first(), Recheck.id)
        .limit(most)
    )
    return tuple(Row(*tuple(row)) for row in rows)


def told(session: Session, actor: Actor, ids: Sequence[int]) -> dict[int, tuple[str, Decimal]]:
    """Taxpayer and score of those of these cases that the actor may see."""
    rows = session.execute(
        select(Case.id, Taxpayer.name, Case.score)
        .join(Taxpayer, Taxpayer.id == Case.taxpayer_id)
        .where(Case.id.in_(ids), policy.visible_cases(actor))
    )
    return {row[0]: (row[1], row[2]) for row in rows}
