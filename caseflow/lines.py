"""Lines of business (条线): which division of the city bureau answers for which indicators.

The table is ``indicators/lines.yaml``, beside the indicators whose groups it names. It is read
once; a mistake in it stops the start.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

PATH = Path(__file__).parents[1] / "indicators" / "lines.yaml"


@dataclass(frozen=True, slots=True)
class Lines:
    """The groups of indicators of each line, and the lines that see everything."""

    groups: Mapping[str, frozenset[str]]
    whole: frozenset[str]

    def of(self, indicators: Iterable[str]) -> list[str]:
        """The lines that answer for any of these indicators, sorted.

        >>> Lines({"vat_division": frozenset({"VAT", "INV"})}, frozenset()).of(["INV-003"])
        ['vat_division']
        """
        found = {group_of(code) for code in indicators}
        return sorted(line for line, groups in self.groups.items() if groups & found)


def group_of(indicator: str) -> str:
    """The group of an indicator.

    >>> group_of("VAT-001")
    'VAT'
    """
    return indicator.partition("-")[0]


@cache
def table() -> Lines:
    """The lines of this installation."""
    return load(PATH)


def load(path: Path) -> Lines:
    """Read a table of lines.

    Raises:
        ValueError: the file does not say for each line, named once, which groups are its own.
    """
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    try:
        rows = [(str(row["line"]), frozenset(map(str, row["groups"]))) for row in content["lines"]]
        whole = frozenset(map(str, content["whole"]))
    except (KeyError, TypeError) as error:
        message = f"{path.name}: every entry of `lines` needs `line` and `groups`, beside `whole`"
        raise ValueError(message) from error
    if len(dict(rows)) != len(rows):
        message = f"{path.name}: a line is named twice"
        raise ValueError(message)
    return Lines(dict(rows), whole)
