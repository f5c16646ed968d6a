"""The gate with every effect that a drawing may ask for, the opening of other cases among them."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow.engine import Call, Step
from caseflow.models import Case, Referral
from caseflow.models.base import Json
from caseflow.services import effects, record
from caseflow.services.cases import directive_lines, gate, linking
from caseflow.services.cases.acts import Act
from caseflow.services.limits import Limits
from caseflow.services.work import Work
from caseflow.vocabulary import Actor, CaseKind


def apply(
    session: Session, actor: Actor, case: Case, step: Step, *, act: Act, times: Limits
) -> record.Receipt:
    """Store what a step of the engine did to a case with its effects, as ``gate.store``."""
    return gate.store(session, actor, case, step, act=act, times=times, do=_do)


def _do(work: Work, call: Call) -> Json:
    if call.verb == effects.REFER:
        return effects.told_of(call, _refer(work, call.arguments))
    if call.verb == effects.OPEN_LINES:
        return effects.told_of(call, directive_lines.open_lines(work, call.arguments))
    return effects.do(work, call)


def _refer(work: Work, arguments: Json) -> Json:
    """Open the case that the outcome calls for; until its kind is deployed it waits (待立).

    What is said beside ``kind`` are variables that the new case begins with, such as ``entry``.
    """
    kind = CaseKind(arguments["kind"])
    said = record.plain({name: value for name, value in arguments.items() if name != "kind"})
    if _is_referred(work, kind, said):
        return {"kind": str(kind), "referred": True}
    opened = linking.open_from(work.session, work.case, kind, said)
    work.session.add(
        Referral(
            case_id=work.case.id,
            kind=kind,
            reason=_reason(work, kind),
            said=said,
            created_at=work.times.now,
            opened_case_id=opened.id if opened else None,
        )
    )
    told: Json = {"kind": str(kind), **said}
    return {**told, "opened": opened.number} if opened else told


def _reason(work: Work, kind: CaseKind) -> str:
    """The outcome that calls for the case; a correction is called for by its own name."""
    if kind is CaseKind.DC:
        return "data_correction"
    return str(work.case.facts.get("outcome", ""))


def _is_referred(work: Work, kind: CaseKind, said: Json) -> bool:
    """Whether this very case was called for before, as when an outcome is carried out again."""
    found = select(Referral.id).where(
        Referral.case_id == work.case.id, Referral.kind == kind, Referral.said == said
    )
    return work.session.scalar(found.limit(1)) is not None
