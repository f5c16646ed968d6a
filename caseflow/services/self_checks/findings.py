"""What a check of the house gives: how much it looked at, and what does not fit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from sqlalchemy.orm import Session

from caseflow.models.base import Json

# So many findings of a check are kept with their subjects; all are counted.
MOST_KEPT = 200


class Check(StrEnum):
    """The invariants that are looked at, in the order of the page."""

    RECORD = "record"
    SEALS = "seals"
    COURSES = "courses"
    CLOSED_OPEN = "closed_open"
    STUCK = "stuck"
    HOLDERS = "holders"
    DOERS = "doers"
    TIMERS = "timers"
    SEPARATION = "separation"
    SUMS = "sums"
    NUMBERS = "numbers"
    FILES = "files"
    OUTBOX = "outbox"
    DEPUTIES = "deputies"
    GRANTS = "grants"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that does not fit; ``subject`` names it for good, as ``case:17`` or ``task:5``."""

    subject: str
    code: str
    case_id: int | None = None
    values: Json = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Seen:
    """What one check looked at and found."""

    looked_at: int
    findings: tuple[Finding, ...]
    # Where a look in portions goes on; None when it is through.
    after: Json | None = None


Look = Callable[[Session], Seen]


@dataclass(frozen=True, slots=True)
class InPortions:
    """A look that is too long for one snapshot; ``portion`` takes where the last one ended."""

    portion: Callable[[Session, Json], Seen]

    def __call__(self, session: Session) -> Seen:
        """All portions at once, on one snapshot."""
        seen = self.portion(session, {})
        while seen.after is not None:
            further = self.portion(session, seen.after)
            seen = Seen(
                seen.looked_at + further.looked_at,
                seen.findings + further.findings,
                further.after,
            )
        return seen
