"""Tax numbers as somebody reads them: an individual household's (个体工商户) is an identity number.

It is masked as telephone numbers are, see ``contacts``: one rule for a number, and the same as a
column for lists and what is exported from them.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, case, func, or_, true

from caseflow.masking import FIRST, LAST, masked
from caseflow.models import Taxpayer
from caseflow.policy.contacts import reads_numbers
from caseflow.vocabulary import Actor

# The kind of household that is registered under a person's identity number.
_INDIVIDUAL = "individual"


def tin_for(actor: Actor, taxpayer: Taxpayer, *, forms_held: Collection[str] = ()) -> str:
    """A household's tax number as the actor reads it, who holds steps with these forms."""
    why = reads_numbers(actor, administrator_id=taxpayer.administrator_id, forms_held=forms_held)
    is_covered = taxpayer.kind == _INDIVIDUAL and why is None
    return masked(taxpayer.tin) if is_covered else taxpayer.tin


def listed_tin(actor: Actor) -> ColumnElement[str]:
    """The tax number of ``Taxpayer`` as the actor reads it in lists, where no step is at hand."""
    is_own = true() if actor.user_id is None else Taxpayer.administrator_id == actor.user_id
    return _unless(or_(Taxpayer.kind != _INDIVIDUAL, is_own))


def printed_tin() -> ColumnElement[str]:
    """The tax number of ``Taxpayer`` as it stands in the lists of a paper, which many read."""
    return _unless(Taxpayer.kind != _INDIVIDUAL)


def _unless(is_full: ColumnElement[bool]) -> ColumnElement[str]:
    length = func.length(Taxpayer.tin)
    covered = case(
        (length <= FIRST + LAST, func.repeat("*", length)),
        else_=func.concat(
            func.left(Taxpayer.tin, FIRST),
            func.repeat("*", length - FIRST - LAST),
            func.right(Taxpayer.tin, LAST),
        ),
    )
    return case((is_full, Taxpayer.tin), else_=covered).label("tin")
