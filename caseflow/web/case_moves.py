"""A case put on another step by administration: asking for it, and the second person's decision."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from sqlalchemy.orm import Session

from caseflow import policy
from caseflow.engine import migration
from caseflow.models import Case
from caseflow.reads import case_moves as reads
from caseflow.reads import cases, units
from caseflow.services import case_moves, definitions
from caseflow.vocabulary import CaseMoveStatus, Verb
from caseflow.web import acts
from caseflow.web.house import actor, reading
from caseflow.web.languages import name_of, say
from caseflow.web.sentences import sentence
from caseflow.web.speech import _
from caseflow.web.words import joined

bp = Blueprint("case_moves", __name__)


@bp.get("/cases/<int:case_id>/move")
def page(case_id: int) -> str:
    """Where the case stands, where it could stand, and what was asked for before."""
    with reading() as session:
        return _page(session, case_id)


@bp.post("/cases/<int:case_id>/move")
def ask(case_id: int) -> acts.Answer:
    """Ask for a move."""
    return _at(case_id).act(
        _("已申请调整环节，待另一位局领导批准。"),
        case_moves.ask,
        case_id,
        drop=request.form.getlist("drop"),
        target=request.form.get("target", ""),
        reason=request.form.get("reason", ""),
    )


@bp.post("/cases/<int:case_id>/move/<int:move_id>/approve")
def approve(case_id: int, move_id: int) -> acts.Answer:
    """Agree to a move: the case stands on the other step at once."""
    told, note = _("任务已调整到新的环节，并留痕为行政调整。"), request.form.get("note", "")
    return _at(case_id).act(told, case_moves.approve, move_id, note=note)


@bp.post("/cases/<int:case_id>/move/<int:move_id>/reject")
def reject(case_id: int, move_id: int) -> acts.Answer:
    """Say no to a move, with the reason."""
    told, note = _("调整未批准，任务没有变动。"), request.form.get("note", "")
    return _at(case_id).act(told, case_moves.reject, move_id, note=note)


@bp.post("/cases/<int:case_id>/move/<int:move_id>/withdraw")
def withdraw(case_id: int, move_id: int) -> acts.Answer:
    """Take a move back before it is decided on."""
    told = _("已撤回调整申请，任务没有变动。")
    return _at(case_id).act(told, case_moves.withdraw, move_id)


def who_decides(session: Session, case: Case, *, asked_by: int | None) -> str:
    """The people who may agree to a move, or the posts that somebody must hold first."""
    found = reads.deciders(session, case, asked_by=asked_by)
    if found:
        people = joined(
            _("%(name)s（%(post)s）", name=each.name, post=say(each.role)) for each in found
        )
        return _("由本局另一位没有办理这件任务的局领导批准：%(names)s。", names=people)
    district = units.one(session, case.district_id)
    return _(
        "须由本局另一位没有办理这件任务的局领导批准，尚无此人：请先在%(unit)s登记岗位%(posts)s。",
        unit=name_of(district.name, district.name_en) if district else "",
        posts=joined(say(role) for role in sorted(policy.VERBS[Verb.DECIDE_MOVE])),
    )


def _at(case_id: int) -> acts.Page:
    return acts.Page(
        url_for("case_moves.page", case_id=case_id),
        lambda session, refusal: _page(session, case_id, error=sentence(refusal)),
    )


def _page(session: Session, case_id: int, *, error: str = "") -> str:
    case = cases.find(session, actor(), case_id)
    if not (policy.may(actor(), Verb.ASK_MOVE) or policy.may(actor(), Verb.READ_RECORD)):
        policy.require(actor(), Verb.ASK_MOVE)
    process = definitions.process_of(session, case.definition_id)
    is_open = case.closed_at is None
    moves = reads.of_case(session, case_id)
    waiting = next((row for row in moves if row.move.status is CaseMoveStatus.ASKED), None)
    handles = case_moves.handles(session, actor(), case)
    return render_template(
        "pages/case_move.html",
        crumbs=[
            (_("核查任务"), url_for("cases.listing_page")),
            (case.number, url_for("cases.page", case_id=case_id)),
            (_("调整环节"), None),
        ],
        case=case,
        places=[
            (each.key, name_of(each.name or each.element, each.name_en or each.element))
            for each in (migration.places(process, case.state) if is_open else ())
        ],
        targets=[
            (each.id, name_of(each.name or each.id, each.name_en or each.id), each.lane)
            for each in (migration.targets(process, case.state) if is_open else ())
        ],
        moves=moves,
        waiting=waiting,
        handles=handles,
        may_ask=is_open and waiting is None and policy.may(actor(), Verb.ASK_MOVE) and not handles,
        may_decide=waiting is not None
        and policy.may(actor(), Verb.DECIDE_MOVE)
        and not handles
        and not case_moves.is_asker(session, actor(), waiting.move, case),
        may_withdraw=waiting is not None and waiting.move.asked_by == actor().user_id,
        who_decides=who_decides(
            session, case, asked_by=waiting.move.asked_by if waiting else actor().user_id
        ),
        typed=request.form,
        dropped=request.form.getlist("drop"),
        error=error,
    )
