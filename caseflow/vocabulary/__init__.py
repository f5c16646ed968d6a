"""
The words of the house: errors, people, and every closed list of terms.

One word per thing, in code, database, drawing, page and test; the Chinese term stands beside it.
"""

from caseflow.vocabulary.errors import (
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    Refused,
    Stale,
    TooOften,
    Unavailable,
)
from caseflow.vocabulary.papers import PaperKind
from caseflow.vocabulary.people import CLOCKWORK, SYSTEM, Actor, Granted, PostHeld, Reader, Standing
from caseflow.vocabulary.seals import SealFault
from caseflow.vocabulary.terms import (
    AskedKind,
    BlobState,
    CaseKind,
    CaseMoveStatus,
    CaseStatus,
    DocumentStatus,
    DraftStatus,
    Level,
    MessageStatus,
    MigrationLineStatus,
    MigrationStatus,
    Outcome,
    Rate,
    Reading,
    Role,
    RunStatus,
    TaskStatus,
    Term,
    UnitLevel,
    Verb,
    WarningStatus,
)

__all__ = [
    "CLOCKWORK",
    "SYSTEM",
    "Actor",
    "AskedKind",
    "BlobState",
    "CaseKind",
    "CaseMoveStatus",
    "CaseStatus",
    "Conflict",
    "DocumentStatus",
    "DraftStatus",
    "Forbidden",
    "Granted",
    "Invalid",
    "Level",
    "MessageStatus",
    "MigrationLineStatus",
    "MigrationStatus",
    "NotFound",
    "Outcome",
    "PaperKind",
    "PostHeld",
    "Rate",
    "Reader",
    "Reading",
    "Refused",
    "Role",
    "RunStatus",
    "SealFault",
    "Stale",
    "Standing",
    "TaskStatus",
    "Term",
    "TooOften",
    "Unavailable",
    "UnitLevel",
    "Verb",
    "WarningStatus",
]
