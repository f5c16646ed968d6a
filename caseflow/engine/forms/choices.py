"""Closed lists of the vocabulary, by the name that a form gives."""

from __future__ import annotations

from caseflow import vocabulary as words
from caseflow.engine.forms.specs import Choice


def vocabulary(name: str) -> tuple[Choice, ...] | None:
    """The choices of a vocabulary (``FindingCause``); None if there is none of that name."""
    found = getattr(words, name, None)
    if not isinstance(found, type) or not issubclass(found, words.Term):
        return None
    return tuple(Choice(term.value, term.zh, term.en) for term in found)
