"""Batches of zero filers 零申报批次: the list, its approval, the watch, the report.

Source: the bureau's description of the batch, steps B2 to B6. Every figure is computed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from math import ceil

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from caseflow import batch_counts, clock
from caseflow.models import BatchLine, Case, Taxpayer
from caseflow.models.base import Json
from caseflow.services import outbox
from caseflow.services.kinds import zero_filing
from caseflow.services.kinds.desk import Desk, Handed, refuse
from caseflow.services.processes import process_of
from caseflow.services.work import Work
from caseflow.vocabulary.choices.batches import ZbApproval, ZbCriterion, ZbSignature
from caseflow.vocabulary.choices.zero_filing import VisitReason

DISPATCHING = "zero_filers_dispatch"
_LONGEST_EXTENSION = 60
_PERCENT = 100


def compose(desk: Desk, answers: Json) -> Handed:
    """B2: every waiting household of a trade or section but those left out, each with a reason."""
    least = desk.times.value("zf_sample")
    if Decimal(str(answers["sample_rate"])) < least:
        refuse("sample_rate", "sample_below_rule", least=int(least))
    _let_go(desk.session, desk.case.id)
    desk.session.flush()  # what the last list held is free for this one
    found = _waiting(desk, answers)
    out = _left_out(answers, {tin for _, tin in found})
    held = [case_id for case_id, tin in found if tin not in out][: batch_counts.MOST]
    if not held:
        refuse("criterion", "batch_has_nobody")
    known = {
        line.line_case_id: line
        for line in desk.session.scalars(select(BatchLine).where(BatchLine.case_id == desk.case.id))
    }
    for case_id, tin in found:
        if case_id in held or tin in out:
            _line(desk, known, case_id, out.get(tin))
    waiting_still = len(found) - len(out) - len(held)
    desk.case.title = answers["title"]
    desk.case.facts = {
        **desk.case.facts,
        "households": len(held),
        "left_out": len(out),
        "for_next_batch": waiting_still,
        "sample_rate": int(answers["sample_rate"]),
        "requirement": answers.get("requirement"),
    }
    told = {"households": len(held), "left_out": len(out), "for_next_batch": waiting_still}
    return Handed(payload=told)


def approve(desk: Desk, answers: Json) -> Handed:
    """B3: the leader agrees, asks for changes, or refuses; 60 working days run from here."""
    decision = answers["batch_approval"]
    if decision == ZbApproval.CHANGE:
        return Handed(payload={"decision": decision}, returned=answers["change_text"])
    if decision == ZbApproval.REFUSE:
        return Handed(payload={"decision": decision, "reason": answers["refusal"]})
    until = desk.times.working_days("zf_batch")
    desk.case.accepted_at = desk.times.now
    desk.case.due_at = until
    desk.case.facts = {**desk.case.facts, "due": desk.times.dues[until].facts()}
    return Handed(variables={"batch_until": until}, payload={"until": until.isoformat()})


def watch(desk: Desk, answers: Json) -> Handed:
    """B4: over before its time only when every household is closed."""
    del answers
    still_open = len(batch_counts.of(desk.session, desk.case.id).open)
    if still_open:
        refuse("all_closed", "batch_still_open", count=still_open)
    return Handed()


def report(desk: Desk, answers: Json) -> Handed:
    """B5: each household that is still open has its reason; the counts are the system's."""
    still_open = {
        str(each.line_id): each for each in batch_counts.of(desk.session, desk.case.id).open
    }
    given = {row["row"]: row["reason"] for row in answers.get("open_households") or []}
    if set(given) != set(still_open):
        refuse("open_households", "every_line")
    for line in desk.session.scalars(
        select(BatchLine).where(BatchLine.case_id == desk.case.id, BatchLine.left_at.is_(None))
    ):
        line.open_reason = given.get(str(line.id))
    return Handed(variables={"open_households_count": len(given)}, payload={"open": len(given)})


def sign(desk: Desk, answers: Json) -> Handed:
    """B6: signed, sent back, or given more time once."""
    decision = answers["batch_signature"]
    if decision == ZbSignature.SEND_BACK:
        return Handed(payload={"decision": decision}, returned=answers["why"])
    if decision == ZbSignature.EXTEND:
        if desk.case.facts.get("extended"):
            refuse("batch_signature", "batch_extended_before")
        days = min(int(answers["extra_days"]), _LONGEST_EXTENSION)
        until = desk.times.working_days(days)
        desk.case.due_at = until
        due = desk.times.dues[until].facts()
        desk.case.facts = {**desk.case.facts, "extended": days, "due": due}
        return Handed(
            variables={"batch_until": until},
            payload={"decision": decision, "until": until.isoformat()},
            returned=answers["why"],
        )
    return Handed(payload={"decision": decision})


