"""Tax evaluation 纳税评估: the rules of its steps that no form and no drawing can hold.

Source: the bureau's description of the process, step by step (2b to 9).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from caseflow.models.base import Json
from caseflow.services.kinds.desk import Desk, Handed
from caseflow.services.kinds.tax_evaluation import (
    approving,
    closing,
    determination,
    execution,
    fieldwork,
    notices,
    objections,
    panel,
    review_on_paper,
)

HandIn = Callable[[Desk, Json], Handed]

HAND_IN: Mapping[str, HandIn] = {
    **review_on_paper.HAND_IN,
    **notices.HAND_IN,
    **fieldwork.HAND_IN,
    **determination.HAND_IN,
    **approving.HAND_IN,
    **panel.HAND_IN,
    **execution.HAND_IN,
    **objections.HAND_IN,
    **closing.HAND_IN,
}

# What this kind asks of steps of the shared parts, after the rule of their form.
MORE: Mapping[str, HandIn] = {**review_on_paper.MORE, **fieldwork.MORE}
