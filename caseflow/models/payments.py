"""Payments into the treasury 入库 as their receipts say, and what of them was matched to cases."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from caseflow.models.base import Base, Id, Money, TermColumn
from caseflow.vocabulary import PaidItem, PaymentMatchWay


class Payment(Base):
    """One line of a tax receipt 税收票证 as delivered; nothing but ``matched`` ever changes.

    ``matched`` is the sum of its matches, kept under lock, so that the database itself refuses a
    match beyond what was paid.
    """

    __tablename__ = "payments"

    id: Mapped[Id]
    receipt: Mapped[str]
    line: Mapped[int]
    taxpayer_id: Mapped[int] = mapped_column(ForeignKey("taxpayers.id"), index=True)
    item: Mapped[PaidItem] = mapped_column(TermColumn(PaidItem))
    # Of a fine there is no tax and no period.
    tax: Mapped[str | None]
    period: Mapped[int | None]
    amount: Mapped[Money]
    paid_on: Mapped[date]
    # The case or paper that the receipt names.
    names: Mapped[str | None]
    source: Mapped[str]
    taken_at: Mapped[datetime]
    matched: Mapped[Money] = mapped_column(server_default=text("0"))

    __table_args__ = (
        UniqueConstraint("receipt", "line"),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("matched BETWEEN 0 AND amount", name="matched"),
        Index("ix_payments_left", "id", postgresql_where=text("matched < amount")),
    )


class PaymentMatch(Base):
    """A part of a payment that pays a sum of a case; taken back by a row of its own, never changed.

    The sum is named by item, tax and period: the rows of sums are laid anew with a determination.
    """

    __tablename__ = "payment_matches"

    id: Mapped[Id]
    payment_id: Mapped[int] = mapped_column(ForeignKey("payments.id"), index=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    item: Mapped[PaidItem] = mapped_column(TermColumn(PaidItem))
    tax: Mapped[str]
    period: Mapped[int]
    # Negative: takes an earlier row back.
    amount: Mapped[Money]
    way: Mapped[PaymentMatchWay] = mapped_column(TermColumn(PaymentMatchWay))
    undoes_id: Mapped[int | None] = mapped_column(ForeignKey("payment_matches.id"), unique=True)
    reason: Mapped[str | None]
    matched_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint("(amount < 0) = (undoes_id IS NOT NULL) AND amount <> 0", name="undoes"),
        CheckConstraint("(undoes_id IS NULL) OR (reason IS NOT NULL)", name="reason"),
    )
