"""Cases as lists and as one page."""

from caseflow.reads.cases.listing import (
    Listing,
    Row,
    Wish,
    dispatched,
    listing,
    of_taxpayer,
    problem_found,
    tax_paid,
)
from caseflow.reads.cases.page import (
    File,
    Page,
    Paper,
    Person,
    Step,
    drawing,
    file,
    find,
    page,
    paper,
)

__all__ = [
    "File",
    "Listing",
    "Page",
    "Paper",
    "Person",
    "Row",
    "Step",
    "Wish",
    "dispatched",
    "drawing",
    "file",
    "find",
    "listing",
    "of_taxpayer",
    "page",
    "paper",
    "problem_found",
    "tax_paid",
]
