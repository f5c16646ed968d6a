"""Working copies: marked on every page, well-formed, the same bytes twice, every field named."""

import io
import zipfile
from dataclasses import fields, is_dataclass
from typing import get_args, get_type_hints

import pytest
from lxml import etree

from caseflow import documents
from caseflow.documents import PAPERS, PaperKind, Sheet
from caseflow.documents.labels import LABELS
from caseflow.documents.working_copies import INSIDE, MARK
from tests.unit.documents import specimens

KINDS = list(specimens.ALL)
# What is shown in a way of its own, or is no text.
_OWN = {"head", "trace", "seal", "cancels", "agency", "dated_on", "case_number"}


def parts_of(kind: PaperKind) -> dict[str, bytes]:
    package = zipfile.ZipFile(io.BytesIO(documents.working_copy(kind, specimens.ALL[kind])))
    assert package.testzip() is None
    return {name: package.read(name) for name in package.namelist()}


def text_of(part: bytes) -> str:
    return "".join(str(text) for text in etree.fromstring(part).itertext())


@pytest.mark.parametrize("kind", KINDS)
def test_a_working_copy_is_marked_and_says_what_the_paper_says(kind: PaperKind) -> None:
    parts = parts_of(kind)
    header = text_of(parts["word/header1.xml"])
    assert MARK in header
    assert (INSIDE in header) is not PAPERS[kind].is_outward
    text = text_of(parts["word/document.xml"])
    assert kind.zh in text
    assert specimens.ADDRESSEE.name in text


def test_a_working_copy_has_the_same_bytes_twice_and_no_control_characters() -> None:
    kind = PaperKind.INQUIRY_LETTER
    first = documents.working_copy(kind, specimens.ALL[kind])
    assert first == documents.working_copy(kind, specimens.ALL[kind])
    odd = documents.InquiryLetter(
        head=specimens.INQUIRY.head,
        addressee=specimens.ADDRESSEE,
        contact=specimens.CONTACT,
        matter="<b>&\x07一",
        questions=("问",),
        reply_days=specimens.INQUIRY.reply_days,
    )
    package = zipfile.ZipFile(io.BytesIO(documents.working_copy(kind, odd)))
    assert "<b>&一" in text_of(package.read("word/document.xml"))


def test_every_field_of_a_paper_has_a_name_on_the_working_copy() -> None:
    found: set[str] = set()

    def walk(record: object) -> None:
        if isinstance(record, type) and is_dataclass(record):
            found.update(field.name for field in fields(record))
            for hint in get_type_hints(record).values():
                for each in (hint, *get_args(hint)):
                    walk(each)

    for paper in PAPERS.values():
        if paper.data is not Sheet:
            walk(paper.data)
    assert found - _OWN - set(LABELS) == set()


def test_a_letter_is_read_from_its_addressee_to_its_contact() -> None:
    text = text_of(parts_of(PaperKind.INQUIRY_LETTER)["word/document.xml"])
    first, last = text.index(specimens.ADDRESSEE.name), text.index(specimens.CONTACT.unit)
    assert first < text.index(specimens.INQUIRY.questions[0]) < last


def test_days_times_and_amounts_are_written_as_on_paper() -> None:
    text = text_of(parts_of(PaperKind.WARNING_FEEDBACK)["word/document.xml"])
    closed_on = specimens.FEEDBACK.closed_on
    assert f"{closed_on.year}年{closed_on.month}月{closed_on.day}日" in text
    assert closed_on.isoformat() not in text
    assert "+08:00" not in text
    assert f"{specimens.FEEDBACK.amounts[0].recomputed:,.2f}" in text


def test_tables_fill_the_page_and_their_head_stands_on_every_one() -> None:
    document = etree.fromstring(parts_of(PaperKind.WARNING_FEEDBACK)["word/document.xml"])
    names = {"w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main"}
    tables = document.findall(".//w:tbl", names)
    assert any(table.find(".//w:tblHeader", names) is not None for table in tables)
    for table in tables:
        widths = [each.get(f"{{{names['w']}}}w") for each in table.iterfind(".//w:gridCol", names)]
        assert abs(sum(map(int, filter(None, widths))) - 9071) <= len(widths)
