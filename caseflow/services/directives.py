"""Directives while their lines are worked: sections go on when all their lines have outcomes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import clock, policy
from caseflow.models import Case, DirectiveLine, DirectivePart, Unit
from caseflow.models.base import Json
from caseflow.services import cases
from caseflow.services.cases import advancing
from caseflow.services.kinds.directive import rows
from caseflow.vocabulary import Actor, CaseKind, Forbidden, Invalid, Role, UnitLevel, Verb

_SETTLED = "lines_settled"


_SHORTEST, _LONGEST, _LONGEST_TEXT = 2, 200, 500


def draft(session: Session, actor: Actor, title: str) -> Case:
    """Open a directive about a title: of the city by the analysis post, else of the own district.

    Raises:
        Forbidden: no post of the actor drafts directives.
        Invalid: the title.
        NotFound: no process is deployed for directives.
    """
    policy.require(actor, Verb.DRAFT_DIRECTIVE)
    title = _title(title)
    if Role.POST_ANALYSIS in actor.roles:
        unit = _city(session)
        said: Json = {"origin": "analysis"}
    else:
        seat = next(post for post in actor.posts if post.role is Role.POST_INFO_ADMIN)
        unit, said = session.get_one(Unit, seat.unit_id), {"origin": "district"}
    return cases.open_titled(session, actor, kind=CaseKind.DR, title=title, unit=unit, said=said)


@dataclass(frozen=True, slots=True)
class ActionItem:
    """An action item of the quarterly meeting, as its signed minutes 会议纪要 have it."""

    title: str
    minutes: str
    requirement: str
    leading_unit: str
    districts: Sequence[str]
    deadline: str


def of_meeting(session: Session, actor: Actor, item: ActionItem) -> Case:
    """Open a directive that a meeting decided: its minutes are the instruction, so it is split.

    Raises:
        Forbidden: no post of the actor takes the meeting's items over.
        Invalid: title, minutes, units or deadline.
        NotFound: no process is deployed for directives.
    """
    policy.require(actor, Verb.DRAFT_DIRECTIVE)
    if Role.POST_ANALYSIS not in actor.roles:
        raise Forbidden(
            "not_your_post", verb=Verb.DRAFT_DIRECTIVE.value, roles=[Role.POST_ANALYSIS.value]
        )
    title = _title(item.title)
    for text in (item.minutes, item.requirement):
        if not _SHORTEST <= len(text.strip()) <= _LONGEST_TEXT:
            raise Invalid("meeting_item_text", least=_SHORTEST, most=_LONGEST_TEXT)
    leading = _unit(session, item.leading_unit, UnitLevel.DIVISION)
    districts = [_unit(session, each, UnitLevel.DISTRICT) for each in item.districts]
    if not districts:
        raise Invalid("meeting_item_districts")
    said: Json = {
        "origin": "meeting",
        "leading_unit": str(leading.id),
        "minutes": item.minutes.strip(),
        "requirement": item.requirement.strip(),
        "meeting_districts": [str(each.id) for each in districts],
        "dr_deadline": _later_day(item.deadline),
    }
    unit = _city(session)
    return cases.open_titled(session, actor, kind=CaseKind.DR, title=title, unit=unit, said=said)


def settle(session: Session, payload: Json) -> None:
    """Let those sections of a directive go on whose lines are all settled.

    Done after each simple line and after each case of a line; done twice it does no harm.
    """
    found = advancing.waiting_for(session, int(payload["case"]), _SETTLED)
    sections = _settled_sections(session, found[0].id) if found else []
    if not sections:
        return
    values: Json = {"settled": [str(each) for each in sections]}
    advancing.tell(session, found, _SETTLED, values, action="directive.lines_settled")


def _title(title: str) -> str:
    title = title.strip()
    if not _SHORTEST <= len(title) <= _LONGEST:
        raise Invalid("title_length", least=_SHORTEST, most=_LONGEST)
    return title


def _city(session: Session) -> Unit:
    found = select(Unit).where(Unit.level == UnitLevel.CITY, Unit.valid_to.is_(None))
    return session.scalars(found.order_by(Unit.id).limit(1)).one()


def _unit(session: Session, unit_id: str, level: UnitLevel) -> Unit:
    found = session.get(Unit, int(unit_id)) if unit_id.isascii() and unit_id.isdigit() else None
    if found is None or found.level is not level or found.valid_to is not None:
        raise Invalid("meeting_item_unit")
    return found


def _later_day(text: str) -> str:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise Invalid("meeting_item_deadline") from None
    if day <= clock.today():
        raise Invalid("meeting_item_deadline")
    return day.isoformat()


def _settled_sections(session: Session, case_id: int) -> list[int]:
    """The sections of a directive none of whose lines is open; all of them may have moved."""
    asked = select(DirectivePart.unit_id).where(
        DirectivePart.case_id == case_id, DirectivePart.unit_id != DirectivePart.district_id
    )
    with_lines = select(DirectiveLine.section_id).where(
        DirectiveLine.case_id == case_id, DirectiveLine.section_id.is_not(None)
    )
    open_ones = with_lines.where(~rows.is_settled())
    every = {*session.scalars(with_lines), *session.scalars(asked)}
    still_open = set(session.scalars(open_ones))
    return sorted(each for each in every - still_open if each is not None)
