"""Doubts of a case: their score and grade, and how further ones join it.

Source: indicators.md section 3, items 3 and 4.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import clock, lines
from caseflow.models import Case, Task, TaxWarning
from caseflow.vocabulary import CaseKind, TaskStatus, WarningStatus

_FIRST_GRADE = Decimal(10)
_SECOND_GRADE = Decimal(6)


def score_of(warnings: Iterable[Any]) -> Decimal:
    """The risk score: the points of each indicator once, its worst period counting."""
    worst: dict[str, Decimal] = {}
    for warning in warnings:
        worst[warning.indicator] = max(worst.get(warning.indicator, Decimal(0)), warning.points)
    return sum(worst.values(), Decimal(0))


def grade_of(score: Decimal) -> int:
    """Risk grade 一级 from 10 points on, 二级 from 6, else 三级."""
    return 1 if score >= _FIRST_GRADE else 2 if score >= _SECOND_GRADE else 3


def join(session: Session, case: Case, warnings: Sequence[TaxWarning]) -> None:
    """Let warnings join an open case: its open forms show them and keep what was typed.

    The verb has begun a revision of the case and writes its event.
    """
    for warning in warnings:
        warning.case_id = case.id
        warning.status = WarningStatus.IN_CASE
        warning.joined_at = clock.now()
    case.is_ti = case.is_ti or any(each.kind == CaseKind.TI.value for each in warnings)
    weigh(session, case)


def weigh(session: Session, case: Case) -> None:
    """Reckon score, grade and lines of a case anew when doubts came or went; forms show it."""
    session.flush()  # the score is made of all doubts there are now
    every = session.scalars(select(TaxWarning).where(TaxWarning.case_id == case.id)).all()
    case.score = score_of(every)
    case.grade = grade_of(case.score)
    case.lines = lines.table().of(each.indicator for each in every)
    for task in session.scalars(
        select(Task).where(Task.case_id == case.id, Task.status == TaskStatus.OPEN)
    ):
        task.version += 1
