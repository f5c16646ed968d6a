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
from caseflow.reads import frame as frame_reads
from caseflow.services import cases, deputies
from caseflow.vocabulary import CaseKind, Invalid, Role
from caseflow.web import acts, deputy_words
from caseflow.web.house import acting, actor, reading
from caseflow.web.sentences import sentence
from caseflow.web.speech import _
from caseflow.web.words import joined

bp = Blueprint("deputies", __name__)


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
    try:
        wish = _wish()
    except Invalid as refusal:
        with reading() as session:
            return page.again(session, refusal), HTTPStatus.UNPROCESSABLE_ENTITY
    return page.act(
        _told,
        deputies.grant,
        request.form.get("principal", 0, int),
        request.form.get("deputy", 0, int),
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
    """That it is done, and what the deputy will not be able to do all the same."""
    with reading() as session:
        kept = reads.kept_from(session, actor(), done.principal_id, done.deputy_id)
    told = _("代理已生效或将按期生效，并已留痕。")
    if not kept:
        return told
    return told + _(
        "代理人不在涉密案卷 %(numbers)s 的查阅名单上，看不到也办不了，请标记人列入名单。",
        numbers=joined(kept),
    )


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


def _form(session: Session, *, error: str = "") -> str:
    wanted = request.values.get("principal", 0, int)
    persons = reads.principals(session, actor())
    person = reads.principal(session, actor(), wanted) if wanted else None
    found = reads.candidates(session, person) if person else ()
    posts = [post for each in (*persons, *found) for post in each.posts]
    units = frame_reads.units_of(session, posts)
    return render_template(
        "pages/deputy_new.html",
        crumbs=[(_("代理"), url_for("deputies.listing")), (_("安排代理"), None)],
        persons=[(each, deputy_words.posts(each.posts, units)) for each in persons],
        person=person,
        posts=deputy_words.posts(person.posts, units) if person else "",
        found=[(each, deputy_words.posts(each.posts, units)) for each in found],
        roles=list(dict.fromkeys(post.role for post in person.posts)) if person else [],
        kinds=list(cases.PROCESSES),
        typed=request.form,
        today=clock.today(),
        error=error,
    )
