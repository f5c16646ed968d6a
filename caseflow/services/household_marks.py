"""Marks of households 标识: set and ended by cases, each from a day; the newest row holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from caseflow import clock
from caseflow.models import Case, HouseholdMark
from caseflow.models.base import among
from caseflow.vocabulary import Conflict
from caseflow.vocabulary.choices.campaigns import HouseholdMark as Mark


def note(session: Session, case: Case, mark: Mark, *, is_set: bool, on: date) -> bool:
    """Note a mark with the act of the case that changes it; False: it was so before.

    Raises:
        Conflict: the last change of this mark is of a later day.
    """
    if case.taxpayer_id is None:
        return False
    last = session.scalar(
        select(HouseholdMark)
        .where(HouseholdMark.taxpayer_id == case.taxpayer_id, HouseholdMark.mark == mark.value)
        .order_by(HouseholdMark.id.desc())
        .limit(1)
    )
    if (last is None and not is_set) or (last is not None and last.is_set == is_set):
        return False
    if last is not None and on < last.on_date:
        raise Conflict("mark_is_newer", on=last.on_date)
    session.add(
        HouseholdMark(
            case_id=case.id,
            taxpayer_id=case.taxpayer_id,
            mark=mark.value,
            is_set=is_set,
            on_date=on,
            noted_at=clock.now(),
        )
    )
    return True


def marked(session: Session, mark: Mark, taxpayer_ids: Sequence[int]) -> Mapping[int, bool]:
    """Which of these households have the mark now."""
    newest = (
        select(HouseholdMark.taxpayer_id, HouseholdMark.is_set)
        .where(among(HouseholdMark.taxpayer_id, taxpayer_ids), HouseholdMark.mark == mark.value)
        .ext(distinct_on(HouseholdMark.taxpayer_id))
        .order_by(HouseholdMark.taxpayer_id, HouseholdMark.id.desc())
    )
    return {row.taxpayer_id: row.is_set for row in session.execute(newest)}
