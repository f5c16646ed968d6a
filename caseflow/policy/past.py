"""What the database has of a case for decisions on it: as it is now, or as a day ended.

Rows tell of now. Each act that changes whose a step is, or who the officers are, keeps in its
event what it changed (``Before``): with these a row is put back as it was. Acts of releases before
that kept nothing: what they overwrote is presumed from when a step was taken and opened.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import BigInteger, ColumnElement, and_, any_, literal, or_, select, true
from sqlalchemy.dialects.postgresql import ARRAY
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
from caseflow.models.base import Json, among
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
    return now_each(session, [case])[case.id]


def now_each(session: Session, cases: Sequence[Case]) -> dict[int, History]:
    """Cases as they are, by id: as many statements for all of them as for one."""
    ids = [case.id for case in cases]
    steps: dict[int, list[StepThen]] = {}
    for row in session.scalars(select(Task).where(among(Task.case_id, ids)).order_by(Task.id)):
        steps.setdefault(row.case_id, []).append(_step(row, row.status, {}))
    around = _around(session, cases, None)
    return {
        case.id: History(
            id=case.id,
            kind=case.kind,
            taxpayer_id=case.taxpayer_id,
            district_id=case.district_id,
            section_id=case.section_id,
            lines=frozenset(case.lines),
            main_officer_id=case.main_officer_id,
            second_officer_id=case.second_officer_id,
            steps=tuple(steps.get(case.id, ())),
            **around[case.id],
        )
        for case in cases
    }


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
        **_around(session, [case], day)[case.id],
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


def _around(session: Session, cases: Sequence[Case], day: date | None) -> dict[int, dict[str, Any]]:
    """What holds of each case beside its own rows, now or when a day ended."""
    until = None if day is None else clock.end_of(day)
    ids = [case.id for case in cases]
    recused: dict[int, set[int]] = {}
    stepping_in: dict[int, set[int]] = {}
    for case_id, user_id, replaced_by in session.execute(
        select(Recusal.case_id, Recusal.user_id, Recusal.replaced_by).where(
            among(Recusal.case_id, ids), _by(Recusal.at, until)
        )
    ):
        recused.setdefault(case_id, set()).add(user_id)
        if replaced_by is not None:
            stepping_in.setdefault(case_id, set()).add(replaced_by)
    declared = _declared(session, ids, until)
    movers = _movers(session, ids, until)
    stand_ins = _stand_ins(session, ids, day)
    renames = _renames(session, ids)
    marks = _marks(session, cases, day)
    return {
        case.id: {
            "recused": frozenset(recused.get(case.id, ())),
            "successors": frozenset()
            if _is_closed(case, until)
            else frozenset(stepping_in.get(case.id, ())),
            "declared": frozenset(declared.get(case.id, ())),
            "movers": frozenset(movers.get(case.id, ())),
            "stand_ins": frozenset(stand_ins.get(case.id, ())),
            "renames": tuple(renames.get(case.id, ())),
            "marks": marks[case.id],
        }
        for case in cases
    }


def _is_closed(case: Case, until: datetime | None) -> bool:
    return case.closed_at is not None and (until is None or case.closed_at < until)


def _declared(session: Session, ids: Sequence[int], until: datetime | None) -> dict[int, set[int]]:
    """Who waits for the decision on a tie, by case."""
    waits = RecusalRequest.status == "waiting"
    if until is not None:
        waits = and_(RecusalRequest.declared_at < until, _not_by(RecusalRequest.decided_at, until))
    rows = session.execute(
        select(RecusalRequest.case_id, RecusalRequest.user_id).where(
            among(RecusalRequest.case_id, ids), waits
        )
    )
    return _gathered((case_id, user_id) for case_id, user_id in rows)


def _movers(session: Session, ids: Sequence[int], until: datetime | None) -> dict[int, set[int]]:
    """Who asked for and agreed to moves that were made, by case."""
    rows = session.execute(
        select(CaseMove.case_id, CaseMove.asked_by, CaseMove.decided_by).where(
            among(CaseMove.case_id, ids),
            CaseMove.status == CaseMoveStatus.DONE,
            _by(CaseMove.decided_at, until),
        )
    )
    return _gathered((row[0], each) for row in rows for each in row[1:] if each is not None)


def _stand_ins(
    session: Session, ids: Sequence[int], day: date | None
) -> dict[int, set[tuple[int, Role, int]]]:
    until = None if day is None else clock.end_of(day)
    rows = session.execute(
        select(Recusal.case_id, Post.unit_id, Post.role, Recusal.replaced_by)
        .join(Recusal, Recusal.user_id == Post.user_id)
        .where(
            among(Recusal.case_id, ids),
            _by(Recusal.at, until),
            held_on(clock.today() if day is None else day),
        )
    )
    return _gathered(
        (case_id, (unit_id, role, user_id))
        for case_id, unit_id, role, user_id in rows
        if user_id is not None
    )


def _renames(session: Session, ids: Sequence[int]) -> dict[int, list[Mapping[str, str]]]:
    """What was called otherwise by the migrations of cases: backwards, and forwards if reverted.

    A case that could not go back, KEPT, was carried over all the same.
    """
    rows = session.execute(
        select(CaseMigrationLine.case_id, CaseMigration.mapping, CaseMigrationLine.status)
        .join(CaseMigrationLine, CaseMigrationLine.migration_id == CaseMigration.id)
        .where(among(CaseMigrationLine.case_id, ids), CaseMigrationLine.status.in_(_CARRIED))
    )
    found: dict[int, list[Mapping[str, str]]] = {}
    for case_id, mapping, status in rows:
        if not mapping:
            continue
        of_case = found.setdefault(case_id, [])
        of_case.append({new: old for old, new in mapping.items()})
        if status is MigrationLineStatus.REVERTED:
            of_case.append(mapping)
    return found


def _marks(
    session: Session, cases: Sequence[Case], day: date | None
) -> dict[int, tuple[Mark, ...]]:
    """The marks in force on each case or its household, each with those it lets through."""
    until = None if day is None else clock.end_of(day)
    households = [case.taxpayer_id for case in cases if case.taxpayer_id is not None]
    rows = session.execute(
        select(
            SensitiveFile.id,
            SensitiveFile.case_id,
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
            or_(
                SensitiveFile.case_id == any_(literal([c.id for c in cases], ARRAY(BigInteger))),
                SensitiveFile.taxpayer_id == any_(literal(households, ARRAY(BigInteger))),
            ),
            _by(SensitiveFile.marked_at, until),
            _not_by(SensitiveFile.lifted_at, until),
        )
        .order_by(SensitiveFile.id)
    ).all()
    readers: dict[int, set[int]] = {}
    for row in rows:
        readers.setdefault(row.id, set()).update({row.user_id} - {None})
    households_marked = {row.taxpayer_id for row in rows if row.taxpayer_id is not None}
    managed: dict[int, int | None] = {}
    if day is not None:  # of today the household itself says it
        managed = {each: session.scalar(administrator_on(each, day)) for each in households_marked}
    return {
        case.id: tuple(
            Mark(
                is_of_household=row.taxpayer_id is not None,
                marked_by=row.marked_by,
                readers=frozenset(readers[row.id]),
                administrator=managed.get(row.taxpayer_id, row.administrator_id),
            )
            for row in {row.id: row for row in rows}.values()
            if row.case_id == case.id
            or (row.taxpayer_id is not None and row.taxpayer_id == case.taxpayer_id)
        )
        for case in cases
    }


_T = TypeVar("_T")


def _gathered(pairs: Iterable[tuple[int, _T]]) -> dict[int, set[_T]]:
    found: dict[int, set[_T]] = {}
    for key, value in pairs:
        found.setdefault(key, set()).add(value)
    return found


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
