"""The candidates of a plan as rows: listed, proposed, judged anew, and what is still to be said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from caseflow import clock, policy
from caseflow.engine import Process
from caseflow.models import Case, EvaluationPlan, PlanObject, Post, Taxpayer, TaxWarning, Unit
from caseflow.models.base import among
from caseflow.services.kinds.evaluation_plan import candidates, exclusions
from caseflow.services.kinds.evaluation_plan.candidates import Candidate
from caseflow.services.kinds.evaluation_plan.exclusions import Asked, Hit, Verdict
from caseflow.services.limits import Limits
from caseflow.vocabulary import CaseKind, Role
from caseflow.vocabulary.choices import Tax
from caseflow.vocabulary.choices.plan import (
    PlanChoice,
    PlanEligibility,
    PlanKind,
    PlanReason,
)

SHORTEST, LONGEST = 10, 500
# The table itself keeps these out: nobody has to give a reason for it.
_OUT = frozenset(
    {
        PlanEligibility.UNDER_INSPECTION,
        PlanEligibility.HIGHER_ASSESSMENT,
        PlanEligibility.ASSESSED_12M,
        PlanEligibility.NOT_ASSESSABLE,
    }
)
_TAX_OF: Mapping[str, Tax] = {
    "CIT": Tax.CIT,
    "CTX": Tax.CONSUMPTION_TAX,
    "EXP": Tax.EXPORT_REFUND,
}


@dataclass(frozen=True, slots=True)
class Quota:
    """How many evaluations a section may be sent this month, and how many it has been sent."""

    section_id: int
    people: int
    most: int
    opened: int

    @property
    def left(self) -> int:
        """How many more it may be sent."""
        return max(self.most - self.opened, 0)


def of(session: Session, case_id: int) -> list[PlanObject]:
    """The candidates of a plan in their order."""
    found = select(PlanObject).where(PlanObject.case_id == case_id)
    return list(session.scalars(found.order_by(PlanObject.number)))


def included(session: Session, case_id: int) -> list[PlanObject]:
    """The objects that are in the plan, as far as the leader has not struck them off."""
    return [
        row
        for row in of(session, case_id)
        if row.decision == PlanChoice.INCLUDE and row.struck_reason is None
    ]


def gather(session: Session, plan: EvaluationPlan, process: Process, times: Limits) -> int:
    """List the candidates, those that came since too, and propose a decision for the new ones.

    What was decided stays; gives how many are new.
    """
    pool = candidates.gather(session, plan, times=times)
    plan.unlisted = pool.unlisted
    known = {row.taxpayer_id: row for row in of(session, plan.case_id)}
    verdicts = _judged(session, process, pool.candidates, times)
    last = max((row.number for row in known.values()), default=0)
    added: list[PlanObject] = []
    for candidate in pool.candidates:
        verdict = verdicts[candidate.taxpayer_id]
        row = known.get(candidate.taxpayer_id)
        if row is None:
            row = _row(plan.case_id, last + len(added) + 1, candidate, verdict, times)
            session.add(row)
            added.append(row)
        else:
            _tell(row, candidate, verdict)
    session.flush()  # the proposals are counted over all rows
    _propose(session, plan, added, times)
    return len(added)


def add(
    session: Session, case: Case, process: Process, taxpayer: Taxpayer, times: Limits
) -> PlanObject:
    """Put a household in by hand."""
    candidate = candidates.of_household(session, taxpayer)
    verdict = _judged(session, process, [candidate], times)[taxpayer.id]
    top = select(func.max(PlanObject.number)).where(PlanObject.case_id == case.id)
    row = _row(case.id, (session.scalar(top) or 0) + 1, candidate, verdict, times)
    session.add(row)
    session.flush()  # the page names it by its id
    return row


def judge_again(
    session: Session, process: Process, objects: Sequence[PlanObject], times: Limits
) -> list[PlanObject]:
    """Ask the table of exclusions again; gives those that may not be assessed any more."""
    verdicts = exclusions.judge(session, process, _asked(session, objects), times=times)
    out = []
    for row in objects:
        verdict = verdicts[row.taxpayer_id]
        row.eligibility = verdict.eligibility
        row.doubts, row.dropped = list(verdict.doubts), list(verdict.dropped)
        if verdict.eligibility != PlanEligibility.ELIGIBLE:
            out.append(row)
    return out


def quotas(session: Session, district_id: int, times: Limits) -> Mapping[int, Quota]:
    """The quota of each section of a district this month."""
    each = int(times.value("ta_quota"))
    begin = clock.start_of(times.today.replace(day=1))
    sections = session.scalars(
        select(Unit.id)
        .where(Unit.parent_id == district_id, Unit.valid_to.is_(None))
        .order_by(Unit.code)
    ).all()
    people = dict(
        session.execute(
            select(Post.unit_id, func.count(Post.user_id.distinct()))
            .where(
                among(Post.unit_id, sections),
                Post.role == Role.TAX_ADMINISTRATOR,
                policy.held_today(),
            )
            .group_by(Post.unit_id)
        ).all()
    )
    opened = dict(
        session.execute(
            select(Case.section_id, func.count())
            .where(
                among(Case.section_id, sections),
                Case.kind == CaseKind.TA,
                Case.opened_at >= begin,
            )
            .group_by(Case.section_id)
        ).all()
    )
    return {
        section: Quota(
            section, people.get(section, 0), each * people.get(section, 0), opened.get(section, 0)
        )
        for section in sections
        if section in people or section in opened
    }


def over_quota(
    objects: Iterable[PlanObject], quota: Mapping[int, Quota]
) -> Mapping[int, tuple[int, int]]:
    """Sections to which more objects go than are left: how many, and how many there were left."""
    planned = Counter(
        row.section_id
        for row in objects
        if row.decision == PlanChoice.INCLUDE and row.struck_reason is None
    )
    left = {section: quota[section].left if section in quota else 0 for section in planned}
    return {
        section: (count, left[section])
        for section, count in sorted(planned.items())
        if count > left[section]
    }


def current_year(times: Limits) -> int:
    """The year whose periods are assessed first: that of the last month filed for.

    The month before this one is filed for in this one; so in January it is last year's.
    """
    return exclusions.months_before(times.today, 1).year


def missing(row: PlanObject, times: Limits) -> Mapping[str, str]:
    """What is still to be said of a candidate, by field; nothing: it is complete."""
    if row.decision is None:
        return {"decision": "plan_undecided"}
    wanted: dict[str, str] = {}
    eligible = row.eligibility == PlanEligibility.ELIGIBLE
    is_in = row.decision == PlanChoice.INCLUDE
    if is_in and not eligible:
        wanted["decision"] = "plan_not_eligible"
    by_hand = PlanReason.BY_HAND in row.reasons
    left_out = row.is_mandatory and row.decision == PlanChoice.KEEP_IN_POOL and eligible
    excluded = row.decision == PlanChoice.EXCLUDE and row.eligibility not in _OUT
    if (left_out or excluded or by_hand) and not _is_reason(row.reason):
        wanted["reason"] = "plan_reason"
    if is_in and not row.taxes:
        wanted["taxes"] = "plan_taxes"
    is_old = is_in and row.period_from // 100 < current_year(times)
    if is_old and not _is_reason(row.period_reason):
        wanted["period_reason"] = "plan_period_reason"
    return wanted


def _is_reason(text: str | None) -> bool:
    return text is not None and SHORTEST <= len(text.strip()) <= LONGEST


def _judged(
    session: Session, process: Process, found: Sequence[Candidate], times: Limits
) -> Mapping[int, Verdict]:
    asked = [Asked(each.taxpayer_id, each.hits, _months(each.hits, times)) for each in found]
    return exclusions.judge(session, process, asked, times=times)


def _asked(session: Session, objects: Sequence[PlanObject]) -> list[Asked]:
    """What is asked of the table of exclusions about objects, with the hits that they came with."""
    ids = [hit for row in objects for hit in (*row.doubts, *row.dropped)]
    found = session.execute(
        select(TaxWarning.id, TaxWarning.indicator, TaxWarning.period).where(
            among(TaxWarning.id, ids)
        )
    )
    hit_of = {row.id: Hit(*row) for row in found}
    return [
        Asked(
            row.taxpayer_id,
            [hit_of[hit] for hit in sorted({*row.doubts, *row.dropped})],
            (row.period_from, row.period_to),
        )
        for row in objects
    ]


def _months(hits: Sequence[Hit], times: Limits) -> tuple[int, int]:
    """The months that hits are of; of none, the last month that was filed for."""
    months = [exclusions.months_of(hit.period) for hit in hits]
    if not months:
        before = exclusions.months_before(times.today, 1)
        month = before.year * 100 + before.month
        if not exclusions.is_over(month, times):
            before = exclusions.months_before(times.today, 2)
            month = before.year * 100 + before.month
        return month, month
    return min(each[0] for each in months), max(each[1] for each in months)


def _row(
    case_id: int, number: int, candidate: Candidate, verdict: Verdict, times: Limits
) -> PlanObject:
    first, last = _months(candidate.hits, times)
    row = PlanObject(
        case_id=case_id,
        number=number,
        taxpayer_id=candidate.taxpayer_id,
        section_id=candidate.section_id,
        period_from=first,
        period_to=last,
        taxes=_taxes(candidate.hits),
        priority="normal",
        is_changed=False,
        decision=None,
        reason=None,
    )
    _tell(row, candidate, verdict)
    return row


def _tell(row: PlanObject, candidate: Candidate, verdict: Verdict) -> None:
    by_hand = [each for each in row.reasons or [] if each == PlanReason.BY_HAND]
    row.reasons = list(dict.fromkeys([*(str(each) for each in candidate.reasons), *by_hand]))
    row.score = candidate.score
    row.is_mandatory, row.is_key_source = candidate.is_mandatory, candidate.is_key_source
    row.indicators = sorted({hit.indicator for hit in candidate.hits})
    row.eligibility = verdict.eligibility
    row.doubts, row.dropped = list(verdict.doubts), list(verdict.dropped)


def _taxes(hits: Sequence[Hit]) -> list[str]:
    """The taxes that the indicators speak of; most speak of value-added tax."""
    found = {_TAX_OF.get(hit.indicator.partition("-")[0], Tax.VAT) for hit in hits}
    return sorted(tax.value for tax in found or {Tax.VAT})


def _propose(
    session: Session, plan: EvaluationPlan, added: Sequence[PlanObject], times: Limits
) -> None:
    """Propose the first of the order as long as their sections have room.

    Nothing is proposed for what needs a reason: somebody has to say it.
    """
    planned = Counter(row.section_id for row in included(session, plan.case_id))
    quota = quotas(session, plan.district_id, times)
    most = None
    if plan.kind == PlanKind.CAMPAIGN:
        most = -(-len(added) * int(plan.share or 0) // 100)
    for row in added:
        if row.eligibility in _OUT:
            row.decision = PlanChoice.EXCLUDE.value
            continue
        if row.eligibility != PlanEligibility.ELIGIBLE:
            row.decision = PlanChoice.KEEP_IN_POOL.value
            continue
        left = quota[row.section_id].left if row.section_id in quota else 0
        has_room = planned[row.section_id] < left and (most is None or most > 0)
        if has_room:
            row.decision = PlanChoice.INCLUDE.value
            planned[row.section_id] += 1
            most = None if most is None else most - 1
        elif not row.is_mandatory:
            row.decision = PlanChoice.KEEP_IN_POOL.value
