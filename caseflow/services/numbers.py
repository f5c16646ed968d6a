"""Numbers without gaps: taken under lock, in the transaction that uses them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from caseflow.models import NumberSeries
from caseflow.vocabulary import CaseKind
from caseflow.vocabulary.kinds import NUMBERED_AS

# A case's number is its series (district and kind), the year, and six digits.
_USED = text(r"""
    WITH given AS (
        SELECT 'paper:' || series AS series, year, serial FROM documents
        WHERE serial IS NOT NULL
        UNION ALL
        SELECT series, year, serial FROM archived_files
        UNION ALL
        SELECT 'case:' || left(number, -10), substr(number, length(number) - 9, 4)::int,
            right(number, 6)::int
        FROM cases WHERE number ~ '[0-9]{10}$'
    ), counted AS (
        SELECT series, year, max(serial) AS newest, count(*) AS used,
            count(DISTINCT serial) AS different
        FROM given GROUP BY series, year
    )
    SELECT series, year, coalesce(last, 0), coalesce(newest, 0), coalesce(used, 0),
        coalesce(different, 0)
    FROM number_series FULL JOIN counted USING (series, year)
    ORDER BY series, year
""")


@dataclass(frozen=True, slots=True)
class Used:
    """A series in a year: the last number taken, the newest that a row bears, how many rows."""

    series: str
    year: int
    last: int
    newest: int
    used: int
    different: int


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
    kind = NUMBERED_AS.get(kind, kind)
    taken = {
        code: iter(take_many(session, f"case:{code}{kind}", year, count))
        for code, count in sorted(Counter(district_codes).items())  # one order: no deadlock
    }
    return [f"{code}{kind}{year}{next(taken[code]):06d}" for code in district_codes]


def used(session: Session) -> list[Used]:
    """Every series with the numbers that cases and papers bear."""
    return [Used(*row) for row in session.execute(_USED)]


def catch_up(session: Session, series: str, year: int) -> bool:
    """Let a series that lies behind go on after the newest number; False when it does not."""
    take(session, series, year)  # locks the series: nobody takes a number meanwhile
    row = next(each for each in used(session) if (each.series, each.year) == (series, year))
    before = row.last - 1
    is_behind = before < row.newest
    session.get_one(NumberSeries, (series, year)).last = row.newest if is_behind else before
    return is_behind
