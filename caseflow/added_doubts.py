"""The doubts that officers add to a tax evaluation (3 and 5), beside the hits of screening.

They are read from the answers: of every desk review that the case went on from, and of every
on-site check. Each is concluded by a determination, none is removed. An evaluation of a plan may
have no other doubts.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow.models import Answer, Case, CaseLink, Task
from caseflow.vocabulary import CaseKind

_REVIEW, _SIGNATURE, _VISIT = "ta_desk_review", "ta_desk_signature", "ta_onsite_supplement"
_DETERMINATION = "ta_determination"
_SETTLED = frozenset({"explained", "data_error"})
# Between which kinds of cases doubts go on in words.
_CALLED_FOR_BY = {CaseKind.TI: CaseKind.TA, CaseKind.TA: CaseKind.TI}


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
    """The doubts added to an evaluation, in the order in which they were told; each once.

    Those of a transfer to inspection are what the evaluation before had not settled; they come
    along again with what inspection does not take up.
    """
    stood, pending = _told(session, case)
    return _once([*_brought_along(session, case, frozenset()), *stood, *pending])


def before_review(session: Session, case: Case) -> list[AddedDoubt]:
    """Those that stay whatever a desk review that is handed in now says: none is taken back."""
    return _once([*_brought_along(session, case, frozenset()), *_told(session, case)[0]])


def unconcluded(session: Session, case: Case) -> list[AddedDoubt]:
    """Those of an evaluation on which its newest determination says nothing."""
    found = of_case(session, case) if case.kind is CaseKind.TA else []
    concluded = _findings(session, case) if found else {}
    return [doubt for doubt in found if doubt.row not in concluded]


def _brought_along(session: Session, case: Case, seen: frozenset[int]) -> list[AddedDoubt]:
    """What came with the cases that called for this one, or joined it, and was open there.

    ``seen`` are the cases asked already: a transfer may come back to the case that called for it.
    """
    if case.kind not in _CALLED_FOR_BY:
        return []
    origins = session.execute(
        select(Case, CaseLink.at)
        .join(CaseLink, CaseLink.case_id == Case.id)
        .where(
            CaseLink.other_id == case.id,
            CaseLink.kind == "opened",
            Case.kind == _CALLED_FOR_BY[case.kind],
            Case.id.not_in(seen),
        )
        .order_by(CaseLink.id)
    ).all()
    found: list[AddedDoubt] = []
    for origin, at in origins:
        # What is called for after the first conclusion joins no more (as hits do not).
        if case.submitted_at is not None and at > case.submitted_at:
            continue
        found += _unsettled(session, origin, seen | {case.id})
    return found


def _unsettled(session: Session, case: Case, seen: frozenset[int]) -> list[AddedDoubt]:
    stood, pending = _told(session, case)
    doubts = _once([*_brought_along(session, case, seen), *stood, *pending])
    if case.kind is CaseKind.TI:  # what it hands back, inspection has not judged
        return doubts
    concluded = _findings(session, case)
    return [doubt for doubt in doubts if concluded.get(doubt.row) not in _SETTLED]


def _told(session: Session, case: Case) -> tuple[list[AddedDoubt], list[AddedDoubt]]:
    """What stands, and what the last desk review says that has led to nothing yet.

    A review that was sent back or taken back is replaced by the next one, words and all. Once the
    case has gone on from it, its doubts are there to be concluded.
    """
    if case.kind is not CaseKind.TA:
        return [], []
    told = session.execute(
        select(Task.form_key, Answer.content)
        .join(Task, Task.id == Answer.task_id)
        .where(Answer.case_id == case.id, Task.asked_kind.is_(None))
        .order_by(Answer.id)
    )
    stood: list[AddedDoubt] = []
    pending: list[AddedDoubt] = []
    for form_key, content in told:
        if form_key == _REVIEW:
            pending = list(_read(content))
        elif form_key == _SIGNATURE and content["desk_signature"] == "send_back":
            pending = []
        else:
            stood += pending
            pending = []
            if form_key == _VISIT:
                stood += _read(content)
    return stood, pending


def _once(doubts: Iterable[AddedDoubt]) -> list[AddedDoubt]:
    return list({doubt.row: doubt for doubt in doubts}.values())


def _findings(session: Session, case: Case) -> dict[str, str]:
    """The finding on each added doubt that the newest determination concludes."""
    said = session.scalar(
        select(Answer.content["added_doubts"])
        .join(Task, Task.id == Answer.task_id)
        .where(
            Answer.case_id == case.id,
            Task.form_key == _DETERMINATION,
            Answer.content["determination_next"].astext == "submit",
        )
        .order_by(Answer.id.desc())
        .limit(1)
    )
    return {line["row"]: line["finding"] for line in said or []}


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
