"""The pages of third-party batches: the list, the hand matching of records, the comparison."""

from caseflow.models import Case
from tests import data_requests, desk, factories
from tests.orders import MONDAY, at
from tests.services.test_third_party_batch import attach, begun, do, receipt
from tests.support.visitor import Visitor
from tests.web.conftest import Bureau


def test_records_are_matched_on_their_page(bureau: Bureau) -> None:
    with bureau.database.transaction() as session, at(MONDAY):
        people = data_requests.join(session)
        payer = factories.taxpayer(session, serial=61)
        batch = begun(session, people)
        head = "纳税人识别号,纳税人名称,所属期,用电量\n"
        rows = f"{head},{payer.name},2009-12,5\n,无此企业,2009-12,7\n"
        file = attach(session, people.prepares, batch, rows.encode())
        do(session, people.prepares, batch, "batch_receive", **receipt(file, 2))
        batch_id, tin = session.get_one(Case, batch.id).id, payer.tin
        desk.take(session, people.prepares, desk.open_task(session, batch, "batch_hand_match"))
    prepares = Visitor(bureau.app, people.prepares.user_id or 0)
    listed = prepares.get("/third-party-batches").text
    assert f'href="/third-party-batches/{batch_id}/records?part=all">2</a>' in listed
    where = f"/third-party-batches/{batch_id}/records"
    page = prepares.get(where).text
    assert tin in page
    assert page.count('name="decision"') == 2 * 3
    said = {"decision": "match", "tin": tin, "reason": "名称一致"}
    assert prepares.post(f"{where}/1", said).status_code == 303
    assert "已匹配到" in prepares.get(f"{where}?part=hand").text
    prepares.post(f"{where}/2", {"decision": "match", "tin": "1", "reason": "看着像"})
    assert "没有这个纳税人识别号" in prepares.get(where).text
    assert "比对情况" in prepares.get(f"/cases/{batch_id}").text
    assert bureau.visitor("officer").get(where).status_code == 404
    assert bureau.visitor("officer").get("/third-party-batches").status_code == 403
