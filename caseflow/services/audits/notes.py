"""The auditor's own looks, searches and exports: each leaves a line on the auditor's own chain."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.orm import Session

from caseflow import policy
from caseflow.services import record
from caseflow.vocabulary import Actor, Verb

VIEWED, SEARCHED = "audit.viewed", "record.searched"
# What an address asks for is cut for the record at this length.
_LONGEST = 200


def viewed(
    session: Session, actor: Actor, page: str, *, asked: Mapping[str, str], found: int | None = None
) -> None:
    """Note which of the auditor's pages was opened, and what it was asked for.

    Raises:
        Forbidden: the actor does not read the whole record.
    """
    _note(session, actor, VIEWED, page, asked, found)


def searched(
    session: Session, actor: Actor, page: str, *, asked: Mapping[str, str], found: int
) -> None:
    """Note a search of the record: for what, and how much it found.

    Raises:
        Forbidden: the actor does not read the whole record.
    """
    _note(session, actor, SEARCHED, page, asked, found)


def _note(
    session: Session,
    actor: Actor,
    action: str,
    page: str,
    asked: Mapping[str, str],
    found: int | None,
) -> None:
    policy.require(actor, Verb.READ_RECORD)
    kept = {name: text[:_LONGEST] for name, text in sorted(asked.items())}
    payload: dict[str, object] = {"page": page, "asked": kept}
    if found is not None:
        payload["found"] = found
    record.append(session, actor, f"user:{actor.user_id}", action=action, payload=payload)
