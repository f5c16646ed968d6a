"""The doubts that officers add to a tax evaluation (3 and 5), beside the hits of screening.

They are read from the answers: of the newest desk review, which goes on from the one before, and
of every on-site check. An evaluation of a plan may have no other doubts.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow.models import Answer, Case, Task
from caseflow.vocabulary import CaseKind

_REVIEW, _VISIT = "ta_desk_review", "ta_onsite_supplement"


@dataclass(frozen=True, slots=True)
class AddedDoubt:
    """A doubt in an officer's words; ``row`` names it in forms and stays while it is the same.

    ``period`` is written as forms write it (2009-11, 2009-Q4, 2009-Y), ``estimate`` is in yuan.
    """

    row: str
    tax: str
    period: str
    text: str
    estimate: Decimal


def of_case(session: Session, case: Case) -> list[AddedDoubt]:
    """The doubts added to a case, in the order in which they were told; each once."""
    if case.kind is not CaseKind.TA:
        return []
    told = session.execute(
        select(Task.form_key, Answer.content)
        .join(Task, Task.id == Answer.task_id)
        .where(Answer.case_id == case.id, Task.form_key.in_((_REVIEW, _VISIT)))
        .order_by(Answer.id)
    ).all()
    reviews = [row.content for row in told if row.form_key == _REVIEW]
    visits = (row.content for row in told if row.form_key == _VISIT)
    found = [doubt for content in (*reviews[-1:], *visits) for doubt in _read(content)]
    return list({doubt.row: doubt for doubt in found}.values())


def _read(content: dict[str, Any]) -> Iterator[AddedDoubt]:
    for line in content.get("new_doubts") or []:
        words = "\n".join((line["tax"], line["period"], line["text"]))
        yield AddedDoubt(
            row=hashlib.sha256(words.encode()).hexdigest()[:16],
            tax=line["tax"],
            period=line["period"],
            text=line["text"],
            estimate=Decimal(line["estimate"]),
        )
