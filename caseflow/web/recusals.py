"""Recusal: declaring a tie from the case, the superior's decision, the list for heads and audit."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from flask import Blueprint, render_template, request, url_for
from sqlalchemy.orm import Session

from caseflow import policy
from caseflow.reads import cases
from caseflow.reads import recusals as reads
from caseflow.services import recusals
from caseflow.services.recusals import Successor, Tie
from caseflow.vocabulary import Verb
from caseflow.vocabulary.choices import RecusalDeclaration
from caseflow.web import acts, crumbs
from caseflow.web.house import actor, reading
from caseflow.web.languages import say
from caseflow.web.sentences import sentence
from caseflow.web.speech import _
from caseflow.web.words import joined

bp = Blueprint("recusals", __name__)


@dataclass(frozen=True, slots=True)
class Declared:
    """A declaration that waits, as the page of the case tells the person of it.

    ``whose`` it is: the person's ``own``, of a ``principal``, or of somebody ``below``, on whom the
    person decides; ``deciders`` are told to whom it keeps from the case, and ``withheld`` where a
    sensitive mark leaves nobody who can decide.
    """

    row: reads.Row
    whose: str
    deciders: str = ""
    withheld: str = ""

    @property
    def keeps_away(self) -> bool:
        """Whether the person does no step of the case because of it."""
        return self.whose != "below"


_TIES = tuple(tie for tie in RecusalDeclaration if tie is not RecusalDeclaration.NONE)


@bp.get("/recusals")
def listing() -> str:
    """Ties declared by people below and what was decided; for the auditor all of them."""
    if not policy.is_head(actor().posts):
        policy.require(actor(), Verb.READ_RECORD)
    with reading() as session:
        return render_template(
            "pages/recusals.html",
            crumbs=[(_("回避"), None)],
            rows=[(row, *_words(row)) for row in reads.listing(session, actor())],
        )


@bp.get("/cases/<int:case_id>/recusal")
def page(case_id: int) -> str:
    """Declare a tie; or decide, or order, for a superior."""
    with reading() as session:
        return _page(session, case_id)


@bp.post("/cases/<int:case_id>/recusal")
def declare(case_id: int) -> acts.Answer:
    """Declare a tie of one's own."""
    return _at(case_id).act(_("已申报回避，待上级决定。"), recusals.declare, case_id, tie=_tie())


@bp.post("/cases/<int:case_id>/recusal/order")
def order(case_id: int) -> acts.Answer:
    """Recuse somebody below without a declaration."""
    return _at(case_id).act(
        _("已责令回避，其访问权限即时终止。"),
        recusals.order,
        case_id,
        request.form.get("user", 0, int),
        tie=_tie(),
        successor=_successor(),
    )


@bp.post("/cases/<int:case_id>/recusal/<int:request_id>/decide")
def decide(case_id: int, request_id: int) -> acts.Answer:
    """Agree to a recusal, or keep the person on with a reason."""
    is_recused = request.form.get("decision") == "recuse"
    told = _("已决定回避，其访问权限即时终止。") if is_recused else _("已决定不回避，理由已留痕。")
    return _at(case_id).act(
        told,
        recusals.decide,
        request_id,
        is_recused=is_recused,
        reason=request.form.get("reason", ""),
        successor=_successor(),
    )


def declared(session: Session, case_id: int, counts_as: Collection[int]) -> tuple[Declared, ...]:
    """The declarations on a case that concern the person: they keep from it, or are to decide.

    ``counts_as`` are the person and those stood for.
    """
    rows = reads.waiting_in(session, case_id)
    decided = reads.decides_on(session, actor(), rows)
    found = []
    for row in rows:
        if row.user_id in counts_as:
            whose = "own" if row.user_id == actor().user_id else "principal"
            above = reads.deciders(session, case_id, row.user_id)
            names = joined(above.names) or _("上级")
            found.append(Declared(row, whose, names, joined(above.withheld)))
        elif row.id in decided:
            found.append(Declared(row, "below"))
    return tuple(found)


def _tie() -> Tie:
    return Tie(request.form.get("tie", ""), request.form.get("note", ""))


def _successor() -> Successor:
    officer, stand_in = (request.form.get(name, 0, int) or None for name in ("officer", "stand_in"))
    return Successor(officer, stand_in)


def _at(case_id: int) -> acts.Page:
    return acts.Page(
        url_for("recusals.page", case_id=case_id),
        lambda session, refusal: _page(session, case_id, error=sentence(refusal)),
    )


def _page(session: Session, case_id: int, *, error: str = "") -> str:
    case = cases.find(session, actor(), case_id)
    rows = reads.of_case(session, case_id)
    waiting = [row for row in rows if row.status == "waiting"]
    below = reads.people_of(session, actor(), case) if case.closed_at is None else ()
    deciders = {each.id for each in below}
    mine = [row for row in waiting if row.user_id == actor().user_id]
    return render_template(
        "pages/recusal.html",
        crumbs=[
            crumbs.parent_of_case(),
            (case.number, url_for("cases.page", case_id=case_id)),
            (_("回避"), None),
        ],
        case=case,
        ties=[(tie.value, say(tie)) for tie in _TIES],
        to_decide=[(row, *_words(row)) for row in waiting if row.user_id in deciders],
        rows=[(row, *_words(row)) for row in rows],
        mine=mine[0] if mine else None,
        withheld=joined(reads.deciders(session, case_id, mine[0].user_id).withheld) if mine else "",
        is_open=case.closed_at is None,
        below=below,
        officers=reads.officers_of(session, case) if below else (),
        heads=reads.heads_of(session, case) if below else (),
        typed=request.form,
        # The form that was refused stays open.
        refused=(request.endpoint, (request.view_args or {}).get("request_id"))
        if error
        else ("", None),
        error=error,
    )


def _words(row: reads.Row) -> tuple[str, str, str]:
    """The tie, and the state with its colour."""
    state, kind = {
        "waiting": (_("待决定"), "warn"),
        "recused": (_("已回避"), "bad"),
        "kept": (_("不回避"), "ok"),
    }[row.status]
    return say(RecusalDeclaration(row.tie)), state, kind
