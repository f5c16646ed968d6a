"""One re-check from the naming of the re-checker to the leader's signature."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import assessed, calendars, clock, policy
from caseflow.models import (
    AssessedAmount,
    Case,
    CaseLink,
    Document,
    FileRead,
    Recheck,
    RecheckPlan,
    Recusal,
    Task,
    TaxWarning,
    Unit,
    User,
)
from caseflow.models.base import Json
from caseflow.services import cases, definitions, ladder, limits, notices, papers, people, sights
from caseflow.services.cases import linking, opening
from caseflow.services.limits import Limits
from caseflow.services.rechecks import candidates
from caseflow.services.rechecks.candidates import CHECK, SIGN
from caseflow.services.work import Work
from caseflow.vocabulary import (
    Actor,
    AskedKind,
    CaseKind,
    CaseStatus,
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    NoticeKind,
    PaperKind,
    Reading,
    RecheckLevel,
    RecheckResult,
    RecheckState,
    RecheckWhy,
    Role,
    Stale,
    TaskStatus,
)
from caseflow.vocabulary.kinds import PROCESSES

LONGEST, SHORTEST = 2000, 5
LINK = "recheck"
_NAMES = {CHECK: ("复查", "Re-check"), SIGN: ("签批复查报告", "Sign the re-check")}
_LEADERS = (Role.DISTRICT_DIRECTOR, Role.DISTRICT_DEPUTY)
_DECLARED = "复查改变结论，另行派员，原主办、协办不再参与"


@dataclass(frozen=True, slots=True)
class Report:
    """What a re-checker reports."""

    result: RecheckResult
    changes: str = ""
    cause: str = ""
    responsibility: str = ""
    advice: str = ""
    tax_after: str = ""


def assign(session: Session, actor: Actor, recheck_id: int, *, officer_id: int) -> Recheck:
    """Name the re-checker, or another one before the report; it is on that person's desk then.

    Raises:
        NotFound: there is none for the actor. Forbidden: it is not the actor's to give out.
        Stale: it was reported. Invalid: somebody who may not.
    """
    row, plan, case = _locked(session, actor, recheck_id)
    require_plans(actor, plan)
    if row.state not in {RecheckState.DRAWN, RecheckState.ASSIGNED}:
        raise Stale("already_done", task=CHECK, at=row.reported_at, by=None)
    if row.officer_id != officer_id:
        allowed = {each.id for each in candidates.of(session, plan, case) if not each.refusal}
        if officer_id not in allowed:
            raise Invalid("recheck_not_allowed")
        _close(session, row, actor, status=TaskStatus.WITHDRAWN)
    else:
        return row
    times = limits.of_today(session)
    due = times.working_days("recheck")
    row.officer_id, row.assigned_by = officer_id, actor.user_id
    row.due_on, row.state = clock.last_day_of(due), RecheckState.ASSIGNED
    _put(session, actor, row, case, element=CHECK, person=officer_id)
    payload: Json = {
        "recheck": row.id,
        "to": officer_id,
        "to_name": session.get_one(User, officer_id).name,
        "due_on": row.due_on.isoformat(),
    }
    cases.note(session, actor, case, action="recheck.assigned", payload=payload)
    return row


def report(session: Session, actor: Actor, recheck_id: int, *, said: Report) -> Recheck:
    """Hand in what the re-check found; it goes to the leader for signature.

    Raises:
        NotFound: there is none for the actor. Forbidden: it is not the actor's, or the actor has
            a part in the case. Stale: it was reported. Invalid: what is missing; a file not read.
    """
    row, plan, case = _locked(session, actor, recheck_id)
    actor = _in_turn(session, actor, row, case, RecheckState.ASSIGNED)
    if said.result not in {RecheckResult.CONFIRMED, RecheckResult.CHANGED}:
        raise Invalid("recheck_result")
    if not _has_read(session, actor, case):
        raise Invalid("recheck_unread", number=case.number)
    _require_texts(said)
    row.tax_before = _assessed(session, case)
    row.tax_after = (
        _amount(said.tax_after) if said.result is RecheckResult.CHANGED else row.tax_before
    )
    row.result, row.changes, row.cause = said.result, _kept(said.changes), _kept(said.cause)
    row.responsibility, row.advice = _kept(said.responsibility), _kept(said.advice)
    row.reported_by, row.reported_at = actor.user_id, clock.now()
    row.state, row.return_reason = RecheckState.REPORTED, None
    _close(session, row, actor, status=TaskStatus.DONE)
    _put(session, actor, row, case, element=SIGN, person=plan.drawn_by)
    payload = {"recheck": row.id, "result": said.result.value, "changes": row.changes}
    cases.note(session, actor, case, action="recheck.reported", payload=payload)
    return row


def send_back(session: Session, actor: Actor, recheck_id: int, *, reason: str) -> Recheck:
    """Give a report back to its re-checker with a reason.

    Raises:
        NotFound, Forbidden, Stale: as ``sign``. Invalid: no reason.
    """
    row, plan, case = _locked(session, actor, recheck_id)
    actor = _signing(session, actor, row, plan, case)
    _require_text(reason)
    _close(session, row, actor, status=TaskStatus.DONE)
    times = limits.of_today(session)
    row.state, row.return_reason = RecheckState.ASSIGNED, reason.strip()
    row.due_on = clock.last_day_of(times.working_days("recheck"))
    _put(session, actor, row, case, element=CHECK, person=row.officer_id or 0)
    payload = {"recheck": row.id, "reason": reason.strip()}
    cases.note(session, actor, case, action="recheck.sent_back", payload=payload)
    return row


def sign(session: Session, actor: Actor, recheck_id: int, *, opinion: str) -> Recheck:
    """Sign a report: it is numbered and kept, and a changed result opens a new evaluation.

    Raises:
        NotFound: there is none for the actor. Stale: it is not to be signed now.
        Forbidden: it is not the actor's to sign, or the actor is its re-checker or officer.
        Conflict: the household has an open evaluation, in which other officers are not sure.
        Invalid: no opinion.
    """
    row, plan, case = _locked(session, actor, recheck_id)
    actor = _signing(session, actor, row, plan, case)
    _require_text(opinion)
    times = limits.of_today(session)
    task = session.get_one(Task, row.task_id)
    _close(session, row, actor, status=TaskStatus.DONE)
    row.signed_by, row.signed_at = actor.user_id, clock.now()
    row.state, row.opinion = RecheckState.SIGNED, opinion.strip()
    cases.begin(case)
    work = Work(session, actor, case, times, task, {"opinion": row.opinion})
    told = papers.issue(work, PaperKind.RECHECK_REPORT.value, _written(session, row))
    session.flush()  # the row names the paper by its id
    row.document_id = session.scalars(
        select(Document.id)
        .where(Document.case_id == case.id, Document.kind == PaperKind.RECHECK_REPORT.value)
        .order_by(Document.id.desc())
    ).first()
    payload: Json = {"recheck": row.id, "result": str(row.result), "effects": [told]}
    if row.result is RecheckResult.CHANGED:
        opened = _reopen(session, actor, case, row, times)
        payload["opened"] = opened.number
    cases.put_on_record(session, actor, case, action="recheck.signed", payload=payload)
    return row


def require_plans(actor: Actor, plan: RecheckPlan) -> None:
    """Refuse whoever does not answer for the plan's unit.

    Raises:
        Forbidden: the actor leads another district, or none.
    """
    if not answers_for(actor, plan):
        raise Forbidden("recheck_not_yours")


def answers_for(actor: Actor, plan: RecheckPlan) -> bool:
    """Whether somebody leads the district of a plan, or for the city the division of the whole."""
    if plan.level is RecheckLevel.CITY:
        return any(
            post.role is Role.DIVISION_CHIEF and policy.is_of_the_whole(post)
            for post in actor.posts
        )
    if plan.level is RecheckLevel.DISTRICT:
        return plan.unit_id in actor.units_as(*_LEADERS)
    return False


def may_report(session: Session, actor: Actor, row: Recheck, case: Case) -> bool:
    """Whether the report is the actor's to hand in now, also for somebody else."""
    try:
        _in_turn(session, actor, row, case, RecheckState.ASSIGNED)
    except (Forbidden, Stale):
        return False
    return True


