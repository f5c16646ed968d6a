"""Powers traced (权限追溯): who could see or act on a case on a day, and what somebody could."""

from caseflow.reads.trace.cases import Answer, Person, Reason, exact_from, who_could
from caseflow.reads.trace.marking import Loser, Preview, Work, preview
from caseflow.reads.trace.people import Deputyship, Held, Profile, profile_of

__all__ = [
    "Answer",
    "Deputyship",
    "Held",
    "Loser",
    "Person",
    "Preview",
    "Profile",
    "Reason",
    "Work",
    "exact_from",
    "preview",
    "profile_of",
    "who_could",
]
