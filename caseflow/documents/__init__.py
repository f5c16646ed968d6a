"""
Official papers: checked data in, PDF/A out, the same bytes for the same data.

Knows templates, kind words, agency words and amounts in words. Taking the next number of a series,
storing the file and recording the act are verbs and happen elsewhere.
"""

from caseflow.documents.archive_sheets import ArchiveSheets, render_archive_sheets
from caseflow.documents.catalogue.kinds import Paper, PaperData
from caseflow.documents.checkpoint_sheet import CheckpointSheet, render_sheet
from caseflow.documents.daily_records import (
    Entered,
    PatrolRecord,
    WorkLog,
    render_patrol_record,
    render_work_log,
)
from caseflow.documents.handover_list import HandoverList, render_handover_list
from caseflow.documents.internal import WarningFeedback, WarningTask
from caseflow.documents.numbering import agency_word, number
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
from caseflow.documents.papers import PAPERS
from caseflow.documents.parts import (
    Addressee,
    AdvisedAmount,
    AmountLine,
    Answer,
    Contact,
    Count,
    DoubtFacts,
    DoubtOutcome,
    Head,
    IssuedPaper,
    Officer,
    Opinion,
    Peers,
    Person,
    SelfCheckItem,
    StepDone,
    TaxpayerFacts,
)
from caseflow.documents.schema import plain, read
from caseflow.documents.sheets import Pair, Sheet, SheetPart, Tabled
from caseflow.documents.typesetting import (
    HOUSE_FONTS,
    check_code,
    preview,
    render,
    render_draft,
    render_form,
)
from caseflow.documents.words import amount_in_words, day_in_words
from caseflow.documents.working_copies import working_copy
from caseflow.vocabulary import PaperKind

__all__ = [
    "HOUSE_FONTS",
    "PAPERS",
    "Addressee",
    "AdvisedAmount",
    "AmountLine",
    "Answer",
    "ArchiveSheets",
    "CheckpointSheet",
    "Contact",
    "Count",
    "DoubtFacts",
    "DoubtOutcome",
    "Entered",
    "HandoverList",
    "Head",
    "InquiryLetter",
    "InspectionNotice",
    "InterviewNotice",
    "InterviewRecord",
    "InvoiceStop",
    "IssuedPaper",
    "Officer",
    "OnsiteNotice",
    "OnsiteRecord",
    "Opinion",
    "Pair",
    "Paper",
    "PaperData",
    "PaperKind",
    "PatrolRecord",
    "Peers",
    "Person",
    "SelfCheckItem",
    "SelfCheckNotice",
    "ServiceReceipt",
    "Sheet",
    "SheetPart",
    "StepDone",
    "Tabled",
    "TaxpayerFacts",
    "WarningFeedback",
    "WarningTask",
    "WorkLog",
    "agency_word",
    "amount_in_words",
    "check_code",
    "day_in_words",
    "number",
    "plain",
    "preview",
    "read",
    "render",
    "render_archive_sheets",
    "render_draft",
    "render_form",
    "render_handover_list",
    "render_patrol_record",
    "render_sheet",
    "render_work_log",
    "working_copy",
]
