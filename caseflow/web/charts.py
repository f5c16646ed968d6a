"""
Charts as SVG made on the server: they print, need no script, and say themselves in a sentence.

Colours come from the stylesheet, so that both themes and paper are served by the same markup.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum
from itertools import pairwise

from markupsafe import Markup, escape

from caseflow.web import chart_labels
from caseflow.web.chart_labels import Label

Say = Callable[[float], str]

# The height of a line of labels, and the room between two in a row.
_LINE = 15.0
_BETWEEN_LABELS = 6.0


class Frame(Enum):
    """Where an indicator's chart stands: its width and height, so that its text is 12 px there."""

    CARD = (520.0, 190.0)
    HALF = (340.0, 150.0)
    PREVIEW = (312.0, 112.0)

    @property
    def ticks(self) -> int:
        """How many steps the value axis has room for."""
        return {Frame.CARD: 4, Frame.HALF: 3, Frame.PREVIEW: 2}[self]


@dataclass(frozen=True, slots=True)
class Point:
    """One period of an indicator: own value, the middle half of its peers, the limit."""

    label: str
    value: float | None
    low: float | None = None
    high: float | None = None
    limit: float | None = None
    is_beyond: bool = False


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a funnel: its name, its count, where it leads, and the sentence under it."""

    name: str
    count: int
    href: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a trend: its name and a value per label."""

    name: str
    values: Sequence[float | None]
    is_dashed: bool = False


@dataclass(slots=True)
class _Plot:
    """The inner rectangle of a chart and what maps values into it."""

    width: float
    height: float
    left: float
    right: float
    top: float
    bottom: float
    low: float
    high: float
    count: int
    parts: list[str] = field(default_factory=list)

    def x(self, index: int) -> float:
        span = self.width - self.left - self.right
        return self.left + (span * index / (self.count - 1) if self.count > 1 else span / 2)

    def y(self, value: float) -> float:
        span = self.height - self.top - self.bottom
        return self.top + span * (self.high - value) / (self.high - self.low)

    def add(self, text: str) -> None:
        self.parts.append(text)


def indicator(
    points: Sequence[Point],
    *,
    sentence: str,
    say: Say,
    limit_name: str = "",
    frame: Frame = Frame.CARD,
) -> Markup:
    """
    Own line over the band of its peers, the dashed limit, red points beyond it.

    Args:
        points: oldest first.
        sentence: what a screen reader says for the picture.
        say: how a value is written.
        limit_name: written beside the limit's end; nothing when empty.
        frame: where the chart stands; the preview's has no point rings.

    """
    width, height = frame.value
    is_small = frame is Frame.PREVIEW
    values = [v for p in points for v in (p.value, p.low, p.high, p.limit) if v is not None]
    if not values:
        return Markup()
    ticks = _ticks(min([0.0, *values]), max(values), frame.ticks)
    left = 12.0 + 6.6 * max(len(say(tick)) for tick in ticks)
    right = _room_for_value(points, say) if limit_name else 14.0
    plot = _Plot(width, height, left, right, 10, 24, ticks[0], ticks[-1], len(points))
    _grid(plot, ticks, say)
    _labels(plot, [point.label for point in points], frame.ticks + 2)
    _band(plot, points)
    _polyline(plot, [point.limit for point in points], "cf-chart__limit")
    _polyline(plot, [point.value for point in points], "cf-chart__line")
    _marks(plot, points, is_small=is_small)
    _ends(plot, points, say=say, limit_name=limit_name)
    return _svg(width, height, plot.parts, sentence)


