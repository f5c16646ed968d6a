"""加签, 抄送, 协查: asking colleagues about a case, answering them, taking a question back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from caseflow import clock
from caseflow.models import Task
from caseflow.reads import asked as reads
from caseflow.reads import cases, directory
from caseflow.reads import steps as step_reads
from caseflow.services import asked, comments, drawn_verbs, tasks
from caseflow.vocabulary import Actor, AskedKind, Forbidden, Invalid, TaskStatus
from caseflow.web import acts, colleagues, deputy_words, words
from caseflow.web.house import acting, actor, reading
from caseflow.web.languages import name_of, say
from caseflow.web.sentences import sentence
from caseflow.web.speech import _

bp = Blueprint("asked", __name__)


@dataclass(frozen=True, slots=True)
class Line:
    """One question as the case's page shows it."""

    id: int
    kind: str
    name: str
    asker: str
    asked: str
    text: str
    at: datetime
    limit: str
    state: str
    state_kind: str
    answer: str
    answered_at: datetime | None
    may_answer: bool
    # The step for whose sake it was asked, if for one.
    about: int | None
    is_copy: bool
    is_delegated: bool
    may_take_away: bool


@bp.get("/tasks/<int:task_id>/opinions")
def opinions_page(task_id: int) -> str:
    """Of whom a further opinion can be asked."""
    with reading() as session:
        return _opinions_page(session, task_id)


@bp.post("/tasks/<int:task_id>/opinions")
def ask_opinions(task_id: int) -> acts.Answer:
    """Ask for further opinions."""
    with reading() as session:
        case_id = step_reads.case_of(session, actor(), task_id)
    return acts.Page(
        url_for("cases.page", case_id=case_id, task=task_id),
        lambda session, refusal: _opinions_page(session, task_id, error=sentence(refusal)),
    ).act(
        _("已请加签，意见齐了再作决定。"),
        asked.ask_opinions,
        task_id,
        seen_version=request.form.get("_version", 0, int),
        of=request.form.getlist("of", int),
        in_turn=request.form.get("manner") == "in_turn",
        text=request.form.get("text", ""),
    )


@bp.get("/cases/<int:case_id>/ask")
def page(case_id: int) -> str:
    """Send copies of a case, or ask somebody for help."""
    with reading() as session:
        return _page(session, case_id)


@bp.post("/cases/<int:case_id>/copies")
def send_copies(case_id: int) -> acts.Answer:
    """Let colleagues read the case."""
    return _at(case_id).act(
        _("已抄送，对方阅后会标明已阅。"),
        asked.send_copies,
        case_id,
        to=request.form.getlist("to", int),
        text=request.form.get("text", ""),
    )


@bp.post("/cases/<int:case_id>/help")
def ask_help(case_id: int) -> acts.Answer:
    """Ask a colleague for facts or files until a day."""
    return _at(case_id).act(
        _("已请协查，任务照常办理。"),
        _ask_help,
        case_id,
        request.form.get("of", 0, int),
        request.form.get("text", ""),
        request.form.get("until", ""),
    )


@bp.post("/cases/<int:case_id>/comments")
def comment(case_id: int) -> acts.Answer:
    """Say something in the case."""
    text = request.form.get("text", "")
    return _at(case_id).act(_("已留言。"), comments.comment, case_id, text=text)


@bp.post("/tasks/<int:task_id>/answer")
def answer(task_id: int) -> Response:
    """Give what was asked for."""
    with acting() as session:
        case_id = asked.answer(session, actor(), task_id, text=request.form.get("text", "")).case_id
    flash(_("已答复，办理经过已留痕。"), "ok")
    return redirect(url_for("cases.page", case_id=case_id), 303)


@bp.post("/tasks/<int:task_id>/take-away")
def take_away(task_id: int) -> Response:
    """Take a question back."""
    with acting() as session:
        case_id = asked.take_away(session, actor(), task_id).case_id
    flash(_("已撤回，对方不再需要答复。"), "ok")
    return redirect(url_for("cases.page", case_id=case_id), 303)


def lines(session: Session, case_id: int) -> list[Line]:
    """What was asked in a case, the newest first."""
    desk = step_reads.desk_of(session, actor(), case_id)
    return [_line(each, is_mine=each.task.id in desk) for each in reads.of_case(session, case_id)]


