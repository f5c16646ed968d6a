"""复查、抽查: drawing plans, giving cases out, reporting, signing; spot checks of a section."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from caseflow import clock, policy
from caseflow.models import Recheck
from caseflow.reads import rechecks as reads
from caseflow.services.rechecks import candidates, checks, plans, spot
from caseflow.services.rechecks.candidates import Candidate
from caseflow.services.rechecks.checks import Report
from caseflow.services.rechecks.plans import Drawn, Period
from caseflow.vocabulary import (
    Actor,
    Forbidden,
    Invalid,
    RecheckLevel,
    RecheckResult,
    RecheckState,
    RecheckWhy,
    Verb,
)
from caseflow.web import acts
from caseflow.web.house import acting, actor, preparing, reading
from caseflow.web.sentences import sentence
from caseflow.web.speech import _

bp = Blueprint("rechecks", __name__)
# Seeds that the page offers: short enough to be read out.
_SEEDS = 10**9
_DIGITS = 18


@dataclass(frozen=True, slots=True)
class Told:
    """A plan that was drawn again: whether population and cases are what they were."""

    is_same: bool
    population: int


@bp.get("/rechecks")
def listing() -> str:
    """What the person has to check, the plans of the own units, and the forms that draw more."""
    with reading() as session:
        return _listing(session)


@bp.post("/rechecks/preview")
def preview() -> str | tuple[str, int]:
    """How many and which cases a seed draws for a period; nothing is kept."""
    try:
        period, seed = _period(), _seed()
        with preparing() as session:  # whole: what row security hides is in the population too
            found = plans.preview(session, actor(), period, seed=seed)
    except Invalid as refusal:
        return _refused(refusal)
    with reading() as session:
        rows = reads.told(session, actor(), [line.case_id for line in found.lines])
        return render_template(
            "pages/recheck_preview.html",
            crumbs=_crumbs(_("预览")),
            found=found,
            rows=[(line, rows[line.case_id]) for line in found.lines if line.case_id in rows],
            hidden=sum(line.case_id not in rows for line in found.lines),
            counts=_counts(found),
            period=_period_words(found.period),
        )


@bp.post("/rechecks")
def draw() -> Response | tuple[str, int]:
    """Draw the plan of a period."""
    try:
        period, seed = _period(), _seed()
        with acting() as session:
            plan_id = plans.draw(session, actor(), period, seed=seed).id
    except Invalid as refusal:
        return _refused(refusal)
    flash(_("已抽取，请逐件派员。"), "ok")
    return redirect(url_for("rechecks.plan", plan_id=plan_id), 303)


@bp.post("/rechecks/spot")
def spot_draw() -> Response | tuple[str, int]:
    """Draw cases of the own section by lot, or take one by its number."""
    policy.require(actor(), Verb.SPOT_CHECK)
    form = request.form
    try:
        with acting() as session:
            if form.get("number", "").strip():
                made = spot.choose(session, actor(), number=form["number"])
            else:
                made = spot.draw(
                    session,
                    actor(),
                    which=form.get("which", ""),
                    size=form.get("size", 0, int),
                    seed=_seed(),
                )
            plan_id = made.id
    except Invalid as refusal:
        return _refused(refusal)
    flash(_("已抽取，请逐件查看并记录结果。"), "ok")
    return redirect(url_for("rechecks.plan", plan_id=plan_id), 303)


@bp.get("/rechecks/plans/<int:plan_id>")
def plan(plan_id: int) -> str:
    """One plan: its figures and its cases."""
    with reading() as session:
        found = reads.plan(session, actor(), plan_id)
        rows = reads.of_plan(session, actor(), plan_id)
        period = Period(found.plan.begins_on, found.plan.ends_on)
        return render_template(
            "pages/recheck_plan.html",
            crumbs=_crumbs(_period_words(period)),
            found=found,
            rows=rows,
            hidden=found.figures.cases - len(rows),
            period=_period_words(period),
            is_spot=found.plan.level is RecheckLevel.SECTION,
        )


@bp.get("/rechecks/<int:recheck_id>")
def page(recheck_id: int) -> str:
    """One re-check, with the form of whoever's turn it is."""
    with reading() as session:
        return _page(session, recheck_id)


@bp.post("/rechecks/<int:recheck_id>/assign")
def assign(recheck_id: int) -> acts.Answer:
    """Name the re-checker."""
    return _at(recheck_id).act(
        _("已派员，复查人的待办里已有这一件。"),
        checks.assign,
        recheck_id,
        officer_id=request.form.get("officer", 0, int),
    )


@bp.post("/rechecks/<int:recheck_id>/report")
def report(recheck_id: int) -> acts.Answer:
    """Hand in what the re-check found."""
    return _at(recheck_id).act(_("已提交，待局领导签批。"), _report, recheck_id)


@bp.post("/rechecks/<int:recheck_id>/sign")
def sign(recheck_id: int) -> acts.Answer:
    """Sign the report."""
    return _at(recheck_id).act(
        _("已签批，复查报告已编号存档。"),
        checks.sign,
        recheck_id,
        opinion=request.form.get("opinion", ""),
    )


@bp.post("/rechecks/<int:recheck_id>/send-back")
def send_back(recheck_id: int) -> acts.Answer:
    """Give the report back."""
    return _at(recheck_id).act(
        _("已退回复查人。"), checks.send_back, recheck_id, reason=request.form.get("reason", "")
    )


