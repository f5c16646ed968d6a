"""Tax receipts: taken in once, matched at once where they fit, refused line by line in words."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from caseflow.cli import main
from caseflow.config import Config
from caseflow.db import Database
from caseflow.models import Payment, Taxpayer
from caseflow.services import record
from tests.services.test_payments import HEADER, SEPTEMBER, opened

Operator = Callable[..., Result]


@pytest.fixture
def operator(
    own_house: Config, own_database: Database, monkeypatch: pytest.MonkeyPatch
) -> Operator:
    """Somebody who types commands in a house with one case that awaits 120,000.00."""
    monkeypatch.setenv("CASEFLOW_VAR", str(own_house.var))
    monkeypatch.setenv("DATABASE_URL", str(own_house.database_url))
    monkeypatch.setenv("REDIS_URL", str(own_house.redis_url))
    monkeypatch.setenv("CASEFLOW_LANG", "en")
    with own_database.transaction() as session:
        record.introduce(session)
        opened(session, SEPTEMBER)
    return lambda path: CliRunner().invoke(main, ["payments", str(path)])


def test_what_fits_is_matched_at_once_and_a_fault_is_told(
    operator: Operator, own_database: Database, tmp_path: Path
) -> None:
    with own_database.reading() as session:
        tin = session.scalars(select(Taxpayer.tin)).one()
    path = tmp_path / "receipts.csv"
    path.write_text(f"{HEADER}\nA1,1,{tin},税款,增值税,2009-09,120000.00,2009-11-30,\n", "utf-8")
    told = "1 payments put on file, 0 known; 1 matched\n"
    assert operator(path).output == told
    assert operator(path).output == "0 payments put on file, 1 known; 0 matched\n"
    path.write_text(f"{HEADER}\nA2,1,{tin},税款,增值税,2009-13,0.00,2009-11-30,\n", "utf-8")
    refused = operator(path)
    assert refused.exit_code == 1
    assert "“2009-13” is no period" in refused.output
    assert "“0.00” is no amount above zero" in refused.output
    with own_database.reading() as session:
        payment = session.scalars(select(Payment)).one()
        assert payment.matched == payment.amount
