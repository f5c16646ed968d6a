"""An act on a case: what the record will say of it, and who did what in it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from caseflow.models import Task
from caseflow.models.base import Json
from caseflow.working_days import Due


@dataclass(frozen=True, slots=True)
class AsBefore:
    """What a step had before it was handed in, where the handing in is undone."""

    due_at: datetime | None
    due_facts: Json | None
    returned_by: int | None
    return_reason: str | None


@dataclass
class Act:
    """One act on a case; ``payload`` is what the record says beside what the step did.

    ``returned`` is the reason of a sending back, ``returned_by`` who sent back where nobody
    handed a step in; ``holders`` are the people who get steps that it opens, by element.
    """

    action: str
    payload: Json = field(default_factory=dict)
    idem: uuid.UUID | None = None
    task: Task | None = None
    answers: Json | None = None
    returned: str | None = None
    returned_by: int | None = None
    holders: Mapping[str, int] = field(default_factory=dict)
    # Limits of steps that this act opens and that began on another day, by element.
    limits: Mapping[str, Due] = field(default_factory=dict)
    # Steps that come back as they were, by the key under which they are open again.
    again: Mapping[str, AsBefore] = field(default_factory=dict)
