"""A step that changes a mark of the household: noted with the act, said on the record."""

from __future__ import annotations

from caseflow.models.base import Json
from caseflow.services import household_marks
from caseflow.services.kinds.desk import Desk, day, refuse
from caseflow.vocabulary import Conflict
from caseflow.vocabulary.choices.campaigns import HouseholdMark as Mark


def handed(desk: Desk, mark: Mark, *, is_set: bool, place: str, answers: Json) -> dict[str, object]:
    """What a step that changes a mark says of it on the record; nothing: it was so before.

    Raises:
        Invalid: the day, where it is before the last change of the mark.
    """
    on = day(answers[place])
    try:
        is_new = household_marks.note(desk.session, desk.case, mark, is_set=is_set, on=on)
    except Conflict as refusal:
        refuse(place, refusal.code, **refusal.values)
    return {"mark": mark.value, "is_set": is_set, "on": on.isoformat()} if is_new else {}
