"""解除非正常户: a taxpayer asks in the hall, or a chief hears that it was identified wrongly.

Source: abnormal-household.md, "How it starts", road ``release``.
"""

from __future__ import annotations

import re
import unicodedata

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import policy
from caseflow.models import Case, Taxpayer
from caseflow.reckoning import identity_numbers
from caseflow.services import cases
from caseflow.vocabulary import Actor, CaseKind, Invalid, Role, Verb

_RELEASABLE = frozenset({"abnormal", "invalidated"})


def receive(session: Session, actor: Actor, *, tin: str) -> Case:
    """Begin the release of the household of that tax number; its reason is told at the first step.

    Raises:
        Forbidden: it is not for the actor's posts.
        Invalid: a number that cannot be right, or of no household of the actor's hall or section;
            a household that is not abnormal; one that has an open case of the kind.
    """
    policy.require(actor, Verb.RECEIVE_RELEASE)
    payer = _household(session, actor, _clean(tin))
    if payer.reg_status not in _RELEASABLE:
        raise Invalid("release_not_abnormal", taxpayer=payer.name)
    number = session.scalar(
        select(Case.number).where(
            Case.taxpayer_id == payer.id, Case.kind == CaseKind.AB, Case.closed_at.is_(None)
        )
    )
    if number is not None:
        raise Invalid("release_case_open", taxpayer=payer.name, number=number)
    return cases.open_by_hand(session, actor, payer, kind=CaseKind.AB, said={"entry": "release"})


def _clean(tin: str) -> str:
    """The number in capitals, full-width signs made narrow, without blanks and hyphens."""
    return re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", tin).upper())


def _household(session: Session, actor: Actor, tin: str) -> Taxpayer:
    held = {(post.role, post.unit_id) for post in actor.posts}
    payer = session.scalar(select(Taxpayer).where(Taxpayer.tin == tin))
    if payer is not None and held & {
        (Role.SERVICE_HALL, payer.district_id),
        (Role.SECTION_CHIEF, payer.section_id),
    }:
        return payer
    # Whether a household elsewhere has this number is not told.
    raise Invalid("tin_elsewhere" if identity_numbers.kinds_of(tin) else "tin_wrong")