def trend(
    labels: Sequence[str],
    lines: Sequence[Line],
    *,
    sentence: str,
    say: Say,
    size: tuple[float, float] = (620.0, 220.0),
    floor: float | None = 0.0,
) -> Markup:
    """
    At most three lines over time, each named and valued at its end.

    Args:
        labels: under the axis, oldest first.
        lines: each with a value per label.
        sentence: what a screen reader says for the picture.
        say: how a value is written.
        size: width and height of the whole; as wide as it stands on the page, its text is 12 px.
        floor: what the value axis reaches down to; None lets the values alone decide.

    """
    width, height = size
    values = [value for line in lines for value in line.values if value is not None]
    if not values:
        return Markup()
    ticks = _ticks(min(values if floor is None else [floor, *values]), max(values), 4)
    left = 12.0 + 6.6 * max(len(say(tick)) for tick in ticks)
    ends = [
        f"{line.name} {say(value)}" for line in lines for value in line.values if value is not None
    ]
    right = 18.0 + max(chart_labels.text_width(text, 12) for text in ends or [""])
    plot = _Plot(width, height, left, right, 12, 24, ticks[0], ticks[-1], len(labels))
    _grid(plot, ticks, say)
    _labels(plot, labels, 12)
    for rank, line in enumerate(lines, 1):
        dash = " cf-chart__line--dash" if line.is_dashed else ""
        _polyline(plot, line.values, f"cf-chart__line cf-chart__line--{rank}{dash}")
    _end_labels(plot, lines, say)
    return _svg(width, height, plot.parts, sentence)


def funnel(bars: Sequence[Bar], *, sentence: str) -> Markup:
    """Bars from detection to closure, each a link to the rows it counts."""
    width, step, right = 460.0, 46.0, 62.0
    left = 16.0 + max((chart_labels.text_width(bar.name, 13) for bar in bars), default=0.0)
    height = step * len(bars) + 6
    most = max((bar.count for bar in bars), default=0) or 1
    parts = []
    for index, bar in enumerate(bars):
        y = index * step
        length = max(2.0, (width - left - right) * bar.count / most)
        kind = "first" if index == 0 else "last" if index == len(bars) - 1 else "middle"
        shape = (
            f'<text class="cf-chart__name" x="0" y="{y + 17:.1f}">{escape(bar.name)}</text>'
            f'<rect class="cf-chart__bar cf-chart__bar--{kind}" x="{left:.1f}" y="{y + 2:.1f}"'
            f' width="{length:.1f}" height="21" rx="3"/>'
            f'<text class="cf-chart__value" x="{width:.1f}" y="{y + 17:.1f}"'
            f' text-anchor="end">{bar.count:,}</text>'
        )
        note = (
            f'<text x="{left:.1f}" y="{y + 38:.1f}">{escape(bar.note)}</text>' if bar.note else ""
        )
        name = escape(f"{bar.name} {bar.count:,}")
        parts.append(f'<a href="{escape(bar.href)}" aria-label="{name}">{shape}</a>{note}')
    return Markup(  # noqa: S704 -- every word in it was escaped where it was added
        f'<svg class="cf-chart" width="{width:.0f}" viewBox="0 0 {width:.0f} {height:.0f}"'
        f' role="group" aria-label="{escape(sentence)}">{"".join(parts)}</svg>'
    )


def sparkline(values: Sequence[float | None], *, sentence: str) -> Markup:
    """A line without axes; the last value is a point."""
    known = [value for value in values if value is not None]
    if len(known) < 2:  # noqa: PLR2004 -- a line needs two points
        return Markup()
    low, high = min(known), max(known)
    plot = _Plot(60, 18, 2, 3, 3, 3, low, high if high > low else low + 1, len(values))
    _polyline(plot, values, "cf-chart__line")
    last = values[-1]
    if last is not None:
        plot.add(
            f'<circle cx="{plot.x(len(values) - 1):.1f}" cy="{plot.y(last):.1f}" r="2"'
            ' class="cf-chart__bar"/>'
        )
    return Markup(  # noqa: S704 -- every word in it was escaped where it was added
        f'<svg class="cf-spark" viewBox="0 0 60 18" role="img" aria-label="{escape(sentence)}">'
        f"{''.join(plot.parts)}</svg>"
    )


def meter(share: float, kind: str, *, is_wide: bool = False) -> Markup:
    """A thin bar of a share between 0 and 1; the number stands beside it in text."""
    classes = f"cf-meter cf-meter--{kind}" + (" cf-meter--wide" if is_wide else "")
    width = round(100 * min(max(share, 0.0), 1.0))
    return Markup(
        '<svg class="{}" aria-hidden="true"><rect width="{}%" height="100%" rx="2"/></svg>'
    ).format(classes, width)


