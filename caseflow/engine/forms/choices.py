"""Closed lists of the vocabulary, by the name that a form gives."""

from __future__ import annotations

from caseflow.engine.forms.specs import Choice
from caseflow.vocabulary.choices import VOCABULARIES


def vocabulary(name: str) -> tuple[Choice, ...] | None:
    """The choices of a vocabulary (``FindingCause``); None if there is none of that name."""
    found = VOCABULARIES.get(name)
    if found is None:
        return None
    return tuple(Choice(term.value, term.zh, term.en) for term in found)
