"""The lines and parts of a directive as its steps read and change them.

A line is closed with its own outcome, or with that of the case that it opened or joined; a case
that was voided closes nothing. Nothing here deletes a line.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from caseflow.models import Case, DirectiveLine, DirectivePart, Taxpayer, TaxWarning, Unit
from caseflow.models.base import Json
from caseflow.services.kinds.desk import Desk, refuse
from caseflow.vocabulary import UnitLevel, WarningStatus
from caseflow.vocabulary.choices import YesNo

SIMPLE = "simple"
_WAITING = (WarningStatus.POOL, WarningStatus.LISTED)


def is_settled() -> ColumnElement[bool]:
    """The condition on ``DirectiveLine``: it has its outcome, or its case has one."""
    ended = select(Case.id).where(Case.closed_at.is_not(None), Case.outcome.is_not(None))
    by_case = and_(DirectiveLine.line_case_id.is_not(None), DirectiveLine.line_case_id.in_(ended))
    return or_(DirectiveLine.outcome.is_not(None), by_case)


def of(session: Session, case_id: int, *where: ColumnElement[bool]) -> list[DirectiveLine]:
    """The lines of a directive that meet these conditions, in order."""
    found = select(DirectiveLine).where(DirectiveLine.case_id == case_id, *where)
    return list(session.scalars(found.order_by(DirectiveLine.number)))


def to_split(session: Session, case_id: int) -> list[DirectiveLine]:
    """The lines that the leading division gives to districts: all, later those still open."""
    return of(session, case_id, ~is_settled())


def to_deploy(session: Session, case_id: int, district_id: int) -> list[DirectiveLine]:
    """The open lines of a district that are not in anybody's hands yet."""
    here = DirectiveLine.district_id == district_id
    return of(session, case_id, here, DirectiveLine.kind.is_(None), ~is_settled())


def to_distribute(session: Session, case_id: int, section_id: int) -> list[DirectiveLine]:
    """The open lines of a section that are not in anybody's hands yet."""
    here = DirectiveLine.section_id == section_id
    return of(session, case_id, here, DirectiveLine.kind.is_(None), ~is_settled())


def simple_of(
    session: Session, case_id: int, section_id: int, officer_id: int | None
) -> list[DirectiveLine]:
    """The open simple lines of an officer in a section."""
    return of(
        session,
        case_id,
        DirectiveLine.section_id == section_id,
        DirectiveLine.officer_id == officer_id,
        DirectiveLine.kind == SIMPLE,
        DirectiveLine.outcome.is_(None),
    )


def kept_by_district(session: Session, case_id: int, district_id: int) -> list[DirectiveLine]:
    """The unit lines that a district answers itself."""
    return of(
        session,
        case_id,
        DirectiveLine.district_id == district_id,
        DirectiveLine.section_id.is_(None),
        DirectiveLine.taxpayer_id.is_(None),
        DirectiveLine.outcome.is_(None),
    )


def part(session: Session, case_id: int, unit: Unit, district_id: int) -> DirectivePart:
    """The part of a unit, opened (again) now."""
    found = session.scalar(
        select(DirectivePart).where(
            DirectivePart.case_id == case_id, DirectivePart.unit_id == unit.id
        )
    )
    if found is None:
        found = DirectivePart(case_id=case_id, unit_id=unit.id, district_id=district_id, rounds=0)
        session.add(found)
    found.state, found.answered_at = "open", None
    return found


def part_of(session: Session, case_id: int, unit_id: int) -> DirectivePart:
    """The part of a unit that has one."""
    return session.scalars(
        select(DirectivePart).where(
            DirectivePart.case_id == case_id, DirectivePart.unit_id == unit_id
        )
    ).one()


