"""Evaluation plans: beginning one by hand, and the page on which candidates are decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from caseflow import policy
from caseflow.models import Case, PlanObject, Unit
from caseflow.reads import evaluation_plans as reads
from caseflow.services import evaluation_plans, limits
from caseflow.services.evaluation_plans import Edit, Trade
from caseflow.services.kinds.evaluation_plan import rows
from caseflow.vocabulary import CaseKind, Invalid, Role, Verb
from caseflow.vocabulary.choices import Tax
from caseflow.vocabulary.choices.plan import (
    PlanChoice,
    PlanEligibility,
    PlanKind,
    PlanPriority,
    PlanReason,
)
from caseflow.vocabulary.terms import Term
from caseflow.web import charts
from caseflow.web.acts import Answer
from caseflow.web.house import acting, actor, reading
from caseflow.web.languages import language
from caseflow.web.sentences import field_sentence, sentence
from caseflow.web.speech import _

bp = Blueprint("evaluation_plans", __name__)
_SHOWN = ("all", "open", "mandatory", "key", "included", "barred")


@bp.get("/plans/new")
def new() -> str:
    """Which plan is begun by hand: a supplement, or a campaign of one trade."""
    policy.require(actor(), Verb.DRAFT_PLAN)
    return _form({})


@bp.post("/plans/new")
def begin() -> Answer:
    """Begin a plan: its list comes to the desk of the post that drafts it."""
    policy.require(actor(), Verb.DRAFT_PLAN)
    try:
        with acting() as session:
            district = request.form.get("district", None, int)
            kind, trade = _wanted()
            begun = evaluation_plans.begin_by_hand(session, actor(), district, kind, trade)
            case_id = begun.id
    except Invalid as refusal:
        return _form(_errors(refusal)), HTTPStatus.UNPROCESSABLE_ENTITY
    return redirect(url_for("evaluation_plans.page", case_id=case_id), 303)


@bp.get("/plans/<int:case_id>")
def page(case_id: int) -> str:
    """The candidates of a plan: for who has it on the desk to decide, else to read."""
    with reading() as session:
        return _page(session, case_id, {})


@bp.post("/plans/<int:case_id>")
def save(case_id: int) -> Answer:
    """Keep what was said of the candidates of a page, or one choice for all that are ticked."""
    with reading() as session:
        shown = _overview(session, case_id)
        task_id = shown.task.id if shown.task else 0
        edits = [
            edit
            for line in shown.lines
            if _is_typed(line.object) and (edit := _edit(line.object)) != _standing(line.object)
        ]
        reasons = {each: request.form.get(f"quota-{each}", "") for each in shown.sections}
    said = {each: text for each, text in reasons.items() if f"quota-{each}" in request.form}
    try:
        with acting() as session:
            evaluation_plans.save(session, actor(), task_id, edits, said)
    except Invalid as refusal:
        with reading() as session:
            return _page(session, case_id, _errors(refusal)), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("已保存。"), "ok")
    return redirect(_here(case_id), 303)


@bp.post("/plans/<int:case_id>/gather")
def gather(case_id: int) -> Answer:
    """Put into the list who has become a candidate since."""
    with reading() as session:
        shown = _overview(session, case_id)
        task_id = shown.task.id if shown.task else 0
    with acting() as session:
        count = evaluation_plans.gather_again(session, actor(), task_id)
    flash(_("备选库已更新，新增 %(n)s 户。", n=count), "ok")
    return redirect(_here(case_id), 303)


@bp.post("/plans/<int:case_id>/add")
def add(case_id: int) -> Answer:
    """Put a household in by hand, or note that a higher level assesses it."""
    form = request.form
    with reading() as session:
        shown = _overview(session, case_id)
        task_id = shown.task.id if shown.task else 0
    try:
        with acting() as session:
            if form.get("what") == "higher":
                evaluation_plans.note_higher(
                    session,
                    actor(),
                    task_id,
                    tin=form.get("tin", ""),
                    first=_month("higher_from"),
                    last=_month("higher_to"),
                    source=form.get("add_reason", ""),
                )
            else:
                reason = form.get("add_reason", "")
                evaluation_plans.add(session, actor(), task_id, form.get("tin", ""), reason)
    except Invalid as refusal:
        with reading() as session:
            return _page(session, case_id, _errors(refusal)), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("已保存。"), "ok")
    return redirect(_here(case_id), 303)


@dataclass(frozen=True, slots=True)
class Bar:
    """The quota of a section, drawn: opened and planned against what it may be sent."""

    section: Unit
    planned: int
    opened: int
    most: int
    reason: str

    @property
    def is_over(self) -> bool:
        """Whether more is planned than there is room for."""
        return self.planned + self.opened > self.most

    @property
    def drawn(self) -> object:
        """The bar."""
        share = (self.planned + self.opened) / self.most if self.most else float(self.is_over)
        return charts.meter(share, "bad" if self.is_over else "ok", is_wide=True)


def _page(session: Session, case_id: int, errors: Mapping[str, str]) -> str:
    shown = _overview(session, case_id)
    times = limits.of_today(session)
    quota = rows.quotas(session, shown.plan.district_id, times)
    element = shown.task.element if shown.task else ""
    mine = shown.task is not None and _is_mine(shown)
    bars = [
        Bar(
            shown.sections[section],
            shown.planned.get(section, 0),
            each.opened,
            each.most,
            request.form.get(f"quota-{section}") or shown.plan.quota_reasons.get(str(section), ""),
        )
        for section, each in quota.items()
        if section in shown.sections
    ]
    return render_template(
        "pages/evaluation_plan.html",
        crumbs=[
            (shown.case.number, url_for("cases.page", case_id=case_id)),
            (_("评估对象"), None),
        ],
        shown=shown,
        bars=bars,
        errors=errors,
        error=_summary(errors),
        edits={line.object.id: _typed(line.object) for line in shown.lines},
        may_draft=mine and element in evaluation_plans.DRAFTING,
        may_decide=mine and element == evaluation_plans.APPROVING,
        views=[(each, _view(each), shown.counts[each]) for each in _SHOWN],
        which=_which(),
        said=_said,
        reasons=_reasons,
        eligibilities=PlanEligibility,
        choices=PlanChoice,
        priorities=PlanPriority,
        taxes=Tax,
        month=_month_words,
        refused=_refused,
        typed=request.form,
    )


def _overview(session: Session, case_id: int) -> reads.Overview:
    number = request.values.get("page", 1, int)
    return reads.one(session, actor(), case_id, which=_which(), page=number)


def _is_mine(shown: reads.Overview) -> bool:
    task = shown.task
    if task is None:
        return False
    if task.assignee_id is not None:
        return task.assignee_id == actor().user_id
    return any(
        post.unit_id == task.unit_id and post.role.value in task.roles for post in actor().posts
    )


def _which() -> str:
    wanted = request.values.get("which", "all")
    return wanted if wanted in _SHOWN else "all"


def _here(case_id: int) -> str:
    page_number = request.values.get("page", 1, int)
    return url_for("evaluation_plans.page", case_id=case_id, which=_which(), page=page_number)


def _is_typed(row: PlanObject) -> bool:
    return f"section-{row.id}" in request.form


def _typed(row: PlanObject) -> Edit:
    """A row as it was typed, else as it stands."""
    return _edit(row) if _is_typed(row) else _standing(row)


def _edit(row: PlanObject) -> Edit:
    """What was typed of a candidate; a choice for all ticked goes before."""
    form, key = request.form, str(row.id)
    edit = replace(
        _standing(row),
        section_id=form.get(f"section-{key}", row.section_id, int),
        taxes=tuple(form.getlist(f"taxes-{key}")),
        period_from=_month(f"from-{key}"),
        period_to=_month(f"to-{key}"),
        period_reason=form.get(f"period_reason-{key}", ""),
        priority=form.get(f"priority-{key}", "normal"),
        decision=form.get(f"decision-{key}", row.decision or "") or None,
        reason=form.get(f"reason-{key}", row.reason or ""),
        is_struck=form.get(f"struck-{key}") == "yes",
        struck_reason=form.get(f"struck_reason-{key}", ""),
    )
    if "bulk" not in form or key not in form.getlist("chosen"):
        return edit
    if form.get("bulk_decision"):
        edit = replace(edit, decision=form["bulk_decision"])
    if form.get("bulk_struck"):
        edit = replace(edit, is_struck=form["bulk_struck"] == "yes")
        edit = replace(edit, struck_reason=form.get("bulk_reason", "") or edit.struck_reason)
    elif form.get("bulk_reason"):
        edit = replace(edit, reason=form["bulk_reason"])
    if form.get("bulk_period_reason"):
        edit = replace(edit, period_reason=form["bulk_period_reason"])
    return edit


def _standing(row: PlanObject) -> Edit:
    return Edit(
        object_id=row.id,
        decision=row.decision,
        reason=row.reason or "",
        section_id=row.section_id,
        taxes=tuple(row.taxes),
        period_from=row.period_from,
        period_to=row.period_to,
        period_reason=row.period_reason or "",
        priority=row.priority,
        is_struck=row.struck_reason is not None,
        struck_reason=row.struck_reason or "",
    )


def _month(name: str) -> int:
    """A month as it is typed, 2009-10 or 200910; what is none is 0 and refused by the verb."""
    digits = request.form.get(name, "").strip().replace("-", "")
    return (
        int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= len("200910") else 0
    )


def _month_words(month: int) -> str:
    return f"{month // 100:04d}-{month % 100:02d}" if month else ""


def _wanted() -> tuple[PlanKind, Trade | None]:
    form = request.form
    if form.get("kind") != PlanKind.CAMPAIGN:
        return PlanKind.SUPPLEMENT, None
    return PlanKind.CAMPAIGN, Trade(
        industry=form.get("industry", "").strip(),
        period_from=_month("period_from"),
        period_to=_month("period_to"),
        method_paper=form.get("method_paper", ""),
        share=form.get("share", 0, int),
    )


def _form(errors: Mapping[str, str]) -> str:
    with reading() as session:
        is_citys = Role.POST_ANALYSIS in actor().roles
        return render_template(
            "pages/evaluation_plan_new.html",
            crumbs=[(_("核查任务"), url_for("cases.listing_page")), (_("拟定评估计划"), None)],
            districts=evaluation_plans.districts(session) if is_citys else (),
            errors=errors,
            error=_summary(errors),
            typed=request.form,
        )


def _errors(refusal: Invalid) -> dict[str, str]:
    fields = refusal.values.get("fields")
    if not isinstance(fields, dict):
        return {"": sentence(refusal)}
    return {place: field_sentence(code, values) for place, (code, values) in fields.items()}


def _summary(errors: Mapping[str, str]) -> str:
    if not errors:
        return ""
    return errors.get("") or _("有 %(n)s 处需要补正，填写的内容没有丢失。", n=len(errors))


def _view(which: str) -> str:
    return {
        "all": _("全部"),
        "open": _("未决定"),
        "mandatory": _("6.0 分以上"),
        "key": _("重点税源"),
        "included": _("列入计划"),
        "barred": _("不能列入"),
    }[which]


def _said(term: Term) -> str:
    return term.en if language() == "en" else term.zh


def _reasons(row: PlanObject) -> str:
    return "、".join(_said(PlanReason(each)) for each in row.reasons)


def _refused(row: PlanObject) -> str:
    known = {term.value: term for term in PlanEligibility}
    return _said(known[row.refused]) if row.refused in known else _("未能开立")


def link(case: Case) -> str:
    """Where the candidates of a plan are; other cases have none."""
    return url_for("evaluation_plans.page", case_id=case.id) if case.kind is CaseKind.EP else ""
