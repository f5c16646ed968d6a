"""Rates that a run keeps: sums of sections, replaced by what newer facts say."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from caseflow.lake import batches
from caseflow.models import ReportFigure, ScreeningRun, Unit
from caseflow.services import place, record, report_figures, screening
from caseflow.vocabulary import SYSTEM, Rate
from tests import cast, factories
from tests.journeys import source_files
from tests.support import lakes

REGISTRY = lakes.indicators().registry
STATES = "taxpayer_id,period,district_code,section_code,reg_status\n"
MONTHS = "taxpayer_id,period,filing_due,filed_on_time,declared_tax,paid_on_time_tax\n"


@pytest.fixture(autouse=True)
def lake(tmp_path: Path) -> Iterator[Path]:
    """A lake with three households of two sections, and one of a section nobody knows."""
    before = place.here() if place._settled else None  # noqa: SLF001 - put back below
    place.settle(place.under(tmp_path, fonts=tmp_path))
    deliver(
        STATES + "1,200911,01,0101,normal\n2,200911,01,0101,abnormal\n"
        "3,200911,02,0201,normal\n4,200911,09,0999,normal\n"
    )
    deliver(
        MONTHS + "1,200912,1,1,100.00,100.00\n2,200912,1,0,50.50,0\n"
        "3,200912,0,0,10,10\n4,200912,1,1,1,1\n"
    )
    yield place.here().lake
    if before is not None:
        place.settle(before)


def deliver(content: str) -> None:
    path = place.here().lake.parent / "delivery.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")
    lakes.take_in(place.here().lake, path)


def screened(session: Session) -> None:
    run = session.scalar(select(ScreeningRun)) or session.get_one(
        ScreeningRun, factories.warning(session, factories.taxpayer(session)).run_id
    )
    seen = batches.snapshot(place.here().lake)
    report_figures.note(session, run, seen, registry=REGISTRY)


def kept(session: Session, rate: Rate) -> dict[str, tuple[int, int]]:
    rows = session.execute(
        select(Unit.code, ReportFigure.part, ReportFigure.whole)
        .join(Unit, Unit.id == ReportFigure.section_id)
        .where(ReportFigure.rate == rate, ReportFigure.period == 200912)
    )
    return {code: (part, whole) for code, part, whole in rows}


def test_rates_are_kept_by_section_with_both_parts(session: Session) -> None:
    cast.enter(session)
    screened(session)
    assert kept(session, Rate.FILING) == {"0101": (1, 2)}
    assert kept(session, Rate.PAYMENT) == {"0101": (10000, 15050), "0201": (1000, 1000)}
    assert kept(session, Rate.ABNORMAL) == {"0101": (1, 2), "0201": (0, 1)}


def test_late_facts_replace_what_was_kept(session: Session) -> None:
    cast.enter(session)
    screened(session)
    deliver(MONTHS + "2,200912,1,1,50.50,50.50\n")
    deliver(STATES + "3,200912,01,0101,suspended\n")
    screened(session)
    assert kept(session, Rate.FILING) == {"0101": (2, 2)}
    assert kept(session, Rate.PAYMENT) == {"0101": (16050, 16050)}
    assert kept(session, Rate.ABNORMAL) == {"0101": (1, 3)}


def test_screening_keeps_the_rates_of_its_month_and_again_finds_the_same(
    session: Session, tmp_path: Path
) -> None:
    record.introduce(session)
    cast.enter(session)
    run = source_files.screen(session, tmp_path)
    assert kept(session, Rate.ABNORMAL) == {"0101": (0, 30)}
    session.execute(delete(ReportFigure))  # as in a house that kept none when it screened
    catalogue = lakes.indicators()
    assert screening.run(session, SYSTEM, catalogue, period=run.period).id == run.id
    assert kept(session, Rate.ABNORMAL) == {"0101": (0, 30)}
