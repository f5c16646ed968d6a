"""What of the sums of a case was paid by matched receipts, and the surcharge payment by payment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import amounts, assessed
from caseflow.models import AssessedAmount, Payment, PaymentMatch
from caseflow.vocabulary import PaidItem

_NOTHING = Decimal("0.00")
Key = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Matched:
    """Sums and dated parts of receipts by tax and period; what was taken back is not there."""

    tax: Mapping[Key, tuple[amounts.Payment, ...]]
    surcharge: Mapping[Key, Decimal]
    fine: Decimal
    # Every sum that a receipt was ever matched to, be it taken back since.
    touched: frozenset[Key]

    def tax_paid(self, key: Key) -> Decimal:
        """What was paid of the tax of a period."""
        return sum((each.amount for each in self.tax.get(key, ())), _NOTHING)

    def paid_on(self, key: Key) -> date | None:
        """The day of the last payment of a period's tax."""
        return max((each.on for each in self.tax.get(key, ())), default=None)

    def of_taxes(self, rows: Iterable[AssessedAmount]) -> assessed.Paid:
        """The payments by tax: of receipts where there are any, else as an officer told them."""
        paid: dict[str, list[amounts.Payment]] = {}
        for row in rows:
            key = (row.tax, row.period)
            found = list(self.tax.get(key, ()))
            if key not in self.touched and row.paid_on is not None and row.tax_paid:
                found = [amounts.Payment(row.paid_on, row.tax_paid)]
            paid.setdefault(row.tax, []).extend(found)
        return {tax: sorted(each, key=lambda one: one.on) for tax, each in paid.items()}


def of_case(session: Session, case_id: int) -> Matched:
    """What receipts have paid of a case; one statement."""
    rows = session.execute(
        select(PaymentMatch, Payment.paid_on)
        .join(Payment, Payment.id == PaymentMatch.payment_id)
        .where(PaymentMatch.case_id == case_id)
        .order_by(Payment.paid_on, PaymentMatch.id)
    ).all()
    undone = {match.undoes_id for match, _ in rows}
    tax: dict[Key, list[amounts.Payment]] = {}
    surcharge: dict[Key, Decimal] = {}
    fine = _NOTHING
    for match, paid_on in rows:
        if match.undoes_id is not None or match.id in undone:
            continue
        key = (match.tax, match.period)
        if match.item is PaidItem.TAX:
            tax.setdefault(key, []).append(amounts.Payment(paid_on, match.amount))
        elif match.item is PaidItem.SURCHARGE:
            surcharge[key] = surcharge.get(key, _NOTHING) + match.amount
        else:
            fine += match.amount
    touched = frozenset((m.tax, m.period) for m, _ in rows if m.item is not PaidItem.FINE)
    return Matched({key: tuple(each) for key, each in tax.items()}, surcharge, fine, touched)


def reckon(rows: list[AssessedAmount], matched: Matched, today: date) -> None:
    """Write what receipts have paid into the sums of a case, and the surcharge up to then.

    Of a tax that is paid whole the surcharge stands still at its last payment, else it runs.
    """
    for row in rows:
        key = (row.tax, row.period)
        if key in matched.touched:
            row.tax_paid, row.paid_on = matched.tax_paid(key), matched.paid_on(key)
            row.surcharge_paid = matched.surcharge.get(key, _NOTHING)
    if not matched.touched:
        return
    paid = matched.of_taxes(rows)
    for tax in {key[0] for key in matched.touched}:
        lines = [row for row in rows if row.tax == tax]
        if not lines:
            continue
        is_whole = not assessed.unpaid(lines, paid)
        last = max((each.on for each in paid.get(tax, ())), default=today)
        until = last if is_whole else today
        for row, owed in zip(lines, assessed.surcharges(lines, until, paid), strict=True):
            row.surcharge = owed
