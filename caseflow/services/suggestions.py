"""To whom waiting cases might go: a proposal for each with its reason, balanced by weighted load.

For a leader the section that the household belongs to. For a chief the household's administrator
as main officer, unless others alone are certified for its trade; who is barred, has left the
section or has reached the month's cap is passed over, and whoever is below the month's minimum,
then has the least load, comes first. Every proposal counts at once, so that the next one sees it.
Nothing is changed here.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from caseflow import clock, policy
from caseflow.models import Case, Task, Taxpayer, Unit
from caseflow.policy import History
from caseflow.services import handover_plans, limits, loads
from caseflow.services.handover_plans import Person
from caseflow.services.loads import Load, Weights
from caseflow.vocabulary import Actor, TaskStatus, UnitLevel

MOST = 500
DISPATCH = frozenset({"wv_dispatch", "oc_dispatch"})
ASSIGN = frozenset({"wv_assign", "oc_assign", "ti_assign", "ab_release_assignment"})
# Forms that ask for a second officer.
TWO_OFFICERS = frozenset({"wv_assign"})


@dataclass(frozen=True, slots=True)
class Bounds:
    """How many cases a month somebody gets at least and at most; no most: any number."""

    least: int
    most: int | None

    def is_full(self, count: int) -> bool:
        """Whether nobody may get another."""
        return self.most is not None and count >= self.most


@dataclass(frozen=True, slots=True)
class Chosen:
    """Who or what is proposed, and why; ``load`` in points where the load decided."""

    id: int
    name: str
    why: str
    load: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One waiting step with what is proposed for it; ``problem`` says why nothing is."""

    task_id: int
    version: int
    form_key: str
    case_id: int
    number: str
    taxpayer: str
    section: Chosen | None = None
    main: Chosen | None = None
    second: Chosen | None = None
    problem: str = ""

    @property
    def asks_second(self) -> bool:
        """Whether the form asks for a second officer."""
        return self.form_key in TWO_OFFICERS

    @property
    def is_dispatch(self) -> bool:
        """Whether a section is asked for."""
        return self.form_key in DISPATCH


@dataclass(frozen=True, slots=True)
class Share:
    """What somebody, or a section, has of this month before and would have after."""

    id: int
    name: str
    before: int
    after: int
    bounds: Bounds
    load_before: Decimal | None = None
    load_after: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """All suggestions of one look, and the shares that come of them."""

    suggestions: tuple[Suggestion, ...]
    people: tuple[Share, ...]
    sections: tuple[Share, ...]
    # Who may be chosen instead.
    officers: tuple[Person, ...]
    units: tuple[tuple[int, str], ...]

    @property
    def people_offered(self) -> tuple[tuple[int, str], ...]:
        """Id and name of each who may be chosen."""
        return tuple((each.id, each.name) for each in self.officers)


def waiting(actor: Actor) -> ColumnElement[bool]:
    """The condition on ``Task``: dispatch or assignment that the actor may hand in today."""
    return policy.on_desk(actor) & Task.form_key.in_(sorted(DISPATCH | ASSIGN))


def propose(session: Session, actor: Actor, task_ids: Collection[int]) -> Proposal:
    """Propose for each of these steps that are the actor's; others are left out."""
    rows = session.execute(
        select(Task, Case, Taxpayer)
        .join(Case, Case.id == Task.case_id)
        .join(Taxpayer, Taxpayer.id == Case.taxpayer_id)
        .where(Task.id.in_(sorted(task_ids)), waiting(actor))
        .order_by(Case.score.desc(), Task.id)
        .limit(MOST)
    ).all()
    desk = _Desk.of(session, actor)
    known = policy.cases_now(session, [case for _, case, _ in rows])
    found = tuple(
        desk.dispatched(task, case, payer)
        if task.form_key in DISPATCH
        else desk.assigned(known[case.id], task, case, payer)
        for task, case, payer in rows
    )
    return Proposal(
        found, desk.people_shares(), desk.section_shares(), desk.officers, tuple(desk.units.items())
    )


