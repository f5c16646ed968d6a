"""候选缴款: receipts that wait for a match, what they might pay and why; taking a match back."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from caseflow.models import Case, PaymentMatch
from caseflow.reads import cases as case_reads
from caseflow.reads import payments as reads
from caseflow.services.payments import matching
from caseflow.services.payments.matching import Part, Proposal
from caseflow.vocabulary import Actor, Invalid, NotFound
from caseflow.web import acts
from caseflow.web.house import acting, actor, reading
from caseflow.web.sentences import sentence
from caseflow.web.speech import _

bp = Blueprint("payments", __name__)


@bp.get("/payments")
def listing() -> str:
    """Receipts of the actor's households of which something is not matched yet."""
    with reading() as session:
        return render_template(
            "pages/payments.html",
            crumbs=[(_("候选缴款"), None)],
            rows=reads.waiting(session, actor()),
            most=reads.LIMIT,
        )


@bp.get("/payments/<int:payment_id>")
def page(payment_id: int) -> str:
    """One receipt, the sums that it might pay, and why."""
    with reading() as session:
        return _page(session, payment_id)


@bp.post("/payments/<int:payment_id>/match")
def match(payment_id: int) -> acts.Answer:
    """Let it pay the sums chosen."""
    return acts.Page(
        url_for("payments.page", payment_id=payment_id),
        lambda session, refusal: _page(session, payment_id, error=sentence(refusal)),
    ).act(_("已匹配，滞纳金已按缴款日期重算。"), _match, payment_id)


@bp.post("/payments/matches/<int:match_id>/take-back")
def take_back(match_id: int) -> Response:
    """Take a wrong match back."""
    with acting() as session:
        reason = request.form.get("reason", "")
        case_id = matching.take_back(session, actor(), match_id, reason=reason).case_id
    flash(_("已撤回，这笔缴款重新待匹配。"), "ok")
    return redirect(url_for("cases.page", case_id=case_id), 303)


def _match(session: Session, who: Actor, payment_id: int) -> tuple[PaymentMatch, ...]:
    waits = reads.one(session, who, payment_id)
    found = matching.proposals(session, waits.payment)
    parts = [
        Part(each.awaited.case_id, each.awaited.item, each.awaited.tax, each.awaited.period, amount)
        for place, each in enumerate(found)
        if (amount := _amount(request.form.get(f"amount-{place}-{_key(each)}", "")))
    ]
    return matching.match(session, who, payment_id, parts=parts)


def _page(session: Session, payment_id: int, *, error: str = "") -> str:
    waits = reads.one(session, actor(), payment_id)
    rows: list[dict[str, object]] = []
    offered = Decimal(0)
    for place, each in enumerate(matching.proposals(session, waits.payment)):
        try:
            case = case_reads.find(session, actor(), each.awaited.case_id)
        except NotFound:
            continue
        open_ = waits.left - offered
        if not matching.answers_for(actor(), case) or not {"tax", "period"} <= set(each.reasons):
            open_ = Decimal(0)
        row = _row(place, each, case, min(open_, each.awaited.left))
        offered += min(open_, each.awaited.left)
        rows.append(row)
    return render_template(
        "pages/payment.html",
        crumbs=[(_("候选缴款"), url_for("payments.listing")), (waits.payment.receipt, None)],
        waits=waits,
        rows=rows,
        may_match=any(row["may"] for row in rows) and waits.left > 0,
        error=error,
    )


def _row(place: int, each: Proposal, case: Case, offered: Decimal) -> dict[str, object]:
    """A sum with what of the payment is offered for it: together never more than is left."""
    name = f"amount-{place}-{_key(each)}"
    return {
        "each": each.awaited,
        "name": name,
        "value": request.form.get(name, offered or ""),
        "reasons": [(_reason(code), _KIND.get(code, "")) for code in each.reasons],
        "may": matching.answers_for(actor(), case),
    }


# How a reason is coloured: what speaks against a match, or only for a part.
_KIND = {"early": "bad", "more": "warn", "less": "warn", "amount": "ok", "named": "ok"}


def _reason(code: str) -> str:
    """Why a sum is proposed, in words."""
    return {
        "household": _("税号一致"),
        "tax": _("税种一致"),
        "period": _("所属期一致"),
        "amount": _("金额一致"),
        "less": _("少于应缴，部分缴纳"),
        "more": _("多于应缴，余额待处理"),
        "named": _("票证写明本任务或文书"),
        "early": _("缴款早于立案"),
    }[code]


def _key(each: Proposal) -> str:
    """What names a sum on the form, so that a page that has grown old pays no other one."""
    at = each.awaited
    return f"{at.case_id}-{at.tax or 'fine'}-{at.period}"


def _amount(text: str) -> Decimal | None:
    plain = text.replace(",", "").strip()
    if not plain:
        return None
    try:
        found = Decimal(plain)
    except InvalidOperation:
        raise Invalid("payment_parts") from None
    if not found.is_finite() or found < 0 or found != round(found, 2):
        raise Invalid("payment_parts")
    return found
