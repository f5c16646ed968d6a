"""延期: asking for a longer limit, deciding on it, and how it shows beside the date."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from caseflow.models import Task
from caseflow.reads import cases
from caseflow.reads import extensions as reads
from caseflow.reads import steps as step_reads
from caseflow.services import extensions, tasks
from caseflow.services.extensions import Offer
from caseflow.vocabulary import Actor, CaseKind, Forbidden, Invalid, Role, TaskStatus
from caseflow.web import acts, clock_words, words
from caseflow.web.house import acting, actor, reading
from caseflow.web.languages import name_of, say
from caseflow.web.sentences import sentence
from caseflow.web.speech import _, ngettext
from caseflow.working_days import Rule

bp = Blueprint("extensions", __name__)


@dataclass(frozen=True, slots=True)
class Line:
    """One wish as the case's page shows it."""

    id: int
    request_id: int
    what: str
    asker: str
    at: datetime
    reason: str
    days: str
    old: str
    new: str
    state: str
    state_kind: str
    decider: str
    note: str
    may_decide: bool
    may_take_away: bool


@bp.get("/tasks/<int:task_id>/extension")
def page(task_id: int) -> str:
    """By how much the limit of the own step can be longer, and who decides; or why not."""
    with reading() as session:
        return _of_step(session, task_id)


@bp.post("/tasks/<int:task_id>/extension")
def ask(task_id: int) -> acts.Answer:
    """Ask for it."""
    with reading() as session:
        case_id = step_reads.case_of(session, actor(), task_id)
    return acts.Page(
        url_for("cases.page", case_id=case_id, task=task_id),
        lambda session, refusal: _of_step(session, task_id, error=sentence(refusal)),
    ).act(
        _("已提出延期申请，决定之前期限不变。"),
        extensions.ask,
        task_id,
        seen_version=request.form.get("_version", 0, int),
        days=request.form.get("days", 0, int),
        reason=request.form.get("reason", ""),
    )


@bp.get("/cases/<int:case_id>/extension")
def whole_page(case_id: int) -> str:
    """By how much the whole case can be longer."""
    with reading() as session:
        return _of_whole(session, case_id)


@bp.post("/cases/<int:case_id>/extension")
def ask_for_whole(case_id: int) -> acts.Answer:
    """Apply for it."""
    return acts.Page(
        url_for("cases.page", case_id=case_id),
        lambda session, refusal: _of_whole(session, case_id, error=sentence(refusal)),
    ).act(
        _("已提出延期申请，决定之前期限不变。"),
        extensions.ask_for_whole,
        case_id,
        days=request.form.get("days", 0, int),
        reason=request.form.get("reason", ""),
    )


@bp.post("/extensions/<int:extension_id>/decide")
def decide(extension_id: int) -> Response:
    """Grant or refuse it."""
    grants = request.form.get("decision") == "grant"
    with acting() as session:
        row = extensions.decide(
            session, actor(), extension_id, grants=grants, note=request.form.get("note", "")
        )
        case_id = row.case_id
    flash(_("已批准，期限已改。") if grants else _("已答复，期限不变。"), "ok")
    return redirect(url_for("cases.page", case_id=case_id), 303)


def lines(session: Session, case_id: int) -> list[Line]:
    """What was asked in a case, the newest first."""
    found = reads.of_case(session, case_id)
    waits = any(each.request.status is TaskStatus.OPEN for each in found)
    desk = step_reads.desk_of(session, actor(), case_id) if waits else {}
    return [_line(each, desk) for each in found]


def beside(found: Sequence[Line]) -> dict[str, str]:
    """What is told beside each limit that was made longer: by whom, from when to when, why."""
    return {
        each.what: _(
            "期限由 %(old)s 延至 %(new)s，%(who)s 批准，理由：%(why)s",
            old=each.old,
            new=each.new,
            who=each.decider,
            why=each.reason,
        )
        for each in found
        if each.state_kind == "ok"
    }


