"""Changes and tiles: the arrow says where to, the colour whether that is good."""

from decimal import Decimal

import pytest
from flask import Flask

from caseflow.web import languages
from caseflow.web.dashboard import kpis, rank_lines


@pytest.fixture(autouse=True)
def _page() -> object:
    """A request in Chinese, so that words can be said."""
    app = Flask(__name__)
    languages.install(app)
    with app.test_request_context(headers={"Accept-Language": "zh"}):
        yield


@pytest.mark.parametrize(
    ("now", "before", "is_more_good", "icon", "kind"),
    [
        ("99.26", "98.95", True, "trending-up", "ok"),
        ("98.95", "99.26", True, "trending-down", "bad"),
        ("10.15", "11.99", False, "trending-down", "ok"),
        ("11.99", "10.15", False, "trending-up", "bad"),
        ("99.26", "99.26", True, "minus", ""),
    ],
)
def test_arrow_and_colour_of_a_change_are_independent(
    now: str,
    before: str,
    is_more_good: bool,  # noqa: FBT001 -- a column of the table above
    icon: str,
    kind: str,
) -> None:
    change = kpis.points(Decimal(now), Decimal(before), is_more_good=is_more_good)
    assert (change.icon, change.kind) == (icon, kind)


@pytest.mark.parametrize(
    ("share", "shown"), [("0.992595", "99.26"), ("0.994", "99.40"), ("0.99005", "99.01")]
)
def test_share_is_shown_rounded_half_up(share: str, shown: str) -> None:
    assert str(kpis.percent(Decimal(share))) == shown


@pytest.mark.parametrize(
    ("count", "columns"), [(1, 1), (2, 2), (5, 5), (6, 3), (15, 5), (16, 4), (18, 3), (20, 4)]
)
def test_last_row_of_tiles_is_as_full_as_can_be(count: int, columns: int) -> None:
    assert rank_lines.tile_columns(count) == columns