def may_sign(session: Session, actor: Actor, row: Recheck, plan: RecheckPlan, case: Case) -> bool:
    """Whether the report is the actor's to sign or send back now."""
    try:
        _signing(session, actor, row, plan, case)
    except (Forbidden, Stale):
        return False
    return True


def _locked(session: Session, actor: Actor, recheck_id: int) -> tuple[Recheck, RecheckPlan, Case]:
    found = session.get(Recheck, recheck_id)
    if found is None or not sights.sees(session, actor, found.case_id):
        raise NotFound("recheck", id=recheck_id)
    case = cases.locked(session, found.case_id)
    session.refresh(found, with_for_update=True)
    if found.why is RecheckWhy.SPOT:
        raise NotFound("recheck", id=recheck_id)
    return found, session.get_one(RecheckPlan, found.plan_id), case


def _in_turn(
    session: Session, actor: Actor, row: Recheck, case: Case, state: RecheckState
) -> Actor:
    """The actor in whose name the step is done; separation is looked at once more."""
    if row.state is not state:
        raise Stale("already_done", task=CHECK, at=row.reported_at, by=None)
    return _capacity(session, actor, row, case)


def _capacity(session: Session, actor: Actor, row: Recheck, case: Case) -> Actor:
    known = policy.case_now(session, case)
    step = next((each for each in known.steps if each.id == row.task_id), None)
    if step is None or not step.is_open:
        raise Stale("already_done", task=CHECK, at=row.reported_at, by=None)
    capacity = policy.to_complete(actor, policy.step_facts(known, step))
    if capacity.refusal == "barred":
        raise Forbidden("recheck_took_part")
    if capacity.refusal is not None:
        raise Forbidden("recheck_not_yours")
    return actor.in_the_name_of(capacity.standing)


