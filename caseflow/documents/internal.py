"""Data of the papers that stay inside: the task sheet and the closing paper of a verification."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from caseflow.documents.parts import (
    AmountLine,
    DoubtFacts,
    DoubtOutcome,
    Head,
    IssuedPaper,
    Opinion,
    StepDone,
    TaxpayerFacts,
    require,
    tax_to_make_up,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class WarningTask:
    """预警核查任务单: what screening found, and who is to look into it by when."""

    head: Head
    taxpayer: TaxpayerFacts
    doubts: tuple[DoubtFacts, ...]
    score: Decimal
    grade: str
    opened_on: date
    due_on: date
    priority: str
    run: str
    batches: tuple[str, ...]
    is_transfer_hint: bool = False
    requirement: str = ""
    main_officer: str = ""
    second_officer: str = ""
    opinions: tuple[Opinion, ...] = ()

    def __post_init__(self) -> None:
        require("missing", field="doubts", fulfilled=self.doubts)


@dataclass(frozen=True, slots=True, kw_only=True)
class WarningFeedback:
    """预警核查反馈单: the closing paper, signed in turn by all who decided."""

    head: Head
    taxpayer: TaxpayerFacts
    outcome: str
    opened_on: date
    closed_on: date
    doubts: tuple[DoubtOutcome, ...]
    opinions: tuple[Opinion, ...]
    amounts: tuple[AmountLine, ...] = ()
    steps: tuple[StepDone, ...] = ()
    papers: tuple[IssuedPaper, ...] = ()
    main_officer: str = ""
    second_officer: str = ""
    decided_by: str = ""
    returns: int = 0
    signs: str = ""
    outcome_reason: str = ""
    execution: str = ""

    def __post_init__(self) -> None:
        require("missing", field="doubts", fulfilled=self.doubts)
        require("missing", field="opinions", fulfilled=self.opinions)
        require("earlier", field="closed_on", fulfilled=self.closed_on >= self.opened_on)

    @property
    def tax(self) -> Decimal:
        """The tax to be made up."""
        return tax_to_make_up(self.amounts)

    @property
    def surcharge(self) -> Decimal:
        """The surcharge of all lines."""
        return sum((line.surcharge for line in self.amounts), Decimal(0))
