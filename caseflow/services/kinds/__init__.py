"""What each kind of case asks of a step beyond its form, and what the step changes in tables.

A drawing asks and routes; it does not compute. A kind registers one function per form: it
refuses what is not lawful, writes what the answers change, and gives the routing variables
that the drawing reads and no form field holds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from caseflow.models.base import Json
from caseflow.services.kinds import (
    abnormal_household,
    campaign,
    contact_ban,
    data_correction,
    data_request,
    directive,
    evaluation_plan,
    inspection_transfer,
    order_to_correct,
    serving,
    simple_penalty,
    tax_evaluation,
    third_party,
    third_party_batch,
    warning_verification,
    zero_filing,
    zero_filing_batch,
)
from caseflow.services.kinds.desk import Desk, Handed
from caseflow.vocabulary import CaseKind

HandIn = Callable[[Desk, Json], Handed]

_HAND_IN: Mapping[str, HandIn] = {
    **warning_verification.HAND_IN,
    **serving.HAND_IN,
    **order_to_correct.HAND_IN,
    **simple_penalty.HAND_IN,
    **tax_evaluation.HAND_IN,
    **zero_filing.HAND_IN,
    **zero_filing_batch.HAND_IN,
    **third_party.HAND_IN,
    **third_party_batch.HAND_IN,
    **inspection_transfer.HAND_IN,
    **abnormal_household.HAND_IN,
    **data_correction.HAND_IN,
    **directive.HAND_IN,
    **data_request.HAND_IN,
    **evaluation_plan.HAND_IN,
    **campaign.HAND_IN,
}
# What a kind tells its drawing anew with each step, beside what the step itself gives.
_KNOWN: Mapping[CaseKind, Callable[[Desk], Mapping[str, object]]] = {
    CaseKind.ZF: zero_filing.known,
    CaseKind.TP: third_party.known,
}
# What a kind asks of a shared form besides, once the rule of the form is met.
_MORE: Mapping[CaseKind, Mapping[str, HandIn]] = {CaseKind.TA: tax_evaluation.MORE}


def hand_in(desk: Desk, answers: Json) -> Handed:
    """Check the answers of a step against the law of its kind and do what they change.

    Raises:
        Invalid: with ``fields``: place in the answers -> code of the refusal.
    """
    contact_ban.require_free(desk, answers)
    step = _HAND_IN.get(desk.task.form_key)
    handed = step(desk, answers) if step else Handed()
    more = _MORE.get(desk.case.kind, {}).get(desk.task.form_key)
    if more:
        handed = _joined(handed, more(desk, answers))
    known = _KNOWN.get(desk.case.kind)
    if known:
        handed = replace(handed, variables={**known(desk), **handed.variables})
    return _placed(handed, desk.task.element.removesuffix(desk.element))


def _placed(handed: Handed, prefix: str) -> Handed:
    """The limits of steps of a part, by the names that they have where the part is called."""
    if not prefix or not handed.moved:
        return handed
    moved = {
        prefix + element: replace(limit, timer=prefix + limit.timer)
        for element, limit in handed.moved.items()
    }
    return replace(handed, moved=moved)


def _joined(first: Handed, second: Handed) -> Handed:
    return Handed(
        variables={**first.variables, **second.variables},
        payload={**first.payload, **second.payload},
        returned=first.returned or second.returned,
        moved={**first.moved, **second.moved},
    )


__all__ = ["Desk", "Handed", "hand_in"]
