"""Warnings of a run are borne out by its facts, and one that is not is named."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow.models import ScreeningRun, TaxWarning
from caseflow.services import evidence, place
from caseflow.vocabulary import NotFound, Unavailable
from tests import cast
from tests.journeys import source_files
from tests.support import lakes


@pytest.fixture
def run(session: Session, tmp_path: Path) -> Iterator[ScreeningRun]:
    before = place.here()
    place.settle(place.under(tmp_path, fonts=before.fonts))
    cast.enter(session)
    yield source_files.screen(session, tmp_path)
    place.settle(before)


def check(session: Session, run_id: int | None = None) -> evidence.Checked:
    return evidence.check(session, lakes.indicators(), run_id=run_id, count=5)


def test_the_warnings_of_a_run_agree_with_its_facts(session: Session, run: ScreeningRun) -> None:
    found = check(session)
    assert (found.run_id, found.warnings, found.reworded) == (run.id, run.warning_count, 0)
    assert found.differences == ()


@pytest.mark.parametrize(("known", "count"), [(21, 20), (20, 21), (1000, 7), (1, 1), (0, 5)])
def test_as_many_are_tried_as_were_asked_for(known: int, count: int) -> None:
    picked = evidence.spread(range(known), count)
    assert len(set(picked)) == len(picked) == min(known, count)


def test_a_changed_value_is_named(session: Session, run: ScreeningRun) -> None:
    first = session.scalars(
        select(TaxWarning).where(TaxWarning.run_id == run.id).order_by(TaxWarning.id)
    ).first()
    assert first is not None
    first.value = (first.value or 0) + 1
    session.flush()
    (difference,) = check(session).differences
    assert (difference.warning_id, difference.parts) == (first.id, ("value",))


def test_an_indicator_that_says_something_else_today_is_not_tried(
    session: Session, run: ScreeningRun
) -> None:
    rules = lakes.indicators()
    reworded = {code: replace(each, sha256="0") for code, each in rules.indicators.items()}
    today = replace(rules, indicators=reworded)
    found = evidence.check(session, today, run_id=run.id, count=5)
    assert (found.reworded, found.differences) == (run.warning_count, ())


def test_a_run_whose_batches_are_gone_is_refused(session: Session, run: ScreeningRun) -> None:
    run.batches = run.batches[1:]
    session.flush()
    with pytest.raises(Unavailable) as refusal:
        check(session, run.id)
    assert refusal.value.code == "run_facts_gone"


def test_a_run_that_does_not_exist_is_refused(session: Session) -> None:
    with pytest.raises(NotFound):
        check(session, 99)
