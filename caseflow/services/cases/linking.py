"""Opening the case that another one calls for: joined if one is open, its doubts coming along.

A kind whose process is not deployed yet has no case: the referral waits (待立) until it is.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from caseflow import clock, lines, policy
from caseflow.models import Case, CaseLink, FormerDoubt, Post, Referral, TaxWarning, Unit
from caseflow.models.base import Json
from caseflow.services import definitions, doubts
from caseflow.services.cases import gate, opening
from caseflow.services.cases.opening import Doubt, Origin, Wish
from caseflow.vocabulary import SYSTEM, Actor, CaseKind, Conflict, Invalid, Role
from caseflow.vocabulary.kinds import PROCESSES

OPENED = "opened"
_DONE_WITH = ("explained", "data_error")
_ONE_OPEN = "uq_cases_one_open"
# A tax evaluation goes on beside the orders and fines that it calls for: its doubts stay. What
# comes later of an abnormal household says nothing of what it was identified for.
_BESIDE = frozenset(
    {(CaseKind.TA, CaseKind.OC), (CaseKind.TA, CaseKind.PN), (CaseKind.AB, CaseKind.AB)}
)
# The main officer goes on with what was found: nobody is assigned anew.
_KEEPS_OFFICER = frozenset({CaseKind.TI, CaseKind.DC})
# A correction is of values, not of doubts: each is a case of its own, and takes no doubt along.
_APART = frozenset({CaseKind.DC})


def open_from(session: Session, origin: Case, kind: CaseKind, said: Json) -> Case | None:
    """Open the case of a kind that a case calls for, or join the one that is open.

    ``said`` are further variables that the new drawing begins with, such as ``entry`` and
    ``duty``. What the origin had not settled goes on as doubts of the new case. The origin is
    locked and its event of this act is written by the caller; None: the kind is not deployed.

    Raises:
        Invalid: the origin is about no household.
    """
    process = PROCESSES.get(kind)
    if process is None or definitions.newest(session, process) is None:
        return None
    if origin.taxpayer_id is None:
        raise Invalid("no_household", number=origin.number)
    case = None if kind in _APART else _open_one(session, origin, kind)
    if case is not None:
        _join(session, origin, case)
    found = case or _new(session, origin, kind, said)
    session.add(CaseLink(case_id=origin.id, other_id=found.id, kind=OPENED, at=clock.now()))
    return found


def split_off(
    session: Session, actor: Actor, origin: Case, warnings: Sequence[TaxWarning], kind: CaseKind
) -> Case:
    """Let doubts of a case go on in the household's open case of another kind, or in a new one.

    The origin is locked, a revision of it begun, and its event is written by the caller.

    Raises:
        Conflict: the open case of the kind takes no further doubts, its conclusion is handed in.
    """
    case = _open_one(session, origin, kind)
    if case is None:
        try:
            with session.begin_nested():
                return _new_from(session, actor, origin, warnings, kind)
        except IntegrityError as error:
            case = _open_one(session, origin, kind) if _ONE_OPEN in str(error.orig) else None
            if case is None:
                raise
    if case.submitted_at is not None:
        raise Conflict("lead_submitted", number=case.number)
    gate.begin(case)
    hand_on(session, origin, warnings, to=case)
    _note_joined(session, actor, origin, case, warnings)
    return case


def remember(session: Session, case: Case, wish: Wish) -> None:
    """Keep what the origin had found on the doubts that go on, before they change hands."""
    assert wish.origin is not None  # noqa: S101 - it is called for by a case
    ids = [doubt.id for doubt in wish.doubts]
    rows = session.scalars(select(TaxWarning).where(TaxWarning.id.in_(ids))).all()
    _note_former(session, rows, wish.origin.case_id, case)


def open_referral(session: Session, referral: Referral) -> Case | None:
    """Open the case that a referral has waited for; its origin is locked and told by the caller."""
    origin = gate.locked(session, referral.case_id)
    opened = open_from(session, origin, referral.kind, referral.said)
    referral.opened_case_id = opened.id if opened else None
    return opened


def _open_one(session: Session, origin: Case, kind: CaseKind) -> Case | None:
    """The open case of the kind on the same household, locked."""
    case_id = session.scalar(
        select(Case.id).where(
            Case.taxpayer_id == origin.taxpayer_id, Case.kind == kind, Case.closed_at.is_(None)
        )
    )
    if case_id is None:
        return None
    case = gate.locked(session, case_id)
    return case if case.closed_at is None else None


def _join(session: Session, origin: Case, case: Case) -> None:
    """Let the origin's doubts join an open case."""
    gate.begin(case)
    # What this case itself had called for comes back to it, however far it has got.
    is_back = origin.facts.get("origin_case") == case.id
    takes = case.submitted_at is None or is_back
    further = _unsettled(session, origin, case.kind) if takes else []
    if further:
        hand_on(session, origin, further, to=case)
    _note_joined(session, SYSTEM, origin, case, further)


