"""The life of a next version: what it changes, its check, handing in, and the chief's decision."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from caseflow import policy
from caseflow.engine import differences
from caseflow.engine.findings import folded
from caseflow.models import DefinitionDraft
from caseflow.reads import drafts as reads
from caseflow.services import definitions, drafts
from caseflow.vocabulary import Actor, DraftStatus, Invalid, Verb
from caseflow.web import acts, approvers, bundle_names, difference_words
from caseflow.web.definitions import as_file, main_drawing
from caseflow.web.house import acting, actor, reading
from caseflow.web.languages import language, name_of
from caseflow.web.sentences import sentence
from caseflow.web.speech import _

bp = Blueprint("drafts", __name__)

_KINDS = {
    DraftStatus.DRAFT: "brand",
    DraftStatus.SUBMITTED: "warn",
    DraftStatus.APPROVED: "ok",
    DraftStatus.REJECTED: "bad",
}


@bp.post("/processes/drafts")
def begin() -> Response:
    """Begin the next version of a process, or open the one that was begun."""
    with acting() as session:
        draft_id = drafts.begin(session, actor(), request.form.get("process", "")).id
    return redirect(url_for("drafts.page", draft_id=draft_id), 303)


@bp.get("/processes/drafts/<int:draft_id>")
def page(draft_id: int) -> str:
    """What a draft changes against its base, its findings, and what can be done with it."""
    with reading() as session:
        return _page(session, draft_id)


@bp.get("/processes/drafts/<int:draft_id>/content/<name>")
def file(draft_id: int, name: str) -> Response:
    """One file of a draft as it was saved last."""
    with reading() as session:
        text = reads.file(session, actor(), draft_id, name)
    return as_file(text, name)


@bp.post("/processes/drafts/<int:draft_id>/submit")
def submit(draft_id: int) -> acts.Answer:
    """Hand a draft in; what stands in the way is told beside what was typed."""
    return _at(draft_id).act(
        _("新版本已提交审批。"),
        drafts.submit,
        draft_id,
        revision=_seen(),
        title=request.form.get("title", ""),
        reason=request.form.get("reason", ""),
    )


@bp.post("/processes/drafts/<int:draft_id>/approve")
def approve(draft_id: int) -> acts.Answer:
    """Approve a draft: it is deployed, and new cases run on it."""
    return _at(draft_id).act(
        lambda deployed: _("第 %(n)s 版已发布，新任务用这一版，在办任务不变。", n=deployed.version),
        drafts.approve,
        draft_id,
        revision=_seen(),
        note=request.form.get("note", ""),
    )


@bp.post("/processes/drafts/<int:draft_id>/reject")
def reject(draft_id: int) -> acts.Answer:
    """Say no, with the reason."""
    told, note = _("新版本未批准，理由已告知编制人。"), request.form.get("note", "")
    page = _at(draft_id, field=_("意见"))
    return page.act(told, drafts.reject, draft_id, revision=_seen(), note=note)


@bp.post("/processes/drafts/<int:draft_id>/take-back")
def take_back(draft_id: int) -> acts.Answer:
    """Take a draft back from approval."""
    return _at(draft_id).act(_("已收回，可以继续修改。"), drafts.take_back, draft_id)


@bp.post("/processes/drafts/<int:draft_id>/withdraw")
def withdraw(draft_id: int) -> acts.Answer:
    """Give a draft up."""
    told = _("草稿已放弃，内容仍在，可以由它重新起草。")
    return _at(draft_id).act(told, drafts.withdraw, draft_id)


@bp.post("/processes/drafts/<int:draft_id>/resume")
def resume(draft_id: int) -> Response:
    """Begin anew from a draft that was given up or not approved."""
    with acting() as session:
        draft_id = drafts.resume(session, actor(), draft_id).id
    return redirect(url_for("drafts.page", draft_id=draft_id), 303)


@bp.post("/processes/drafts/<int:draft_id>/rebase")
def rebase(draft_id: int) -> acts.Answer:
    """Carry the changes of a draft over to the latest version."""
    told, mine = _("改动已移到最新版本上，请核对后提交。"), request.form.getlist("mine")
    return _at(draft_id).act(told, drafts.rebase, draft_id, revision=_seen(), mine=mine)


def _seen() -> int:
    """The revision of the draft that the page showed."""
    return request.form.get("revision", 0, int)


def _at(draft_id: int, *, field: str = "") -> acts.Page:
    """The page of a draft; what is wrong with a reason stands at its field, if that is named."""

    def again(session: Session, refusal: Invalid) -> str:
        text = (
            _("检查没有通过，请先改好下面列出的问题。")
            if refusal.code == "bundle_refused"
            else sentence(refusal)
        )
        wrong = ""
        if field and refusal.code == "reason_length":
            wrong = text = _("“%(field)s”没有填好：%(why)s", field=field, why=text)
        return _page(session, draft_id, error=text, wrong=wrong)

    return acts.Page(url_for("drafts.page", draft_id=draft_id), again)


def _page(session: Session, draft_id: int, *, error: str = "", wrong: str = "") -> str:
    shown = reads.shown(session, actor(), draft_id)
    draft, base = shown.draft, shown.base
    is_open = draft.status in drafts.OPEN
    old_files, new_files = definitions.files_of(base.files), drafts.files_of(draft)
    found = differences.compare(old_files, new_files)
    process = definitions.process_of(session, base.id)
    name = name_of(process.name, process.name_en)
    old_drawing = main_drawing(base.files, draft.process)
    drawing = main_drawing(draft.files, draft.process)
    is_outdated = is_open and shown.latest_version != base.version
    return render_template(
        "pages/draft.html",
        crumbs=[(_("流程图"), url_for("definitions.listing")), (name, None)],
        name=name,
        shown=shown,
        draft=draft,
        base=base,
        kind=_KINDS.get(draft.status, ""),
        is_outdated=is_outdated,
        both_changed=drafts.changed_on_both_sides(session, draft) if is_outdated else (),
        differences=difference_words.shown(found, old_files, new_files),
        sides=(
            (
                _("第 %(n)s 版", n=base.version),
                url_for("definitions.file", definition_id=base.id, name=old_drawing),
                difference_words.course(found, drawing, is_new=False),
            ),
            (
                _("新版本"),
                url_for("drafts.file", draft_id=draft.id, name=drawing),
                difference_words.course(found, drawing, is_new=True),
            ),
        ),
        findings=folded(drafts.findings(draft)) if is_open else [],
        lang=language(),
        owners=approvers.of(session, draft.process),
        why_not=_why_not(actor(), draft),
        may_edit=policy.may(actor(), Verb.DRAFT_DEFINITION),
        edit_links=tuple(_edit_links(draft)),
        typed=request.form,
        error=error,
        wrong=wrong,
    )


def _edit_links(draft: DefinitionDraft) -> Iterator[tuple[str, str, str]]:
    """Address, icon and words of each page on which a draft is changed."""
    tables = bundle_names.of_kind(draft.files, ".dmn")
    yield url_for("designer.drawing", draft_id=draft.id), "sitemap", _("改流程图")
    if tables:
        href = url_for("designer.table", draft_id=draft.id, table_name=tables[0])
        yield href, "table", _("改决策表")
    yield url_for("designer.pick_form", draft_id=draft.id), "clipboard-list", _("改表单")
    yield url_for("designer.upload", draft_id=draft.id), "upload", _("上传文件")
    yield url_for("designer.trial_run", draft_id=draft.id), "player-play", _("试运行")


def _why_not(who: Actor, draft: DefinitionDraft) -> str | None:
    """None when this person may decide on the draft, else why not."""
    if not policy.may(who, Verb.APPROVE_DEFINITION):
        return ""
    if not policy.may_approve_version(who, draft.process):
        return _("这个流程由主管处室的处长审批，不是您的处室主管。")
    if who.user_id in {*draft.editors, draft.author_id, draft.submitted_by}:
        return _("您改过或提交过这个草稿，不能由您审批，须由另一人审批。")
    return None
