"""What a case is about, in one line: its household, or what it was opened for."""

from __future__ import annotations

from sqlalchemy import ColumnElement, func

from caseflow.models import Case, Taxpayer


def about() -> ColumnElement[str]:
    """The household's name, else the title of the case; the statement joins both tables."""
    return func.coalesce(Taxpayer.name, Case.title)
