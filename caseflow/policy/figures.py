"""Which declared figures of a household somebody sees who sees it by a line of business alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from caseflow import lines as lines_of_business

# The group of indicators whose tax a figure is of. One that is not named is of no tax, as whether
# the return came on time, and shown to everybody who sees the household.
_GROUPS: Mapping[str, str] = {
    "sales_taxable": "VAT",
    "sales_simple": "VAT",
    "sales_exempt": "VAT",
    "vat_payable": "VAT",
    "vat_output": "VAT",
    "vat_input": "VAT",
    "cit_revenue": "CIT",
    "cit_payable": "CIT",
}


def figures_seen(lines: Iterable[str], names: Iterable[str]) -> tuple[str, ...]:
    """Those of these figures that the lines answer for, and those that are of no tax."""
    table = lines_of_business.table()
    groups = {group for line in lines for group in table.groups.get(line, ())}
    return tuple(name for name in names if _GROUPS.get(name) in {None, *groups})
