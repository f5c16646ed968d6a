"""
Units of measure, so that nobody adds kilowatt hours to yuan.

A unit is a product of powers, None stands for a bare number that fits any unit.
"""

from collections import Counter
from collections.abc import Iterable

Unit = frozenset[tuple[str, int]] | None

BARE: Unit = None
RATIO: Unit = frozenset()
CNY: Unit = frozenset({("CNY", 1)})


def of(text: str) -> Unit:
    """
    Read a unit of the registry.

    >>> sorted(of("kWh/unit") or ())
    [('kWh', 1), ('unit', -1)]
    """
    if text in ("-", "ratio"):
        return RATIO
    above, _, below = text.partition("/")
    return frozenset({(above, 1), *([(below, -1)] if below else [])})


def times(left: Unit, right: Unit, power: int = 1) -> Unit:
    """Multiply two units, or divide with power -1; a bare number changes nothing."""
    if left is None and right is None:
        return BARE
    powers = Counter(dict(left or ()))
    for name, exponent in right or ():
        powers[name] += power * exponent
    return frozenset((name, exponent) for name, exponent in powers.items() if exponent)


def common(units: Iterable[Unit]) -> tuple[Unit, bool]:
    """Give the unit that all share, and whether they do."""
    known = {each for each in units if each is not None}
    return (next(iter(known), BARE), len(known) <= 1)


def say(unit: Unit) -> str:
    """
    Write a unit.

    >>> say(of("CNY/USD")), say(RATIO)
    ('CNY/USD', '-')
    """
    above = [name for name, power in sorted(unit or ()) for _ in range(power)]
    below = [name for name, power in sorted(unit or ()) for _ in range(-power)]
    return (
        "*".join(above or ["1"] if below else above) + "".join(f"/{name}" for name in below) or "-"
    )
