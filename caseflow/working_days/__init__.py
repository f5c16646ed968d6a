"""
The bureau's calendar: working days, statutory deadlines, and why a date is what it is.

Pure: it is given its special days and never looks at the machine's clock. Statutory deadlines
follow 税收征收管理法实施细则 articles 108 and 109; internal limits count working days only.
"""

from caseflow.working_days.due import (
    HOLIDAYS,
    Day,
    Due,
    DueFacts,
    Language,
    Reason,
    Rule,
    due_of,
    with_weekday,
)
from caseflow.working_days.working_calendar import (
    PUBLISHED_DEADLINES,
    Calendar,
    FilingDeadline,
    SpecialDay,
    calendar_of,
    published_calendar,
    published_days,
    recounted,
)

__all__ = [
    "HOLIDAYS",
    "PUBLISHED_DEADLINES",
    "Calendar",
    "Day",
    "Due",
    "DueFacts",
    "FilingDeadline",
    "Language",
    "Reason",
    "Rule",
    "SpecialDay",
    "calendar_of",
    "due_of",
    "published_calendar",
    "published_days",
    "recounted",
    "with_weekday",
]
