"""The act of taking a dossier out of the house: on record, and the end that the dossier must have.

The event names how many acts the case has, the hash of the last one, and a digest of what else
goes out. It is sealed like every other; so whoever cuts a dossier's end, or swaps a file in it,
contradicts the log itself. See docs/decisions/0019-what-proves-a-dossier.md.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.orm import Session

from caseflow import policy
from caseflow.services import record
from caseflow.services.record import Receipt
from caseflow.vocabulary import Actor, Stale, Verb

EXPORTS = "sys:exports"
EXPORTED = "dossier.exported"


def require(actor: Actor) -> None:
    """Refuse unless the actor may take whole files out of the house.

    Raises:
        Forbidden: none of the posts may; the operator of the house may at the command line.
    """
    if actor.user_id is not None:
        policy.require(actor, Verb.EXPORT_DOSSIER)


def note(
    session: Session,
    actor: Actor,
    stream: str,
    *,
    number: str,
    end: Receipt,
    content: Mapping[str, object],
) -> Receipt:
    """Note that the dossier of a case goes out, as the case stands now.

    Args:
        session: the transaction of this act alone: nobody can append to the case until it ends.
        actor: who takes it; has seen the case.
        stream: the case's stream of the record.
        number: the case's number.
        end: the last act that the dossier holds.
        content: the digest of its other files (``content``), and the SHA-256 of those that stay in
            since the scanner has not passed them (``withheld``).

    Raises:
        Stale: the case has gone on since; Forbidden.
    """
    require(actor)
    if record.held_end(session, stream) != end:
        raise Stale("case_went_on", number=number)
    payload = {
        "case": number,
        "stream": stream,
        "length": end.seq,
        "last": end.hash,
        **content,
    }
    return record.append(session, actor, EXPORTS, action=EXPORTED, payload=payload)
