"""To which steps the review of a kind of case may send back, in the words of that kind.

The shared part of review and approval knows them by one list, ``ReturnTo``; a kind whose steps are
called otherwise says here what they are called.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from caseflow.vocabulary.choices import ReturnTo
from caseflow.vocabulary.choices.evaluation import TaClosingReturnTo
from caseflow.vocabulary.terms import CaseKind


class ReturnStep(NamedTuple):
    """A step that a review sends back to: what is stored, and its name."""

    to: ReturnTo
    zh: str
    en: str


_AS_LISTED = tuple(
    ReturnStep(step, step.zh, step.en) for step in ReturnTo if step != ReturnTo.AUTHORITY
)

_OWN: Mapping[CaseKind, tuple[ReturnStep, ...]] = {
    CaseKind.OC: (
        ReturnStep(ReturnTo.DESK, "核对与拟办", "Check and prepare"),
        ReturnStep(ReturnTo.ONSITE, "改正核查", "Check of the correction"),
        ReturnStep(ReturnTo.CONCLUDE, "拟定结果", "Conclusion"),
    ),
    CaseKind.TP: (
        ReturnStep(ReturnTo.DESK, "核实", "Verification"),
        ReturnStep(ReturnTo.INQUIRY, "函询", "Inquiry"),
        ReturnStep(ReturnTo.INTERVIEW, "约谈", "Interview"),
        ReturnStep(ReturnTo.ONSITE, "实地核查", "On-site check"),
        ReturnStep(ReturnTo.AUTHORITY, "部门协查", "Ask an authority"),
        ReturnStep(ReturnTo.CONCLUDE, "核实结论", "Conclusion"),
    ),
    CaseKind.ZF: (
        ReturnStep(ReturnTo.DESK, "案头核查", "Desk check"),
        ReturnStep(ReturnTo.INQUIRY, "函询", "Inquiry"),
        ReturnStep(ReturnTo.ONSITE, "实地核查", "On-site check"),
        ReturnStep(ReturnTo.CONCLUDE, "查清原因", "Find the cause"),
    ),
}


def of(kind: CaseKind) -> tuple[ReturnStep, ...]:
    """The steps that the review of a kind may send back to.

    >>> [step.to.value for step in of(CaseKind.OC)]
    ['desk', 'onsite', 'conclude']
    """
    return _OWN.get(kind, _AS_LISTED)


def name_zh(kind: CaseKind, to: str) -> str:
    """The step of a kind in Chinese, as its papers call it."""
    if kind is CaseKind.TA:
        return next((step.zh for step in TaClosingReturnTo if step.value == to), to)
    return next((step.zh for step in of(kind) if step.to.value == to), to)
