"""The small acts of an office on a step: 转办, 委派, 催办, 拿回."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from caseflow import clock
from caseflow.models import Task
from caseflow.reads import cases, directory
from caseflow.reads import steps as step_reads
from caseflow.services import (
    asked,
    delegations,
    drawn_verbs,
    hand_overs,
    nudges,
    take_backs,
    tasks,
)
from caseflow.vocabulary import Actor, Conflict, Forbidden, Invalid
from caseflow.web import acts, case_words, colleagues
from caseflow.web.house import acting, actor, reading
from caseflow.web.sentences import sentence
from caseflow.web.speech import _

bp = Blueprint("office", __name__)


@bp.get("/tasks/<int:task_id>/hand-over")
def hand_over_page(task_id: int) -> str:
    """To whom the step can be given."""
    with reading() as session:
        return _hand_over_page(session, task_id)


@bp.post("/tasks/<int:task_id>/hand-over")
def hand_over(task_id: int) -> acts.Answer:
    """Give the step to somebody else."""
    with reading() as session:
        case_id = step_reads.case_of(session, actor(), task_id)
    return acts.Page(
        url_for("cases.page", case_id=case_id),
        lambda session, refusal: _hand_over_page(session, task_id, error=sentence(refusal)),
    ).act(
        _("已转办，办理经过已留痕。"),
        hand_overs.hand_over,
        task_id,
        seen_version=request.form.get("_version", 0, int),
        to=request.form.get("to", 0, int),
        reason=request.form.get("reason", ""),
    )


@bp.get("/tasks/<int:task_id>/delegate")
def delegate_page(task_id: int) -> str:
    """To whom the work of the own step can be delegated."""
    with reading() as session:
        return _delegate_page(session, task_id)


@bp.post("/tasks/<int:task_id>/delegate")
def delegate(task_id: int) -> acts.Answer:
    """Let a colleague do the work."""
    with reading() as session:
        case_id = step_reads.case_of(session, actor(), task_id)
    return acts.Page(
        url_for("cases.page", case_id=case_id, task=task_id),
        lambda session, refusal: _delegate_page(session, task_id, error=sentence(refusal)),
    ).act(
        _("已委派，对方办完交回后由您确认提交。"),
        _delegate,
        task_id,
        request.form.get("until", ""),
    )


@bp.post("/tasks/<int:task_id>/nudge")
def nudge(task_id: int) -> Response:
    """Ask for a step to be done."""
    with reading() as session:
        case_id = step_reads.case_of(session, actor(), task_id)
    try:
        with acting() as session:
            nudges.nudge(session, actor(), task_id, text=request.form.get("text", ""))
    except Conflict as refusal:  # asked for today already: the page told it when it was made
        flash(sentence(refusal), "warn")
    else:
        flash(_("已催办，办理人会看到。"), "ok")
    return redirect(url_for("cases.page", case_id=case_id), 303)


@bp.post("/tasks/<int:task_id>/take-back")
def take_back(task_id: int) -> Response:
    """Take back what was handed in."""
    with reading() as session:
        case_id = step_reads.case_of(session, actor(), task_id)
    try:
        with acting() as session:
            take_backs.take_back(session, actor(), task_id)
    except (Conflict, Invalid) as refusal:  # somebody went on since the page was made
        flash(sentence(refusal), "warn")
    else:
        flash(_("已拿回，可以继续办理。"), "ok")
    return redirect(url_for("cases.page", case_id=case_id), 303)


def _delegate(session: Session, who: Actor, task_id: int, until: str) -> Sequence[Task]:
    try:
        day = date.fromisoformat(until) if until else None
    except ValueError:
        raise Invalid("day_wanted") from None
    return delegations.delegate(
        session,
        who,
        task_id,
        seen_version=request.form.get("_version", 0, int),
        to=request.form.getlist("to", int),
        text=request.form.get("text", ""),
        until=day,
    )


def _delegate_page(session: Session, task_id: int, *, error: str = "") -> str:
    case_id = step_reads.case_of(session, actor(), task_id)
    shown = cases.page(session, actor(), case_id)
    task, who = tasks.holding(session, actor(), task_id)
    drawn_verbs.require(session, shown.case, task, "delegate")
    people = directory.of_ids(session, delegations.who_may(session, who, task))
    offers = list(zip((each.id for each in people), colleagues.told(session, people), strict=True))
    return render_template(
        "pages/delegate.html",
        crumbs=[
            (_("核查任务"), url_for("cases.listing_page")),
            (shown.case.number, url_for("cases.page", case_id=case_id)),
            (_("委派"), None),
        ],
        shown=shown,
        task=task,
        offers=offers,
        chosen=request.form.getlist("to", int),
        typed=request.form,
        today=clock.today(),
        latest=clock.last_day_of(task.due_at) if task.due_at else None,
        longest=asked.LONGEST,
        error=error,
    )


def _hand_over_page(session: Session, task_id: int, *, error: str = "") -> str:
    case_id = step_reads.case_of(session, actor(), task_id)
    shown = cases.page(session, actor(), case_id)
    task = session.get_one(Task, task_id)
    if not hand_overs.may_hand_over(session, actor(), shown.case, task):
        raise Forbidden("not_to_hand_over", task=task.element)
    step = next(each for each in shown.steps if each.id == task_id)
    people = directory.of_ids(session, tasks.who_may_get(session, shown.case, task))
    offers = list(zip((each.id for each in people), colleagues.told(session, people), strict=True))
    return render_template(
        "pages/hand_over.html",
        crumbs=[
            (_("核查任务"), url_for("cases.listing_page")),
            (shown.case.number, url_for("cases.page", case_id=case_id)),
            (_("转办"), None),
        ],
        shown=shown,
        step=step,
        holder=case_words.holder(step),
        offers=offers,
        typed=request.form,
        shortest=hand_overs.SHORTEST_REASON,
        longest=hand_overs.LONGEST_REASON,
        error=error,
    )
