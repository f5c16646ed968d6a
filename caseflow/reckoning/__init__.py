"""
Reckonings of time and money, each with its calculation sheet: questions in plain values, answers.

Pure: no database, no clock; the doors give the calendar. One subject, one module; the arithmetic
of money and days itself is in ``amounts``, ``working_days`` and ``filing_deadlines``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from caseflow.reckoning.answers import Answer, Step
from caseflow.reckoning.due_dates import due, filing
from caseflow.reckoning.estimates import estimate, ratio
from caseflow.reckoning.fines import fine
from caseflow.reckoning.loss_offsets import loss_offset
from caseflow.reckoning.number_checks import check_number
from caseflow.reckoning.penalty_law import Bands
from caseflow.reckoning.questions import BadQuestion, Question
from caseflow.reckoning.recoveries import statute
from caseflow.reckoning.surcharges import surcharge
from caseflow.reckoning.vat import vat
from caseflow.working_days import Calendar

Reckoning = Callable[[Question, Calendar], Answer]

RECKONINGS: Mapping[str, Reckoning] = {
    "due": due,
    "filing": filing,
    "surcharge": surcharge,
    "loss-offset": loss_offset,
    "vat": vat,
    "fine": fine,
    "statute": statute,
    "estimate": estimate,
    "ratio": ratio,
    "check-number": check_number,
}
"""What can be reckoned, by the name of its command."""

__all__ = [
    "RECKONINGS",
    "Answer",
    "BadQuestion",
    "Question",
    "Reckoning",
    "Step",
    "reckon",
]


def reckon(
    name: str, values: Mapping[str, object], calendar: Calendar, bands: Bands | None = None
) -> Answer:
    """
    Answer a question; that of a fine by the office's table, where the door has one.

    Raises:
        BadQuestion: it cannot be answered as it stands.
    """
    if name == "fine":
        return fine(Question(values), calendar, bands)
    return RECKONINGS[name](Question(values), calendar)
