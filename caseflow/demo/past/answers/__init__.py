"""What an officer hands in at a step: one function per form, in the words of its fields."""

from collections.abc import Callable, Mapping
from typing import Any

from caseflow.demo.past.answers import (
    abnormal,
    batches,
    campaigns,
    conclusions,
    contacts,
    corrections,
    data_corrections,
    data_requests,
    decisions,
    directives,
    dispatching,
    evaluations,
    penalties,
    plans,
    third_parties,
    transfers,
    zero_returns,
)
from caseflow.demo.past.scene import Scene

Answers = dict[str, Any]

_FORMS: Mapping[str, Callable[[Scene], Answers]] = {
    **dispatching.FORMS,
    **contacts.FORMS,
    **conclusions.FORMS,
    **decisions.FORMS,
    **corrections.FORMS,
    **abnormal.FORMS,
    **evaluations.FORMS,
    **penalties.FORMS,
    **third_parties.FORMS,
    **transfers.FORMS,
    **data_corrections.FORMS,
    **data_requests.FORMS,
    **directives.FORMS,
    **zero_returns.FORMS,
    **plans.FORMS,
    **batches.FORMS,
    **campaigns.FORMS,
}

# Steps that may go back to another one, and why they do.
_SENT_BACK: Mapping[str, tuple[str, Callable[[Scene], str | None]]] = {
    "oc_conclusion": ("oc_compliance", corrections.sent_back),
}


def of(scene: Scene) -> Answers:
    """Fill in the form of the scene's step."""
    return _FORMS[scene.task.form_key](scene)


def sent_back(scene: Scene) -> tuple[str, str] | None:
    """The form of the step that the scene's one is sent back to, and why; None: it is handed in."""
    if scene.task.form_key not in _SENT_BACK:
        return None
    form_key, why = _SENT_BACK[scene.task.form_key]
    reason = why(scene)
    return None if reason is None else (form_key, reason)


def known() -> frozenset[str]:
    """Name the forms that officers of the demonstration can fill in."""
    return frozenset(_FORMS)
