"""The limits that drawings and verbs name, with the values a new bureau begins with."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

# Name, value, unit (wd working days, d calendar days, yuan, cases a month).
# Source: procedures.md 0.2 and the clocks of warning verification.
LIMITS: Sequence[tuple[str, str, str]] = (
    ("run_review", "2", "wd"),
    ("assign_district", "1", "wd"),
    ("assign_section", "1", "wd"),
    ("accept", "1", "wd"),
    ("wv_desk", "5", "wd"),
    ("wv_reply", "5", "wd"),
    ("wv_onsite", "10", "wd"),
    ("wv_total", "20", "wd"),
    ("opinion", "2", "wd"),
    ("wv_collective", "10", "wd"),
    ("wv_execute", "15", "d"),
    ("archive", "30", "d"),
    ("approve_tax_district", "10000", "yuan"),
    ("wv_monthly", "10", "cases"),
)


def defaults() -> Mapping[str, Decimal]:
    """The values by name."""
    return {name: Decimal(value) for name, value, _ in LIMITS}
