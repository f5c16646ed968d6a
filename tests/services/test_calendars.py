"""The calendar is kept by a process, and an edit by another is seen by the next act."""

from datetime import date

from sqlalchemy import delete, event, select, update
from sqlalchemy.orm import Session

from caseflow import calendars
from caseflow.models import WorkingDay
from tests import cast

NEW_YEAR = date(2010, 1, 1)
MONDAY = date(2010, 1, 25)


def test_the_same_table_is_read_once(session: Session) -> None:
    cast.enter(session)
    first = calendars.of(session)
    asked: list[str] = []
    connection = session.connection()

    def note(*call: object) -> None:
        asked.append(str(call[2]))

    event.listen(connection, "before_cursor_execute", note)
    assert calendars.of(session) is first
    assert len(asked) == 1


def test_an_edited_an_added_and_a_removed_day_are_seen_at_once(session: Session) -> None:
    cast.enter(session)
    assert not calendars.of(session).is_working(NEW_YEAR)
    session.execute(update(WorkingDay).where(WorkingDay.on == NEW_YEAR).values(is_working=True))
    assert calendars.of(session).is_working(NEW_YEAR)
    assert calendars.of(session).is_working(MONDAY)
    session.add(WorkingDay(on=MONDAY, is_working=False, name="停电", name_en="power cut"))
    session.flush()
    assert not calendars.of(session).is_working(MONDAY)
    session.execute(delete(WorkingDay).where(WorkingDay.on == MONDAY))
    assert calendars.of(session).is_working(MONDAY)
    assert session.scalar(select(WorkingDay.on).where(WorkingDay.on == MONDAY)) is None
