"""A household's returns show what its VAT class declares, and no chart of nothing."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from flask import Flask

from caseflow.models import Taxpayer
from caseflow.services import place
from caseflow.web import history, languages

AMOUNTS = (
    "sales_taxable",
    "sales_simple",
    "sales_exempt",
    "vat_output",
    "vat_input",
    "vat_payable",
    "cit_revenue",
    "cit_payable",
)
SMALL = {"sales_simple": 1_234_500, "vat_payable": 37_035}


@pytest.fixture
def lake(tmp_path: Path) -> Iterator[Path]:
    """Where facts lie while a test runs."""
    before = place._settled[:]  # noqa: SLF001 - put back below
    place.settle(place.under(tmp_path, fonts=tmp_path))
    yield place.here().lake
    place._settled[:] = before  # noqa: SLF001 - as it was, even when nowhere


def _month(lake: Path, period: int, **fen: int) -> None:
    folder = lake / "panel" / "months" / f"period={period}"
    folder.mkdir(parents=True)
    columns = ", ".join(f"{fen.get(name, 0)} AS {name}" for name in AMOUNTS)
    duckdb.execute(
        f"COPY (SELECT 1 AS tp, true AS filed_on_time, {columns})"
        f" TO '{folder / 'panel.parquet'}' (FORMAT parquet)"
    )


def _returns(vat_class: str, *lines: str) -> history.Returns:
    app = Flask(__name__)
    languages.install(app)
    with app.test_request_context(headers={"Accept-Language": "zh"}):
        app.preprocess_request()
        found = history.returns(Taxpayer(id=1, vat_class=vat_class), until=200912, by_lines=lines)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("vat_class", "first"),
    [("general", "应税销售额"), ("small_scale", "简易办法销售额"), ("none", "申报所得税收入总额")],
)
def test_household_shows_the_fields_of_its_vat_class(
    lake: Path, vat_class: str, first: str
) -> None:
    _month(lake, 200911)
    assert _returns(vat_class).rows[0] == (first, ("0.00",))


def test_chart_is_drawn_of_what_a_small_household_declares(lake: Path) -> None:
    _month(lake, 200911)
    _month(lake, 200912, **SMALL)
    assert "简易办法销售额 1.23万" in _returns("small_scale").chart


def test_returns_of_nothing_draw_no_chart(lake: Path) -> None:
    _month(lake, 200911)
    _month(lake, 200912, **SMALL)
    assert _returns("none").chart == ""


@pytest.mark.parametrize(
    ("lines", "vat_class", "shown"),
    [
        ((), "general", history.declared("general", ["vat_division"])),
        (("vat_division",), "none", ("filed_on_time",)),
        (("income_tax_division",), "general", ("cit_revenue", "cit_payable", "filed_on_time")),
        (("export_tax_division",), "general", ("filed_on_time",)),
        (("nobody_division",), "small_scale", ("filed_on_time",)),
        (
            ("income_tax_division", "vat_division"),
            "small_scale",
            (
                "sales_simple",
                "vat_payable",
                "sales_exempt",
                "cit_revenue",
                "cit_payable",
                "filed_on_time",
            ),
        ),
    ],
)
def test_a_line_is_shown_the_figures_of_its_taxes_alone(
    lines: tuple[str, ...], vat_class: str, shown: tuple[str, ...]
) -> None:
    assert history.declared(vat_class, lines) == shown


def test_a_line_without_amounts_has_no_chart_and_every_month(lake: Path) -> None:
    _month(lake, 200912, sales_taxable=100)
    found = _returns("general", "export_tax_division")
    assert [name for name, _ in found.rows] == ["按期申报标志"]
    assert not found.chart
