"""What the summary of a batch of zero filers says: every figure from the cases, none typed."""

from __future__ import annotations

from collections.abc import Mapping

from caseflow import batch_counts
from caseflow.services.work import Work
from caseflow.vocabulary import CaseKind, PaperKind
from caseflow.vocabulary.choices.zero_filing import ZeroFilingCause

_NO_CAUSE = "作废或并案"


def told(work: Work, kind: PaperKind, arguments: Mapping[str, object]) -> Mapping[str, object]:
    """What the drawing tells, with the counts of the batch; other cases: unchanged."""
    if work.case.kind != CaseKind.ZB or kind is not PaperKind.ZERO_FILING_SUMMARY:
        return arguments
    counts = batch_counts.of(work.session, work.case.id)
    causes = {term.value: term.zh for term in ZeroFilingCause}
    return {
        **arguments,
        "title": work.case.title,
        "household_count": counts.total.households,
        "closed": counts.total.closed,
        "causes": [
            {
                "cause": causes.get(each.name, _NO_CAUSE),
                "households": each.closed,
                "tax": str(each.tax),
                "invoice_stops": each.invoice_stops,
            }
            for each in counts.by_cause
        ],
        "sections": [
            {
                "section": each.name,
                "closed": each.closed,
                "open": each.open,
                "overdue": each.overdue,
            }
            for each in counts.by_section
        ],
        "open_households": [
            {"name": each.taxpayer, "section": each.section, "reason": each.open_reason or ""}
            for each in counts.open
        ],
    }
