"""Cases: the list, the one page that shows a case and hands in its steps, its files."""

from __future__ import annotations

import io
import uuid
from collections.abc import Collection, Iterable
from dataclasses import replace
from http import HTTPStatus

from flask import Blueprint, flash, jsonify, redirect, render_template, request, send_file, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from caseflow import clock, documents, policy
from caseflow.engine import EngineError, may_come_to
from caseflow.models import Task
from caseflow.reads import archiving, case_moves, dossiers, payments, rechecks, transfer_supplements
from caseflow.reads import cases as reads
from caseflow.reads import inbox as inbox_reads
from caseflow.reads import record as record_reads
from caseflow.reads import steps as step_reads
from caseflow.reads.transfer_supplements import Supplements
from caseflow.services import (
    attachments,
    blobs,
    data_requests,
    deferrals,
    definitions,
    drawn_verbs,
    effects,
    files,
    mergers,
    place,
    previews,
    splits,
    take_backs,
    tasks,
)
from caseflow.services.asked import may_ask, may_ask_opinions
from caseflow.services.file_reads import Thing
from caseflow.services.payments import matching
from caseflow.vocabulary import CaseKind, Forbidden, Invalid, NotFound, Reading, Role, Stale, Verb
from caseflow.web import (
    answer_words,
    asked,
    campaigns,
    case_words,
    charts,
    chips,
    clock_words,
    confirm,
    contacts,
    correction_words,
    courses,
    crumbs,
    directives,
    doubt_words,
    errors,
    evaluation_plans,
    extensions,
    history,
    listing,
    paper_words,
    pauses,
    readings,
    recusals,
    step_bases,
    step_forms,
    third_party_batches,
    timeline,
    words,
    zero_filing_batches,
)
from caseflow.web.house import acting, actor, preparing, reading, surveying, writing
from caseflow.web.languages import name_of
from caseflow.web.sentences import field_sentence, sentence
from caseflow.web.speech import _

bp = Blueprint("cases", __name__)

_EVENTS_SHOWN = 8


@bp.get("/cases")
def listing_page() -> str:
    """Cases within the actor's reach, by the filters of the address."""
    wish = listing.case_wish()
    with reading() as session:
        found = reads.listing(session, actor(), wish)
        filters = listing.case_filters(session, wish)
        brought = chips.of_cases(session, wish)
        return render_template(
            "pages/cases.html",
            may_ask_data=data_requests.may_begin(actor()),
            crumbs=[(_("核查任务"), None)],
            found=found,
            lines=[(row, case_words.due(row)) for row in found.rows],
            filters=filters,
            chips=brought,
            said=words.joined(listing.said(filters, wish.text, brought)) or _("无"),
            pages=listing.pages(found.next_before, "before"),
            has_filters=listing.has_filters(),
            may_draft_directive=policy.may(actor(), Verb.DRAFT_DIRECTIVE),
            may_draft_plan=policy.may(actor(), Verb.DRAFT_PLAN),
            # For whoever does nothing but look after the system no case exists, whatever is asked.
            has_none=actor().roles == {Role.SYS_ADMIN},
            wish=wish,
        )


@bp.get("/cases/<int:case_id>")
def page(case_id: int) -> str:
    """One case with the form of the step that is on the actor's desk."""
    with readings.opened(case_id) as session:
        shown = reads.page(session, actor(), case_id)
        step, is_mine = _step(session, shown)
        form = None
        if step is not None and is_mine:
            draft = step_reads.draft(session, actor(), step.id)
            process = definitions.process_of(session, shown.case.definition_id)
            content = draft.content if draft else {}
            form = step_forms.fresh(session, shown.case, step, process, content)
            ask = confirm.for_step(confirm.guards(session, step.id))
            form = replace(form, draft_saved_at=draft.saved_at if draft else None, ask=ask)
        told = contacts.to_note(session, shown)
        page = _render(session, shown, step, form)
    contacts.note(case_id, told)
    return page


