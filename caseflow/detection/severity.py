"""How far beyond its threshold a value lies, and what that counts for: `indicators.md` 3."""

from decimal import ROUND_HALF_UP, Decimal

from caseflow.detection import units
from caseflow.detection.catalogue import Indicator
from caseflow.detection.thresholds import MILLION
from caseflow.detection.units import Unit

FLAG = 2
_MONEY_STEPS = (100_000, 1_000_000)
_COUNT_STEPS = (10, 100)
_TENTH = Decimal("0.1")


def severity(indicator: Indicator, value: int | None, limit: int | None) -> int:
    """Grade a hit from 1 to 3 by its distance from the limit, both in millionths."""
    if indicator.severity is not None:
        return indicator.severity
    if value is None or limit is None:
        return FLAG
    if limit == 0:
        return _beyond_nothing(abs(value), indicator.unit)
    doubled = 2 * abs(value - limit)
    return 1 if doubled <= abs(limit) else 2 if doubled <= 3 * abs(limit) else 3


def points(indicator: Indicator, grade: int) -> Decimal:
    """Weigh a severity; sums of points are the risk score."""
    return (grade * indicator.weight).quantize(_TENTH, ROUND_HALF_UP)


def _beyond_nothing(value: int, unit: Unit) -> int:
    """A limit of 0 has no size to compare with: steps of amounts and of counts; a ratio is 1."""
    if unit in (units.RATIO, units.BARE):
        return 1
    second, third = _MONEY_STEPS if unit == units.CNY else _COUNT_STEPS
    return 1 + (value >= second * MILLION) + (value >= third * MILLION)
