"""Evaluation plans beside their steps: begun by the month or by hand, edited, and carried out.

A district has one monthly plan a month: it begins when a run is accepted, else a few working days
before the month ends. A supplement and a campaign of one trade are begun by hand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from secrets import randbelow

import orjson
from sqlalchemy import ColumnElement, and_, exists, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased

from caseflow import clock, policy
from caseflow.models import (
    Case,
    CaseLink,
    EvaluationPlan,
    HigherAssessment,
    PlanObject,
    Task,
    Taxpayer,
    TaxWarning,
    Unit,
)
from caseflow.models.base import Json, among
from caseflow.services import cases, definitions, doubts, limits, outbox, record, tasks
from caseflow.services.cases import Doubt, Wish, advancing, linking, opening
from caseflow.services.kinds.evaluation_plan import calling, rows
from caseflow.services.limits import Limits
from caseflow.vocabulary import (
    SYSTEM,
    Actor,
    CaseKind,
    Forbidden,
    Invalid,
    NotFound,
    Role,
    TaskStatus,
    UnitLevel,
    Verb,
    WarningStatus,
)
from caseflow.vocabulary.choices import Tax
from caseflow.vocabulary.choices.plan import (
    PlanChoice,
    PlanEligibility,
    PlanKind,
    PlanPriority,
    PlanReason,
)
from caseflow.vocabulary.kinds import PROCESSES

# Later work: begin the monthly plan of each of these districts, one in each transaction.
BEGINNING = "plans.begin"
DRAFTING = frozenset({"draft", "draft_own"})
APPROVING = "approve"
_FIRST_DAY = 10  # before it no month is five working days from its end
_SEEDS = 2**31 - 1
_PROCESS = PROCESSES[CaseKind.EP]
_MONTHLY = "uq_evaluation_plans_monthly"
_EARLIEST = 190001


@dataclass(frozen=True, slots=True)
class Trade:
    """What a campaign is of: a trade by its code, months, a paper on the method, a share."""

    industry: str
    period_from: int
    period_to: int
    method_paper: str
    share: int


@dataclass(frozen=True, slots=True)
class Edit:
    """What is said of one candidate; the leader strikes off by a reason."""

    object_id: int
    decision: str | None
    reason: str
    section_id: int
    taxes: tuple[str, ...]
    period_from: int
    period_to: int
    period_reason: str
    priority: str
    is_struck: bool = False
    struck_reason: str = ""


def is_deployed(session: Session) -> bool:
    """Whether plans are made in this house."""
    return definitions.newest(session, _PROCESS) is not None


def begin_all(session: Session) -> None:
    """A run was accepted: each district gets its plan of the month, or its new candidates."""
    if is_deployed(session):
        outbox.put(session, BEGINNING, {"districts": [each.id for each in districts(session)]})


def begin_due(session: Session) -> int:
    """Begin the next monthly plan that is due, ``ta_plan`` working days before the month ends."""
    today = clock.today()
    if today.day < _FIRST_DAY:
        return 0
    district_id = session.scalar(
        select(Unit.id).where(_plans(), ~_has_plan(_month(today))).order_by(Unit.code).limit(1)
    )
    if district_id is None or not is_deployed(session):
        return 0
    times = limits.of_today(session)
    last = _last_working_day(times)
    left = times.calendar.working_days_between(today, last)
    if today > last or left > int(times.value("ta_plan")):
        return 0
    return 0 if begin_monthly(session, district_id) is None else 1


def begin_some(session: Session, payload: Json) -> None:
    """Begin the plan of the first of the districts, and leave the others for later."""
    first, *others = payload["districts"]
    if begin_monthly(session, int(first)) is None:
        _gather_again(session, int(first))
    if others:
        outbox.put(session, BEGINNING, {"districts": others})


def begin_monthly(session: Session, district_id: int) -> Case | None:
    """Begin the plan of the month for a district; None: it has one."""
    month = _month(clock.today())
    here = EvaluationPlan.district_id == district_id
    if session.scalar(select(_has_plan(month, here))):
        return None
    unit = session.get_one(Unit, district_id)
    plan = EvaluationPlan(district_id=district_id, month=month, kind=PlanKind.MONTHLY.value)
    try:
        with session.begin_nested():
            return _open(session, SYSTEM, unit, plan, drafter="city")
    except IntegrityError as error:
        if _MONTHLY in str(error.orig):
            return None  # somebody was faster
        raise


def districts(session: Session) -> Sequence[Unit]:
    """The districts for which plans are made: a branch without sections has no households."""
    return session.scalars(select(Unit).where(_plans()).order_by(Unit.code)).all()


def begin_by_hand(
    session: Session, actor: Actor, district_id: int | None, kind: PlanKind, trade: Trade | None
) -> Case:
    """Begin a supplement or a campaign; the information post for its own district alone.

    Raises:
        Forbidden: no post of the actor drafts plans, or it is another district's.
        Invalid: a branch without sections; the trade, its months or share; ``fields`` names the
            places.
        NotFound: there is no such district, or no process is deployed for plans.
    """
    policy.require(actor, Verb.DRAFT_PLAN)
    if kind is PlanKind.MONTHLY or (kind is PlanKind.CAMPAIGN) != (trade is not None):
        raise Invalid("answers", fields={"kind": ("not_a_valid_choice", {})})
    unit, drafter = _district_of(session, actor, district_id)
    if unit.id not in {each.id for each in districts(session)}:
        raise Invalid("answers", fields={"district": ("plan_no_sections", {})})
    plan = EvaluationPlan(district_id=unit.id, month=_month(clock.today()), kind=kind.value)
    if trade is not None:
        _require_trade(trade)
        plan.industry, plan.share = trade.industry, trade.share
        plan.period_from, plan.period_to = trade.period_from, trade.period_to
        plan.method_paper = trade.method_paper.strip() or None
    return _open(session, actor, unit, plan, drafter=drafter)


def save(
    session: Session,
    actor: Actor,
    task_id: int,
    edits: Sequence[Edit],
    quota_reasons: Mapping[int, str],
    *,
    may_lack: bool = False,
) -> int:
    """Keep what is said of candidates, by whoever has the plan on the desk; gives how many.

    Drafting: a row that lacks what it needs is refused, unless it ``may_lack`` it for now.
    Deciding: the leader strikes off with a reason, or changes section, taxes, months and priority.

    Raises:
        NotFound, Forbidden, Stale: as of every step on a desk.
        Invalid: ``fields``: ``<object>-<field>`` -> code of the refusal; nothing is kept then.
    """
    case, task, actor = _on_desk(session, actor, task_id)
    plan = session.get_one(EvaluationPlan, case.id)
    times = limits.of_today(session)
    known = {row.id: row for row in rows.of(session, case.id)}
    sections = set(rows.quotas(session, plan.district_id, times))
    is_draft = task.element in DRAFTING
    refused: dict[str, tuple[str, Json]] = {}
    changed: dict[int, Json] = {}
    for edit in edits:
        row = known.get(edit.object_id)
        if row is None:
            raise NotFound("task", id=task_id)
        before = _said(row)
        lacks = _shape(edit, sections | {row.section_id})
        if not lacks:
            lacks = _draft(row, edit, times) if is_draft else _decide(row, edit, times)
        if may_lack:
            lacks = {place: code for place, code in lacks.items() if code not in _FOR_NOW}
        refused |= {f"{row.id}-{place}": (code, _VALUES) for place, code in lacks.items()}
        if (after := _said(row)) != before:
            changed[row.number] = {
                name: said for name, said in after.items() if said != before[name]
            }
    refused |= _take_quota_reasons(plan, quota_reasons)
    if refused:
        raise Invalid("answers", fields=refused)
    cases.begin(case)
    action = "plan.drafted" if is_draft else "plan.decided"
    payload: Json = {
        "count": len(changed),
        "rows": _alike(changed),
        "quota_reasons": plan.quota_reasons,
    }
    cases.put_on_record(session, actor, case, action=action, payload=payload)
    return len(changed)


def gather_again(session: Session, actor: Actor, task_id: int) -> int:
    """Put into the list who has become a candidate since; gives how many."""
    case, task, actor = _on_desk(session, actor, task_id)
    if task.element not in DRAFTING:
        raise NotFound("task", id=task_id)
    return _gather(session, actor, case)


def add(session: Session, actor: Actor, task_id: int, tin: str, reason: str) -> PlanObject:
    """Put a household of the district in by hand, for a reason.

    Raises:
        Invalid: nobody of the district has this number, it is in the list, or no reason.
    """
    case, task, actor = _on_desk(session, actor, task_id)
    if task.element not in DRAFTING:
        raise NotFound("task", id=task_id)
    payer = _payer(session, case, tin)
    if not rows.SHORTEST <= len(reason.strip()) <= rows.LONGEST:
        raise Invalid("answers", fields={"add_reason": ("plan_reason", _VALUES)})
    is_in = select(PlanObject.id).where(
        PlanObject.case_id == case.id, PlanObject.taxpayer_id == payer.id
    )
    if session.scalar(is_in) is not None:
        raise Invalid("answers", fields={"tin": ("plan_already_in", {})})
    cases.begin(case)
    process = definitions.process_of(session, case.definition_id)
    row = rows.add(session, case, process, payer, limits.of_today(session))
    row.reason = reason.strip()
    is_eligible = row.eligibility == PlanEligibility.ELIGIBLE
    row.decision = (PlanChoice.INCLUDE if is_eligible else PlanChoice.KEEP_IN_POOL).value
    payload: Json = {"number": row.number, "tin": payer.tin, "reason": row.reason}
    cases.put_on_record(session, actor, case, action="plan.household_added", payload=payload)
    return row


def note_higher(  # noqa: PLR0913 - one row, said at once
    session: Session, actor: Actor, task_id: int, *, tin: str, first: int, last: int, source: str
) -> HigherAssessment:
    """Note that a higher level assesses a household for some months: no plan takes it then.

    Raises:
        Invalid: the number, the months, or the paper that says so.
    """
    case, _, actor = _on_desk(session, actor, task_id)
    payer = _payer(session, case, tin)
    if not _is_month(first) or not _is_month(last) or first > last:
        raise Invalid("answers", fields={"higher_from": ("plan_months", {})})
    if not rows.SHORTEST <= len(source.strip()) <= rows.LONGEST:
        raise Invalid("answers", fields={"source": ("plan_reason", _VALUES)})
    row = HigherAssessment(
        taxpayer_id=payer.id,
        period_from=first,
        period_to=last,
        source=source.strip(),
        noted_by=actor.user_id,
        noted_at=clock.now(),
    )
    session.add(row)
    payload: Json = {"tin": payer.tin, "from": first, "to": last, "source": row.source}
    record.append(
        session, actor, "sys:households", action="household.higher_assessment", payload=payload
    )
    session.flush()  # the table of exclusions reads it
    cases.begin(case)
    process = definitions.process_of(session, case.definition_id)
    found = [row for row in rows.of(session, case.id) if row.taxpayer_id == payer.id]
    rows.judge_again(session, process, found, limits.of_today(session))
    cases.put_on_record(
        session, actor, case, action="plan.judged_again", payload={"tin": payer.tin}
    )
    return row


def open_share(session: Session, payload: Json) -> None:
    """4: open the next evaluations of a signed plan; with the last one the plan goes on.

    What may not be assessed any more, or cannot be opened, is told in its row and holds up nobody.
    """
    case = cases.locked(session, int(payload["case"]))
    waiting = [
        row
        for row in rows.included(session, case.id)
        if row.evaluation_id is None and row.refused is None
    ]
    share = waiting[: opening.OPENED_AT_ONCE]
    if share:
        _open_objects(session, case, share, left=len(waiting) - len(share))
    if len(waiting) > len(share):
        outbox.put(session, calling.OPENING, payload)
        return
    _tell_opened(session, case.id)


_VALUES: Json = {"least": rows.SHORTEST, "most": rows.LONGEST}
# Bytes of changes that the event of a plan tells, beside the reasons for its quotas.
_MOST_TOLD = record.LONGEST_PAYLOAD // 2
# What may be said later, before the plan is handed in.
_FOR_NOW = frozenset({"plan_undecided", "plan_reason", "plan_period_reason", "plan_taxes"})


def _open(
    session: Session, actor: Actor, unit: Unit, plan: EvaluationPlan, *, drafter: str
) -> Case:
    times = limits.of_today(session)
    plan.seed = randbelow(_SEEDS)
    plan.quota_reasons, plan.unlisted = {}, 0
    due_at = times.working_days("ta_plan")
    last = clock.end_of(_last_working_day(times))
    if times.now < last < due_at:
        due_at = last
    year, month = divmod(plan.month, 100)
    title = f"{unit.short_name} {year} 年 {month} 月{PlanKind(plan.kind).zh}"
    wish = Wish(
        taxpayer_id=None,
        district_id=unit.id,
        district_code=unit.code,
        section_id=unit.id,
        doubts=(),
        score=doubts.score_of(()),
        grade=doubts.grade_of(doubts.score_of(())),
        is_ti=False,
        title=title,
        said={"drafter": drafter, "plan_due": due_at.isoformat(), "plan_kind": plan.kind},
    )

    def keep(session: Session, case: Case, wish: Wish) -> None:
        del wish
        plan.case_id = case.id
        session.add(plan)
        session.flush()  # the pool is gathered by it as the drawing begins

    return opening.open_wish(session, actor, wish, kind=CaseKind.EP, before=keep)


def _gather_again(session: Session, district_id: int) -> None:
    """New hits join the monthly plan that is still being drafted."""
    case_id = session.scalar(
        select(Task.case_id)
        .join(EvaluationPlan, EvaluationPlan.case_id == Task.case_id)
        .where(
            EvaluationPlan.district_id == district_id,
            EvaluationPlan.month == _month(clock.today()),
            EvaluationPlan.kind == PlanKind.MONTHLY,
            Task.element.in_(DRAFTING),
            Task.status == TaskStatus.OPEN,
        )
    )
    if case_id is not None:
        _gather(session, SYSTEM, cases.locked(session, case_id))


def _gather(session: Session, actor: Actor, case: Case) -> int:
    plan = session.get_one(EvaluationPlan, case.id)
    process = definitions.process_of(session, case.definition_id)
    cases.begin(case)
    count = rows.gather(session, plan, process, limits.of_today(session))
    payload: Json = {"candidates": count, "unlisted": plan.unlisted}
    cases.put_on_record(session, actor, case, action="plan.gathered", payload=payload)
    return count


def _on_desk(session: Session, actor: Actor, task_id: int) -> tuple[Case, Task, Actor]:
    """The step of a plan on the actor's desk, taken if nobody has it, and its locked case."""
    case, task, actor = tasks.taken_on_desk(session, actor, task_id)
    if case.kind is not CaseKind.EP:
        raise NotFound("task", id=task_id)
    return case, task, actor


