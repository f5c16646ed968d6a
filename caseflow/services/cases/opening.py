"""Opening cases: one, or thousands in one act, of which a bad one does not hold up the others."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import Row, update
from sqlalchemy.orm import Session

from caseflow import engine, lines
from caseflow.engine import Process, Step
from caseflow.models import Case, Definition, Taxpayer, TaxWarning, Unit
from caseflow.models.base import Json
from caseflow.services import definitions, limits, numbers, record
from caseflow.services.cases import faults, gate, many, rows
from caseflow.services.cases.acts import Act
from caseflow.services.cases.rows import Standing
from caseflow.services.kinds import abnormal_household
from caseflow.services.limits import Limits
from caseflow.vocabulary import (
    Actor,
    CaseKind,
    CaseStatus,
    Invalid,
    UnitLevel,
    WarningStatus,
)
from caseflow.vocabulary.kinds import PROCESSES

OPENED = "case.opened"
# What the numbers of cases of the city itself begin with.
CITY_CODE = "00"
_NOTHING, _LOWEST_GRADE = Decimal(0), 3
_STANDING = tuple(each.name for each in fields(Standing))
# Kinds whose drawing begins where the facts stand: what is known of a household at the start.
_KNOWN: Mapping[CaseKind, Callable[[Session, int, Sequence[int], Limits], Json]] = {
    CaseKind.AB: abnormal_household.known_at_start,
}
# The cases opened in one transaction: each holds the lock of its record until it ends.
OPENED_AT_ONCE = 500


class Doubt(NamedTuple):
    """A warning that a case is opened from."""

    id: int
    fingerprint: str
    period: int
    run_id: int
    indicator: str

    @classmethod
    def of(cls, warning: TaxWarning | Row[*tuple[Any, ...]]) -> Doubt:
        """The doubt that a warning, or what was read of it, makes."""
        return cls(
            warning.id, warning.fingerprint, warning.period, warning.run_id, warning.indicator
        )


@dataclass(frozen=True, slots=True)
class Origin:
    """The case that calls for another one."""

    case_id: int
    number: str
    kind: CaseKind
    period: int
    run_id: int | None
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wish:
    """A case to be opened, from warnings, from the case that calls for it, or about a title.

    A case about no household has a ``title``; its units are the district or the city's own.
    """

    taxpayer_id: int | None
    district_id: int
    district_code: str
    section_id: int
    doubts: tuple[Doubt, ...]
    score: Decimal
    grade: int
    is_ti: bool
    origin: Origin | None = None
    title: str | None = None
    # Further variables that the drawing begins with; kept with the case.
    said: Json = field(default_factory=dict)
    # What is kept with the case and no drawing reads.
    noted: Json = field(default_factory=dict)
    main_officer_id: int | None = None
    second_officer_id: int | None = None
    priority: str = "normal"

    @property
    def household(self) -> int:
        """The household it is about; only cases about one are opened many at once."""
        if self.taxpayer_id is None:
            raise Invalid("no_household", number=self.title)
        return self.taxpayer_id


@dataclass(frozen=True, slots=True)
class Opened:
    """What came of many wishes: the ids of the cases by taxpayer, and why others were refused."""

    cases: Mapping[int, int]
    refused: Mapping[int, str]


def open_case(  # noqa: PLR0913 - a case is opened once, from all that is known of it
    session: Session,
    actor: Actor,
    taxpayer: Taxpayer,
    *,
    kind: CaseKind,
    warnings: Sequence[TaxWarning],
    score: Decimal,
    grade: int,
    is_ti: bool,
) -> Case:
    """Open a case on a taxpayer from the warnings that call for it.

    Raises:
        Conflict: the taxpayer has an open case of this kind (``uq_cases_one_open``).
        NotFound: no process is deployed for the kind.
    """
    definition = definitions.latest(session, PROCESSES[kind])
    process = definitions.process_of(session, definition.id)
    times = limits.of_today(session)
    district = session.get_one(Unit, taxpayer.district_id)
    wish = Wish(
        taxpayer_id=taxpayer.id,
        district_id=district.id,
        district_code=district.code,
        section_id=taxpayer.section_id,
        doubts=tuple(map(Doubt.of, warnings)),
        score=score,
        grade=grade,
        is_ti=is_ti,
    )
    opening = _Opening(session, actor, kind, definition, times)
    return opening.open_one(_Started(wish, _start(session, kind, process, wish, times)))


def open_wish(
    session: Session,
    actor: Actor,
    wish: Wish,
    *,
    kind: CaseKind,
    before: Callable[[Session, Case, Wish], None] | None = None,
) -> Case:
    """Open a case as a wish has it; ``before`` is done when it has its id and no doubts yet.

    Raises:
        NotFound: no process is deployed for the kind.
    """
    definition = definitions.latest(session, PROCESSES[kind])
    process = definitions.process_of(session, definition.id)
    times = limits.of_today(session)
    opening = _Opening(session, actor, kind, definition, times, before=before)
    return opening.open_one(_Started(wish, _start(session, kind, process, wish, times)))


def open_titled(  # noqa: PLR0913 - a case is opened once, from all that is known of it
    session: Session,
    actor: Actor,
    *,
    kind: CaseKind,
    title: str,
    unit: Unit,
    said: Json,
    main_officer_id: int | None = None,
) -> Case:
    """Open a case about no household, such as a plan: of a district or of the city's own.

    Raises:
        NotFound: no process is deployed for the kind.
    """
    wish = Wish(
        taxpayer_id=None,
        district_id=unit.id,
        district_code=unit.code if unit.level == UnitLevel.DISTRICT else CITY_CODE,
        section_id=unit.id,
        doubts=(),
        score=_NOTHING,
        grade=_LOWEST_GRADE,
        is_ti=False,
        title=title,
        said=said,
        main_officer_id=main_officer_id,
    )
    return open_wish(session, actor, wish, kind=kind)


def open_by_hand(  # noqa: PLR0913 - a case is opened once, from all that is known of it
    session: Session,
    actor: Actor,
    taxpayer: Taxpayer,
    *,
    kind: CaseKind,
    said: Json,
    noted: Json | None = None,
    main_officer_id: int | None = None,
) -> Case:
    """Open a case on a household that no warning calls for but somebody, who says why.

    ``noted`` is kept with the case; its drawing does not read it.

    Raises:
        NotFound: no process is deployed for the kind.
    """
    wish = Wish(
        taxpayer_id=taxpayer.id,
        district_id=taxpayer.district_id,
        district_code=session.get_one(Unit, taxpayer.district_id).code,
        section_id=taxpayer.section_id,
        doubts=(),
        score=_NOTHING,
        grade=_LOWEST_GRADE,
        is_ti=False,
        said=said,
        noted=noted or {},
        main_officer_id=main_officer_id,
    )
    return open_wish(session, actor, wish, kind=kind)


def open_many(session: Session, actor: Actor, wishes: Sequence[Wish], *, kind: CaseKind) -> Opened:
    """Open cases on many taxpayers, of which a door asks for ``OPENED_AT_ONCE`` at most.

    Each wish is granted or refused by itself: what the engine or the database refuses for one
    taxpayer is told under the taxpayer's id and leaves the others alone.

    Raises:
        NotFound: no process is deployed for the kind.
    """
    definition = definitions.latest(session, PROCESSES[kind])
    process = definitions.process_of(session, definition.id)
    times = limits.of_today(session)
    opening = _Opening(session, actor, kind, definition, times)
    started: list[_Started] = []
    for wish in wishes:
        try:
            started.append(_Started(wish, _start(session, kind, process, wish, times)))
        except Exception as error:  # noqa: BLE001 - whatever one wish raises, the others go on
            opening.refused[wish.household] = faults.code_of(error)
    opening.grant(started)
    return Opened(opening.cases, opening.refused)


@dataclass(frozen=True, slots=True)
class _Started:
    """A wish that the engine has begun to grant."""

    wish: Wish
    step: Step


@dataclass
class _Opening:
    """Cases of one kind while they are put on file."""

    session: Session
    actor: Actor
    kind: CaseKind
    definition: Definition
    times: Limits
    cases: dict[int, int] = field(default_factory=dict)
    refused: dict[int, str] = field(default_factory=dict)
    before: Callable[[Session, Case, Wish], None] | None = None

    def grant(self, started: Sequence[_Started]) -> None:
        """Put cases on file together; those in which one is refused again by halves."""
        if not started:
            return
        try:
            with self.session.begin_nested():
                self._put(started)
        except Exception as error:
            if faults.is_of_the_house(error):
                raise
            if len(started) == 1:
                self.refused[started[0].wish.household] = faults.code_of(error)
                return
            half = len(started) // 2
            self.grant(started[:half])
            self.grant(started[half:])

    def open_one(self, started: _Started) -> Case:
        """Put one case on file, with the effects that its drawing asks for."""
        wish = started.wish
        (number,) = self._numbers([started])
        case = Case(**self._row(started, number))
        self.session.add(case)
        self.session.flush()  # tasks, warnings and the record name the case by its id
        if self.before is not None:
            self.before(self.session, case, wish)
        self.session.execute(
            update(TaxWarning)
            .where(TaxWarning.id.in_([doubt.id for doubt in wish.doubts]))
            .values(case_id=case.id, status=WarningStatus.IN_CASE, joined_at=self.times.now)
        )
        act = _act(wish, number)
        gate.store(self.session, self.actor, case, started.step, act=act, times=self.times)
        return case

    def _put(self, started: Sequence[_Started]) -> None:
        """The statements for all of them; a case whose drawing asks for effects goes by itself."""
        self.session.flush()  # plain statements see what the session has changed
        plain = [each for each in started if not each.step.calls]
        opened: dict[int, int] = {}
        if plain:
            opened |= self._put_plain(plain)
        for each in started:
            if each.step.calls:
                opened[each.wish.household] = self.open_one(each).id
        many.settle(self.session)
        self.cases |= opened

    def _put_plain(self, started: Sequence[_Started]) -> dict[int, int]:
        process = definitions.process_of(self.session, self.definition.id)
        ids = many.new_ids(self.session, len(started))
        cases: list[Json] = []
        steps: list[many.Stored] = []
        joined: dict[int, int] = {}
        for case_id, each, number in zip(ids, started, self._numbers(started), strict=True):
            row = self._row(each, number)
            decided = rows.of(
                process,
                each.step,
                Standing(**{name: row[name] for name in _STANDING}),
                act=_act(each.wish, number),
                times=self.times,
                closed=(),
                staying=None,
                effects=(),
            )
            cases.append({"id": case_id, **row, **decided.case})
            steps.append(many.Stored(case_id, 1, OPENED, decided))
            joined |= dict.fromkeys((doubt.id for doubt in each.wish.doubts), case_id)
        many.insert_cases(self.session, self.actor, cases, steps, joined, now=self.times.now)
        return dict(zip((each.wish.household for each in started), ids, strict=True))

    def _numbers(self, started: Sequence[_Started]) -> list[str]:
        codes = [each.wish.district_code for each in started]
        return numbers.case_numbers(self.session, self.kind, self.times.today.year, codes)

    def _row(self, started: _Started, number: str) -> Json:
        """The columns of a new case before its first step is stored."""
        wish, origin = started.wish, started.wish.origin
        this_month = self.times.today.year * 100 + self.times.today.month
        periods = [doubt.period for doubt in wish.doubts]
        codes = lines.table().of(doubt.indicator for doubt in wish.doubts)
        facts = {**wish.noted, **wish.said}
        if origin is not None:
            facts = {"origin": origin.kind.lower(), **facts, "origin_case": origin.case_id}
            periods = periods or [origin.period]
        return {
            "number": number,
            "kind": self.kind,
            "taxpayer_id": wish.taxpayer_id,
            "title": wish.title,
            "district_id": wish.district_id,
            "section_id": wish.section_id,
            "lines": codes or list(origin.lines if origin else ()),
            "main_officer_id": wish.main_officer_id,
            "second_officer_id": wish.second_officer_id,
            "status": CaseStatus.TO_ASSIGN,
            "stage": "",
            "definition_id": self.definition.id,
            "state": started.step.state,
            "revision": 1,
            "score": wish.score,
            "grade": wish.grade,
            "is_ti": wish.is_ti,
            "period": max(periods, default=this_month),
            "run_id": wish.doubts[0].run_id if wish.doubts else origin and origin.run_id,
            "facts": facts,
            "awaits": [],
            "opened_at": self.times.now,
            "due_at": None,
            "paused_at": None,
            "paused_days": 0,
            "returns": 0,
            "priority": wish.priority,
            "closed_at": None,
            "outcome": None,
        }


def _start(session: Session, kind: CaseKind, process: Process, wish: Wish, times: Limits) -> Step:
    variables: Json = {"score": wish.score, "ti_flag": wish.is_ti}
    if kind in _KNOWN and wish.taxpayer_id is not None:
        variables |= _KNOWN[kind](session, wish.taxpayer_id, _periods(wish), times)
    variables |= wish.said
    if wish.origin is not None:
        variables.setdefault("origin", wish.origin.kind.lower())
    return engine.start(process, variables, at=times.moment())


def _periods(wish: Wish) -> list[int]:
    return [doubt.period for doubt in wish.doubts]


def _act(wish: Wish, number: str) -> Act:
    fingerprints = sorted(doubt.fingerprint for doubt in wish.doubts)
    told: Json = {"warnings": fingerprints, "number": number}
    if wish.said or wish.noted:
        told["said"] = record.plain({**wish.noted, **wish.said})
    if wish.title is not None:
        told["title"] = wish.title
    if wish.origin is not None:
        told["from"] = wish.origin.number
    return Act(OPENED, told)
