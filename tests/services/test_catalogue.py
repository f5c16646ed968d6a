"""Every kind of paper, filled in from a case with full content: PDF/A, the same bytes twice."""

import io
import re
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from types import ModuleType

import pypdf
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import documents
from caseflow.documents import PAPERS, Opinion, PaperKind, Sheet
from caseflow.documents.catalogue import (
    abnormal,
    directives,
    evaluation,
    general,
    inspection,
    penalty,
    third_party,
)
from caseflow.documents.catalogue.shapes import Given, Grid, Source, Talk, keys_of
from caseflow.models import AssessedAmount, Case, Document
from caseflow.services.papers import filling
from caseflow.services.papers.subject import Subject
from caseflow.vocabulary import Invalid
from tests import cast, desk, factories, paper_samples
from tests.factories import tell
from tests.services.test_decisions import concluded
from tests.services.test_papers import subject

GROUPS = (general, evaluation, abnormal, penalty, inspection, third_party, directives)


def text_of(pdf: bytes) -> str:
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    return re.sub(r"\s", "", "".join(page.extract_text() for page in pages))


SIGNED = (
    Opinion(
        role="复核",
        name="陈建国",
        post="科（所）长",
        at=datetime(2009, 12, 2, 15, 40, tzinfo=UTC),
        decision="同意",
        opinion="事实清楚，计算正确，同意所提意见。",
    ),
    Opinion(
        role="审批",
        name="周敏 代 刘振华",
        post="基层局副局长",
        at=datetime(2009, 12, 3, 9, 10, tzinfo=UTC),
        decision="同意",
    ),
)


def filled(about: Subject, kind: PaperKind, **more: object) -> Sheet:
    """A paper of a case, every field answered."""
    paper = PAPERS[kind]
    about = about.issuing(paper)
    if paper.is_numbered:
        word = paper.word(by_office=False)
        about = about.numbered(documents.number(about.agency_word, word, 2009, 12))
    sheet = filling.sheet(about, paper, paper_samples.arguments(paper) | more)
    return sheet if paper.is_outward else replace(sheet, opinions=SIGNED)


def of_a_case(session: Session) -> Subject:
    """A concluded case with sums."""
    _, case = concluded(session)
    about = subject(session, case)
    for tax, period, declared, recomputed in (
        ("vat", 200907, "12000.00", "67000.00"),
        ("cit", 200900, "0.00", "18500.55"),
    ):
        session.add(
            AssessedAmount(
                case_id=case.id,
                tax=tax,
                period=period,
                declared=Decimal(declared),
                recomputed=Decimal(recomputed),
                due_on=date(2009, 8, 15),
                surcharge=Decimal("1512.50"),
                income_adjusted=Decimal(0),
                loss_offset=Decimal(0),
                credit_reduced=Decimal(0),
                tax_paid=Decimal(0),
                surcharge_paid=Decimal(0),
            )
        )
    session.flush()  # the paper reads the sums back
    tell(session, f"case:{case.id}")
    return about


def test_every_kind_is_in_the_catalogue() -> None:
    assert set(PAPERS) == set(PaperKind)


@pytest.mark.parametrize("group", GROUPS)
def test_every_declared_kind_is_set_as_pdf_a_twice_alike(
    session: Session, group: ModuleType
) -> None:
    about = of_a_case(session)
    for paper in group.PAPERS:
        sheet = filled(about, paper.kind)
        pdf = documents.render(paper.kind, sheet)
        stored = documents.read(Sheet, documents.plain(sheet))
        assert pdf == documents.render(paper.kind, stored), paper.kind
        assert b"<pdfaid:part>2</pdfaid:part>" in pdf, paper.kind
        text = text_of(pdf)
        assert paper.kind.zh in text
        assert sheet.head.number in text, paper.kind
        assert ("内部资料" in text) is not paper.is_outward, paper.kind


SIGNING = """
    start s
    user a section_chief signs=order_to_correct
    service i issue_paper kind="order_to_correct" violation="逾期未申报" days=15
    user b section_chief
    end closed
    s -> a -> i -> b -> closed
"""


SIGNED_BY_TWO = """
    start s
    user a section_chief signs=case_termination
    user d district_leader signs=case_termination
    service i issue_paper kind="case_termination" reason="撤销"
    user b section_chief
    end closed
    s -> a -> d -> i -> b -> closed
"""