def _district_of(session: Session, actor: Actor, district_id: int | None) -> tuple[Unit, str]:
    if Role.POST_ANALYSIS in actor.roles:
        unit = session.get(Unit, district_id or 0)
        if unit is None or unit.level is not UnitLevel.DISTRICT:
            raise Invalid("answers", fields={"district": ("not_a_valid_choice", {})})
        return unit, "city"
    seat = next(post for post in actor.posts if post.role is Role.POST_INFO_ADMIN)
    if district_id not in (None, seat.unit_id):
        raise Forbidden("not_your_post", verb=Verb.DRAFT_PLAN, roles=[Role.POST_ANALYSIS.value])
    return session.get_one(Unit, seat.unit_id), "district"


def _require_trade(trade: Trade) -> None:
    fields: dict[str, tuple[str, Json]] = {}
    if not (trade.industry.isdigit() and 2 <= len(trade.industry) <= 4):  # noqa: PLR2004 - GB/T 4754
        fields["industry"] = ("plan_industry", {})
    if not _is_month(trade.period_from) or not _is_month(trade.period_to):
        fields["period_from"] = ("plan_months", {})
    elif trade.period_from > trade.period_to:
        fields["period_to"] = ("plan_months", {})
    if not 1 <= trade.share <= 100:  # noqa: PLR2004 - percent
        fields["share"] = ("plan_share", {})
    if fields:
        raise Invalid("answers", fields=fields)


