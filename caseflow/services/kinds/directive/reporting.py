"""Steps U1 to 3 of a directive: reports of districts, the report, countersignature, instruction."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy import func, select

from caseflow import clock
from caseflow.models import Answer, Task, Unit
from caseflow.models.base import Json
from caseflow.services.kinds.desk import Desk, Handed, day, refuse
from caseflow.services.kinds.directive import rows
from caseflow.vocabulary import UnitLevel
from caseflow.vocabulary.choices.directive import (
    DrCountersign,
    DrInstruction,
    DrOwnDecision,
    DrReceipt,
    DrReportDecision,
    DrWish,
)


def report_own(desk: Desk, answers: Json) -> Handed:
    """U1: the district's own report; to carry it out or send it up, it has a line at least."""
    for at, line in enumerate(rows.add(desk, "lines", answers.get("lines"))):
        if line.taxpayer_id is not None and line.district_id != desk.case.district_id:
            refuse(f"lines-{at}-tin", "not_own_household")
        line.district_id = desk.case.district_id
    if answers["wish"] != DrWish.FILE:
        _require_lines(desk)
    desk.case.facts = {**desk.case.facts, "dr_title": answers["title"]}
    return Handed()


def sign_own(desk: Desk, answers: Json) -> Handed:
    """U2: the leader's signature under an own directive is the instruction."""
    decision = answers["own_decision"]
    if decision == DrOwnDecision.SEND_BACK:
        return Handed(returned=answers["return_text"])
    if decision in (DrOwnDecision.OWN, DrOwnDecision.SEND_UP):
        _require_lines(desk)
    if decision != DrOwnDecision.OWN:
        return Handed()
    unit = desk.session.get_one(Unit, desk.case.district_id)
    rows.part(desk.session, desk.case.id, unit, unit.id)
    # What its timer ends has no evaluation to say that nothing is open.
    told = {"districts": [str(unit.id)], "settled": [], "open_items": True}
    return Handed(variables={**told, **deadlines(desk)})


def receive(desk: Desk, answers: Json) -> Handed:
    """U3: the analysis post adopts a district's report, notes it, or returns it once."""
    if answers["receipt_decision"] != DrReceipt.RETURN:
        if answers["receipt_decision"] == DrReceipt.ADOPT:
            desk.case.facts = {**desk.case.facts, "author_district": desk.case.district_id}
        return Handed()
    if _handed_in(desk, "dr_receipt"):
        refuse("receipt_decision", "returned_once")
    return Handed(returned=answers["question"])


def draft(desk: Desk, answers: Json) -> Handed:
    """1: the report with its lines; drafted anew, the lines that are there stay."""
    rows.add(desk, "lines", answers.get("lines"))
    _require_lines(desk)
    if day(answers["deadline"]) <= desk.times.today:
        refuse("deadline", "not_in_the_future")
    divisions = list(answers.get("divisions") or [])
    if str(desk.task.unit_id) in divisions:
        refuse("divisions", "not_for_itself")
    is_second = desk.variables.get("objected") is True
    if is_second and not answers.get("objection_answers"):
        refuse("objection_answers", "answer_the_objections")
    desk.case.facts = {**desk.case.facts, "dr_title": answers["title"]}
    return Handed(
        variables={
            "divisions": divisions,
            "objected": False,
            "countersign_round": 2 if is_second else 1,
        }
    )


def sign(desk: Desk, answers: Json) -> Handed:
    """2a: signed, sent back, or discarded before there is an instruction."""
    del desk
    if answers["report_decision"] == DrReportDecision.SEND_BACK:
        return Handed(returned=answers["return_text"])
    if answers["report_decision"] == DrReportDecision.DISCARD:
        return Handed(payload={"reason": answers["discard_reason"]})
    return Handed()


def countersign(desk: Desk, answers: Json) -> Handed:
    """2b: one objection is enough; the last of the divisions tells of all."""
    drafted = select(func.max(Answer.id)).join(Task, Task.id == Answer.task_id)
    last_draft = drafted.where(Answer.case_id == desk.case.id, Task.form_key == "dr_report")
    said = desk.session.scalars(
        select(Answer.content)
        .join(Task, Task.id == Answer.task_id)
        .where(
            Answer.case_id == desk.case.id,
            Task.form_key == "dr_countersign",
            Answer.id > last_draft.scalar_subquery(),
        )
    )
    every = [answers, *said]
    is_objected = any(each["countersign_opinion"] == DrCountersign.OBJECT for each in every)
    return Handed(variables={"objected": is_objected})


def instruct(desk: Desk, answers: Json) -> Handed:
    """3: leading division, districts and deadline; what is changed counts as agreed."""
    decision = answers["instruction_decision"]
    if decision == DrInstruction.SEND_BACK:
        return Handed(returned=answers["return_text"])
    if decision == DrInstruction.REJECT:
        return Handed(payload={"reason": answers["reject_reason"]})
    if day(answers["deadline"]) <= desk.times.today:
        refuse("deadline", "not_in_the_future")
    for each in answers["districts"]:
        rows.unit_of(desk, "districts", each, UnitLevel.DISTRICT)
    desk.case.facts = {**desk.case.facts, "dr_deadline": answers["deadline"]}
    return Handed(
        variables={
            "leading_unit": str(answers["leading_unit"]),
            "districts": list(answers["districts"]),
        }
    )


def deadlines(desk: Desk) -> Json:
    """The two instants that the drawing waits for: of the lines, and of late answers."""
    given = desk.case.facts.get("dr_deadline")
    due_at = clock.end_of(day(given)) if given else desk.times.working_days("dr_total")
    # A limit runs out at 24:00: the last day is the one just before.
    last_day = clock.last_day_of(due_at)
    desk.case.facts = {**desk.case.facts, "dr_deadline": last_day.isoformat()}
    return {"lines_due": due_at, "late_at": desk.times.working_days_from(last_day, "dr_late")}


HAND_IN: Mapping[str, Callable[[Desk, Json], Handed]] = {
    "dr_own_report": report_own,
    "dr_own_signature": sign_own,
    "dr_receipt": receive,
    "dr_report": draft,
    "dr_report_signature": sign,
    "dr_countersign": countersign,
    "dr_instruction": instruct,
}


def _require_lines(desk: Desk) -> None:
    if not rows.of(desk.session, desk.case.id):
        refuse("lines", "a_line_at_least")


def _handed_in(desk: Desk, form_key: str) -> int:
    """How often a form was handed in in this case before."""
    found = (
        select(func.count(Answer.id))
        .join(Task, Task.id == Answer.task_id)
        .where(Answer.case_id == desk.case.id, Task.form_key == form_key)
    )
    return desk.session.scalar(found) or 0
