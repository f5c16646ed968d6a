"""Numbers without gaps: taken under lock, in the transaction that uses them."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from caseflow.models import NumberSeries
from caseflow.vocabulary import CaseKind


def take(session: Session, series: str, year: int) -> int:
    """The next number of a series in a year, from 1; it is given back when the act fails."""
    row = insert(NumberSeries).values(series=series, year=year, last=1)
    return session.execute(
        row.on_conflict_do_update(
            index_elements=[NumberSeries.series, NumberSeries.year],
            set_={"last": NumberSeries.last + 1},
        ).returning(NumberSeries.last)
    ).scalar_one()


def case_number(session: Session, district_code: str, kind: CaseKind, year: int) -> str:
    """A case number such as ``03WV2010000127`` (procedures.md 0.5)."""
    return f"{district_code}{kind}{year}{take(session, f'case:{district_code}{kind}', year):06d}"


def last_taken(session: Session, series: str, year: int) -> int:
    """The last number given in a series, 0 when none was."""
    return (
        session.scalar(
            select(NumberSeries.last).where(
                NumberSeries.series == series, NumberSeries.year == year
            )
        )
        or 0
    )
