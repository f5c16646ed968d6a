"""To which steps the review of a kind of case may send back, in the words of that kind.

The shared part of review and approval knows them by one list, ``SendBackTo``; a kind whose steps
are called otherwise says here what they are called.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from caseflow.vocabulary.choices import SendBackTo
from caseflow.vocabulary.choices.evaluation import TaClosingReturnTo
from caseflow.vocabulary.terms import CaseKind


class ReturnStep(NamedTuple):
    """A step that a review sends back to: what is stored, and its name."""

    to: SendBackTo
    zh: str
    en: str


def _listed(*steps: SendBackTo) -> tuple[ReturnStep, ...]:
    return tuple(ReturnStep(step, step.zh, step.en) for step in steps)


_AS_LISTED = _listed(
    SendBackTo.DESK,
    SendBackTo.INQUIRY,
    SendBackTo.INTERVIEW,
    SendBackTo.ONSITE,
    SendBackTo.CONCLUDE,
)

_OWN: Mapping[CaseKind, tuple[ReturnStep, ...]] = {
    CaseKind.AB: (
        *_listed(SendBackTo.REMIND, SendBackTo.ORDER, SendBackTo.LIMIT, SendBackTo.ONSITE),
        *_listed(SendBackTo.ENFORCE, SendBackTo.LATER),
        ReturnStep(SendBackTo.CONCLUDE, "拟定结论", "Conclusion"),
    ),
    CaseKind.OC: (
        ReturnStep(SendBackTo.DESK, "核对与拟办", "Check and prepare"),
        ReturnStep(SendBackTo.ONSITE, "改正核查", "Check of the correction"),
        ReturnStep(SendBackTo.CONCLUDE, "拟定结果", "Conclusion"),
    ),
    CaseKind.TP: (
        ReturnStep(SendBackTo.DESK, "核实", "Verification"),
        ReturnStep(SendBackTo.INQUIRY, "函询", "Inquiry"),
        ReturnStep(SendBackTo.INTERVIEW, "约谈", "Interview"),
        ReturnStep(SendBackTo.ONSITE, "实地核查", "On-site check"),
        ReturnStep(SendBackTo.AUTHORITY, "部门协查", "Ask an authority"),
        ReturnStep(SendBackTo.CONCLUDE, "核实结论", "Conclusion"),
    ),
    CaseKind.ZF: (
        ReturnStep(SendBackTo.DESK, "案头核查", "Desk check"),
        ReturnStep(SendBackTo.INQUIRY, "函询", "Inquiry"),
        ReturnStep(SendBackTo.ONSITE, "实地核查", "On-site check"),
        ReturnStep(SendBackTo.CONCLUDE, "查清原因", "Find the cause"),
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