def progress(share: float, *, sentence: str) -> Markup:
    """How far long work has come."""
    width = round(100 * min(max(share, 0.0), 1.0))
    return Markup(
        '<svg class="cf-progress" role="progressbar" aria-valuemin="0" aria-valuemax="100"'
        ' aria-valuenow="{}" aria-label="{}"><rect width="{}%" height="100%" rx="4"/></svg>'
    ).format(width, sentence, width)


def _ticks(low: float, high: float, wanted: int) -> list[float]:
    """Round steps that enclose the values."""
    if high <= low:
        high = low + 1
    rough = (high - low) / wanted
    magnitude = 10 ** math.floor(math.log10(rough))
    step = next(magnitude * f for f in (1, 2, 2.5, 5, 10) if magnitude * f >= rough)
    first, last = math.floor(low / step), math.ceil(high / step)
    return [round(step * index, 10) for index in range(first, last + 1)]


def _grid(plot: _Plot, ticks: Sequence[float], say: Say) -> None:
    for tick in ticks:
        y = plot.y(tick)
        plot.add(
            f'<line class="cf-chart__grid" x1="{plot.left:.1f}" x2="{plot.width - plot.right:.1f}"'
            f' y1="{y:.1f}" y2="{y:.1f}"/>'
            f'<text x="{plot.left - 6:.1f}" y="{y + 4:.1f}" text-anchor="end">'
            f"{escape(say(tick))}</text>"
        )


def _labels(plot: _Plot, labels: Sequence[str], most: int) -> None:
    every = max(1, math.ceil(len(labels) / most))
    if len(labels) > 1:
        widest = max(chart_labels.text_width(label, 12) for label in labels) + _BETWEEN_LABELS
        every = max(every, math.ceil(widest / (plot.x(1) - plot.x(0))))
    for index, label in enumerate(labels):
        if (len(labels) - 1 - index) % every == 0:
            plot.add(
                f'<text x="{plot.x(index):.1f}" y="{plot.height - 6:.1f}" text-anchor="middle">'
                f"{escape(label)}</text>"
            )


def _band(plot: _Plot, points: Sequence[Point]) -> None:
    run: list[tuple[int, float, float]] = []
    for index, point in enumerate([*points, Point("", None)]):
        if point.low is not None and point.high is not None:
            run.append((index, point.low, point.high))
        elif run:
            upper = [f"{plot.x(i):.1f},{plot.y(high):.1f}" for i, _, high in run]
            lower = [f"{plot.x(i):.1f},{plot.y(low):.1f}" for i, low, _ in reversed(run)]
            plot.add(f'<polygon class="cf-chart__band" points="{" ".join(upper + lower)}"/>')
            run = []


def _segments(
    plot: _Plot, values: Sequence[float | None]
) -> Iterator[tuple[float, float, float, float]]:
    """What is known, from point to point; a gap in the data stays a gap."""
    for (index, one), (_, two) in pairwise(enumerate(values)):
        if one is not None and two is not None:
            yield plot.x(index), plot.y(one), plot.x(index + 1), plot.y(two)


def _dots(plot: _Plot, points: Sequence[Point]) -> Iterator[tuple[float, float, float, float]]:
    """The known values, each as a short stroke over its point."""
    for index, point in enumerate(points):
        if point.value is not None:
            x, y = plot.x(index), plot.y(point.value)
            yield x - 4, y - 4, x + 4, y + 4


def _polyline(plot: _Plot, values: Sequence[float | None], classes: str) -> None:
    for x1, y1, x2, y2 in _segments(plot, values):
        plot.add(
            f'<line class="{classes}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'
        )


