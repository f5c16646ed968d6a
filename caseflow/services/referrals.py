"""Referrals 待立: cases that outcomes called for before their kind was deployed."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow.models import Referral
from caseflow.models.base import Json
from caseflow.services import cases, outbox
from caseflow.services.cases import linking
from caseflow.services.definitions import REFERRED
from caseflow.vocabulary import SYSTEM, CaseKind

_AT_ONCE = 50


def open_waiting(session: Session, payload: Json) -> None:
    """Open what waited for a kind, the oldest first, a share at a time."""
    kind = CaseKind(payload["kind"])
    waiting = session.scalars(
        select(Referral)
        .where(
            Referral.kind == kind,
            Referral.opened_case_id.is_(None),
            Referral.id > payload.get("after", 0),
        )
        .order_by(Referral.id)
        .limit(_AT_ONCE)
    ).all()
    for referral in waiting:
        _open(session, referral)
    if waiting:
        outbox.put(session, REFERRED, {"kind": kind.value, "after": waiting[-1].id})


def _open(session: Session, referral: Referral) -> None:
    origin = cases.locked(session, referral.case_id)
    cases.begin(origin)
    opened = linking.open_referral(session, referral)
    payload: Json = {"kind": str(referral.kind), "opened": opened.number if opened else None}
    cases.put_on_record(session, SYSTEM, origin, action="case.referral_opened", payload=payload)
