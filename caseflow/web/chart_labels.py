"""Where the words of a chart stand: where they cover neither each other nor the lines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_SIZE = 12.0
_NARROW = 7.0
_LATIN_END = 0x24F
_ON_A_LABEL, _ON_A_LINE, _OUTSIDE = 1_000, 1, 10_000
_STEPS = 32

Segment = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Label:
    """A text of 12 px on its base line, at the start or the end of it."""

    x: float
    y: float
    text: str
    anchor: str = "end"

    @property
    def box(self) -> tuple[float, float, float, float]:
        """What it covers: left, top, right, bottom."""
        left = self.x if self.anchor == "start" else self.x - text_width(self.text, _SIZE)
        return left, self.y - _SIZE, left + text_width(self.text, _SIZE), self.y + 3


def text_width(text: str, size: float) -> float:
    """About how wide a text is: Han characters are square, Latin ones little over half of it."""
    return sum(size if ord(sign) > _LATIN_END else size * _NARROW / _SIZE for sign in text)


def best(
    places: Sequence[Label],
    *,
    lines: Iterable[Segment],
    labels: Iterable[Label] = (),
    within: tuple[float, float, float, float],
) -> Label:
    """The first of the places that covers least: no other label, few lines, inside the chart."""
    drawn, others = list(lines), [label.box for label in labels]

    def cost(place: Label) -> int:
        box = place.box
        outside = (
            box[0] < within[0] or box[1] < within[1] or box[2] > within[2] or box[3] > within[3]
        )
        return (
            _OUTSIDE * outside
            + _ON_A_LABEL * sum(_overlap(box, other) for other in others)
            + _ON_A_LINE * sum(_covered(box, line) for line in drawn)
        )

    return min(places, key=cost)


def apart(wanted: Sequence[float], *, gap: float, low: float, high: float) -> list[float]:
    """Heights as near to the wanted ones as a gap between each two allows, between two limits."""
    order = sorted(range(len(wanted)), key=lambda each: wanted[each])
    found = [0.0] * len(wanted)
    floor = low
    for each in order:
        found[each] = max(wanted[each], floor)
        floor = found[each] + gap
    ceiling = high
    for each in reversed(order):
        found[each] = min(found[each], ceiling)
        ceiling = found[each] - gap
    return found


def _overlap(one: Sequence[float], two: Sequence[float]) -> bool:
    return one[0] < two[2] and two[0] < one[2] and one[1] < two[3] and two[1] < one[3]


def _covered(box: Sequence[float], line: Segment) -> int:
    """How many of the points along a line a box covers."""
    left, top, right, bottom = box
    x1, y1, x2, y2 = line
    count = 0
    for step in range(_STEPS + 1):
        x, y = x1 + (x2 - x1) * step / _STEPS, y1 + (y2 - y1) * step / _STEPS
        count += left <= x <= right and top <= y <= bottom
    return count
