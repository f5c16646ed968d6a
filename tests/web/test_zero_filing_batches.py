"""The pages of batches of zero filers: what waits, beginning one, its counts."""

import re

from caseflow.models import Case, Taxpayer
from tests import cast, zero_filing_batches
from tests.orders import MONDAY, at
from tests.web.conftest import Bureau


def test_district_begins_a_batch_and_its_page_counts(bureau: Bureau) -> None:
    with bureau.database.transaction() as session, at(MONDAY):
        people = cast.people_on_file(session)
        batch, held = zero_filing_batches.approved(session, people, 2, first=41)
        batch_id, numbers = batch.id, [case.number for case in held]
    info = bureau.visitor("info")
    listed = info.get("/zero-filing-batches").text
    assert "等待组批的户" in listed
    assert f'href="/cases?batch={batch_id}">2</a>' in listed
    page = info.get(f"/cases/{batch_id}").text
    assert all(number in page for number in numbers)
    assert "分科（所）进度" in page
    behind = info.get(f"/cases?batch={batch_id}&state=open").text
    assert len(set(re.findall(r"01ZF20\d{8}", behind)) & set(numbers)) == 2
    begun = info.post("/zero-filing-batches", {})
    assert begun.status_code == 303
    form = info.get(begun.headers["Location"]).text
    assert "拟定清册" in form
    assert bureau.visitor("officer").get("/zero-filing-batches").status_code == 403
    assert bureau.visitor("far_leader").get(f"/cases/{batch_id}").status_code == 404


def test_the_numbers_of_persons_are_masked_on_the_cards_of_a_batch(bureau: Bureau) -> None:
    number, covered = "21020219780305123X", "210*************3X"
    with bureau.database.transaction() as session, at(MONDAY):
        people = cast.people_on_file(session)
        batch, held = zero_filing_batches.approved(session, people, 2, first=61)
        batch_id = batch.id
        case = session.get_one(Case, held[0].id)
        payer = session.get_one(Taxpayer, case.taxpayer_id)
        payer.kind, payer.tin = "individual", number
        other = session.get_one(Taxpayer, session.get_one(Case, held[1].id).taxpayer_id).tin
    page = bureau.visitor("info").get(f"/cases/{batch_id}").text
    assert covered in page
    assert number not in page
    assert other in page  # an enterprise's is no person's
