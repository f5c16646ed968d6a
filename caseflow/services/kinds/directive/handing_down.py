"""Steps 4 to 6 of a directive: split among districts, deployed to sections, given to officers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date

from sqlalchemy import select

from caseflow import policy
from caseflow.models import Case, DirectiveLine, IndicatorVersion, Post, TaxWarning, Unit
from caseflow.models.base import Json
from caseflow.services.kinds import contact_ban
from caseflow.services.kinds.desk import Desk, Handed, day, refuse
from caseflow.services.kinds.directive import moving, rows
from caseflow.services.kinds.directive.reporting import deadlines
from caseflow.services.kinds.directive.rows import SIMPLE
from caseflow.vocabulary import CaseKind, Outcome, Role, UnitLevel

TABLE = "dr_line_kind"
# What the table says of a line whose household is being worked on: the kind stays the indicator's.
_ELSEWHERE = frozenset({"join", "wait", "inspection"})
_SHORTEST_REASON = 10


def split(desk: Desk, answers: Json) -> Handed:
    """4: every line in exactly one district, the one that the register names."""
    wanted = rows.to_split(desk.session, desk.case.id)
    given = rows.answers_by_line(desk, "lines", answers.get("lines"), wanted)
    due = deadlines(desk)
    latest = day(desk.case.facts["dr_deadline"])
    for line in wanted:
        at, row = given[line.id]
        _into_district(desk, line, f"lines-{at}-district", row)
        line.due_on = _earlier(row, f"lines-{at}-due_on", latest) or line.due_on
    added = rows.add(desk, "new_lines", answers.get("new_lines"))
    for at, row in enumerate(answers.get("new_lines") or []):
        _into_district(desk, added[at], f"new_lines-{at}-district", row)
    every = [*wanted, *added]
    if not every:
        refuse("new_lines", "a_line_at_least")
    districts = sorted({line.district_id for line in every if line.district_id})
    if {int(each) for each in desk.case.facts.get("meeting_districts", ())} - {*districts}:
        refuse("new_lines", "a_line_for_each_district")
    for district_id in districts:
        unit = desk.session.get_one(Unit, district_id)
        rows.part(desk.session, desk.case.id, unit, unit.id).due_on = latest
    desk.session.flush()  # the parts are found by their units below
    _ask(desk, answers.get("requirements") or [], latest, districts)
    told = {"lines": len(every), "deadline": latest.isoformat()}
    return Handed(
        variables={"districts": [str(each) for each in districts], "settled": [], **due},
        payload=told,
    )


def deploy(desk: Desk, answers: Json) -> Handed:
    """5: a section for each line; unit lines may be kept for the district's own answer."""
    district_id = desk.task.unit_id
    wanted = rows.to_deploy(desk.session, desk.case.id, district_id)
    given = rows.answers_by_line(desk, "lines", answers.get("lines"), wanted)
    own = rows.part_of(desk.session, desk.case.id, district_id)
    latest = own.due_on or day(desk.case.facts["dr_deadline"])
    for line in wanted:
        at, row = given[line.id]
        _into_section(desk, line, f"lines-{at}-section", row)
        line.due_on = _earlier(row, f"lines-{at}-due_on", latest) or line.due_on
    added = rows.add(desk, "new_lines", answers.get("new_lines"))
    for at, row in enumerate(answers.get("new_lines") or []):
        line = added[at]
        if line.taxpayer_id is not None and line.district_id != district_id:
            refuse(f"new_lines-{at}-tin", "not_own_household")
        line.district_id = district_id
        _into_section(desk, line, f"new_lines-{at}-section", row)
    if answers.get("requirement"):
        own.requirement = "\n".join(filter(None, (own.requirement, answers["requirement"])))
    own.state = "open"
    desk.session.flush()  # the open lines are looked for by their sections
    here = DirectiveLine.district_id == district_id
    open_lines = rows.of(desk.session, desk.case.id, here, ~rows.is_settled())
    sections = sorted({line.section_id for line in open_lines if line.section_id})
    for section_id in sections:
        unit = desk.session.get_one(Unit, section_id)
        rows.part(desk.session, desk.case.id, unit, district_id).due_on = latest
    return Handed(
        variables={"sections": [str(each) for each in sections], "settled": []},
        payload={"lines": len(open_lines), "sections": len(sections)},
    )


