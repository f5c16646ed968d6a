"""The pages of a handover: its form, what it would do, the list as PDF, who confirms."""

import re

import pytest
from sqlalchemy import select

from caseflow.models import Case, Handover, Taxpayer
from caseflow.services import handover_plans, handovers, record, responsibilities
from caseflow.services.handover_plans import Wish
from caseflow.services.responsibilities import Managed
from caseflow.vocabulary import SYSTEM, HandoverReason, ResponsibilityBasis
from tests import factories
from tests.support.full_width import wide
from tests.web.conftest import Bureau

_HIDDEN = re.compile(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)">')


@pytest.fixture(scope="module", autouse=True)
def households(bureau: Bureau) -> None:
    """Households of ``officer``: those of the cases and five more; one of ``partner``."""
    with bureau.database.transaction() as session:
        for serial in range(11, 16):
            factories.taxpayer(session, serial=serial)
        managed = [
            Managed(each.id, bureau.people.officer.user_id or 0, each.section_id)
            for each in session.scalars(select(Taxpayer))
        ]
        payer = factories.taxpayer(session, serial=41)
        managed.append(Managed(payer.id, bureau.people.partner.user_id or 0, payer.section_id))
        responsibilities.put(session, SYSTEM, managed, basis=ResponsibilityBasis.FILE)
        record.append(session, SYSTEM, "sys:facts", action="facts.taken_in", payload={})


def asked(bureau: Bureau, **changes: str) -> dict[str, str]:
    people = bureau.people
    return {
        "giver": str(people.officer.user_id),
        "reason": "leave",
        "which": "all",
        "takers": str(people.third.user_id),
        "manner": "balanced",
        "note": "产假",
        **changes,
    }


def test_households_are_handed_over_as_the_preview_said_and_confirmed(bureau: Bureau) -> None:
    chief, taker = bureau.visitor("chief"), bureau.visitor("third")
    offered = chief.get("/handovers/new").text
    assert f"{bureau.people.officer.name} · 7 户" in offered
    shown = chief.post("/handovers/plan", asked(bureau)).text
    assert "随户移交" in shown
    assert shown.count(f"<td>{bureau.people.third.name}</td>") == 7 + 1
    fields = dict(_HIDDEN.findall(shown))
    with bureau.database.reading() as session:
        assert session.scalar(select(Handover.id).where(Handover.note == "产假")) is None
    assert chief.post("/handovers/new", fields).status_code == 303
    assert chief.post("/handovers/new", fields).status_code == 303  # sent twice: done once
    with bureau.database.reading() as session:
        done = session.scalars(select(Handover).where(Handover.note == "产假")).one()
        case = session.scalars(select(Case).where(Case.main_officer_id.is_not(None))).one()
        assert case.main_officer_id == bureau.people.third.user_id
        number = case.number
    page = f"/handovers/{done.id}"
    told = taker.get("/notices").text
    assert f"由 {bureau.people.officer.name} 移交：7 户，在办任务 1 件" in told
    assert f'href="{page}/list"' in told
    notice = re.search(r"/notices/(\d+)/open", told)
    assert notice
    assert taker.post(f"/notices/{notice[1]}/open", {}).headers["Location"] == page
    assert "移交了您的管户" in bureau.visitor("officer").get("/notices").text
    for each in (chief, taker):
        assert number in each.get(page).text
    assert "未确认" in taker.get("/handovers").text
    assert taker.post(f"{page}/confirm", {}).status_code == 303
    assert "未确认" not in chief.get(page).text
    assert f"{page}/confirm" not in taker.get(page).text
    pdf = chief.get(f"{page}/list")
    assert (pdf.mimetype, pdf.data[:5]) == ("application/pdf", b"%PDF-")
    told = taker.get(f"/cases/{case.id}").text
    assert "管户交接，主办由" in told


def test_what_is_asked_for_wrongly_is_told_on_the_form(bureau: Bureau) -> None:
    chief = bureau.visitor("chief")
    chief.get("/handovers/new")
    giver = {"giver": str(bureau.people.partner.user_id)}
    for wrong in ({"takers": ""}, {"reason": "x"}, {"which": "list", "tins": " "}):
        answer = chief.post("/handovers/plan", asked(bureau, **giver, **wrong))
        assert answer.status_code == 422
        assert "产假" in answer.text


def test_heads_elsewhere_and_colleagues_do_not_find_it(bureau: Bureau) -> None:
    people = bureau.people
    with bureau.database.transaction() as session:
        payer = factories.taxpayer(session, serial=31)
        managed = Managed(payer.id, people.partner.user_id or 0, payer.section_id)
        responsibilities.put(session, SYSTEM, [managed], basis=ResponsibilityBasis.FILE)
        takers = (people.third.user_id or 0,)
        wish = Wish(people.partner.user_id or 0, takers, HandoverReason.ROTATION, "", (payer.tin,))
        seal = handover_plans.plan(session, people.chief, wish).seal
        done = handovers.carry_out(session, people.chief, wish, seal=seal).id
    for login, status in (
        ("other_chief", 404),
        ("far_leader", 404),
        ("officer", 404),
        ("leader", 200),
        ("partner", 200),
        ("third", 200),
        ("auditor", 200),
    ):
        assert bureau.visitor(login).get(f"/handovers/{done}").status_code == status, login


def test_listed_numbers_are_read_as_typed_and_wrong_ones_are_told(bureau: Bureau) -> None:
    with bureau.database.transaction() as session:
        mine = factories.taxpayer(session, serial=51)
        owner = Managed(mine.id, bureau.people.partner.user_id or 0, mine.section_id)
        responsibilities.put(session, SYSTEM, [owner], basis=ResponsibilityBasis.FILE)
        record.append(session, SYSTEM, "sys:facts", action="facts.taken_in", payload={})
        tin, name, other = mine.tin, mine.name, "210202736401253"
    listed = {"which": "list", "tins": f"{wide(tin)}，{wide('21020')}；{other}"}
    giver = {"giver": str(bureau.people.partner.user_id)}
    chief = bureau.visitor("chief")
    chief.get("/handovers/new")
    shown = chief.post("/handovers/plan", asked(bureau, **giver, **listed)).text
    assert f'<th scope="row">{name}</th>' in shown
    assert "以下税号不正确，请核对：21020<" in shown
    assert f"以下识别号不是移交人的管户，不移交：{other}<" in shown
