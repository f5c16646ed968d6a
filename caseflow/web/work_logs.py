"""工作日志: a day as the record and the administrator tell it, and the section's month."""

from __future__ import annotations

import io
from datetime import date, time

from flask import Blueprint, Response, render_template, request, send_file, url_for
from sqlalchemy.orm import Session

from caseflow import clock, documents, policy
from caseflow.models import Answer
from caseflow.reads import daily_papers, patrols
from caseflow.reads import work_logs as reads
from caseflow.reads.enforcement.register import Line
from caseflow.services import place, work_logs
from caseflow.services.work_logs import Written
from caseflow.vocabulary import Actor, Forbidden, Invalid, Verb
from caseflow.web import acts, timeline
from caseflow.web.house import actor, noting, reading
from caseflow.web.months import asked_month, months_around
from caseflow.web.sentences import sentence
from caseflow.web.speech import _, in_chinese

bp = Blueprint("work_logs", __name__)


@bp.get("/worklog")
def page() -> str:
    """A day of one's own, or of somebody whose log one reads; a chief sees the section first."""
    if not reads.sees_any(actor()):
        raise Forbidden("not_your_post", roles=["section_chief", "tax_administrator"])
    who = request.args.get("who", type=int)
    with reading() as session:
        if who is None and policy.may(actor(), Verb.PLAN_PATROLS):
            return _section(session)
        return _day(session, who or actor().user_id or 0, _asked_day())


@bp.get("/worklog/paper")
def printed() -> Response:
    """The log of a day, as PDF; that it was printed is noted."""
    if not reads.sees_any(actor()):
        raise Forbidden("not_your_post", roles=["section_chief", "tax_administrator"])
    user_id = request.args.get("who", type=int) or actor().user_id or 0
    with reading() as session:
        shown = reads.day(session, actor(), user_id, _asked_day())
        with in_chinese():
            done = [
                (line.event.at, line.taxpayer or line.number, str(what))
                for line, what in _acts(shown)
            ]
        told = daily_papers.work_log(session, shown, done)
        at = told.signed_at or clock.now()
    pdf = documents.render_work_log(told, at=at, fonts=place.here().fonts)
    with noting() as session:
        work_logs.printed(session, actor(), user_id, shown.on)
    name = f"{told.number}.pdf"
    return send_file(io.BytesIO(pdf), mimetype="application/pdf", download_name=name)


@bp.get("/worklog/section")
def section() -> str:
    """The administrators of one's section with their logs of a month."""
    with reading() as session:
        policy.require(actor(), Verb.PLAN_PATROLS)
        return _section(session)


@bp.post("/worklog/entries")
def write() -> acts.Answer:
    """Write something down."""
    policy.require(actor(), Verb.KEEP_LOG)
    on = _posted_day()
    return _page_of(on).act(_("已记入日志并留痕。"), _write)


@bp.post("/worklog/entries/<int:entry_id>/correct")
def correct(entry_id: int) -> acts.Answer:
    """Write an entry anew that was wrong."""
    policy.require(actor(), Verb.KEEP_LOG)
    on = _posted_day()
    return _page_of(on).act(
        _("已更正，原条目保留。"),
        lambda session, who: work_logs.correct(session, who, entry_id, _written()),
    )


@bp.post("/worklog/sign")
def sign() -> acts.Answer:
    """Sign the day off."""
    policy.require(actor(), Verb.KEEP_LOG)
    on = _posted_day()
    return _page_of(on).act(_("当日日志已签署。"), work_logs.sign, on)


def _write(session: Session, who: Actor) -> object:
    return work_logs.write(session, who, _written())


def _page_of(on: date) -> acts.Page:
    return acts.Page(
        url_for("work_logs.page", on=on.isoformat()),
        lambda session, refusal: _day(session, actor().user_id or 0, on, error=sentence(refusal)),
    )


def _written() -> Written:
    """What the form says.

    Raises:
        Invalid: a time that is none.
    """
    try:
        at = time.fromisoformat(request.form.get("at", ""))
    except ValueError:
        raise Invalid("log_time") from None
    form = request.form
    return Written(
        _asked_day(), at.replace(tzinfo=None), form.get("content", ""), form.get("tin", "")
    )


def _posted_day() -> date:
    with reading():  # the bureau's date is known inside a transaction
        return _asked_day()


def _asked_day() -> date:
    try:
        return date.fromisoformat(request.values.get("on", ""))
    except ValueError:
        return clock.today()


def _day(session: Session, user_id: int, on: date, *, error: str = "") -> str:
    shown = reads.day(session, actor(), user_id, on)
    return render_template(
        "pages/work_log.html",
        crumbs=[(_("工作日志"), None)],
        shown=shown,
        acts=_acts(shown),
        typed=request.form,
        before=date.fromordinal(on.toordinal() - 1),
        after=date.fromordinal(on.toordinal() + 1) if on < clock.today() else None,
        may_write=shown.is_own
        and policy.may(actor(), Verb.KEEP_LOG)
        and shown.signed is None
        and 0 <= (clock.today() - on).days <= work_logs.DAYS_BACK,
        may_correct=shown.is_own and policy.may(actor(), Verb.KEEP_LOG),
        is_head=policy.may(actor(), Verb.PLAN_PATROLS),
        now=f"{clock.now().astimezone(clock.BUREAU_ZONE):%H:%M}",
        longest=work_logs.LONGEST,
        error=error,
    )


def _acts(shown: reads.Day) -> list[tuple[Line, str]]:
    """The acts of the day in order, in words."""
    return [
        (line, timeline.of([line.event], shown.acts.names, _answers(line))[0].what)
        for line in reversed(shown.acts.lines)
    ]


def _answers(line: Line) -> dict[int, Answer]:
    return {line.event.seq: line.answer} if line.answer else {}


def _section(session: Session) -> str:
    month = asked_month(patrols.this_month())
    return render_template(
        "pages/work_logs.html",
        crumbs=[(_("工作日志"), None)],
        rows=reads.months(session, actor(), month),
        days=reads.working_days(session, month),
        month=month,
        months=months_around(month, "work_logs.section"),
    )