@bp.get("/tasks/<int:task_id>")
def step(task_id: int) -> Response:
    """Lead to the case with this step: a form that came back has this address."""
    with reading() as session:
        case_id = reads.page(
            session, actor(), step_reads.case_of(session, actor(), task_id)
        ).case.id
    return redirect(url_for("cases.page", case_id=case_id, task=task_id), 303)


@bp.post("/tasks/<int:task_id>")
def complete(task_id: int) -> Response | tuple[str, int]:
    """Hand in a step; what is wrong comes back with everything that was typed."""
    try:
        return _complete(task_id)
    except Stale:
        # Whoever sent the form twice may be overtaken by the first of the two at any moment.
        with reading() as session:
            if not tasks.was_handed_in(session, actor(), task_id, step_forms.sent_key()):
                raise
            return _handed_in(step_reads.case_of(session, actor(), task_id))


def _complete(task_id: int) -> Response | tuple[str, int]:
    with preparing() as session:
        shown, step = _shown(session, task_id)
        # In this order: what was done between the two is found done.
        refusal = _refusal(session, task_id)
        if tasks.was_handed_in(session, actor(), task_id, step_forms.sent_key()):
            return _handed_in(shown.case.id)
        process = definitions.process_of(session, shown.case.definition_id)
        form = step_forms.posted(session, shown.case, step, process)
        guards = confirm.guards(session, task_id)
        if refusal is None:
            found = step_forms.keep_uploads(session, actor(), form)
            tasks.save_draft(session, actor(), task_id, _draft(form))
            form = step_forms.with_kept(session, shown.case, step, process, form)
    # Pages are not made inside the act, where row security hides nothing.
    if refusal is not None:
        readings.note_refusal(refusal)
        return _once_more(form, refusal=sentence(refusal)), errors.STATUS[type(refusal)]
    if form.form.was_edited or "_refresh" in request.form:
        return _once_more(replace(form, ask=confirm.still(guards))), HTTPStatus.OK
    if not form.form.validate() or found:
        problems = step_forms.problems(form, found)
        form = replace(form, problems=problems, ask=confirm.still(guards))
        return _once_more(form), HTTPStatus.UNPROCESSABLE_ENTITY
    answers = form.form.answers()
    is_preview = "_preview" in request.form or "_papers" in request.form
    asked = confirm.still(guards, answers) if is_preview else confirm.for_step(guards, answers)
    if asked is not None and not is_preview:
        told = asked.wrong or _("还没有办理：请先确认是您本人在办理。")
        form = replace(form, ask=replace(asked, wrong=told))
        return _once_more(form, refusal=told), HTTPStatus.FORBIDDEN
    act = _previewed if is_preview else _hand_in
    return act(task_id, answers, replace(form, ask=asked))


@bp.post("/tasks/<int:task_id>/draft")
def draft(task_id: int) -> Response:
    """Keep what was typed so far."""
    with acting() as session:
        kept = tasks.save_draft(session, actor(), task_id, step_forms.draft_content())
        return jsonify(saved=f"{kept.saved_at.astimezone(clock.BUREAU_ZONE):%H:%M:%S}")


@bp.post("/tasks/<int:task_id>/files")
def upload(task_id: int) -> Response | tuple[Response, int]:
    """Keep one file of a field at once, as a phone sends its photographs: its row of the form."""
    field, sent = request.form.get("field", ""), request.files.get("file")
    name = (sent.filename if sent else "") or ""
    try:
        with acting() as session:
            task = tasks.held(session, actor(), task_id)
            kept = attachments.add(
                session,
                actor(),
                task_id,
                field=step_forms.file_field(session, task, field),
                name=name,
                chunks=step_forms.chunks(sent) if sent else (),
            )
            session.flush()  # the row names the file by the id it gets here
            return jsonify(row=render_template("pages/step_file.html", name=field, kept=kept))
    except Invalid as refusal:
        told = field_sentence(refusal.code, {"name": name, **refusal.values})
        return jsonify(problem=told), HTTPStatus.UNPROCESSABLE_ENTITY


