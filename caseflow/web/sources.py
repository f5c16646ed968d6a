"""Names of source systems in the language of the page."""

from __future__ import annotations

from caseflow.web.history import registry
from caseflow.web.languages import name_of


def name(key: str) -> str:
    """The name of a source system; its key when the registry does not know it."""
    source = registry().sources.get(key)
    return name_of(source.zh, source.en) if source else key
