"""Papers of a directive go as far as its lines do: no district reads of another's households."""

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from caseflow import clock
from caseflow.case_sums import Brought
from caseflow.models import AssessedAmount, Case, DirectiveLine, Document, Taxpayer
from caseflow.reads import cases as reads
from caseflow.reads import directive_lines, dossiers, papers, record
from caseflow.reads.enforcement import results
from caseflow.services import limits
from caseflow.services.papers import directives as told
from caseflow.services.work import Work
from caseflow.vocabulary import (
    SYSTEM,
    Actor,
    CaseKind,
    CaseStatus,
    Forbidden,
    NotFound,
    PaperKind,
)
from tests import directives, factories
from tests.cast import Cast
from tests.orders import MONDAY, at


def test_papers_of_a_directive_go_as_far_as_its_lines(session: Session) -> None:
    with at(MONDAY):
        people, case = answered_by_two(session)
    to_all = [("instruction_sheet", "国家"), ("directive_notice", "国家")]
    of_section = ("section_feedback", "西岗")
    of_district = ("deployment_sheet", "西岗")
    assert seen(session, people.far_leader, case) == [*to_all, of_district, of_section]
    assert seen(session, people.far_chief, case) == [*to_all, of_section]
    assert seen(session, people.far_officer, case) == to_all
    every = select(Document).where(Document.case_id == case.id)
    known = {paper.id: paper for paper in session.scalars(every)}
    listed = {paper.id for paper in reads.page(session, people.division, case.id).papers}
    assert len(listed) == len(known) == 7
    # What is not listed does not exist, whoever knows its address.
    own = {each.id for each in reads.page(session, people.far_leader, case.id).papers}
    for paper_id in known.keys() - own:
        with pytest.raises(NotFound):
            papers.about(session, people.far_leader, paper_id)
    # The notice goes to every district: it counts their lines and names no household.
    (notice,) = (paper for paper in known.values() if paper.kind == "directive_notice")
    person, company = session.scalars(select(Taxpayer).order_by(Taxpayer.id))
    for payer in (person, company):
        assert payer.tin not in str(notice.data)
        assert payer.name not in str(notice.data)
    (asked,) = (part["table"] for part in notice.data["parts"] if part["title"] == "区局要求")
    at_lines = asked["names"].index("清册项数")
    assert [row[at_lines] for row in asked["rows"]] == ["1", "2"]
    # A person's tax number is an identity number.
    near, far = (paper for paper in known.values() if paper.kind == "deployment_sheet")
    assert "210**********01" in str(near.data)
    assert person.tin not in str(near.data)
    assert company.tin in str(far.data)
    # Nor does the whole file leave with a district, or what others handed in show in its record.
    with pytest.raises(Forbidden):
        dossiers.contents(session, people.far_leader, case.id)
    assert len(dossiers.contents(session, people.auditor, case.id).page.papers) == 7
    handed_in = record.answers_seen(session, people.far_leader, case).values()
    assert {each.element for each in handed_in} == {
        *("deploy", "distribute", "work_lines", "answer_section"),
    }
    assert not any(person.tin in str(each.content) for each in handed_in)


def answered_by_two(session: Session) -> tuple[Cast, Case]:
    """A directive of two districts, answered by a section of each; the near household a person."""
    people = directives.enter(session)
    case = directives.drafted(session, people)
    factories.tell(session, "sys:taxpayers")
    near_id = directives.lines(session, case)[0].taxpayer_id
    session.get_one(Taxpayer, near_id).kind = "individual"
    directives.split(session, people, case)
    sections = directives.unit(session, "0101"), directives.unit(session, "0201")
    directives.deployed(session, people.leader, case, {1: sections[0]})
    directives.deployed(session, people.far_leader, case, {2: sections[1]})
    for chief, officer in ((people.chief, people.officer), (people.far_chief, people.far_officer)):
        directives.distributed(session, chief, case, kind="simple", main=officer)
        directives.worked(session, officer, case)
        directives.section_answered(session, chief, case)
    return people, case


def seen(session: Session, who: Actor, case: Case) -> list[tuple[str, str]]:
    """The papers that somebody finds on the page of a case and can open, each with its bureau."""
    found = []
    for each in reads.page(session, who, case.id).papers:
        paper = papers.about(session, who, each.id).paper
        found.append((each.kind, paper.data["head"]["agency"][3:5]))
    return found


# Of each case its outcome, and the differences by tax.
_ENDED = (
    ("self_corrected", {"vat": "-50", "cit": "70"}),
    # What it found counts in the evaluation that goes on with it.
    ("opened_ta", {"vat": "900"}),
)


def test_page_paper_and_register_add_up_alike(session: Session) -> None:
    with at(MONDAY):
        people = directives.enter(session)
        case = directives.drafted(session, people)
        directives.split(session, people, case)
        household_lines = directives.lines(session, case)[:2]
        for line, (outcome, found) in zip(household_lines, _ENDED, strict=True):
            line.line_case_id = ended(session, line, outcome, found).id
        session.flush()
        times = limits.of_today(session)
        work = Work(session, SYSTEM, case, times, task=None, answers=None)
        paper: dict[str, Any] = {**told.told(work, PaperKind.DIRECTIVE_RESULT, {})}
        session.expunge_all()
        with statements(session) as asked:
            report: dict[str, Any] = {**told.told(work, PaperKind.ANALYSIS_REPORT, {})}
        assert len(report["lines"]) == 3
        assert sum("FROM taxpayers" in each for each in asked) == 1  # for all lines together
        page = directive_lines.overview(session, people.director, case)
        wish = results.Wish(kind=CaseKind.WV)
        register = results.board(session, people.director, wish).whole
    rows = [(row["closed"], row["tax"], row["surcharge"]) for row in paper["results"]]
    assert rows == [("1", "70.00", "2.00"), ("1", "0.00", "0.00")]
    assert page.sums[-1].brought == Brought(tax=Decimal("70.00"), surcharge=Decimal("2.00"))
    assert page.sums[-1].closed == register.cases == 2
    assert (register.tax, register.surcharge) == (Decimal("70.00"), Decimal("2.00"))


@contextmanager
def statements(session: Session) -> Iterator[list[str]]:
    """What is asked of the database meanwhile."""
    asked: list[str] = []

    def note(*call: object) -> None:
        asked.append(str(call[2]))

    connection = session.connection()
    event.listen(connection, "before_cursor_execute", note)
    yield asked
    event.remove(connection, "before_cursor_execute", note)


def ended(session: Session, line: DirectiveLine, outcome: str, found: dict[str, str]) -> Case:
    """A closed case of a line's household, with what it found by tax."""
    payer = session.get_one(Taxpayer, line.taxpayer_id)
    made = factories.case_of(session, CaseKind.WV, payer, "CIT-001")
    made.revision += 1  # what is changed below is another state of the case
    made.status, made.closed_at, made.outcome = CaseStatus.CLOSED, clock.now(), outcome
    for tax, difference in found.items():
        amount = AssessedAmount(
            case_id=made.id,
            tax=tax,
            period=200912,
            declared=Decimal(1000),
            recomputed=1000 + Decimal(difference),
            surcharge=Decimal(1),
            income_adjusted=Decimal(0),
            loss_offset=Decimal(0),
            credit_reduced=Decimal(0),
            tax_paid=Decimal(0),
            surcharge_paid=Decimal(0),
        )
        session.add(amount)
    factories.tell(session, f"case:{made.id}", f"case:{line.case_id}")
    return made