def distribute(desk: Desk, answers: Json) -> Handed:
    """6: for each line its kind and officers; cases are opened by the drawing's next step."""
    section_id = desk.task.unit_id
    wanted = rows.to_distribute(desk.session, desk.case.id, section_id)
    given = rows.answers_by_line(desk, "lines", answers.get("lines"), wanted)
    gone = moving.gone(desk, wanted)
    moved = [moving.follow(desk, line, _kind_elsewhere(desk, line)) for line in gone]
    for line in wanted:
        if line in gone:
            continue
        at, row = given[line.id]
        place = f"lines-{at}"
        proposed = proposal(desk, line)
        _require_reason(row, f"{place}-kind_reason", proposed)
        line.kind = row["kind"]
        line.officer_id = _officer(desk, section_id, f"{place}-main_officer", row["main_officer"])
        if line.kind != SIMPLE:
            if not row.get("second_officer"):
                refuse(f"{place}-second_officer", "second_officer_too")
            if row["second_officer"] == row["main_officer"]:
                refuse(f"{place}-second_officer", "two_people")
            second = row["second_officer"]
            line.second_officer_id = _officer(desk, section_id, f"{place}-second_officer", second)
        if line.kind != SIMPLE:
            _require_case(desk, line, f"{place}-kind", proposed)
        line.told = {**line.told, "road": proposed}
        if proposed == "inspection":
            _to_inspection(desk, line)
        if row.get("requirement"):
            line.requirement = "\n".join(filter(None, (line.requirement, row["requirement"])))
    desk.session.flush()  # the simple lines are looked for by their officers
    return Handed(
        variables={"officers": officers(desk, section_id), "settled": []},
        payload={"moved": moved} if moved else {},
    )


def officers(desk: Desk, section_id: int) -> list[str]:
    """Who has open simple lines in a section."""
    here = DirectiveLine.section_id == section_id
    simple = rows.of(
        desk.session,
        desk.case.id,
        here,
        DirectiveLine.kind == SIMPLE,
        DirectiveLine.outcome.is_(None),
    )
    return [str(each) for each in sorted({line.officer_id for line in simple if line.officer_id})]


def proposal(desk: Desk, line: DirectiveLine) -> str:
    """What the table 清册行办理方式表 says of a line.

    A case is about hits: without one that waits, and without an open case, there is none to open.
    """
    payer = rows.household(desk, line)
    case_type = _case_type(desk, line)
    open_case = _open_case(desk, line, case_type) if payer is not None else "none"
    hits = rows.waiting_doubts(desk.session, line) if payer is not None else []
    asked = {
        "line_about": "unit" if payer is None else "household",
        "cancelled": payer is not None and payer.reg_status == "cancelled",
        "inspected": payer is not None and _is_inspected(desk, line, hits),
        "open_case": open_case,
        "case_type": case_type if hits else "",
        "verify": line.is_to_verify and bool(hits),
    }
    return str(desk.process.decisions[TABLE].decide(asked))


HAND_IN: Mapping[str, Callable[[Desk, Json], Handed]] = {
    "dr_split": split,
    "dr_deployment": deploy,
    "dr_distribution": distribute,
}


def _into_district(desk: Desk, line: DirectiveLine, place: str, row: Json) -> None:
    unit = rows.unit_of(desk, place, row["district"], UnitLevel.DISTRICT)
    payer = rows.household(desk, line)
    rows.require_responsible(line, place, unit.id, payer.district_id if payer else None)
    line.district_id = unit.id


