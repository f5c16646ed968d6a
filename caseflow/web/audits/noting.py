"""A look of the auditor is noted in the auditor's own chain, once its page has been made."""

from __future__ import annotations

from flask import request

from caseflow.services.audits import notes
from caseflow.web.house import actor, auditing

# What the address says of the place in a list, not of what is looked for.
_PLACES = frozenset({"before", "after", "part"})


def viewed(page: str, found: int | None = None) -> None:
    """Note that the page was opened with what its address asks for."""
    with auditing() as session:
        notes.viewed(session, actor(), page, asked=_asked(), found=found)


def searched(page: str, found: int) -> None:
    """Note a search by what its address asks for."""
    with auditing() as session:
        notes.searched(session, actor(), page, asked=_asked(), found=found)


def _asked() -> dict[str, str]:
    return {name: value for name, value in request.args.items() if value and name not in _PLACES}
