"""What the database has of a case for decisions on it: as it is now, or as a day ended.

Rows tell of now. Each act that changes whose a step is, or who the officers are, keeps in its
event what it changed (``Before``): with these a row is put back as it was. Acts of releases before
that kept nothing: what they overwrote is presumed from when a step was taken and opened.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from caseflow import clock, lines
from caseflow.models import (
    Case,
    CaseMigration,
    CaseMigrationLine,
    CaseMove,
    FormerDoubt,
    Post,
    Recusal,
    RecusalRequest,
    SensitiveFile,
    SensitiveReader,
    Task,
    Taxpayer,
    TaxWarning,
)
from caseflow.models.base import Json
from caseflow.policy.decision import Mark
from caseflow.policy.histories import History, StepThen
from caseflow.policy.responsible import administrator_on
from caseflow.policy.verbs import held_on
from caseflow.vocabulary import CaseMoveStatus, MigrationLineStatus, Role, TaskStatus
from caseflow.vocabulary.drawings import OFFICERS

# Under this name an event keeps what its act changed of whose the steps and the case are.
BEFORE = "before"
_CASE = ("section_id", "main_officer_id", "second_officer_id")
_STEP = (
    "element",
    "name",
    "name_en",
    "form_key",
    "roles",
    "unit_id",
    "relation",
    "separation",
    "assignee_id",
    "held_for",
)
_CARRIED = (MigrationLineStatus.MIGRATED, MigrationLineStatus.REVERTED, MigrationLineStatus.KEPT)


@dataclass(frozen=True, slots=True)
class Before:
    """What later acts have overwritten: of the case, and of its steps by id.

    ``is_whole``: each of these acts told what it changed; else the rest is presumed.
    """

    case: Mapping[str, Any] = field(default_factory=dict)
    steps: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    is_whole: bool = True


class Keeper:
    """Notes whose a case and some of its steps are before an act changes them."""

    def __init__(self, case: Case, steps: Iterable[Task] = ()) -> None:
        """Look at the case and these steps as they are now."""
        self._case = case
        self._steps = tuple(steps)
        self._was = _values(case, _CASE)
        self._were = [_values(step, _STEP) for step in self._steps]

    def told(self) -> Json:
        """For the event of the act: what it has changed of them, as it was; often nothing."""
        changed = _changed(self._was, _values(self._case, _CASE))
        steps = {
            str(step.id): was
            for step, before in zip(self._steps, self._were, strict=True)
            if (was := _changed(before, _values(step, _STEP)))
        }
        told = {**({"case": changed} if changed else {}), **({"steps": steps} if steps else {})}
        return {BEFORE: told} if told else {}


def overwritten(payloads: Iterable[Mapping[str, Any]], *, is_whole: bool) -> Before:
    """What acts have overwritten, from what their events say, the oldest first."""
    case: dict[str, Any] = {}
    steps: dict[str, dict[str, Any]] = {}
    for payload in payloads:
        before = payload.get(BEFORE) or {}
        case = {**before.get("case", {}), **case}
        for step_id, was in before.get("steps", {}).items():
            steps[step_id] = {**was, **steps.get(step_id, {})}
    return Before(case, steps, is_whole)


def now(session: Session, case: Case) -> History:
    """The case as it is."""
    rows = session.scalars(select(Task).where(Task.case_id == case.id).order_by(Task.id)).all()
    return History(
        id=case.id,
        kind=case.kind,
        taxpayer_id=case.taxpayer_id,
        district_id=case.district_id,
        section_id=case.section_id,
        lines=frozenset(case.lines),
        main_officer_id=case.main_officer_id,
        second_officer_id=case.second_officer_id,
        steps=tuple(_step(row, row.status, {}) for row in rows),
        **_around(session, case, None),
    )


def then(session: Session, case: Case, day: date, before: Before) -> History:
    """The case as it was when a day ended; ``before`` is what was overwritten since."""
    until = clock.end_of(day)
    rows = session.scalars(
        select(Task).where(Task.case_id == case.id, Task.opened_at < until).order_by(Task.id)
    ).all()
    went_on = select(FormerDoubt.warning_id).where(FormerDoubt.case_id == case.id)
    codes = session.scalars(
        select(TaxWarning.indicator).where(
            or_(
                and_(TaxWarning.case_id == case.id, TaxWarning.joined_at < until),
                TaxWarning.id.in_(went_on),
            )
        )
    )
    presumed = {} if before.is_whole else _presumed_officers(rows)
    was = {**_values(case, _CASE), **presumed, **before.case}
    return History(
        id=case.id,
        kind=case.kind,
        taxpayer_id=case.taxpayer_id,
        district_id=case.district_id,
        lines=frozenset(lines.table().of(codes)),
        steps=tuple(_step(row, _status(row, until), _was(row, before, until)) for row in rows),
        **was,
        **_around(session, case, day),
    )


def _status(row: Task, until: datetime) -> TaskStatus:
    return row.status if row.done_at is not None and row.done_at < until else TaskStatus.OPEN


def _was(row: Task, before: Before, until: datetime) -> Mapping[str, Any]:
    """What is known of a step otherwise than it is now; taken later, it was nobody's then."""
    told = before.steps.get(str(row.id), {})
    if before.is_whole or "assignee_id" in told or row.relation is not None:
        return told
    is_taken_later = row.claimed_at is not None and row.claimed_at >= until
    return {**told, "assignee_id": None, "held_for": None} if is_taken_later else told


