"""Charts say themselves, escape what they are given, and leave gaps where nothing is known."""

import re
from itertools import pairwise

import pytest
from flask import Flask

from caseflow.web import chart_labels, charts, languages, words
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


@pytest.mark.parametrize("frame", [charts.Frame.CARD, charts.Frame.HALF])
@pytest.mark.parametrize(
    ("values", "limit"),
    [
        ([0.1, 0.15, 0.15, 0.7258], 0.3),
        ([0.3, 0.3, 0.3, 0.31], 0.3),
        ([0.0, 0.0, 0.0, 0.0], 0.0),
        ([0.9, 0.8, 0.02, 0.01], 0.0235),
    ],
)
def test_names_of_limit_and_value_never_cover_each_other(
    frame: charts.Frame, values: list[float], limit: float
) -> None:
    points = [Point(f"{at}月", value, limit=limit) for at, value in enumerate(values, 1)]
    drawn = charts.indicator(
        points, sentence="", say=lambda value: f"{value:.2%}", limit_name="预警上限", frame=frame
    )
    one, two = (
        chart_labels.Label(float(x), float(y), text, anchor).box
        for x, y, anchor, text in re.findall(
            r'label--bad" x="([\d.]+)" y="([\d.]+)" text-anchor="(\w+)">([^<]+)<', drawn
        )
    )
    assert one[2] <= two[0] or two[2] <= one[0] or one[3] <= two[1] or two[3] <= one[1]


def test_ends_of_lines_that_meet_stand_one_above_the_other() -> None:
    lines = [Line("销售额", [1.0, 0.0]), Line("税额", [1.0, 0.0]), Line("进项", [1.0, 0.0])]
    drawn = charts.trend(["1月", "2月"], lines, sentence="", say=lambda value: f"{value:.0f}")
    heights = sorted(
        float(y) for y in re.findall(r'cf-chart__label--\d" x="[\d.]+" y="([\d.]+)"', drawn)
    )
    assert [two - one for one, two in pairwise(heights)] == [15.0, 15.0]
    assert heights[-1] < 220


@pytest.mark.parametrize(
    ("locale", "said"),
    [
        ("zh", ["0", "2,500", "5,000", "7,500", "1万", "1.25万", "2.5亿"]),
        ("en", ["0", "2.5k", "5k", "7.5k", "10k", "12.5k", "250m"]),
    ],
)
def test_ticks_of_amounts_differ(locale: str, said: list[str]) -> None:
    app = Flask(__name__)
    languages.install(app)
    with app.test_request_context(headers={"Accept-Language": locale}):
        app.preprocess_request()
        amounts = (0, 2_500, 5_000, 7_500, 10_000, 12_500, 250_000_000)
        assert [words.yuan_short(amount) for amount in amounts] == said
