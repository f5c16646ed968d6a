"""Records of third-party batches: what came, to whom it was matched and by what."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from caseflow.models.base import Base, Id, Json


class ThirdPartyRecord(Base):
    """One record of a delivery, as it came; no row is ever deleted.

    ``case_id`` is the batch. A record is matched when it has a household; one that is not and has
    a decision goes back to the source with it.
    """

    __tablename__ = "third_party_records"

    id: Mapped[Id]
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    number: Mapped[int]
    # By the heading of the file, as text; and the hash of just that.
    cells: Mapped[Json]
    sha256: Mapped[str]
    taxpayer_id: Mapped[int | None] = mapped_column(ForeignKey("taxpayers.id"), index=True)
    match_key: Mapped[str | None]
    score: Mapped[Decimal | None] = mapped_column(Numeric(3, 2))
    decision: Mapped[str | None]
    reason: Mapped[str | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("case_id", "number", name="uq_third_party_records_case_id_number"),
        CheckConstraint(
            "(taxpayer_id IS NOT NULL) = (match_key IS NOT NULL)", name="matched_by_a_key"
        ),
        CheckConstraint("(decision IS NULL) = (decided_by IS NULL)", name="decided_by_a_person"),
        Index("ix_third_party_records_decided_by", "decided_by"),
    )