def _shape(edit: Edit, sections: set[int]) -> dict[str, str]:
    """What cannot be kept in a row at all."""
    lacks: dict[str, str] = {}
    if edit.section_id not in sections:
        lacks["section"] = "not_a_valid_choice"
    if not {*edit.taxes} <= {tax.value for tax in Tax}:
        lacks["taxes"] = "not_a_valid_choice"
    if edit.priority not in {each.value for each in PlanPriority}:
        lacks["priority"] = "not_a_valid_choice"
    if edit.decision is not None and edit.decision not in {each.value for each in PlanChoice}:
        lacks["decision"] = "not_a_valid_choice"
    is_span = _is_month(edit.period_from) and _is_month(edit.period_to)
    if not is_span or edit.period_from > edit.period_to:
        lacks["period"] = "plan_months"
    texts = {
        "reason": edit.reason,
        "period_reason": edit.period_reason,
        "struck_reason": edit.struck_reason,
    }
    for place, text in texts.items():
        if len(text) > rows.LONGEST:
            lacks[place] = "plan_reason"
    return lacks


def _draft(row: PlanObject, edit: Edit, times: Limits) -> dict[str, str]:
    row.decision = edit.decision
    row.reason = edit.reason.strip() or None
    _place(row, edit)
    return dict(rows.missing(row, times))


