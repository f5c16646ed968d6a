"""What the summary of a batch of zero filers says: every figure from the cases, none typed."""

from __future__ import annotations

from collections.abc import Mapping

from caseflow import batch_counts, record_counts
from caseflow.services.work import Work
from caseflow.vocabulary import CaseKind, PaperKind
from caseflow.vocabulary.choices.batches import TbMatch
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


def of_delivery(
    work: Work, kind: PaperKind, arguments: Mapping[str, object]
) -> Mapping[str, object]:
    """What the papers of a third-party batch say: of its records, and of nobody else's data."""
    if work.case.kind != CaseKind.TB:
        return arguments
    facts = work.case.facts
    if kind is PaperKind.BATCH_RECEIPT:
        said = {name: facts[name] for name in ("source", "period", "count", "sha256", "carrier")}
        return {**arguments, **said, "control_totals": facts["control_totals"]}
    if kind is not PaperKind.SOURCE_FEEDBACK:
        return arguments
    decisions = {term.value: term.zh for term in TbMatch}
    lines = [
        {
            "name": values.get("纳税人名称") or values.get("纳税人识别号") or "",
            "key": str(record.number),
            "result": decisions[record.decision or ""],
            "note": record.reason or "",
        }
        for record in record_counts.unmatched(work.session, work.case)
        for values in [record_counts.plain(record.cells)]
    ]
    return {
        **arguments,
        "office": facts["source"].partition(":")[0],
        "period": facts["period"],
        "lines": lines,
    }
