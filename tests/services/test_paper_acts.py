"""What is done with a paper once it is signed: sealed, served once, put out of force by a newer."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import clock
from caseflow.models import Case, Document, PaperService, SealUse
from caseflow.services import cases, paper_services
from caseflow.vocabulary import SYSTEM, DocumentStatus, Invalid
from tests import cast, desk, factories

VARIABLES = "score: number; ti_flag: boolean"
TWICE = """
    start s
    user a section_chief signs=order_to_correct
    service i issue_paper kind="order_to_correct" violation="逾期未申报" days=15
    user b section_chief
    service j issue_paper kind="matter_notice" matter="更正通知" cancels="order_to_correct"
    user c section_chief
    end closed
    s -> a -> i -> b -> j -> c -> closed
"""
INSIDE = TWICE.replace('kind="order_to_correct" v', 'kind="case_termination" v').replace(
    "violation", "reason"
)


def signed(session: Session, monkeypatch: pytest.MonkeyPatch, text: str = TWICE) -> Case:
    """A case whose first step is signed by the chief: its paper is issued."""
    factories.deploy_sketch(session, monkeypatch, text, VARIABLES)
    people = cast.enter(session)
    case = factories.case_on(session, factories.taxpayer(session))
    session.flush()  # its step is on a desk
    desk.do(session, people.chief, case, "a", {})
    return case


def papers_of(session: Session, case: Case) -> list[Document]:
    session.expire_all()
    rows = select(Document).where(Document.case_id == case.id).order_by(Document.id)
    return list(session.scalars(rows))


def test_each_sealed_paper_is_a_line_of_the_register(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = signed(session, monkeypatch)
    (paper,) = papers_of(session, case)
    use = session.scalars(select(SealUse).where(SealUse.document_id == paper.id)).one()
    assert use.seal == paper.data["head"]["seal"] == paper.data["head"]["agency"]
    assert (use.case_id, use.used_by, use.used_at) == (case.id, paper.issued_by, paper.issued_at)


def test_a_paper_kept_inside_uses_no_seal(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = signed(session, monkeypatch, INSIDE)
    (paper,) = papers_of(session, case)
    assert paper.data["head"]["seal"] == ""
    assert session.scalars(select(SealUse)).all() == []


def serve(session: Session, case: Case, paper: Document, days: int = 0, **said: str) -> None:
    served_on = clock.today() + timedelta(days=days)
    paper_services.serve(session, SYSTEM, paper, served_on=served_on, said=said)
    cases.note(session, SYSTEM, case, action="case.noted", payload={})


def test_a_service_is_put_on_record_with_what_the_receipt_says(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = signed(session, monkeypatch)
    (paper,) = papers_of(session, case)
    serve(session, case, paper, method="left", receiver="门卫", left_note="拒收", witness="社区")
    receipt = session.scalars(select(PaperService)).one()
    assert (receipt.method, receipt.receiver, receipt.served_on) == ("left", "门卫", clock.today())
    assert (receipt.refusal, receipt.witness) == ("拒收", "社区")
    assert (paper.status, paper.served_on) == (DocumentStatus.SERVED, clock.today())


def test_a_paper_is_served_neither_unsigned_nor_early_nor_twice(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = signed(session, monkeypatch)
    (paper,) = papers_of(session, case)
    draft = Document(case_id=case.id, status=DocumentStatus.DRAFT, issued_at=None)
    for unserved, days, code in ((draft, 0, "paper_not_issued"), (paper, -1, "paper_served_early")):
        with pytest.raises(Invalid) as refusal:
            serve(session, case, unserved, days)
        assert refusal.value.code == code
    serve(session, case, paper, method="direct")
    with pytest.raises(Invalid) as refusal:
        serve(session, case, paper)
    assert refusal.value.code == "paper_is_served"


def test_a_paper_goes_out_of_force_by_a_newer_one_and_both_say_so(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = signed(session, monkeypatch)
    serve(session, case, papers_of(session, case)[0], method="direct")
    desk.do(session, cast.people_on_file(session).chief, case, "b", {})
    old, new = papers_of(session, case)
    assert (old.status, new.cancels_id) == (DocumentStatus.VOID, old.id)
    assert new.data["head"]["cancels"] == f"《责令限期改正通知书》{old.number}"
    with pytest.raises(Invalid) as refusal:
        serve(session, case, old)
    assert refusal.value.code == "paper_is_void"


def test_what_the_taxpayer_never_got_is_not_told_to_be_void(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = signed(session, monkeypatch)
    desk.do(session, cast.people_on_file(session).chief, case, "b", {})
    old, new = papers_of(session, case)
    assert (old.status, new.cancels_id) == (DocumentStatus.VOID, old.id)
    assert new.data["head"]["cancels"] == ""
