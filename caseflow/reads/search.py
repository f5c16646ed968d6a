"""The one search box: cases by number, households by number or name."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from caseflow.reads import cases, taxpayers
from caseflow.vocabulary import Actor


@dataclass(frozen=True, slots=True)
class Found:
    """What the words lead to, within the actor's reach."""

    cases: tuple[cases.Row, ...]
    taxpayers: tuple[taxpayers.Row, ...]


def of(session: Session, actor: Actor, text: str) -> Found:
    """Search; nothing for fewer than two characters."""
    words = text.strip()
    if len(words) < 2:  # noqa: PLR2004 -- one character would list the city
        return Found((), ())
    return Found(
        cases.listing(session, actor, cases.Wish(text=words)).rows[:20],
        taxpayers.listing(session, actor, taxpayers.Wish(text=words)).rows[:20],
    )
