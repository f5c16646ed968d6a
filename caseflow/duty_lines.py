"""The lines of an order to correct: one for each duty that is said not to be met.

Rows are named by the warnings of the case, or ``origin`` for the case that called for it. What the
steps find of them is kept in ``case.facts["duty_lines"]``, row -> answers, read by verbs and pages.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from caseflow.vocabulary.choices.correction import (
    CorrectionPaper,
    Duty,
    LineFinding,
    NoDutyReason,
)

# The row of a case that was called for by another one and took no warnings over.
ORIGIN = "origin"

# Hits that open an order to correct, with the duty that each says is not met (indicators.md).
_DUTIES: Mapping[str, Duty] = {
    "FIL-011": Duty.FILING,
    "FIL-012": Duty.FILING,
    "FIL-014": Duty.FILING,
    "INV-018": Duty.FILING,
    "REG-011": Duty.REGISTRATION,
    "COL-008": Duty.PAYMENT,
    "COL-011": Duty.PAYMENT,
}
# Hits on duties that were met, but late: the first proposal is that it is corrected already.
_MET_LATE = frozenset({"FIL-012", "REG-011"})

# The parameters that hold the longest limit of each duty; the table of the drawing says the same.
LIMITS: Mapping[str, str] = {
    Duty.REGISTRATION: "oc_register",
    Duty.FILING: "oc_filing",
    Duty.PAYMENT: "oc_payment",
}

Lines = Mapping[str, Mapping[str, Any]]


def duty(indicator: str) -> str | None:
    """The duty that a hit of this indicator says is not met; none where the hit is on no duty."""
    found = _DUTIES.get(indicator)
    return found.value if found else None


def paper(duty: str) -> str:
    """The kind of paper that asks for a duty."""
    is_payment = duty == Duty.PAYMENT
    kind = CorrectionPaper.PAYMENT_DEMAND if is_payment else CorrectionPaper.ORDER_TO_CORRECT
    return kind.value


def first_finding(indicator: str) -> str | None:
    """What a new line is taken for until somebody has looked."""
    if indicator not in _DUTIES:
        return None
    late = indicator in _MET_LATE
    return (LineFinding.DONE_LATE if late else LineFinding.NOT_DONE).value


def rows(warnings: Sequence[int]) -> list[str]:
    """The rows of a case that has these warnings."""
    return [str(each) for each in warnings] or [ORIGIN]


def not_done(lines: Lines) -> list[str]:
    """The rows that still want correction."""
    return [row for row, line in lines.items() if line["finding"] == LineFinding.NOT_DONE]


def ordered(lines: Lines) -> list[str]:
    """The rows that an order or demand was signed for, and that want correction."""
    return [row for row in not_done(lines) if lines[row].get("ordered")]


def to_order(lines: Lines) -> list[str]:
    """The rows that the next order covers: those without one; when all have one, all anew."""
    wanting = not_done(lines)
    return [row for row in wanting if not lines[row].get("ordered")] or wanting


def is_data_error(line: Mapping[str, Any]) -> bool:
    """Whether there is no duty because the data are wrong."""
    has_no_duty = line["finding"] == LineFinding.NO_DUTY
    return has_no_duty and line.get("no_duty_reason") == NoDutyReason.DATA_ERROR


def papers(lines: Iterable[Mapping[str, Any]]) -> set[str]:
    """The kinds of paper that ask for these lines."""
    return {str(line["paper"]) for line in lines}
