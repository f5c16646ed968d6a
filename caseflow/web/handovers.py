"""管户交接: what it would do beforehand, carrying it out, the list that both sides sign."""

from __future__ import annotations

import io
import re
import unicodedata
from http import HTTPStatus

from flask import Blueprint, Response, flash, redirect, render_template, request, send_file, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from caseflow import documents, policy
from caseflow.documents import HandoverList
from caseflow.reads import handovers as reads
from caseflow.reckoning import identity_numbers
from caseflow.services import handover_plans, handovers, place
from caseflow.services.handover_plans import Manner, Plan, Wish
from caseflow.vocabulary import Forbidden, HandoverReason, Invalid, Verb
from caseflow.web import acts, taxpayer_words
from caseflow.web.house import acting, actor, reading
from caseflow.web.sentences import sentence
from caseflow.web.speech import _

bp = Blueprint("handovers", __name__)

_FIELDS = ("giver", "reason", "note", "which", "tins", "kind", "industry", "key", "manner")
_MOST_TINS = 2_000


@bp.get("/handovers")
def listing() -> str:
    """Handovers that concern the person: of the own unit, given, taken."""
    if not reads.sees_any(actor()):
        raise Forbidden("not_your_post", roles=["section_chief", "tax_administrator"])
    with reading() as session:
        return render_template(
            "pages/handovers.html",
            crumbs=[(_("管户交接"), None)],
            rows=reads.listing(session, actor()),
            may_hand_over=policy.may(actor(), Verb.HAND_OVER_HOUSEHOLDS),
        )


@bp.get("/handovers/new")
def new() -> str:
    """Whose households, which of them, to whom, why."""
    with reading() as session:
        return _form(session)


@bp.post("/handovers/plan")
def plan() -> str | tuple[str, int]:
    """What it would do: who gets which, loads before and after, the open cases; nothing is done."""
    try:
        with reading() as session:
            wish = _wish()
            return _planned(wish, handover_plans.plan(session, actor(), wish))
    except Invalid as refusal:
        with reading() as session:
            return _form(session, error=sentence(refusal)), HTTPStatus.UNPROCESSABLE_ENTITY


@bp.post("/handovers/new")
def carry_out() -> acts.Answer:
    """Hand them over as the plan was shown."""
    try:
        with acting() as session:
            seal = request.form.get("seal", "")
            done = handovers.carry_out(session, actor(), _wish(), seal=seal).id
    except Invalid as refusal:
        with reading() as session:
            return _form(session, error=sentence(refusal)), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("管户已交接，请打印清单由双方签字；接收人还须在系统内确认。"), "ok")
    return redirect(url_for("handovers.page", handover_id=done), 303)


@bp.get("/handovers/<int:handover_id>")
def page(handover_id: int) -> str:
    """One handover: its list, the loads, the cases that went along, who has confirmed."""
    with reading() as session:
        shown = reads.page(session, actor(), handover_id, most=reads.SHOWN)
        own = next((each for each in shown.takers if each.user_id == actor().user_id), None)
        return render_template(
            "pages/handover.html",
            crumbs=[(_("管户交接"), url_for("handovers.listing")), (_number(handover_id), None)],
            shown=shown,
            number=_number(handover_id),
            loads=_loads(shown),
            kinds=taxpayer_words.kinds(),
            may_confirm=own is not None and own.confirmed_at is None,
        )


@bp.post("/handovers/<int:handover_id>/confirm")
def confirm(handover_id: int) -> AnyResponse:
    """The taker has what is on the list."""
    with acting() as session:
        handovers.confirm(session, actor(), handover_id)
    flash(_("已确认接收，并留痕。"), "ok")
    return redirect(url_for("handovers.page", handover_id=handover_id), 303)


@bp.get("/handovers/<int:handover_id>/list")
def printed(handover_id: int) -> Response:
    """The list for both to sign, as PDF."""
    with reading() as session:
        shown = reads.page(session, actor(), handover_id, most=None)
        pdf = documents.render_handover_list(
            _drawn(shown), at=shown.handover.done_at, fonts=place.here().fonts
        )
    name = f"{_number(handover_id)}.pdf"
    return send_file(io.BytesIO(pdf), mimetype="application/pdf", download_name=name)


