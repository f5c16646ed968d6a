"""Households as a list and as one file (一户式); outside the actor's reach they do not exist."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from caseflow import policy
from caseflow.models import Case, HouseholdMark, Responsibility, Taxpayer, TaxWarning, Unit, User
from caseflow.reads import doubts, powers
from caseflow.vocabulary import Actor, NotFound, ResponsibilityBasis, WarningStatus

LIMIT = 50
COUNT_CAP = 10_000


@dataclass(frozen=True, slots=True)
class Wish:
    """What the URL asks of the list."""

    text: str = ""
    kind: str = ""
    reg_status: str = ""
    vat_class: str = ""
    unit_id: int | None = None
    administrator_id: int | None = None
    is_managed: bool | None = None
    is_mine: bool = False
    has_doubts: bool = False
    after: tuple[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One household in the list."""

    id: int
    tin: str
    name: str
    name_key: str
    kind: str
    reg_status: str
    vat_class: str
    industry_name: str
    credit_grade: str | None
    is_key_source: bool
    section: str
    section_en: str
    administrator: str | None
    doubt_count: int
    open_cases: int
    is_sensitive: bool


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of the list, the count of the whole, where the next page begins."""

    rows: tuple[Row, ...]
    count: int
    is_capped: bool
    next_after: tuple[str, int] | None


@dataclass(frozen=True, slots=True)
class Holder:
    """Who managed the household, from when to when."""

    name: str
    valid_from: date
    valid_to: date | None
    basis: ResponsibilityBasis
    # Who decided so, or took in the file; none: the machine.
    set_by: str | None


@dataclass(frozen=True, slots=True)
class Page:
    """The file of one household, without the facts of the lake."""

    taxpayer: Taxpayer
    district: Unit
    section: Unit
    holders: tuple[Holder, ...]
    doubts: tuple[doubts.Doubt, ...]
    same_rep: tuple[tuple[int, str, str], ...]
    # Every change of a mark, the newest first.
    marks: tuple[HouseholdMark, ...] = ()
    # The lines by which alone the reader sees it; none: all of it is shown.
    lines: tuple[str, ...] = ()


def listing(session: Session, actor: Actor, wish: Wish) -> Listing:
    """Households the actor may see, by name; two statements."""
    condition = _condition(actor, wish)
    found = _read(session, actor, wish, most=LIMIT + 1)
    capped = select(Taxpayer.id).where(condition).limit(COUNT_CAP + 1).subquery()
    count = session.scalar(select(func.count()).select_from(capped)) or 0
    shown = tuple(found[:LIMIT])
    more = (shown[-1].name_key, shown[-1].id) if len(found) > LIMIT else None
    return Listing(shown, min(count, COUNT_CAP), count > COUNT_CAP, more)


def rows(session: Session, actor: Actor, wish: Wish, *, most: int) -> tuple[Row, ...]:
    """The first households of the list by name; one statement."""
    return tuple(_read(session, actor, wish, most=most))


def page(session: Session, actor: Actor, taxpayer_id: int) -> Page:
    """
    One household's file.

    Raises:
        NotFound: there is no such household for this actor.

    """
    taxpayer = find(session, actor, taxpayer_id)
    units = {
        unit.id: unit
        for unit in session.scalars(
            select(Unit).where(Unit.id.in_([taxpayer.district_id, taxpayer.section_id]))
        )
    }
    setter = aliased(User)
    holders = session.execute(
        select(
            User.name,
            Responsibility.valid_from,
            Responsibility.valid_to,
            Responsibility.basis,
            setter.name,
        )
        .join(User, User.id == Responsibility.user_id)
        .outerjoin(setter, setter.id == Responsibility.set_by)
        # What was replaced on the very day held on no day.
        .where(
            Responsibility.taxpayer_id == taxpayer.id,
            Responsibility.valid_from.is_distinct_from(Responsibility.valid_to),
        )
        .order_by(Responsibility.valid_from.desc(), Responsibility.id.desc())
    )
    same = session.execute(
        select(Taxpayer.id, Taxpayer.name, Taxpayer.reg_status)
        .where(
            Taxpayer.legal_rep == taxpayer.legal_rep,
            Taxpayer.id != taxpayer.id,
            Taxpayer.district_id == taxpayer.district_id,
            policy.visible_taxpayers(actor),
        )
        .order_by(Taxpayer.name_key, Taxpayer.id)
        .limit(10)
    )
    return Page(
        taxpayer=taxpayer,
        district=units[taxpayer.district_id],
        section=units[taxpayer.section_id],
        holders=tuple(Holder(*row) for row in holders),
        doubts=tuple(
            doubts.where(
                session,
                and_(TaxWarning.taxpayer_id == taxpayer.id, policy.visible_warnings(actor)),
            )
        ),
        same_rep=tuple((row.id, row.name, row.reg_status) for row in same),
        marks=tuple(
            session.scalars(
                select(HouseholdMark)
                .where(HouseholdMark.taxpayer_id == taxpayer.id)
                .order_by(HouseholdMark.id.desc())
            )
        ),
        lines=_lines(session, actor, taxpayer.id),
    )


def _lines(session: Session, actor: Actor, taxpayer_id: int) -> tuple[str, ...]:
    """The lines by which alone a household is seen; one statement for who has such a post."""
    lines = policy.lines_of(actor)
    if not lines:
        return ()
    whole = select(Taxpayer.id).where(Taxpayer.id == taxpayer_id, policy.seen_whole(actor))
    return () if session.scalar(whole) is not None else lines


def find(session: Session, actor: Actor, taxpayer_id: int) -> Taxpayer:
    """
    The household, if it exists for this actor.

    Raises:
        NotFound: it does not.

    """
    found = session.scalar(
        select(Taxpayer).where(Taxpayer.id == taxpayer_id, policy.visible_taxpayers(actor))
    )
    if found is None:
        raise NotFound("taxpayer", id=taxpayer_id)
    powers.require_reason(session, actor, taxpayer_id)
    return found


def named(text: str) -> ColumnElement[bool]:
    """Households by tax number or by any part of the Chinese name."""
    grams = [text[at : at + 2] for at in range(len(text) - 1)] or [text]
    return or_(
        Taxpayer.tin == text.upper(),
        and_(Taxpayer.name_grams.contains(grams), Taxpayer.name.contains(text, autoescape=True)),
    )


def _read(session: Session, actor: Actor, wish: Wish, *, most: int) -> list[Row]:
    hits = (
        select(func.count())
        .where(
            TaxWarning.taxpayer_id == Taxpayer.id,
            TaxWarning.status != WarningStatus.CONCLUDED,
            policy.visible_warnings(actor),
        )
        .scalar_subquery()
    )
    cases = (
        select(func.count())
        .where(
            Case.taxpayer_id == Taxpayer.id,
            Case.closed_at.is_(None),
            ~policy.hidden_from(actor),
        )
        .scalar_subquery()
    )
    query: Select[*tuple[Any, ...]] = (
        select(
            Taxpayer.id,
            policy.listed_tin(actor),
            Taxpayer.name,
            Taxpayer.name_key,
            Taxpayer.kind,
            Taxpayer.reg_status,
            Taxpayer.vat_class,
            Taxpayer.industry_name,
            Taxpayer.credit_grade,
            Taxpayer.is_key_source,
            Unit.name,
            Unit.name_en,
            User.name,
            hits,
            cases,
            policy.marked_household(),
        )
        .join(Unit, Unit.id == Taxpayer.section_id)
        .outerjoin(User, User.id == Taxpayer.administrator_id)
        .where(_condition(actor, wish))
        .order_by(Taxpayer.name_key, Taxpayer.id)
        .limit(most)
    )
    if wish.after:
        key, last = wish.after
        query = query.where(
            or_(Taxpayer.name_key > key, and_(Taxpayer.name_key == key, Taxpayer.id > last))
        )
    return [Row(*row) for row in session.execute(query)]


def _condition(actor: Actor, wish: Wish) -> ColumnElement[bool]:
    parts = [policy.visible_taxpayers(actor)]
    if wish.text:
        parts.append(named(wish.text))
    if wish.kind:
        parts.append(Taxpayer.kind == wish.kind)
    if wish.reg_status:
        parts.append(Taxpayer.reg_status == wish.reg_status)
    if wish.vat_class:
        parts.append(Taxpayer.vat_class == wish.vat_class)
    if wish.unit_id:
        homes = or_(Taxpayer.district_id == wish.unit_id, Taxpayer.section_id == wish.unit_id)
        parts.append(homes)
    if wish.administrator_id:
        parts.append(Taxpayer.administrator_id == wish.administrator_id)
    if wish.is_managed is not None:
        parts.append(Taxpayer.administrator_id.is_(None) != wish.is_managed)
    if wish.is_mine:
        parts.append(Taxpayer.administrator_id == actor.user_id)
    if wish.has_doubts:
        warned = select(TaxWarning.id).where(
            TaxWarning.taxpayer_id == Taxpayer.id, policy.visible_warnings(actor)
        )
        parts.append(warned.exists())
    return and_(*parts)