@bp.post("/tasks/<int:task_id>/claim")
def claim(task_id: int) -> Response:
    """Take a step onto the own desk and open it."""
    with acting() as session:
        task = tasks.claim(session, actor(), task_id)
        return redirect(url_for("cases.page", case_id=task.case_id, task=task.id), 303)


@bp.post("/tasks/<int:task_id>/release")
def release(task_id: int) -> Response:
    """Give a step back to all who may take it."""
    with acting() as session:
        tasks.release(session, actor(), task_id)
    flash(_("已放回待领取。"), "ok")
    return redirect(url_for("inbox.page"), 303)


@bp.post("/files/<int:file_id>/remove")
def remove_file(file_id: int) -> Response:
    """Take a file out of a step that is not handed in yet; what was typed meanwhile is kept."""
    with acting() as session:
        found = reads.file(session, actor(), file_id)
        attachments.remove(session, actor(), file_id)
        if found.task_id is not None:
            content = step_forms.draft_content(but=str(file_id))
            tasks.save_draft(session, actor(), found.task_id, content)
        return redirect(url_for("cases.page", case_id=found.case_id, task=found.task_id), 303)


@bp.get("/files/<int:file_id>")
def file(file_id: int) -> Response:
    """A file handed in, as it was handed in."""
    with reading() as session:
        found = reads.file(session, actor(), file_id)
        blobs.require_open(session, found.sha256)
        answer = send_file(
            files.whole(found.sha256),
            mimetype=found.media_type,
            as_attachment=True,
            download_name=found.name,
        )
    told = {"name": found.name, "sha256": found.sha256}
    readings.note(found.case_id, Reading.FILE, Thing("file", file_id, told))
    return answer


@bp.get("/papers/<int:paper_id>")
def paper(paper_id: int) -> Response:
    """An issued paper, the very file that was hashed."""
    with reading() as session:
        found = reads.paper(session, actor(), paper_id)
        if found.sha256 is None:
            raise NotFound("document", id=paper_id)
        answer = send_file(
            files.whole(found.sha256),
            mimetype="application/pdf",
            download_name=f"{found.number or found.kind}.pdf",
        )
    told = {"name": found.number or found.kind, "sha256": found.sha256}
    readings.note(found.case_id, Reading.PAPER, Thing("paper", paper_id, told))
    return answer


@bp.get("/cases/<int:case_id>/drawing.bpmn")
def drawing(case_id: int) -> Response:
    """The drawing that the case runs on."""
    with reading() as session:
        text = reads.drawing(session, actor(), case_id)
    return Response(text, mimetype="application/xml")


def _hand_in(
    task_id: int, answers: dict[str, object], form: step_forms.StepForm
) -> Response | tuple[str, int]:
    """One transaction for the act itself; its refusals show the form again."""
    try:
        with writing() as session:
            task = tasks.complete(
                session,
                actor(),
                task_id,
                seen_version=request.form.get("_version", 0, int),
                answers=answers,
                idem=uuid.UUID(form.idem),
            )
            case_id = task.case_id
    except EngineError as error:
        again = replace(form, idem=str(uuid.uuid4()))
        return _once_more(again, refusal=errors.stuck(error)), HTTPStatus.INTERNAL_SERVER_ERROR
    except (Invalid, Stale) as refusal:
        found = step_forms.refused(form, refusal) if isinstance(refusal, Invalid) else ()
        again = replace(form, problems=found, idem=str(uuid.uuid4()))
        missing = refusal.values.get("missing")
        page = _once_more(again, refusal=sentence(refusal), missing=missing)
        return page, errors.STATUS[type(refusal)]
    return _handed_in(case_id)


