"""The register of enforcement acts: every act on the cases that one sees, as the record has it."""

import csv
import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Text, cast, select
from sqlalchemy.orm import Session

from caseflow import clock, policy
from caseflow.models import Case, Document
from caseflow.models.record import RecordEvent
from caseflow.reads.enforcement import register
from caseflow.reads.record_acts import Wish
from caseflow.services import cases as case_verbs
from caseflow.services import paper_services
from caseflow.vocabulary import SYSTEM, Actor, CaseKind
from tests import desk, factories
from tests.web.conftest import Bureau

LOOKING = ("director", "auditor", "leader", "chief", "officer", "partner", "far_leader")
VAT = {
    "tax": "vat",
    "period": "2009-12",
    "declared": "10000.00",
    "recomputed": "18000.00",
    "due_on": "2010-01-18",
}


@pytest.fixture(scope="module")
def cases(bureau: Bureau) -> dict[str, str]:
    """A letter served, a conclusion under review, a case far away: their numbers, and a paper's."""
    with bureau.database.transaction() as session:
        people = bureau.people
        asked, found, far = (
            factories.case(session, factories.taxpayer(session, serial=serial, section=section))
            for serial, section in ((71, "0101"), (72, "0101"), (73, "0201"))
        )
        desk.to_letter_served(session, people, asked)
        desk.to_desk_check(session, people, found)
        desk.check(session, people, found)
        answers = desk.conclusion(session, found, finding="confirmed", amounts=[VAT])
        desk.do(session, people.officer, found, "conclusion", answers)
        letter = (Document.case_id == asked.id, Document.kind == "inquiry_letter")
        paper = session.scalars(select(Document).where(*letter)).one()
        return {
            "asked": asked.number,
            "found": found.number,
            "far": far.number,
            "paper": paper.number or "",
            "hash": paper.sha256 or "",
        }


