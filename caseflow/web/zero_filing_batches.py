"""零申报批次: what waits for a batch, the batches there are, and the counts of one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from flask import Blueprint, flash, redirect, render_template, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from caseflow import batch_counts, policy
from caseflow.batch_counts import Counts, Household, Sum
from caseflow.models import Case
from caseflow.reads import zero_filing_batches as reads
from caseflow.services import zero_filing_batches as services
from caseflow.vocabulary import CaseKind, CaseStatus, Forbidden, Outcome
from caseflow.vocabulary.choices.zero_filing import VisitReason, ZeroFilingCause
from caseflow.vocabulary.industries import industry_name
from caseflow.vocabulary.terms import Term
from caseflow.web.house import acting, actor, reading
from caseflow.web.languages import language
from caseflow.web.sentences import SENTENCES
from caseflow.web.speech import _

bp = Blueprint("zero_filing_batches", __name__)


@dataclass(frozen=True, slots=True)
class Shown:
    """The counts of a batch in words."""

    case: Case
    counts: Counts

    def cause(self, name: str) -> str:
        """A cause that was found; those closed without one were voided or merged."""
        return _term(ZeroFilingCause, name) if name else _("作废或并案")

    def outcome(self, name: str) -> str:
        """How cases ended."""
        return _term(Outcome, name) if name else _("作废或并案")

    def state(self, household: Household) -> str:
        """How far a household is."""
        if household.is_closed:
            return self.outcome(household.outcome or "")
        return _("逾期") if household.is_overdue else _("在办")

    def visit(self, household: Household) -> str:
        """Why it must be visited."""
        if household.is_sampled:
            return _term(VisitReason, VisitReason.SAMPLE.value)
        return _term(VisitReason, household.visit_reason) if household.visit_reason else ""

    def problem(self, household: Household) -> str:
        """Why it was not dispatched with the others."""
        if not household.problem:
            return ""
        return str(SENTENCES.get(household.problem) or household.problem).split("%")[0]

    def href(
        self, state: str = "", outcome: str = "", cause: str = "", unit: int | None = None
    ) -> str:
        """The cases behind a number."""
        wish = {
            "state": state or None,
            "outcome": outcome or None,
            "cause": cause or None,
            "unit": str(unit) if unit else None,
        }
        return url_for("cases.listing_page", _external=False, batch=self.case.id, **wish)


def shown(session: Session, case: Case) -> Shown | None:
    """What the page of a batch shows beside its steps; other cases: nothing."""
    if case.kind is not CaseKind.ZB:
        return None
    return Shown(case, batch_counts.of(session, case.id, tin=policy.listed_tin(actor())))


@bp.get("/zero-filing-batches")
def listing() -> str:
    """What waits for a batch in the own district, and every batch within sight."""
    if not reads.sees_any(actor()):
        raise Forbidden("not_your_post", roles=["district_director", "post_info_admin"])
    with reading() as session:
        found = reads.listing(session, actor())
        return render_template(
            "pages/zero_filing_batches.html",
            crumbs=[(_("零申报批次"), None)],
            waiting=reads.waiting(session, actor()),
            trade_name=_trade_name,
            batches=found,
            total=_total(found),
            status=lambda value: _term(CaseStatus, value),
            may_begin=services.may_begin(actor()),
            most=batch_counts.MOST,
        )


@bp.post("/zero-filing-batches")
def begin() -> Response:
    """Begin a batch of the own district; its list is the first step, on the own desk."""
    with acting() as session:
        case_id = services.begin(session, actor()).id
    flash(_("已提出零申报批次，请拟定清册。"), "ok")
    return redirect(url_for("cases.page", case_id=case_id), 303)


def _total(found: Sequence[reads.Line]) -> Sum:
    closed = sum(each.closed for each in found)
    households = sum(each.households for each in found)
    tax = sum((Decimal(each.tax) for each in found), Decimal(0))
    return Sum("", closed=closed, open=households - closed, tax=tax)


def _trade_name(code: str) -> str:
    zh, en = industry_name(code)
    return en if language() == "en" else zh


def _term(terms: type[Term], value: str) -> str:
    known = {term.value: term for term in terms}
    if value not in known:
        return value
    return known[value].en if language() == "en" else known[value].zh
