"""Steps that are handed in only by somebody who has just shown who sits there: one table.

Kept here and not in the drawing, as with who approves a version: who changes a drawing must not
choose how well it is guarded.
"""

from __future__ import annotations

from collections.abc import Mapping

# By process: the elements that approve or close.
CONFIRMED_STEPS: Mapping[str, frozenset[str]] = {
    "warning_verification": frozenset(
        {"approve_books", "approval", "approve_correction", "closing_check"}
    ),
}


def needs_confirmation(process: str, element: str) -> bool:
    """Whether a step is handed in only by somebody who has just shown who sits there."""
    return element in CONFIRMED_STEPS.get(process, frozenset())
