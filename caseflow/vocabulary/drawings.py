"""The words that drawings use on their steps: seats, stages, relations, papers that are signed."""

from __future__ import annotations

from collections.abc import Mapping

from caseflow.vocabulary.papers import PaperKind
from caseflow.vocabulary.terms import CaseStatus, Role

# A lane or candidate group of a drawing is a seat; these posts may sit on it.
SEATS: Mapping[str, tuple[Role, ...]] = {
    "district_leader": (Role.DISTRICT_DIRECTOR, Role.DISTRICT_DEPUTY),
    **{role.value: (role,) for role in Role},
}

# In the order of the stepper.
STAGES = (
    "dispatch",
    "acceptance",
    "desk_check",
    "fieldwork",
    "conclusion",
    "proposal",
    "decision",
    "handover",
    "inspection",
    "execution",
    "closing",
)

# Statuses that a case may have while a step is open, and when it has ended.
OPEN_STATUSES = (
    CaseStatus.TO_ASSIGN,
    CaseStatus.TO_ACCEPT,
    CaseStatus.IN_PROGRESS,
    CaseStatus.FOR_APPROVAL,
    CaseStatus.WAITING_TAXPAYER,
    CaseStatus.PAUSED,
)
END_STATUSES = (CaseStatus.CLOSED, CaseStatus.VOIDED)

# The officers of a case, and who else is named by a drawing. Only officers can be separated
# from a step by their relation: members of the collective did a step and are named by it.
OFFICERS = ("main_officer", "second_officer")
RELATIONS = (*OFFICERS, "collective_member", "named_reviewer")
# Relations to the person that the item of the instances around a step is.
OF_ITEM = frozenset({"collective_member", "named_reviewer"})

# What an office may do with a step beside handing it in; a drawing may offer some of it or none.
OFFICE_VERBS = ("send_back", "hand_over", "delegate", "ask_opinions", "take_back")
NO_VERB = "none"

# What completing a step may sign: any kind of paper.
SIGNED = tuple(kind.value for kind in PaperKind)