def _wish() -> Wish:
    """What the form asks for.

    Raises:
        Invalid: a reason or manner that no page offers, too many numbers, nobody chosen.
    """
    form = request.form
    try:
        reason = HandoverReason(form.get("reason", ""))
        manner = Manner(form.get("manner", Manner.BALANCED))
    except ValueError:
        raise Invalid("handover_reason") from None
    which = form.get("which", "all")
    listed = form.get("tins", "") if which == "list" else ""
    typed = unicodedata.normalize("NFKC", listed).strip()
    tins = tuple(re.split(r"[\s,，;；、]+", typed)) if typed else ()
    if len(tins) > _MOST_TINS or (which == "list" and not tins):
        raise Invalid("handover_tins", most=_MOST_TINS)
    filters = which == "filter"
    return Wish(
        giver_id=form.get("giver", 0, int),
        takers=tuple(form.getlist("takers", int)),
        reason=reason,
        note=form.get("note", ""),
        tins=tuple(each.upper() for each in tins),
        kind=form.get("kind", "") if filters else "",
        industry=form.get("industry", "").strip() if filters else "",
        is_key_source={"yes": True, "no": False}.get(form.get("key", "")) if filters else None,
        manner=manner,
    )


def _form(session: Session, *, error: str = "") -> str:
    head = handover_plans.heading(actor())
    return render_template(
        "pages/handover_new.html",
        crumbs=[(_("管户交接"), url_for("handovers.listing")), (_("办理交接"), None)],
        givers=reads.givers(session, actor(), handover_plans.within(head)),
        takers=handover_plans.takers_of(session, head),
        reasons=list(HandoverReason),
        kinds=list(taxpayer_words.kinds().items()),
        typed=request.values,
        chosen=request.values.getlist("takers", int),
        longest=handover_plans.LONGEST_NOTE,
        error=error,
    )


def _planned(wish: Wish, found: Plan) -> str:
    names = {each.id: each for each in (found.giver, *found.takers)}
    return render_template(
        "pages/handover_plan.html",
        crumbs=[
            (_("管户交接"), url_for("handovers.listing")),
            (_("办理交接"), url_for("handovers.new")),
            (_("预览"), None),
        ],
        plan=found,
        wrong=[each for each in found.unknown if not identity_numbers.kinds_of(each)],
        strange=[each for each in found.unknown if identity_numbers.kinds_of(each)],
        wish=wish,
        names=names,
        loads=[(names[user_id], found.before[user_id], found.after[user_id]) for user_id in names],
        kept=[(name, request.form.get(name, "")) for name in _FIELDS]
        + [("takers", str(each)) for each in wish.takers],
        shown=found.lines[: reads.SHOWN],
        kinds=taxpayer_words.kinds(),
    )


def _loads(shown: reads.Page) -> list[tuple[str, dict[str, object], dict[str, object]]]:
    """Each with what they had before and have after, the giver first."""
    order = [shown.handover.giver_id, *(each.user_id for each in shown.takers)]
    loads = shown.handover.loads
    return [
        (shown.names[each], loads[str(each)]["before"], loads[str(each)]["after"]) for each in order
    ]


def _drawn(shown: reads.Page) -> HandoverList:
    row = shown.handover
    return HandoverList(
        number=_number(row.id),
        unit=shown.unit,
        on=row.on,
        giver=shown.giver,
        reason=row.reason.zh,
        note=row.note or "",
        done_by=shown.done_by,
        takers=tuple((e.name, e.households, e.confirmed_at) for e in shown.takers),
        loads=tuple(
            (
                name,
                str(before["households"]),
                str(after["households"]),
                str(before["work"]),
                str(after["work"]),
            )
            for name, before, after in _loads(shown)
        ),
        households=tuple((e.tin, e.name, e.kind, e.address, e.taker) for e in shown.households),
        unseen=row.households - len(shown.households),
        cases=tuple((e.number, e.taxpayer, e.taker, e.fate.zh) for e in shown.cases),
    )


def _number(handover_id: int) -> str:
    return f"JJ{handover_id:06d}"
