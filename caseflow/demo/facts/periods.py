"""The months that the files of facts speak of."""

from dataclasses import dataclass

FIRST_YEAR = 2008
MONTHS = 24


@dataclass(frozen=True)
class Month:
    """One of the 24 months, counted from January 2008."""

    index: int

    @property
    def period(self) -> int:
        """The month as a number, such as 200912."""
        return (FIRST_YEAR + self.index // 12) * 100 + self.of_year + 1

    @property
    def of_year(self) -> int:
        """January is 0."""
        return self.index % 12

    @property
    def of_quarter(self) -> int:
        """The first month of a quarter is 0."""
        return self.index % 3

    @property
    def is_from_2009(self) -> bool:
        """Whether the rules of the reformed VAT apply."""
        return self.period > FIRST_YEAR * 100 + 12
