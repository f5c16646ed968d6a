"""Charts say themselves, escape what they are given, and leave gaps where nothing is known."""

import re

import pytest

from caseflow.web import charts
from caseflow.web.charts import Bar, Line, Point

POINTS = [
    Point("10月", 0.03, 0.02, 0.04, 0.0235),
    Point("11月", None, 0.02, 0.04, 0.0235),
    Point("12月", 0.01, 0.02, 0.04, 0.0235, is_beyond=True),
]


def _percent(value: float) -> str:
    return f"{value * 100:.0f}%"


def test_picture_is_said_in_a_sentence() -> None:
    drawn = charts.indicator(POINTS, sentence='税负率 1% <"低">', say=_percent)
    assert 'role="img" aria-label="税负率 1% &lt;&#34;低&#34;&gt;"' in drawn


def test_gap_in_the_data_stays_a_gap() -> None:
    drawn = charts.indicator(POINTS, sentence="", say=_percent)
    assert drawn.count('class="cf-chart__line"') == 0
    assert drawn.count("cf-chart__point--bad") == 1


def test_nothing_known_draws_nothing() -> None:
    assert charts.indicator([Point("1月", None)], sentence="", say=_percent) == ""
    assert charts.sparkline([1.0], sentence="") == ""


def test_every_bar_of_a_funnel_leads_to_its_rows() -> None:
    bars = [Bar("筛出", 200, "/warnings"), Bar("办结", 50, "/cases?state=closed&unit=1")]
    drawn = charts.funnel(bars, sentence="漏斗")
    assert re.findall(r'href="([^"]+)"', drawn) == ["/warnings", "/cases?state=closed&amp;unit=1"]
    widths = [float(width) for width in re.findall(r'<rect[^>]* width="([\d.]+)"', drawn)]
    assert widths[0] == pytest.approx(4 * widths[1], rel=0.01)


def test_lines_end_with_their_name_and_value() -> None:
    lines = [Line("生成", [1.0, 2.0]), Line("办结", [0.0, None])]
    drawn = charts.trend(["1月", "2月"], lines, sentence="走势", say=lambda value: f"{value:.0f}")
    assert re.findall(r">(生成 \d|办结 \d)<", drawn) == ["生成 2", "办结 0"]


@pytest.mark.parametrize(("share", "width"), [(-1.0, 0), (0.5, 50), (7.0, 100)])
def test_meter_stays_within_its_bar(share: float, width: int) -> None:
    assert f'width="{width}%"' in charts.meter(share, "ok")