def _previewed(
    task_id: int, answers: dict[str, object], form: step_forms.StepForm
) -> Response | tuple[str, int]:
    """What would follow, on the form as it was typed; what would be refused is told as it would.

    ``_papers`` asks for the papers instead: 0 for their names, else for the one of that number.
    """
    version, wanted = request.form.get("_version", 0, int), request.form.get("_papers", type=int)
    sheets: tuple[previews.Sheet, ...] = ()
    try:
        with writing() as session:
            if wanted is None:
                found = previews.after(
                    session, actor(), task_id, seen_version=version, answers=answers
                )
                seen = replace(form, preview=case_words.preview(found))
            else:
                sheets = previews.papers(
                    session, actor(), task_id, seen_version=version, answers=answers
                )
                names = tuple(paper_words.name(sheet.kind) for sheet in sheets)
                seen = replace(form, papers=names)
    except EngineError as error:
        return _once_more(form, refusal=errors.stuck(error)), HTTPStatus.INTERNAL_SERVER_ERROR
    except (Invalid, Stale) as refusal:
        problems = step_forms.refused(form, refusal) if isinstance(refusal, Invalid) else ()
        again = replace(form, problems=problems)
        missing = refusal.values.get("missing")
        page = _once_more(again, refusal=sentence(refusal), missing=missing)
        return page, errors.STATUS[type(refusal)]
    if wanted and wanted <= len(sheets):
        return _sheet(sheets[wanted - 1])
    return _once_more(seen), HTTPStatus.OK


def _sheet(sheet: previews.Sheet) -> Response:
    """A paper before it is issued, marked as a draft on each page; nothing of it is kept."""
    pdf = documents.render_draft(sheet.kind, sheet.data, fonts=place.here().fonts)
    name = f"{sheet.kind.value}.preview.pdf"
    return send_file(io.BytesIO(pdf), mimetype="application/pdf", download_name=name)


def _handed_in(case_id: int) -> Response:
    flash(_("已提交，办理经过已留痕。"), "ok")
    if request.form.get("_submit") == "next":
        return redirect(url_for("inbox.page"), 303)
    return redirect(url_for("cases.page", case_id=case_id), 303)


def _refusal(session: Session, task_id: int) -> Stale | Forbidden | None:
    """Why the step is not to be handed in by the person, if so."""
    try:
        tasks.held(session, actor(), task_id)
    except (Stale, Forbidden) as refusal:
        return refusal
    return None


def _once_more(form: step_forms.StepForm, *, refusal: str = "", missing: object = None) -> str:
    """The page again with what was typed, as far as the person sees the case, and noted as ever.

    The files that came with the form are among those of the case.
    """
    with reading() as session:
        case_id = step_reads.case_of(session, actor(), form.step.id)
    with readings.opened(case_id) as session:
        shown, step = _shown(session, form.step.id)
        told = contacts.to_note(session, shown)
        page = _render(session, shown, step, form, refusal=refusal, missing=missing)
    contacts.note(case_id, told)
    return page


def _shown(session: Session, task_id: int) -> tuple[reads.Page, reads.Step]:
    case_id = step_reads.case_of(session, actor(), task_id)
    shown = reads.page(session, actor(), case_id)
    step = next((step for step in shown.steps if step.id == task_id), None)
    if step is None:  # what a colleague asked for has no form here
        raise NotFound("task", id=task_id)
    return shown, step


def _step(session: Session, shown: reads.Page) -> tuple[reads.Step | None, bool]:
    """The step that the page is about: the one asked for, else the actor's first."""
    desk = step_reads.desk_of(session, actor(), shown.case.id)
    wanted = request.args.get("task", 0, int)
    mine = [step for step in shown.steps if step.id in desk]
    step = next((each for each in mine if each.id == wanted), mine[0] if mine else None)
    me = actor().user_id
    # What the own deputy holds is first taken back.
    is_lent = step is not None and step.held_for is not None and step.held_for.id == me
    is_mine = step is not None and step.assignee is not None and not is_lent
    return step, is_mine


def _principal(session: Session, case_id: int, step: reads.Step | None) -> str:
    """The name of whom the person stands for in a step; nothing in the own name."""
    if step is None or not actor().stands_for:
        return ""
    wanted = step_reads.desk_of(session, actor(), case_id).get(step.id)
    names = {each.principal_id: each.principal_name for each in actor().stands_for}
    return names.get(wanted or 0, "")