def _note_joined(
    session: Session, actor: Actor, origin: Case, case: Case, further: Sequence[TaxWarning]
) -> None:
    payload: Json = {
        "from": origin.number,
        "warnings": sorted(each.fingerprint for each in further),
    }
    gate.put_on_record(session, actor, case, action="case.called_for", payload=payload)


def _new_from(
    session: Session, actor: Actor, origin: Case, warnings: Sequence[TaxWarning], kind: CaseKind
) -> Case:
    """A case of a kind from doubts, begun as one that their hits had opened."""
    code = session.scalars(select(Unit.code).where(Unit.id == origin.district_id)).one()
    score = doubts.score_of(warnings)
    wish = Wish(
        taxpayer_id=origin.taxpayer_id,
        district_id=origin.district_id,
        district_code=code,
        section_id=origin.section_id,
        doubts=tuple(map(Doubt.of, warnings)),
        score=score,
        grade=doubts.grade_of(score),
        is_ti=any(each.kind == CaseKind.TI.value for each in warnings),
    )

    def note(session: Session, case: Case, _wish: Wish) -> None:
        _note_former(session, warnings, origin.id, case)

    return opening.open_wish(session, actor, wish, kind=kind, before=note)


def _new(session: Session, origin: Case, kind: CaseKind, said: Json) -> Case:
    unsettled = _unsettled(session, origin, kind)
    code = session.scalars(select(Unit.code).where(Unit.id == origin.district_id)).one()
    if kind is CaseKind.TI:
        said = {**said, "has_officer": _officer_of(session, origin) is not None}
    wish = Wish(
        taxpayer_id=origin.taxpayer_id,
        district_id=origin.district_id,
        district_code=code,
        section_id=origin.section_id,
        doubts=tuple(map(Doubt.of, unsettled)),
        score=origin.score,
        grade=origin.grade,
        is_ti=origin.is_ti,
        origin=Origin(
            case_id=origin.id,
            number=origin.number,
            kind=origin.kind,
            period=origin.period,
            run_id=origin.run_id,
            lines=tuple(lines.table().of(each.indicator for each in unsettled) or origin.lines),
        ),
        said=said,
        main_officer_id=_officer_of(session, origin) if kind in _KEEPS_OFFICER else None,
    )
    try:
        with session.begin_nested():
            return opening.open_wish(session, SYSTEM, wish, kind=kind, before=remember)
    except IntegrityError as error:
        joined = _open_one(session, origin, kind) if _ONE_OPEN in str(error.orig) else None
        if joined is None:
            raise
        _join(session, origin, joined)  # somebody opened one between the look and the insert
        return joined


def _officer_of(session: Session, origin: Case) -> int | None:
    """The main officer of a case, if still an administrator of its section."""
    return session.scalar(
        select(Post.user_id)
        .where(
            Post.user_id == origin.main_officer_id,
            Post.role == Role.TAX_ADMINISTRATOR,
            Post.unit_id == origin.section_id,
            policy.held_today(),
        )
        .limit(1)
    )


def hand_on(session: Session, origin: Case, warnings: Sequence[TaxWarning], *, to: Case) -> None:
    """Let doubts of one case join another; what was found there is kept, here they are open.

    Both cases are locked, the verb has begun a revision of each and writes its event.
    """
    _note_former(session, warnings, origin.id, to)
    doubts.join(session, to, warnings)


def _note_former(
    session: Session, warnings: Sequence[TaxWarning], origin_id: int, case: Case
) -> None:
    for warning in warnings:
        session.add(
            FormerDoubt(
                case_id=origin_id,
                warning_id=warning.id,
                next_case_id=case.id,
                finding=warning.finding,
                cause=warning.cause,
                verdict=warning.verdict,
                at=clock.now(),
            )
        )
        warning.finding = warning.cause = warning.verdict = None


def _unsettled(session: Session, origin: Case, kind: CaseKind) -> list[TaxWarning]:
    if kind in _APART or (origin.kind, kind) in _BESIDE:
        return []
    return list(
        session.scalars(
            select(TaxWarning)
            .where(
                TaxWarning.case_id == origin.id,
                or_(TaxWarning.finding.is_(None), TaxWarning.finding.not_in(_DONE_WITH)),
            )
            .order_by(TaxWarning.id)
            .with_for_update()
        )
    )
