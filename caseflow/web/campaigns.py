"""专项任务: beginning one, making its list, progress and results; 照此办理 of like cases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from caseflow import clock, policy
from caseflow.masking import masked
from caseflow.models import Case, RepeatedAnswer, Task, Taxpayer, Unit
from caseflow.reads import campaigns as reads
from caseflow.reads.campaigns import Head, Line, Overview, Progress
from caseflow.services import alike_steps, campaign_lists, campaigns, exports, repeated_answers
from caseflow.services.campaign_lists import Conditions
from caseflow.services.campaigns import Draft
from caseflow.vocabulary import (
    CaseKind,
    CaseStatus,
    Forbidden,
    Invalid,
    NotFound,
    Outcome,
    Role,
    UnitLevel,
)
from caseflow.vocabulary.choices.abnormal import AbLaterAct
from caseflow.vocabulary.choices.campaigns import (
    PLANS,
    CampaignSource,
    CampaignSubject,
    LeftOutReason,
    LineVerdict,
)
from caseflow.vocabulary.choices.correction import Duty
from caseflow.vocabulary.choices.third_party import MarkProposal
from caseflow.vocabulary.choices.verification import FindingCause
from caseflow.vocabulary.choices.zero_filing import ZeroFilingCause
from caseflow.vocabulary.terms import Term
from caseflow.web import charts, sheets, taxpayer_words, words
from caseflow.web.acts import Answer
from caseflow.web.house import acting, actor, reading, writing
from caseflow.web.languages import language, name_of
from caseflow.web.sentences import SENTENCES, field_sentence, sentence
from caseflow.web.sheets import Sheet
from caseflow.web.speech import _

bp = Blueprint("campaigns", __name__)
_LARGEST_FILE = 8 << 20
_SHOWN = 200
_ENDS: Mapping[CampaignSubject, CampaignSubject] = {
    CampaignSubject.MARK_LOCAL_ONLY: CampaignSubject.END_LOCAL_ONLY,
    CampaignSubject.MARK_BELOW_THRESHOLD: CampaignSubject.END_BELOW_THRESHOLD,
}


@bp.get("/campaigns")
def listing() -> str:
    """Every campaign within sight, with how far it is."""
    if not reads.sees_any(actor()):
        raise Forbidden("not_your_post", roles=["district_director", "post_analysis"])
    with reading() as session:
        return render_template(
            "pages/campaigns.html",
            crumbs=[(_("专项任务"), None)],
            rows=reads.listing(session, actor()),
            may_begin=campaigns.may_begin(actor()),
            subject=lambda value: _term(CampaignSubject, value),
            status=lambda value: _term(CaseStatus, value),
        )


@bp.get("/campaigns/new")
def new() -> str:
    """What a campaign is to be about, by when, and how it is worked."""
    _require_composer()
    return _form({})


@bp.post("/campaigns/new")
def begin() -> Answer:
    """Begin a campaign: its list is made on its page."""
    _require_composer()
    try:
        with acting() as session:
            case_id = campaigns.begin(session, actor(), _draft()).id
    except Invalid as refusal:
        return _form(_errors(refusal)), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("已立项，请制作清册。"), "ok")
    of_campaign = request.form.get("of") or None
    return redirect(url_for("campaigns.page", case_id=case_id, of=of_campaign), 303)


@bp.get("/campaigns/<int:case_id>")
def page(case_id: int) -> str:
    """One campaign: its list, how far it is, what was found."""
    with reading() as session:
        return _page(session, case_id, {})


@bp.post("/campaigns/<int:case_id>/list")
def make_list(case_id: int) -> Answer:
    """Make the list anew, of a file, a query, an indicator, or an earlier campaign."""
    task_id = _composing(case_id)
    try:
        with acting() as session:
            told = _made(session, task_id)
    except Invalid as refusal:
        with reading() as session:
            return _page(session, case_id, _errors(refusal)), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(
        _(
            "清册已制作：立户 %(opens)s 户，并入 %(joins)s 户，不列入 %(out)s 户。",
            opens=told["opens"],
            joins=told["joins"],
            out=told["left_out"],
        ),
        "ok",
    )
    return redirect(_here(case_id), 303)


@bp.post("/campaigns/<int:case_id>/take-out")
def take_out(case_id: int) -> Answer:
    """Leave the ticked rows out, with a reason."""
    task_id = _composing(case_id)
    try:
        with acting() as session:
            numbers, reason = request.form.getlist("number", int), request.form.get("reason", "")
            count = campaigns.take_out(session, actor(), task_id, numbers, reason)
    except Invalid as refusal:
        with reading() as session:
            return _page(session, case_id, _errors(refusal)), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("已剔除 %(n)s 户。", n=count), "ok")
    return redirect(_here(case_id), 303)


@bp.get("/campaigns/<int:case_id>.csv")
def result_file(case_id: int) -> Response:
    """Every row of the list with what has become of it."""
    with reading() as session:
        case, subject, found = reads.results(session, actor(), case_id)
        rows = list(found)
        file = _sheet(case, subject, rows)
        number = case.number
    with writing() as session:
        exports.note(session, actor(), "campaign", filters={"campaign": number}, count=len(rows))
    return file


@bp.get("/steps/<int:task_id>/alike")
def review(task_id: int) -> str:
    """What would be done of which other cases, before anything is done."""
    with reading() as session:
        return _review(session, task_id)


@bp.post("/steps/<int:task_id>/alike")
def repeat(task_id: int) -> Answer:
    """Do of the others what was done of this one."""
    chosen = None
    if request.form.get("which") == "chosen":
        chosen = request.form.getlist("task", int)
    try:
        with acting() as session:
            bulk_id = repeated_answers.begin(session, actor(), task_id, chosen).id
    except Invalid as refusal:
        with reading() as session:
            shown = _review(session, task_id, error=sentence(refusal))
            return shown, HTTPStatus.UNPROCESSABLE_ENTITY
    return redirect(url_for("campaigns.repeated", bulk_id=bulk_id), 303)


@bp.get("/repeated/<int:bulk_id>")
def repeated(bulk_id: int) -> str:
    """How far it is: what was done, and what was not and why."""
    with reading() as session:
        row = session.get(RepeatedAnswer, bulk_id)
        if row is None or row.user_id != actor().user_id:
            raise NotFound("task", id=bulk_id)
        first = session.get_one(Task, row.task_id)
        failed = {each["task"]: each["code"] for each in row.failed}
        return render_template(
            "pages/repeated_answer.html",
            crumbs=[
                (_("我的待办"), url_for("inbox.page")),
                (_("照此办理"), None),
            ],
            row=row,
            step=name_of(first.name, first.name_en),
            case_id=first.case_id,
            failed=_cases_of(session, list(failed)[:_SHOWN]),
            why=lambda task_id: _problem(failed[task_id]),
            done=_cases_of(session, row.done[:_SHOWN]),
            bar=charts.progress(
                (len(row.done) + len(row.failed)) / (_size(row) or 1), sentence=_("进度")
            ),
            size=_size(row),
        )


@dataclass(frozen=True, slots=True)
class Beside:
    """What the page of a case says of its campaign; of a campaign itself, where its list is."""

    number: str
    name: str
    href: str
    due: str = ""
    method: str = ""
    requirement: str = ""
    is_composing: bool = False


def beside(session: Session, case: Case) -> Beside | None:
    """The campaign of a case; None: it is of none."""
    if case.kind is CaseKind.CP:
        task = reads.one_composing(session, case.id)
        return Beside(
            case.number,
            case.title or "",
            url_for("campaigns.page", case_id=case.id),
            is_composing=task is not None,
        )
    if "campaign_case" not in case.facts:
        return None
    campaign_id = int(case.facts["campaign_case"])
    is_seen = reads.is_seen(session, actor(), campaign_id)
    return Beside(
        case.facts["campaign"],
        case.facts.get("campaign_name") or "",
        url_for("campaigns.page", case_id=campaign_id) if is_seen else "",
        due=words.day(date.fromisoformat(case.facts["campaign_due"])),
        method=case.facts.get("campaign_method") or "",
        requirement=case.facts.get("requirement") or "",
    )


@dataclass(frozen=True, slots=True)
class Alike:
    """How many cases wait at the step that the reader did last here, and may follow it."""

    task_id: int
    step: str
    count: int


def alike(session: Session, case: Case) -> Alike | None:
    """What the page of a case says of others that may be done like it; None: there are none."""
    last = session.scalar(
        select(Task)
        .where(Task.case_id == case.id, Task.done_by == actor().user_id)
        .order_by(Task.done_at.desc(), Task.id.desc())
        .limit(1)
    )
    count = alike_steps.count(session, actor(), last) if last else 0
    if last is None or count == 0:
        return None
    return Alike(last.id, name_of(last.name, last.name_en), count)


def _sheet(case: Head, subject: CampaignSubject, rows: Sequence[Line]) -> Response:
    kind = PLANS[subject].kind
    return sheets.answer(
        Sheet(
            title=f"{case.title}-{_('结果')}",
            filters=[_("专项 %(number)s", number=case.number)],
            rows=rows,
            columns=(
                (_("序号"), lambda row: row.number),
                (_("纳税人识别号"), lambda row: row.tin),
                (_("纳税人"), lambda row: row.taxpayer),
                (_("科（所）"), lambda row: row.section),
                (_("主办"), lambda row: row.officer),
                (_("处置"), lambda row: _term(LineVerdict, row.verdict)),
                (_("不列入的原因"), _why),
                (_("任务编号"), lambda row: row.case_number),
                (_("任务状态"), lambda row: _term(CaseStatus, row.status or "")),
                (_("处理结果"), lambda row: _term(Outcome, row.outcome or "")),
                (_("查明的原因"), lambda row: _cause(kind, row.cause) if row.cause else None),
                (_("办结时间"), lambda row: row.closed_at),
            ),
            most=campaign_lists.MOST_ROWS,
        )
    )


def _require_composer() -> None:
    if not campaigns.may_begin(actor()):
        roles = [Role.POST_ANALYSIS.value, Role.POST_INFO_ADMIN.value]
        raise Forbidden("not_your_post", verb="begin_campaign", roles=roles)


def _draft() -> Draft:
    form = request.form
    known = {subject.value: subject for subject in CampaignSubject}
    wrong: dict[str, tuple[str, dict[str, object]]] = {}
    if form.get("subject") not in known:
        wrong["subject"] = ("not_a_valid_choice", {})
    try:
        due_on = date.fromisoformat(form.get("due_on", ""))
    except ValueError:
        wrong["due_on"] = ("not_a_date", {})
    if wrong:
        raise Invalid("answers", fields=wrong)
    return Draft(
        name=form.get("name", ""),
        subject=known[form["subject"]],
        due_on=due_on,
        method=form.get("method", ""),
        district_id=form.get("district", None, int),
    )


def _form(errors: Mapping[str, str]) -> str:
    with reading() as session:
        districts: Sequence[Unit] = ()
        is_city = Role.POST_ANALYSIS in actor().roles
        if is_city:
            found = select(Unit).where(Unit.level == UnitLevel.DISTRICT, Unit.valid_to.is_(None))
            districts = session.scalars(found.order_by(Unit.code)).all()
        return render_template(
            "pages/campaign_new.html",
            crumbs=[(_("专项任务"), url_for("campaigns.listing")), (_("新建专项"), None)],
            districts=districts,
            is_city=is_city,
            subjects=CampaignSubject,
            said=_said,
            errors=errors,
            error=_summary(errors),
            typed=request.values,
            first_day=words.iso(clock.today()),
        )


def _composing(case_id: int) -> int:
    with reading() as session:
        shown = reads.one(session, actor(), case_id, which="all", page=1)
        return shown.task.id if shown.task else 0


def _made(session: Session, task_id: int) -> Mapping[str, int]:
    """The list by what the form says of it."""
    form, source = request.form, request.form.get("source", "")
    if source == CampaignSource.FILE:
        sent = request.files.get("file")
        content = sent.stream.read(_LARGEST_FILE + 1) if sent else b""
        if not sent or not content:
            raise Invalid("answers", fields={"file": ("campaign_file_empty", {})})
        if len(content) > _LARGEST_FILE:
            most = {"most": campaign_lists.MOST_ROWS}
            raise Invalid("answers", fields={"file": ("campaign_too_long", most)})
        return campaigns.list_file(
            session, actor(), task_id, name=sent.filename or "", content=content
        )
    if source == CampaignSource.WARNINGS:
        period = form.get("period", "").strip().replace("-", "")
        return campaigns.list_warnings(
            session,
            actor(),
            task_id,
            indicator=form.get("indicator", ""),
            period=int(period) if period.isascii() and period.isdigit() else None,
        )
    if source == CampaignSource.CAMPAIGN:
        return campaigns.list_marked(session, actor(), task_id, number=form.get("of", ""))
    asked = Conditions(
        kind=form.get("kind", ""),
        reg_status=form.get("reg_status", ""),
        vat_class=form.get("vat_class", ""),
        industry=form.get("industry", "").strip(),
        credit_grade=form.get("credit_grade", ""),
        section_id=form.get("section", None, int),
    )
    return campaigns.list_query(session, actor(), task_id, asked)


def _page(session: Session, case_id: int, errors: Mapping[str, str]) -> str:
    which, number = request.args.get("which", "all"), request.args.get("page", 1, int)
    shown = reads.one(session, actor(), case_id, which=which, page=number)
    subject = CampaignSubject(shown.campaign.subject)
    task = shown.task
    may_compose = task is not None and campaigns.may_compose(session, actor(), task.id)
    return render_template(
        "pages/campaign.html",
        crumbs=[(_("专项任务"), url_for("campaigns.listing")), (shown.case.number, None)],
        shown=shown,
        subject=_said(subject),
        plan=PLANS[subject],
        may_compose=may_compose,
        errors=errors,
        error=_summary(errors),
        typed=request.values,
        choices=_choices() if may_compose else {},
        sections=_sections(session, shown) if may_compose else (),
        asked=_asked(shown) if shown.case.is_whole else "",
        funnel=_funnel(shown) if shown.listed else "",
        status=lambda value: _term(CaseStatus, value) if value else "",
        verdict=lambda value: _term(LineVerdict, value),
        left_out=lambda value: _term(LeftOutReason, value),
        why=_why,
        problem=_problem,
        cause=lambda key: _cause(PLANS[subject].kind, key),
        outcome=lambda key: _term(Outcome, key) if key else _("作废或并案"),
        unit=lambda each: name_of(each.name, each.name_en) or _("未派员"),
        bar=_bar,
        share=lambda part: charts.meter(part, "ok"),
        cases=lambda **wish: url_for("cases.listing_page", campaign=case_id, **wish),
        tabs=_tabs(shown),
        reversal=_ENDS.get(subject) if shown.marks else None,
        days_left=(shown.campaign.due_on - clock.today()).days,
        may_begin=campaigns.may_begin(actor()),
        most=campaign_lists.MOST_ROWS,
        link=lambda page: url_for("campaigns.page", case_id=case_id, which=which, page=page),
    )


def _tabs(shown: Overview) -> list[tuple[str, str, int, bool]]:
    counts = {
        "all": sum(shown.verdicts.values()),
        **{verdict.value: shown.verdicts.get(verdict.value, 0) for verdict in LineVerdict},
        "problems": shown.problems,
    }
    named = {
        "all": _("全部"),
        **{verdict.value: _said(verdict) for verdict in LineVerdict},
        "problems": _("下达时未成"),
    }
    return [
        (key, named[key], count, key == shown.which)
        for key, count in counts.items()
        if count or key == "all"
    ]


def _funnel(shown: Overview) -> object:
    def to(state: str | None = None) -> str:
        return url_for("cases.listing_page", campaign=shown.case.id, state=state)

    here = url_for("campaigns.page", case_id=shown.case.id)
    progress = shown.progress
    bars = (
        charts.Bar(_("列入清册"), shown.listed, here),
        charts.Bar(_("已下达"), progress.total, to()),
        charts.Bar(_("已接收办理"), progress.begun, to()),
        charts.Bar(_("已办结"), progress.closed, to(state="closed")),
    )
    return charts.funnel(bars, sentence=_("从清册到办结的漏斗"))


def _bar(progress: Progress) -> object:
    share = progress.closed / progress.total if progress.total else 0
    return charts.meter(share, "bad" if progress.overdue else "ok", is_wide=True)


def _asked(shown: Overview) -> str:
    """Whence the list came, in words."""
    source, asked = shown.campaign.source, shown.campaign.asked
    if source is None:
        return ""
    if source == CampaignSource.FILE:
        told = f"{asked.get('file')}（SHA-256 {str(asked.get('digest'))[:12]}…）"
    elif source == CampaignSource.CAMPAIGN:
        told = str(asked.get("of_campaign"))
    elif source == CampaignSource.WARNINGS:
        told = " ".join(str(each) for each in asked.values() if each)
    else:
        told = words.joined(f"{_condition(name)} {value}" for name, value in asked.items())
    return f"{_term(CampaignSource, source)}：{told}"


def _condition(name: str) -> str:
    return {
        "kind": _("纳税人类别"),
        "reg_status": _("登记状态"),
        "vat_class": _("增值税纳税人类型"),
        "industry": _("行业代码"),
        "credit_grade": _("信用等级"),
        "section_id": _("科（所）"),
    }.get(name, name)


def _choices() -> Mapping[str, Mapping[str, str]]:
    """What each condition of a query may be, in words."""
    return {
        "kind": taxpayer_words.kinds(),
        "reg_status": taxpayer_words.states(),
        "vat_class": taxpayer_words.classes(),
        "credit_grade": {grade: grade for grade in "ABCD"},
    }


def _sections(session: Session, shown: Overview) -> Sequence[Unit]:
    found = select(Unit).where(Unit.level == UnitLevel.SECTION, Unit.valid_to.is_(None))
    if shown.unit.level is UnitLevel.DISTRICT:
        found = found.where(Unit.parent_id == shown.unit.id)
    return session.scalars(found.order_by(Unit.code)).all()


def _cause(kind: CaseKind, key: str) -> str:
    if not key:
        return _("没有原因")
    own: Mapping[CaseKind, type[Term]] = {
        CaseKind.ZF: ZeroFilingCause,
        CaseKind.AB: AbLaterAct,
        CaseKind.TP: MarkProposal,
    }
    told = _term(own.get(kind, FindingCause), key)
    return _term(FindingCause, key) if told == key else told


def _why(line: Line) -> str:
    if line.left_out:
        told = _term(LeftOutReason, line.left_out)
        return f"{told}：{line.reason}" if line.reason else told
    return _problem(line.problem) if line.problem else ""


def _problem(code: str) -> str:
    known = {reason.value: reason for reason in LeftOutReason}
    if code in known:
        return _said(known[code])
    return str(SENTENCES.get(code) or code).split("%")[0]


def _review(session: Session, task_id: int, error: str = "") -> str:
    task = session.get(Task, task_id)
    group = alike_steps.group_of(session, actor(), task) if task else None
    if task is None or group is None:
        raise NotFound("task", id=task_id)
    waiting = list(session.scalars(alike_steps.waiting(actor(), task, group)))
    case = session.get_one(Case, task.case_id)
    return render_template(
        "pages/repeat_answer.html",
        crumbs=[
            (case.number, url_for("cases.page", case_id=case.id)),
            (_("照此办理"), None),
        ],
        task=task,
        case=case,
        step=name_of(task.name, task.name_en),
        count=len(waiting),
        rows=_cases_of(session, waiting[:_SHOWN]),
        about=_about,
        is_reminder=task.form_key in alike_steps.REMINDERS,
        reached=_reached(session, task, waiting[:_SHOWN]),
        shown=_SHOWN,
        error=error,
    )


def _about(facts: Mapping[str, Any]) -> list[str]:
    """What a step is about beside the household: the lines of an order, the outcome proposed."""
    told = [
        "：".join(filter(None, (_term(Duty, line.get("duty") or ""), line.get("requirement"))))
        for line in (facts.get("duty_lines") or {}).values()
    ]
    outcome = _term(Outcome, facts.get("outcome") or "")
    return [each for each in (*told, outcome) if each]


def _reached(session: Session, task: Task, task_ids: Sequence[int]) -> Mapping[int, str]:
    """Whom reminders would reach, by step."""
    if task.form_key not in alike_steps.REMINDERS:
        return {}
    rows = session.execute(
        select(Task.id, Taxpayer)
        .join(Case, Case.id == Task.case_id)
        .join(Taxpayer, Taxpayer.id == Case.taxpayer_id)
        .where(Task.id.in_(task_ids))
    )
    found = {task_id: alike_steps.reached(payer) for task_id, payer in rows}
    return {task_id: f"{own[0]} {masked(own[1])}" for task_id, own in found.items() if own}


def _cases_of(session: Session, task_ids: Sequence[int]) -> Sequence[object]:
    found = session.execute(
        select(
            Task.id.label("task_id"),
            Case.id.label("case_id"),
            Case.number,
            Case.facts,
            Taxpayer.name.label("taxpayer"),
            policy.listed_tin(actor()),
        )
        .join(Case, Case.id == Task.case_id)
        .join(Taxpayer, Taxpayer.id == Case.taxpayer_id)
        .where(Task.id.in_(task_ids))
        .order_by(Task.id)
    )
    return found.all()


def _size(row: RepeatedAnswer) -> int:
    return len(row.done) + len(row.failed) + len(row.waiting)


def _here(case_id: int) -> str:
    return url_for("campaigns.page", case_id=case_id) + "#list"


def _errors(refusal: Invalid) -> dict[str, str]:
    fields = refusal.values.get("fields")
    if not isinstance(fields, dict):
        return {"": sentence(refusal)}
    return {place: field_sentence(code, values) for place, (code, values) in fields.items()}


def _summary(errors: Mapping[str, str]) -> str:
    return errors.get("") or next(iter(errors.values()), "")


def _said(term: Term) -> str:
    return term.en if language() == "en" else term.zh


def _term(terms: type[Term], value: str) -> str:
    known = {term.value: term for term in terms}
    return _said(known[value]) if value in known else value
