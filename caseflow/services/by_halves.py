"""The same act on many cases: together as far as it goes, and whoever cannot is found by halving.

The group is undone to its savepoint where one of it fails, and each half tried by itself, down to
the one at fault: that one is done, and refused, alone. None holds up another.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from sqlalchemy.orm import Session

from caseflow.services import cases
from caseflow.services.cases import faults
from caseflow.vocabulary import Conflict, Refused

_Each = TypeVar("_Each")


def do(
    session: Session,
    some: Sequence[_Each],
    *,
    together: Callable[[Sequence[_Each]], object],
    alone: Callable[[_Each], object],
) -> list[tuple[_Each, Refused]]:
    """Do the act on all of them; those that were refused, each with why.

    Raises:
        Exception: the house itself is at fault, as when the database is away.
    """
    if len(some) <= 1:
        return [refused for each in some for refused in do_alone(session, each, alone)]
    try:
        with session.begin_nested():
            together(some)
            cases.settle(session)
    except Exception as error:
        if faults.is_of_the_house(error):
            raise
        half = len(some) // 2
        return [
            *do(session, some[:half], together=together, alone=alone),
            *do(session, some[half:], together=together, alone=alone),
        ]
    return []


def do_alone(
    session: Session, one: _Each, alone: Callable[[_Each], object]
) -> list[tuple[_Each, Refused]]:
    """Do the act on one of them; empty, or why it was refused."""
    try:
        with session.begin_nested():
            alone(one)
            cases.settle(session)
    except Refused as refusal:
        return [(one, refusal)]
    except Exception as error:  # noqa: BLE001 - whatever one of them raises, the others go on
        return [(one, Conflict(faults.code_of(error)))]
    return []
