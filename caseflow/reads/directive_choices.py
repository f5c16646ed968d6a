"""What the forms of a directive offer: units of the city, and lines of the step's own unit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from caseflow import policy
from caseflow.models import Answer, Case, DirectiveLine, Post, Task, Taxpayer, Unit, User
from caseflow.reads import directive_lines
from caseflow.reads.offers import Offer
from caseflow.vocabulary import Role, UnitLevel

_SIMPLE = "simple"
_LEADERS = (Role.CITY_DIRECTOR, Role.CITY_DEPUTY)


@dataclass(frozen=True, slots=True)
class Step:
    """The step that a form belongs to: of which unit it is, and whose.

    Without a step, as where answers are read, everything of the case is offered.
    """

    unit_id: int | None = None
    item: int | None = None
    assignee_id: int | None = None

    @classmethod
    def of(cls, session: Session, task_id: int | None) -> Step:
        """The step of a task, or none."""
        task = session.get(Task, task_id) if task_id is not None else None
        if task is None:
            return cls()
        item = str((task.item or {}).get("item") or "")
        number = int(item) if item.isdecimal() else None
        return cls(task.unit_id, number, task.assignee_id)


def default_values(
    session: Session, case: Case, form_key: str, task_id: int | None
) -> dict[str, Any]:
    """Whose a line is by the register; the deadline and districts that were proposed."""
    if form_key == "dr_split":
        lines = _rows(session, case, ~directive_lines.is_settled())
        return {
            "lines": [
                {"row": _key(line), "district": str(line.district_id or "")} for line in lines
            ]
        }
    if form_key == "dr_deployment":
        lines = _undistributed(session, case, Step.of(session, task_id))
        payers = _payers(session, lines)
        return {
            "lines": [
                {"row": _key(line), "section": str(payers[line.taxpayer_id].section_id)}
                for line in lines
                if line.taxpayer_id in payers
            ]
        }
    if form_key == "dr_instruction":
        report = _answers(session, case, "dr_report")
        return {name: report[name] for name in _PROPOSED if report.get(name)}
    if form_key == "dr_report":
        report = _answers(session, case, "dr_report") or _answers(session, case, "dr_own_report")
        kept = {name: value for name, value in report.items() if name not in ("lines", "wish")}
        return {"title": case.title, **kept}
    if form_key == "dr_own_report":
        own = _answers(session, case, "dr_own_report")
        kept = {name: value for name, value in own.items() if name not in ("lines", "wish")}
        return {"title": case.title, **kept}
    return {}


_PROPOSED = ("leading_unit", "districts", "deadline")


def offers(session: Session, case: Case, wanted: str, task_id: int | None) -> list[Offer]:
    """The choices or rows of one name; none of an unknown name."""
    found = _SOURCES.get(wanted)
    return found(session, case, Step.of(session, task_id)) if found else []


def _divisions(session: Session, case: Case, step: Step) -> list[Offer]:
    del case, step
    chiefs = select(Post.unit_id).where(Post.role == Role.DIVISION_CHIEF, policy.held_today())
    return _units(session, Unit.id.in_(chiefs))


def _districts(session: Session, case: Case, step: Step) -> list[Offer]:
    del case, step
    return _units(session, Unit.level == UnitLevel.DISTRICT, Unit.valid_to.is_(None))


def _sections(session: Session, case: Case, step: Step) -> list[Offer]:
    level = Unit.level == UnitLevel.SECTION
    if step.unit_id is not None:
        return _units(session, level, Unit.parent_id == step.unit_id)
    named = select(DirectiveLine.section_id).where(DirectiveLine.case_id == case.id)
    return _units(session, level, Unit.id.in_(named))


def _units(session: Session, *where: ColumnElement[bool]) -> list[Offer]:
    rows = session.execute(
        select(Unit.id, Unit.name, Unit.name_en).where(*where).order_by(Unit.code)
    )
    return [Offer(str(row.id), row.name, row.name_en) for row in rows]


def _city_leaders(session: Session, case: Case, step: Step) -> list[Offer]:
    del case, step
    posts = select(Post.user_id).where(Post.role.in_(_LEADERS), policy.held_today())
    return _people(session, User.id.in_(posts), prefix="p")


def _officers(session: Session, case: Case, step: Step) -> list[Offer]:
    if step.unit_id is None:
        named = [
            user_id
            for line in _rows(session, case)
            for user_id in (line.officer_id, line.second_officer_id)
        ]
        return _people(session, User.id.in_([each for each in named if each]))
    posts = select(Post.user_id).where(
        Post.role == Role.TAX_ADMINISTRATOR, Post.unit_id == step.unit_id, policy.held_today()
    )
    return _people(session, User.id.in_(posts), User.is_active.is_(True))


def _people(session: Session, *where: ColumnElement[bool], prefix: str = "") -> list[Offer]:
    rows = session.execute(
        select(User.id, User.name, User.name_en).where(*where).order_by(User.name_key, User.id)
    )
    return [Offer(f"{prefix}{row.id}", row.name, row.name_en) for row in rows]


def _to_split(session: Session, case: Case, step: Step) -> list[Offer]:
    if step.unit_id is None:
        return _lines(session, case)
    return _lines(session, case, ~directive_lines.is_settled())


def _to_deploy(session: Session, case: Case, step: Step) -> list[Offer]:
    if step.unit_id is None:
        return _lines(session, case)
    return _said(session, _undistributed(session, case, step))


def _undistributed(session: Session, case: Case, step: Step) -> list[DirectiveLine]:
    here = DirectiveLine.district_id == step.unit_id
    return _rows(session, case, here, DirectiveLine.kind.is_(None), ~directive_lines.is_settled())


def _to_distribute(session: Session, case: Case, step: Step) -> list[Offer]:
    if step.unit_id is None:
        return _lines(session, case)
    here = DirectiveLine.section_id == step.unit_id
    return _lines(session, case, here, DirectiveLine.kind.is_(None), ~directive_lines.is_settled())


def _simple(session: Session, case: Case, step: Step) -> list[Offer]:
    if step.unit_id is None:
        return _lines(session, case, DirectiveLine.kind == _SIMPLE)
    return _lines(
        session,
        case,
        DirectiveLine.section_id == step.unit_id,
        DirectiveLine.officer_id == step.assignee_id,
        DirectiveLine.kind == _SIMPLE,
        DirectiveLine.outcome.is_(None),
    )


def _done(session: Session, case: Case, step: Step) -> list[Offer]:
    here = [DirectiveLine.section_id == step.unit_id] if step.unit_id is not None else []
    done = (DirectiveLine.kind == _SIMPLE, DirectiveLine.outcome.is_not(None))
    return _lines(session, case, *here, *done)


def _open(session: Session, case: Case, step: Step) -> list[Offer]:
    """Of the section whose answer it is; of the whole directive in its result."""
    if step.unit_id is None:
        return _lines(session, case)
    unit = session.get_one(Unit, step.unit_id)
    is_section = unit.level == UnitLevel.SECTION
    here = [DirectiveLine.section_id == unit.id] if is_section else []
    return _lines(session, case, *here, ~directive_lines.is_settled())


def _kept(session: Session, case: Case, step: Step) -> list[Offer]:
    here = [DirectiveLine.district_id == step.unit_id] if step.unit_id is not None else []
    is_open = [DirectiveLine.outcome.is_(None)] if step.unit_id is not None else []
    of_unit = (DirectiveLine.section_id.is_(None), DirectiveLine.taxpayer_id.is_(None))
    return _lines(session, case, *here, *is_open, *of_unit)


def _closed_of_district(session: Session, case: Case, step: Step) -> list[Offer]:
    here = [DirectiveLine.district_id == step.item] if step.item is not None else []
    return _lines(session, case, *here, directive_lines.is_settled())


def _of_district(session: Session, case: Case, step: Step) -> list[Offer]:
    here = [DirectiveLine.district_id == step.item] if step.item is not None else []
    return _lines(session, case, *here)


_SOURCES: Mapping[str, Callable[[Session, Case, Step], list[Offer]]] = {
    "divisions": _divisions,
    "districts": _districts,
    "city_leaders": _city_leaders,
    "directive_districts": _districts,
    "directive_sections": _sections,
    "directive_officers": _officers,
    "directive_split_lines": _to_split,
    "directive_deploy_lines": _to_deploy,
    "directive_section_lines": _to_distribute,
    "directive_simple_lines": _simple,
    "directive_done_lines": _done,
    "directive_open_lines": _open,
    "directive_unit_lines": _kept,
    "directive_closed_lines": _closed_of_district,
    "directive_part_lines": _of_district,
}


def _rows(session: Session, case: Case, *where: ColumnElement[bool]) -> list[DirectiveLine]:
    found = select(DirectiveLine).where(DirectiveLine.case_id == case.id, *where)
    return list(session.scalars(found.order_by(DirectiveLine.number)))


def _lines(session: Session, case: Case, *where: ColumnElement[bool]) -> list[Offer]:
    return _said(session, _rows(session, case, *where))


def _said(session: Session, lines: list[DirectiveLine]) -> list[Offer]:
    payers = _payers(session, lines)
    found = []
    for line in lines:
        payer = payers.get(line.taxpayer_id or 0)  # none too where it is kept from the reader
        about = payer.name if payer else ""
        words = " ".join(filter(None, (f"{line.number}.", about, line.indicator, line.finding)))
        found.append(Offer(_key(line), words, words))
    return found


def _key(line: DirectiveLine) -> str:
    return f"line:{line.id}"


def _payers(session: Session, lines: list[DirectiveLine]) -> dict[int, Taxpayer]:
    ids = {line.taxpayer_id for line in lines if line.taxpayer_id}
    return {each.id: each for each in session.scalars(select(Taxpayer).where(Taxpayer.id.in_(ids)))}


def _answers(session: Session, case: Case, form_key: str) -> dict[str, Any]:
    found = session.scalar(
        select(Answer.content)
        .join(Task, Task.id == Answer.task_id)
        .where(Answer.case_id == case.id, Task.form_key == form_key)
        .order_by(Answer.id.desc())
        .limit(1)
    )
    return found or {}
