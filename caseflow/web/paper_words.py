"""Names of official papers in the language of the page."""

from __future__ import annotations

from caseflow.vocabulary import PaperKind
from caseflow.web.languages import say


def name(kind: str) -> str:
    """The name of a kind of paper."""
    try:
        return say(PaperKind(kind))
    except ValueError:
        return kind
