"""Deputies: who acts for me and for whom I act, naming one, ending it."""

from __future__ import annotations

from datetime import date
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from caseflow import clock
from caseflow.models import Deputy
from caseflow.reads import deputies as reads
from caseflow.reads import directory
from caseflow.reads import frame as frame_reads
from caseflow.reads.directory import Colleague
from caseflow.services import deputies
from caseflow.vocabulary import CaseKind, Invalid, Role
from caseflow.vocabulary.kinds import PROCESSES
from caseflow.web import acts, colleagues, deputy_words
from caseflow.web.house import acting, actor, reading
from caseflow.web.sentences import sentence
from caseflow.web.speech import _
from caseflow.web.words import day_long

bp = Blueprint("deputies", __name__)

_LONGEST_NUMBER = 19  # bigint


@bp.get("/deputies")
def listing() -> str:
    """Deputyships given and received, and for heads those of their people."""
    with reading() as session:
        found = reads.lists(session, actor())
        held = [post for each in actor().stands_for for post in each.posts]
        units = frame_reads.units_of(session, held)
        return render_template(
            "pages/deputies.html",
            crumbs=[(_("代理"), None)],
            today=[deputy_words.standing(each, actor(), units) for each in actor().stands_for],
            tables=[
                (_("我代理的人"), _("没有由您代理的人"), found.received),
                (_("代理我的人"), _("您没有安排代理"), found.given),
                *(
                    [(_("本单位的代理"), _("所辖人员没有安排代理"), found.others)]
                    if found.may_see_others
                    else []
                ),
            ],
            say_state=deputy_words.state,
            say_bounds=deputy_words.bounds,
            say_out_of_reach=deputy_words.out_of_reach,
            may_name=bool(reads.principals(session, actor())),
        )


@bp.get("/deputies/new")
def new() -> str:
    """For whom, then the form with the people who may stand in."""
    with reading() as session:
        return _form(session)


@bp.post("/deputies/new")
def grant() -> acts.Answer:
    """Name a deputy."""
    page = acts.Page(
        url_for("deputies.listing"),
        lambda session, refusal: _form(session, error=sentence(refusal)),
    )
    principal_id = request.form.get("principal", 0, int)
    try:
        wish = _wish()
        with reading() as session:
            deputy_id = _deputy(session, principal_id)
    except Invalid as refusal:
        with reading() as session:
            return page.again(session, refusal), HTTPStatus.UNPROCESSABLE_ENTITY
    return page.act(
        _told,
        deputies.grant,
        principal_id,
        deputy_id,
        wish=wish,
    )


@bp.post("/deputies/<int:grant_id>/revoke")
def revoke(grant_id: int) -> Response:
    """End a deputyship at once."""
    with acting() as session:
        deputies.revoke(session, actor(), grant_id)
    flash(_("代理已撤销，代理人领取而未提交的步骤已放回待领取。"), "ok")
    return redirect(url_for("deputies.listing"), 303)


def _told(done: Deputy) -> str:
    """From when it holds, and what the deputy will not be able to do all the same."""
    with reading() as session:
        kept = reads.out_of_reach(session, actor(), [done.id]).get(done.id)
        holds = done.valid_from <= clock.today()
    told = (
        _("代理今天起生效，已留痕。")
        if holds
        else _("代理自 %(day)s起生效，已留痕。", day=day_long(done.valid_from))
    )
    return told if kept is None else told + deputy_words.out_of_reach(kept)


def _wish() -> deputies.Wish:
    """What the form asks for.

    Raises:
        Invalid: a day that is none, a role or kind that no page offers.
    """
    form = request.form
    try:
        first, last = date.fromisoformat(form["first"]), date.fromisoformat(form["last"])
    except (KeyError, ValueError):
        raise Invalid("bad_day") from None
    try:
        roles = frozenset(Role(value) for value in form.getlist("roles"))
        kinds = frozenset(CaseKind(value) for value in form.getlist("kinds"))
    except ValueError:
        raise Invalid("deputy_roles", name=_("被代理人")) from None
    return deputies.Wish(first, last, form.get("reason", ""), roles or None, kinds or None)


def _deputy(session: Session, principal_id: int) -> int:
    """Whom the form names: one of those offered, else anybody of this name; the verb judges."""
    typed = request.form.get("deputy", "")
    if typed.isdecimal() and len(typed) < _LONGEST_NUMBER:
        return int(typed)
    offered = reads.candidates(session, reads.principal(session, actor(), principal_id))
    try:
        return colleagues.chosen(session, typed, offered)
    except Invalid as refusal:
        known = directory.named(session, colleagues.last_part(typed))
        if refusal.code != "person_unknown" or len(known) != 1:
            raise
        return known[0].id


def _principal(session: Session) -> tuple[Colleague | None, str]:
    """For whom a deputy is named, and what is wrong with how that was said."""
    typed = request.values.get("principal", "").strip()
    if not typed:
        return None, ""
    try:
        if typed.isdecimal() and len(typed) < _LONGEST_NUMBER:
            user_id = int(typed)
        else:
            last = colleagues.last_part(typed)
            offered = reads.principals(session, actor(), text=last)
            user_id = offered[0].id if len(offered) == 1 else 0
            user_id = user_id or colleagues.chosen(session, typed, offered)
    except Invalid as refusal:
        return None, sentence(refusal)
    return reads.principal(session, actor(), user_id), ""


def _form(session: Session, *, error: str = "") -> str:
    persons = reads.principals(session, actor())
    person, unclear = _principal(session)
    if "principal" not in request.values:  # nearly everybody means themselves
        person = next((each for each in persons if each.id == actor().user_id), None)
    found = reads.candidates(session, person) if person else ()
    posts = [post for each in (*persons, *found) for post in each.posts]
    units = frame_reads.units_of(session, [*posts, *(person.posts if person else ())])
    typed = request.form.get("deputy", "")
    by_number = {str(each.id): colleagues.words(each, units) for each in found}
    return render_template(
        "pages/deputy_new.html",
        crumbs=[(_("代理"), url_for("deputies.listing")), (_("安排代理"), None)],
        persons=[colleagues.words(each, units) for each in persons],
        person=person,
        wanted=colleagues.words(person, units) if person else request.values.get("principal", ""),
        found=list(by_number.values()),
        deputy=by_number.get(typed, typed),
        roles=list(dict.fromkeys(post.role for post in person.posts)) if person else [],
        kinds=list(PROCESSES),
        typed=request.form,
        today=clock.today(),
        error=error or unclear,
    )
