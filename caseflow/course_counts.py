"""What is counted of the ways of cases: figures that can be added up and taken from each other.

Lengths of time are counted by bins, each 5 % longer than the one before, so that half and nine
in ten of a sum can be told to within 2.5 %. A figure that changes with the hour, what is overdue
and how old it is, is counted by the instant, so that it is right whenever it is read.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Float, Integer, case, cast, func, literal_column, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from caseflow.models import Case, CaseCourse, Route, Task, Variant
from caseflow.models.base import among
from caseflow.vocabulary import TaskStatus

# By kind of figure and what it is told of. Kinds of one number are told of nothing: ``cases``,
# ``open``, ``ended`` and ``again``, cases with a step opened again. ``took`` is told by bin,
# ``late`` by the second from which a case is late. Of an element: ``at`` cases and ``steps``
# waiting; ``due`` and ``since``, by the second from which a case is late there and the hour a
# step was opened in; ``worked``, by bin; ``passed``, also of a flow; ``repeated`` cases and how
# many times ``more``; ``sent`` cases and ``sent_times``, by reason. ``variant`` by bin.
Counts = dict[str, dict[str, int]]
# Of each version its elements, each with the sub-process around it, or nothing.
Scopes = Callable[[int], Mapping[str, str]]

# What units are compared by.
HEAD = frozenset({"cases", "open", "ended", "again", "took", "late"})
# Between an element and what it is told by; no id holds it.
APART = "\t"
HOUR = 3600
_DAY = 24 * HOUR
_SHORTEST, _STEP = 0.01, 1.05


def by_cell(session: Session, which: ColumnElement[bool], scopes: Scopes) -> dict[int, Counts]:
    """Count the cases that fit a condition on ``Case`` and ``CaseCourse``; one to six statements.

    Args:
        session: where to read.
        which: the condition.
        scopes: of a version, the sub-process around each element.
    """
    found: dict[int, Counts] = {}
    _count_ways(session, which, found)
    if found:
        _count_open_steps(session, which, found, scopes)
        _count_done_steps(session, which, found)
        _count_returns(session, which, found)
    return found


def add(counts: Counts, further: Counts, times: int = 1) -> None:
    """Add figures to others, or with -1 take them away; what comes to nothing is dropped."""
    for kind, values in further.items():
        kept = counts.setdefault(kind, {})
        for key, value in values.items():
            total = kept.get(key, 0) + times * value
            if total:
                kept[key] = total
            else:
                kept.pop(key, None)


def total(counts: Counts, kind: str) -> int:
    """The one number of a kind told of nothing."""
    return counts.get(kind, {}).get("", 0)


def by_element(counts: Counts, kind: str) -> dict[str, dict[str, int]]:
    """The figures of a kind that are told by something further, by element."""
    found: dict[str, dict[str, int]] = {}
    for key, value in counts.get(kind, {}).items():
        element, _, told = key.partition(APART)
        found.setdefault(element, {})[told] = value
    return found


def quantile(bins: Mapping[str, int], share: float) -> float | None:
    """So large a share of the lengths of time is no longer, in days; none of none."""
    place = at_rank(((int(each), count) for each, count in bins.items()), share)
    return None if place is None else _SHORTEST * _STEP ** (place + 0.5)


def at_rank(counted: Iterable[tuple[int, int]], share: float) -> int | None:
    """The value that so large a share of those counted does not exceed."""
    rows = sorted(counted)
    rank = math.ceil(share * sum(count for _, count in rows))
    for value, count in rows:
        rank -= count
        if rank <= 0:
            return value
    return None


def _count_ways(session: Session, which: ColumnElement[bool], found: dict[int, Counts]) -> None:
    took = _bin(Case.closed_at, Case.opened_at).label("took")
    kept = (CaseCourse.cell_id, CaseCourse.route_id, CaseCourse.variant_id)
    rows = session.execute(
        select(*kept, took, func.count())
        .join(Case, Case.id == CaseCourse.case_id)
        .where(which)
        .group_by(*kept, took)
    ).all()
    if not rows:
        return
    passed = _known(session, Route.passed, Route.id, {row[1] for row in rows})
    repeats = _known(session, Variant.repeats, Variant.id, {row[2] for row in rows})
    for cell, route, variant, length, count in rows:
        counts = found.setdefault(cell, {})
        _put(counts, "cases", "", count)
        _put(counts, "open" if length is None else "ended", "", count)
        if length is not None:
            _put(counts, "took", str(length), count)
            _put(counts, "variant", f"{variant}{APART}{length}", count)
        if repeats[variant]:
            _put(counts, "again", "", count)
        for key in passed[route]:
            _put(counts, "passed", key, count)
        for element, times in repeats[variant].items():
            _put(counts, "repeated", element, count)
            _put(counts, "more", element, count * (times - 1))


def _known(
    session: Session,
    column: InstrumentedAttribute[Any],
    key: InstrumentedAttribute[int],
    ids: set[int],
) -> dict[int, Any]:
    rows = session.execute(select(key, column).where(among(key, sorted(ids))))
    return {row[0]: row[1] for row in rows}


def _count_open_steps(
    session: Session, which: ColumnElement[bool], found: dict[int, Counts], scopes: Scopes
) -> None:
    """Open steps, told of the sub-processes around their elements as well, each case once."""
    rows = session.execute(
        select(
            CaseCourse.cell_id,
            Case.definition_id,
            Task.case_id,
            Task.element,
            Task.opened_at,
            Task.due_at,
        )
        .join(Case, Case.id == Task.case_id)
        .join(CaseCourse, CaseCourse.case_id == Case.id)
        .where(Task.status == TaskStatus.OPEN, which)
    )
    first_due: dict[tuple[int, str, int], float] = {}
    for cell, definition, case_id, element, opened_at, due_at in rows:
        for place in ("", *_places(element, scopes(definition))):
            if place:
                _put(found[cell], "steps", place, 1)
                hour = int(opened_at.timestamp()) // HOUR
                _put(found[cell], "since", f"{place}{APART}{hour}", 1)
            key = (cell, place, case_id)
            first_due[key] = min(first_due.get(key, math.inf), _second(due_at))
    for (cell, place, _), due in first_due.items():
        if place:
            _put(found[cell], "at", place, 1)
        if due < math.inf:
            kind = "due" if place else "late"
            _put(found[cell], kind, f"{place}{APART}{due:.0f}" if place else f"{due:.0f}", 1)


def _second(due_at: datetime | None) -> float:
    return math.inf if due_at is None else math.ceil(due_at.timestamp())


def _places(element: str, scopes: Mapping[str, str]) -> list[str]:
    """The element itself and the sub-processes around it."""
    found = [element]
    while (element := scopes.get(element, "")) and element not in found:
        found.append(element)
    return found


def _count_done_steps(
    session: Session, which: ColumnElement[bool], found: dict[int, Counts]
) -> None:
    took = _bin(Task.done_at, Task.opened_at).label("took")
    rows = session.execute(
        select(CaseCourse.cell_id, Task.element, took, func.count())
        .join(Case, Case.id == Task.case_id)
        .join(CaseCourse, CaseCourse.case_id == Case.id)
        .where(Task.status == TaskStatus.DONE, Task.done_at.is_not(None), which)
        .group_by(CaseCourse.cell_id, Task.element, took)
    )
    for cell, element, length, count in rows:
        _put(found[cell], "worked", f"{element}{APART}{length}", count)


def _count_returns(session: Session, which: ColumnElement[bool], found: dict[int, Counts]) -> None:
    told = (CaseCourse.cell_id, Task.element, Task.return_reason)
    rows = session.execute(
        select(*told, func.count(Task.case_id.distinct()), func.count())
        .join(Case, Case.id == Task.case_id)
        .join(CaseCourse, CaseCourse.case_id == Case.id)
        .where(Task.return_reason.is_not(None), which)
        .group_by(*told)
    )
    for cell, element, reason, cases, times in rows:
        _put(found[cell], "sent", f"{element}{APART}{reason}", cases)
        _put(found[cell], "sent_times", f"{element}{APART}{reason}", times)


def _put(counts: Counts, kind: str, key: str, count: int) -> None:
    values = counts.setdefault(kind, Counter())
    values[key] += count


def _bin(
    until: InstrumentedAttribute[Any], since: InstrumentedAttribute[Any]
) -> ColumnElement[int | None]:
    """The bin of a length of time, none without an end; literals, since it is grouped by."""
    shortest: ColumnElement[float] = literal_column(f"{_SHORTEST}::float8")
    # Not EXTRACT, whose logarithms are of NUMERIC and take ten times as long.
    length = func.date_part(literal_column("'epoch'"), until - since, type_=Float)
    days = length / literal_column(f"{_DAY}::float8")
    steps = func.ln(case((days < shortest, shortest), else_=days) / shortest)
    return cast(func.floor(steps / literal_column(f"{math.log(_STEP)}::float8")), Integer)
