"""The catalogue of papers: kind, names, kind word, who signs, whether it leaves the house."""

from collections.abc import Mapping
from dataclasses import dataclass

from caseflow.documents.internal import WarningFeedback, WarningTask
from caseflow.documents.outward import (
    InquiryLetter,
    InspectionNotice,
    InterviewNotice,
    InterviewRecord,
    InvoiceStop,
    OnsiteNotice,
    OnsiteRecord,
    SelfCheckNotice,
    ServiceReceipt,
)
from caseflow.vocabulary import PaperKind, Role

PaperData = (
    InquiryLetter
    | InspectionNotice
    | InterviewNotice
    | InterviewRecord
    | InvoiceStop
    | OnsiteNotice
    | OnsiteRecord
    | SelfCheckNotice
    | ServiceReceipt
    | WarningFeedback
    | WarningTask
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """
    What is fixed about a kind of paper.

    `kind_word` is empty for kinds without a number. `template` names the file of the layout;
    a changed layout or legal text gets a new file and a higher `version`.
    """

    kind: PaperKind
    kind_word: str
    is_outward: bool
    signs: tuple[Role, ...]
    retention_years: int
    data: type[PaperData]
    template: str
    version: int = 1

    @property
    def is_numbered(self) -> bool:
        """Say whether a number is taken when the paper is issued."""
        return bool(self.kind_word)


_CHIEF = (Role.SECTION_CHIEF,)
_LEADER = (Role.DISTRICT_DIRECTOR, Role.DISTRICT_DEPUTY)
_OFFICERS = (Role.TAX_ADMINISTRATOR,)

PAPERS: Mapping[PaperKind, Paper] = {
    paper.kind: paper
    for paper in (
        Paper(
            kind=PaperKind.WARNING_TASK,
            kind_word="预核",
            is_outward=False,
            signs=_LEADER,
            retention_years=10,
            data=WarningTask,
            template="warning_task.typ",
        ),
        Paper(
            kind=PaperKind.WARNING_FEEDBACK,
            kind_word="预馈",
            is_outward=False,
            signs=(*_OFFICERS, *_CHIEF, *_LEADER),
            retention_years=10,
            data=WarningFeedback,
            template="warning_feedback.typ",
        ),
        Paper(
            kind=PaperKind.INQUIRY_LETTER,
            kind_word="税函",
            is_outward=True,
            signs=_CHIEF,
            retention_years=10,
            data=InquiryLetter,
            template="inquiry_letter.typ",
        ),
        Paper(
            kind=PaperKind.INTERVIEW_NOTICE,
            kind_word="评约",
            is_outward=True,
            signs=_CHIEF,
            retention_years=10,
            data=InterviewNotice,
            template="interview_notice.typ",
        ),
        Paper(
            kind=PaperKind.ONSITE_NOTICE,
            kind_word="税通",
            is_outward=True,
            signs=_CHIEF,
            retention_years=10,
            data=OnsiteNotice,
            template="onsite_notice.typ",
        ),
        Paper(
            kind=PaperKind.INSPECTION_NOTICE,
            kind_word="检通",
            is_outward=True,
            signs=_LEADER,
            retention_years=15,
            data=InspectionNotice,
            template="inspection_notice.typ",
        ),
        Paper(
            kind=PaperKind.SELF_CHECK_NOTICE,
            kind_word="自查",
            is_outward=True,
            signs=_CHIEF,
            retention_years=10,
            data=SelfCheckNotice,
            template="self_check_notice.typ",
        ),
        Paper(
            kind=PaperKind.INVOICE_STOP,
            kind_word="停票",
            is_outward=True,
            signs=_LEADER,
            retention_years=10,
            data=InvoiceStop,
            template="invoice_stop.typ",
        ),
        Paper(
            kind=PaperKind.SERVICE_RECEIPT,
            kind_word="",
            is_outward=True,
            signs=(),
            retention_years=10,
            data=ServiceReceipt,
            template="service_receipt.typ",
        ),
        Paper(
            kind=PaperKind.INTERVIEW_RECORD,
            kind_word="",
            is_outward=True,
            signs=_OFFICERS,
            retention_years=10,
            data=InterviewRecord,
            template="interview_record.typ",
        ),
        Paper(
            kind=PaperKind.ONSITE_RECORD,
            kind_word="",
            is_outward=True,
            signs=_OFFICERS,
            retention_years=10,
            data=OnsiteRecord,
            template="onsite_record.typ",
        ),
    )
}
"""Kind -> what is fixed about it."""