def _decide(row: PlanObject, edit: Edit, times: Limits) -> dict[str, str]:
    if row.decision != PlanChoice.INCLUDE:
        return {}
    if edit.is_struck:
        row.struck_reason = edit.struck_reason.strip()
        is_reason = len(row.struck_reason) >= rows.SHORTEST
        return {} if is_reason else {"struck_reason": "plan_reason"}
    row.struck_reason = None
    before = _said(row)
    _place(row, edit)
    row.is_changed = row.is_changed or _said(row) != before
    return dict(rows.missing(row, times))


def _place(row: PlanObject, edit: Edit) -> None:
    row.section_id, row.taxes, row.priority = edit.section_id, list(edit.taxes), edit.priority
    row.period_from, row.period_to = edit.period_from, edit.period_to
    row.period_reason = edit.period_reason.strip() or None


def _said(row: PlanObject) -> Json:
    return {
        "decision": row.decision,
        "reason": row.reason,
        "section": row.section_id,
        "taxes": list(row.taxes),
        "periods": [row.period_from, row.period_to],
        "period_reason": row.period_reason,
        "priority": row.priority,
        "struck": row.struck_reason,
    }


def _alike(changed: Mapping[int, Json]) -> list[Json] | str:
    """What was changed, each change once with the numbers of its rows; of too many the digest."""
    numbers: dict[str, list[int]] = {}
    for number, said in changed.items():
        numbers.setdefault(record.canonical(said), []).append(number)
    told = [{"numbers": found, **orjson.loads(said)} for said, found in numbers.items()]
    text = record.canonical({"rows": told}).encode()
    return told if len(text) <= _MOST_TOLD else f"sha256:{sha256(text).hexdigest()}"


