"""Names of units as short as tiles and tables have room for."""

from __future__ import annotations

from caseflow.web.languages import name_of

# What the English name of every bureau ends with; the Chinese short name leaves it out as well.
_COMMON = " State Tax Bureau"


def of_unit(short_name: str, name_en: str) -> str:
    """The short name in the language of the page."""
    return name_of(short_name, name_en.removesuffix(_COMMON))