HAND_IN: Mapping[str, Callable[[Desk, Json], Handed]] = {
    "zb_list": compose,
    "zb_approval": approve,
    "zb_watch": watch,
    "zb_report": report,
    "zb_signature": sign,
}


def free_batch(work: Work, arguments: Json) -> Json:
    """A refused batch leaves its cases waiting: they may stand in another."""
    del arguments
    return {"freed": _let_go(work.session, work.case.id)}


def dispatch_batch(work: Work, arguments: Json) -> Json:
    """Draw the sample and leave the dispatching, each case by its own act, for right afterwards."""
    del arguments
    lines = _held(work.session, work.case.id)
    rest: list[tuple[str, BatchLine]] = []
    for line in lines:
        case = work.session.get_one(Case, line.line_case_id)
        line.visit_reason = _visit_reason(work, case)
        if line.visit_reason == VisitReason.NONE:
            rest.append((_draw(work.case.number, case.number), line))
    wanted = drawn_of(len(rest), int(work.case.facts["sample_rate"]))
    for _, line in sorted(rest, key=lambda each: each[0])[:wanted]:
        line.is_sampled = True
    outbox.put(
        work.session, DISPATCHING, {"case": work.case.id, "by": work.actor.user_id, "work": None}
    )
    return {"households": len(lines), "required": len(lines) - len(rest), "drawn": wanted}


def drawn_of(rest: int, percent: int) -> int:
    """How many of the households that need no visit are drawn: rounded up.

    >>> drawn_of(11, 20), drawn_of(10, 20), drawn_of(0, 20)
    (3, 2, 0)
    """
    return ceil(rest * percent / _PERCENT)


def _draw(batch: str, number: str) -> str:
    """The place of a case in the draw: by the number of the batch, so anybody can draw again."""
    return hashlib.sha256(f"{batch}:{number}".encode()).hexdigest()


def _visit_reason(work: Work, case: Case) -> str:
    process = process_of(work.session, case.definition_id)
    known = {**zero_filing.known_of(work.session, case, work.times), "is_sampled": False}
    return str(process.decisions[zero_filing.VISIT_TABLE].decide(known))


def _waiting(desk: Desk, answers: Json) -> Sequence[tuple[int, str]]:
    """The waiting cases that the criterion names, those of the highest score first."""
    where: ColumnElement[bool]
    if answers["criterion"] == ZbCriterion.TRADE:
        trade = func.left(Taxpayer.industry_code, batch_counts.TRADE_DIGITS)
        where = trade == answers["trade"]
    else:
        where = Case.section_id == int(answers["area"])
    found = (
        select(Case.id, Taxpayer.tin)
        .join(Taxpayer, Taxpayer.id == Case.taxpayer_id)
        .where(batch_counts.is_waiting(desk.case.district_id), where)
        .order_by(Case.score.desc(), Case.id)
    )
    return [(row[0], row[1]) for row in desk.session.execute(found)]


def _left_out(answers: Json, tins: set[str]) -> dict[str, str]:
    """The households that are left out, each named once and each of the list."""
    out: dict[str, str] = {}
    for at, row in enumerate(answers.get("left_out") or []):
        tin = row["tin"].strip()
        if tin not in tins:
            refuse(f"left_out-{at}-tin", "not_in_the_list")
        if tin in out:
            refuse(f"left_out-{at}-tin", "named_twice")
        out[tin] = row["reason"].strip()
    return out


def _line(
    desk: Desk, known: Mapping[int, BatchLine], case_id: int, left_out_reason: str | None
) -> None:
    line = known.get(case_id)
    if line is None:
        line = BatchLine(case_id=desk.case.id, line_case_id=case_id)
        desk.session.add(line)
    line.left_at, line.left_out_reason = None, left_out_reason


def _held(session: Session, batch_id: int) -> Sequence[BatchLine]:
    return session.scalars(
        select(BatchLine)
        .where(
            BatchLine.case_id == batch_id,
            BatchLine.left_at.is_(None),
            BatchLine.left_out_reason.is_(None),
        )
        .order_by(BatchLine.id)
    ).all()


def _let_go(session: Session, batch_id: int) -> int:
    now = clock.now()
    lines = session.scalars(
        select(BatchLine).where(BatchLine.case_id == batch_id, BatchLine.left_at.is_(None))
    ).all()
    for line in lines:
        line.left_at = now
    return len(lines)
