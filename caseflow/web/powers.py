"""Powers beyond the posts: grants, sensitive files, and the reason before a household opens."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from caseflow import clock, policy
from caseflow.reads import powers as reads
from caseflow.reads import trace
from caseflow.services.powers import drill_downs, grants, sensitive
from caseflow.vocabulary import Conflict, Forbidden, Invalid, NotFound, Role, Verb
from caseflow.web import acts, colleagues, contacts, readings
from caseflow.web.errors import STATUS
from caseflow.web.house import acting, actor, reading, surveying, writing
from caseflow.web.languages import name_of
from caseflow.web.sentences import sentence
from caseflow.web.speech import _
from caseflow.web.words import joined

bp = Blueprint("powers", __name__)

_KEPT = (Conflict, Forbidden, Invalid, NotFound)


@bp.get("/powers/grants")
def grants_page() -> str:
    """Grants to the person, and those that the person gives."""
    with reading() as session:
        return _grants(session)


@bp.post("/powers/grants")
def give() -> acts.Answer:
    """Let somebody see something for a time; a refusal keeps what was typed."""
    policy.require(actor(), Verb.GRANT_SIGHT)
    form = request.form
    try:
        wish = grants.Wish(_unit(), form.get("tin", ""), form.get("number", ""))
        with acting() as session:
            grants.give(
                session,
                actor(),
                wish,
                login=colleagues.login_of(session, form.get("login", "")),
                valid_from=_day("valid_from"),
                valid_to=_day("valid_to"),
                reason=form.get("reason", ""),
            )
    except _KEPT as refusal:
        readings.note_refusal(refusal)
        with reading() as session:
            return _grants(session, error=sentence(refusal)), STATUS[type(refusal)]
    flash(_("授权已登记，期内有效，双方的留痕里都有记录。"), "ok")
    return redirect(url_for("powers.grants_page"), 303)


@bp.post("/powers/grants/<int:grant_id>/revoke")
def revoke(grant_id: int) -> acts.Answer:
    """End a grant at once."""
    with acting() as session:
        grants.revoke(session, actor(), grant_id)
    flash(_("授权已收回，立即失效。"), "ok")
    return redirect(url_for("powers.grants_page"), 303)


@bp.get("/powers/sensitive")
def sensitive_page() -> str:
    """The register of sensitive files, with who may open them and who did."""
    with surveying() as session:
        return _sensitive(session)


@bp.post("/powers/sensitive/review")
def review() -> acts.Answer | str:
    """What a mark would do, before it is set: whose work it would hide, and who may be named."""
    policy.require(actor(), Verb.MARK_SENSITIVE)
    number, tin, reason = _wished()
    try:
        sensitive.require_wish(number=number, tin=tin, reason=reason)
        with surveying() as session:
            found = trace.preview(session, actor(), number=number, tin=tin)
            return render_template(
                "pages/mark.html",
                crumbs=[(_("涉密案卷"), url_for("powers.sensitive_page")), (_("标记涉密"), None)],
                found=found,
                losers=[
                    (each.login, each.name, joined(_work(work) for work in each.works))
                    for each in found.losers
                ],
                number=number,
                tin=tin,
                reason=reason,
                readers=request.form.getlist("reader"),
            )
    except _KEPT as refusal:
        with surveying() as session:
            return _sensitive(session, error=sentence(refusal)), STATUS[type(refusal)]


@bp.post("/powers/sensitive")
def mark() -> acts.Answer:
    """Mark a case or a household as sensitive, with those named who are to go on working on it."""
    number, tin, reason = _wished()
    readers = request.form.getlist("reader")

    def act(session: Session) -> None:
        file = sensitive.mark(session, actor(), number=number, tin=tin, reason=reason)
        for login in dict.fromkeys(readers):
            sensitive.allow(session, actor(), file.id, login=login)

    return _act(act)


@bp.post("/powers/sensitive/<int:mark_id>/readers")
def allow(mark_id: int) -> acts.Answer:
    """Name a reader of a sensitive file."""
    typed = request.form.get("login", "")
    return _act(
        lambda session: sensitive.allow(
            session, actor(), mark_id, login=colleagues.login_of(session, typed)
        )
    )


@bp.post("/powers/sensitive/<int:mark_id>/readers/<int:user_id>/end")
def end(mark_id: int, user_id: int) -> acts.Answer:
    """Take a reader's name off."""
    return _act(lambda session: sensitive.end(session, actor(), mark_id, user_id))


@bp.post("/powers/sensitive/<int:mark_id>/lift")
def lift(mark_id: int) -> acts.Answer:
    """Lift a mark."""
    reason = request.form.get("reason", "")
    return _act(lambda session: sensitive.lift(session, actor(), mark_id, reason=reason))


