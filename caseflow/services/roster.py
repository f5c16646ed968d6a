"""Bringing a bureau's own tables on file: what is new is put, what differs is changed.

A bureau keeps its units, officers and posts in tables of its own and hands them in again
whenever something has changed; the same tables again change nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import clock
from caseflow.models import BureauClock, Post, Unit, User
from caseflow.services import bureau, record
from caseflow.services.bureau import OfficerRow, PostRow, UnitRow, name_key
from caseflow.services.duties import Span, clash
from caseflow.vocabulary import Actor, Conflict, Invalid, Role, UnitLevel

# Below which level a unit of a level stands; None is the top of the tree.
_ABOVE: Mapping[UnitLevel, tuple[UnitLevel | None, ...]] = {
    UnitLevel.CITY: (None,),
    UnitLevel.DIVISION: (UnitLevel.CITY,),
    UnitLevel.DISTRICT: (UnitLevel.CITY,),
    UnitLevel.INSPECTION: (UnitLevel.CITY,),
    UnitLevel.SECTION: (UnitLevel.DISTRICT, UnitLevel.INSPECTION),
}
# Cases go to these posts by the unit they sit in: elsewhere nothing would ever reach them.
_SEATED: Mapping[Role, UnitLevel] = {
    Role.DISTRICT_DIRECTOR: UnitLevel.DISTRICT,
    Role.DISTRICT_DEPUTY: UnitLevel.DISTRICT,
    Role.POST_INFO_ADMIN: UnitLevel.DISTRICT,
    Role.POST_DATA_QUALITY: UnitLevel.DIVISION,
    Role.POST_DATA_PREP: UnitLevel.DIVISION,
    Role.SECTION_CHIEF: UnitLevel.SECTION,
    Role.TAX_ADMINISTRATOR: UnitLevel.SECTION,
}


@dataclass(frozen=True)
class Tables:
    """Rows of a bureau's own tables; each may be a part of the bureau, or empty."""

    units: Sequence[UnitRow] = ()
    officers: Sequence[OfficerRow] = ()
    posts: Sequence[PostRow] = ()


@dataclass(frozen=True)
class Fault:
    """What is wrong with a row: the name of its table, its place there from 0, code, values."""

    table: str
    place: int
    code: str
    values: Mapping[str, object]


@dataclass(frozen=True)
class Outcome:
    """How many rows were put on file, how many changed what was there."""

    put: int
    changed: int


def bring_up_to_date(session: Session, actor: Actor, tables: Tables) -> Outcome:
    """Put on file what is new in the tables and change what differs; all rows or none.

    Raises:
        Conflict: this is a demonstration, whose bureau is invented (``is_demo``).
        Invalid: ``bureau_faults``, with every ``Fault``.
    """
    if session.get_one(BureauClock, 1).is_demo:
        raise Conflict("is_demo")
    on_file = _OnFile(session)
    faults = (
        *_faults_of_units(tables.units, on_file),
        *_faults_of_officers(tables.officers),
        *_faults_of_posts(tables, on_file),
    )
    if faults:
        raise Invalid("bureau_faults", faults=faults)
    today = clock.today()
    changed = _change_units(tables.units, on_file) + _change_officers(tables.officers, on_file)
    ended = _change_posts(tables.posts, on_file)
    units = [row for row in tables.units if row.code not in on_file.units]
    officers = [row for row in tables.officers if row.login not in on_file.users]
    posts = [row for row in tables.posts if on_file.post(row) is None]
    if units:
        bureau.put_units(session, actor, units, since=today)
    if officers or posts:
        bureau.put_officers(session, actor, officers, posts, since=today)
    if changed or ended:
        payload = {"changed": changed, "posts": len(ended)}
        record.append(session, actor, "sys:people", action="bureau.changed", payload=payload)
    return Outcome(len(units) + len(officers) + len(posts), len(changed) + len(ended))


