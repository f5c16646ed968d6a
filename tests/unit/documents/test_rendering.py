"""Papers as files: PDF/A, Chinese that can be read out, the same bytes twice, nothing internal."""

import io
import json
import re
from dataclasses import replace
from pathlib import Path

import pypdf
import pytest

from caseflow import documents
from caseflow.documents import PAPERS, PaperData, PaperKind
from caseflow.vocabulary import Invalid, Unavailable
from tests.unit.documents import specimens

KINDS = list(specimens.ALL)
NUMBERED = [kind for kind in KINDS if PAPERS[kind].is_numbered]
OUTWARD = [kind for kind in KINDS if PAPERS[kind].is_outward]
PNG = b"\x89PNG\r\n\x1a\n"


def text_of(pdf: bytes) -> str:
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    return re.sub(r"\s", "", "".join(page.extract_text() for page in pages))


def unnumbered(data: PaperData) -> PaperData:
    return replace(data, head=replace(data.head, number=""))


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_the_catalogue_has_a_specimen_and_renders(kind: PaperKind) -> None:
    data = specimens.ALL[kind]
    text = text_of(documents.render(kind, data))
    assert kind.zh in text
    assert specimens.ADDRESSEE.name in text
    assert data.head.number in text
    assert documents.check_code(kind, data) in text


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_data_give_the_same_bytes(kind: PaperKind) -> None:
    data = specimens.ALL[kind]
    assert documents.render(kind, data) == documents.render(kind, data)


def test_the_file_is_pdf_a_dated_by_the_data_and_carries_its_title() -> None:
    pdf = documents.render(PaperKind.INQUIRY_LETTER, specimens.INQUIRY)
    assert b"<pdfaid:part>2</pdfaid:part>" in pdf
    assert b"<pdfaid:conformance>A</pdfaid:conformance>" in pdf
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    assert reader.metadata is not None
    assert reader.metadata.title == "税务事项通知书（函询）"
    assert str(reader.metadata.creation_date).startswith("2009-11-")


@pytest.mark.parametrize("kind", KINDS)
def test_stored_data_give_the_same_paper_as_the_values_they_came_from(kind: PaperKind) -> None:
    data = specimens.ALL[kind]
    stored = json.loads(json.dumps(documents.plain(data)))
    assert documents.read(PAPERS[kind].data, stored) == data
    assert documents.render(kind, stored) == documents.render(kind, data)


@pytest.mark.parametrize("kind", NUMBERED)
def test_a_paper_without_its_number_is_not_issued(kind: PaperKind) -> None:
    with pytest.raises(Invalid) as refusal:
        documents.render(kind, unnumbered(specimens.ALL[kind]))
    assert refusal.value.code == "document.number_missing"


@pytest.mark.parametrize("kind", KINDS)
def test_the_preview_shows_each_page_and_differs_for_a_draft(kind: PaperKind) -> None:
    data = specimens.ALL[kind]
    pages = documents.preview(kind, data, resolution=40)
    pdf = pypdf.PdfReader(io.BytesIO(documents.render(kind, data)))
    assert len(pages) == len(pdf.pages)
    assert all(page.startswith(PNG) for page in pages)
    draft = documents.preview(kind, unnumbered(data), resolution=40)
    assert (draft != pages) == PAPERS[kind].is_numbered


@pytest.mark.parametrize(
    "words", ["VAT-001", "低于同行业预警下限 2.35%", "风险得分 14.5", "预警值"]
)
@pytest.mark.parametrize("kind", [PaperKind.INQUIRY_LETTER, PaperKind.INTERVIEW_NOTICE])
def test_an_outward_paper_with_internal_words_is_refused(kind: PaperKind, words: str) -> None:
    stored = json.loads(json.dumps(documents.plain(specimens.ALL[kind])))
    stored["questions"] = [f"请说明{words}的原因"]
    with pytest.raises(Invalid) as refusal:
        documents.render(kind, stored)
    assert refusal.value.code == "document.internal_words"
    assert refusal.value.values["field"] == "questions"


@pytest.mark.parametrize("kind", OUTWARD)
def test_outward_layouts_say_nothing_internal_themselves(kind: PaperKind) -> None:
    text = text_of(documents.render(kind, specimens.ALL[kind]))
    assert not re.search(r"指标|预警|阈值|同行业|风险分", text)


def test_typed_text_is_never_taken_for_markup() -> None:
    hostile = '#panic("x") #import "/etc/passwd" $x^2$ *b* <l> @ref \\ [a]'
    letter = replace(specimens.INQUIRY, questions=(hostile,))
    text = text_of(documents.render(PaperKind.INQUIRY_LETTER, letter))
    assert re.sub(r"\s", "", hostile) in text


