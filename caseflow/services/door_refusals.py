"""Who was turned away from a page or an act for want of power: noted once a day for each.

What concerns a case is noted with it, see ``file_reads``.
"""

from __future__ import annotations

import uuid

from sqlalchemy.orm import Session

from caseflow import clock
from caseflow.services import record
from caseflow.vocabulary import Actor, Forbidden

# The act as the record names it.
REFUSED = "door.refused"
# Somebody would have approved or given something to oneself.
OF_ONESELF = frozenset({"own_draft", "own_grant", "own_mark", "own_move", "own_plan"})
# Refusals that say what somebody may not do; the others say what is to be done first.
_FOR_WANT_OF_POWER = OF_ONESELF | {
    *("deputy_by_deputy", "deputy_not_yours", "not_the_author", "not_the_owner"),
    *("not_your_district", "not_your_move", "not_your_post", "recusal_not_yours"),
}


def note(session: Session, actor: Actor, door: str, refusal: Forbidden) -> bool:
    """Note that somebody was turned away from a door; False when today knows it already.

    Its key is made of person, day, door and reason: however often one tries, and from how many
    windows at once, one act is left.
    """
    if actor.user_id is None or refusal.code not in _FOR_WANT_OF_POWER:
        return False
    told = f"{REFUSED} {actor.user_id} {clock.today().isoformat()} {door} {refusal.code}"
    key, stream = uuid.uuid5(uuid.NAMESPACE_OID, told), f"user:{actor.user_id}"
    if record.find(session, key) is not None:
        return False
    record.held_end(session, stream)
    if record.find(session, key) is not None:  # another window was faster
        return False
    payload = {"door": door, "why": refusal.code}
    record.append(session, actor, stream, action=REFUSED, payload=payload, idem=key)
    return True
