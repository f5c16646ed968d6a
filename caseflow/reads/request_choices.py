"""What the forms of data requests offer: units, fields, people, checks, copies to account for."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from caseflow import policy
from caseflow.lake import fields
from caseflow.models import Case, Post, Unit, User
from caseflow.reads.offers import Offer
from caseflow.vocabulary import Role, UnitLevel
from caseflow.vocabulary.choices.data_request import RqCheckItem


def _units(session: Session, case: Case) -> list[Offer]:
    """The own unit and every district."""
    rows = session.execute(
        select(Unit.id, Unit.name, Unit.name_en)
        .where((Unit.id == case.district_id) | (Unit.level == UnitLevel.DISTRICT))
        .order_by(Unit.code)
    )
    return [Offer(str(row.id), row.name, row.name_en) for row in rows]


def _fields(_session: Session, _case: Case) -> list[Offer]:
    registry = fields.shipped()
    rules = Offer("indicator_rules", "指标阈值和权重", "Thresholds and weights of indicators")
    named = sorted(registry.fields.items(), key=lambda each: each[1].source)
    return [
        *(Offer(name, f"{field.source} {field.zh}", field.en) for name, field in named),
        rules,
    ]


def _people(session: Session, case: Case) -> list[Offer]:
    return _holders(session, Post.unit_id == case.district_id)


def _preparers(session: Session, _case: Case) -> list[Offer]:
    return _holders(session, Post.role == Role.POST_DATA_PREP)


def _quality_officers(session: Session, _case: Case) -> list[Offer]:
    return _holders(session, Post.role == Role.POST_DATA_QUALITY)


def _holders(session: Session, where: ColumnElement[bool]) -> list[Offer]:
    rows = session.execute(
        select(User.id, User.name, User.name_en, User.name_key)
        .join(Post, Post.user_id == User.id)
        .where(User.is_active, policy.held_today(), where)
        .order_by(User.name_key, User.id)
        .distinct()
    )
    return [Offer(str(row.id), row.name, row.name_en) for row in rows]


def _checks(_session: Session, _case: Case) -> list[Offer]:
    return [Offer(item.value, item.zh, item.en) for item in RqCheckItem]


def _copies(session: Session, case: Case) -> list[Offer]:
    users = case.facts.get("users", [])
    rows = session.execute(
        select(User.id, User.name, User.name_en).where(User.id.in_(users)).order_by(User.id)
    )
    return [Offer(str(row.id), row.name, row.name_en) for row in rows]


SOURCES: Mapping[str, Callable[[Session, Case], list[Offer]]] = {
    "request_units": _units,
    "request_fields": _fields,
    "unit_people": _people,
    "preparers": _preparers,
    "quality_officers": _quality_officers,
    "quality_checks": _checks,
    "package_copies": _copies,
}
