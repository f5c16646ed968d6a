"""Steps 9 to 11 of a directive: the district's answer, its evaluation, the result, the closing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import ceil

from sqlalchemy import ColumnElement, func, select

from caseflow.models import Answer, DirectiveLine, DirectivePart, Task
from caseflow.models.base import Json
from caseflow.services.kinds.desk import Desk, Handed, day, refuse
from caseflow.services.kinds.directive import rows
from caseflow.vocabulary.choices import SignDecision
from caseflow.vocabulary.choices.directive import DrClosing, DrEvaluationDecision, DrOpenItem

_SAMPLE_SHARE = 0.05
_MOST_ROUNDS = 2


def answer(desk: Desk, answers: Json) -> Handed:
    """9a: unit lines that the district kept get their outcome; the figures are the system's."""
    wanted = rows.kept_by_district(desk.session, desk.case.id, desk.task.unit_id)
    given = rows.answers_by_line(desk, "unit_lines", answers.get("unit_lines"), wanted)
    for line in wanted:
        _, row = given[line.id]
        line.kind = rows.SIMPLE
        line.told = {**line.told, "done_text": row["measure"]}
        line.outcome, line.settled_at = row["outcome"], desk.times.now
    return Handed()


def sign(desk: Desk, answers: Json) -> Handed:
    """9b: the leader signs what goes up, or sends it back."""
    if answers["answer_signature"] == SignDecision.SEND_BACK:
        return Handed(returned=answers["return_text"])
    part = rows.part_of(desk.session, desk.case.id, desk.task.unit_id)
    part.state, part.answered_at = "answered", desk.times.now
    return Handed()


def evaluate(desk: Desk, answers: Json) -> Handed:
    """10: the part of the district is accepted, asked again or worked again (twice at most)."""
    part = _part_under_evaluation(desk)
    decision = answers["evaluation_decision"]
    here = DirectiveLine.district_id == part.unit_id
    if decision == DrEvaluationDecision.ACCEPT:
        _require_sample(desk, answers, here)
        part.state, part.grade = "accepted", answers["grade"]
        desk.session.flush()  # whether something is open is asked of the tables
        return Handed(variables={"open_items": _has_open_items(desk)})
    if part.rounds >= _MOST_ROUNDS:
        refuse("evaluation_decision", "again_enough", times=_MOST_ROUNDS)
    part.rounds += 1
    part.state = "open"
    if decision == DrEvaluationDecision.ASK_AGAIN:
        return Handed(returned=answers["questions"])
    named = {rows.line_id(each) for each in answers["again_lines"]}
    lines = [line for line in rows.of(desk.session, desk.case.id, here) if line.id in named]
    if {line.id for line in lines} != named:
        refuse("again_lines", "not_a_valid_choice")
    # A line whose case is under way goes on; what was settled is open again.
    settled = rows.of(desk.session, desk.case.id, here, rows.is_settled())
    rows.take_up_again(line for line in settled if line.id in named)
    told = {"lines": sorted(line.number for line in lines)}
    return Handed(payload=told, returned=answers["again_reason"])


def report(desk: Desk, answers: Json) -> Handed:
    """11a: what becomes of every open line; totals are nobody's to type."""
    wanted = rows.of(desk.session, desk.case.id, ~rows.is_settled())
    given = rows.answers_by_line(desk, "open_lines", answers.get("open_lines"), wanted)
    for line in wanted:
        at, row = given[line.id]
        if row["way"] == DrOpenItem.MEETING:
            for name in ("leader", "unit", "expected_on"):
                if not row.get(name):
                    refuse(f"open_lines-{at}-{name}", "needed_for_the_meeting")
        item = {name: row.get(name) for name in ("way", "leader", "unit", "expected_on")}
        line.told = {**line.told, "open_item": item}
    return Handed(payload={"open_lines": len(wanted)})


def sign_result(desk: Desk, answers: Json) -> Handed:
    """11b: signed, or sent back."""
    del desk
    is_back = answers["result_signature"] == SignDecision.SEND_BACK
    return Handed(returned=answers["return_text"] if is_back else None)


def close(desk: Desk, answers: Json) -> Handed:
    """11c: the leader ends the directive, lets it go on once, or sends the result back."""
    decision = answers["directive_closing"]
    if decision == DrClosing.SEND_BACK:
        return Handed(returned=answers["return_text"])
    open_lines = rows.of(desk.session, desk.case.id, ~rows.is_settled())
    if decision == DrClosing.CLOSE:
        if any("open_item" not in line.told for line in open_lines):
            refuse("directive_closing", "open_lines_without_item")
        return Handed(variables={"open_items": _has_open_items(desk)})
    if _continued(desk):
        refuse("directive_closing", "continued_once")
    if day(answers["new_deadline"]) <= desk.times.today:
        refuse("new_deadline", "not_in_the_future")
    if not open_lines:
        refuse("directive_closing", "nothing_open")
    desk.case.facts = {**desk.case.facts, "dr_deadline": answers["new_deadline"]}
    return Handed()


HAND_IN: Mapping[str, Callable[[Desk, Json], Handed]] = {
    "dr_district_answer": answer,
    "dr_answer_signature": sign,
    "dr_evaluation": evaluate,
    "dr_result": report,
    "dr_result_signature": sign_result,
    "dr_closing": close,
}


def _part_under_evaluation(desk: Desk) -> DirectivePart:
    """The part that the step is about: the item of the instance that it stands in."""
    item = (desk.task.item or {}).get("item")
    return rows.part_of(desk.session, desk.case.id, int(str(item)))


def _require_sample(desk: Desk, answers: Json, here: ColumnElement[bool]) -> None:
    closed = rows.of(desk.session, desk.case.id, here, rows.is_settled())
    sample = answers.get("sample") or []
    named = {rows.line_id(each["line"]) for each in sample}
    if named - {line.id for line in closed} or len(named) != len(sample):
        refuse("sample", "not_a_valid_choice")
    least = max(ceil(len(closed) * _SAMPLE_SHARE), 1) if closed else 0
    if len(named) < least:
        refuse("sample", "sample_too_small", least=least)


def _has_open_items(desk: Desk) -> bool:
    """Whether a line is open or a unit has not answered."""
    late = select(DirectivePart.id).where(
        DirectivePart.case_id == desk.case.id, DirectivePart.state == "late"
    )
    is_late = desk.session.scalar(late.limit(1)) is not None
    return is_late or bool(rows.of(desk.session, desk.case.id, ~rows.is_settled()))


def _continued(desk: Desk) -> bool:
    found = (
        select(func.count(Answer.id))
        .join(Task, Task.id == Answer.task_id)
        .where(
            Answer.case_id == desk.case.id,
            Task.form_key == "dr_closing",
            Answer.content["directive_closing"].astext == DrClosing.CONTINUE,
        )
    )
    return bool(desk.session.scalar(found))
