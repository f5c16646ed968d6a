"""拆分: doubts of a case that belong to another procedure go on in a case of their own."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import policy
from caseflow.models import Case, CaseLink, TaxWarning
from caseflow.services import cases, definitions, doubts, limits, notices, selection, sights
from caseflow.services.cases import linking
from caseflow.vocabulary import (
    Actor,
    CaseKind,
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    NoticeKind,
    Verb,
)
from caseflow.vocabulary.kinds import PROCESSES

SHORTEST_REASON, LONGEST_REASON = 10, 500
SPLIT = "split_off"


@dataclass(frozen=True, slots=True)
class Offer:
    """The doubts of a case, and the kinds of case in which each could go on."""

    case: Case
    kinds: dict[int, tuple[CaseKind, ...]]


def offer(session: Session, actor: Actor, case_id: int) -> Offer:
    """What could be split off; nothing is done.

    Raises:
        NotFound: the case does not exist for the actor; Forbidden: no post of the actor may.
        Conflict: it is closed or concluded, has a single doubt, or none could go on elsewhere.
    """
    case = _seen(session, actor, case_id)
    _require_splittable(session, actor, case)
    warnings = _doubts(session, case)
    kinds = {each.id: _kinds_for(session, case, each) for each in warnings}
    if not any(kinds.values()):
        raise Conflict("nothing_to_split", number=case.number)
    return Offer(case, kinds)


def may_split(session: Session, actor: Actor, case: Case) -> bool:
    """Whether somebody may split doubts off this case, as it stands."""
    try:
        offer(session, actor, case.id)
    except (NotFound, Forbidden, Conflict):
        return False
    return True


def split(
    session: Session,
    actor: Actor,
    case_id: int,
    *,
    warning_ids: Collection[int],
    kind: CaseKind,
    reason: str,
) -> Case:
    """Let doubts go on in the household's open case of another kind, or in a new one.

    Raises:
        NotFound, Forbidden, Conflict: as ``offer``.
        Invalid: the reason; no doubt or every doubt chosen; a kind to which one does not belong.
    """
    case = cases.locked(session, _seen(session, actor, case_id).id)
    _require_splittable(session, actor, case)
    if not SHORTEST_REASON <= len(reason.strip()) <= LONGEST_REASON:
        raise Invalid("reason_length", shortest=SHORTEST_REASON, longest=LONGEST_REASON)
    every = _doubts(session, case)
    chosen = [each for each in every if each.id in set(warning_ids)]
    if not chosen or len(chosen) != len(set(warning_ids)):
        raise Invalid("split_which")
    if len(chosen) == len(every):
        raise Invalid("split_all")
    if any(kind not in _kinds_for(session, case, each) for each in chosen):
        raise Invalid("split_kind", kind=kind)
    cases.begin(case)
    other = linking.split_off(session, actor, case, chosen, kind)
    doubts.weigh(session, case)
    now = limits.of_today(session).now
    session.add(CaseLink(case_id=case.id, other_id=other.id, kind=SPLIT, at=now, ended_at=None))
    payload = {
        "to": other.number,
        "kind": str(kind),
        "reason": reason.strip(),
        "warnings": sorted(each.fingerprint for each in chosen),
    }
    cases.put_on_record(session, actor, case, action="case.split", payload=payload)
    officers = [case.main_officer_id, case.second_officer_id]
    notices.tell(session, actor, case, kind=NoticeKind.SPLIT, to=officers, text=other.number)
    return other


def _kinds_for(session: Session, case: Case, warning: TaxWarning) -> tuple[CaseKind, ...]:
    """Where a doubt may go on: the kind that its indicator calls for, and a verification."""
    called = CaseKind(warning.kind)
    wanted = [each for each in selection.OWN_KINDS if each is called]
    wanted.append(CaseKind.WV)
    return tuple(
        kind
        for kind in wanted
        if kind is not case.kind and definitions.newest(session, PROCESSES[kind]) is not None
    )


def _doubts(session: Session, case: Case) -> Sequence[TaxWarning]:
    return session.scalars(
        select(TaxWarning).where(TaxWarning.case_id == case.id).order_by(TaxWarning.id)
    ).all()


def _require_splittable(session: Session, actor: Actor, case: Case) -> None:
    seats = policy.VERBS[Verb.SPLIT_CASE]
    units = (case.section_id, case.district_id)
    if not any(post.role in seats and post.unit_id in units for post in actor.posts):
        roles = sorted(role.value for role in seats)
        raise Forbidden("not_your_post", verb=Verb.SPLIT_CASE, roles=roles)
    if case.closed_at is not None:
        raise Conflict("case_over", number=case.number)
    # Lines that were prepared, or a conclusion handed in, speak of every doubt there was.
    if case.submitted_at is not None or "duty_lines" in case.facts:
        raise Conflict("split_too_late", number=case.number)
    if len(_doubts(session, case)) < 2:  # noqa: PLR2004 - one stays, one goes
        raise Conflict("nothing_to_split", number=case.number)


def _seen(session: Session, actor: Actor, case_id: int) -> Case:
    case = session.get(Case, case_id)
    if case is None or not sights.sees(session, actor, case_id):
        raise NotFound("case", id=case_id)
    return case