def test_the_closing_paper_sums_tax_and_surcharge_and_writes_them_in_words() -> None:
    text = text_of(documents.render(PaperKind.WARNING_FEEDBACK, specimens.FEEDBACK))
    assert "捌万伍仟元整（85,000.00）" in text
    assert documents.amount_in_words(specimens.FEEDBACK.surcharge) in text


def test_a_negative_tax_does_not_reduce_another_tax_on_the_closing_paper() -> None:
    lines = specimens.FEEDBACK.amounts
    other = replace(lines[0], tax="企业所得税", difference=-lines[0].difference)
    assert replace(specimens.FEEDBACK, amounts=(*lines, other)).tax == specimens.FEEDBACK.tax


def test_lines_are_pulled_together_where_the_seal_would_stand_alone_on_a_page() -> None:
    pdf = documents.render(PaperKind.INVOICE_STOP, specimens.INVOICE_STOP)
    assert len(pypdf.PdfReader(io.BytesIO(pdf)).pages) == 1


def test_internal_papers_are_marked_and_tell_how_long_they_are_kept() -> None:
    text = text_of(documents.render(PaperKind.WARNING_FEEDBACK, specimens.FEEDBACK))
    assert "内部资料" in text
    assert "保管期限：10年" in text


def test_data_of_another_kind_are_refused() -> None:
    with pytest.raises(Invalid) as refusal:
        documents.render(PaperKind.INTERVIEW_NOTICE, specimens.INQUIRY)
    assert refusal.value.values["problem"] == "InterviewNotice"


def test_without_a_font_for_chinese_the_house_says_which_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("caseflow.documents.typesetting.HOUSE_FONTS", tmp_path / "none")
    with pytest.raises(Unavailable) as refusal:
        documents.render(PaperKind.INQUIRY_LETTER, specimens.INQUIRY, fonts=tmp_path)
    assert refusal.value.code == "document.fonts"
    assert refusal.value.values["folder"] == str(tmp_path)


def test_the_bureaus_own_fonts_are_preferred(tmp_path: Path) -> None:
    own = documents.render(PaperKind.INQUIRY_LETTER, specimens.INQUIRY, fonts=tmp_path)
    assert own == documents.render(PaperKind.INQUIRY_LETTER, specimens.INQUIRY)


@pytest.mark.parametrize("kind", [kind for kind in OUTWARD if PAPERS[kind].is_numbered])
def test_a_notice_shows_the_act_on_record_upon_which_it_was_issued(kind: PaperKind) -> None:
    data = specimens.ALL[kind]
    traced = replace(data, head=replace(data.head, trace="8-0A1B2C3D4E5F"))
    assert "留痕：8-0A1B2C3D4E5F" in text_of(documents.render(kind, traced))
    assert "留痕：" not in text_of(documents.render(kind, data))


@pytest.mark.parametrize("kind", OUTWARD)
def test_the_seal_never_stands_on_a_page_without_a_word_of_the_paper(kind: PaperKind) -> None:
    reader = pypdf.PdfReader(io.BytesIO(documents.render(kind, specimens.ALL[kind])))
    assert "。" in reader.pages[-1].extract_text()


def test_a_record_names_the_day_once_and_the_minutes_with_two_digits() -> None:
    record = replace(
        specimens.INTERVIEW_RECORD,
        started_at=specimens.at(2009, 11, 24, 9, 30),
        ended_at=specimens.at(2009, 11, 24, 10, 5),
    )
    text = text_of(documents.render(PaperKind.INTERVIEW_RECORD, record))
    assert "2009年11月24日9时30分至10时05分" in text


def test_a_paper_from_before_the_act_was_printed_keeps_its_check_code() -> None:
    stored = documents.plain(specimens.INQUIRY)
    assert isinstance(stored, dict)
    del stored["head"]["trace"]
    again = documents.read(type(specimens.INQUIRY), stored)
    code = documents.check_code(PaperKind.INQUIRY_LETTER, again)
    assert code == documents.check_code(PaperKind.INQUIRY_LETTER, specimens.INQUIRY)
    traced = replace(again, head=replace(again.head, trace="8-0A1B2C3D4E5F"))
    assert code != documents.check_code(PaperKind.INQUIRY_LETTER, traced)


@pytest.mark.parametrize("method", ["", "直接送达", "留置送达", "公告送达"])
def test_a_receipt_is_set_blank_and_filled_in(method: str) -> None:
    receipt = replace(
        specimens.RECEIPT, method=method, receiver="孙梅", refusal="拒收", witness="周"
    )
    text = text_of(documents.render(PaperKind.SERVICE_RECEIPT, receipt))
    assert "孙梅" in text
