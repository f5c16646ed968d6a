"""The page of a screening run: hits first, the rest folded, and how the opening goes."""

import pytest
from sqlalchemy import select

from caseflow.models import OutboxMessage, ScreeningRun, TaxWarning
from caseflow.services import screening, selection
from caseflow.vocabulary import RunStatus, WarningStatus
from tests import factories
from tests.web.conftest import Bureau

FIGURES = {
    "VAT-001": {"population": 900, "hits": 3, "missing": 1},
    "VAT-016": {"population": 900, "hits": 40, "missing": 1},
    "INV-002": {"population": 900, "hits": 0, "missing": 0},
    "TTL-001": {"not_screened": "aggregate"},
    "TTL-002": {"not_screened": "aggregate"},
}


@pytest.fixture(scope="module")
def run_id(bureau: Bureau) -> int:
    """A run that waits for the analysis post, with one warning of a household without a case."""
    with bureau.database.transaction() as session:
        run = session.scalars(select(ScreeningRun)).one()
        run.status, run.figures = RunStatus.TO_REVIEW, FIGURES
        factories.tell(session, "sys:screening")
        factories.warning(session, factories.taxpayer(session, serial=7))
        return run.id


def _work(bureau: Bureau) -> None:
    """Do what the worker does once."""
    with bureau.database.transaction() as session:
        message = session.scalars(select(OutboxMessage).order_by(OutboxMessage.id.desc())).first()
        assert message
        selection.open_and_go_on(session, message.payload)


def test_indicators_with_hits_come_first_and_what_was_not_screened_is_folded(
    bureau: Bureau, run_id: int
) -> None:
    page = bureau.visitor("analyst").get(f"/runs/{run_id}").text
    shown, *folds = page.split("<details")
    assert shown.index("VAT-016") < shown.index("VAT-001")
    assert "INV-002" not in shown
    assert "TTL-001" not in shown
    assert [fold.count("TTL-00") for fold in folds if "TTL-00" in fold] == [2]


def test_page_of_an_accepted_run_shows_its_cases_opening_until_they_are(
    bureau: Bureau, run_id: int
) -> None:
    analyst = bureau.visitor("analyst")
    with bureau.database.transaction() as session:
        screening.accept(session, bureau.people.analyst, run_id)
    address = f"/runs/{run_id}?part=opening"
    assert 'hx-trigger="every 3s"' in analyst.get(address).text
    _work(bureau)
    assert "已处理 1 / 1" in analyst.get(address).text
    _work(bureau)
    assert "hx-trigger" not in analyst.get(address).text
    with bureau.database.reading() as session:
        left = session.scalars(
            select(TaxWarning.id).where(TaxWarning.status == WarningStatus.POOL)
        ).all()
    assert not left
    assert "大连样例7商贸有限公司" in analyst.get(f"/cases?run={run_id}").text