class _OnFile:
    """What is on file now, by the keys that the tables use."""

    def __init__(self, session: Session) -> None:
        self.units = {unit.code: unit for unit in session.scalars(select(Unit))}
        self.users = {user.login: user for user in session.scalars(select(User))}
        self.codes = {unit.id: unit.code for unit in self.units.values()}
        logins = {user.id: user.login for user in self.users.values()}
        self._posts: dict[tuple[str, *tuple[object, ...]], list[Post]] = {}
        for post in session.scalars(select(Post).order_by(Post.valid_from, Post.id)):
            key = (logins[post.user_id], self.codes[post.unit_id], post.role)
            kind = (post.line, post.household_kind)
            self._posts.setdefault((*key, *kind), []).append(post)

    def posts(self) -> Iterator[tuple[str, Post]]:
        """Every post on file with its holder's login."""
        return ((key[0], post) for key, posts in self._posts.items() for post in posts)

    def post(self, row: PostRow) -> Post | None:
        """The post that a row speaks of: begun on its day, or the newest if it names none."""
        known = self._posts.get(_key(row), [])
        fitting = [post for post in known if row.valid_from in (None, post.valid_from)]
        return fitting[-1] if fitting else None

    def parent(self, unit: Unit) -> str | None:
        """The code of the unit above."""
        return None if unit.parent_id is None else self.codes[unit.parent_id]


def _key(row: PostRow) -> tuple[str, *tuple[object, ...]]:
    return row.login, row.unit, row.role, row.line, row.household_kind


def _faults_of_units(rows: Sequence[UnitRow], on_file: _OnFile) -> Iterator[Fault]:
    levels = {code: unit.level for code, unit in on_file.units.items()}
    root = next((code for code, unit in on_file.units.items() if unit.parent_id is None), None)
    below = {row.code for row in rows}
    seen: set[str] = set()
    for place, row in enumerate(rows):
        fault = _fault_of_unit(row, levels, below, seen)
        known = on_file.units.get(row.code)
        if (
            fault is None
            and known
            and (on_file.parent(known), known.level)
            != (
                row.parent,
                row.level,
            )
        ):
            fault = ("UNIT_MOVED", {"code": row.code})
        if fault is None and row.parent is None:
            root = root or row.code
            if root != row.code:
                fault = ("SECOND_ROOT", {"code": row.code, "root": root})
        if fault:
            yield Fault("units", place, *fault)
        seen.add(row.code)
        levels.setdefault(row.code, row.level)


def _fault_of_unit(
    row: UnitRow, levels: Mapping[str, UnitLevel], below: set[str], seen: set[str]
) -> tuple[str, dict[str, object]] | None:
    """What is wrong with a unit, given the levels of those on file and above it."""
    if row.code in seen:
        return "UNIT_TWICE", {"code": row.code}
    if row.valid_from and row.valid_to and row.valid_to < row.valid_from:
        return "DATES", {"first": row.valid_from, "last": row.valid_to}
    if row.parent and row.parent not in levels:
        is_below = row.parent in below
        return "PARENT_BELOW" if is_below else "PARENT_UNKNOWN", {"parent": row.parent}
    above = levels[row.parent] if row.parent else None
    if above not in _ABOVE[row.level]:
        return "WRONG_LEVEL", {"level": row.level, "wanted": _ABOVE[row.level]}
    return None


def _faults_of_officers(rows: Sequence[OfficerRow]) -> Iterator[Fault]:
    seen: set[str] = set()
    for place, row in enumerate(rows):
        if row.login in seen:
            yield Fault("officers", place, "LOGIN_TWICE", {"login": row.login})
        seen.add(row.login)


