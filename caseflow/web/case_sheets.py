"""The calculation sheet of a case 计算过程: how its assessed tax and surcharge come about."""

from __future__ import annotations

from datetime import date
from itertools import groupby

from flask import Blueprint, render_template, url_for

from caseflow import assessed, clock
from caseflow.models import AssessedAmount
from caseflow.reads import cases as reads
from caseflow.reckoning import case_sheets
from caseflow.services import matched_sums
from caseflow.web import crumbs, readings
from caseflow.web import listing as lists
from caseflow.web.faults import Faults
from caseflow.web.house import actor
from caseflow.web.reckonings.lines import Line, heading, line_of
from caseflow.web.speech import _
from caseflow.web.term_filters import tax

bp = Blueprint("case_sheets", __name__)


@bp.get("/cases/<int:case_id>/calculation")
def page(case_id: int) -> tuple[str, int]:
    """The sums of a case step by step, the surcharge to today or a day asked about."""
    faults = Faults()
    with readings.opened(case_id) as session:
        shown = reads.page(session, actor(), case_id)
        until = faults.read("until", lists.day, None) or clock.today()
        rows = shown.amounts
        matched = matched_sums.of_case(session, case_id)
        paid = matched.of_taxes(rows) if matched.touched else None
        totals = [line_of(step) for step in case_sheets.total(rows, until, paid)] if rows else []
        rendered = render_template(
            "pages/case_sheet.html",
            crumbs=[
                crumbs.parent_of_case(),
                (shown.case.number, url_for("cases.page", case_id=case_id)),
                (_("计算过程"), None),
            ],
            shown=shown,
            lines=_lines(rows, until, paid) if rows and not faults else [],
            totals=totals,
            until=until,
            faults=faults,
        )
    return faults.answer(rendered)


def _lines(rows: tuple[AssessedAmount, ...], until: date, paid: assessed.Paid | None) -> list[Line]:
    """The sheet of each tax under its name, then the sums of the case."""
    found: list[Line] = []
    for name, of_tax in groupby(rows, key=lambda row: row.tax):
        found += [heading(tax(name)), *map(line_of, case_sheets.of_tax(list(of_tax), until, paid))]
    return [*found, heading(_("合计")), *map(line_of, case_sheets.total(rows, until, paid))]
