"""
Thresholds: when a value becomes a warning.

A record, not a formula, so that a bureau can set it by district, trade and date and ask what would
have been. Limits of a fixed kind are kept in millionths, as values are.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from caseflow.detection.notation import Broken, Entry, Fault, Plain

MILLION = 1_000_000


class ThresholdType(StrEnum):
    """How a value is held against its threshold."""

    FIXED = "fixed"
    ABS_GT = "abs_gt"
    OUTSIDE = "outside"
    INSIDE = "inside"
    PEER_SIGMA = "peer_sigma"
    PEER_RATIO = "peer_ratio"
    PERCENTILE = "percentile"
    FLAG = "flag"
    MONITOR = "monitor"


@dataclass(frozen=True, slots=True)
class Threshold:
    """
    One threshold.

    `low` and `high` are the limits of the fixed kinds; `strict` is False where the limit itself is
    a hit already. `factor` is k of the deviations, the share of the mean, or the percentile.
    """

    type: ThresholdType
    low: Decimal | None = None
    high: Decimal | None = None
    strict: bool = True
    side: str = "both"
    factor: Decimal = Decimal(0)
    min_peers: int = 0

    @property
    def is_flag(self) -> bool:
        """Whether the formula is a condition."""
        return self.type is ThresholdType.FLAG

    @property
    def needs_peers(self) -> bool:
        """Whether the limit follows from the peers."""
        return self.type in _PEER_TYPES

    def text(self) -> str:
        """Write it as one line, for fingerprints and what-if."""
        return f"{self.type} {self.low} {self.high} {self.strict} {self.side} {self.factor}"


_PEER_TYPES = (ThresholdType.PEER_SIGMA, ThresholdType.PEER_RATIO, ThresholdType.PERCENTILE)
_KEYS = {
    ThresholdType.FIXED: {"op"},
    ThresholdType.ABS_GT: {"value"},
    ThresholdType.OUTSIDE: {"low", "high"},
    ThresholdType.INSIDE: {"low", "high"},
    ThresholdType.PEER_SIGMA: {"side", "k", "min_peers"},
    ThresholdType.PEER_RATIO: {"op", "value", "min_peers"},
    ThresholdType.PERCENTILE: {"side", "p", "min_peers"},
    ThresholdType.FLAG: set(),
    ThresholdType.MONITOR: set(),
}
_LOW_SIDE = ("<", "<=")


def read_threshold(entry: Entry) -> Threshold:
    """Check the threshold of an entry of the catalogue."""
    record = entry.values["threshold"]
    if not isinstance(record, dict):
        raise _broken(entry, "not_an_entry", "")
    if str(record.get("type")) not in list(ThresholdType):
        raise _broken(entry, "not_allowed", str(record.get("type")))
    kind = ThresholdType(str(record["type"]))
    for key in _KEYS[kind]:
        if key not in record:
            raise _broken(entry, "missing", f"threshold.{key}")
    for key, allowed in (("op", ("<", "<=", ">", ">=")), ("side", ("low", "high", "both"))):
        if key in record and record[key] not in allowed:
            raise _broken(entry, "not_allowed", str(record[key]))
    return _threshold(entry, kind, record)


def millionths(limit: Decimal | None) -> int | None:
    """Give a limit in whole millionths."""
    return None if limit is None else int(limit * MILLION)


def _threshold(entry: Entry, kind: ThresholdType, record: dict[str, Plain]) -> Threshold:
    def number(key: str) -> Decimal:
        try:
            return Decimal(str(record[key]))
        except InvalidOperation as error:
            raise _broken(entry, "not_a_number", str(record[key])) from error

    op = str(record.get("op", ">"))
    min_peers = int(number("min_peers")) if "min_peers" in record else 0
    if kind is ThresholdType.FIXED:
        return _fixed(number("value") if "value" in record else Decimal(0), op)
    if kind is ThresholdType.ABS_GT:
        return Threshold(kind, low=-number("value"), high=number("value"))
    if kind in (ThresholdType.OUTSIDE, ThresholdType.INSIDE):
        return Threshold(kind, low=number("low"), high=number("high"))
    if kind is ThresholdType.PEER_RATIO:
        side = "low" if op in _LOW_SIDE else "high"
        return Threshold(kind, side=side, factor=number("value"), min_peers=min_peers)
    if kind in _PEER_TYPES:
        factor = number("k" if kind is ThresholdType.PEER_SIGMA else "p")
        return Threshold(kind, side=str(record["side"]), factor=factor, min_peers=min_peers)
    return Threshold(kind)


def _fixed(value: Decimal, op: str) -> Threshold:
    strict = op in ("<", ">")
    if op in _LOW_SIDE:
        return Threshold(ThresholdType.FIXED, low=value, strict=strict, side="low")
    return Threshold(ThresholdType.FIXED, high=value, strict=strict, side="high")


def _broken(entry: Entry, code: str, detail: str) -> Broken:
    line = entry.lines["threshold"]
    return Broken(Fault(entry.file, line, code, str(entry.values.get("code", "")), detail))
