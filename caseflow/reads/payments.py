"""Receipts that wait for a match, and what was matched to a case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session, aliased

from caseflow import policy
from caseflow.models import AssessedAmount, Case, Payment, PaymentMatch, Taxpayer, User
from caseflow.vocabulary import Actor, NotFound, PaidItem, PaymentMatchWay

LIMIT = 50


@dataclass(frozen=True, slots=True)
class Waiting:
    """A payment of which something is not matched yet."""

    payment: Payment
    taxpayer: str

    @property
    def left(self) -> Decimal:
        """How much of it is not matched."""
        return self.payment.amount - self.payment.matched


@dataclass(frozen=True, slots=True)
class Matched:
    """A part of a payment that was matched to a case, and whether it was taken back since."""

    id: int
    receipt: str
    item: PaidItem
    tax: str
    period: int
    amount: Decimal
    paid_on: object
    way: PaymentMatchWay
    by: str | None
    at: datetime
    back_reason: str | None
    back_by: str | None


def waiting(session: Session, actor: Actor) -> tuple[Waiting, ...]:
    """Payments with something left, of households that have a case of sums; the oldest first."""
    has_sums = exists().where(AssessedAmount.case_id == Case.id)
    case = exists().where(
        Case.taxpayer_id == Payment.taxpayer_id,
        or_(has_sums, Case.facts.has_key("fine")),
        policy.visible_cases(actor),
    )
    rows = session.execute(
        select(Payment, Taxpayer.name)
        .join(Taxpayer, Taxpayer.id == Payment.taxpayer_id)
        .where(Payment.matched < Payment.amount, case)
        .order_by(Payment.id)
        .limit(LIMIT)
    )
    return tuple(Waiting(*row) for row in rows)


def one(session: Session, actor: Actor, payment_id: int) -> Waiting:
    """One payment of a household of which the actor sees a case.

    Raises:
        NotFound: there is none for the actor.
    """
    case = exists().where(Case.taxpayer_id == Payment.taxpayer_id, policy.visible_cases(actor))
    row = session.execute(
        select(Payment, Taxpayer.name)
        .join(Taxpayer, Taxpayer.id == Payment.taxpayer_id)
        .where(Payment.id == payment_id, case)
    ).one_or_none()
    if row is None:
        raise NotFound("payment", id=payment_id)
    return Waiting(*row)


def of_case(session: Session, case_id: int) -> tuple[Matched, ...]:
    """What was matched to a case, which the caller has seen; one statement."""
    back, by, back_by = aliased(PaymentMatch), aliased(User), aliased(User)
    rows = session.execute(
        select(
            PaymentMatch.id,
            Payment.receipt,
            PaymentMatch.item,
            PaymentMatch.tax,
            PaymentMatch.period,
            PaymentMatch.amount,
            Payment.paid_on,
            PaymentMatch.way,
            by.name,
            PaymentMatch.at,
            back.reason,
            back_by.name,
        )
        .join(Payment, Payment.id == PaymentMatch.payment_id)
        .outerjoin(back, back.undoes_id == PaymentMatch.id)
        .outerjoin(by, by.id == PaymentMatch.matched_by)
        .outerjoin(back_by, back_by.id == back.matched_by)
        .where(PaymentMatch.case_id == case_id, PaymentMatch.undoes_id.is_(None))
        .order_by(PaymentMatch.id)
    )
    return tuple(Matched(*tuple(row)) for row in rows)
