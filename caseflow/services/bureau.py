"""Putting a bureau on file: units, officers, posts, calendar, limits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from pypinyin import Style, lazy_pinyin
from sqlalchemy import insert, select
from sqlalchemy.dialects.postgresql import insert as insert_or
from sqlalchemy.orm import Session

from caseflow.models import Parameter, Post, Unit, User, WorkingDay
from caseflow.services import duties, record
from caseflow.services.duties import Span
from caseflow.vocabulary import Actor, Role, UnitLevel
from caseflow.vocabulary.limits import LIMITS
from caseflow.working_days import HOLIDAYS, published_days


@dataclass(frozen=True)
class UnitRow:
    """
    One office; ``parent`` is the code of the unit above: put before it, or on file already.

    Without a first day of its own it is valid from the day it is put on file.
    """

    code: str
    parent: str | None
    name: str
    name_en: str
    short_name: str
    level: UnitLevel
    agency_word: str | None = None
    is_tax_office: bool = False
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True)
class OfficerRow:
    """One officer; a demo person signs in by one click."""

    login: str
    name: str
    name_en: str
    certificate: str | None
    is_demo: bool


@dataclass(frozen=True)
class PostRow:
    """A role held by an officer in a unit, from the day it is put on file if none is given."""

    login: str
    role: Role
    unit: str
    line: str | None = None
    household_kind: str | None = None
    trades: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None


_FROM_THE_START = date(2000, 1, 1)


def put_calendar_and_limits(session: Session) -> None:
    """Fill the calendar from the published lists and the limits with their defaults, once."""
    session.execute(
        insert_or(WorkingDay).on_conflict_do_nothing(),
        [
            {
                "on": day.on,
                "is_working": day.is_working,
                "name": day.name,
                "name_en": HOLIDAYS.get(day.name, day.name),
            }
            for day in published_days()
        ],
    )
    session.execute(
        insert_or(Parameter).on_conflict_do_nothing(),
        [
            {"name": name, "valid_from": _FROM_THE_START, "value": value, "unit": unit}
            for name, value, unit in LIMITS
        ],
    )


def put_limit(
    session: Session, actor: Actor, name: str, value: str, unit: str, *, since: date
) -> None:
    """Set a limit from a day on; what was valid before stays for the days before."""
    session.execute(
        insert_or(Parameter)
        .values(name=name, valid_from=since, value=value, unit=unit)
        .on_conflict_do_nothing()
    )
    payload = {"name": name, "value": value, "unit": unit, "since": since.isoformat()}
    record.append(session, actor, "sys:parameters", action="limit.set", payload=payload)


def put_units(session: Session, actor: Actor, rows: Iterable[UnitRow], *, since: date) -> None:
    """Put units on file, from the root down."""
    on_file = session.execute(select(Unit.code, Unit.id, Unit.path))
    paths = {code: (unit_id, path) for code, unit_id, path in on_file}
    before = len(paths)
    for row in rows:
        parent_id, parent_path = paths[row.parent] if row.parent else (None, "/")
        unit = Unit(
            code=row.code,
            name=row.name,
            name_en=row.name_en,
            short_name=row.short_name,
            level=row.level,
            parent_id=parent_id,
            path=f"?{row.code}",
            agency_word=row.agency_word,
            is_tax_office=row.is_tax_office,
            valid_from=row.valid_from or since,
            valid_to=row.valid_to,
        )
        session.add(unit)
        session.flush()  # the path is made of ids
        unit.path = f"{parent_path}{unit.id}/"
        paths[row.code] = (unit.id, unit.path)
    payload = {"units": len(paths) - before}
    record.append(session, actor, "sys:people", action="units.put", payload=payload)


def put_officers(
    session: Session,
    actor: Actor,
    officers: Sequence[OfficerRow],
    posts: Sequence[PostRow],
    *,
    since: date,
) -> None:
    """Put officers on file, and posts of theirs or of officers on file already.

    Raises:
        Invalid: somebody would hold posts that exclude each other.
    """
    _require_apart(session, posts, since)
    if officers:
        session.execute(
            insert(User),
            [
                {
                    "login": row.login,
                    "name": row.name,
                    "name_en": row.name_en,
                    "name_key": name_key(row.name),
                    "certificate": row.certificate,
                    "is_demo": row.is_demo,
                    "is_active": True,
                }
                for row in officers
            ],
        )
    units = dict(session.execute(select(Unit.code, Unit.id)).all())
    users = dict(session.execute(select(User.login, User.id)).all())
    if posts:
        session.execute(
            insert(Post),
            [
                {
                    "user_id": users[row.login],
                    "unit_id": units[row.unit],
                    "role": row.role,
                    "line": row.line,
                    "household_kind": row.household_kind,
                    "trades": list(row.trades) or None,
                    "valid_from": row.valid_from or since,
                    "valid_to": row.valid_to,
                }
                for row in posts
            ],
        )
    payload = {"officers": len(officers), "posts": len(posts)}
    record.append(session, actor, "sys:people", action="officers.put", payload=payload)


def _require_apart(session: Session, posts: Sequence[PostRow], since: date) -> None:
    held = session.execute(
        select(User.login, Post.role, Post.valid_from, Post.valid_to)
        .join(User, User.id == Post.user_id)
        .where(User.login.in_({row.login for row in posts}))
    )
    spans = [Span(*row) for row in held]
    spans += [Span(row.login, row.role, row.valid_from or since, row.valid_to) for row in posts]
    names = session.execute(select(User.login, User.name))
    duties.require_apart(spans, dict(names.all()))


@lru_cache(maxsize=1 << 18)
def name_key(name: str) -> str:
    """How a Chinese name sorts and is found by its sound: ``张晓晨`` -> ``zhang xiao chen``."""
    return " ".join(lazy_pinyin(name, style=Style.NORMAL)).lower()


def name_grams(name: str) -> list[str]:
    """Neighbouring characters in pairs: what a search for a part of a name looks up."""
    return sorted({name[at : at + 2] for at in range(len(name) - 1)} or {name})
