"""The city as data: districts, divisions and industries, read once from `city.yaml`."""

from dataclasses import dataclass
from importlib.resources import files

import yaml


@dataclass(frozen=True)
class District:
    """One district bureau with the counts that the generator must meet."""

    code: str
    name: str
    short: str
    agency_word: str  # stands in the numbers of its papers
    name_en: str
    region: int
    enterprises: int
    individuals: int
    enterprise_only: int
    individual_only: int
    both: int
    sections: int
    revenue: int  # million yuan of 2009
    streets: tuple[str, ...]
    offices: tuple[str, ...] = ()

    @property
    def administrators(self) -> int:
        """All administrators, those who do both counted once."""
        return self.enterprise_only + self.individual_only + self.both


@dataclass(frozen=True)
class Division:
    """A division of the city bureau; `key` is the line of business its chief sees."""

    key: str
    name: str
    name_en: str


@dataclass(frozen=True)
class Trade:
    """A four-digit industry (GB/T 4754-2002) with the words its firms and shops carry."""

    code: str
    name: str
    firm: str
    shop: str


@dataclass(frozen=True)
class Industry:
    """One row of the industry table; shares are percent, burden and floor are fractions."""

    key: str
    enterprise_share: float
    individual_share: float
    revenue_share: float
    vat_burden: float | None
    income_floor: float
    is_manufacturing: bool
    is_vat: bool
    trades: tuple[Trade, ...]


_TREE = yaml.safe_load(files("caseflow.demo").joinpath("city.yaml").read_text("utf-8"))

DISTRICTS = tuple(
    District(**{**row, "streets": tuple(row["streets"]), "offices": tuple(row.get("offices", ()))})
    for row in _TREE["districts"]
)
DIVISIONS = tuple(Division(**row) for row in _TREE["divisions"])
INDUSTRIES = tuple(
    Industry(**{**row, "trades": tuple(Trade(*trade) for trade in row["trades"])})
    for row in _TREE["industries"]
)

# Households on file beside the 168,000 of the table: abnormal, and in liquidation.
ABNORMAL_ENTERPRISES, ABNORMAL_INDIVIDUALS = 8_200, 10_779
LIQUIDATED_ENTERPRISES, LIQUIDATED_INDIVIDUALS = 1_583, 2_796
KEY_SOURCES = 900
LARGEST_ENTERPRISE_LOAD, LARGEST_INDIVIDUAL_LOAD = 493, 1_624
