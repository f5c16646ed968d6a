"""Directives: drafting one, and what the page of one shows of its lines, parts and sums."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from caseflow import policy
from caseflow.directive_indicators import Compared, Snapshot
from caseflow.models import Case
from caseflow.reads import directive_lines as reads
from caseflow.reads import units
from caseflow.services import directives
from caseflow.vocabulary import CaseKind, Invalid, Outcome, Role, UnitLevel, Verb
from caseflow.vocabulary.choices.directive import DrGrade, DrLineKind, DrLineOutcome
from caseflow.web import words
from caseflow.web.acts import Answer
from caseflow.web.house import acting, actor, reading
from caseflow.web.languages import language, name_of
from caseflow.web.sentences import sentence
from caseflow.web.speech import _, ngettext

bp = Blueprint("directives", __name__)


@bp.get("/directives/new")
def new() -> str:
    """The title under which a directive begins."""
    policy.require(actor(), Verb.DRAFT_DIRECTIVE)
    return _form()


@bp.post("/directives/new")
def draft() -> Answer:
    """Begin a directive: its first step comes to the desk of the post that drafts it."""
    policy.require(actor(), Verb.DRAFT_DIRECTIVE)
    try:
        with acting() as session:
            case_id = directives.draft(session, actor(), request.form.get("title", "")).id
    except Invalid as refusal:
        return _form(error=sentence(refusal)), HTTPStatus.UNPROCESSABLE_ENTITY
    return redirect(url_for("cases.page", case_id=case_id), 303)


@bp.post("/directives/of-meeting")
def of_meeting() -> Answer:
    """Begin a directive that a meeting decided; the leading division splits it first."""
    policy.require(actor(), Verb.DRAFT_DIRECTIVE)
    form = request.form
    item = directives.ActionItem(
        title=form.get("meeting_title", ""),
        minutes=form.get("minutes", ""),
        requirement=form.get("requirement", ""),
        leading_unit=form.get("leading_unit", ""),
        districts=form.getlist("districts"),
        deadline=form.get("deadline", ""),
    )
    try:
        with acting() as session:
            case_id = directives.of_meeting(session, actor(), item).id
    except Invalid as refusal:
        return _form(error=sentence(refusal)), HTTPStatus.UNPROCESSABLE_ENTITY
    return redirect(url_for("cases.page", case_id=case_id), 303)


@dataclass(frozen=True, slots=True)
class Shown:
    """A directive's lines, parts and sums in words."""

    found: reads.Overview

    @property
    def late(self) -> Sequence[reads.Part]:
        """The units that are late."""
        return self.found.late

    def outcome(self, line: reads.Line) -> str:
        """How a line ended, or that it is open."""
        return _outcome(line.outcome) if line.outcome else _("未办结")

    def kind(self, line: reads.Line) -> str:
        """As what a line is worked."""
        known = {term.value: term for term in DrLineKind}
        return _said(known[line.kind]) if line.kind in known else ""

    def state(self, part: reads.Part) -> str:
        """How far a part is."""
        words = {
            "open": _("办理中"),
            "answered": _("已反馈"),
            "accepted": _("已通过"),
            "late": _("逾期未反馈"),
        }
        return words[part.state]

    def grade(self, part: reads.Part) -> str:
        """The grade of the evaluation, if there is one."""
        return _said(DrGrade(part.grade)) if part.grade else ""

    def indicator(self, each: Compared) -> str:
        """An indicator by its code and name."""
        return f"{each.code} {name_of(each.name, each.name_en)}"

    def district(self, each: Compared) -> str:
        """Whose households are counted."""
        return next(part.unit for part in self.found.parts if part.unit_id == each.district_id)

    def snapshot(self, found: Snapshot | None) -> str:
        """How many households were found, and of which period; or that nothing was screened."""
        if found is None:
            return _("尚无筛查")
        count = ngettext("%(num)d 户", "%(num)d 户", found.households)
        return f"{count} · {words.period(found.period)}"

    def outcomes(self, sums: reads.Sums) -> str:
        """How many lines ended in which way."""
        found = sorted(sums.outcomes.items())
        return "、".join(f"{_outcome(word)} {count}" for word, count in found)


def shown(session: Session, case: Case) -> Shown | None:
    """What the page of a directive shows beside its steps; other cases: nothing."""
    if case.kind is not CaseKind.DR:
        return None
    return Shown(reads.overview(session, actor(), case))


def _form(error: str = "") -> str:
    with reading() as session:
        return render_template(
            "pages/directive_new.html",
            crumbs=[(_("核查任务"), url_for("cases.listing_page")), (_("起草督办"), None)],
            error=error,
            title=request.form.get("title", ""),
            asked=request.form,
            takes_items=Role.POST_ANALYSIS in actor().roles,
            divisions=units.of_level(session, UnitLevel.DIVISION),
            districts=units.of_level(session, UnitLevel.DISTRICT),
            unit_name=lambda unit: name_of(unit.name, unit.name_en),
        )


def _outcome(word: str) -> str:
    known = {term.value: term for term in (*DrLineOutcome, *Outcome)}
    return _said(known[word]) if word in known else word


def _said(term: DrLineKind | DrLineOutcome | DrGrade | Outcome) -> str:
    return term.en if language() == "en" else term.zh
