"""The pages of batches of zero filers: what waits, beginning one, its counts."""

import re

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
