"""Who was turned away from a page or an act for want of power: noted once a day for each.

What concerns a case is noted with it, see ``file_reads``.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from caseflow import clock
from caseflow.services import record
from caseflow.vocabulary import Actor, Forbidden

# The act as the record names it.
REFUSED = "door.refused"
# Refusals that say what somebody may not do; the others say what is to be done first.
_FOR_WANT_OF_POWER = frozenset(
    {
        *("own_draft", "own_grant", "own_mark", "own_plan"),
        *("deputy_by_deputy", "deputy_not_yours", "not_the_author", "not_the_owner"),
        *("not_your_district", "not_your_post", "restored_two_people"),
    }
)


def note(session: Session, actor: Actor, door: str, refusal: Forbidden) -> bool:
    """Note that somebody was turned away from a door; False when today knows it already.

    Today's note is looked for by what it says, while nobody can add to the stream: however often
    one tries, and from how many windows at once, one act is left. No key that could be guessed
    tells of it, for whoever it concerns might use that up before.
    """
    if actor.user_id is None or refusal.code not in _FOR_WANT_OF_POWER:
        return False
    stream, payload = f"user:{actor.user_id}", {"door": door, "why": refusal.code}
    record.held_end(session, stream)
    since = clock.start_of(clock.today())
    if record.tells(session, stream, action=REFUSED, payload=payload, since=since):
        return False
    record.append(session, actor, stream, action=REFUSED, payload=payload)
    return True
