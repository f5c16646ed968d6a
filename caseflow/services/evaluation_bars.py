"""Exclusion rows 1 and 2 of open evaluations, looked at each night (tax-evaluation.md 1a).

What comes under inspection or into a special assessment of a higher level after it was opened may
not be asked of the taxpayer any more: its officer is told, contacts are refused by
``kinds.contact_ban``, and the case goes on with its determination. When neither holds any longer,
the officer is told too.
"""

from __future__ import annotations

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session, aliased

from caseflow import clock
from caseflow.models import Case, HigherAssessment, ProcessBeat
from caseflow.services import beats, bureau_clock, cases, limits, notices
from caseflow.services.kinds import contact_ban
from caseflow.services.kinds.evaluation_plan import exclusions
from caseflow.vocabulary import CLOCKWORK, CaseKind, NoticeKind

AT_ONCE = 200
_BEAT = "evaluation_bars"


def watch_nightly(session: Session) -> int:
    """Look through a share of the open evaluations, all of them once each day of the bureau.

    How many were looked at.
    """
    row = session.get(ProcessBeat, _BEAT)
    told = row.detail if row else {}
    today = clock.today()
    if bureau_clock.is_making_past(session):
        return 0
    after = 0
    if told.get("on") == today.isoformat():
        if told.get("after") is None:
            return 0
        after = int(told["after"])
    ids = _suspects(session, after)
    for case_id in ids:
        _look_at(session, case_id)
    is_over = len(ids) < AT_ONCE
    beats.note(session, _BEAT, {"on": today.isoformat(), "after": None if is_over else ids[-1]})
    return len(ids)


def look_at_all(session: Session) -> int:
    """Look at every open evaluation at once; how many have changed."""
    return sum(_look_at(session, case_id) for case_id in _suspects(session, 0))


def _suspects(session: Session, after: int) -> list[int]:
    """Open evaluations that were barred, or whose household is transferred or assessed above."""
    transfer = aliased(Case)
    is_transferred = exists().where(
        transfer.taxpayer_id == Case.taxpayer_id,
        transfer.kind == CaseKind.TI,
        transfer.closed_at.is_(None),
    )
    is_higher = exists().where(HigherAssessment.taxpayer_id == Case.taxpayer_id)
    is_barred = Case.facts.has_key(contact_ban.BARRED)
    found = (
        select(Case.id)
        .where(
            Case.kind == CaseKind.TA,
            Case.closed_at.is_(None),
            Case.id > after,
            or_(is_transferred, is_higher, is_barred),
        )
        .order_by(Case.id)
        .limit(AT_ONCE)
    )
    return list(session.scalars(found))


def _look_at(session: Session, case_id: int) -> bool:
    case = cases.locked(session, case_id)
    if case.closed_at is not None:
        return False
    before = case.facts.get(contact_ban.BARRED)
    word = exclusions.bars_contact(session, case, limits.of_today(session))
    if word == before:
        return False
    cases.begin(case)
    rest = {name: value for name, value in case.facts.items() if name != contact_ban.BARRED}
    case.facts = rest if word is None else {**rest, contact_ban.BARRED: word}
    action = "case.contact_freed" if word is None else "case.contact_barred"
    payload = {"why": before if word is None else word, "on": clock.today().isoformat()}
    cases.put_on_record(session, CLOCKWORK, case, action=action, payload=payload)
    kind = NoticeKind.CONTACT_FREED if word is None else NoticeKind.CONTACT_BARRED
    to = (case.main_officer_id, case.second_officer_id)
    notices.tell(session, CLOCKWORK, case, kind=kind, to=to)
    return True
