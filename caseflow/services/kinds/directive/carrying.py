"""Steps 7 and 8 of a directive: simple lines, and the answer of the section."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy import func, select

from caseflow import clock
from caseflow.models import Answer, DirectiveLine, Task
from caseflow.models.base import Json
from caseflow.services.kinds.desk import Desk, Handed, day, refuse
from caseflow.services.kinds.directive import handing_down, rows
from caseflow.services.kinds.directive.rows import SIMPLE
from caseflow.vocabulary.choices import RecusalDeclaration
from caseflow.vocabulary.choices.directive import DrLineOutcome, DrSectionDecision

_MOST_AGAIN = 2


def work_lines(desk: Desk, answers: Json) -> Handed:
    """7a: every simple line of the officer gets its outcome, with evidence."""
    if answers["recusal"] != RecusalDeclaration.NONE:
        # Who has a tie does no line at all: declared on the case, it goes to the chief.
        refuse("recusal", "declare_on_the_case")
    wanted = rows.simple_of(desk.session, desk.case.id, desk.task.unit_id, desk.task.assignee_id)
    given = rows.answers_by_line(desk, "lines", answers.get("lines"), wanted)
    for line in wanted:
        at, row = given[line.id]
        if row["outcome"] == DrLineOutcome.NOT_VERIFIABLE:
            if not row.get("outcome_reason"):
                refuse(f"lines-{at}-outcome_reason", "why_not_verifiable")
        elif not row.get("evidence"):
            refuse(f"lines-{at}-evidence", "evidence_at_least_one")
        told = ("outcome_reason", "done_text", "cause", "evidence")
        line.told = {**line.told, **{name: row.get(name) for name in told}}
        line.outcome, line.settled_at = row["outcome"], desk.times.now
    return Handed(payload={"lines": len(wanted)})


def answer(desk: Desk, answers: Json) -> Handed:
    """8: the chief says why lines are open and answers, or has simple lines done again."""
    section_id = desk.task.unit_id
    here = DirectiveLine.section_id == section_id
    open_lines = rows.of(desk.session, desk.case.id, here, ~rows.is_settled())
    given = rows.answers_by_line(desk, "open_lines", answers.get("open_lines"), open_lines)
    if answers["section_decision"] == DrSectionDecision.AGAIN:
        return _again(desk, answers)
    for line in open_lines:
        _, row = given[line.id]
        line.told = {**line.told, "reason": row["reason"], "expected_on": row["expected_on"]}
    part = rows.part_of(desk.session, desk.case.id, section_id)
    part.state, part.answered_at = "answered", desk.times.now
    return Handed(payload={"open_lines": len(open_lines)})


HAND_IN: Mapping[str, Callable[[Desk, Json], Handed]] = {
    "dr_simple_lines": work_lines,
    "dr_section_answer": answer,
}


def _again(desk: Desk, answers: Json) -> Handed:
    section_id = desk.task.unit_id
    due_at = desk.variables.get("lines_due")
    deadline = day(desk.case.facts["dr_deadline"])
    if due_at is not None and desk.times.now >= clock.end_of(deadline):
        refuse("section_decision", "after_the_deadline")
    before = desk.session.scalar(
        select(func.count(Answer.id))
        .join(Task, Task.id == Answer.task_id)
        .where(
            Answer.case_id == desk.case.id,
            Task.form_key == "dr_section_answer",
            Task.unit_id == section_id,
            Answer.content["section_decision"].astext == DrSectionDecision.AGAIN,
        )
    )
    if (before or 0) >= _MOST_AGAIN:
        refuse("section_decision", "again_enough", times=_MOST_AGAIN)
    here = DirectiveLine.section_id == section_id
    named = {rows.line_id(each) for each in answers["again_lines"]}
    lines = rows.of(desk.session, desk.case.id, here, DirectiveLine.kind == SIMPLE)
    chosen = [line for line in lines if line.id in named]
    if {line.id for line in chosen} != named:
        refuse("again_lines", "not_a_valid_choice")
    for line in chosen:
        line.outcome = line.settled_at = None
    desk.session.flush()  # the officers are looked for by their open lines
    return Handed(
        variables={"officers": handing_down.officers(desk, section_id), "settled": []},
        payload={"lines": sorted(line.number for line in chosen)},
        returned=answers["again_reason"],
    )