@pytest.fixture(params=["named one by one", "looked at in turn"])
def ways(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both ways to the acts of somebody's cases."""
    if request.param == "looked at in turn":
        monkeypatch.setattr(register, "_FEW", 0)


def _on_record(session: Session, actor: Actor) -> list[int]:
    """The acts on the cases that somebody sees, straight from the record, newest first."""
    chain = "case:" + cast(Case.id, Text)
    found = select(RecordEvent.id).join(Case, chain == RecordEvent.stream)
    return list(
        session.scalars(found.where(policy.visible_cases(actor)).order_by(RecordEvent.id.desc()))
    )


def _listed(session: Session, actor: Actor, wish: Wish = Wish(), **more: Any) -> list[int]:  # noqa: ANN401, B008 - frozen
    found = register.rows(session, actor, wish, most=10_000, **more)
    return [line.event.id for line in found.lines]


@pytest.mark.usefixtures("cases", "ways")
@pytest.mark.parametrize("login", LOOKING)
def test_the_register_holds_every_act_on_the_cases_one_sees(bureau: Bureau, login: str) -> None:
    actor = getattr(bureau.people, login)
    with bureau.database.reading(policy.reader_of(actor)) as session:
        wanted = _on_record(session, actor)
        assert _listed(session, actor) == wanted
        paged: list[int] = []
        page = register.page(session, actor, Wish())
        while page.next_before is not None:
            paged += [line.event.id for line in page.lines]
            page = register.page(session, actor, Wish(before=page.next_before))
        paged += [line.event.id for line in page.lines]
    assert paged == wanted


@pytest.mark.usefixtures("ways")
def test_every_search_finds_the_acts_that_fit_and_no_other(
    bureau: Bureau, cases: dict[str, str]
) -> None:
    leader = bureau.people.leader
    today = clock.wall().astimezone(clock.BUREAU_ZONE).date()
    with bureau.database.reading(policy.reader_of(leader)) as session:
        whole = register.rows(session, leader, Wish(), most=10_000).lines
        fits: dict[Wish, Callable[[register.Line], bool]] = {
            Wish(text=cases["found"]): lambda line: line.number == cases["found"],
            Wish(person="员officer"): lambda line: line.event.name == "员officer",
            Wish(action="task.claimed"): lambda line: line.event.action == "task.claimed",
            Wish(kind=CaseKind.TA): lambda line: line.kind is CaseKind.TA,
            Wish(since=today): lambda _line: True,
            Wish(until=today.replace(year=today.year - 1)): lambda _line: False,
        }
        for wish, fit in fits.items():
            wanted = [line.event.id for line in whole if fit(line)]
            assert _listed(session, leader, wish) == wanted, wish
        assert (
            _listed(session, leader, Wish(unit_id=bureau.people.far_chief.posts[0].unit_id)) == []
        )
        found = register.rows(session, leader, Wish(), paper=cases["paper"], most=9).lines
    # Its service, and before that its issue.
    assert [[paper.sha256 for paper in line.papers] for line in found] == [[], [cases["hash"]]]
    assert '"served_on"' in json.dumps(found[0].event.payload)


def test_a_service_that_said_its_day_alone_is_found_by_the_number_of_its_paper(
    bureau: Bureau,
) -> None:
    leader = bureau.people.leader
    with bureau.database.transaction() as session:
        case = factories.case(session, factories.taxpayer(session, serial=74))
        desk.to_letter_signed(session, bureau.people, case)
        letter = (Document.case_id == case.id, Document.kind == "inquiry_letter")
        paper = session.scalars(select(Document).where(*letter)).one()
        today = clock.today()
        paper_services.serve(session, SYSTEM, paper, served_on=today, said={"method": "direct"})
        said = {"served_on": today.isoformat()}
        case_verbs.note(session, SYSTEM, case, action="case.noted", payload=said)
        session.flush()
        found = register.rows(session, leader, Wish(), paper=paper.number or "", most=9).lines
    assert [line.event.action for line in found] == ["case.noted", "task.completed"]


def test_a_line_says_who_did_what_on_which_ground_and_with_what_result(
    bureau: Bureau, cases: dict[str, str]
) -> None:
    leader = bureau.visitor("leader")
    page = leader.get(f"/enforcement?text={cases['asked']}").text
    for said in (
        cases["paper"],
        cases["hash"][:6],
        "员chief",
        "《税收征收管理法实施细则》第一百零一条",
    ):
        assert said in page
    concluded = leader.get(f"/enforcement?text={cases['found']}&action=task.completed").text
    assert "10,000.00" in concluded
    assert "→ 18,000.00" in concluded


def test_the_file_holds_what_the_page_shows_and_is_noted(
    bureau: Bureau, cases: dict[str, str]
) -> None:
    answer = bureau.visitor("leader").get(f"/enforcement.csv?text={cases['found']}").text
    rows = list(csv.reader(io.StringIO(answer.removeprefix("\ufeff"))))
    heads, lines = rows[4], rows[5:]
    assert {line[heads.index("任务编号")] for line in lines} == {cases["found"]}
    before, after = heads.index("处理前税额（元）"), heads.index("处理后税额（元）")
    assert [(each[before], each[after]) for each in lines if each[before]] == [
        ("10000.00", "18000.00")
    ]
    with bureau.database.reading() as session:
        noted = select(RecordEvent.payload).where(RecordEvent.action == "list.exported")
        assert any('"list":"register"' in each for each in session.scalars(noted))


def test_whoever_does_not_see_a_case_finds_no_act_of_it(
    bureau: Bureau, cases: dict[str, str]
) -> None:
    for login in ("far_leader", "far_officer"):
        for asked in (f"text={cases['asked']}", f"paper={cases['paper']}"):
            page = bureau.visitor(login).get(f"/enforcement?{asked}").text
            assert "没有符合条件的执法记录" in page
    assert cases["far"] in bureau.visitor("auditor").get("/enforcement").text


def test_a_date_that_is_none_is_refused_in_words(bureau: Bureau) -> None:
    answer = bureau.visitor("leader").get("/enforcement?since=2010-13-01")
    assert answer.status_code == 422
    assert "没有查找" in answer.text
