"""Taxpayers and who is responsible for each (管户)."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from caseflow.models.base import Base, Id, TermColumn
from caseflow.vocabulary import ResponsibilityBasis


class Taxpayer(Base):
    """A household on file; its id is the key ``tp`` of the fact lake."""

    __tablename__ = "taxpayers"

    id: Mapped[Id]
    tin: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    name_key: Mapped[str]
    # Pairs of neighbouring characters: Chinese name search without an extension.
    name_grams: Mapped[list[str]] = mapped_column(ARRAY(Text))
    kind: Mapped[str]
    reg_status: Mapped[str]
    vat_class: Mapped[str]
    industry_code: Mapped[str]
    industry_name: Mapped[str]
    ownership_type: Mapped[str | None]
    credit_grade: Mapped[str | None]
    district_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    section_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    # The responsibility that is valid today, for lists; its history is in responsibilities.
    administrator_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    address: Mapped[str]
    phone: Mapped[str | None]
    legal_rep: Mapped[str]
    finance_head: Mapped[str | None]
    registered_on: Mapped[date]
    is_key_source: Mapped[bool] = mapped_column(server_default=text("false"))

    __table_args__ = (
        Index("ix_taxpayers_name_grams", "name_grams", postgresql_using="gin"),
        Index("ix_taxpayers_name_key_id", "name_key", "id"),
    )


class FormerUnit(Base):
    """Where a household was before: whoever saw a case of it there still reads whose it is.

    A trigger adds the row when a household moves; nothing else writes, nothing deletes.
    """

    __tablename__ = "former_units"

    taxpayer_id: Mapped[int] = mapped_column(ForeignKey("taxpayers.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), primary_key=True, index=True)


class Responsibility(Base):
    """Which administrator of which section manages which household, for some days; never deleted.

    It holds from ``valid_from`` on; on ``valid_to`` it is the next one's already. Who managed a
    household on a day is asked with ``policy.responsible_on``.
    """

    __tablename__ = "responsibilities"

    id: Mapped[Id]
    taxpayer_id: Mapped[int] = mapped_column(ForeignKey("taxpayers.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    # None: it ended before the section was kept.
    section_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    basis: Mapped[ResponsibilityBasis] = mapped_column(
        TermColumn(ResponsibilityBasis), server_default=text("'file'")
    )
    # Who decided so, or took in the file that says so; none: the machine.
    set_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    handover_id: Mapped[int | None] = mapped_column(ForeignKey("handovers.id"), index=True)

    __table_args__ = (
        CheckConstraint("valid_to >= valid_from", name="dates"),
        Index(
            "uq_responsibilities_current",
            "taxpayer_id",
            unique=True,
            postgresql_where=text("valid_to IS NULL"),
        ),
    )
