"""Papers looked at before they are issued: what they will say, and nothing of them is kept."""

import io
import re
from typing import Any

import pypdf
import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from caseflow import documents
from caseflow.models import Blob, Case, Document, NumberSeries, SealUse, Task
from caseflow.models.record import RecordEvent
from caseflow.services import files, place, previews
from caseflow.vocabulary import Forbidden, PaperKind
from tests import cast, desk, factories
from tests.cast import Cast

SIGNED = {"letter_signature": "sign", "opinion": "同意发函"}
_KEPT = (Document, Blob, SealUse, RecordEvent)
_LATER = (r"校验码：\S+", r"留痕：\S+", r"\S+〔\d{4}〕\d+号", previews.NO_NUMBER, "预览草稿")


def to_sign(session: Session) -> tuple[Cast, Case]:
    who = cast.enter(session)
    case = factories.case(session, factories.taxpayer(session))
    desk.to_desk_check(session, who, case)
    desk.check(session, who, case, then="inquiry")
    letter = {"inquiry_method": "letter", "questions": "进项税额增长的原因是什么？"}
    desk.do(session, who.officer, case, "make_inquiry", letter)
    return who, case


def taken(session: Session, who: Cast, case: Case) -> Task:
    task = desk.open_task(session, case, "sign_letter")
    desk.take(session, who.chief, task)
    return task


def looked_at(
    session: Session, who: Cast, case: Case, answers: dict[str, Any]
) -> tuple[previews.Sheet, ...]:
    task = taken(session, who, case)
    return previews.papers(session, who.chief, task.id, seen_version=task.version, answers=answers)


def kept(session: Session) -> list[int | None]:
    rows = [session.scalar(select(func.count()).select_from(table)) for table in _KEPT]
    taken = session.scalar(select(func.sum(NumberSeries.last)))
    return [*rows, taken, len(list(files.stored()))]


def lines(pdf: bytes, sealed_by: str) -> list[str]:
    """What stands on the pages but for number, mark, code, trace and the ring of the seal."""
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    text = "\n".join("".join(line.split()) for page in pages for line in _lines(page))
    for pattern in _LATER:
        text = re.sub(pattern, "", text)
    return [line for line in text.splitlines() if line not in sealed_by]


def _lines(page: pypdf.PageObject) -> list[str]:
    return page.extract_text().splitlines()


def test_a_paper_looked_at_before_says_what_the_issued_one_says(session: Session) -> None:
    who, case = to_sign(session)
    (sheet,) = looked_at(session, who, case, SIGNED)
    draft = documents.render_draft(sheet.kind, sheet.data, fonts=place.here().fonts)
    desk.do(session, who.chief, case, "sign_letter", SIGNED)
    issued = session.scalars(
        select(Document).where(Document.kind == PaperKind.INQUIRY_LETTER.value)
    ).one()
    assert sheet.kind == issued.kind
    assert issued.number
    assert issued.sha256
    assert issued.number not in str(sheet.data)
    sealed_by = issued.data["head"]["seal"]
    assert len(lines(draft, sealed_by)) > 10
    assert lines(draft, sealed_by) == lines(files.read(issued.sha256), sealed_by)
    pages = pypdf.PdfReader(io.BytesIO(draft)).pages
    assert all("预览草稿" in page.extract_text() for page in pages)


def test_looking_at_a_paper_takes_no_number_and_keeps_nothing(session: Session) -> None:
    who, case = to_sign(session)
    task = taken(session, who, case)
    before, version = kept(session), task.version
    assert looked_at(session, who, case, SIGNED)
    session.refresh(task)
    assert (kept(session), task.version) == (before, version)
    assert desk.open_elements(session, case) == {"sign_letter"}


def test_what_is_sent_back_issues_no_paper(session: Session) -> None:
    who, case = to_sign(session)
    back = {"letter_signature": "send_back", "opinion": "问题不够具体，请补充后再报。"}
    assert looked_at(session, who, case, back) == ()


def test_papers_are_shown_to_whoever_may_hand_in_the_step_and_refused_as_the_act(
    session: Session,
) -> None:
    who, case = to_sign(session)
    task = taken(session, who, case)
    with pytest.raises(Forbidden), session.begin_nested():
        previews.papers(session, who.officer, task.id, seen_version=task.version, answers=SIGNED)
