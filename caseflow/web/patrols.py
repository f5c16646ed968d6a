"""巡查: the plan of a month against what was done; noting a visit, confirming it."""

from __future__ import annotations

import io
from datetime import date, time
from http import HTTPStatus

from flask import (
    Blueprint,
    flash,
    jsonify,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from caseflow import clock, documents, policy
from caseflow.reads import daily_papers
from caseflow.reads import patrols as reads
from caseflow.services import blobs, files, limits, patrols, place
from caseflow.services.patrols import Visited
from caseflow.vocabulary import Forbidden, Invalid, PatrolFinding, Verb
from caseflow.web import acts, case_words, step_forms
from caseflow.web.house import acting, actor, noting, reading
from caseflow.web.months import asked_month, months_around
from caseflow.web.sentences import field_sentence, sentence
from caseflow.web.speech import _

bp = Blueprint("patrols", __name__)


@bp.get("/patrols")
def listing() -> str:
    """The plan of a month that one has or makes, and the visits."""
    if not reads.sees_any(actor()):
        raise Forbidden("not_your_post", roles=["section_chief", "tax_administrator"])
    with reading() as session:
        return _listing(session)


@bp.post("/patrols/plan")
def plan() -> acts.Answer:
    """Put the ticked households, or the one of a number, on the plan."""
    month = _posted_month()
    tin = request.form.get("tin", "").strip()
    page = acts.Page(
        url_for("patrols.listing", month=month),
        lambda session, refusal: _listing(session, error=sentence(refusal)),
    )
    if tin:
        return page.act(_("已列入巡查计划。"), patrols.plan_one, month, tin=tin)
    return page.act(_("已列入巡查计划。"), patrols.plan, month, request.form.getlist("chosen", int))


@bp.post("/patrols/lines/<int:line_id>/drop")
def drop(line_id: int) -> acts.Answer:
    """Take a household off the plan."""
    month = _posted_month()
    return acts.Page(
        url_for("patrols.listing", month=month),
        lambda session, refusal: _listing(session, error=sentence(refusal)),
    ).act(_("已取消安排，并留痕。"), patrols.drop, line_id, reason=request.form.get("reason", ""))


@bp.get("/patrols/visits/new")
def new() -> str:
    """What is said of a visit."""
    policy.require(actor(), Verb.KEEP_LOG)
    taxpayer_id = request.args.get("household", 0, int)
    with reading() as session:
        return _form(session, taxpayer_id)


@bp.post("/patrols/visits/new")
def visit() -> acts.Answer:
    """Note the visit; its photographs come on its page."""
    taxpayer_id = request.args.get("household", 0, int)
    try:
        with acting() as session:
            made = patrols.visit(session, actor(), _visited(taxpayer_id)).id
    except Invalid as refusal:
        with reading() as session:
            told = sentence(refusal)
            return _form(session, taxpayer_id, error=told), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("巡查已登记，可以上传现场照片；待协同人员确认。"), "ok")
    return redirect(url_for("patrols.page", visit_id=made), 303)


@bp.get("/patrols/visits/<int:visit_id>")
def page(visit_id: int) -> str:
    """One visit: who, when, what was found, the photographs."""
    with reading() as session:
        return _page(session, visit_id)


@bp.get("/patrols/visits/<int:visit_id>/paper")
def printed(visit_id: int) -> Response:
    """The record of a visit, as PDF; that it was printed is noted."""
    with reading() as session:
        told = daily_papers.patrol(session, reads.page(session, actor(), visit_id))
    at = told.confirmed_at or told.noted_at
    pdf = documents.render_patrol_record(told, at=at, fonts=place.here().fonts)
    with noting() as session:
        patrols.printed(session, actor(), visit_id)
    name = f"{told.number}.pdf"
    return send_file(io.BytesIO(pdf), mimetype="application/pdf", download_name=name)


@bp.post("/patrols/visits/<int:visit_id>/photographs")
def photographed(visit_id: int) -> Response | tuple[Response | str, int]:
    """Keep photographs of a visit: a script sends them one by one and is told the row of each."""
    sent = [each for each in request.files.getlist("file") if each.filename]
    is_script = request.accept_mimetypes.best == "application/json"
    try:
        with acting() as session:
            if not sent:  # each photograph is asked for again, after it has come
                patrols.to_photograph(session, actor(), visit_id)
            rows = [_kept(session, visit_id, each) for each in sent]
    except Invalid as refusal:
        told = field_sentence(refusal.code, {"name": sent[-1].filename, **refusal.values})
        if is_script:
            return jsonify(problem=told), HTTPStatus.UNPROCESSABLE_ENTITY
        with reading() as session:
            return _page(session, visit_id, error=told), HTTPStatus.UNPROCESSABLE_ENTITY
    if is_script:
        return jsonify(row="".join(rows))
    return redirect(url_for("patrols.page", visit_id=visit_id), 303)


