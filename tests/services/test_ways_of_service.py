"""Served by hand, left, by post or announced: the day that counts, and what the receipt says."""

import io
from datetime import date, timedelta

import pypdf
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import clock, documents
from caseflow.models import Case, Document, PaperService
from caseflow.reads import papers as reads
from caseflow.services import place
from caseflow.vocabulary import Invalid, PaperKind
from tests import cast, desk, factories
from tests.cast import Cast
from tests.services.test_time import MONDAY, at

MONDAY_ON = date(2010, 1, 25)


def sent(session: Session) -> tuple[Cast, Case]:
    people = cast.enter(session)
    case = factories.case(session, factories.taxpayer(session))
    with at(MONDAY):
        desk.to_letter_signed(session, people, case)
    return people, case


def serve(session: Session, people: Cast, case: Case, *, days: int, **told: object) -> None:
    with at(MONDAY + timedelta(days=days)):
        answers = {"letter_service": "served", "receipt": [], **told}
        desk.do(session, people.officer, case, "serve_letter", answers)


def receipt(session: Session, people: Cast, case: Case) -> tuple[PaperService, str]:
    letters = select(Document).where(
        Document.case_id == case.id, Document.kind == PaperKind.INQUIRY_LETTER.value
    )
    paper = session.scalars(letters).one()
    data = reads.receipt(session, people.officer, paper.id)
    pdf = documents.render(PaperKind.SERVICE_RECEIPT, data, fonts=place.here().fonts)
    text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)
    service = session.scalars(select(PaperService).where(PaperService.case_id == case.id)).one()
    return service, "".join(text.split())


def test_a_paper_that_is_left_has_a_witness_and_nobody_who_received_it(session: Session) -> None:
    people, case = sent(session)
    left = {"served_on": "2010-01-25", "left_note": "门卫拒绝签收", "witness": "居委会李某"}
    serve(session, people, case, days=0, method="left", **left)
    service, text = receipt(session, people, case)
    assert (service.receiver, service.witness, service.served_on) == (None, "居委会李某", MONDAY_ON)
    assert "门卫拒绝签收2010年1月25日" in text
    assert "居委会李某2010年1月25日" in text


def test_a_paper_sent_by_post_is_served_on_the_day_of_its_return_card(session: Session) -> None:
    people, case = sent(session)
    card = {"mail_number": "RA123456785CN", "return_card_on": "2010-01-27"}
    serve(session, people, case, days=3, method="post", **card)
    service, text = receipt(session, people, case)
    assert (service.mail_number, service.served_on) == ("RA123456785CN", date(2010, 1, 27))
    assert "挂号邮件号码：RA123456785CN" in text
    assert "送达日期：2010年1月27日" in text
    assert case.paused_at is not None
    assert clock.local_date(case.paused_at) == date(2010, 1, 27)


def test_a_return_card_of_a_day_to_come_is_refused_where_it_was_typed(session: Session) -> None:
    people, case = sent(session)
    card = {"mail_number": "RA123456785CN", "return_card_on": "2010-01-29"}
    with pytest.raises(Invalid) as refusal:
        serve(session, people, case, days=3, method="post", **card)
    assert desk.refused(refusal.value) == {"return_card_on": "in_the_future"}


def test_an_announced_paper_is_served_once_its_thirty_days_have_passed(session: Session) -> None:
    # The holidays of the Spring Festival within the limit move its end on.
    people, case = sent(session)
    said = {"medium": "newspaper", "announced_on": "2010-01-25"}
    with pytest.raises(Invalid) as refusal, session.begin_nested():
        serve(session, people, case, days=37, method="announcement", **said)
    assert desk.refused(refusal.value) == {"announced_on": "announcement_runs"}
    session.expire_all()
    serve(session, people, case, days=38, method="announcement", **said)
    service, text = receipt(session, people, case)
    assert (service.announced_on, service.served_on) == (MONDAY_ON, date(2010, 3, 3))
    assert "公告媒介：报纸，自2010年1月25日起公告" in text
