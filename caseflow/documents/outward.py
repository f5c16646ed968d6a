"""Data of the papers that the taxpayer gets or signs: own facts, law, requirement, date, rights."""

from dataclasses import dataclass
from datetime import date, datetime

from caseflow.documents.parts import (
    Addressee,
    AdvisedAmount,
    Answer,
    Contact,
    Count,
    Head,
    Officer,
    Person,
    SelfCheckItem,
    require,
)

_TWO = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class InquiryLetter:
    """
    税务事项通知书（函询）: written questions, to be answered within working days from receipt.

    Letters of earlier days name the last day instead (``reply_on``).
    """

    head: Head
    addressee: Addressee
    contact: Contact
    matter: str
    questions: tuple[str, ...]
    material: tuple[str, ...] = ()
    reply_days: int | None = None
    reply_on: date | None = None

    def __post_init__(self) -> None:
        require("missing", field="questions", fulfilled=self.questions)
        require("missing", field="reply_days", fulfilled=self.reply_days or self.reply_on)
        on_time = self.reply_on is None or self.reply_on >= self.head.dated_on
        require("earlier", field="reply_on", fulfilled=on_time)


@dataclass(frozen=True, slots=True, kw_only=True)
class InterviewNotice:
    """税务约谈通知书: time, place, persons, content; the questions only when announced."""

    head: Head
    addressee: Addressee
    contact: Contact
    matter: str
    interview_at: datetime
    place: str
    persons: tuple[str, ...]
    officers: tuple[Officer, ...]
    questions: tuple[str, ...] = ()
    material: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        require("missing", field="persons", fulfilled=self.persons)
        require("two", field="officers", fulfilled=len(self.officers) >= _TWO)
        after = self.interview_at.date() > self.head.dated_on
        require("earlier", field="interview_at", fulfilled=after)


@dataclass(frozen=True, slots=True, kw_only=True)
class OnsiteNotice:
    """税务事项通知书（实地核查）: when, where, about what and by whom."""

    head: Head
    addressee: Addressee
    contact: Contact
    matter: str
    visit_from: date
    visit_to: date
    place: str
    officers: tuple[Officer, ...]
    material: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        require("two", field="officers", fulfilled=len(self.officers) >= _TWO)
        require("earlier", field="visit_to", fulfilled=self.visit_to >= self.visit_from)


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectionNotice:
    """税务检查通知书: books are examined, by officers with certificates, for a period."""

    head: Head
    addressee: Addressee
    contact: Contact
    officers: tuple[Officer, ...]
    inspection_from: date
    period_from: date
    period_to: date

    def __post_init__(self) -> None:
        require("two", field="officers", fulfilled=len(self.officers) >= _TWO)
        certified = all(officer.certificate for officer in self.officers)
        require("certificate", field="officers", fulfilled=certified)
        require("earlier", field="period_to", fulfilled=self.period_to >= self.period_from)


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceStop:
    """停供发票决定书: the supply stops on a ground of the law, or is limited, from a day on.

    ``limit`` is how many invoices a month are still supplied; none: the supply stops.
    """

    head: Head
    addressee: Addressee
    contact: Contact
    is_abnormal: bool
    scope: str
    stop_from: date
    limit: int | None = None

    def __post_init__(self) -> None:
        require("missing", field="scope", fulfilled=self.scope)
        require("earlier", field="stop_from", fulfilled=self.stop_from >= self.head.dated_on)


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfCheckNotice:
    """税务事项通知书（自查）: matters to check and correct, with a date; advice, not a debt."""

    head: Head
    addressee: Addressee
    contact: Contact
    items: tuple[SelfCheckItem, ...]
    report_on: date
    amounts: tuple[AdvisedAmount, ...] = ()

    def __post_init__(self) -> None:
        require("missing", field="items", fulfilled=self.items)
        require("earlier", field="report_on", fulfilled=self.report_on >= self.head.dated_on)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceReceipt:
    """送达回证: the blank that goes with a paper; what is known is printed, the rest written."""

    head: Head
    addressee: Addressee
    paper_name: str
    paper_number: str
    server: tuple[str, ...] = ()
    method: str = ""
    place: str = ""
    receiver: str = ""
    served_at: datetime | None = None
    refusal: str = ""
    witness: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class InterviewRecord:
    """税务约谈笔录: signed by the interviewee on each page and by two officers."""

    head: Head
    addressee: Addressee
    started_at: datetime
    ended_at: datetime
    place: str
    officers: tuple[Officer, ...]
    recorder: str
    interviewees: tuple[Person, ...]
    answers: tuple[Answer, ...]
    agent: str = ""
    refusal: str = ""

    def __post_init__(self) -> None:
        require("two", field="officers", fulfilled=len(self.officers) >= _TWO)
        require("missing", field="interviewees", fulfilled=self.interviewees)
        require("missing", field="answers", fulfilled=self.answers)
        require("earlier", field="ended_at", fulfilled=self.ended_at >= self.started_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class OnsiteRecord:
    """实地核查记录: what two officers found, counted and photographed on the premises."""

    head: Head
    addressee: Addressee
    started_at: datetime
    ended_at: datetime
    place: str
    officers: tuple[Officer, ...]
    found: str
    facts: str
    present: tuple[Person, ...] = ()
    counts: tuple[Count, ...] = ()
    photographs: tuple[str, ...] = ()
    statement: str = ""
    refusal: str = ""
    witness: str = ""

    def __post_init__(self) -> None:
        require("two", field="officers", fulfilled=len(self.officers) >= _TWO)
        require("missing", field="facts", fulfilled=self.facts.strip())
        require("earlier", field="ended_at", fulfilled=self.ended_at >= self.started_at)
        witnessed = not self.refusal or self.witness
        require("missing", field="witness", fulfilled=witnessed)