def _faults_of_posts(tables: Tables, on_file: _OnFile) -> Iterator[Fault]:
    levels = {code: unit.level for code, unit in on_file.units.items()}
    levels |= {row.code: row.level for row in tables.units}
    logins = {*on_file.users, *(row.login for row in tables.officers)}
    seen: set[tuple[object, ...]] = set()
    for place, row in enumerate(tables.posts):
        key = (*_key(row), row.valid_from)
        fault = ("POST_TWICE", {}) if key in seen else _fault_of_post(row, levels, logins)
        if fault:
            yield Fault("posts", place, *fault)
        seen.add(key)
    yield from _faults_of_duties(tables.posts, on_file)


def _faults_of_duties(rows: Sequence[PostRow], on_file: _OnFile) -> Iterator[Fault]:
    """Posts of one person that exclude each other, be the other one on file already."""
    changed = {id(post) for row in rows if (post := on_file.post(row)) is not None}
    spans: dict[str, list[Span]] = {}
    for login, post in on_file.posts():
        if id(post) not in changed:
            span = Span(login, post.role, post.valid_from, post.valid_to)
            spans.setdefault(login, []).append(span)
    for place, row in enumerate(rows):
        known = on_file.post(row)
        first = row.valid_from or (known.valid_from if known else clock.today())
        span = Span(row.login, row.role, first, row.valid_to)
        found = clash([*spans.get(row.login, ()), span])
        if found:
            roles = {"one": found[0].role, "other": found[1].role}
            yield Fault("posts", place, "POSTS_EXCLUDE", {"login": row.login, **roles})
        else:
            spans.setdefault(row.login, []).append(span)


def _fault_of_post(
    row: PostRow, levels: Mapping[str, UnitLevel], logins: set[str]
) -> tuple[str, dict[str, object]] | None:
    if row.login not in logins:
        return "LOGIN_UNKNOWN", {"login": row.login}
    if row.unit not in levels:
        return "UNIT_UNKNOWN", {"unit": row.unit}
    if row.valid_to and row.valid_to < (row.valid_from or clock.today()):
        return "DATES", {"first": row.valid_from or clock.today(), "last": row.valid_to}
    wanted = _SEATED.get(row.role)
    if wanted and levels[row.unit] is not wanted:
        return "WRONG_SEAT", {"role": row.role, "level": wanted, "unit": row.unit}
    return None


def _change_units(rows: Sequence[UnitRow], on_file: _OnFile) -> list[str]:
    changed = []
    for row in rows:
        unit = on_file.units.get(row.code)
        if unit is None:
            continue
        new = {
            "name": row.name,
            "name_en": row.name_en,
            "short_name": row.short_name,
            "agency_word": row.agency_word,
            "is_tax_office": row.is_tax_office,
            "valid_from": row.valid_from or unit.valid_from,
            "valid_to": row.valid_to,
        }
        if _change(unit, new):
            changed.append(f"unit:{row.code}")
    return changed


def _change_officers(rows: Sequence[OfficerRow], on_file: _OnFile) -> list[str]:
    changed = []
    for row in rows:
        user = on_file.users.get(row.login)
        if user is None:
            continue
        new = {
            "name": row.name,
            "name_en": row.name_en,
            "name_key": name_key(row.name),
            "certificate": row.certificate,
        }
        if _change(user, new):
            changed.append(f"user:{user.id}")
    return changed


def _change_posts(rows: Sequence[PostRow], on_file: _OnFile) -> list[Post]:
    """Posts end, go on, or are certified for trades as the table says; how they began stays."""
    changed = []
    for row in rows:
        post = on_file.post(row)
        if post is None:
            continue
        new: dict[str, object] = {"valid_to": row.valid_to}
        if row.trades:
            new["trades"] = list(row.trades)
        if _change(post, new):
            changed.append(post)
    return changed


def _change(row: Unit | User | Post, new: Mapping[str, object]) -> bool:
    """Set what differs; True when something did."""
    different = {name: value for name, value in new.items() if getattr(row, name) != value}
    for name, value in different.items():
        setattr(row, name, value)
    return bool(different)