@bp.get("/taxpayers/<int:taxpayer_id>/reason")
def reason_page(taxpayer_id: int) -> Response | str:
    """Ask a city leader why a household is opened; whoever need not say goes on at once."""
    with reading() as session:
        page = _reason(session, taxpayer_id)
        if not reads.needs_reason(session, actor(), taxpayer_id):
            return redirect(_onward(taxpayer_id), 303)
        return page


@bp.post("/taxpayers/<int:taxpayer_id>/reason")
def give_reason(taxpayer_id: int) -> acts.Answer:
    """Keep the reason and go on to where the person wanted."""
    reason = request.form.get("reason", "")
    try:
        with writing() as session:
            drill_downs.give_reason(session, actor(), taxpayer_id, reason=reason)
    except Invalid as refusal:
        with reading() as session:
            page = _reason(session, taxpayer_id, error=sentence(refusal))
            return page, STATUS[Invalid]
    return redirect(_onward(taxpayer_id), 303)


def _work(work: trace.Work) -> str:
    step = name_of(work.step, work.step_en)
    if work.for_whom is None:
        return f"{work.number} {step}"
    return f"{work.number} " + _("%(step)s（代 %(name)s）", step=step, name=work.for_whom)


def _wished() -> tuple[str, str, str]:
    number, tin, reason = (request.form.get(name, "") for name in ("number", "tin", "reason"))
    return number, tin, reason


def _act(verb: Callable[[Session], object]) -> acts.Answer:
    """Do something with a mark and show the register; a refusal keeps what was typed."""
    try:
        with acting() as session:
            verb(session)
    except _KEPT as refusal:
        readings.note_refusal(refusal)
        if not reads.keeps_register(actor()):
            raise
        with surveying() as session:
            return _sensitive(session, error=sentence(refusal)), STATUS[type(refusal)]
    flash(_("已登记并留痕。"), "ok")
    return redirect(url_for("powers.sensitive_page"), 303)


def _grants(session: Session, *, error: str = "") -> str:
    may_give = policy.may(actor(), Verb.GRANT_SIGHT)
    return render_template(
        "pages/grants.html",
        crumbs=[(_("临时授权"), None)],
        rows=reads.grants(session, actor(), over=grants.within(actor()) if may_give else None),
        may_give=may_give,
        units=_units(session) if may_give else (),
        today=clock.today(),
        longest=grants.LONGEST.days,
        typed=request.form,
        error=error,
    )


def _units(session: Session) -> list[tuple[int, str]]:
    """The units to choose from, each section with its district."""
    found = reads.units_to_grant(session, actor())
    names = {unit.id: name_of(unit.name, unit.name_en) for unit in found}
    return [
        (unit.id, " · ".join(filter(None, (names.get(unit.parent_id or 0), names[unit.id]))))
        for unit in found
    ]


def _sensitive(session: Session, *, error: str = "") -> str:
    """The register as far as the person keeps it.

    The house itself reads it: row security hides marked cases from those who lift the marks too.
    """
    if not reads.keeps_register(actor()):
        # A division's chief of another line is not told to be one.
        others = {*policy.VERBS[Verb.MARK_SENSITIVE], Role.AUDITOR} - actor().roles
        roles = sorted(role.value for role in others)
        raise Forbidden("not_your_post", verb=Verb.MARK_SENSITIVE, roles=roles)
    return render_template(
        "pages/sensitive.html",
        crumbs=[(_("涉密案卷"), None)],
        rows=[
            (row, joined(row.waits.people) if row.waits else "")
            for row in reads.sensitive(session, actor(), over=sensitive.kept_by(actor()))
        ],
        may_change=policy.may(actor(), Verb.MARK_SENSITIVE),
        typed_mark=(request.view_args or {}).get("mark_id"),
        typed_reader=request.form.get("login", ""),
        typed=request.form,
        error=error,
    )


def _reason(session: Session, taxpayer_id: int, *, error: str = "") -> str:
    household = reads.household(session, actor(), taxpayer_id)
    return render_template(
        "pages/reason.html",
        crumbs=[(_("纳税人"), url_for("taxpayers.listing_page")), (_("查看事由"), None)],
        taxpayer=household,
        tin=contacts.tin_of(household),
        onward=_onward(taxpayer_id),
        typed=request.form,
        error=error,
    )


def _onward(taxpayer_id: int) -> str:
    """Where the person wanted to go: a page of this house, else the household."""
    wanted = request.values.get("next", "")
    is_of_house = wanted.startswith("/") and not wanted.startswith("//") and "\\" not in wanted
    if is_of_house and wanted.isprintable():
        return wanted
    return url_for("taxpayers.page", taxpayer_id=taxpayer_id)


def _unit() -> int | None:
    text = request.form.get("unit", "")
    return int(text) if text.isdecimal() and len(text) < 19 else None  # noqa: PLR2004 -- bigint


def _day(name: str) -> date:
    try:
        return date.fromisoformat(request.form.get(name, ""))
    except ValueError:
        raise Invalid("grant_day") from None
