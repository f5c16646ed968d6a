"""Numbers without gaps: taken under lock, in the transaction that uses them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from caseflow.models import NumberSeries
from caseflow.vocabulary import CaseKind


def take(session: Session, series: str, year: int) -> int:
    """The next number of a series in a year, from 1; it is given back when the act fails."""
    return take_many(session, series, year, 1)[0]


def take_many(session: Session, series: str, year: int, count: int) -> range:
    """The next ``count`` numbers of a series in a year, given back when the act fails."""
    row = insert(NumberSeries).values(series=series, year=year, last=count)
    last = session.execute(
        row.on_conflict_do_update(
            index_elements=[NumberSeries.series, NumberSeries.year],
            set_={"last": NumberSeries.last + count},
        ).returning(NumberSeries.last)
    ).scalar_one()
    return range(last - count + 1, last + 1)


def case_numbers(
    session: Session, kind: CaseKind, year: int, district_codes: Sequence[str]
) -> list[str]:
    """Case numbers such as ``03WV2010000127`` (procedures.md 0.5), one for each district named."""
    taken = {
        code: iter(take_many(session, f"case:{code}{kind}", year, count))
        for code, count in sorted(Counter(district_codes).items())  # one order: no deadlock
    }
    return [f"{code}{kind}{year}{next(taken[code]):06d}" for code in district_codes]
