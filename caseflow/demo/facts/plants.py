"""Anomalies planted in the facts, each with its true cause, so that hit rates can be measured."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from caseflow.demo.facts.periods import MONTHS, Month
from caseflow.demo.facts.traits import Groups, Traits

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

CAUSES = np.array(["concealed", "error", "legitimate", "data_error"])
_CAUSE_SHARES = (0.35, 0.25, 0.30, 0.10)
_LEAST_EXCESS, _LARGEST_EXCESS = 0.1, 3.0
# July 2009 for most; what the house looks for while it is tried out begins in November 2008.
_FIRST_ONSET, _TRIED_OUT_FROM = 18, 10


class Span(StrEnum):
    """How long an anomaly lasts."""

    MONTH = "month"  # one month or two
    QUARTER = "quarter"
    LONG = "long"  # four to six months
    YEAR = "year"  # all twelve months of 2009
    STATE = "state"  # from its onset on


@dataclass(frozen=True)
class Spec:
    """What to plant: the indicator, a group of `Groups`, and the share of that group."""

    code: str
    group: str
    share: float
    span: Span
    since: int = _FIRST_ONSET


@dataclass(frozen=True)
class Plant:
    """The households planted for one indicator; `excess` is how far beyond the limit."""

    code: str
    rows: Ints
    first: Ints
    last: Ints
    excess: Floats
    cause: NDArray[np.str_]


SPECS = (
    Spec("VAT-001", "general", 0.030, Span.QUARTER),
    Spec("VAT-010", "general", 0.005, Span.YEAR),
    Spec("VAT-012", "general", 0.010, Span.MONTH, _TRIED_OUT_FROM),
    Spec("VAT-014", "general", 0.015, Span.MONTH, _TRIED_OUT_FROM),
    Spec("VAT-015", "general", 0.020, Span.MONTH, _TRIED_OUT_FROM),
    Spec("VAT-016", "general", 0.012, Span.MONTH, _TRIED_OUT_FROM),
    Spec("VAT-017", "general", 0.015, Span.QUARTER),
    Spec("TIC-002", "importer", 0.030, Span.MONTH, _TRIED_OUT_FROM),
    Spec("TIC-003", "farm_buyer", 0.030, Span.MONTH, _TRIED_OUT_FROM),
    Spec("TIC-004", "freight_user", 0.030, Span.MONTH, _TRIED_OUT_FROM),
    Spec("TIC-006", "importer", 0.030, Span.MONTH),
    Spec("TIC-007", "importer", 0.025, Span.QUARTER, _TRIED_OUT_FROM),
    Spec("TIC-009", "freight_user", 0.010, Span.MONTH),
    Spec("TIC-011", "freight_user", 0.025, Span.QUARTER),
    Spec("TIC-013", "farm_buyer", 0.030, Span.MONTH),
    Spec("INV-001", "general", 0.012, Span.MONTH, _TRIED_OUT_FROM),
    Spec("INV-002", "dormant", 0.030, Span.LONG),
    Spec("INV-003", "small", 0.020, Span.LONG, _TRIED_OUT_FROM),
    Spec("INV-004", "general", 0.015, Span.MONTH, _TRIED_OUT_FROM),
    Spec("INV-005", "general", 0.010, Span.MONTH),
    Spec("INV-006", "general", 0.012, Span.MONTH),
    Spec("INV-007", "general", 0.010, Span.MONTH),
    Spec("INV-010", "enterprise", 0.010, Span.MONTH, _TRIED_OUT_FROM),
    Spec("INV-012", "small", 0.015, Span.MONTH),
    Spec("INV-015", "general", 0.025, Span.QUARTER),
    Spec("INV-016", "general", 0.015, Span.QUARTER),
    Spec("INV-017", "general", 0.010, Span.MONTH),
    Spec("FIL-009", "small", 0.030, Span.LONG),
    Spec("FIL-018", "general", 0.005, Span.LONG),
    Spec("FIL-021", "quota", 0.020, Span.MONTH),
    Spec("REG-004", "enterprise", 0.005, Span.LONG, _TRIED_OUT_FROM),
    Spec("REG-009", "enterprise", 0.006, Span.STATE, _TRIED_OUT_FROM),
    Spec("COL-009", "general", 0.008, Span.STATE),
    Spec("TPD-001", "no_vat", 0.030, Span.YEAR),
    Spec("TPD-005", "books", 0.010, Span.YEAR),
    Spec("TPD-006", "general", 0.012, Span.MONTH),
    Spec("TPD-009", "enterprise", 0.006, Span.STATE),
    Spec("TPD-013", "metered", 0.030, Span.QUARTER, _TRIED_OUT_FROM),
    Spec("TPD-016", "cards", 0.030, Span.MONTH, _TRIED_OUT_FROM),
    Spec("CIT-016", "deemed", 0.010, Span.STATE),
)


class Plants:
    """All planted anomalies; asks are by indicator and month."""

    def __init__(self, plants: Mapping[str, Plant]) -> None:
        self._plants = plants

    def active(self, code: str, month: Month) -> tuple[Ints, Floats]:
        """Rows planted for an indicator that are beyond its limit in a month, and by how much."""
        plant = self._plants[code]
        now = (plant.first <= month.index) & (month.index <= plant.last)
        return plant.rows[now], plant.excess[now]

    def all(self) -> tuple[Plant, ...]:
        """Every plant, in the order of the specification."""
        return tuple(self._plants.values())


def plant(rng: Generator, traits: Traits, is_normal: NDArray[np.bool_]) -> Plants:
    """Choose households for every indicator; only those in normal operation since early 2009."""
    can = is_normal & (traits.first < _FIRST_ONSET - 3)
    long_known = can & (traits.first < _TRIED_OUT_FROM - 3)
    return Plants(
        {
            spec.code: _planted(
                rng, spec, traits.groups, can if spec.since == _FIRST_ONSET else long_known
            )
            for spec in SPECS
        }
    )


def _planted(rng: Generator, spec: Spec, groups: Groups, can: NDArray[np.bool_]) -> Plant:
    population = np.flatnonzero(getattr(groups, spec.group) & can)
    chosen = np.sort(rng.permutation(population)[: int(np.ceil(len(population) * spec.share))])
    first, last = _window(rng, spec, len(chosen))
    spread = np.log(_LARGEST_EXCESS / _LEAST_EXCESS)
    excess = _LEAST_EXCESS * np.exp(spread * rng.random(len(chosen)))
    cause = rng.choice(CAUSES, len(chosen), p=_CAUSE_SHARES)
    return Plant(spec.code, chosen, first, last, np.round(excess, 4), cause)


def _window(rng: Generator, spec: Spec, count: int) -> tuple[Ints, Ints]:
    span = spec.span
    if span is Span.YEAR:
        return np.full(count, 12), np.full(count, MONTHS - 1)
    if span is Span.QUARTER:
        quarter = rng.integers(-(-spec.since // 3), MONTHS // 3, count)
        return quarter * 3, quarter * 3 + 2
    onset = rng.integers(spec.since, MONTHS, count)
    if span is Span.STATE:
        return onset, np.full(count, MONTHS - 1)
    if span is Span.LONG:
        return onset - 3, np.minimum(onset + rng.integers(0, 3, count), MONTHS - 1)
    return onset, np.minimum(onset + rng.integers(0, 2, count), MONTHS - 1)
