"""Parameters that the city keeps by industry: burden, floors, norms, thresholds."""

from collections.abc import Iterator

from caseflow.demo.city import INDUSTRIES
from caseflow.demo.facts.outside import KWH_PER_UNIT, MATERIAL_YIELD

_EVERY = "*"
_VAT_THRESHOLD = 5_000
_STANDARDS = {200801: (1_000_000, 1_800_000), 200901: (500_000, 800_000)}

Row = dict[str, object]


def rows() -> Iterator[Row]:
    """List the parameters: for all industries, then for each trade, by month of validity."""
    for period, (of_industry, of_trade) in _STANDARDS.items():
        yield {
            "industry_code": _EVERY,
            "period": period,
            "vat_threshold_monthly": _VAT_THRESHOLD,
            "general_threshold_annual": of_trade,
        }
        for row in INDUSTRIES:
            standard = of_industry if row.is_manufacturing else of_trade
            for trade in row.trades:
                yield {
                    "industry_code": trade.code,
                    "period": period,
                    "std_kwh_per_unit": KWH_PER_UNIT if row.is_manufacturing else None,
                    "std_mat_yield": MATERIAL_YIELD if row.is_manufacturing else None,
                    "ind_vat_burden": row.vat_burden,
                    "ind_deemed_rate_min": row.income_floor,
                    "vat_threshold_monthly": _VAT_THRESHOLD,
                    "general_threshold_annual": standard,
                }
