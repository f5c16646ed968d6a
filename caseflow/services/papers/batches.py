"""What the summary of a batch of zero filers says: every figure from the cases, none typed."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from sqlalchemy import select

from caseflow import batch_counts, record_counts
from caseflow.models import Answer, Task, User
from caseflow.services.papers.subject import Subject
from caseflow.services.work import Work
from caseflow.vocabulary import CaseKind, Outcome, PaperKind
from caseflow.vocabulary.choices.batches import TbCarrier, TbMatch
from caseflow.vocabulary.choices.zero_filing import ZeroFilingCause

_NO_CAUSE = "作废或并案"


def told(work: Work, kind: PaperKind, arguments: Mapping[str, object]) -> Mapping[str, object]:
    """What the drawing tells, with the counts of the batch; other cases: unchanged."""
    if work.case.kind != CaseKind.ZB or kind is not PaperKind.ZERO_FILING_SUMMARY:
        return arguments
    counts = batch_counts.of(work.session, work.case.id)
    causes = {term.value: term.zh for term in ZeroFilingCause}
    outcomes = {term.value: term.zh for term in Outcome}
    return {
        **arguments,
        "title": work.case.title,
        "maker": _maker(work),
        "status_changes": sum(
            each.households for each in counts.by_outcome if each.name == Outcome.STATUS_ALIGNED
        ),
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
        "outcomes": [
            {
                "outcome": outcomes.get(each.name, _NO_CAUSE),
                "households": each.closed,
                "tax": str(each.tax),
                "invoice_stops": each.invoice_stops,
            }
            for each in counts.by_outcome
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


def _maker(work: Work) -> str:
    """Who wrote the report of a batch."""
    name = work.session.scalar(
        select(User.name)
        .join(Answer, Answer.user_id == User.id)
        .join(Task, Task.id == Answer.task_id)
        .where(Answer.case_id == work.case.id, Task.form_key == "zb_report")
        .order_by(Answer.id.desc())
        .limit(1)
    )
    return name or ""


def _receipt(work: Work) -> Mapping[str, object]:
    """What was delivered, by whom, and whether it is what the source said."""
    facts, answers = work.case.facts, Subject.of(work).answers("tb_receipt")
    source, _, grain = facts["source"].partition(":")
    return {
        **{name: facts[name] for name in ("period", "count", "count_told", "sha256", "carrier")},
        "source": f"{source}（{grain}）" if grain else source,
        "medium": next((each.zh for each in TbCarrier if each == answers.get("carrier")), ""),
        "receiver": work.actor.name,
        "agrees": "相符" if facts["totals_agree"] else "不符",
        "control_totals": "；".join(
            f"{each['name']} {Decimal(str(each['told'])):,.2f}" for each in facts["totals"]
        ),
    }


def of_delivery(
    work: Work, kind: PaperKind, arguments: Mapping[str, object]
) -> Mapping[str, object]:
    """What the papers of a third-party batch say: of its records, and of nobody else's data."""
    if work.case.kind != CaseKind.TB:
        return arguments
    facts = work.case.facts
    if kind is PaperKind.BATCH_RECEIPT:
        return {**arguments, **_receipt(work)}
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
