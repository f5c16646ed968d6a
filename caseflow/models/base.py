"""What every table shares: the naming convention, the column types, stored terms."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    DateTime,
    Dialect,
    Identity,
    MetaData,
    Numeric,
    Text,
    TypeDecorator,
    any_,
    literal,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute, mapped_column

from caseflow.vocabulary import Term

Json = dict[str, Any]

Id = Annotated[int, mapped_column(BigInteger, Identity(always=False), primary_key=True)]
Money = Annotated[Decimal, mapped_column(Numeric(18, 2))]


class Base(DeclarativeBase):
    """
    Every table of Caseflow.

    Constraint names follow one convention, so that refusals can be told apart by name.
    """

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads this class attribute as it is
        int: BigInteger,
        str: Text,
        datetime: DateTime(timezone=True),
        date: Date,
        Json: JSONB,
        list[Json]: JSONB,
        list[str]: JSONB,
        list[int]: JSONB,
    }


def among(column: InstrumentedAttribute[int], ids: Sequence[int]) -> ColumnElement[bool]:
    """Whether a column holds one of these ids: one parameter, however many there are."""
    return column == any_(literal(list(ids), ARRAY(BigInteger)))


class TermColumn(TypeDecorator[Term]):
    """A term of the vocabulary, stored by its identifier; an unknown one cannot be stored."""

    impl = Text
    cache_ok = True

    def __init__(self, terms: type[Term]) -> None:
        """Keep the closed list that this column draws from."""
        super().__init__()
        self.terms = terms

    def process_bind_param(self, value: Term | str | None, dialect: Dialect) -> str | None:
        """Store the identifier."""
        del dialect
        return None if value is None else str(self.terms(value).value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Term | None:
        """Give the term back."""
        del dialect
        return None if value is None else self.terms(value)