def _take_quota_reasons(
    plan: EvaluationPlan, reasons: Mapping[int, str]
) -> dict[str, tuple[str, Json]]:
    kept, refused = dict(plan.quota_reasons), {}
    for section, text in reasons.items():
        if not text.strip():
            kept.pop(str(section), None)
        elif rows.SHORTEST <= len(text.strip()) <= rows.LONGEST:
            kept[str(section)] = text.strip()
        else:
            refused[f"quota-{section}"] = ("plan_reason", _VALUES)
    plan.quota_reasons = kept
    return refused


def _payer(session: Session, case: Case, tin: str) -> Taxpayer:
    payer = session.scalar(
        select(Taxpayer).where(
            Taxpayer.tin == tin.strip(), Taxpayer.district_id == case.district_id
        )
    )
    if payer is None:
        raise Invalid("answers", fields={"tin": ("no_such_tin", {})})
    return payer


def _open_objects(session: Session, case: Case, share: Sequence[PlanObject], *, left: int) -> None:
    """Judge the objects once more, open the evaluations of the others, and tell of both.

    Two acts of the plan: opening many at once leaves nothing half recorded behind it.
    """
    process = definitions.process_of(session, case.definition_id)
    cases.begin(case)
    for row in rows.judge_again(session, process, share, limits.of_today(session)):
        row.refused = row.eligibility
    out = [row.number for row in share if row.refused is not None]
    cases.put_on_record(
        session, SYSTEM, case, action="plan.judged_again", payload={"excluded": out}
    )
    wanted = [row for row in share if row.refused is None]
    code = session.scalars(select(Unit.code).where(Unit.id == case.district_id)).one()
    wishes = [_wish(session, case, row, code) for row in wanted]
    opened = cases.open_many(session, SYSTEM, wishes, kind=CaseKind.TA)
    cases.begin(case)
    for row in wanted:
        row.evaluation_id = opened.cases.get(row.taxpayer_id)
        row.refused = opened.refused.get(row.taxpayer_id)
        if row.evaluation_id is not None:
            link = {"case_id": case.id, "other_id": row.evaluation_id, "kind": linking.OPENED}
            session.add(CaseLink(**link, at=clock.now()))
    refused = {str(row.number): row.refused for row in share if row.refused}
    payload: Json = {"opened": len(opened.cases), "left": left, "refused": refused}
    cases.put_on_record(session, SYSTEM, case, action="plan.evaluations_opened", payload=payload)