def _signing(session: Session, actor: Actor, row: Recheck, plan: RecheckPlan, case: Case) -> Actor:
    """Whoever signs: the one on whose desk it is, or another who answers for the plan."""
    if row.state is not RecheckState.REPORTED:
        raise Stale("already_done", task=SIGN, at=row.signed_at, by=None)
    kept = {row.officer_id, row.reported_by, case.main_officer_id, case.second_officer_id}
    if {*policy.counts_as(actor, case.kind)} & kept:
        raise Forbidden("recheck_took_part")
    if answers_for(actor, plan):
        return actor
    return _capacity(session, actor, row, case)


def _put(
    session: Session, actor: Actor, row: Recheck, case: Case, *, element: str, person: int
) -> None:
    """Lay the step on somebody's desk; sight, deputies and reminders follow from it."""
    times = limits.of_today(session)
    now, due = times.now, times.working_days(element.replace("_signature", "_sign"))
    posts = people.posts_of(session, person)
    name, name_en = _NAMES[element]
    known = policy.case_now(session, case)
    task = Task(
        case_id=case.id,
        key=f"recheck:{uuid4().hex}",
        element=element,
        name=name,
        name_en=name_en,
        stage=case.stage,
        form_key=element,
        case_status=CaseStatus.IN_PROGRESS,
        roles=[post.role.value for post in posts],
        unit_id=posts[0].unit_id if posts else case.district_id,
        relation="asked",
        separation=candidates.separation(known) if element == CHECK else [CHECK],
        assignee_id=person,
        status=TaskStatus.OPEN,
        version=1,
        opened_at=now,
        claimed_at=now,
        due_at=due,
        remind_at=ladder.first_at(now, due, calendars.of(session)),
        asked_kind=AskedKind.RECHECK,
        asked_by=actor.user_id,
    )
    session.add(task)
    session.flush()  # the row and the notice name the step
    row.task_id = task.id
    notices.tell(session, actor, case, kind=NoticeKind.RECHECK, to=[person], task=task)


def _close(session: Session, row: Recheck, actor: Actor, *, status: TaskStatus) -> None:
    if row.task_id is None:
        return
    task = session.get_one(Task, row.task_id)
    if task.status is not TaskStatus.OPEN:
        return
    task.status, task.done_at = status, clock.now()
    if status is TaskStatus.DONE:
        task.done_by, task.done_for = actor.user_id, actor.acting_for
        task.done_through = actor.acting_through
    else:
        task.version += 1


def _has_read(session: Session, actor: Actor, case: Case) -> bool:
    """Whether the case was opened by this person since it was closed; the note is on the record."""
    read = select(FileRead.id).where(
        FileRead.case_id == case.id,
        FileRead.user_id == actor.user_id,
        FileRead.what == Reading.CASE,
    )
    if case.closed_at is not None:
        read = read.where(FileRead.on >= clock.local_date(case.closed_at))
    return session.scalar(read.limit(1)) is not None


