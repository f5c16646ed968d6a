"""The pages of 撤销并入 and 拆分: what they say before, and that they do it."""

from caseflow.models import Case
from tests import mergers
from tests.mergers import REASON
from tests.web.conftest import Bureau


def test_a_leader_takes_a_merged_case_out_again(bureau: Bureau) -> None:
    with bureau.database.transaction() as session:
        case, lead = mergers.merged(session, bureau.people, serial=8_001)
        case_id, number, of_lead = case.id, case.number, lead.number
    leader, address = bureau.visitor("leader"), f"/cases/{case_id}/merger"
    page = leader.get(address).text
    assert number in page
    assert of_lead in page
    assert "VAT-001" in page
    refused = leader.post(address, {"reason": "太短"})
    assert refused.status_code == 422
    assert "理由须为 10 至 500 字" in refused.text
    assert "太短" in refused.text
    assert leader.post(address, {"reason": REASON}).status_code == 303
    with bureau.database.transaction() as session:
        assert session.get_one(Case, case_id).closed_at is None


def test_a_chief_splits_a_doubt_off(bureau: Bureau) -> None:
    with bureau.database.transaction() as session:
        case, zero = mergers.mixed(session, serial=8_002)
        case_id, doubt = case.id, zero.id
    chief, address = bureau.visitor("chief"), f"/cases/{case_id}/split"
    assert "属于本任务，留在这里" in chief.get(address).text
    form = {"kind": "ZF", "reason": REASON}
    nothing = chief.post(address, form)
    assert nothing.status_code == 422
    assert "请勾选要拆出的疑点" in nothing.text
    assert chief.post(address, {**form, "doubt": str(doubt)}).status_code == 303
    assert chief.get(address).status_code == 409