@dataclass
class _Desk:
    """What is known while proposing; counts rise with each proposal."""

    officers: tuple[Person, ...]
    units: Mapping[int, str]
    weights: Weights
    person_bounds: Bounds
    section_bounds: Bounds
    load: dict[int, Load]
    first_load: Mapping[int, Load]
    months: dict[int, int]
    first_months: Mapping[int, int]
    sections: dict[int, int]
    first_sections: Mapping[int, int] = field(default_factory=dict)

    @classmethod
    def of(cls, session: Session, actor: Actor) -> _Desk:
        """Look at the people and sections below, this month and today."""
        head = handover_plans.heading(actor)
        times = limits.of_today(session)
        officers = handover_plans.takers_of(session, head)
        weights = Weights.of(times)
        load = dict(loads.of(session, actor, [each.id for each in officers], weights))
        begin = clock.start_of(clock.today().replace(day=1))
        months = _this_month(session, actor, Case.main_officer_id, ASSIGN, begin)
        sections = _this_month(session, actor, Case.section_id, DISPATCH, begin)
        units = session.execute(
            select(Unit.id, Unit.name)
            .where(
                Unit.level == UnitLevel.SECTION,
                (Unit.parent_id == head.unit_id) | (Unit.id == head.unit_id),
            )
            .order_by(Unit.code)
        )
        return cls(
            officers=officers,
            units={row[0]: row[1] for row in units},
            weights=weights,
            person_bounds=_bounds(times, "assign_person"),
            section_bounds=_bounds(times, "assign_section_month"),
            load=load,
            first_load=dict(load),
            months=months,
            first_months=dict(months),
            sections=sections,
            first_sections=dict(sections),
        )

    def dispatched(self, task: Task, case: Case, payer: Taxpayer) -> Suggestion:
        """The section that the household belongs to today, unless it has its month's cap."""
        section_id = payer.section_id
        if section_id not in self.units:
            return replace(_plain(task, case, payer), problem="not_below")
        if self.section_bounds.is_full(self.sections.get(section_id, 0)):
            return replace(_plain(task, case, payer), problem="section_full")
        self.sections[section_id] = self.sections.get(section_id, 0) + 1
        chosen = Chosen(section_id, self.units[section_id], "responsible")
        return replace(_plain(task, case, payer), section=chosen)

    def assigned(self, known: History, task: Task, case: Case, payer: Taxpayer) -> Suggestion:
        """Main and second officer, who are not barred and have not reached the month's cap."""
        out = known.recused | known.declared
        staff = [each for each in self.officers if each.section_id == case.section_id]
        main = self._main(payer, staff, out | policy.kept_from(known, {"main_officer"}).keys())
        if main is None:
            return replace(_plain(task, case, payer), problem="nobody_fit")
        self._count(main.id, self.weights.main, is_main=True)
        if task.form_key not in TWO_OFFICERS:
            return replace(_plain(task, case, payer), main=main)
        kept = out | policy.kept_from(known, {"second_officer"}).keys() | {main.id}
        free = [each for each in staff if each.id not in kept]
        if not free:
            return replace(_plain(task, case, payer), main=main, problem="nobody_second")
        least = min(free, key=lambda each: (self._points(each.id), each.id))
        second = Chosen(least.id, least.name, "least_load", self._points(least.id))
        self._count(second.id, self.weights.second, is_main=False)
        return replace(_plain(task, case, payer), main=main, second=second)

    def _main(
        self, payer: Taxpayer, staff: Sequence[Person], kept: Collection[int]
    ) -> Chosen | None:
        fit = [
            each
            for each in staff
            if each.id not in kept
            and each.takes(payer.kind)
            and not self.person_bounds.is_full(self.months.get(each.id, 0))
        ]
        if not fit:
            return None
        certified = [each for each in fit if each.is_certified_for(payer.industry_code)]
        fit = certified or fit
        own = next((each for each in fit if each.id == payer.administrator_id), None)
        if own is not None:
            return Chosen(own.id, own.name, "responsible")
        least = self.person_bounds.least
        best = min(
            fit,
            key=lambda each: (
                self.months.get(each.id, 0) >= least,
                self._points(each.id),
                each.id,
            ),
        )
        why = "below_least" if self.months.get(best.id, 0) < least else "least_load"
        why = "certified" if certified else why
        return Chosen(best.id, best.name, why, self._points(best.id))

    def _points(self, user_id: int) -> Decimal:
        return self.load[user_id].points(self.weights)

    def _count(self, user_id: int, weight: Decimal, *, is_main: bool) -> None:
        self.load[user_id] = self.load[user_id].plus(0, weight)
        if is_main:
            self.months[user_id] = self.months.get(user_id, 0) + 1

    def people_shares(self) -> tuple[Share, ...]:
        """Everybody below: this month, before and after."""
        return tuple(
            Share(
                each.id,
                each.name,
                self.first_months.get(each.id, 0),
                self.months.get(each.id, 0),
                self.person_bounds,
                self.first_load[each.id].points(self.weights),
                self._points(each.id),
            )
            for each in self.officers
        )

    def section_shares(self) -> tuple[Share, ...]:
        """Every section below: this month, before and after."""
        return tuple(
            Share(
                unit_id,
                name,
                self.first_sections.get(unit_id, 0),
                self.sections.get(unit_id, 0),
                self.section_bounds,
            )
            for unit_id, name in self.units.items()
        )


def _plain(task: Task, case: Case, payer: Taxpayer) -> Suggestion:
    return Suggestion(task.id, task.version, task.form_key, case.id, case.number, payer.name)


def _bounds(times: limits.Limits, name: str) -> Bounds:
    most = int(times.value(f"{name}_most"))
    return Bounds(int(times.value(f"{name}_least")), most or None)


def _this_month(
    session: Session,
    actor: Actor,
    column: InstrumentedAttribute[int] | InstrumentedAttribute[int | None],
    forms: Collection[str],
    begin: datetime,
) -> dict[int, int]:
    """How many cases each got this month, whoever of them was assigned and is seen."""
    rows = session.execute(
        select(column, func.count(Case.id.distinct()))
        .join(Task, Task.case_id == Case.id)
        .where(
            Task.form_key.in_(sorted(forms)),
            Task.status == TaskStatus.DONE,
            Task.done_at >= begin,
            policy.visible_cases(actor),
        )
        .group_by(column)
    )
    return {row[0]: row[1] for row in rows if row[0] is not None}
