"""What rows a step gives: decided here, once, for a single case and for thousands at a time.

Pure: reads no database and writes none. ``gate`` stores the rows of one case, ``many`` of many.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

from caseflow import clock, engine, policy
from caseflow.engine import BadValue, Element, OpenTask, Process, Sent, Step
from caseflow.engine.drawings import split
from caseflow.models.base import Json
from caseflow.record_format import digest
from caseflow.services import correlation, ladder
from caseflow.services.cases.acts import Act
from caseflow.services.limits import Limits
from caseflow.services.seats import CityUnits
from caseflow.services.work import OWN_PAUSE
from caseflow.vocabulary import AskedKind, CaseStatus, Role, TaskStatus
from caseflow.vocabulary.drawings import OF_ITEM, SEATS

# The end event that every drawing gives to a case that was no case.
VOIDED = "voided"


@dataclass(frozen=True, slots=True)
class Standing:
    """A case as it stands when a step is stored: what the new rows depend on."""

    number: str
    status: CaseStatus
    district_id: int
    section_id: int
    main_officer_id: int | None
    second_officer_id: int | None
    due_at: datetime | None
    paused_at: datetime | None
    facts: Json
    awaits: Sequence[str]


@dataclass(frozen=True, slots=True)
class Leading:
    """The open step after which the case is called."""

    stage: str
    case_status: CaseStatus
    due_at: datetime | None
    return_reason: str | None


@dataclass(frozen=True, slots=True)
class Rows:
    """What is to be stored: the case's columns that change, new tasks, what the record says.

    ``sent`` are the messages for other cases, ``newly_awaited`` what it did not wait for before.
    """

    case: Json
    tasks: tuple[Json, ...]
    payload: Json
    sent: tuple[Sent, ...] = ()
    newly_awaited: tuple[str, ...] = ()


def of(  # noqa: PLR0913 - all that a row depends on, and nothing read from elsewhere
    process: Process,
    step: Step,
    case: Standing,
    *,
    act: Act,
    times: Limits,
    closed: Sequence[str],
    staying: Leading | None,
    effects: Sequence[Json],
) -> Rows:
    """The rows of a step: ``closed`` are the elements it closed, ``staying`` the newest step left.

    The effects that the drawing asked for were done, ``case`` shows what they changed.
    """
    tasks = tuple(_task(process, case, task, act, times) for task in step.opened)
    facts = remembered(case.facts, step)
    changed: Json = {
        "state": step.state,
        "wake_at": step.wake_at,
        "facts": facts,
        **_waits(process, step.awaits, step.variables),
    }
    if step.ended:
        changed |= _end(step.ended, facts, times.now)
    else:
        leading = _leading(tasks[0]) if tasks else staying
        if leading is not None:
            changed |= {"stage": leading.stage, "status": status(case, leading, times.now)}
        elif case.paused_at is not None:  # nobody has a step, such as while an announcement runs
            changed["status"] = CaseStatus.WAITING_TAXPAYER
    payload = {
        **act.payload,
        "case": case.number,
        "passed": list(step.passed),
        "closed": list(closed),
        "opened": [task.element for task in step.opened],
        "effects": list(effects),
        "status": str(changed.get("status", case.status)),
    }
    if step.ended:
        payload["ended"] = step.ended
        payload["outcome"] = changed["outcome"]
    if act.answers is not None:
        payload["answers"] = digest(act.answers)
    if step.sent:
        payload["sent"] = [each.name for each in step.sent]
    newly_awaited = tuple(event for event in step.awaits if event not in case.awaits)
    return Rows(changed, tasks, payload, step.sent, newly_awaited)


class _Asked(Protocol):
    """A step as far as it may be one that a colleague asked for."""

    @property
    def id(self) -> int: ...
    @property
    def asked_kind(self) -> AskedKind | None: ...
    @property
    def asked_for_id(self) -> int | None: ...


_A = TypeVar("_A", bound=_Asked)


def asked_too(closed: Collection[int], opened: Iterable[_A], *, is_over: bool) -> list[_A]:
    """What colleagues were asked for the sake of steps that close, or at all when a case is over.

    It waits for nobody any more and is withdrawn with them.
    """
    return [
        task
        for task in opened
        if task.asked_kind is not None and (is_over or task.asked_for_id in closed)
    ]


def waiting(process: Process, state: bytes) -> Json:
    """The columns that say what a stored state waits for, as another version has it."""
    variables = engine.variables_of(process, state)
    return _waits(process, engine.awaited(process, state), variables)


def status(case: Standing, leading: Leading, now: datetime) -> CaseStatus:
    """What a case is called while a step leads."""
    if OWN_PAUSE in case.facts:
        return CaseStatus.PAUSED
    if case.paused_at is not None:
        return CaseStatus.WAITING_TAXPAYER
    if leading.return_reason is not None:
        return CaseStatus.RETURNED
    is_over = leading.due_at is not None and leading.due_at <= now
    if leading.case_status == CaseStatus.WAITING_TAXPAYER and is_over:
        return CaseStatus.IN_PROGRESS  # the taxpayer's time has run out: it is the officer's turn
    return leading.case_status


def remembered(facts: Json, step: Step) -> Json:
    """Facts of a case with what the decision tables said, where pages and papers read it."""
    said = {name: step.variables.get(name) for name in ("outcome", "decided_by", "penalty")}
    known = {name: value for name, value in said.items() if value is not None}
    return {**facts, **known} if known else facts


def _waits(process: Process, awaits: Sequence[str], variables: Mapping[str, object]) -> Json:
    """What a case waits for, and the values by which it is told from others that do.

    Which variables these are is written on the events: ``camunda:property`` ``correlation``.
    """
    if not awaits:
        return {"awaits": [], "waits_by": {}}
    names = {
        name
        for element in process.elements.values()
        if element.event == "message"
        for name in split(element.properties.get("correlation", ""))
    }
    values = {name: variables.get(name) for name in sorted(names)}
    told = {name: correlation.word(value) for name, value in values.items() if value is not None}
    return {"awaits": list(awaits), "waits_by": told}


def _end(ended: str, facts: Mapping[str, object], now: datetime) -> Json:
    is_void = ended == VOIDED
    return {
        "closed_at": now,
        "status": CaseStatus.VOIDED if is_void else CaseStatus.CLOSED,
        "outcome": None if is_void else facts.get("outcome"),
        "stage": ended,
    }


def _task(process: Process, case: Standing, task: OpenTask, act: Act, times: Limits) -> Json:
    drawn = as_drawn(process.elements[task.element], case, task, times.units)
    if drawn["assignee_id"] is None:
        drawn["assignee_id"] = act.holders.get(task.element)
    assignee = drawn["assignee_id"]
    due_at, facts = _due(task, case, act, times)
    again = act.again.get(task.key)
    return {
        **drawn,
        "key": task.key,
        "item": None if task.item is None else {"item": task.item},
        "status": TaskStatus.OPEN,
        "version": 1,
        "opened_at": times.now,
        "claimed_at": times.now if assignee is not None else None,
        "due_at": due_at,
        "due_facts": facts,
        "remind_at": ladder.first_at(times.now, due_at, times.calendar),
        "returned_by": again.returned_by if again else _returned_by(act),
        "return_reason": again.return_reason if again else act.returned,
    }


def _returned_by(act: Act) -> int | None:
    if act.returned is None:
        return None
    return act.task.done_by if act.task is not None else act.returned_by


class _Names(Protocol):
    """Whom an open step itself names beside its drawing.

    ``item`` is that of the innermost multi-instance activity around it, ``unit`` the value of the
    variable that its property ``unit`` names.
    """

    @property
    def item(self) -> object | None: ...
    @property
    def unit(self) -> object | None: ...


def as_drawn(
    element: Element, case: Standing, named: _Names, units: Callable[[], CityUnits]
) -> Json:
    """The columns of an open step that its drawing decides: its names, and whose it is.

    ``units`` is asked where a step of the city bureau stands.
    """
    properties = element.properties
    groups = element.groups or (element.lane,)
    roles = [role for group in groups for role in SEATS[group]]
    relation = properties.get("relation") or None
    assignee = _related(case, relation, named.item)
    return {
        "element": element.id,
        "name": element.name,
        "name_en": properties.get("name_en", element.name),
        "stage": properties.get("stage") or element.id,
        "form_key": element.form_key,
        "case_status": CaseStatus(properties.get("status") or CaseStatus.IN_PROGRESS),
        "roles": [role.value for role in roles],
        "unit_id": _named_unit(element, named) or _unit(element, case, roles, units),
        "relation": relation if assignee is not None else None,
        "separation": list(split(properties.get("separation", ""))),
        "assignee_id": assignee,
    }


def _named_unit(element: Element, named: _Names) -> int | None:
    """The unit that a variable of the drawing holds, for a step of one of several units.

    Raises:
        BadValue: it holds none.
    """
    if not element.properties.get("unit"):
        return None
    unit = str(named.unit)
    if not unit.isdecimal():
        raise BadValue("no_such_unit", element=element.id, place=unit[:40])
    return int(unit)


def _unit(
    element: Element, case: Standing, roles: Sequence[Role], units: Callable[[], CityUnits]
) -> int:
    """The unit whose posts a step comes to.

    Raises:
        BadValue: the bureau has no such unit; the step would wait for nobody.
    """
    if any(role in policy.DISTRICT_SEATS for role in roles):
        return case.district_id
    place = next((policy.CITY_SEATS[role] for role in roles if role in policy.CITY_SEATS), None)
    if place is None:
        return case.section_id
    if place == policy.DIVISION:
        place = element.properties.get("line") or policy.OWNER_OF_THE_REST
    found = units().get(place)
    if found is None:
        raise BadValue("no_such_unit", element=element.id, place=place)
    return found


def _related(case: Standing, relation: str | None, item: object) -> int | None:
    if relation == "main_officer":
        return case.main_officer_id
    if relation == "second_officer":
        return case.second_officer_id
    if relation in OF_ITEM:
        if not str(item).isdecimal():
            raise BadValue("bad_member", item=str(item)[:40])
        return int(str(item))
    return None


def _due(
    task: OpenTask, case: Standing, act: Act, times: Limits
) -> tuple[datetime | None, Json | None]:
    """The task's own limit; a step without one ends with the clock of the whole case.

    An agreed instant, such as the time of an interview, was not counted: it has no explanation.
    """
    if task.element in act.limits:
        due = act.limits[task.element]
        return clock.end_of(due.on), {**due.facts()}
    if task.due_at is None:
        return case.due_at, case.facts.get("due")
    if task.key in act.again:
        return act.again[task.key].due_at, act.again[task.key].due_facts
    counted = times.dues.get(task.due_at)
    return task.due_at, {**counted.facts()} if counted else None


def _leading(task: Json) -> Leading:
    return Leading(task["stage"], task["case_status"], task["due_at"], task["return_reason"])