def may_ask_for_whole(who: Actor, shown: cases.Page) -> bool:
    """Whether the page offers a longer limit of the whole case."""
    case = shown.case
    sits = any(p.role is Role.SECTION_CHIEF and p.unit_id == case.section_id for p in who.posts)
    return sits and case.kind is CaseKind.TA and case.closed_at is None and case.due_at is not None


def days_words(days: int, rule: str) -> str:
    """So many days, by which count."""
    if rule == Rule.WORKING_DAYS:
        return ngettext("%(num)d 个工作日", "%(num)d 个工作日", days)
    return ngettext("%(num)d 日", "%(num)d 日", days)


def what_of(step: Task | None, *, is_whole: bool) -> str:
    """Which limit: that of a step, or of the whole case."""
    return _("全程") if is_whole or step is None else name_of(step.name, step.name_en)


def _line(each: reads.Asked, desk: dict[int, int | None]) -> Line:
    row, request_ = each.extension, each.request
    is_open = request_.status is TaskStatus.OPEN
    if row.is_granted is None:
        state = (_("待决定"), "warn") if is_open else (_("已撤回"), "")
    else:
        state = (_("已批准"), "ok") if row.is_granted else (_("未批准"), "bad")
    own = {actor().user_id} & {row.asked_by, row.asked_for}
    return Line(
        id=row.id,
        request_id=request_.id,
        what=what_of(each.step, is_whole=row.is_whole),
        asker=each.asker,
        at=row.asked_at,
        reason=row.reason,
        days=days_words(row.days, row.rule),
        old=words.limit(row.old_due_at),
        new=words.limit(row.new_due_at),
        state=state[0],
        state_kind=state[1],
        decider=each.decider or "",
        note=row.note or "",
        may_decide=is_open and request_.id in desk and not own,
        may_take_away=is_open and row.asked_by == actor().user_id,
    )


def _of_step(session: Session, task_id: int, *, error: str = "") -> str:
    case_id = step_reads.case_of(session, actor(), task_id)
    shown = cases.page(session, actor(), case_id)
    task, _who = tasks.holding(session, actor(), task_id)
    offer, why_not = None, ""
    try:
        offer = extensions.offer(session, shown.case, task)
    except Invalid as refusal:
        why_not = sentence(refusal)
    return _page(
        shown,
        name_of(task.name, task.name_en),
        offer,
        why_not,
        action=url_for("extensions.ask", task_id=task_id),
        back=url_for("cases.page", case_id=case_id, task=task_id),
        version=task.version,
        error=error,
    )


def _of_whole(session: Session, case_id: int, *, error: str = "") -> str:
    shown = cases.page(session, actor(), case_id)
    offer, why_not = None, ""
    try:
        offer = extensions.offer_of_whole(session, actor(), shown.case)
    except Invalid as refusal:
        why_not = sentence(refusal)
    return _page(
        shown,
        _("全程"),
        offer,
        why_not,
        action=url_for("extensions.ask_for_whole", case_id=case_id),
        back=url_for("cases.page", case_id=case_id),
        version=0,
        error=error,
    )


def _page(  # noqa: PLR0913 - what is asked for, and where it leads
    shown: cases.Page,
    what: str,
    offer: Offer | None,
    why_not: str,
    *,
    action: str,
    back: str,
    version: int,
    error: str,
) -> str:
    if shown.case.closed_at is not None:
        raise Forbidden("extension_no_limit")
    return render_template(
        "pages/extension.html",
        crumbs=[
            (_("核查任务"), url_for("cases.listing_page")),
            (shown.case.number, url_for("cases.page", case_id=shown.case.id)),
            (_("申请延期"), None),
        ],
        shown=shown,
        what=what,
        offer=offer,
        why_not=why_not,
        until=words.limit(offer.due_at) if offer else "",
        most=days_words(offer.most, offer.rule) if offer else "",
        deciders=[say(role) for role in offer.deciders] if offer else [],
        counted=clock_words.why_due(offer.facts if offer and "days" in offer.facts else None),
        typed=request.form,
        shortest=extensions.SHORTEST_REASON,
        longest=extensions.LONGEST_REASON,
        action=action,
        back=back,
        version=version,
        error=error,
    )
