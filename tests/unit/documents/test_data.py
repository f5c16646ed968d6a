"""What a paper's data must fulfil, and what is said when they do not."""

import json
from datetime import timedelta

import pytest

from caseflow import documents
from caseflow.documents import PAPERS, PaperKind
from caseflow.vocabulary import Invalid
from tests.unit.documents import specimens


def stored(kind: PaperKind) -> dict[str, object]:
    plain = json.loads(json.dumps(documents.plain(specimens.ALL[kind])))
    assert isinstance(plain, dict)
    return plain


@pytest.mark.parametrize(
    ("name", "value", "field", "problem"),
    [
        ("questions", [], "questions", "missing"),
        ("questions", "一句话", "questions", "list"),
        ("questions", ["甲", 3], "questions.2", "str"),
        ("reply_on", "2009-13-01", "reply_on", "date"),
        ("reply_on", 20091116, "reply_on", "date"),
        ("reply_on", "2009-11-08", "reply_on", "earlier"),
        ("reply_days", None, "reply_days", "missing"),
        ("contact", None, "contact", "object"),
        ("contact", {"unit": "二科", "phone": "0411-86650000"}, "contact.name", "missing"),
        ("threshold", "2.35%", "threshold", "unknown"),
        ("addressee", {"name": " ", "tin": "1", "address": ""}, "addressee.name", "missing"),
    ],
)
def test_the_place_and_the_problem_are_named(
    name: str, value: object, field: str, problem: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        documents.read(documents.InquiryLetter, stored(PaperKind.INQUIRY_LETTER) | {name: value})
    assert refusal.value.values == {"field": field, "problem": problem}


@pytest.mark.parametrize("amount", ["", "abc", "NaN", "Infinity", 12.5, None])
def test_an_amount_that_is_none_is_refused(amount: object) -> None:
    values = stored(PaperKind.SELF_CHECK_NOTICE)
    lines = values["amounts"]
    assert isinstance(lines, list)
    lines[0]["difference"] = amount
    with pytest.raises(Invalid) as refusal:
        documents.read(documents.SelfCheckNotice, values)
    assert refusal.value.values == {"field": "amounts.1.difference", "problem": "Decimal"}


@pytest.mark.parametrize(
    "kind",
    [
        PaperKind.INTERVIEW_NOTICE,
        PaperKind.ONSITE_NOTICE,
        PaperKind.INSPECTION_NOTICE,
        PaperKind.INTERVIEW_RECORD,
        PaperKind.ONSITE_RECORD,
    ],
)
def test_one_officer_alone_neither_visits_nor_interviews(kind: PaperKind) -> None:
    values = stored(kind)
    officers = values["officers"]
    assert isinstance(officers, list)
    with pytest.raises(Invalid) as refusal:
        documents.read(PAPERS[kind].data, values | {"officers": officers[:1]})
    assert refusal.value.values == {"field": "officers", "problem": "two"}


def test_books_are_examined_with_certificates_only() -> None:
    values = stored(PaperKind.INSPECTION_NOTICE)
    officers = [{"name": "王丽"}, {"name": "李强"}]
    with pytest.raises(Invalid) as refusal:
        documents.read(documents.InspectionNotice, values | {"officers": officers})
    assert refusal.value.values["problem"] == "certificate"


def test_a_refused_signature_on_site_needs_a_witness() -> None:
    values = stored(PaperKind.ONSITE_RECORD) | {"refusal": "认为盘点数有误"}
    with pytest.raises(Invalid) as refusal:
        documents.read(documents.OnsiteRecord, values)
    assert refusal.value.values["field"] == "witness"
    assert documents.read(documents.OnsiteRecord, values | {"witness": "周边商户 钱某"}).refusal


def test_an_interview_on_the_day_of_its_notice_is_refused() -> None:
    values = stored(PaperKind.INTERVIEW_NOTICE)
    early = specimens.INTERVIEW.interview_at - timedelta(days=6)
    with pytest.raises(Invalid) as refusal:
        documents.read(documents.InterviewNotice, values | {"interview_at": early.isoformat()})
    assert refusal.value.values == {"field": "interview_at", "problem": "earlier"}


THIRTY_YEARS = {
    "analysis_report warning_report countersign_sheet instruction_sheet directive_result",
    "transfer_proposal transfer_list source_acceptance source_return inspection_feedback",
    "meeting_minutes action_items",
}
FIFTEEN_YEARS = {
    "inspection_notice books_notice books_list collective_minutes recheck_report",
    "abnormal_survey abnormal_identification invoice_loss_list abnormal_release",
    "cancellation_approval case_termination penalty_notice defence_record hearing_notice",
    "penalty_decision no_penalty_decision tax_guarantee preservation_decision",
    "enforcement_decision appraisal_sheet award_approval",
}


def test_every_kind_is_kept_as_long_as_the_table_of_papers_says() -> None:
    kept: dict[int | None, set[str]] = {}
    for kind, paper in PAPERS.items():
        kept.setdefault(paper.retention_years, set()).add(kind.value)
    assert kept[30] == set(" ".join(THIRTY_YEARS).split())
    assert kept[15] == set(" ".join(FIFTEEN_YEARS).split())
    assert kept[None] == {"treatment_decision"}
    assert set(kept) == {10, 15, 30, None}


def test_kinds_share_a_kind_word_only_when_they_are_one_statutory_paper() -> None:
    words: dict[str, set[str]] = {}
    for kind, paper in PAPERS.items():
        if paper.is_numbered:
            words.setdefault(paper.kind_word, set()).add(kind.zh.partition("（")[0])
    assert {word for word, names in words.items() if len(names) > 1} == set()


def test_numbers_are_written_with_hexagonal_brackets_and_no_leading_zeros() -> None:
    assert documents.number("大国税", "评约", 2009, 12) == "大国税评约〔2009〕12号"
    assert documents.number(documents.agency_word("10") + "岗店所", "限改", 2009, 31) == (
        "瓦国税岗店所限改〔2009〕31号"
    )


@pytest.mark.parametrize(("agency", "word", "serial"), [("大国税", "评约", 0), ("", "评约", 1)])
def test_a_number_that_cannot_be_is_refused(agency: str, word: str, serial: int) -> None:
    with pytest.raises(Invalid):
        documents.number(agency, word, 2009, serial)


def test_every_district_has_its_own_agency_word() -> None:
    words = {documents.agency_word(f"{code:02}") for code in range(17)}
    assert len(words) == 17
    with pytest.raises(Invalid):
        documents.agency_word("17")
