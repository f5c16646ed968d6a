"""留言: what people say to each other in a case, and whom they mention.

A comment is its event: said once, on record, never changed.
"""

from __future__ import annotations

import re

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import policy
from caseflow.models import Case, User
from caseflow.services import asked, cases, notices, people, sights
from caseflow.vocabulary import Actor, Forbidden, Invalid, NotFound, NoticeKind

LONGEST = 500
_MENTION = re.compile(r"@([^\s@，。；：、,.;:！？!?]{1,40})")


def comment(session: Session, actor: Actor, case_id: int, *, text: str) -> Case:
    """Say something in a case; ``@姓名`` tells that colleague, who sees the case already.

    Raises:
        NotFound: the case does not exist for the actor; Forbidden: who only watches.
        Invalid: the text; a name that nobody bears who sees the case.
    """
    if not sights.sees(session, actor, case_id):
        raise NotFound("case", id=case_id)
    if not asked.may_ask(actor):
        raise Forbidden("only_watches")
    said = text.strip()
    if not 1 <= len(said) <= LONGEST:
        raise Invalid("reason_length", shortest=1, longest=LONGEST)
    case = cases.locked(session, case_id)
    mentioned = _mentioned(session, case, said)
    payload = {"reason": said, "to": mentioned}
    cases.note(session, actor, case, action="case.commented", payload=payload)
    notices.tell(session, actor, case, kind=NoticeKind.MENTIONED, to=mentioned, text=said)
    return case


def who_can_be_mentioned(session: Session, case: Case) -> dict[str, list[int]]:
    """The people of the case's district and section who see it, by name; namesakes together."""
    facts = sights.case_facts(session, case)
    found: dict[str, list[int]] = {}
    ids = people.in_units(session, (case.district_id, case.section_id))
    names = select(User.id, User.name).where(User.id.in_(ids)).order_by(User.name_key, User.id)
    for user_id, name in session.execute(names):
        if policy.may_see(people.actor_of(session, user_id), facts):
            found.setdefault(name, []).append(user_id)
    return found


def _mentioned(session: Session, case: Case, text: str) -> list[int]:
    """Everybody whose name follows an @; the longest name that fits is meant."""
    words = _MENTION.findall(text)
    if not words:
        return []
    known = who_can_be_mentioned(session, case)
    found: list[int] = []
    for word in words:
        fitting = [name for name in known if word.startswith(name)]
        if not fitting:
            raise Invalid("nobody_mentioned", name=word)
        found += known[max(fitting, key=len)]
    return list(dict.fromkeys(found))