def _draft(form: step_forms.StepForm) -> dict[str, list[str]]:
    """What was sent, with the ids of files kept just now."""
    content = step_forms.draft_content()
    for name, ids in step_forms.kept_files(form).items():
        content[name] = ids
    return content


def _render(
    session: Session,
    shown: reads.Page,
    step: reads.Step | None,
    form: step_forms.StepForm | None,
    *,
    refusal: str = "",
    missing: object = None,
) -> str:
    recent = record_reads.recent(session, shown.case.id, _EVENTS_SHOWN)
    names = {each.element: (each.name, each.name_en) for each in shown.steps}
    revisions = [event.seq for event in recent.events]
    answers = record_reads.answers(session, shown.case.id, revisions)
    process = definitions.process_of(session, shown.case.definition_id)
    course = courses.Course(record_reads.passed(session, shown.case.id), process.elements)
    ties = recusals.declared(session, shown.case.id, _counts_as(shown, step))
    offered = drawn_verbs.offered_at(session, shown.case, step.element) if step else frozenset()
    longer = extensions.lines(session, shown.case.id)
    questions = asked.lines(session, shown.case.id)
    return render_template(
        "pages/case.html",
        crumbs=[crumbs.parent_of_case(), (shown.case.number, None)],
        neighbours=_neighbours(session, step),
        shown=shown,
        phone=contacts.phone_in(shown),
        tin=contacts.tin_in(shown),
        step=step,
        form=form,
        refusal=refusal,
        missing=missing,
        clocks=clock_words.clocks(shown, step, extensions.beside(longer)),
        longer=longer,
        may_extend_whole=extensions.may_ask_for_whole(actor(), shown),
        standstill=clock_words.standstill(shown),
        may_pause=pauses.may_begin(actor(), shown),
        supplements=_supplements(shown),
        indicator_name=doubt_words.indicator_name,
        may_defer=step is not None and step.form_key == deferrals.FORM,
        may_go_on=pauses.may_end(actor(), shown),
        may_withdraw_request=data_requests.may_withdraw(actor(), shown.case),
        step_due=words.due(step.due_at, step.left) if step else None,
        basis=_basis(session, shown, step or _asked_about(shown, questions)),
        stages=courses.stages(shown, course),
        evidence=_evidence(shown),
        ties=ties,
        is_locked=any(tie.keeps_away for tie in ties),
        pending_move=case_moves.waiting(session, shown.case.id),
        may_undo_merger=mergers.may_undo(session, actor(), shown.case),
        may_split=splits.may_split(session, actor(), shown.case),
        may_move=shown.case.closed_at is None and policy.may(actor(), Verb.ASK_MOVE),
        may_take_dossier=dossiers.may_take(session, actor(), shown.case),
        entries=timeline.of(recent.events, names, answers),
        more=recent.count - len(recent.events),
        is_sound=recent.is_sound,
        open_steps=case_words.open_steps(shown, actor()),
        may_reassign=policy.may(actor(), Verb.HAND_OVER),
        may_send_back="send_back" in offered,
        may_hand_over="hand_over" in offered
        and step is not None
        and step.form_key not in policy.PERSONAL_FORMS,
        may_delegate="delegate" in offered
        and step is not None
        and step.form_key not in policy.PERSONAL_FORMS,
        nudged=timeline.nudges(recent.events, step.id) if step else (),
        asked=questions,
        rechecks=rechecks.of_case(session, shown.case.id),
        kept=archiving.of_case(session, shown.case.id) if shown.case.closed_at else None,
        archive_by=archiving.due_of(session, shown.case.id) if shown.case.closed_at else None,
        receipts=payments.of_case(session, shown.case.id),
        may_take_back=matching.answers_for(actor(), shown.case),
        may_ask=shown.case.closed_at is None and may_ask(actor()),
        may_ask_opinions="ask_opinions" in offered
        and form is not None
        and step is not None
        and may_ask_opinions(session.get_one(Task, step.id)),
        own_last=take_backs.offered(session, actor(), shown.case),
        papers=case_words.papers(shown),
        files=case_words.files(shown),
        directive=directives.shown(session, shown.case),
        batch=zero_filing_batches.shown(session, shown.case),
        campaign=campaigns.beside(session, shown.case),
        alike=campaigns.alike(session, shown.case),
        delivery=third_party_batches.shown(session, shown.case),
        delivery_lines=third_party_batches.lines,
        plan_link=evaluation_plans.link(shown.case),
        course=courses.drawn(shown, course),
        left=case_words.left_to_others(shown),
        may_issue=step is not None
        and form is not None
        and may_come_to(process, step.element, effects.ISSUING),
        hide_rule=step_forms.hide_rules(shown.case, form, process),
        draft_words=case_words.draft_words(),
        upload_words=case_words.upload_words(),
        holder=actor().user_id,
        principal=_principal(session, shown.case.id, step),
        # Files of the case, and which of them this step may take out again.
        kept_files={
            str(each.id): (each, step is not None and each.task_id == step.id)
            for each in shown.files
        },
    )


