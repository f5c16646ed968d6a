"""拆分: doubts of a case that belong to another procedure go on in a case of their own."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import policy
from caseflow.models import Case, CaseLink, Definition, TaxWarning
from caseflow.services import cases, doubts, limits, notices, selection, sights
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
# Where doubts of a case of another kind may go on.
_ELSEWHERE = frozenset({CaseKind.WV, *selection.OWN_KINDS})


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
    kinds = _kinds_for(session, case, _doubts(session, case))
    if not any(kinds.values()):
        raise Conflict("nothing_to_split", number=case.number)
    return Offer(case, kinds)


def may_split(session: Session, actor: Actor, case: Case) -> bool:
    """Whether a case that somebody sees has doubts that the actor may split off, as it stands."""
    if not _has_post(actor, case) or _refusal(case) is not None:
        return False
    called = session.scalars(select(TaxWarning.kind).where(TaxWarning.case_id == case.id)).all()
    elsewhere = {kind.value for kind in _ELSEWHERE} - {case.kind.value}
    return len(called) > 1 and (case.kind is not CaseKind.WV or bool(elsewhere & {*called}))


def split(
    session: Session,
    actor: Actor,
    case_id: int,
    *,
    warning_ids: Collection[int],
    kind: str,
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
    offered = _kinds_for(session, case, chosen)
    wanted = next((each for each in CaseKind if each.value == kind), None)
    if wanted is None or any(wanted not in offered[each.id] for each in chosen):
        raise Invalid("split_kind", kind=kind)
    cases.begin(case)
    other = linking.split_off(session, actor, case, chosen, wanted)
    doubts.weigh(session, case)
    now = limits.of_today(session).now
    session.add(CaseLink(case_id=case.id, other_id=other.id, kind=SPLIT, at=now, ended_at=None))
    payload = {
        "to": other.number,
        "kind": wanted.value,
        "reason": reason.strip(),
        "warnings": sorted(each.fingerprint for each in chosen),
    }
    cases.put_on_record(session, actor, case, action="case.split", payload=payload)
    officers = [case.main_officer_id, case.second_officer_id]
    notices.tell(session, actor, case, kind=NoticeKind.SPLIT, to=officers, text=other.number)
    return other


def _kinds_for(
    session: Session, case: Case, warnings: Sequence[TaxWarning]
) -> dict[int, tuple[CaseKind, ...]]:
    """Where each doubt may go on: the kind that its indicator calls for, and a verification."""
    known = _ELSEWHERE - {case.kind}
    drawn = select(Definition.process).where(
        Definition.process.in_([PROCESSES[kind] for kind in known])
    )
    deployed = set(session.scalars(drawn.distinct()))
    open_to = {kind for kind in known if PROCESSES[kind] in deployed}
    return {
        each.id: tuple(
            kind for kind in dict.fromkeys((CaseKind(each.kind), CaseKind.WV)) if kind in open_to
        )
        for each in warnings
    }


def _doubts(session: Session, case: Case) -> Sequence[TaxWarning]:
    return session.scalars(
        select(TaxWarning).where(TaxWarning.case_id == case.id).order_by(TaxWarning.id)
    ).all()


def _require_splittable(session: Session, actor: Actor, case: Case) -> None:
    if not _has_post(actor, case):
        roles = sorted(role.value for role in policy.VERBS[Verb.SPLIT_CASE])
        raise Forbidden("not_your_post", verb=Verb.SPLIT_CASE, roles=roles)
    refusal = _refusal(case)
    if refusal is not None:
        raise refusal
    if len(_doubts(session, case)) < 2:  # noqa: PLR2004 - one stays, one goes
        raise Conflict("nothing_to_split", number=case.number)


def _has_post(actor: Actor, case: Case) -> bool:
    seats = policy.VERBS[Verb.SPLIT_CASE]
    units = (case.section_id, case.district_id)
    return any(post.role in seats and post.unit_id in units for post in actor.posts)


def _refusal(case: Case) -> Conflict | None:
    if case.closed_at is not None:
        return Conflict("case_over", number=case.number)
    # Lines that were prepared, or a conclusion handed in, speak of every doubt there was.
    if case.submitted_at is not None or "duty_lines" in case.facts:
        return Conflict("split_too_late", number=case.number)
    return None


def _seen(session: Session, actor: Actor, case_id: int) -> Case:
    case = session.get(Case, case_id)
    if case is None or not sights.sees(session, actor, case_id):
        raise NotFound("case", id=case_id)
    return case
