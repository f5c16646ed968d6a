"""The pages of payments: what waits and why, matching, the sums of the case, taking back."""

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select

from caseflow import clock
from caseflow.models import AssessedAmount, Case, Taxpayer
from caseflow.services import cases
from caseflow.services.payments import taking
from caseflow.vocabulary import SYSTEM
from tests.services.test_payments import HEADER
from tests.web.conftest import Bureau


@pytest.fixture(scope="module", autouse=True)
def case(bureau: Bureau, tmp_path_factory: pytest.TempPathFactory) -> int:
    """A case with a sum of 1,000.00, of which 400.00 were paid today."""
    path: Path = tmp_path_factory.mktemp("receipts") / "receipts.csv"
    with bureau.database.transaction() as session:
        found = session.scalars(select(Case).where(Case.main_officer_id.is_not(None))).one()
        cases.begin(found)
        session.add(
            AssessedAmount(
                case_id=found.id,
                tax="vat",
                period=200909,
                declared=Decimal(0),
                recomputed=Decimal(1000),
                due_on=date(2009, 10, 23),
                surcharge=Decimal(0),
                income_adjusted=Decimal(0),
                loss_offset=Decimal(0),
                credit_reduced=Decimal(0),
                tax_paid=Decimal(0),
                surcharge_paid=Decimal(0),
            )
        )
        cases.put_on_record(session, SYSTEM, found, action="case.noted", payload={})
        tin = session.get_one(Taxpayer, found.taxpayer_id).tin
        line = f"缴1,1,{tin},税款,增值税,2009-09,400.00,{clock.today()},"
        path.write_text(f"{HEADER}\n{line}\n", "utf-8")
        taking.take_in(session, SYSTEM, path)
        return found.id


def test_a_receipt_is_matched_shown_and_taken_back(bureau: Bureau, case: int) -> None:
    officer = bureau.visitor("officer")
    (one,) = set(re.findall(r'href="(/payments/\d+)"', officer.get("/payments").text))
    page = officer.get(one).text
    for words in ("税号一致", "税种一致", "所属期一致", "少于应缴，部分缴纳"):
        assert words in page
    (name,) = re.findall(r'name="(amount-[^"]+)"', page)
    assert officer.post(f"{one}/match", {name: "400.01"}).status_code == 422
    assert officer.post(f"{one}/match", {name: "much"}).status_code == 422
    assert officer.post(f"{one}/match", {name: "400.00"}).status_code == 303
    shown = officer.get(f"/cases/{case}").text
    assert "已匹配的缴款" in shown
    sheet = officer.get(f"/cases/{case}/calculation").text
    assert "400.00" in sheet
    (back,) = re.findall(r'action="(/payments/matches/\d+/take-back)"', shown)
    assert bureau.visitor("far_officer").get(one).status_code == 404
    leader = bureau.visitor("leader")
    assert back not in leader.get(f"/cases/{case}").text
    assert leader.post(back, {"reason": "与本案无关。"}).status_code == 403
    assert officer.post(back, {"reason": "与本案无关。"}).status_code == 303
    assert "与本案无关。" in officer.get(f"/cases/{case}").text
    assert one in officer.get("/payments").text