def _assessed(session: Session, case: Case) -> Decimal:
    rows = session.scalars(select(AssessedAmount).where(AssessedAmount.case_id == case.id)).all()
    return assessed.total_tax(rows)


def _written(session: Session, row: Recheck) -> Json:
    """What the paper says, word for word."""
    officer = session.get_one(User, row.officer_id)
    changed = row.result is RecheckResult.CHANGED
    return {
        "reason": row.why.zh,
        "rechecker": officer.name,
        "conclusion": row.result.zh if row.result else "",
        "changes": row.changes or "经复查，未发现需要改变原结论的情况。",
        "tax_before": str(row.tax_before or 0),
        "tax_after": str(row.tax_after or 0),
        "cause": row.cause or ("" if changed else "无"),
        "responsibility": row.responsibility or "无",
        "advice": row.advice or "无",
    }


def _reopen(session: Session, actor: Actor, case: Case, row: Recheck, times: Limits) -> Case:
    """The one way in which a closed matter goes on: a new evaluation, begun at its dispatch."""
    if case.taxpayer_id is None:
        raise Invalid("no_household", number=case.number)
    definitions.latest(session, PROCESSES[CaseKind.TA])
    open_one = session.scalar(
        select(Case.number).where(
            Case.taxpayer_id == case.taxpayer_id,
            Case.kind == CaseKind.TA,
            Case.closed_at.is_(None),
        )
    )
    if open_one is not None:
        raise Conflict("recheck_evaluation_open", number=open_one)
    district = session.get_one(Unit, case.district_id)
    # All that was looked at is looked at again; what was found of it stays with the closed case.
    doubts = session.scalars(
        select(TaxWarning)
        .where(TaxWarning.case_id == case.id)
        .order_by(TaxWarning.id)
        .with_for_update()
    ).all()
    wish = opening.Wish(
        taxpayer_id=case.taxpayer_id,
        district_id=district.id,
        district_code=district.code,
        section_id=case.section_id,
        doubts=tuple(map(opening.Doubt.of, doubts)),
        score=case.score,
        grade=case.grade,
        is_ti=case.is_ti,
        origin=opening.Origin(
            case_id=case.id,
            number=case.number,
            kind=case.kind,
            period=case.period,
            run_id=case.run_id,
            lines=tuple(case.lines),
        ),
        said={"origin": "recheck"},
    )
    opened = opening.open_wish(session, actor, wish, kind=CaseKind.TA, before=linking.remember)
    cases.begin(opened)
    opened.requirement = row.changes
    officers = {
        user_id: None
        for user_id, part in candidates.took_part(policy.case_now(session, case)).items()
        if part in {"main_officer", "second_officer"}
    }
    for user_id in sorted(officers):
        session.add(
            Recusal(
                case_id=opened.id,
                user_id=user_id,
                declaration=_DECLARED,
                decided_by=actor.user_id or 0,
                at=times.now,
            )
        )
    payload: Json = {"from": case.number, "barred": sorted(officers)}
    cases.put_on_record(session, actor, opened, action="recheck.reopened", payload=payload)
    session.add(CaseLink(case_id=case.id, other_id=opened.id, kind=LINK, at=times.now))
    row.opened_case_id = opened.id
    return opened


def _require_texts(said: Report) -> None:
    if said.result is RecheckResult.CHANGED:
        for text in (said.changes, said.cause, said.responsibility):
            _require_text(text)
        _amount(said.tax_after)
    for text in (said.changes, said.cause, said.responsibility, said.advice):
        if len(text.strip()) > LONGEST:
            raise Invalid("text_too_long", longest=LONGEST)


def _require_text(text: str) -> None:
    if not SHORTEST <= len(text.strip()) <= LONGEST:
        raise Invalid("recheck_text", least=SHORTEST, most=LONGEST)


def _amount(text: str) -> Decimal:
    try:
        found = Decimal(text.replace(",", "").strip())
    except InvalidOperation:
        raise Invalid("recheck_amount") from None
    if not found.is_finite() or found < 0 or found != round(found, 2):
        raise Invalid("recheck_amount")
    return found


def _kept(text: str) -> str | None:
    return text.strip() or None
