"""Carrying running cases to another version: the plan, the report, the decision, and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from types import MappingProxyType

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from caseflow import policy
from caseflow.engine.migration import Hindrance
from caseflow.models import CaseMigration
from caseflow.models.base import Json
from caseflow.reads import case_migrations as reads
from caseflow.reads import definitions as definition_reads
from caseflow.services import case_migrations, definitions
from caseflow.services.case_migrations import Choice
from caseflow.vocabulary import Invalid, MigrationLineStatus, MigrationStatus, Verb
from caseflow.web import acts, approvers, listing, sheets
from caseflow.web.house import acting, actor, reading
from caseflow.web.languages import language, name_of, say
from caseflow.web.sentences import sentence
from caseflow.web.sheets import MOST, Sheet
from caseflow.web.speech import _
from caseflow.web.words import clauses, joined

bp = Blueprint("case_migrations", __name__)

_DIGITS = 8
_KINDS = {
    MigrationStatus.JUDGING: "brand",
    MigrationStatus.PLANNED: "warn",
    MigrationStatus.RUNNING: "brand",
    MigrationStatus.REVERTING: "brand",
    MigrationStatus.DONE: "ok",
    MigrationStatus.REJECTED: "bad",
}
_LINE_KINDS = {
    MigrationLineStatus.CAN: "brand",
    MigrationLineStatus.CANNOT: "bad",
    MigrationLineStatus.MIGRATED: "ok",
    MigrationLineStatus.KEPT: "warn",
}
# What the report shows first: the cases that the plan is about.
_FIRST = frozenset(MigrationLineStatus) - {MigrationLineStatus.LEFT}


@bp.get("/processes/<int:from_id>/migrate/<int:to_id>")
def new(from_id: int, to_id: int) -> str:
    """What to say before the cases of a version are judged against another."""
    with reading(counting=True) as session:
        policy.require(actor(), Verb.MIGRATE_CASES)
        return _new(session, from_id, to_id)


@bp.post("/processes/<int:from_id>/migrate/<int:to_id>")
def plan(from_id: int, to_id: int) -> acts.Answer:
    """Judge every open case of the version and keep the report as a plan."""
    mapping, problems = _mapping(request.form.get("mapping", ""))
    choice, told = _choice()
    problems |= told
    reason, error = request.form.get("reason", ""), ""
    if not problems:
        try:
            with acting() as session:
                planned = case_migrations.plan(
                    session, actor(), from_id, to_id, mapping=mapping, reason=reason, choice=choice
                )
        except Invalid as refusal:
            error = sentence(refusal)
        else:
            return _planned(planned)
    with reading(counting=True) as session:
        policy.require(actor(), Verb.MIGRATE_CASES)
        wrong = case_migrations.faults(
            session, from_id, to_id, mapping=mapping, reason=reason, choice=choice
        )
        problems = {name: sentence(each) for name, each in wrong.items()} | problems
        page = _new(session, from_id, to_id, problems=problems, error=error)
    return page, HTTPStatus.UNPROCESSABLE_ENTITY


@bp.get("/migrations/<int:migration_id>")
def page(migration_id: int) -> str | Response:
    """The report case by case; ``part=progress`` is how far the work has come alone."""
    with reading(counting=True) as session:
        shown = reads.page(session, actor(), migration_id)
        if request.args.get("part") == "progress":
            work = _work(shown)
            answer = make_response(
                render_template("pages/migration_progress.html", shown=shown, **work)
            )
            if not (work["is_running"] or work["is_judging"]):
                answer.headers["HX-Refresh"] = "true"  # what can be done now stands beside it
            return answer
        return _page(session, shown)


@bp.get("/migrations/<int:migration_id>.csv")
def export(migration_id: int) -> Response:
    """The report as a file."""
    with reading(counting=True) as session:
        shown = reads.page(session, actor(), migration_id)
        rows = reads.lines(session, migration_id, most=MOST + 1)
        return sheets.answer(
            Sheet(
                title=_("迁移报告 %(id)s", id=migration_id),
                filters=[
                    _("第 %(n)s 版", n=shown.old_version)
                    + " → "
                    + _("第 %(n)s 版", n=shown.new_version)
                ],
                rows=rows,
                columns=(
                    (_("任务编号"), lambda row: row.number),
                    (_("单位"), lambda row: name_of(row.unit, row.unit_en)),
                    (_("现在的环节"), _standing),
                    (_("结果"), lambda row: say(row.status)),
                    (_("原因"), lambda row: clauses(reasons(row.why))),
                    (
                        _("将丢失的已填栏目"),
                        lambda row: joined(
                            name_of(each["name"], each["name_en"]) for each in row.lost
                        ),
                    ),
                    (_("时间"), lambda row: row.at),
                ),
            )
        )


@bp.post("/migrations/<int:migration_id>/approve")
def approve(migration_id: int) -> acts.Answer:
    """Let the plan be carried out."""
    told, note = _("已批准，迁移在后台进行，可以离开本页。"), request.form.get("note", "")
    return _at(migration_id).act(told, case_migrations.approve, migration_id, note=note)


@bp.post("/migrations/<int:migration_id>/reject")
def reject(migration_id: int) -> acts.Answer:
    """Say no, with the reason."""
    told, note = _("迁移计划未批准，没有改动任何任务。"), request.form.get("note", "")
    return _at(migration_id).act(told, case_migrations.reject, migration_id, note=note)


@bp.post("/migrations/<int:migration_id>/withdraw")
def withdraw(migration_id: int) -> acts.Answer:
    """Give the plan up."""
    told = _("迁移计划已撤回，没有改动任何任务。")
    return _at(migration_id).act(told, case_migrations.withdraw, migration_id)


@bp.post("/migrations/<int:migration_id>/revert")
def revert(migration_id: int) -> acts.Answer:
    """Let the migrated cases go back."""
    told, reason = _("退回在后台进行，可以离开本页。"), request.form.get("reason", "")
    return _at(migration_id).act(told, case_migrations.revert, migration_id, reason=reason)


def reasons(why: Sequence[Json]) -> list[str]:
    """Why a case does not go, in words."""
    known = {
        "closed": _("任务已办结"),
        "elsewhere": _("任务已在别的版本上"),
    }
    return [
        known.get(each["code"])
        or Hindrance(
            each["code"], each.get("element", ""), each.get("name", ""), each.get("name_en", "")
        ).say(language())
        for each in why
    ]


def _planned(planned: CaseMigration) -> Response:
    if planned.status is MigrationStatus.JUDGING:
        flash(_("在办任务较多，试算在后台进行，可以离开本页。没有改动任何任务。"), "ok")
    else:
        flash(_("试算完成，没有改动任何任务。计划待主管处室批准。"), "ok")
    return redirect(_at(planned.id).address, 303)


def _standing(row: reads.Line) -> str:
    """The steps where a case stands now."""
    return joined((row.steps_en if language() == "en" else row.steps) or ())


def _choice() -> tuple[Choice, dict[str, str]]:
    """Which of the cases the planner wants to go, and what is wrong with the number."""
    numbers = frozenset(request.form.get("numbers", "").upper().split())
    most = request.form.get("most", "").strip()
    if most and not (most.isascii() and most.isdigit() and len(most) < _DIGITS and int(most)):
        return Choice(numbers, None), {"most": sentence(Invalid("migration_most"))}
    return Choice(numbers, int(most) if most else None), {}


def _mapping(text: str) -> tuple[dict[str, str], dict[str, str]]:
    """Lines ``old = new`` as a mapping of element ids, and what is wrong with the lines."""
    found: dict[str, str] = {}
    wrong: list[str] = []
    for number, line in enumerate(text.splitlines(), start=1):
        before, mark, after = (part.strip() for part in line.partition("="))
        if not line.strip():
            continue
        shown = line.strip()[:80]
        if not mark:
            wrong.append(_("第 %(n)s 行“%(line)s”缺少“=”", n=number, line=shown))
        elif not (before and after):
            wrong.append(_("第 %(n)s 行“%(line)s”的“=”两边都要有标识", n=number, line=shown))
        elif before in found:
            wrong.append(_("第 %(n)s 行的旧标识 %(id)s 写了两次", n=number, id=before[:80]))
        else:
            found[before] = after
    if not wrong:
        return found, {}
    told = _("%(lines)s。每行写成：旧标识 = 新标识。", lines=clauses(wrong))
    return found, {"mapping": told}


def _new(
    session: Session,
    from_id: int,
    to_id: int,
    *,
    error: str = "",
    problems: Mapping[str, str] = MappingProxyType({}),
) -> str:
    old = definition_reads.version(session, from_id)
    new_version = definition_reads.version(session, to_id)
    process = definitions.process_of(session, to_id)
    name = name_of(process.name, process.name_en)
    return render_template(
        "pages/migration_new.html",
        crumbs=[(_("流程图"), url_for("definitions.listing")), (_("迁移在办任务"), None)],
        name=name,
        old=old,
        new=new_version,
        owners=approvers.of(session, old.process),
        typed=request.form,
        error=error,
        problems=problems,
    )


def _page(session: Session, shown: reads.Shown, *, error: str = "") -> str:
    migration = shown.migration
    status = _status()
    after = listing.number("after")
    found = reads.lines(
        session, migration.id, statuses=_FIRST if status is None else {status}, after=after
    )
    rows = found[: reads.LIMIT]
    process = definitions.process_of(session, migration.to_id)
    return render_template(
        "pages/migration.html",
        crumbs=[(_("流程图"), url_for("definitions.listing")), (_("迁移在办任务"), None)],
        name=name_of(process.name, process.name_en),
        shown=shown,
        migration=migration,
        kind=_KINDS.get(migration.status, ""),
        rows=[
            (row, _LINE_KINDS.get(row.status, ""), reasons(row.why), _standing(row)) for row in rows
        ],
        # Who carries cases over need not be somebody who may read them.
        may_read_cases=policy.may(actor(), Verb.READ_CASE),
        tabs=_tabs(shown, status),
        pages=listing.pages(rows[-1].case_id if len(found) > reads.LIMIT else None, "after"),
        owners=approvers.of(session, migration.process),
        may_decide=migration.status is MigrationStatus.PLANNED
        and policy.may_approve_version(actor(), migration.process)
        and actor().user_id != migration.planned_by,
        may_plan=policy.may(actor(), Verb.MIGRATE_CASES),
        typed=request.form,
        error=error,
        **_work(shown),
    )


def _work(shown: reads.Shown) -> dict[str, object]:
    """How far the work has come."""
    counts = shown.counts.get
    is_back = shown.migration.status in (MigrationStatus.REVERTING, MigrationStatus.REVERTED)
    left = counts(MigrationLineStatus.MIGRATED if is_back else MigrationLineStatus.CAN, 0)
    return {
        "is_running": shown.migration.status
        in (MigrationStatus.RUNNING, MigrationStatus.REVERTING),
        "is_judging": shown.migration.status is MigrationStatus.JUDGING,
        "left": left,
        "warnings": [(each.say(language()), count) for each, count in shown.warnings],
        "lines": [(say(status), count) for status, count in sorted(shown.counts.items())],
    }


def _tabs(shown: reads.Shown, status: MigrationLineStatus | None) -> list[dict[str, object]]:
    left_out = shown.counts.get(MigrationLineStatus.LEFT, 0)
    tabs: list[dict[str, object]] = [
        {
            "name": _("不含未选") if left_out else _("全部"),
            "href": listing.link(status=None),
            "is_current": status is None,
            "count": shown.total - left_out,
        }
    ]
    tabs += [
        {
            "name": say(each),
            "href": listing.link(status=each.value),
            "is_current": status is each,
            "count": count,
        }
        for each, count in sorted(shown.counts.items())
    ]
    return tabs


def _status() -> MigrationLineStatus | None:
    text = request.args.get("status", "")
    if not text:
        return None
    try:
        return MigrationLineStatus(text)
    except ValueError:
        raise Invalid("bad_page") from None


def _at(migration_id: int) -> acts.Page:
    return acts.Page(
        url_for("case_migrations.page", migration_id=migration_id),
        lambda session, refusal: _page(
            session, reads.page(session, actor(), migration_id), error=sentence(refusal)
        ),
    )
