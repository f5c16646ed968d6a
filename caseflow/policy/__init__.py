"""Who may see and do what: one table, one decision for an object, one condition for lists.

Source: the bureau's organisation rules, sections 1 and 3 (data scope, incompatible duties).
A property test holds the decision and the condition equal.
"""

from caseflow.policy.desk import (
    TaskFacts,
    may_claim,
    may_complete,
    on_desk,
)
from caseflow.policy.sight import (
    CaseFacts,
    counted_cases,
    counts_blindly,
    kept_from,
    may_read_runs,
    may_see,
    sees_city,
    taken_part_in,
    units_counted_whole,
    visible_cases,
    visible_taxpayers,
    visible_warnings,
)
from caseflow.policy.verbs import (
    COLLECTIVE_SEATS,
    DESKS,
    DISTRICT_SEATS,
    OWNER_OF_THE_REST,
    OWNERS,
    REACH,
    VERBS,
    Reach,
    has_desk,
    held_today,
    may,
    may_approve_version,
    may_read_drafts,
    owner_of,
    require,
)

__all__ = [
    "COLLECTIVE_SEATS",
    "DESKS",
    "DISTRICT_SEATS",
    "OWNERS",
    "OWNER_OF_THE_REST",
    "REACH",
    "VERBS",
    "CaseFacts",
    "Reach",
    "TaskFacts",
    "counted_cases",
    "counts_blindly",
    "has_desk",
    "held_today",
    "kept_from",
    "may",
    "may_approve_version",
    "may_claim",
    "may_complete",
    "may_read_drafts",
    "may_read_runs",
    "may_see",
    "on_desk",
    "owner_of",
    "require",
    "sees_city",
    "taken_part_in",
    "units_counted_whole",
    "visible_cases",
    "visible_taxpayers",
    "visible_warnings",
]