def _wish(session: Session, case: Case, row: PlanObject, code: str) -> Wish:
    """The evaluation of an object, with those of its doubts that no case has taken meanwhile."""
    waiting = session.scalars(
        select(TaxWarning)
        .where(among(TaxWarning.id, row.doubts), TaxWarning.status == WarningStatus.POOL)
        .order_by(TaxWarning.id)
        .with_for_update()
    ).all()
    score = doubts.score_of(waiting)
    return Wish(
        taxpayer_id=row.taxpayer_id,
        district_id=case.district_id,
        district_code=code,
        section_id=row.section_id,
        doubts=tuple(map(Doubt.of, waiting)),
        score=score,
        grade=doubts.grade_of(score),
        is_ti=False,
        said={
            "origin": "plan",
            "entry": "assign",
            "plan": case.number,
            "plan_case": case.id,
            "taxes": list(row.taxes),
            "periods": [row.period_from, row.period_to],
            "key_source": row.is_key_source,
            "no_interview_ground": "none",
        },
        noted={"put_in_by_hand": row.reason} if PlanReason.BY_HAND in row.reasons else {},
        priority=row.priority,
    )


def _tell_opened(session: Session, case_id: int) -> None:
    found = advancing.waiting_for(session, case_id, calling.OPENED)
    if found:
        advancing.tell(session, found, calling.OPENED, {}, action="plan.carried_out")


def _plans() -> ColumnElement[bool]:
    """Districts that assess: a branch without sections has no households of its own."""
    below = aliased(Unit)
    has_sections = exists().where(
        below.parent_id == Unit.id,
        below.level == UnitLevel.SECTION,
        below.valid_to.is_(None),
    )
    return and_(Unit.level == UnitLevel.DISTRICT, Unit.valid_to.is_(None), has_sections)


def _has_plan(month: int, here: ColumnElement[bool] | None = None) -> ColumnElement[bool]:
    of_unit = EvaluationPlan.district_id == Unit.id if here is None else here
    return exists().where(
        of_unit, EvaluationPlan.month == month, EvaluationPlan.kind == PlanKind.MONTHLY
    )


def _month(day: date) -> int:
    return day.year * 100 + day.month


def _is_month(month: int) -> bool:
    return month >= _EARLIEST and 1 <= month % 100 <= 12  # noqa: PLR2004 - months


def _last_working_day(times: Limits) -> date:
    first = times.today.replace(day=1)
    day = (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    while not times.calendar.is_working(day):
        day -= timedelta(days=1)
    return day
