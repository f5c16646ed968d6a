"""Steps 5, 7b and 8: what the drawing asks of the house; the facts themselves follow as a job."""

from __future__ import annotations

from caseflow.models import Case
from caseflow.models.base import Json
from caseflow.services import notices, outbox
from caseflow.services.kinds.data_correction.request import origin_of
from caseflow.services.work import Work
from caseflow.vocabulary import NoticeKind, Outcome
from caseflow.vocabulary.choices.data_correction import DcTouched

LAYING = "facts_to_correct"
STANDING, REVERSED, ENDED = "standing", "reversed", "ended"
# After these the doubt of the case that waited is no data error.
_NOT_CORRECTED = frozenset({Outcome.NOT_CORRECTABLE, Outcome.REJECTED, Outcome.REVERSED})


def apply(work: Work, arguments: Json) -> Json:
    """5: the batch is laid over the facts as soon as this act is committed."""
    del arguments
    at = work.times.now.isoformat()
    work.case.facts = {**work.case.facts, "applied_at": at, "overlay": STANDING}
    outbox.put(work.session, LAYING, {"case": work.case.id, "way": "apply"})
    return {"lines": len(work.case.facts["lines"])}


def reverse(work: Work, arguments: Json) -> Json:
    """7b: a further batch gives the source's values back."""
    del arguments
    at = work.times.now.isoformat()
    work.case.facts = {**work.case.facts, "reversed_at": at, "overlay": REVERSED}
    outbox.put(work.session, LAYING, {"case": work.case.id, "way": "reverse"})
    return {"lines": len(work.case.facts["lines"])}


def tell_origin(work: Work, arguments: Json) -> Json:
    """8: the case that waits is told of the end; without a correction it concludes anew.

    One that is closed by then stays as it is and is proposed to the re-check plan, as at 6.
    """
    del arguments
    origin_id = origin_of(work.case)
    if origin_id is None:
        return {}
    origin = work.session.get_one(Case, origin_id)
    outcome = Outcome(work.case.facts["outcome"])
    text = f"{work.case.number}：{outcome.zh}。"
    if outcome in _NOT_CORRECTED:
        again = "疑点不属数据差错，请重新作出结论"
        text += "疑点不属数据差错，建议列入复查" if origin.closed_at else again
        if origin.closed_at:
            proposal = {"decision": DcTouched.RECHECK.value, "why": text}
            touched = {**work.case.facts.get("touched", {}), str(origin.id): proposal}
            work.case.facts = {**work.case.facts, "touched": touched}
    notices.tell(
        work.session,
        work.actor,
        origin,
        kind=NoticeKind.CORRECTION_ENDED,
        to=[origin.main_officer_id],
        text=text,
    )
    return {"case": origin.number, "outcome": outcome.value}