def _line(each: reads.Asked, *, is_mine: bool) -> Line:
    row = each.task
    is_open = row.status is TaskStatus.OPEN
    is_copy = row.asked_kind is AskedKind.COPY
    is_delegated = row.asked_kind is AskedKind.DELEGATION
    state = {
        TaskStatus.OPEN: (_("未阅") if is_copy else _("待答复"), "warn"),
        TaskStatus.DONE: (_done(is_copy=is_copy, is_delegated=is_delegated), "ok"),
        TaskStatus.WITHDRAWN: (_("已撤回"), ""),
    }[row.status]
    doer = deputy_words.signed(each.doer, each.principal) if each.doer else each.asked
    return Line(
        id=row.id,
        kind=say(row.asked_kind) if row.asked_kind else "",
        name=name_of(row.name, row.name_en),
        asker=each.asker,
        asked=doer,
        text=row.asked_text or "",
        at=row.opened_at,
        limit=words.limit(row.due_at) if is_open and row.due_at else "",
        state=state[0],
        state_kind=state[1],
        answer=row.asked_answer or "",
        answered_at=row.done_at if row.status is TaskStatus.DONE else None,
        may_answer=is_open and is_mine,
        about=row.asked_for_id,
        is_copy=is_copy,
        is_delegated=is_delegated,
        may_take_away=is_open and actor().user_id in {row.asked_by, each.holder_id},
    )


def _done(*, is_copy: bool, is_delegated: bool) -> str:
    if is_delegated:
        return _("已交回")
    return _("已阅") if is_copy else _("已答复")


def _ask_help(session: Session, who: Actor, case_id: int, of: int, text: str, until: str) -> Task:
    try:
        day = date.fromisoformat(until)
    except ValueError:
        raise Invalid("day_wanted") from None
    return asked.ask_help(session, who, case_id, of=of, text=text, until=day)


def _at(case_id: int) -> acts.Page:
    return acts.Page(
        url_for("cases.page", case_id=case_id),
        lambda session, refusal: _page(session, case_id, error=sentence(refusal)),
    )


def _opinions_page(session: Session, task_id: int, *, error: str = "") -> str:
    case_id = step_reads.case_of(session, actor(), task_id)
    shown = cases.page(session, actor(), case_id)
    task, _actor = tasks.holding(session, actor(), task_id)
    drawn_verbs.require(session, shown.case, task, "ask_opinions")
    if not asked.may_ask_opinions(task):
        raise Forbidden("decides_nothing", task=task.name)
    return render_template(
        "pages/opinions.html",
        crumbs=_crumbs(shown, _("加签")),
        shown=shown,
        task=task,
        name=name_of(task.name, task.name_en),
        offers=_offers(session, asked.who_may_advise(session, shown.case, task)),
        typed=request.form,
        chosen=request.form.getlist("of", int),
        longest=asked.LONGEST,
        error=error,
    )


def _page(session: Session, case_id: int, *, error: str = "") -> str:
    shown = cases.page(session, actor(), case_id)
    if not asked.may_ask(actor()):
        raise Forbidden("only_watches")
    return render_template(
        "pages/ask.html",
        crumbs=_crumbs(shown, _("抄送、协查、留言")),
        shown=shown,
        offers=_offers(session, asked.who_may_read(session, shown.case)),
        typed=request.form,
        chosen=request.form.getlist("to", int),
        today=clock.today(),
        names=list(comments.who_can_be_mentioned(session, shown.case)),
        longest=asked.LONGEST,
        error=error,
    )


def _crumbs(shown: cases.Page, name: str) -> list[tuple[str, str | None]]:
    return [
        (_("核查任务"), url_for("cases.listing_page")),
        (shown.case.number, url_for("cases.page", case_id=shown.case.id)),
        (name, None),
    ]


def _offers(session: Session, ids: Sequence[int]) -> list[tuple[int, str]]:
    people = [each for each in directory.of_ids(session, ids) if each.id != actor().user_id]
    return list(zip((each.id for each in people), colleagues.told(session, people), strict=True))