def _presumed_officers(rows: Sequence[Task]) -> dict[str, int | None]:
    """The officers as the newest steps of the time name them; nobody before there was one."""
    named = {row.relation: row.assignee_id for row in rows}
    return {f"{relation}_id": named.get(relation) for relation in OFFICERS}


def _step(row: Task, status: TaskStatus, was: Mapping[str, Any]) -> StepThen:
    values = {**_values(row, _STEP), **was}
    done = (row.done_by, row.done_for, row.done_through)
    # What was open then had not been done, whoever has done it since.
    by, for_, through = done if status is row.status else (None, None, None)
    return StepThen(
        id=row.id,
        element=values["element"],
        name=values["name"],
        name_en=values["name_en"],
        form_key=values["form_key"],
        roles=tuple(Role(role) for role in values["roles"]),
        unit_id=values["unit_id"],
        relation=values["relation"],
        separation=tuple(values["separation"]),
        status=status,
        assignee_id=values["assignee_id"],
        held_for=values["held_for"],
        done_by=by,
        done_for=for_,
        done_through=through,
    )


def _around(session: Session, case: Case, day: date | None) -> dict[str, Any]:
    """What holds of the case beside its own rows, now or when a day ended."""
    until = None if day is None else clock.end_of(day)
    recusals = session.execute(
        select(Recusal.user_id, Recusal.replaced_by).where(
            Recusal.case_id == case.id, _by(Recusal.at, until)
        )
    ).all()
    waits = RecusalRequest.status == "waiting"
    if until is not None:
        waits = and_(RecusalRequest.declared_at < until, _not_by(RecusalRequest.decided_at, until))
    declared = select(RecusalRequest.user_id).where(RecusalRequest.case_id == case.id, waits)
    moves = session.execute(
        select(CaseMove.asked_by, CaseMove.decided_by).where(
            CaseMove.case_id == case.id,
            CaseMove.status == CaseMoveStatus.DONE,
            _by(CaseMove.decided_at, until),
        )
    )
    closed_at = case.closed_at
    is_closed = closed_at is not None and (until is None or closed_at < until)
    stepping_in = frozenset(row.replaced_by for row in recusals) - {None}
    return {
        "recused": frozenset(row.user_id for row in recusals),
        "successors": frozenset() if is_closed else stepping_in,
        "declared": frozenset(session.scalars(declared)),
        "movers": frozenset(each for row in moves for each in row if each is not None),
        "stand_ins": _stand_ins(session, case, day),
        "renames": tuple(_renames(session, case.id)),
        "marks": _marks(session, case, day),
    }


