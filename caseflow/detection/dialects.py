"""Where the engines differ: the few places of our statements that are not said alike by all."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from caseflow.detection.terms import How


class Dialect(Protocol):
    """What an engine must be told in its own way."""

    @property
    def double(self) -> str:
        """Its name of an IEEE double."""

    @property
    def wide(self) -> str:
        """Its name of a whole number of at least 128 bits."""

    def pick(self, column: str, how: How) -> str:
        """Write the aggregate that takes the first or last month with a value."""

    def whole(self, numerator: str, divisor: int) -> str:
        """Write the whole part of a division of whole numbers from 0 on."""

    def ordered(self, text: str) -> str:
        """Write a text so that it is compared by code points."""

    def unpivot(self, table: str, keep: Sequence[str], columns: Sequence[str]) -> str:
        """Write the query that makes rows (kept columns, code, v) of filled columns."""


@dataclass(frozen=True, slots=True)
class DuckDB:
    """The engine inside."""

    double: str = "DOUBLE"
    wide: str = "HUGEINT"

    def pick(self, column: str, how: How) -> str:
        """Both pass over empty months."""
        return f"{'arg_min' if how is How.FIRST else 'arg_max'}({column}, period)"

    def whole(self, numerator: str, divisor: int) -> str:
        """A double slash divides whole numbers."""
        return f"(({numerator}) // {divisor})"

    def ordered(self, text: str) -> str:
        """Texts are compared by bytes already."""
        return text

    def unpivot(self, table: str, keep: Sequence[str], columns: Sequence[str]) -> str:
        """UNPIVOT leaves out NULL."""
        named = ", ".join(f'"{each}"' for each in columns)
        wanted = ", ".join((*keep, "code", "v"))
        return f"SELECT {wanted} FROM {table} UNPIVOT (v FOR code IN ({named}))"


@dataclass(frozen=True, slots=True)
class PostgreSQL:
    """The database that is always there; also what a province may screen on."""

    double: str = "DOUBLE PRECISION"
    wide: str = "NUMERIC"

    def pick(self, column: str, how: How) -> str:
        """Order the filled months and take the one at the end."""
        order = "" if how is How.FIRST else " DESC"
        filled = f"FILTER (WHERE {column} IS NOT NULL)"
        return f"(array_agg({column} ORDER BY period{order}) {filled})[1]"

    def whole(self, numerator: str, divisor: int) -> str:
        """A slash between whole numbers gives the whole part."""
        return f"(({numerator}) / {divisor})"

    def ordered(self, text: str) -> str:
        """The collation of the database must not matter."""
        return f'{text} COLLATE "C"'

    def unpivot(self, table: str, keep: Sequence[str], columns: Sequence[str]) -> str:
        """A lateral list of values, the empty ones left out."""
        rows = ", ".join(f"('{each}', \"{each}\")" for each in columns)
        wanted = ", ".join((*keep, "code", "v"))
        return (
            f"SELECT {wanted} FROM {table} CROSS JOIN LATERAL (VALUES {rows}) AS u(code, v)"
            " WHERE v IS NOT NULL"
        )


DUCKDB = DuckDB()
POSTGRESQL = PostgreSQL()