@bp.post("/rechecks/<int:recheck_id>/spot")
def spot_result(recheck_id: int) -> acts.Answer:
    """Record what a spot check found."""
    return _at(recheck_id).act(_("已记录抽查结果。"), _spot_result, recheck_id)


def _report(session: Session, who: Actor, recheck_id: int) -> Recheck:
    reads.page(session, who, recheck_id)  # what does not exist for somebody is not theirs to fill
    names = ("changes", "cause", "responsibility", "advice", "tax_after")
    texts = {name: request.form.get(name, "") for name in names}
    return checks.report(session, who, recheck_id, said=Report(_result(), **texts))


def _spot_result(session: Session, who: Actor, recheck_id: int) -> Recheck:
    reads.page(session, who, recheck_id)
    found, advice = request.form.get("found", ""), request.form.get("advice", "")
    return spot.record_result(
        session, who, recheck_id, result=_result(), found=found, advice=advice
    )


def _listing(session: Session, *, error: str = "") -> str:
    place = _place(session)
    return render_template(
        "pages/rechecks.html",
        crumbs=[(_("复查"), None)],
        mine=reads.mine(session, actor()),
        plans=[
            (each, _period_words(Period(each.plan.begins_on, each.plan.ends_on)))
            for each in reads.plans(session, actor())
        ]
        if reads.sees_any(actor())
        else None,
        periods=[
            (each.begins_on.isoformat(), _period_words(each))
            for each in plans.periods(place.level, clock.today())
        ]
        if place
        else (),
        may_spot=policy.may(actor(), Verb.SPOT_CHECK),
        most=spot.MOST,
        typed=request.form,
        seed=request.form.get("seed") or str(secrets.randbelow(_SEEDS)),
        error=error,
    )


def _page(session: Session, recheck_id: int, *, error: str = "") -> str:
    shown = reads.page(session, actor(), recheck_id)
    row = shown.row
    is_spot = row.why is RecheckWhy.SPOT
    may_assign = (
        not is_spot
        and checks.answers_for(actor(), shown.plan)
        and row.state in {RecheckState.DRAWN, RecheckState.ASSIGNED}
    )
    found = candidates.of(session, shown.plan, shown.case) if may_assign else ()
    return render_template(
        "pages/recheck.html",
        crumbs=[
            (_("复查"), url_for("rechecks.listing")),
            (shown.case.number, None),
        ],
        shown=shown,
        row=row,
        is_spot=is_spot,
        may_assign=may_assign,
        free=[each for each in found if not each.refusal],
        kept=[(each, _why_not(each)) for each in found if each.refusal],
        may_report=not is_spot and checks.may_report(session, actor(), row, shown.case),
        may_sign=not is_spot and checks.may_sign(session, actor(), row, shown.plan, shown.case),
        may_spot=is_spot
        and row.state is RecheckState.DRAWN
        and shown.plan.unit_id in actor().units_as(*policy.VERBS[Verb.SPOT_CHECK]),
        longest=checks.LONGEST,
        shortest=checks.SHORTEST,
        typed=request.form,
        error=error,
    )


def _at(recheck_id: int) -> acts.Page:
    return acts.Page(
        url_for("rechecks.page", recheck_id=recheck_id),
        lambda session, refusal: _page(session, recheck_id, error=sentence(refusal)),
    )


def _refused(refusal: Invalid) -> tuple[str, int]:
    with reading() as session:
        page = _listing(session, error=sentence(refusal))
    return page, HTTPStatus.UNPROCESSABLE_ENTITY


def _place(session: Session) -> plans.Place | None:
    try:
        return plans.place_of(session, actor())
    except Forbidden:
        return None


def _period() -> Period:
    """The period whose first day was chosen, of those that may be drawn."""
    with reading() as session:
        known = plans.periods(plans.place_of(session, actor()).level, clock.today())
    wanted = request.form.get("period", "")
    found = [each for each in known if each.begins_on.isoformat() == wanted]
    if not found:
        raise Invalid("recheck_period")
    return found[0]


def _seed() -> int:
    text = request.form.get("seed", "").strip()
    if not (text.isascii() and text.isdigit()) or len(text) > _DIGITS:
        raise Invalid("sample_seed")
    return int(text)


def _result() -> RecheckResult:
    try:
        return RecheckResult(request.form.get("result", ""))
    except ValueError:
        raise Invalid("recheck_result") from None


def _counts(found: Drawn) -> Mapping[RecheckWhy, int]:
    return {why: found.count(why) for why in RecheckWhy if why is not RecheckWhy.SPOT}


def _period_words(period: Period) -> str:
    begins, ends = period.begins_on, period.ends_on
    if (begins.month, begins.day, ends.month) == (1, 1, 12):
        return _("%(year)s 年", year=begins.year)
    if (begins.month, begins.day, ends.month) == (1, 1, 6):
        return _("%(year)s 年上半年", year=begins.year)
    if (begins.month, begins.day, ends.month) == (7, 1, 12):
        return _("%(year)s 年下半年", year=begins.year)
    return _("%(since)s 至 %(until)s", since=begins, until=ends)


def _why_not(each: Candidate) -> str:
    return {
        "recused": _("已回避"),
        "took_part": _("办过这件任务的步骤"),
        "stands_for": _("正代理办过这件任务的人"),
        "signs": _("由其签批"),
        "withheld": _("不在涉密案卷的查阅名单上"),
    }[each.refusal]


def _crumbs(name: str) -> list[tuple[str, str | None]]:
    return [(_("复查"), url_for("rechecks.listing")), (name, None)]
