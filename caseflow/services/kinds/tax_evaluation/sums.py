"""The sums of an evaluation by tax and period: what is recovered, what bears surcharge, paid."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy import delete

from caseflow import assessed
from caseflow.models import AssessedAmount
from caseflow.models.base import Json
from caseflow.reckoning import reckon
from caseflow.services import matched_sums
from caseflow.services.kinds.conclusions import (
    assessed_rows,
    earliest_due,
    period_of,
    require_offset_within,
)
from caseflow.services.kinds.desk import Desk, day, refuse

_NOTHING = Decimal("0.00")
_ERROR = "calculation_error"
_INCOME_SHARE = Decimal("0.25")
_Paid = tuple[Decimal, Decimal, date | None]


def replace_by(desk: Desk, lines: Sequence[Json], place: str = "amounts") -> list[AssessedAmount]:
    """Put these lines in the place of the case's sums; what was paid stays with its line.

    A line beyond its time of recovery shows nothing; one that the tax office is
    responsible for bears no surcharge (L 52).

    Raises:
        Invalid: a tax and period twice, or a due date before the tax can fall due.
    """
    keys = require_lines(desk, lines, place)
    paid = _paid_before(desk)
    short = _shortfall(lines)
    desk.session.execute(delete(AssessedAmount).where(AssessedAmount.case_id == desk.case.id))
    rows = [
        _row(desk, key, line, short=short, paid=paid.get(key))
        for key, line in zip(keys, lines, strict=True)
    ]
    for row, surcharge in zip(rows, assessed.surcharges(rows, desk.times.today), strict=True):
        row.surcharge = surcharge
    matched_sums.reckon(rows, matched_sums.of_case(desk.session, desk.case.id), desk.times.today)
    desk.session.add_all(rows)
    return rows


def require_lines(
    desk: Desk, lines: Sequence[Json], place: str = "amounts"
) -> list[tuple[str, int]]:
    """The tax and period of each line, refused if they cannot be the sums of a case.

    Raises:
        Invalid: a tax and period twice, or a due date before the tax can fall due.
    """
    keys: list[tuple[str, int]] = []
    for index, line in enumerate(lines):
        key = (line["tax"], period_of(line["period"]))
        if key in keys:
            refuse(f"{place}-{index}-period", "tax_and_period_twice")
        keys.append(key)
        due_on = day(line["due_on"])
        earliest = earliest_due(desk.times.calendar, *key)
        if due_on < earliest:
            refuse(f"{place}-{index}-due_on", "due_too_early", earliest=earliest)
        require_offset_within(line, f"{place}-{index}-loss_offset")
    return keys


def decision_amount(rows: Iterable[AssessedAmount]) -> Decimal:
    """The larger of the assessed tax and a quarter of the income adjustment, in yuan."""
    found = list(rows)
    adjusted = sum((row.income_adjusted for row in found), _NOTHING)
    return max(assessed.total_tax(found), (adjusted * _INCOME_SHARE).quantize(_NOTHING))


def has_adjustment(rows: Iterable[AssessedAmount]) -> bool:
    """Whether income, loss or credit was adjusted."""
    return any(row.income_adjusted or row.loss_offset or row.credit_reduced for row in rows)


def open_debt(desk: Desk) -> Decimal:
    """What is still to be paid of the assessed tax, in yuan."""
    return assessed.unpaid(assessed_rows(desk))


def is_paid_in_full(desk: Desk) -> bool:
    """Whether tax was assessed and all of it is paid, with its surcharge."""
    rows = assessed_rows(desk)
    is_owed = any(row.surcharge_paid < row.surcharge for row in rows)
    return assessed.total_tax(rows) > 0 and not assessed.unpaid(rows) and not is_owed


def _row(
    desk: Desk, key: tuple[str, int], line: Json, *, short: Decimal, paid: _Paid | None
) -> AssessedAmount:
    declared, recomputed = Decimal(line["declared"]), Decimal(line["recomputed"])
    due_on: date | None = day(line["due_on"])
    cause = _cause_of(line)
    if not _is_recoverable(desk, line["due_on"], cause, short):
        recomputed, line = declared, {}
    if cause == "tax_office":
        due_on = None
    tax_paid, surcharge_paid, paid_on = paid or (_NOTHING, _NOTHING, None)
    return AssessedAmount(
        case_id=desk.case.id,
        tax=key[0],
        period=key[1],
        declared=declared,
        recomputed=recomputed,
        due_on=due_on,
        surcharge=_NOTHING,
        income_adjusted=Decimal(line.get("income_adjustment") or 0),
        loss_offset=Decimal(line.get("loss_offset") or 0),
        credit_reduced=Decimal(line.get("credit_reduced") or 0),
        tax_paid=tax_paid,
        surcharge_paid=surcharge_paid,
        paid_on=paid_on,
    )


def _is_recoverable(desk: Desk, due_on: str, cause: str, short: Decimal) -> bool:
    """Whether the time of recovery has not run out today (L 52)."""
    asked = {
        "due": due_on[:10],
        "cause": cause,
        "amount": f"{short:.2f}",
        "on": desk.times.today.isoformat(),
    }
    return bool(reckon("statute", asked, desk.times.calendar).values["recoverable"])


def _shortfall(lines: Sequence[Json]) -> Decimal:
    """What falls short by calculation errors, on whose sum the time of recovery depends."""
    return sum(
        (
            max(Decimal(line["recomputed"]) - Decimal(line["declared"]), _NOTHING)
            for line in lines
            if _cause_of(line) == _ERROR
        ),
        _NOTHING,
    )


def _cause_of(line: Json) -> str:
    return line.get("recovery") or _ERROR


def _paid_before(desk: Desk) -> Mapping[tuple[str, int], _Paid]:
    """What was paid so far, in this case or on a correction after a risk notice."""
    found: dict[tuple[str, int], _Paid] = {
        (line["tax"], line["period"]): (
            Decimal(line["tax_paid"]),
            Decimal(line["surcharge_paid"]),
            date.fromisoformat(line["paid_on"]),
        )
        for line in desk.case.facts.get("corrections", [])
    }
    for row in assessed_rows(desk):
        if row.paid_on is not None:
            found[row.tax, row.period] = (row.tax_paid, row.surcharge_paid, row.paid_on)
    return found
