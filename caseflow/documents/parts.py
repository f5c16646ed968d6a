"""What papers are put together from: head, addressee, officers, opinions, lines of tables."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from caseflow import amounts
from caseflow.vocabulary import Invalid


def require(problem: str, *, field: str, fulfilled: object) -> None:
    """Refuse a paper's data: Invalid `document.data` with the field and what is wrong with it."""
    if not fulfilled:
        raise Invalid("document.data", field=field, problem=problem)


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What every paper carries. `number` is empty for a draft and for kinds without numbers.

    `trace` is the number and hash of the act on record upon which the paper was issued. `seal` is
    the name on the seal 公章 that stands over the date; `cancels` names the paper that this one
    puts out of force.
    """

    agency: str
    dated_on: date
    case_number: str
    number: str = ""
    trace: str = ""
    seal: str = ""
    cancels: str = ""

    def __post_init__(self) -> None:
        require("missing", field="head.agency", fulfilled=self.agency.strip())
        require("missing", field="head.case_number", fulfilled=self.case_number.strip())


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressee:
    """The taxpayer to whom an outward paper goes."""

    name: str
    tin: str
    address: str

    def __post_init__(self) -> None:
        require("missing", field="addressee.name", fulfilled=self.name.strip())
        require("missing", field="addressee.tin", fulfilled=self.tin.strip())


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Whom the taxpayer may ask: unit, person, and the telephone where the bureau has one."""

    unit: str
    name: str
    phone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Officer:
    """An officer with the number of the inspection certificate 税务检查证, if one is shown."""

    name: str
    certificate: str = ""
    post: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A person of the taxpayer or its agent."""

    name: str
    post: str
    phone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """A signature on an internal paper: who, in which post, when, what was decided and why."""

    role: str
    name: str
    post: str
    at: datetime
    decision: str
    opinion: str = ""
    on_behalf_of: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One question of an interview and its answer."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """One line of a stock count on site."""

    item: str
    unit: str
    booked: Decimal
    counted: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfCheckItem:
    """One matter that the taxpayer is asked to check by itself."""

    tax: str
    period: str
    matter: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AdvisedAmount:
    """What was declared, what a recomputation gives, and the difference, of one tax and period."""

    tax: str
    period: str
    declared: Decimal
    recomputed: Decimal
    difference: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxpayerFacts:
    """The taxpayer as it was when the case was opened."""

    name: str
    tin: str
    address: str
    industry: str
    kind: str
    legal_rep: str
    credit_grade: str
    district: str
    section: str
    administrator: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Peers:
    """The figures of the peers, written as the indicator writes its values."""

    number: int
    mean: str
    p25: str
    p75: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DoubtFacts:
    """A doubt as screening found it; `steps` are the prescribed steps of verification."""

    indicator: str
    version: int
    name: str
    period: str
    value: str
    threshold: str
    severity: str
    steps: tuple[str, ...]
    peers: Peers | None = None
    estimated_tax: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DoubtOutcome:
    """A doubt as screening found it, what was checked, and what the officers concluded on it."""

    indicator: str
    name: str
    period: str
    finding: str
    cause: str
    reasons: str
    evidence: tuple[str, ...]
    indicator_judged: str
    value: str = ""
    threshold: str = ""
    severity: str = ""
    peers: Peers | None = None
    estimated_tax: Decimal | None = None
    steps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AmountLine:
    """The outcome in money, one line for a tax and period."""

    tax: str
    period: str
    declared: Decimal
    recomputed: Decimal
    difference: Decimal
    due_on: date
    surcharge: Decimal
    income_adjustment: Decimal = Decimal(0)
    loss_offset: Decimal = Decimal(0)
    credit_reduced: Decimal = Decimal(0)


def tax_to_make_up(lines: Iterable[AmountLine | AdvisedAmount]) -> Decimal:
    """Sum up what is to be paid: within a tax periods offset each other, taxes do not."""
    return amounts.assessed_tax((line.tax, line.difference) for line in lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class StepDone:
    """One line of the way a case went; `is_return` marks what was sent back or refused."""

    on: date
    step: str
    person: str
    result: str = ""
    is_return: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedPaper:
    """One line of the list of papers of a case."""

    name: str
    number: str
    issued_on: date
    served_on: date | None = None
