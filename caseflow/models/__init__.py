"""Tables and constraints. Whatever PostgreSQL can hold as a rule is a constraint here."""

from caseflow.models.base import Base
from caseflow.models.case_migrations import CaseMigration, CaseMigrationLine, CaseMove
from caseflow.models.cases import (
    AssessedAmount,
    Case,
    CaseLink,
    FileRead,
    Recusal,
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
from caseflow.models.documents import Attachment, Document, NumberSeries
from caseflow.models.facts import ImportBatch
from caseflow.models.messages import Message
from caseflow.models.outbox import OutboxMessage
from caseflow.models.people import Post, SavedView, SignInFailure, Unit, User, UserSession
from caseflow.models.report_figures import ReportFigure
from caseflow.models.settings import BureauClock, Parameter, Run, WorkingDay
from caseflow.models.tasks import Answer, Draft, Reminder, Task
from caseflow.models.tax_warnings import IndicatorVersion, ScreeningRun, TaxWarning
from caseflow.models.taxpayers import Responsibility, Taxpayer

__all__ = [
    "Answer",
    "AssessedAmount",
    "Attachment",
    "Base",
    "BureauClock",
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
    "Document",
    "Draft",
    "FileRead",
    "ImportBatch",
    "IndicatorVersion",
    "Message",
    "NumberSeries",
    "OutboxMessage",
    "Parameter",
    "Post",
    "Recusal",
    "Referral",
    "Reminder",
    "ReportFigure",
    "Responsibility",
    "Route",
    "Run",
    "SavedView",
    "ScreeningRun",
    "SeenCase",
    "SignInFailure",
    "Task",
    "TaxWarning",
    "Taxpayer",
    "Unit",
    "User",
    "UserSession",
    "Variant",
    "WorkingDay",
]
