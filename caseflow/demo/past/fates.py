"""What becomes of a case: decided beforehand from the truth about its taxpayer, by seed."""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar
from zlib import crc32

import numpy as np
from numpy.random import Generator

from caseflow.vocabulary.choices import WvOutcome

T = TypeVar("T")

_ZERO_FILING = frozenset({"FIL-009", "INV-002", "INV-003", "TPD-015"})
_TRANSFER = frozenset({"VAT-016", "INV-001", "VAT-015", "TIC-006"})

# By true cause: what the officers find in the end, with weights.
_FOUND: Mapping[str, Mapping[str, float]] = {
    "concealed": {
        "self_corrected": 45,
        "opened_ta": 20,
        "adjusted": 10,
        "transferred_inspection": 7,
        "opened_ab": 6,
        "opened_zf": 6,
        "opened_oc": 6,
    },
    "error": {"self_corrected": 35, "guided": 30, "adjusted": 20, "opened_oc": 15},
    "legitimate": {"cleared": 80, "not_verifiable": 9, "opened_ab": 6, "opened_zf": 5},
    "data_error": {"data_error": 100},
}
# By outcome: the ways the officers take, with weights.
_WAYS: Mapping[str, Mapping[tuple[str, ...], float]] = {
    "cleared": {(): 35, ("phone",): 35, ("letter",): 15, ("onsite",): 15},
    "data_error": {(): 60, ("phone",): 40},
    "guided": {("phone",): 60, ("letter",): 40},
    "self_corrected": {("phone",): 25, ("letter",): 35, ("interview",): 30, ("onsite",): 10},
    "adjusted": {("letter",): 60, ("interview",): 40},
    "opened_ta": {("interview",): 50, ("letter", "interview"): 30, ("letter",): 20},
    "opened_ab": {("onsite",): 50, ("phone", "onsite"): 50},
    "opened_zf": {("phone",): 50, ("onsite",): 50},
    "opened_oc": {("phone",): 60, (): 40},
    "transferred_inspection": {("letter", "onsite"): 60, ("onsite",): 40},
    "not_verifiable": {("phone", "onsite"): 60, ("onsite",): 40},
}
_DISPATCH: Mapping[str, float] = {
    "assign": 90,
    "hold": 5,
    "void_duplicate": 3,
    "void_data_error": 2,
}
_TROUBLE: Mapping[str, float] = {"": 88, "refused": 5, "tie_kept": 3, "tie_replaced": 4}
_RETURNS: Mapping[int, float] = {0: 84, 1: 11, 2: 3, 3: 2}
_STALLS: Mapping[str, float] = {
    "": 91,
    "wv_desk_check": 2,
    "wv_assign": 1,
    "wv_dispatch": 1,
    "wv_reply": 3,
    "wv_conclusion": 2,
}
_MEDIAN_TAX, _TAX_SIGMA = 6_500, 1.3


@dataclass(frozen=True)
class Fate:
    """What will happen in one case."""

    cause: str
    outcome: WvOutcome
    ways: tuple[str, ...]
    dispatch: str
    trouble: str
    returns: int
    stalls_at: str
    tax: int
    pace: float
    variant: int

    def chance(self, of: int) -> int:
        """Choose one of so many ways to say the same, the same one every time."""
        return self.variant % of


class Truth:
    """The causes planted in the facts, by taxpayer and indicator."""

    def __init__(self, rows: Iterable[tuple[str, str, str]]) -> None:
        self._causes = {(number, indicator): cause for number, indicator, cause in rows}

    @classmethod
    def read(cls, path: Path) -> "Truth":
        """Read the truth that was written beside the files of facts."""
        with path.open(encoding="utf-8", newline="") as file:
            rows = csv.DictReader(file)
            return cls((row["taxpayer_id"], row["indicator"], row["true_cause"]) for row in rows)

    def fate(self, taxpayer: str, indicators: Iterable[str], *, period: int, seed: int) -> Fate:
        """Decide what becomes of a case with these doubts; the same case gets the same fate."""
        rng = np.random.default_rng([seed, crc32(taxpayer.encode()), period])
        hits = tuple(indicators)
        cause = next(
            (self._causes[taxpayer, hit] for hit in hits if (taxpayer, hit) in self._causes),
            "legitimate" if rng.random() < 0.6 else "error",  # noqa: PLR2004 - a share, said once
        )
        outcome = _outcome(rng, cause, hits)
        return Fate(
            cause=cause,
            outcome=outcome,
            ways=_pick(rng, _WAYS[outcome.value]),
            dispatch=_pick(rng, _DISPATCH),
            trouble=_pick(rng, _TROUBLE),
            returns=_pick(rng, _RETURNS),
            stalls_at=_pick(rng, _STALLS),
            tax=int(_MEDIAN_TAX * np.exp(_TAX_SIGMA * rng.standard_normal())) + 200,
            pace=float(rng.uniform(0.4, 1.3)),
            variant=int(rng.integers(0, 10_000)),
        )


def _outcome(rng: Generator, cause: str, hits: tuple[str, ...]) -> WvOutcome:
    found = dict(_FOUND[cause])
    if cause == "concealed" and _ZERO_FILING & set(hits):
        found["opened_zf"] = found["self_corrected"]
    if cause == "concealed" and _TRANSFER & set(hits):
        found["transferred_inspection"] *= 4
    return WvOutcome(_pick(rng, found))


def _pick(rng: Generator, weights: Mapping[T, float]) -> T:
    names = list(weights)
    shares = np.array(list(weights.values()), float)
    return names[int(rng.choice(len(names), p=shares / shares.sum()))]