def signed(session: Session, monkeypatch: pytest.MonkeyPatch, text: str = SIGNING) -> Case:
    """A case on a small drawing whose one step signs a paper."""
    factories.deploy_sketch(session, monkeypatch, text, "score: number; ti_flag: boolean")
    case = factories.case_on(session, factories.taxpayer(session))
    session.flush()  # its step is on a desk
    return case


def paper_of(session: Session, case: Case) -> Document:
    return session.scalars(select(Document).where(Document.case_id == case.id)).one()


def test_a_drawing_issues_any_kind_of_the_catalogue(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = cast.enter(session)
    case = signed(session, monkeypatch)
    desk.do(session, people.chief, case, "a", {})
    paper = paper_of(session, case)
    assert paper.number is not None
    assert paper.number.startswith("大中国税限改〔")
    assert paper.data["parts"][0]["lines"] == ["逾期未申报"]
    told = [line for part in paper.data["parts"] for line in part["lines"]]
    assert any("之日起15日内改正" in line for line in told)


def test_a_paper_that_lacks_what_it_must_say_is_not_issued(session: Session) -> None:
    about = of_a_case(session)
    paper = PAPERS[PaperKind.TAX_DETERMINATION]
    with pytest.raises(Invalid) as refusal:
        filling.sheet(about.issuing(paper), paper, {})
    assert refusal.value.code == "document_field_missing"
    assert refusal.value.values["field"] == "核定理由"


def test_a_tax_office_decides_no_fine_above_its_limit(session: Session) -> None:
    about = of_a_case(session)
    about.section.is_tax_office, about.section.short_name = True, "岗店所"
    paper = PAPERS[PaperKind.PENALTY_DECISION]
    office = replace(about, by_office=True)
    assert filling.sheet(office, paper, {"fine": "2000", "facts": "逾期未申报"}).parts
    with pytest.raises(Invalid) as refusal:
        filling.sheet(office, paper, {"fine": "2000.01", "facts": "逾期未申报"})
    assert refusal.value.code == "document_over_office_limit"
    assert paper.word(by_office=True) == "简罚"


@pytest.mark.parametrize(
    ("act_on", "article"), [("2021-07-14", "第三十一条"), ("2021-07-15", "第四十四条")]
)
def test_the_penalty_law_of_the_day_of_the_act_is_cited(
    session: Session, act_on: str, article: str
) -> None:
    sheet = filled(of_a_case(session), PaperKind.PENALTY_NOTICE, act_on=act_on)
    assert f"《中华人民共和国行政处罚法》{article}" in sheet.opening[0]


def test_the_right_to_a_hearing_is_told_only_when_it_is_offered(session: Session) -> None:
    about = of_a_case(session)
    titles = {
        hearing: [
            part.title for part in filled(about, PaperKind.PENALTY_NOTICE, hearing=hearing).parts
        ]
        for hearing in ("yes", "no")
    }
    assert set(titles["yes"]) - set(titles["no"]) == {"要求听证的权利"}


def test_no_declared_paper_to_a_taxpayer_shows_what_only_insiders_know() -> None:
    inside = {Source.SUMS, Source.DOUBTS, Source.COURSE, Source.ANSWERS, Source.EVIDENCE}
    shown = {
        paper.kind: {part.source for part in paper.parts if isinstance(part, Given)} & inside
        for paper in PAPERS.values()
        if paper.is_outward
    }
    assert not any(shown.values())


def test_every_name_in_a_text_of_the_catalogue_is_a_field() -> None:
    for paper in PAPERS.values():
        fields = {field.key for field in paper.fields}
        lists = {part.key for part in paper.parts if isinstance(part, Grid | Talk)}
        opened = {name for text in paper.opening for name in text.names}
        for name in {*keys_of(paper.parts), *opened} - fields - lists - {"taxpayer", "tin"}:
            said, _, kind = name.partition(".")
            if said == "words":
                assert kind in fields, (paper.kind, name)
                continue
            assert name.lstrip("?") in fields or said == "paper", (paper.kind, name)
            assert not kind or kind in list(PaperKind), (paper.kind, name)


def test_opinions_stand_in_the_order_in_which_they_were_given(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = cast.enter(session)
    case = signed(session, monkeypatch, SIGNED_BY_TWO)
    desk.do(session, people.chief, case, "a", {})
    desk.do(session, people.leader, case, "d", {})
    signers = [each["name"] for each in paper_of(session, case).data["opinions"]]
    assert signers == [people.chief.name, people.leader.name]
