"""Published filing deadlines 申报缴款期限: put on file month by month as notices name them.

Source: 增值税暂行条例 article 23; the published lists differ from the rule now and then and win.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from caseflow.models import FilingDeadlineRow
from caseflow.services import record
from caseflow.vocabulary import Actor, Invalid
from caseflow.working_days import FilingDeadline

_STREAM = "sys:calendar"
_LONGEST_NOTICE = 60


def load(session: Session, actor: Actor, deadlines: Sequence[FilingDeadline]) -> int:
    """Put deadlines on file, each for its month; how many months changed.

    Raises:
        Invalid: none, a month named twice, a deadline without its notice or with a long one.
    """
    if not deadlines:
        raise Invalid("deadlines_empty")
    months: set[tuple[int, int]] = set()
    for each in deadlines:
        if (each.year, each.month) in months:
            raise Invalid("deadline_twice", year=each.year, month=each.month)
        if not 0 < len(each.notice.strip()) <= _LONGEST_NOTICE:
            raise Invalid("deadline_without_notice", on=each.on.isoformat())
        months.add((each.year, each.month))
    changed = [each for each in deadlines if _put(session, each)]
    if changed:
        told = [{"on": each.on.isoformat(), "notice": each.notice.strip()} for each in changed]
        payload = {"deadlines": told}
        record.append(session, actor, _STREAM, action="calendar.deadlines_loaded", payload=payload)
    return len(changed)


def _put(session: Session, deadline: FilingDeadline) -> bool:
    row = session.get(FilingDeadlineRow, (deadline.year, deadline.month))
    said = (deadline.on, deadline.notice.strip())
    if row is None:
        on, notice = said
        session.add(
            FilingDeadlineRow(year=deadline.year, month=deadline.month, on=on, notice=notice)
        )
        return True
    if (row.on, row.notice) == said:
        return False
    row.on, row.notice = said
    return True
