"""The conclusion of a warning verification and its execution: findings and sums (5 and 8)."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal

from sqlalchemy import delete, select

from caseflow import assessed, filing_deadlines
from caseflow.models import AssessedAmount, TaxWarning
from caseflow.models.base import Json
from caseflow.services import matched_sums
from caseflow.services.kinds import campaign
from caseflow.services.kinds.desk import Desk, Handed, day, refuse
from caseflow.vocabulary import Invalid, WarningStatus
from caseflow.vocabulary.choices import Tax
from caseflow.working_days import Calendar

_NOTHING = Decimal("0.00")
_DUE_AT_FILING = frozenset({Tax.VAT, Tax.CONSUMPTION_TAX, Tax.CIT})
_WHOLE_YEAR = 0


def conclude(desk: Desk, answers: Json) -> Handed:
    """5: a finding for each doubt, the sums, and what the decision tables need to know."""
    warnings = findings(desk, answers)
    rows = assess(desk, answers)
    signs = signs_of(answers)
    confirmed = [w for w in warnings if w.finding == "confirmed"]
    if not confirmed and any(says_something(row) for row in rows):
        refuse("amounts", "amount_without_confirmed_doubt")
    total = assessed.total_tax(rows)
    note_submission(desk)
    return Handed(
        variables={
            # Doubts may have joined since the case was opened.
            "score": desk.case.score,
            "ti_flag": desk.case.is_ti,
            "has_signs": signs != {"none"},
            "confirmed_doubts": len(confirmed),
            "confirmed_taxes": len({row.tax for row in rows if says_something(row)}),
            "confirmed_periods": len({row.period for row in rows if says_something(row)}),
            "every_doubt_data_error": bool(warnings)
            and all(w.finding == "data_error" for w in warnings),
            "not_verifiable_doubts": sum(w.finding == "not_verifiable" for w in warnings),
            "total_tax": total,
            "has_adjustment": any(
                row.income_adjusted or row.loss_offset or row.credit_reduced for row in rows
            ),
            "approve_tax_district": desk.times.value("approve_tax_district"),
            "collective_decision": None,
        },
        payload={"findings": {str(w.id): w.finding for w in warnings}, "total_tax": str(total)},
    )


def pay(desk: Desk, answers: Json) -> Handed:
    """8: done when what was paid equals what is due, for each tax and period."""
    require_return(desk, answers)
    record_payments(desk, answers["payments"])
    return Handed(payload={"return_number": answers["return_number"]})


def require_return(desk: Desk, answers: Json) -> None:
    """Refuse a corrected return without a real number, or of a day to come.

    Raises:
        Invalid: the number has neither letter nor digit; the day lies ahead.
    """
    if not any(sign.isalnum() for sign in answers["return_number"]):
        refuse("return_number", "no_number")
    if day(answers["filed_on"]) > desk.times.today:
        refuse("filed_on", "in_the_future")


def record_payments(desk: Desk, payments: list[Json]) -> None:
    """Keep what was paid of each sum of the case.

    Raises:
        Invalid: a sum without its payment, one that lies ahead, or that is not what is due.
    """
    rows = assessed_rows(desk)
    if [int(payment["row"]) for payment in payments] != [row.id for row in rows]:
        refuse("payments", "every_amount")
    matched = matched_sums.of_case(desk.session, desk.case.id)
    wanted = assessed.to_pay(rows)
    for row, due, payment in zip(rows, wanted, payments, strict=True):
        if (row.tax, row.period) not in matched.touched:
            row.tax_paid, row.paid_on = due, day(payment["paid_on"])
    until = max((row.paid_on for row in rows if row.paid_on), default=desk.times.today)
    paid = matched.of_taxes(rows)
    for row, surcharge in zip(rows, assessed.surcharges(rows, until, paid), strict=True):
        row.surcharge = surcharge
        if (row.tax, row.period) not in matched.touched:
            row.surcharge_paid = surcharge
    _require_receipts(rows, wanted, matched)
    _require_paid(desk, rows, payments)


HAND_IN: Mapping[str, Callable[[Desk, Json], Handed]] = {
    "wv_conclusion": conclude,
    "wv_payment": pay,
}


def signs_of(answers: Json) -> set[str]:
    """The signs of an offence that were ticked; "none" goes with no other."""
    signs = set(answers["signs"])
    if "none" in signs and len(signs) > 1:
        refuse("signs", "none_with_others")
    return signs


def note_submission(desk: Desk) -> None:
    """A conclusion was handed in: the first one ends the clock of the whole.

    A new conclusion has not been before the review; the form of the approval asks for it.
    """
    if desk.case.submitted_at is None:
        desk.case.submitted_at = desk.times.now
    desk.case.facts = {**desk.case.facts, "collective_decision": None}


def findings(desk: Desk, answers: Json) -> list[TaxWarning]:
    """Write the findings back to the warnings; every doubt of the case must have one."""
    findings = {int(doubt["row"]): doubt for doubt in answers["doubts"]}
    warnings = list(
        desk.session.scalars(
            select(TaxWarning).where(TaxWarning.case_id == desk.case.id).order_by(TaxWarning.id)
        )
    )
    if set(findings) != {warning.id for warning in warnings}:
        refuse("doubts", "every_doubt")
    for warning in warnings:
        doubt = findings[warning.id]
        warning.finding = doubt["finding"]
        warning.cause = doubt.get("cause")
        warning.verdict = doubt["indicator_verdict"]
        warning.status = WarningStatus.IN_CASE
    if "mark" not in desk.case.facts:  # there the proposal is what was found
        campaign.note_cause(desk.case, next((w.cause for w in warnings if w.cause), None))
    return warnings


def period_of(text: str) -> int:
    """A period as the house counts it: a month, a quarter by its last month, a year with 00."""
    year, part = text.split("-")
    if part.startswith("Q"):
        return int(year) * 100 + 3 * int(part[1:])
    return int(year) * 100 + (0 if part == "Y" else int(part))


def earliest_due(days: Calendar, tax: str, period: int) -> date:
    """The first day on which a tax of a period can fall due; a day too early costs surcharge.

    Turnover taxes and prepayments of the income tax fall due on the filing deadline after their
    month or quarter, the income tax of a year with its settlement (calculations.md 6.3, 6.4);
    turnover taxes of a year with its last month's, the others within their period.
    """
    year, month = divmod(period, 100)
    if tax not in _DUE_AT_FILING:
        return date(year, month or 1, 1)
    if month == _WHOLE_YEAR and tax == Tax.CIT:
        return filing_deadlines.of_annual_settlement(days, year).on
    month = month or 12
    return filing_deadlines.of_period(days, date(year, month, monthrange(year, month)[1])).on


def assess(desk: Desk, answers: Json) -> list[AssessedAmount]:
    """Replace the sums of the case by those of this conclusion; surcharge is to date."""
    desk.session.execute(delete(AssessedAmount).where(AssessedAmount.case_id == desk.case.id))
    rows = []
    seen: set[tuple[str, int]] = set()
    for index, line in enumerate(answers.get("amounts", [])):
        period = period_of(line["period"])
        if (line["tax"], period) in seen:
            refuse(f"amounts-{index}-period", "tax_and_period_twice")
        seen.add((line["tax"], period))
        earliest = earliest_due(desk.times.calendar, line["tax"], period)
        if day(line["due_on"]) < earliest:
            refuse(f"amounts-{index}-due_on", "due_too_early", earliest=earliest)
        require_offset_within(line, f"amounts-{index}-loss_offset")
        rows.append(
            AssessedAmount(
                case_id=desk.case.id,
                tax=line["tax"],
                period=period,
                declared=Decimal(line["declared"]),
                recomputed=Decimal(line["recomputed"]),
                due_on=day(line["due_on"]),
                surcharge=_NOTHING,
                income_adjusted=Decimal(line.get("income_adjustment") or 0),
                loss_offset=Decimal(line.get("loss_offset") or 0),
                credit_reduced=Decimal(line.get("credit_reduced") or 0),
                tax_paid=_NOTHING,
                surcharge_paid=_NOTHING,
                paid_on=None,
            )
        )
    for row, surcharge in zip(rows, assessed.surcharges(rows, desk.times.today), strict=True):
        row.surcharge = surcharge
    matched_sums.reckon(rows, matched_sums.of_case(desk.session, desk.case.id), desk.times.today)
    desk.session.add_all(rows)
    return rows


def require_offset_within(line: Json, place: str) -> None:
    """No more losses are made up for than income was adjusted (calculations.md 2.4)."""
    adjusted = Decimal(line.get("income_adjustment") or 0)
    if Decimal(line.get("loss_offset") or 0) > max(adjusted, _NOTHING):
        refuse(place, "offset_above_adjustment", adjustment=str(adjusted))


def says_something(row: AssessedAmount) -> bool:
    """Whether a line differs from what was declared or adjusts anything."""
    adjusted = row.income_adjusted or row.loss_offset or row.credit_reduced
    return bool(row.recomputed != row.declared or adjusted)


def _require_receipts(
    rows: list[AssessedAmount], wanted: list[Decimal], matched: matched_sums.Matched
) -> None:
    """Refuse to call paid what the receipts that were matched do not pay yet."""
    fields: dict[str, tuple[str, Json]] = {}
    for index, (row, due) in enumerate(zip(rows, wanted, strict=True)):
        if (row.tax, row.period) not in matched.touched:
            continue
        for name, is_paid, owed in (
            ("tax_paid", row.tax_paid, due),
            ("surcharge_paid", row.surcharge_paid, row.surcharge),
        ):
            if is_paid != owed:
                values = {"due": str(owed), "paid": str(is_paid)}
                fields[f"payments-{index}-{name}"] = ("receipts_differ", values)
    if fields:
        raise Invalid("answers", fields=fields)


def _require_paid(desk: Desk, rows: list[AssessedAmount], payments: list[Json]) -> None:
    """Refuse payments that lie ahead or are not what is due, each at its place."""
    fields: dict[str, tuple[str, Json]] = {}
    for index, (row, payment) in enumerate(zip(rows, payments, strict=True)):
        if day(payment["paid_on"]) > desk.times.today:
            fields[f"payments-{index}-paid_on"] = ("in_the_future", {})
        for name, due in (("tax_paid", row.tax_paid), ("surcharge_paid", row.surcharge_paid)):
            if Decimal(payment[name]) != due:
                fields[f"payments-{index}-{name}"] = ("paid_differs", {"due": str(due)})
    if fields:
        raise Invalid("answers", fields=fields)


def assessed_rows(desk: Desk) -> list[AssessedAmount]:
    """The sums of the case by tax and period."""
    return list(
        desk.session.scalars(
            select(AssessedAmount)
            .where(AssessedAmount.case_id == desk.case.id)
            .order_by(AssessedAmount.tax, AssessedAmount.period)
        )
    )
