"""Sensitive files (涉密案卷): marking, naming readers, lifting; the rule stands in the policy.

Who marks: the district leader in the own district; in the whole city the director and the chief of
the division that runs the data analysis. Who lifts: one of these two for the city, never whoever
marked; what a district leader has marked, the city lifts. Who names readers: whoever marked, and
those who lift.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from caseflow import clock, policy
from caseflow.models import Case, SensitiveFile, SensitiveReader, Taxpayer
from caseflow.services import cases, record
from caseflow.services.powers.grants import receiver, require_reason
from caseflow.vocabulary import Actor, Conflict, Forbidden, Invalid, NotFound, Role, Verb


def mark(
    session: Session, actor: Actor, *, number: str = "", tin: str = "", reason: str
) -> SensitiveFile:
    """Keep a case, or a household with all its cases, from everybody but its own people.

    Raises:
        Forbidden: not the actor's to mark; NotFound: there is none of that number for the actor;
        Invalid: none or both are named, or the reason; Conflict: it is marked already.
    """
    policy.require(actor, Verb.MARK_SENSITIVE)
    require_wish(number=number, tin=tin, reason=reason)
    if number.strip():
        return _mark(session, actor, reason, case=_case(session, actor, number))
    return _mark(session, actor, reason, taxpayer_id=_household(session, actor, tin))


def require_wish(*, number: str, tin: str, reason: str) -> None:
    """Refuse a wish that names nothing or too much, or gives no reason.

    Raises:
        Invalid: none or both are named, or the reason.
    """
    if bool(number.strip()) == bool(tin.strip()):
        raise Invalid("mark_object")
    require_reason(reason)


def allow(session: Session, actor: Actor, file_id: int, *, login: str) -> SensitiveReader:
    """Name somebody who may open a sensitive file.

    Raises:
        NotFound: no such file for the actor; Invalid: nobody of that name, or somebody without
        business in files; Forbidden: oneself; Conflict: named already, or the mark is lifted.
    """
    file = _kept(session, actor, file_id)
    person = receiver(session, actor, login)
    named = select(SensitiveReader.id).where(
        SensitiveReader.file_id == file.id,
        SensitiveReader.user_id == person.id,
        SensitiveReader.ended_at.is_(None),
    )
    if session.scalar(named) is not None:
        raise Conflict("reader_twice", name=person.name)
    reader = SensitiveReader(
        file_id=file.id,
        user_id=person.id,
        allowed_by=actor.user_id,
        allowed_at=clock.now(),
        ended_at=None,
    )
    session.add(reader)
    _tell(session, actor, file, action="sensitive.reader_allowed", more={"user": person.id})
    return reader


def end(session: Session, actor: Actor, file_id: int, user_id: int) -> None:
    """Take a reader's name off a sensitive file.

    Raises:
        NotFound: no such file for the actor, or the person is not named.
    """
    file = _kept(session, actor, file_id)
    reader = session.scalar(
        select(SensitiveReader)
        .where(
            SensitiveReader.file_id == file.id,
            SensitiveReader.user_id == user_id,
            SensitiveReader.ended_at.is_(None),
        )
        .with_for_update()
    )
    if reader is None:
        raise NotFound("sensitive_file", id=file_id)
    reader.ended_at = clock.now()
    _tell(session, actor, file, action="sensitive.reader_ended", more={"user": user_id})


def lift(session: Session, actor: Actor, file_id: int, *, reason: str) -> SensitiveFile:
    """Let a file be seen again by its scope; never by whoever marked it.

    Raises:
        Forbidden: the actor does not lift marks, or has set this one; Invalid: the reason.
    """
    policy.require(actor, Verb.LIFT_SENSITIVE)
    file = _kept(session, actor, file_id)
    if file.marked_by == actor.user_id:
        raise Forbidden("own_mark")
    require_reason(reason)
    file.lifted_by, file.lifted_at = actor.user_id, clock.now()
    _tell(session, actor, file, action="sensitive.lifted", more={"reason": reason.strip()})
    return file


def kept_by(actor: Actor) -> ColumnElement[bool]:
    """The condition on ``SensitiveFile``: the actor sees the mark in the register.

    Those who lift see every mark, supervision too; others those that they have set.
    """
    watches = Role.AUDITOR in actor.roles
    if watches or policy.districts_of(actor, Verb.LIFT_SENSITIVE) is None:
        return SensitiveFile.id.is_not(None)
    return SensitiveFile.marked_by == actor.user_id


def _kept(session: Session, actor: Actor, file_id: int) -> SensitiveFile:
    """A mark in force whose readers the actor names; locked."""
    policy.require(actor, Verb.MARK_SENSITIVE)
    file = session.scalar(
        select(SensitiveFile).where(SensitiveFile.id == file_id, kept_by(actor)).with_for_update()
    )
    if file is None:
        raise NotFound("sensitive_file", id=file_id)
    if file.lifted_at is not None:
        raise Conflict("mark_lifted")
    return file


def _case(session: Session, actor: Actor, number: str) -> Case:
    seen = Case.number == number.strip().upper(), policy.visible_cases(actor)
    case_id = session.scalar(select(Case.id).where(*seen))
    if case_id is None:
        raise NotFound("case", number=number.strip())
    case = cases.locked(session, case_id)
    _require_own_district(actor, case.district_id)
    return case


def _household(session: Session, actor: Actor, tin: str) -> int:
    payer = session.scalar(
        select(Taxpayer).where(Taxpayer.tin == tin.strip().upper(), policy.visible_taxpayers(actor))
    )
    if payer is None:
        raise NotFound("taxpayer", tin=tin.strip())
    _require_own_district(actor, payer.district_id)
    return payer.id


def _require_own_district(actor: Actor, district_id: int) -> None:
    districts = policy.districts_of(actor, Verb.MARK_SENSITIVE)
    if districts is not None and district_id not in districts:
        raise Forbidden("not_your_district")


def _mark(
    session: Session,
    actor: Actor,
    reason: str,
    *,
    case: Case | None = None,
    taxpayer_id: int | None = None,
) -> SensitiveFile:
    case_id = case.id if case else None
    of_this = SensitiveFile.case_id == case_id
    if case is None:
        of_this = SensitiveFile.taxpayer_id == taxpayer_id
    same = select(SensitiveFile.id).where(policy.in_force(), of_this)
    if session.scalar(same) is not None:
        raise Conflict("marked_already")
    file = SensitiveFile(
        taxpayer_id=taxpayer_id,
        case_id=case_id,
        reason=reason.strip(),
        marked_by=actor.user_id,
        marked_at=clock.now(),
        lifted_by=None,
        lifted_at=None,
    )
    session.add(file)
    session.flush()  # its id is told
    _tell(session, actor, file, action="sensitive.marked", more={"reason": file.reason})
    return file


def _tell(
    session: Session,
    actor: Actor,
    file: SensitiveFile,
    *,
    action: str,
    more: dict[str, object],
) -> None:
    """On the record of the case, or of the person who did it where a household is meant."""
    payload: dict[str, object] = {"file": file.id, **more}
    if file.case_id is not None:
        case = cases.locked(session, file.case_id)
        payload["case"] = case.number
        cases.note(session, actor, case, action=action, payload=payload)
        return
    payload["taxpayer"] = file.taxpayer_id
    record.append(session, actor, f"user:{actor.user_id}", action=action, payload=payload)
