"""What each kind of case asks of a step beyond its form, and what the step changes in tables.

A drawing asks and routes; it does not compute. A kind registers one function per form: it
refuses what is not lawful, writes what the answers change, and gives the routing variables
that the drawing reads and no form field holds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from caseflow.models.base import Json
from caseflow.services.kinds import order_to_correct, serving, warning_verification
from caseflow.services.kinds.desk import Desk, Handed

HandIn = Callable[[Desk, Json], Handed]

_HAND_IN: Mapping[str, HandIn] = {
    **warning_verification.HAND_IN,
    **serving.HAND_IN,
    **order_to_correct.HAND_IN,
}


def hand_in(desk: Desk, answers: Json) -> Handed:
    """Check the answers of a step against the law of its kind and do what they change.

    Raises:
        Invalid: with ``fields``: place in the answers -> code of the refusal.
    """
    step = _HAND_IN.get(desk.task.form_key)
    return step(desk, answers) if step else Handed()


__all__ = ["Desk", "Handed", "hand_in"]