def _into_section(desk: Desk, line: DirectiveLine, place: str, row: Json) -> None:
    if not row.get("section"):
        if line.taxpayer_id is not None:
            refuse(place, "household_needs_section")
        line.section_id = None
        return
    unit = rows.unit_of(desk, place, row["section"], UnitLevel.SECTION)
    if unit.parent_id != desk.task.unit_id:
        refuse(place, "not_a_valid_choice")
    payer = rows.household(desk, line)
    rows.require_responsible(line, place, unit.id, payer.section_id if payer else None)
    line.section_id = unit.id


def _earlier(row: Json, place: str, latest: date) -> date | None:
    if not row.get("due_on"):
        return None
    due_on = day(row["due_on"])
    if due_on > latest:
        refuse(place, "only_earlier", latest=latest)
    return due_on


def _ask(desk: Desk, asked: Iterable[Json], latest: date, districts: list[int]) -> None:
    for at, row in enumerate(asked):
        if int(row["row"]) not in districts:
            continue  # the instruction named it, but no line is its
        part = rows.part_of(desk.session, desk.case.id, int(row["row"]))
        part.requirement, part.columns = row.get("requirement"), row.get("columns")
        part.due_on = _earlier(row, f"requirements-{at}-due_on", latest) or latest


def _officer(desk: Desk, section_id: int, place: str, user_id: str) -> int:
    holds = select(Post.id).where(
        Post.user_id == int(user_id),
        Post.role == Role.TAX_ADMINISTRATOR,
        Post.unit_id == section_id,
        policy.held_today(),
    )
    if desk.session.scalar(holds.limit(1)) is None:
        refuse(place, "not_an_officer_of_the_section")
    return int(user_id)


def _require_reason(row: Json, place: str, proposed: str) -> None:
    is_as_proposed = proposed in _ELSEWHERE or row["kind"] == proposed
    if not is_as_proposed and len(row.get("kind_reason") or "") < _SHORTEST_REASON:
        refuse(place, "reason_for_other_kind")


def _require_case(desk: Desk, line: DirectiveLine, place: str, proposed: str) -> None:
    """A case is about a household and its hits; where one is open already the line joins it."""
    if line.taxpayer_id is None:
        refuse(place, "unit_line_is_simple")
    if proposed not in _ELSEWHERE and not rows.waiting_doubts(desk.session, line):
        refuse(place, "no_hit_for_a_case")


def _kind_elsewhere(desk: Desk, line: DirectiveLine) -> str:
    """As what a line goes on in a section that does not distribute it: no case without a hit."""
    proposed = proposal(desk, line)
    return str(_case_type(desk, line) or CaseKind.WV) if proposed in _ELSEWHERE else proposed


def _case_type(desk: Desk, line: DirectiveLine) -> str:
    """The kind of case that the line's indicator calls for; a kind that is not worked is WV's."""
    content = desk.session.scalar(
        select(IndicatorVersion.content)
        .where(IndicatorVersion.code == line.indicator)
        .order_by(IndicatorVersion.version.desc())
        .limit(1)
    )
    return str((content or {}).get("case_type") or "")


def _is_inspected(desk: Desk, line: DirectiveLine, hits: Iterable[TaxWarning]) -> bool:
    """Whether the inspection bureau has accepted a transfer about the line's period, or its hits'.

    A line of which no period is known may be about any: nobody contacts the household about it.
    """
    periods = contact_ban.months_of(line.period) if line.period else {hit.period for hit in hits}
    return contact_ban.is_with_inspection(desk.session, line.taxpayer_id, periods or None)


def _open_case(desk: Desk, line: DirectiveLine, case_type: str) -> str:
    found = (
        desk.session.scalar(
            select(Case).where(
                Case.taxpayer_id == line.taxpayer_id,
                Case.kind == case_type,
                Case.closed_at.is_(None),
            )
        )
        if case_type in set(CaseKind)
        else None
    )
    if found is None:
        return "none"
    return "open" if found.submitted_at is None else "submitted"


def _to_inspection(desk: Desk, line: DirectiveLine) -> None:
    """What is found of a household under inspection goes there; nobody contacts the household."""
    line.outcome, line.settled_at = Outcome.TRANSFERRED_INSPECTION, desk.times.now
