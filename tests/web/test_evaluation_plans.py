"""The page of an evaluation plan: decided row by row or for all ticked, nothing typed is lost."""

import re

import pytest
from sqlalchemy import select

from caseflow.masking import masked
from caseflow.models import PlanObject, Taxpayer
from caseflow.services import evaluation_plans
from caseflow.vocabulary.choices.plan import PlanKind
from tests import factories, orders, plans
from tests.web.conftest import Bureau


@pytest.fixture(scope="module")
def plan(bureau: Bureau) -> int:
    """A supplement of the district with eleven candidates, three of which there is no room for."""
    with bureau.database.transaction() as session:
        for process in ("evaluation_plan", "tax_evaluation"):
            orders.deploy(session, process)
        for serial in range(61, 72):
            plans.pooled(session, factories.taxpayer(session, serial=serial))
        factories.tell(session, "sys:facts")
    with bureau.database.transaction() as session:
        return evaluation_plans.begin_by_hand(
            session, bureau.people.info, None, PlanKind.SUPPLEMENT, None
        ).id


def typed(text: str) -> dict[str, str]:
    """The fields of the page as a browser sends them: the chosen options and what stands there."""
    fields = dict(
        re.findall(r'<input class="cf-input" name="([a-z_]+-\d+)"[^>]*?value="([^"]*)"', text)
    )
    for name, body in re.findall(
        r'<select class="cf-input" name="([a-z_]+-\d+)"[^>]*>(.*?)</select>', text, re.DOTALL
    ):
        chosen = re.search(r'value="([^"]*)" selected', body)
        fields[name] = chosen[1] if chosen else ""
    return fields | dict(re.findall(r'name="(taxes-\d+)" value="([a-z_]+)" checked', text))


def rows(bureau: Bureau, plan: int) -> list[PlanObject]:
    with bureau.database.reading() as session:
        found = select(PlanObject).where(PlanObject.case_id == plan).order_by(PlanObject.number)
        return list(session.scalars(found))


def test_bad_input_comes_back_as_it_was_typed_and_good_input_is_kept(
    bureau: Bureau, plan: int
) -> None:
    info = bureau.visitor("info")
    page = info.get(f"/plans/{plan}")
    assert page.status_code == 200
    assert "cf-meter" in page.text
    first = rows(bureau, plan)[0]
    said = {**typed(page.text), f"decision-{first.id}": "exclude", f"reason-{first.id}": "太短"}
    again = info.post(f"/plans/{plan}", said)
    assert again.status_code == 422
    assert "太短" in again.text
    assert "请写明理由" in again.text
    assert rows(bureau, plan)[0].decision == first.decision


def test_all_ticked_are_decided_at_once(bureau: Bureau, plan: int) -> None:
    info = bureau.visitor("info")
    page = info.get(f"/plans/{plan}")
    open_ones = [row for row in rows(bureau, plan) if row.decision is None]
    said: dict[str, str | list[str]] = {
        **typed(page.text),
        "bulk": "1",
        "bulk_decision": "keep_in_pool",
        "bulk_reason": plans.REASON,
        "chosen": [str(row.id) for row in open_ones],
    }
    assert info.post(f"/plans/{plan}", said).status_code == 303
    kept = [row for row in rows(bureau, plan) if row.reason == plans.REASON]
    assert {row.id for row in kept} == {row.id for row in open_ones}


def test_only_who_has_the_plan_on_the_desk_may_write(bureau: Bureau, plan: int) -> None:
    leader = bureau.visitor("leader")
    page = leader.get(f"/plans/{plan}")
    assert page.status_code == 200
    assert "bulk_decision" not in page.text
    assert leader.post(f"/plans/{plan}", {}).status_code == 403
    assert bureau.visitor("far_leader").get(f"/plans/{plan}").status_code == 404
    assert bureau.visitor("officer").get(f"/plans/{plan}").status_code == 404


def test_campaign_that_lacks_something_is_told_what(bureau: Bureau, plan: int) -> None:
    del plan
    info = bureau.visitor("info")
    wrong = {"kind": "campaign", "industry": "63", "period_from": "2009-01", "share": "10"}
    assert info.get("/plans/new").status_code == 200
    refused = info.post("/plans/new", wrong)
    assert refused.status_code == 422
    assert 'value="2009-01"' in refused.text
    begun = info.post("/plans/new", {**wrong, "period_to": "2009-12"})
    assert begun.status_code == 303


def test_identity_number_of_an_owner_is_masked_among_the_candidates(
    bureau: Bureau, plan: int
) -> None:
    with bureau.database.transaction() as session:
        row = session.scalars(select(PlanObject).where(PlanObject.case_id == plan)).first()
        assert row
        payer = session.get_one(Taxpayer, row.taxpayer_id)
        full, payer.kind = payer.tin, "individual"
        factories.tell(session, "sys:facts")
    for login in ("info", "leader"):
        page = bureau.visitor(login).get(f"/plans/{plan}").text
        assert full not in page
        assert masked(full) in page