def answers_by_line(
    desk: Desk, place: str, given: Sequence[Json] | None, wanted: Iterable[DirectiveLine]
) -> dict[int, tuple[int, Json]]:
    """The answers of a list of rows by line, each with its place in the list.

    Raises:
        Invalid: a line has no row, or a row no line.
    """
    rows = {line_id(each["row"]): (at, each) for at, each in enumerate(given or [])}
    if rows.keys() != {line.id for line in wanted} or len(rows) != len(given or []):
        refuse(place, "every_listed_line")
    del desk
    return rows


def line_id(key: object) -> int:
    """The id of a line from the key under which a form offers it, such as ``line:7``."""
    return int(str(key).removeprefix("line:"))


def add(desk: Desk, place: str, given: Sequence[Json] | None) -> list[DirectiveLine]:
    """Further lines: a household by its tax number, or a unit; households go where they belong.

    Raises:
        Invalid: nobody has this tax number.
    """
    top = desk.session.scalar(
        select(func.max(DirectiveLine.number)).where(DirectiveLine.case_id == desk.case.id)
    )
    added = []
    for at, row in enumerate(given or []):
        taxpayer = _household(desk, f"{place}-{at}-tin", row.get("tin"))
        line = DirectiveLine(
            case_id=desk.case.id,
            number=(top or 0) + at + 1,
            taxpayer_id=taxpayer.id if taxpayer else None,
            finding=row["finding"],
            indicator=row.get("indicator") or None,
            period=row.get("period") or None,
            measured=row.get("measured") or None,
            threshold=row.get("threshold") or None,
            requirement=row.get("requirement") or None,
            is_to_verify=row["verify"] == YesNo.YES,
            district_id=taxpayer.district_id if taxpayer else None,
        )
        desk.session.add(line)
        added.append(line)
    desk.session.flush()  # rows are found by their ids and conditions from here on
    return added


def waiting_doubts(session: Session, line: DirectiveLine) -> list[TaxWarning]:
    """The household's hits that no case has yet, of the line's indicator if it names one."""
    found = (
        select(TaxWarning)
        .where(
            TaxWarning.taxpayer_id == line.taxpayer_id,
            TaxWarning.case_id.is_(None),
            TaxWarning.status.in_(_WAITING),
        )
        .order_by(TaxWarning.id)
        .with_for_update()
    )
    if line.indicator:
        found = found.where(TaxWarning.indicator == line.indicator)
    return list(session.scalars(found))


def require_responsible(line: DirectiveLine, place: str, unit_id: int, right: int | None) -> None:
    """A household's line goes where the register says; nobody agrees on it."""
    if line.taxpayer_id is not None and unit_id != right:
        refuse(place, "register_says_otherwise")


def household(desk: Desk, line: DirectiveLine) -> Taxpayer | None:
    """Whom the line is about; none: a unit."""
    return desk.session.get(Taxpayer, line.taxpayer_id) if line.taxpayer_id else None


def take_up_again(lines: Iterable[DirectiveLine]) -> None:
    """Lines that were settled are open again: their earlier outcomes stay in the answers."""
    for line in lines:
        line.outcome = line.settled_at = line.line_case_id = line.kind = None
        line.officer_id = line.second_officer_id = None
        line.told = {}


def unit_of(desk: Desk, place: str, unit_id: object, level: UnitLevel) -> Unit:
    """A unit that was chosen, if it is of this level."""
    unit = desk.session.get(Unit, int(str(unit_id)))
    if unit is None or unit.level != level:
        refuse(place, "not_a_valid_choice")
    assert unit is not None  # noqa: S101 - refused above
    return unit


def counts(session: Session, case_id: int) -> Mapping[str, int]:
    """How many lines a directive has, and how many of them are open."""
    every = len(of(session, case_id))
    return {"lines": every, "open_lines": len(of(session, case_id, ~is_settled()))}


def _household(desk: Desk, place: str, tin: str | None) -> Taxpayer | None:
    if not tin:
        return None
    found = desk.session.scalar(select(Taxpayer).where(Taxpayer.tin == tin.strip()))
    if found is None:
        refuse(place, "no_such_tin")
    return found