def _stand_ins(session: Session, case: Case, day: date | None) -> frozenset[tuple[int, Role, int]]:
    until = None if day is None else clock.end_of(day)
    rows = session.execute(
        select(Post.unit_id, Post.role, Recusal.replaced_by)
        .join(Recusal, Recusal.user_id == Post.user_id)
        .where(
            Recusal.case_id == case.id,
            _by(Recusal.at, until),
            held_on(clock.today() if day is None else day),
        )
    )
    return frozenset(
        (unit_id, role, user_id) for unit_id, role, user_id in rows if user_id is not None
    )


def _renames(session: Session, case_id: int) -> Iterator[Mapping[str, str]]:
    """What was called otherwise by the migrations of a case: backwards, and forwards if reverted.

    A case that could not go back, KEPT, was carried over all the same.
    """
    rows = session.execute(
        select(CaseMigration.mapping, CaseMigrationLine.status)
        .join(CaseMigrationLine, CaseMigrationLine.migration_id == CaseMigration.id)
        .where(CaseMigrationLine.case_id == case_id, CaseMigrationLine.status.in_(_CARRIED))
    )
    for mapping, status in rows:
        if not mapping:
            continue
        yield {new: old for old, new in mapping.items()}
        if status is MigrationLineStatus.REVERTED:
            yield mapping


def _marks(session: Session, case: Case, day: date | None) -> tuple[Mark, ...]:
    """The marks in force on the case or its household, each with those it lets through."""
    until = None if day is None else clock.end_of(day)
    household = case.taxpayer_id or 0  # of a case about no household: nobody's
    rows = session.execute(
        select(
            SensitiveFile.id,
            SensitiveFile.marked_by,
            SensitiveFile.taxpayer_id,
            SensitiveReader.user_id,
            Taxpayer.administrator_id,
        )
        .outerjoin(
            SensitiveReader,
            (SensitiveReader.file_id == SensitiveFile.id)
            & _by(SensitiveReader.allowed_at, until)
            & _not_by(SensitiveReader.ended_at, until),
        )
        .outerjoin(Taxpayer, Taxpayer.id == SensitiveFile.taxpayer_id)
        .where(
            or_(SensitiveFile.case_id == case.id, SensitiveFile.taxpayer_id == household),
            _by(SensitiveFile.marked_at, until),
            _not_by(SensitiveFile.lifted_at, until),
        )
        .order_by(SensitiveFile.id)
    ).all()
    managed = None if day is None else session.scalar(administrator_on(household, day))
    readers: dict[int, set[int]] = {}
    for row in rows:
        readers.setdefault(row.id, set()).update({row.user_id} - {None})
    return tuple(
        Mark(
            is_of_household=row.taxpayer_id is not None,
            marked_by=row.marked_by,
            readers=frozenset(readers[row.id]),
            administrator=row.administrator_id if day is None or not row.taxpayer_id else managed,
        )
        for row in {row.id: row for row in rows}.values()
    )


_Instant = InstrumentedAttribute[datetime] | InstrumentedAttribute[datetime | None]


def _by(column: _Instant, until: datetime | None) -> ColumnElement[bool]:
    """It had happened by then; now: whenever it did."""
    return true() if until is None else column < until


def _not_by(column: _Instant, until: datetime | None) -> ColumnElement[bool]:
    """It had not ended by then."""
    open_ended = column.is_(None)
    return open_ended if until is None else or_(open_ended, column >= until)


def _values(row: Case | Task, columns: Sequence[str]) -> dict[str, Any]:
    return {column: getattr(row, column) for column in columns}


def _changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in before.items() if after[name] != value}
