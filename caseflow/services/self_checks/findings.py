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


Look = Callable[[Session], Seen]
