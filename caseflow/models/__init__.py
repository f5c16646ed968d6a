"""Tables and constraints. Whatever PostgreSQL can hold as a rule is a constraint here."""

from caseflow.models.archiving import ArchivedFile, ArchiveLoan
from caseflow.models.assignments import BulkAssignment
from caseflow.models.audits import Sample, SampleItem, WorkingPaper, WorkingPaperVersion
from caseflow.models.base import Base
from caseflow.models.batches import BatchLine
from caseflow.models.campaigns import Campaign, CampaignLine, HouseholdMark, RepeatedAnswer
from caseflow.models.case_migrations import CaseMigration, CaseMigrationLine, CaseMove
from caseflow.models.cases import (
    AssessedAmount,
    Case,
    CaseLink,
    FileRead,
    Merger,
    Recusal,
    RecusalRequest,
    Referral,
    SeenCase,
)
from caseflow.models.courses import (
    CaseCourse,
    CourseCell,
    CourseMark,
    CourseSum,
    Route,
    Variant,
)
from caseflow.models.definitions import Definition, DefinitionDraft
from caseflow.models.directives import DirectiveLine, DirectivePart
from caseflow.models.documents import (
    Attachment,
    Blob,
    Document,
    NumberSeries,
    PaperService,
    SealUse,
)
from caseflow.models.evaluation_plans import EvaluationPlan, HigherAssessment, PlanObject
from caseflow.models.facts import ImportBatch
from caseflow.models.handovers import Handover, HandoverCase, HandoverTaker
from caseflow.models.messages import Message
from caseflow.models.notices import Notice
from caseflow.models.operations import DonePost, ProcessBeat, Repair, SelfCheck
from caseflow.models.outbox import OutboxMessage
from caseflow.models.patrols import LogDay, LogEntry, PatrolLine, PatrolPhotograph, PatrolVisit
from caseflow.models.payments import Payment, PaymentMatch
from caseflow.models.people import (
    AddressFailure,
    Post,
    RateWindow,
    RecoveryCode,
    SavedView,
    SecondFactor,
    SignInFailure,
    Unit,
    User,
    UserSession,
)
from caseflow.models.powers import (
    Deputy,
    DrillDown,
    Grant,
    HouseholdRead,
    SensitiveFile,
    SensitiveReader,
)
from caseflow.models.rechecks import Recheck, RecheckPlan
from caseflow.models.report_figures import ReportFigure
from caseflow.models.settings import BureauClock, FilingDeadlineRow, Parameter, Run, WorkingDay
from caseflow.models.tasks import Answer, Draft, Extension, Reminder, Task
from caseflow.models.tax_warnings import FormerDoubt, IndicatorVersion, ScreeningRun, TaxWarning
from caseflow.models.taxpayers import FormerUnit, Responsibility, Taxpayer
from caseflow.models.third_party import ThirdPartyRecord
from caseflow.models.yearly_results import YearlyResult

__all__ = [
    "AddressFailure",
    "Answer",
    "ArchiveLoan",
    "ArchivedFile",
    "AssessedAmount",
    "Attachment",
    "Base",
    "BatchLine",
    "Blob",
    "BulkAssignment",
    "BureauClock",
    "Campaign",
    "CampaignLine",
    "Case",
    "CaseCourse",
    "CaseLink",
    "CaseMigration",
    "CaseMigrationLine",
    "CaseMove",
    "CourseCell",
    "CourseMark",
    "CourseSum",
    "Definition",
    "DefinitionDraft",
    "Deputy",
    "DirectiveLine",
    "DirectivePart",
    "Document",
    "DonePost",
    "Draft",
    "DrillDown",
    "EvaluationPlan",
    "Extension",
    "FileRead",
    "FilingDeadlineRow",
    "FormerDoubt",
    "FormerUnit",
    "Grant",
    "Handover",
    "HandoverCase",
    "HandoverTaker",
    "HigherAssessment",
    "HouseholdMark",
    "HouseholdRead",
    "ImportBatch",
    "IndicatorVersion",
    "LogDay",
    "LogEntry",
    "Merger",
    "Message",
    "Notice",
    "NumberSeries",
    "OutboxMessage",
    "PaperService",
    "Parameter",
    "PatrolLine",
    "PatrolPhotograph",
    "PatrolVisit",
    "Payment",
    "PaymentMatch",
    "PlanObject",
    "Post",
    "ProcessBeat",
    "RateWindow",
    "Recheck",
    "RecheckPlan",
    "RecoveryCode",
    "Recusal",
    "RecusalRequest",
    "Referral",
    "Reminder",
    "Repair",
    "RepeatedAnswer",
    "ReportFigure",
    "Responsibility",
    "Route",
    "Run",
    "Sample",
    "SampleItem",
    "SavedView",
    "ScreeningRun",
    "SealUse",
    "SecondFactor",
    "SeenCase",
    "SelfCheck",
    "SensitiveFile",
    "SensitiveReader",
    "SignInFailure",
    "Task",
    "TaxWarning",
    "Taxpayer",
    "ThirdPartyRecord",
    "Unit",
    "User",
    "UserSession",
    "Variant",
    "WorkingDay",
    "WorkingPaper",
    "WorkingPaperVersion",
    "YearlyResult",
]
