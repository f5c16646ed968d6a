"""From the answers of a step to the routing variables that the drawing asks about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from caseflow.engine import variables
from caseflow.engine.processes import Process


def routing(process: Process, element: str, answers: Mapping[str, Any]) -> dict[str, Any]:
    """The variables that handing in these answers sets.

    A routed field that was not asked or not answered sets null: an answer of an earlier round
    must not decide a later one.
    """
    place = process.elements[element]
    form = process.forms.get(place.form_key)
    if form is None:
        return {}
    values = form.from_answers(answers)
    return {each.key: values.get(each.key) for each in variables.routed(place, form)}