def _counts_as(shown: reads.Page, step: reads.Step | None) -> Collection[int]:
    """By whose declared ties the person is kept from the step: of others in no personal one."""
    if step is not None and step.form_key in policy.PERSONAL_FORMS:
        return {actor().user_id or 0}
    return set(policy.counts_as(actor(), shown.case.kind))


def _supplements(shown: reads.Page) -> Supplements:
    """What came to light after a transfer was proposed; nothing for other cases."""
    if shown.case.kind is not CaseKind.TI:
        return Supplements()
    with surveying() as whole:
        return transfer_supplements.of(whole, actor(), shown.case)


def _neighbours(session: Session, step: reads.Step | None) -> dict[str, object] | None:
    """The way to the step before and after on the own desk."""
    found = inbox_reads.neighbours(session, actor(), step.id) if step else None
    if found is None:
        return None
    previous, following = (
        url_for("cases.page", case_id=place[0], task=place[1]) if place else None
        for place in (found.before, found.after)
    )
    return {"at": found.at, "count": found.count, "previous": previous, "next": following}


def _asked_about(shown: reads.Page, questions: Iterable[asked.Line]) -> reads.Step | None:
    """The step on which the reader is asked for an opinion or to which it was delegated."""
    about = {each.about for each in questions if each.may_answer}
    return next((step for step in shown.steps if step.id in about), None)


def _basis(
    session: Session, shown: reads.Page, step: reads.Step | None
) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """What this step decides upon or goes on from: earlier answers, each under its step's name."""
    if step is None:
        return ()
    asked = step_bases.of(step.element, step.stage)
    drawn = {step_bases.own_name(each.element): each.element for each in shown.steps}
    answers = record_reads.last_answers(
        session, shown.case.id, [drawn[name] for name in asked if name in drawn]
    )
    found = [*correction_words.basis(shown.case)]
    for name in asked:
        last = answers.get(drawn.get(name, ""))
        if last is None:
            continue
        pairs = answer_words.of(session, shown, last)
        if name in step_bases.PROPOSING:
            pairs = (*case_words.proposal(shown.case), *pairs)
        names = next((each for each in shown.steps if each.id == last.task_id), None)
        found.append((name_of(names.name, names.name_en) if names else name, pairs))
    return tuple(found)


def _evidence(shown: reads.Page) -> tuple[doubt_words.Evidence, ...]:
    wide, narrow = charts.Frame.CARD, charts.Frame.HALF
    groups = doubt_words.grouped(shown.doubts)
    trends = history.of([group[0][1] for group in groups])
    in_full = contacts.unmasked_for(shown) is not None
    return tuple(
        doubt_words.evidence(group, trend, narrow if at else wide, in_full=in_full)
        for at, (group, trend) in enumerate(zip(groups, trends, strict=True))
    )
