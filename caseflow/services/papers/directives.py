"""What papers of a directive say of its lines, parts and sums: from tables, never typed.

Several districts and sections answer side by side, so each paper takes the answers of its own
unit, and not the newest of the case.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import aliased

from caseflow import case_sums, clock, directive_indicators, policy
from caseflow.case_sums import Brought
from caseflow.directive_indicators import Snapshot
from caseflow.models import (
    Answer,
    Case,
    DirectiveLine,
    DirectivePart,
    Task,
    Taxpayer,
    Unit,
    User,
)
from caseflow.models.base import Json, among
from caseflow.services.kinds.directive import rows
from caseflow.services.papers import issued
from caseflow.services.papers.outward import period
from caseflow.services.papers.subject import Subject
from caseflow.services.papers.told import signing
from caseflow.services.work import Work
from caseflow.vocabulary import CaseKind, Outcome, PaperKind, UnitLevel
from caseflow.vocabulary.choices.directive import (
    DrCountersign,
    DrGrade,
    DrLineKind,
    DrLineOutcome,
    DrOpenItem,
    DrSample,
)

_REPORTS = (PaperKind.ANALYSIS_REPORT, PaperKind.WARNING_REPORT)
# Columns that stand only where a case has brought something for them.
_RARE = ("income_adjusted", "loss_offset")
_STATES = {
    "open": "办理中",
    "answered": "已反馈",
    "accepted": "已通过评价",
    "late": "逾期未反馈",
}
_OF_UNITS = "单位事项"
_KEPT = "本局自行办理"
_NO_OUTCOME = "无结果"
# A line, and whether it is settled.
_Worked = tuple[DirectiveLine, bool]


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
        return replace(subject, district=unit, section=unit, unit=unit)
    district = subject.work.session.get_one(Unit, unit.parent_id)
    return replace(subject, district=district, section=unit, unit=unit)


def _report(work: Work, unit: int | None) -> Json:
    del unit
    said = _answers(work, "dr_report") or _answers(work, "dr_own_report")
    return {
        "leading_division": _names(work, [said.get("leading_unit")]),
        "districts": _names(work, said.get("districts") or []),
        "divisions": _names(work, said.get("divisions") or []),
        "lines": _lines(work),
    }


def _countersigned(work: Work, unit: int | None) -> Json:
    del unit
    principal = aliased(User)
    drafted = select(func.max(Answer.id)).join(Task, Task.id == Answer.task_id)
    last = drafted.where(Answer.case_id == work.case.id, Task.form_key == "dr_report")
    found = work.session.execute(
        select(Answer.content, Unit.name, User.name, principal.name, Answer.at)
        .join(Task, Task.id == Answer.task_id)
        .join(Unit, Unit.id == Task.unit_id)
        .join(User, User.id == Answer.user_id)
        .outerjoin(principal, principal.id == Answer.for_id)
        .where(
            Answer.case_id == work.case.id,
            Task.form_key == "dr_countersign",
            Answer.id > last.scalar_subquery(),
        )
        .order_by(Answer.id)
    )
    given = [
        (content, division, f"{person} 代 {for_whom}" if for_whom else person, at)
        for content, division, person, for_whom, at in found
    ]
    if work.task is not None and work.answers is not None:
        division = work.session.get_one(Unit, work.task.unit_id).name
        given.append((work.answers, division, signing(work), work.times.now))
    return {
        **_about_report(work),
        "opinions_of_divisions": [
            {
                "division": division,
                "opinion": DrCountersign(content["countersign_opinion"]).zh,
                "note": content.get("objection") or content.get("countersign_note") or "",
                "name": person,
                "at": at.isoformat(),
            }
            for content, division, person, at in given
        ],
    }


def _instruction(work: Work, unit: int | None) -> Json:
    del unit
    said = _answers(work, "dr_instruction")
    leader = work.session.get(User, int(str(said["responsible_leader"]).removeprefix("p")))
    return {
        **_about_report(work),
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
        **_about_report(work),
        # Decided by a meeting: its minutes are the instruction.
        "requirement": _answers(work, "dr_instruction").get("requirement")
        or work.case.facts.get("requirement"),
        "districts": "、".join(name for _, name in parts),
        "deadline": work.case.facts["dr_deadline"],
        "parts": [
            {
                "district": name,
                "requirement": part.requirement or "",
                "columns": part.columns or "",
                "lines": sum(1 for line in lines if line.district_id == part.unit_id),
                "due_on": part.due_on.isoformat() if part.due_on else None,
            }
            for part, name in parts
        ],
    }


def _deployment(work: Work, unit: int | None) -> Json:
    said = _answers(work, "dr_deployment", unit)
    part = rows.part_of(work.session, work.case.id, unit or 0)
    deadline = part.due_on.isoformat() if part.due_on else work.case.facts["dr_deadline"]
    # Those that nobody works on yet: later rounds name only what is to be done again.
    to_do = (DirectiveLine.district_id == unit, DirectiveLine.kind.is_(None), ~rows.is_settled())
    return {
        **_about_notice(work),
        "requirement": said.get("requirement") or part.requirement,
        "deadline": deadline,
        "lines": _lines(work, *to_do),
    }


def _section_feedback(work: Work, unit: int | None) -> Json:
    said = _answers(work, "dr_section_answer", unit)
    here = DirectiveLine.section_id == unit
    return {
        **_about_notice(work),
        **_words(said),
        "answered_by": _names(work, [unit]),
        "results": _results(work, [unit]),
        "outcomes": _outcomes(work, here),
        "open_items": _open(work, here),
    }


def _district_feedback(work: Work, unit: int | None) -> Json:
    said = _answers(work, "dr_district_answer", unit)
    here = DirectiveLine.district_id == unit
    return {
        **_about_notice(work),
        **_words(said),
        "results": _results_within(work, unit),
        "outcomes": _outcomes(work, here),
        "unit_lines": [
            {
                "name": line.finding,
                "measure": line.told.get("done_text", ""),
                "outcome": _outcome(line.outcome),
            }
            for line in rows.of(
                work.session,
                work.case.id,
                here,
                DirectiveLine.section_id.is_(None),
                DirectiveLine.taxpayer_id.is_(None),
                rows.is_settled(),
            )
        ],
        "late_units": _late(work, here=DirectivePart.district_id == unit),
        "open_items": _open(work, here),
    }


def _evaluation(work: Work, unit: int | None) -> Json:
    said = work.answers or {}
    numbers = {f"line:{line.id}": line for line in rows.of(work.session, work.case.id)}
    sample = [(numbers[each["line"]], each) for each in said.get("sample") or []]
    named = _named(work, [line for line, _ in sample])
    here = _worked(work, DirectiveLine.district_id == unit)
    every, closed = len(here), sum(is_settled for _, is_settled in here)
    return {
        **_about_notice(work),
        "district": _names(work, [unit]),
        "closed": f"共{every}项，已办结{closed}项，未办结{every - closed}项",
        "grade": DrGrade(said["grade"]).zh,
        "reason": said.get("grade_reason"),
        "questions": said.get("questions") or said.get("again_reason"),
        "indicators": _compared(work, unit),
        "sample": [
            {
                "at": line.number,
                "name": named.about(line),
                "finding": line.finding,
                "result": DrSample(each["result"]).zh,
            }
            for line, each in sample
        ],
    }


def _compared(work: Work, unit: int | None) -> list[Json]:
    """The indicators of the lines before and after, as the screenings have them."""
    found = directive_indicators.of(work.session, work.case, [unit] if unit else None)
    units = _units(work, {each.district_id for each in found})
    return [
        {
            "name": f"{each.code} {each.name}",
            "district": "" if unit else units[each.district_id].short_name,
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
    parts = work.session.execute(
        select(DirectivePart, Unit.name)
        .join(Unit, Unit.id == DirectivePart.unit_id)
        .where(
            DirectivePart.case_id == work.case.id,
            DirectivePart.unit_id == DirectivePart.district_id,
        )
        .order_by(Unit.code)
    ).all()
    return {
        **_about_notice(work),
        "findings": said.get("findings"),
        "method": said.get("method"),
        "results": _results(work, [part.unit_id for part, _ in parts]),
        "outcomes": _outcomes(work),
        "evaluations": [
            {
                "unit": name,
                "state": _STATES[part.state],
                "answered_on": part.answered_at and clock.local_date(part.answered_at).isoformat(),
                "grade": DrGrade(part.grade).zh if part.grade else "",
            }
            for part, name in parts
        ],
        "indicators": _compared(work, None),
        "late_units": _late(work),
        "open_items": _open(work),
    }


def _late(work: Work, here: ColumnElement[bool] | None = None) -> list[Json]:
    """The units of a directive that have not answered in time, with the days since."""
    today = clock.today()
    late = (
        select(Unit.name, DirectivePart.due_on)
        .join(DirectivePart, DirectivePart.unit_id == Unit.id)
        .where(DirectivePart.case_id == work.case.id, DirectivePart.state == "late")
        .order_by(Unit.code)
    )
    return [
        {"unit": name, "days": max((today - due_on).days, 0) if due_on else 0}
        for name, due_on in work.session.execute(late if here is None else late.where(here))
    ]


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


def _about_report(work: Work) -> Json:
    """What is directed, and the report on which it rests."""
    title = work.case.facts.get("dr_title") or work.case.title
    return {"title": title, "report": issued.name(work, *_REPORTS)}


def _about_notice(work: Work) -> Json:
    """What is directed, and the notice that asks for it; an own directive rests on its report."""
    title = work.case.facts.get("dr_title") or work.case.title
    notice = issued.name(work, PaperKind.DIRECTIVE_NOTICE)
    return {"title": title, "notice": notice or issued.name(work, *_REPORTS)}


@dataclass(frozen=True, slots=True)
class _Household:
    """A household of a line as papers name it."""

    name: str
    tin: str


@dataclass(frozen=True, slots=True)
class _Named:
    """Households and units of some lines, by their ids."""

    households: Mapping[int, _Household]
    units: Mapping[int, Unit]

    def about(self, line: DirectiveLine) -> str:
        """Whom a line is about."""
        if line.taxpayer_id is not None:
            return self.households[line.taxpayer_id].name
        unit_id = line.section_id or line.district_id
        return self.units[unit_id].name if unit_id else _OF_UNITS

    def short(self, unit_id: int | None) -> str:
        """The short name of a unit, if there is one."""
        return self.units[unit_id].short_name if unit_id else ""


def _named(work: Work, lines: Collection[DirectiveLine]) -> _Named:
    """Whom these lines are about and where they lie, one statement for each."""
    wanted = among(Taxpayer.id, [line.taxpayer_id for line in lines if line.taxpayer_id])
    found = work.session.execute(
        select(Taxpayer.id, Taxpayer.name, policy.printed_tin()).where(wanted)
    )
    ids = {each for line in lines for each in (line.district_id, line.section_id) if each}
    return _Named({row[0]: _Household(*row[1:]) for row in found}, _units(work, ids))


def _units(work: Work, ids: Collection[int]) -> Mapping[int, Unit]:
    found = work.session.scalars(select(Unit).where(Unit.id.in_(ids)))
    return {unit.id: unit for unit in found}


def _lines(work: Work, *where: ColumnElement[bool]) -> list[Json]:
    found = rows.of(work.session, work.case.id, *where)
    named = _named(work, found)
    return [
        {
            "at": line.number,
            "name": named.about(line),
            "tin": named.households[line.taxpayer_id].tin if line.taxpayer_id else "",
            "finding": line.finding,
            "indicator": line.indicator or "",
            "period": line.period or "",
            "measured": line.measured or "",
            "threshold": line.threshold or "",
            "requirement": line.requirement or ("须核实" if line.is_to_verify else ""),
            "kind": DrLineKind(line.kind).zh if line.kind else "",
            "district": named.short(line.district_id),
            "section": named.short(line.section_id) or named.short(line.district_id),
            "due_on": line.due_on.isoformat() if line.due_on else None,
        }
        for line in found
    ]


def _open(work: Work, *where: ColumnElement[bool]) -> list[Json]:
    """Lines without an outcome, with what was said of them and what becomes of them."""
    found = rows.of(work.session, work.case.id, *where, ~rows.is_settled())
    named = _named(work, found)
    return [
        {
            "at": line.number,
            "name": named.about(line),
            "reason": line.told.get("reason") or line.finding,
            "way": DrOpenItem(item["way"]).zh if item.get("way") else "",
            "leader": item.get("leader"),
            "unit": item.get("unit"),
            "expected_on": item.get("expected_on") or line.told.get("expected_on"),
        }
        for line in found
        for item in [line.told.get("open_item") or {}]
    ]


def _results(work: Work, units: Sequence[int | None]) -> list[Json]:
    """The sums of each unit: lines, households, what is closed and open, what it brought."""
    wanted = [unit_id for unit_id in units if unit_id is not None]
    of_units = DirectiveLine.district_id.in_(wanted) | DirectiveLine.section_id.in_(wanted)
    lines = _worked(work, of_units)
    amounts, named = _brought(work, lines), _units(work, wanted)
    return _told_of(
        _result_of(
            named[unit_id].name,
            [each for each in lines if unit_id in (each[0].district_id, each[0].section_id)],
            amounts,
        )
        for unit_id in wanted
    )


def _results_within(work: Work, district_id: int | None) -> list[Json]:
    """The sums of each section of a district, and of what the district keeps itself."""
    sections = work.session.execute(
        select(Unit.id, Unit.name)
        .join(DirectivePart, DirectivePart.unit_id == Unit.id)
        .where(
            DirectivePart.case_id == work.case.id,
            DirectivePart.district_id == district_id,
            DirectivePart.unit_id != district_id,
        )
        .order_by(Unit.code)
    ).all()
    lines = _worked(work, DirectiveLine.district_id == district_id)
    amounts = _brought(work, lines)
    parts: list[tuple[int | None, str]] = [(row.id, row.name) for row in sections]
    found = [
        _result_of(name, [each for each in lines if each[0].section_id == unit_id], amounts)
        for unit_id, name in [*parts, (None, _KEPT)]
    ]
    return _told_of(found if found[-1]["lines"] else found[:-1])


def _told_of(results: Iterable[Json]) -> list[Json]:
    """What no case has brought needs no column."""
    found = list(results)
    idle = [name for name in _RARE if not any(row[name] for row in found)]
    return [
        {name: "" if name in idle else str(value) for name, value in row.items()} for row in found
    ]


def _worked(work: Work, *where: ColumnElement[bool]) -> list[_Worked]:
    """These lines in order, each with whether it is settled; one statement."""
    found = select(DirectiveLine, rows.is_settled()).where(
        DirectiveLine.case_id == work.case.id, *where
    )
    return [(row[0], row[1]) for row in work.session.execute(found.order_by(DirectiveLine.number))]


def _brought(work: Work, lines: Iterable[_Worked]) -> Mapping[int, Brought]:
    ended = {line.line_case_id for line, is_settled in lines if is_settled and line.line_case_id}
    return case_sums.brought(work.session, ended)


def _result_of(name: str, lines: Sequence[_Worked], amounts: Mapping[int, Brought]) -> Json:
    closed = [line for line, is_settled in lines if is_settled]
    # Two lines of a household may share a case, which counts once.
    ended = {line.line_case_id for line in closed if line.line_case_id} & amounts.keys()
    brought = sum((amounts[each] for each in ended), Brought())
    return {
        "unit": name,
        "lines": len(lines),
        "households": len({line.taxpayer_id for line, _ in lines if line.taxpayer_id}),
        "closed": len(closed),
        "open": len(lines) - len(closed),
        "tax": brought.tax,
        "surcharge": brought.surcharge,
        "income_adjusted": brought.income_adjusted,
        "loss_offset": brought.loss_offset,
    }


def _outcomes(work: Work, *where: ColumnElement[bool]) -> list[Json]:
    """How many lines ended how: by their own outcome, or by that of their case."""
    closed = rows.of(work.session, work.case.id, *where, rows.is_settled())
    ends = dict(
        work.session.execute(
            select(Case.id, Case.outcome).where(
                among(Case.id, [line.line_case_id for line in closed if line.line_case_id])
            )
        ).all()
    )
    counted = Counter(_outcome(line.outcome or ends.get(line.line_case_id or 0)) for line in closed)
    return [{"outcome": name, "lines": number} for name, number in counted.most_common()]


def _outcome(outcome: str | None) -> str:
    simple = {term.value: term.zh for term in DrLineOutcome}
    return simple.get(outcome or "") or (Outcome(outcome).zh if outcome else _NO_OUTCOME)