@bp.post("/patrols/visits/<int:visit_id>/confirm")
def confirm(visit_id: int) -> Response:
    """The second officer was there."""
    with acting() as session:
        patrols.confirm(session, actor(), visit_id)
    flash(_("已确认，并留痕。"), "ok")
    return redirect(url_for("patrols.page", visit_id=visit_id), 303)


@bp.post("/patrols/visits/<int:visit_id>/order")
def open_order(visit_id: int) -> Response:
    """Open an order to correct on what was found."""
    with acting() as session:
        case_id = patrols.open_order(session, actor(), visit_id).id
    flash(_("已立责令限期改正任务。"), "ok")
    return redirect(url_for("cases.page", case_id=case_id), 303)


@bp.get("/patrols/photographs/<int:photograph_id>")
def photograph(photograph_id: int) -> Response:
    """A photograph, as it was handed in."""
    with reading() as session:
        found = reads.photograph(session, actor(), photograph_id)
        blobs.require_open(session, found.sha256)
        return send_file(
            files.whole(found.sha256), mimetype=found.media_type, download_name=found.name
        )


def _kept(session: Session, visit_id: int, sent: FileStorage) -> str:
    """Keep a photograph; its row of the page."""
    kept = patrols.photograph(
        session, actor(), visit_id, name=sent.filename or "", chunks=step_forms.chunks(sent)
    )
    session.flush()  # the row names the photograph by the id it gets here
    return render_template("pages/patrol_photograph.html", each=kept)


def _posted_month() -> int:
    with reading():  # the bureau's date is known inside a transaction
        return asked_month(reads.this_month())


def _visited(taxpayer_id: int) -> Visited:
    """What the form says.

    Raises:
        Invalid: a day, time or finding that is none.
    """
    form = request.form
    try:
        on, at = date.fromisoformat(form.get("on", "")), time.fromisoformat(form.get("at", ""))
    except ValueError:
        raise Invalid("log_time") from None
    try:
        finding = PatrolFinding(form.get("finding", ""))
    except ValueError:
        raise Invalid("patrol_finding") from None
    return Visited(
        taxpayer_id=taxpayer_id,
        on=on,
        at=at.replace(tzinfo=None),
        second_id=form.get("second", 0, int),
        finding=finding,
        content=form.get("content", ""),
    )


def _listing(session: Session, *, error: str = "") -> str:
    month = asked_month(reads.this_month())
    plan_of_it = reads.lines(session, actor(), month)
    made = reads.visits(session, actor(), month)
    plans = policy.may(actor(), Verb.PLAN_PATROLS)
    proposed: tuple[patrols.Proposed, ...] = ()
    most = 0
    if plans and month >= reads.this_month():
        most = int(limits.of_today(session).value("patrol_month"))
        try:
            proposed = patrols.propose(session, actor(), month)
        except Invalid:  # a month too far ahead has no proposal yet
            plans = False
    return render_template(
        "pages/patrols.html",
        crumbs=[(_("巡查"), None)],
        month=month,
        months=months_around(month, "patrols.listing"),
        lines=plan_of_it,
        visits=made,
        sums=reads.sums(plan_of_it, made),
        proposed=proposed,
        heads=policy.may(actor(), Verb.PLAN_PATROLS),
        most=most,
        plans=plans and month >= reads.this_month(),
        keeps=policy.may(actor(), Verb.KEEP_LOG),
        own=actor().user_id,
        typed=request.form,
        longest=patrols.LONGEST_REASON,
        error=error,
    )


def _page(session: Session, visit_id: int, *, error: str = "") -> str:
    shown = reads.page(session, actor(), visit_id)
    visit, own = shown.visit, actor().user_id
    is_open = visit.confirmed_at is None
    return render_template(
        "pages/patrol.html",
        crumbs=[(_("巡查"), url_for("patrols.listing")), (visit.name, None)],
        shown=shown,
        may_photograph=is_open and own in (visit.officer_id, visit.second_id),
        may_confirm=is_open and own == visit.second_id,
        may_open=policy.may(actor(), Verb.PLAN_PATROLS)
        and not is_open
        and visit.finding is PatrolFinding.DUTY
        and visit.case_id is None,
        upload_words=case_words.upload_words(),
        most=patrols.MOST_PHOTOGRAPHS,
        error=error,
    )


def _form(session: Session, taxpayer_id: int, *, error: str = "") -> str:
    household = reads.of_household(session, actor(), taxpayer_id)
    now = clock.now().astimezone(clock.BUREAU_ZONE)
    return render_template(
        "pages/patrol_new.html",
        crumbs=[(_("巡查"), url_for("patrols.listing")), (_("登记巡查"), None)],
        household=household,
        colleagues=patrols.colleagues(session, actor()),
        findings=list(PatrolFinding),
        typed=request.form,
        on=request.form.get("on") or clock.today().isoformat(),
        at=request.form.get("at") or f"{now:%H:%M}",
        longest=patrols.LONGEST,
        error=error,
    )
