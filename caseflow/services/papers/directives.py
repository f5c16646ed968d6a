"""What papers of a directive say of its lines, parts and sums: from tables, never typed.

Several districts and sections answer side by side, so each paper takes the answers of its own
unit, and not the newest of the case.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from sqlalchemy import ColumnElement, func, select

from caseflow import clock, directive_indicators
from caseflow.directive_indicators import Snapshot
from caseflow.models import (
    Answer,
    AssessedAmount,
    DirectiveLine,
    DirectivePart,
    Task,
    Taxpayer,
    Unit,
    User,
)
from caseflow.models.base import Json
from caseflow.services.kinds.directive import rows
from caseflow.services.papers.outward import period
from caseflow.services.papers.subject import Subject
from caseflow.services.work import Work
from caseflow.vocabulary import CaseKind, PaperKind, UnitLevel
from caseflow.vocabulary.choices.directive import (
    DrCountersign,
    DrGrade,
    DrLineKind,
    DrSample,
)

_NOTHING = Decimal(0)


def told(work: Work, kind: PaperKind, arguments: Mapping[str, object]) -> Mapping[str, object]:
    """What the drawing tells, with what the tables know for this paper; other cases: unchanged."""
    make = _TOLD.get(kind)
    if work.case.kind != CaseKind.DR or make is None:
        return arguments
    unit = int(str(arguments["unit"])) if arguments.get("unit") else None
    rest = {name: value for name, value in arguments.items() if name != "unit"}
    return {**rest, **make(work, unit)}


def of_unit(subject: Subject, arguments: Mapping[str, object]) -> Subject:
    """The same subject as a paper of the district or section that the drawing names."""
    if subject.work.case.kind != CaseKind.DR or not arguments.get("unit"):
        return subject
    unit = subject.work.session.get_one(Unit, int(str(arguments["unit"])))
    if unit.level is not UnitLevel.SECTION or unit.parent_id is None:
        return replace(subject, district=unit, section=unit)
    return replace(
        subject, district=subject.work.session.get_one(Unit, unit.parent_id), section=unit
    )


def _report(work: Work, unit: int | None) -> Json:
    del unit
    said = _answers(work, "dr_report") or _answers(work, "dr_own_report")
    return {
        "leading_division": _names(work, [said.get("leading_unit")]),
        "districts": _names(work, said.get("districts") or []),
        "lines": _lines(work),
    }


def _countersigned(work: Work, unit: int | None) -> Json:
    del unit
    drafted = select(func.max(Answer.id)).join(Task, Task.id == Answer.task_id)
    last = drafted.where(Answer.case_id == work.case.id, Task.form_key == "dr_report")
    found = work.session.execute(
        select(Answer.content, Unit.name, User.name)
        .join(Task, Task.id == Answer.task_id)
        .join(Unit, Unit.id == Task.unit_id)
        .join(User, User.id == Answer.user_id)
        .where(
            Answer.case_id == work.case.id,
            Task.form_key == "dr_countersign",
            Answer.id > last.scalar_subquery(),
        )
        .order_by(Answer.id)
    )
    given = [(content, division, person) for content, division, person in found]
    if work.task is not None and work.answers is not None:
        division = work.session.get_one(Unit, work.task.unit_id).name
        given.append((work.answers, division, work.actor.name))
    return {
        "opinions_of_divisions": [
            {
                "division": division,
                "opinion": DrCountersign(content["countersign_opinion"]).zh,
                "note": content.get("objection") or content.get("countersign_note") or "",
                "name": person,
            }
            for content, division, person in given
        ]
    }


def _instruction(work: Work, unit: int | None) -> Json:
    del unit
    said = _answers(work, "dr_instruction")
    leader = work.session.get(User, int(str(said["responsible_leader"]).removeprefix("p")))
    return {
        "title": work.case.facts.get("dr_title") or work.case.title,
        "instruction": said.get("requirement") or said.get("opinion"),
        "leading_division": _names(work, [said.get("leading_unit")]),
        "districts": _names(work, said.get("districts") or []),
        "responsible_leader": leader.name if leader else "",
    }


def _notice(work: Work, unit: int | None) -> Json:
    del unit
    parts = work.session.execute(
        select(DirectivePart, Unit.name)
        .join(Unit, Unit.id == DirectivePart.unit_id)
        .where(
            DirectivePart.case_id == work.case.id,
            DirectivePart.unit_id == DirectivePart.district_id,
        )
        .order_by(Unit.code)
    ).all()
    lines = rows.to_split(work.session, work.case.id)
    return {
        "title": work.case.facts.get("dr_title") or work.case.title,
        # Decided by a meeting: its minutes are the instruction.
        "requirement": _answers(work, "dr_instruction").get("requirement")
        or work.case.facts.get("requirement"),
        "districts": "、".join(name for _, name in parts),
        "deadline": work.case.facts["dr_deadline"],
        "parts": [
            {
                "district": name,
                "requirement": part.requirement or "",
                "lines": sum(1 for line in lines if line.district_id == part.unit_id),
                "due_on": part.due_on.isoformat() if part.due_on else None,
            }
            for part, name in parts
        ],
        "lines": _lines(work),
    }


def _deployment(work: Work, unit: int | None) -> Json:
    said = _answers(work, "dr_deployment", unit)
    part = rows.part_of(work.session, work.case.id, unit or 0)
    deadline = part.due_on.isoformat() if part.due_on else work.case.facts["dr_deadline"]
    return {
        "requirement": said.get("requirement") or part.requirement,
        "deadline": deadline,
        "lines": _lines(work, DirectiveLine.district_id == unit),
    }


def _section_feedback(work: Work, unit: int | None) -> Json:
    said = _answers(work, "dr_section_answer", unit)
    here = DirectiveLine.section_id == unit
    return {**_words(said), "results": _results(work, [unit]), "open_items": _open(work, here)}


def _district_feedback(work: Work, unit: int | None) -> Json:
    said = _answers(work, "dr_district_answer", unit)
    sections = work.session.scalars(
        select(DirectivePart.unit_id)
        .where(DirectivePart.case_id == work.case.id, DirectivePart.district_id == unit)
        .order_by(DirectivePart.unit_id)
    ).all()
    here = DirectiveLine.district_id == unit
    units: list[int | None] = [each for each in sections if each != unit] or [unit]
    return {**_words(said), "results": _results(work, units), "open_items": _open(work, here)}


def _evaluation(work: Work, unit: int | None) -> Json:
    said = work.answers or {}
    numbers = {f"line:{line.id}": line for line in rows.of(work.session, work.case.id)}
    return {
        "district": _names(work, [unit]),
        "grade": DrGrade(said["grade"]).zh,
        "reason": said.get("grade_reason"),
        "questions": said.get("questions") or said.get("again_reason"),
        "indicators": _compared(work, unit),
        "sample": [
            {
                "name": _about(work, numbers[each["line"]]),
                "result": DrSample(each["result"]).zh,
            }
            for each in said.get("sample") or []
        ],
    }


def _compared(work: Work, unit: int | None) -> list[Json]:
    """The indicators of the lines before and after, as the screenings have them."""
    found = directive_indicators.of(work.session, work.case, [unit] if unit else None)
    return [
        {
            "name": f"{each.code} {each.name}",
            "before": _households(each.before),
            "after": "口径已变，不作比较" if each.is_reworded else _households(each.after),
        }
        for each in found
    ]


def _households(found: Snapshot | None) -> str:
    return f"{found.households}户（{period(found.period)}）" if found else "尚无筛查"


def _result(work: Work, unit: int | None) -> Json:
    del unit
    said = _answers(work, "dr_result")
    today = clock.today()
    late = work.session.execute(
        select(Unit.name, DirectivePart.due_on)
        .join(DirectivePart, DirectivePart.unit_id == Unit.id)
        .where(DirectivePart.case_id == work.case.id, DirectivePart.state == "late")
        .order_by(Unit.code)
    )
    districts = work.session.scalars(
        select(DirectivePart.unit_id)
        .where(
            DirectivePart.case_id == work.case.id,
            DirectivePart.unit_id == DirectivePart.district_id,
        )
        .order_by(DirectivePart.unit_id)
    ).all()
    return {
        "title": work.case.facts.get("dr_title") or work.case.title,
        "findings": said.get("findings"),
        "advice": said.get("method"),
        "results": _results(work, districts),
        "late_units": [
            {"unit": name, "days": max((today - due_on).days, 0) if due_on else 0}
            for name, due_on in late
        ],
        "open_items": _open(work),
    }


_TOLD: Mapping[PaperKind, Callable[[Work, int | None], Json]] = {
    PaperKind.ANALYSIS_REPORT: _report,
    PaperKind.WARNING_REPORT: _report,
    PaperKind.COUNTERSIGN_SHEET: _countersigned,
    PaperKind.INSTRUCTION_SHEET: _instruction,
    PaperKind.DIRECTIVE_NOTICE: _notice,
    PaperKind.DEPLOYMENT_SHEET: _deployment,
    PaperKind.SECTION_FEEDBACK: _section_feedback,
    PaperKind.DIRECTIVE_FEEDBACK: _district_feedback,
    PaperKind.DIRECTIVE_EVALUATION: _evaluation,
    PaperKind.DIRECTIVE_RESULT: _result,
}


def _words(said: Json) -> Json:
    names = ("summary", "problems", "causes", "measures", "advice")
    return {name: said[name] for name in names if said.get(name)}


def _answers(work: Work, form_key: str, unit_id: int | None = None) -> Json:
    """The newest answers of a form, of one unit where several answer; those of now first."""
    task = work.task
    if task is not None and task.form_key == form_key and unit_id in (None, task.unit_id):
        return work.answers or {}
    found = (
        select(Answer.content)
        .join(Task, Task.id == Answer.task_id)
        .where(Answer.case_id == work.case.id, Task.form_key == form_key)
        .order_by(Answer.id.desc())
        .limit(1)
    )
    if unit_id is not None:
        found = found.where(Task.unit_id == unit_id)
    return work.session.scalar(found) or {}


def _names(work: Work, ids: Sequence[object]) -> str:
    wanted = [int(str(each)) for each in ids if each]
    names = select(Unit.name).where(Unit.id.in_(wanted)).order_by(Unit.code)
    return "、".join(work.session.scalars(names))


def _about(work: Work, line: DirectiveLine) -> str:
    if line.taxpayer_id is not None:
        return work.session.get_one(Taxpayer, line.taxpayer_id).name
    unit_id = line.section_id or line.district_id
    return work.session.get_one(Unit, unit_id).name if unit_id else ""


def _lines(work: Work, *where: ColumnElement[bool]) -> list[Json]:
    return [
        {
            "name": _about(work, line) or line.finding,
            "finding": line.finding,
            "period": line.period or "",
            "kind": DrLineKind(line.kind).zh if line.kind else "",
            "district": _names(work, [line.district_id]),
            "due_on": line.due_on.isoformat() if line.due_on else None,
        }
        for line in rows.of(work.session, work.case.id, *where)
    ]


def _open(work: Work, *where: ColumnElement[bool]) -> list[Json]:
    """Lines without an outcome, with what was said of them."""
    found = rows.of(work.session, work.case.id, *where, ~rows.is_settled())
    return [
        {
            "name": _about(work, line) or line.finding,
            "reason": line.told.get("reason") or line.finding,
            "expected_on": (line.told.get("open_item") or line.told).get("expected_on"),
        }
        for line in found
    ]


def _results(work: Work, units: Sequence[int | None]) -> list[Json]:
    """Households, closed and open lines, tax and surcharge of each unit."""
    return [_result_of(work, unit_id) for unit_id in units if unit_id is not None]


def _result_of(work: Work, unit_id: int) -> Json:
    here = (DirectiveLine.district_id == unit_id) | (DirectiveLine.section_id == unit_id)
    lines = rows.of(work.session, work.case.id, here)
    closed = rows.of(work.session, work.case.id, here, rows.is_settled())
    cases = {line.line_case_id for line in closed if line.line_case_id}
    tax, surcharge = work.session.execute(
        select(
            func.sum(AssessedAmount.recomputed - AssessedAmount.declared),
            func.sum(AssessedAmount.surcharge),
        ).where(AssessedAmount.case_id.in_(cases))
    ).one()
    return {
        "unit": _names(work, [unit_id]),
        "households": len({line.taxpayer_id for line in lines if line.taxpayer_id}),
        "closed": len(closed),
        "open": len(lines) - len(closed),
        "tax": str(tax or _NOTHING),
        "surcharge": str(surcharge or _NOTHING),
    }
