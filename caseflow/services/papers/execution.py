"""How an outcome was carried out, in words: what was paid, corrected, taught or left to others."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import select

from caseflow import assessed, clock
from caseflow.models import Answer, AssessedAmount, Case, Referral, Task
from caseflow.models.base import Json
from caseflow.services.kinds.desk import day
from caseflow.services.papers.outward import period
from caseflow.services.papers.subject import Subject
from caseflow.vocabulary.choices import Tax


def told(subject: Subject) -> str:
    """What was done about the outcome, one sentence after another; empty: nothing had to be."""
    outcome = subject.work.case.facts["outcome"]
    tell = _TOLD.get(outcome)
    return "\n".join(tell(subject)) if tell else ""


def amounts(subject: Subject) -> list[AssessedAmount]:
    """The sums of the case by tax and period."""
    rows = subject.work.session.scalars(
        select(AssessedAmount)
        .where(AssessedAmount.case_id == subject.work.case.id)
        .order_by(AssessedAmount.tax, AssessedAmount.period)
    )
    return list(rows)


def surcharges(subject: Subject) -> list[Json]:
    """How the surcharge of each tax and period was reckoned, up to the day of the determination."""
    determined_at = subject.work.session.scalar(
        select(Answer.at)
        .join(Task, Task.id == Answer.task_id)
        .where(Answer.case_id == subject.work.case.id, Task.form_key == "ta_determination")
        .order_by(Answer.id.desc())
        .limit(1)
    )
    until = clock.local_date(determined_at) if determined_at else subject.today
    rows = amounts(subject)
    return [
        {
            "tax": tax,
            "period": str(run.period),
            "amount": run.amount,
            "begins_on": run.due_on + timedelta(days=1),
            "ends_on": run.until,
            "days": run.days,
            "surcharge": run.surcharge,
        }
        for tax in dict.fromkeys(row.tax for row in rows)
        for run in assessed.runs([row for row in rows if row.tax == tax], until)
    ]


def _paid(subject: Subject) -> Iterator[str]:
    answers = subject.answers("wv_payment")
    filed_on = day(answers["filed_on"])
    yield f"纳税人于 {filed_on} 报送更正申报表（{answers['return_number']}）。"
    for row in amounts(subject):
        if row.tax_paid:
            name = f"{Tax(row.tax).zh}{period(row.period)}"
            yield (
                f"{name}：补缴税款 {row.tax_paid:,.2f} 元、滞纳金 {row.surcharge_paid:,.2f} 元，"
                f"{row.paid_on} 入库。"
            )


def _guided(subject: Subject) -> Iterator[str]:
    answers = subject.answers("wv_guidance")
    yield f"{day(answers['guided_on'])} 对{answers['person']}辅导：{answers['text']}"


def _corrected(subject: Subject) -> Iterator[str]:
    answers = subject.answers("wv_correction")
    for line in answers["corrections"]:
        yield f"{line['source']} {line['field']}：{line['before']} 更正为 {line['after']}。"
    yield f"更正理由：{answers['reason']}"


def _left_to_others(subject: Subject) -> Iterator[str]:
    """The tax is not collected here: the case that the outcome calls for does."""
    case = subject.work.case
    referral = subject.work.session.scalars(
        select(Referral).where(Referral.case_id == case.id).order_by(Referral.id.desc()).limit(1)
    ).one()
    opened = subject.work.session.get(Case, referral.opened_case_id or 0)
    number = opened.number if opened else f"待立第 {referral.id} 号"
    yield f"已转{referral.kind.zh}（{number}）继续办理。"
    rows = amounts(subject)
    tax = assessed.unpaid(rows)
    if tax:
        surcharge = sum((row.surcharge for row in rows), Decimal(0))
        counted_on = _assessed_on(subject)
        yield (
            f"核实应补税款 {tax:,.2f} 元、滞纳金 {surcharge:,.2f} 元（计至 {counted_on}，"
            f"以后按日加收）未在本任务中缴纳，由{number}征收。"
        )


def _assessed_on(subject: Subject) -> date:
    """The day of the conclusion that stands, up to which its surcharge is counted."""
    concluded_at = subject.work.session.scalars(
        select(Answer.at)
        .join(Task, Task.id == Answer.task_id)
        .where(Answer.case_id == subject.work.case.id, Task.form_key == "wv_conclusion")
        .order_by(Answer.id.desc())
        .limit(1)
    ).one()
    return clock.local_date(concluded_at)


_TOLD = {
    "self_corrected": _paid,
    "adjusted": _paid,
    "guided": _guided,
    "data_error": _corrected,
    "opened_ta": _left_to_others,
    "opened_ab": _left_to_others,
    "opened_zf": _left_to_others,
    "opened_oc": _left_to_others,
    "transferred_inspection": _left_to_others,
}
