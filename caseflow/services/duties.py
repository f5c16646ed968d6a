"""Posts that exclude each other for one person (不相容岗位), by whatever way they are put."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations

from caseflow import policy
from caseflow.vocabulary import Invalid, Role


@dataclass(frozen=True, slots=True)
class Span:
    """A role of a person from one day to another; none: for ever."""

    login: str
    role: Role
    first: date
    last: date | None


def clash(spans: Iterable[Span]) -> tuple[Span, Span] | None:
    """Two posts of one person on one day that nobody may unite."""
    of_person: dict[str, list[Span]] = {}
    for span in spans:
        of_person.setdefault(span.login, []).append(span)
    for known in of_person.values():
        for one, other in combinations(known, 2):
            if _meet(one, other) and policy.clash((one.role, other.role)) is not None:
                return one, other
    return None


def require_apart(spans: Sequence[Span], names: Mapping[str, str]) -> None:
    """Refuse posts that one person may not unite.

    Raises:
        Invalid: with the person and the two roles.
    """
    found = clash(spans)
    if found is not None:
        one, other = found
        name = names.get(one.login, one.login)
        raise Invalid("posts_exclude", name=name, one=one.role, other=other.role)


def _meet(one: Span, other: Span) -> bool:
    return one.first <= (other.last or date.max) and other.first <= (one.last or date.max)
