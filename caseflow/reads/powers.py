"""Grants, sensitive files and reasons as pages show them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from caseflow import clock, policy
from caseflow.models import (
    Case,
    FileRead,
    Grant,
    HouseholdRead,
    SensitiveFile,
    SensitiveReader,
    Taxpayer,
    Unit,
    User,
)
from caseflow.reads import marked_waits, marks
from caseflow.vocabulary import Actor, Forbidden, NotFound, Reading, Role, UnitLevel, Verb

LIMIT = 200
_OPENINGS = 20
_Giver = aliased(User)
_Ender = aliased(User)


@dataclass(frozen=True, slots=True)
class GrantRow:
    """One grant: to whom, of what, from when to when, by whom."""

    id: int
    person: str
    login: str
    unit: str | None
    unit_en: str | None
    taxpayer_id: int | None
    taxpayer: str | None
    case_id: int | None
    number: str | None
    reason: str
    valid_from: date
    valid_to: date
    given_by: str
    given_at: datetime
    revoked_by: str | None
    revoked_at: datetime | None
    is_in_force: bool
    may_be_revoked: bool


@dataclass(frozen=True, slots=True)
class ReaderRow:
    """Somebody who is or was named for a sensitive file."""

    user_id: int
    name: str
    allowed_by: str
    allowed_at: datetime
    ended_at: datetime | None
    # Which other marks keep this reader out all the same.
    shut: marks.Shut


@dataclass(frozen=True, slots=True)
class OpeningRow:
    """Somebody opened a sensitive case or household on a day."""

    name: str
    on: date


@dataclass(frozen=True, slots=True)
class SensitiveRow:
    """One mark in the register, with its readers and the latest openings."""

    id: int
    case_id: int | None
    number: str | None
    taxpayer_id: int | None
    taxpayer: str
    reason: str
    marked_by: str
    marked_at: datetime
    lifted_by: str | None
    lifted_at: datetime | None
    lift_reason: str | None
    readers: tuple[ReaderRow, ...]
    openings: tuple[OpeningRow, ...]
    may_lift: bool
    # What the mark leaves to nobody; often nothing.
    waits: marked_waits.Waits | None


def require_reason(session: Session, actor: Actor, taxpayer_id: int) -> None:
    """
    Stop a city leader before a household that is seen as such alone, until a reason is given.

    Raises:
        Forbidden: ``reason_needed``, with the household; the lists need none.

    """
    if needs_reason(session, actor, taxpayer_id):
        raise Forbidden("reason_needed", taxpayer=taxpayer_id)


def needs_reason(session: Session, actor: Actor, taxpayer_id: int) -> bool:
    """Whether a reason is asked before this household is opened; a statement for city leaders."""
    if not policy.leads_city(actor):
        return False
    otherwise = policy.visible_taxpayers(policy.without_city_lead(actor))
    known = select(Taxpayer.id).where(
        Taxpayer.id == taxpayer_id,
        or_(otherwise, policy.opened_today(actor, taxpayer_id).exists()),
    )
    return session.scalar(known) is None


def household(session: Session, actor: Actor, taxpayer_id: int) -> Taxpayer:
    """
    A household as lists name it, before a reason is given to open it.

    Raises:
        NotFound: there is no such household for this actor.

    """
    found = session.scalar(
        select(Taxpayer).where(Taxpayer.id == taxpayer_id, policy.visible_taxpayers(actor))
    )
    if found is None:
        raise NotFound("taxpayer", id=taxpayer_id)
    return found


def is_to_note(session: Session, actor: Actor, taxpayer_id: int) -> bool:
    """
    Whether today's look at a household, which the actor sees, has to be put on record yet.

    So it is for supervision, for a sensitive household, and for what only a grant shows.
    """
    if actor.user_id is None:
        return False
    known = select(HouseholdRead.id).where(
        HouseholdRead.taxpayer_id == taxpayer_id,
        HouseholdRead.user_id == actor.user_id,
        HouseholdRead.on == clock.today(),
    )
    if session.scalar(known) is not None:
        return False
    if Role.AUDITOR in actor.roles:
        return True
    marked = select(SensitiveFile.id).where(
        SensitiveFile.taxpayer_id == taxpayer_id, policy.in_force()
    )
    if session.scalar(marked) is not None:
        return True
    within = select(Taxpayer.id).where(
        Taxpayer.id == taxpayer_id, policy.visible_taxpayers(replace(actor, grants=()))
    )
    return bool(actor.grants) and session.scalar(within) is None


def grants(
    session: Session, actor: Actor, *, over: ColumnElement[bool] | None
) -> tuple[GrantRow, ...]:
    """Grants that the actor gives and may end (``over``: a condition), and those to the actor."""
    today = clock.today()
    shown = Grant.user_id == actor.user_id
    condition = shown if over is None else or_(shown, over)
    rows = session.execute(
        select(
            Grant,
            User.name.label("person"),
            User.login,
            Unit.name.label("unit"),
            Unit.name_en.label("unit_en"),
            Taxpayer.name.label("taxpayer"),
            Case.number,
            _Giver.name.label("given_by"),
            _Ender.name.label("revoked_by"),
        )
        .join(User, User.id == Grant.user_id)
        .join(_Giver, _Giver.id == Grant.granted_by)
        .outerjoin(_Ender, _Ender.id == Grant.revoked_by)
        .outerjoin(Unit, Unit.id == Grant.unit_id)
        .outerjoin(Taxpayer, Taxpayer.id == Grant.taxpayer_id)
        .outerjoin(Case, Case.id == Grant.case_id)
        .where(
            condition,
            or_(Grant.case_id.is_(None), policy.visible_cases(actor)),
            or_(Grant.taxpayer_id.is_(None), policy.visible_taxpayers(actor)),
        )
        .order_by(Grant.id.desc())
        .limit(LIMIT)
    )
    may_revoke = policy.may(actor, Verb.GRANT_SIGHT)
    found = []
    for row in rows:
        grant = row.Grant
        is_over = grant.revoked_at is not None or grant.valid_to < today
        found.append(
            GrantRow(
                id=grant.id,
                person=row.person,
                login=row.login,
                unit=row.unit,
                unit_en=row.unit_en,
                taxpayer_id=grant.taxpayer_id,
                taxpayer=row.taxpayer,
                case_id=grant.case_id,
                number=row.number,
                reason=grant.reason,
                valid_from=grant.valid_from,
                valid_to=grant.valid_to,
                given_by=row.given_by,
                given_at=grant.granted_at,
                revoked_by=row.revoked_by,
                revoked_at=grant.revoked_at,
                is_in_force=not is_over and grant.valid_from <= today,
                may_be_revoked=may_revoke and not is_over and grant.user_id != actor.user_id,
            )
        )
    return tuple(found)


def units_to_grant(session: Session, actor: Actor) -> tuple[Unit, ...]:
    """Districts and sections over which the actor may grant sight."""
    districts = policy.districts_of(actor, Verb.GRANT_SIGHT)
    levels = [UnitLevel.DISTRICT, UnitLevel.SECTION]
    query = select(Unit).where(Unit.level.in_(levels)).order_by(Unit.code)
    if districts is not None:
        query = query.where(or_(Unit.id.in_(districts), Unit.parent_id.in_(districts)))
    return tuple(session.scalars(query))


def sensitive(
    session: Session, actor: Actor, *, over: ColumnElement[bool]
) -> tuple[SensitiveRow, ...]:
    """The register of sensitive files as far as the actor keeps it (``over``: a condition)."""
    rows = session.execute(
        select(
            SensitiveFile,
            Case.number,
            Taxpayer.name.label("taxpayer"),
            _Giver.name.label("marked_by"),
            _Ender.name.label("lifted_by"),
        )
        .outerjoin(Case, Case.id == SensitiveFile.case_id)
        .join(Taxpayer, Taxpayer.id == func.coalesce(SensitiveFile.taxpayer_id, Case.taxpayer_id))
        .join(_Giver, _Giver.id == SensitiveFile.marked_by)
        .outerjoin(_Ender, _Ender.id == SensitiveFile.lifted_by)
        .where(over)
        .order_by(SensitiveFile.id.desc())
        .limit(LIMIT)
    ).all()
    files = [row.SensitiveFile for row in rows]
    readers = _readers(session, [file.id for file in files], over)
    reasons = marks.lift_reasons(session, files)
    openings = _openings(session, files)
    waits = marked_waits.by_mark(session, [file.id for file in files])
    lifts = policy.districts_of(actor, Verb.LIFT_SENSITIVE) is None
    return tuple(
        SensitiveRow(
            id=file.id,
            case_id=file.case_id,
            number=row.number,
            taxpayer_id=file.taxpayer_id,
            taxpayer=row.taxpayer,
            reason=file.reason,
            marked_by=row.marked_by,
            marked_at=file.marked_at,
            lifted_by=row.lifted_by,
            lifted_at=file.lifted_at,
            lift_reason=reasons.get(file.id),
            readers=readers.get(file.id, ()),
            openings=openings[file.id],
            may_lift=lifts and file.lifted_at is None and file.marked_by != actor.user_id,
            waits=waits.get(file.id),
        )
        for file, row in zip(files, rows, strict=True)
    )


def keeps_register(actor: Actor) -> bool:
    """Whether somebody is shown the register of sensitive files at all."""
    if Role.AUDITOR in actor.roles:
        return True
    return policy.districts_of(actor, Verb.MARK_SENSITIVE) != ()


def _readers(
    session: Session, ids: list[int], over: ColumnElement[bool]
) -> Mapping[int, tuple[ReaderRow, ...]]:
    shut = marks.shut_out(session, ids, over=over)
    rows = session.execute(
        select(SensitiveReader, User.name, _Giver.name.label("allowed_by"))
        .join(User, User.id == SensitiveReader.user_id)
        .join(_Giver, _Giver.id == SensitiveReader.allowed_by)
        .where(SensitiveReader.file_id.in_(ids))
        .order_by(SensitiveReader.id)
    )
    found: dict[int, tuple[ReaderRow, ...]] = {}
    for row in rows:
        reader = row.SensitiveReader
        told = ReaderRow(
            user_id=reader.user_id,
            name=row.name,
            allowed_by=row.allowed_by,
            allowed_at=reader.allowed_at,
            ended_at=reader.ended_at,
            shut=marks.Shut()
            if reader.ended_at is not None
            else shut.get((reader.file_id, reader.user_id), marks.Shut()),
        )
        found[reader.file_id] = (*found.get(reader.file_id, ()), told)
    return found


def _openings(
    session: Session, files: Sequence[SensitiveFile]
) -> Mapping[int, tuple[OpeningRow, ...]]:
    """The latest looks at what each mark is on, newest first, by the mark's id."""
    of_cases = _latest(
        session,
        FileRead,
        FileRead.case_id,
        FileRead.case_id.in_([file.case_id for file in files if file.case_id is not None]),
        FileRead.what == Reading.CASE,
    )
    homes = [file.taxpayer_id for file in files if file.taxpayer_id is not None]
    of_homes = _latest(
        session, HouseholdRead, HouseholdRead.taxpayer_id, HouseholdRead.taxpayer_id.in_(homes)
    )
    return {
        file.id: of_homes.get(file.taxpayer_id or 0, ()) or of_cases.get(file.case_id or 0, ())
        for file in files
    }


def _latest(
    session: Session,
    reads: type[FileRead | HouseholdRead],
    thing: InstrumentedAttribute[int],
    *conditions: ColumnElement[bool],
) -> Mapping[int, tuple[OpeningRow, ...]]:
    place = func.row_number().over(partition_by=thing, order_by=reads.id.desc())
    looked = (
        select(thing.label("thing"), reads.user_id, reads.on, place.label("place"))
        .where(*conditions)
        .subquery()
    )
    rows = session.execute(
        select(looked.c.thing, User.name, looked.c.on)
        .join(User, User.id == looked.c.user_id)
        .where(looked.c.place <= _OPENINGS)
        .order_by(looked.c.thing, looked.c.place)
    )
    found: dict[int, tuple[OpeningRow, ...]] = {}
    for thing_id, name, on in rows:
        found[thing_id] = (*found.get(thing_id, ()), OpeningRow(name, on))
    return found
