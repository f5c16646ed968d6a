"""Directives while their lines are worked: sections go on when all their lines have outcomes."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import engine
from caseflow.models import Case, DirectiveLine
from caseflow.models.base import Json
from caseflow.services import limits
from caseflow.services.cases import Act, advancing
from caseflow.services.kinds.directive import rows
from caseflow.vocabulary import SYSTEM

_SETTLED = "lines_settled"


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
    """The sections of a directive none of whose lines is open."""
    with_lines = select(DirectiveLine.section_id).where(
        DirectiveLine.case_id == case_id, DirectiveLine.section_id.is_not(None)
    )
    open_ones = with_lines.where(~rows.is_settled())
    every, still_open = set(session.scalars(with_lines)), set(session.scalars(open_ones))
    return sorted(each for each in every - still_open if each is not None)
