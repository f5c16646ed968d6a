"""Directives while their lines are worked: sections go on when all their lines have outcomes."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import engine, policy
from caseflow.models import Case, DirectiveLine, DirectivePart, Unit
from caseflow.models.base import Json
from caseflow.services import cases, limits
from caseflow.services.cases import Act, advancing
from caseflow.services.kinds.directive import rows
from caseflow.vocabulary import SYSTEM, Actor, CaseKind, Invalid, Role, UnitLevel, Verb

_SETTLED = "lines_settled"


_SHORTEST, _LONGEST = 2, 200


def draft(session: Session, actor: Actor, title: str) -> Case:
    """Open a directive about a title: of the city by the analysis post, else of the own district.

    Raises:
        Forbidden: no post of the actor drafts directives.
        Invalid: the title.
        NotFound: no process is deployed for directives.
    """
    policy.require(actor, Verb.DRAFT_DIRECTIVE)
    title = title.strip()
    if not _SHORTEST <= len(title) <= _LONGEST:
        raise Invalid("title_length", least=_SHORTEST, most=_LONGEST)
    if Role.POST_ANALYSIS in actor.roles:
        found = select(Unit).where(Unit.level == UnitLevel.CITY, Unit.valid_to.is_(None))
        unit = session.scalars(found.order_by(Unit.id).limit(1)).one()
        said: Json = {"origin": "analysis"}
    else:
        seat = next(post for post in actor.posts if post.role is Role.POST_INFO_ADMIN)
        unit, said = session.get_one(Unit, seat.unit_id), {"origin": "district"}
    return cases.open_titled(session, actor, kind=CaseKind.DR, title=title, unit=unit, said=said)


def settle(session: Session, payload: Json) -> None:
    """Let those sections of a directive go on whose lines are all settled.

    Done after each simple line and after each case of a line; done twice it does no harm.
    """
    waits = Case.awaits.contains([f"signal:{_SETTLED}"])
    found = advancing.find(
        session, Case.id == int(payload["case"]), waits, order=(Case.id,), at_once=1
    )
    sections = _settled_sections(session, found[0].id) if found else []
    if not sections:
        return
    times = limits.of_today(session)
    moment = times.moment()
    values: Json = {"settled": [str(each) for each in sections]}
    advancing.move(
        session,
        SYSTEM,
        found,
        lambda process, state: engine.signal(process, state, _SETTLED, values, at=moment),
        act=Act("directive.lines_settled", values),
        times=times,
    )


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