def _marks(plot: _Plot, points: Sequence[Point], *, is_small: bool) -> None:
    for index, point in enumerate(points):
        if point.value is None or (is_small and not point.is_beyond):
            continue
        classes = "cf-chart__point" + (" cf-chart__point--bad" if point.is_beyond else "")
        radius = 4 if point.is_beyond else 3
        plot.add(
            f'<circle class="{classes}" cx="{plot.x(index):.1f}" cy="{plot.y(point.value):.1f}"'
            f' r="{radius}"/>'
        )


def _room_for_value(points: Sequence[Point], say: Say) -> float:
    """The last value stands beside its point, where no line runs."""
    last = points[-1].value
    return 14.0 if last is None else 14.0 + chart_labels.text_width(say(last), 12)


def _ends(plot: _Plot, points: Sequence[Point], *, say: Say, limit_name: str) -> None:
    """Name the limit and the last value where they cover neither each other nor the lines."""
    if not limit_name:
        return
    lines = [
        *_segments(plot, [point.value for point in points]),
        *_segments(plot, [point.limit for point in points]),
        *_dots(plot, points),
    ]
    within = (plot.left, 0.0, plot.width, plot.height - plot.bottom + 8)
    last, placed = points[-1], list[Label]()
    if last.value is not None:
        places = _places_of_value(plot, len(points) - 1, last.value, say(last.value))
        placed.append(chart_labels.best(places, lines=lines, within=within))
    if last.limit is not None:
        places = _places_of_limit(plot, points, f"{limit_name} {say(last.limit)}")
        placed.append(chart_labels.best(places, lines=lines, labels=placed, within=within))
    for label in placed:
        plot.add(
            f'<text class="cf-chart__label cf-chart__label--bad" x="{label.x:.1f}"'
            f' y="{label.y:.1f}" text-anchor="{label.anchor}">{escape(label.text)}</text>'
        )


def _places_of_value(plot: _Plot, index: int, value: float, text: str) -> list[Label]:
    x, y = plot.x(index), plot.y(value)
    right = min(x + 12, plot.width - 1)
    return [
        Label(x + 9, y + 4, text, "start"),
        Label(right, y - 8, text),
        Label(right, y + 18, text),
        Label(x - 9, y + 4, text),
        Label(x - 9, y - 6, text),
        Label(x - 9, y + 16, text),
    ]


def _places_of_limit(plot: _Plot, points: Sequence[Point], text: str) -> list[Label]:
    """At the end of its line; anywhere along it where the limit is the same all the time."""
    known = [(index, point.limit) for index, point in enumerate(points) if point.limit is not None]
    first, y = known[0][0], plot.y(known[-1][1])
    right = plot.x(known[-1][0])
    found = [Label(x, down, text) for x in (right, right - 14) for down in (y - 5, y + 15)]
    if len({limit for _, limit in known}) == 1 and len(known) > 1:
        left, middle = plot.x(first), (plot.x(first) + right) / 2
        for x in (left + 2, middle):
            found += [Label(x, y - 5, text, "start"), Label(x, y + 15, text, "start")]
    return found


def _end_labels(plot: _Plot, lines: Sequence[Line], say: Say) -> None:
    ends = [
        (rank, line.name, known[-1])
        for rank, line in enumerate(lines, 1)
        if (known := [(at, value) for at, value in enumerate(line.values) if value is not None])
    ]
    heights = chart_labels.apart(
        [plot.y(value) + 4 for _, _, (_, value) in ends],
        gap=_LINE,
        low=plot.top,
        high=plot.height - plot.bottom + 4,
    )
    for (rank, name, (index, value)), y in zip(ends, heights, strict=True):
        plot.add(
            f'<text class="cf-chart__label--{rank}" x="{plot.x(index) + 8:.1f}" y="{y:.1f}">'
            f"{escape(name)} {escape(say(value))}</text>"
        )


def _svg(width: float, height: float, parts: Sequence[str], sentence: str) -> Markup:
    return Markup(  # noqa: S704 -- every word in it was escaped where it was added
        f'<svg class="cf-chart" width="{width:.0f}" viewBox="0 0 {width:.0f} {height:.0f}"'
        f' role="img" aria-label="{escape(sentence)}">{"".join(parts)}</svg>'
    )
