"""Abnormal households 非正常户: the rules of its steps that no form and no drawing can hold.

Source: abnormal-household.md, step by step (3a to R5). What the steps find of the missed periods
is kept in ``case.facts["periods"]``, a list in the order in which they were written.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from caseflow import clock, missed_periods
from caseflow.models import Case, Document, Taxpayer
from caseflow.models.base import Json
from caseflow.services.kinds import campaign, conclusions
from caseflow.services.kinds.desk import Desk, Handed, day, instant, refuse
from caseflow.services.kinds.warning_verification import require_officer
from caseflow.services.limits import Limits
from caseflow.vocabulary import CaseKind, DocumentStatus, Invalid, PaperKind
from caseflow.vocabulary.choices import OffenceSign
from caseflow.vocabulary.choices.abnormal import (
    AbFound,
    AbLaterAct,
    AbLicence,
    AbPeriodResult,
    AbSource,
)

_MONTHS_TO_INVALIDATE, _MONTHS_TO_CANCEL = 3, 24
_YEAR = timedelta(days=365)


def remind(desk: Desk, answers: Json) -> Handed:
    """3a: the taxpayer was reminded; what was said then is written down afterwards."""
    if instant(answers["reminded_at"]) > desk.times.now:
        refuse("reminded_at", "in_the_future")
    return Handed()


def write_order(desk: Desk, answers: Json) -> Handed:
    """3b: the periods that the order covers, each once and past its deadline; the limit."""
    seen: set[tuple[str, str]] = set()
    for index, line in enumerate(answers["periods"]):
        if (line["tax"], line["period"]) in seen:
            refuse(f"periods-{index}-period", "tax_and_period_twice")
        if day(line["deadline"]) >= desk.times.today:
            refuse(f"periods-{index}-deadline", "not_before_today")
        seen.add((line["tax"], line["period"]))
    most = int(desk.times.value("oc_filing"))
    if int(answers["limit_days"]) > most:
        refuse("limit_days", "limit_at_most", most=most)
    facts = {"periods": answers["periods"], "limit_days": int(answers["limit_days"])}
    desk.case.facts = {**desk.case.facts, **facts}
    return Handed(
        variables={
            "periods_open": len(answers["periods"]),
            "limit_due": None,
            "announced_until": None,
            "limit_over": False,
            "enforce_first": bool(desk.times.value("enforce_first")),
        }
    )


def sign_order(desk: Desk, answers: Json) -> Handed:
    """3c: the chief signs the order or sends it back."""
    del desk
    sent_back = answers["order_signature"] == "send_back"
    return Handed(returned=answers["reason"] if sent_back else None)


def served(case: Case, times: Limits, kind: str, on: date) -> Mapping[str, object]:
    """The order or demand was served: the taxpayer's limit runs from then."""
    if kind == PaperKind.ORDER_TO_CORRECT:
        return {"limit_due": _end(times, on, case.facts["limit_days"]), "announced_until": None}
    if kind == PaperKind.PAYMENT_DEMAND:
        return {"demand_due": _end(times, on, case.facts["demand_days"])}
    return {}


def announced(case: Case, times: Limits, kind: str, until: datetime) -> Mapping[str, object]:
    """An announced order counts as served on the last day; its limit runs from then."""
    if kind != PaperKind.ORDER_TO_CORRECT:
        return {}
    return {"limit_due": _end(times, _last_day(until), case.facts["limit_days"])}


def note_limit(desk: Desk, answers: Json) -> Handed:
    """3f: each period filed, lawfully extended, or not filed once the limit is over."""
    periods = missed_periods.of_case(desk.session, desk.case)
    if [int(row["row"]) for row in answers["periods"]] != list(range(len(periods))):
        refuse("periods", "every_period")
    due: datetime = desk.variables["limit_due"]
    fields: dict[str, tuple[str, Json]] = {}
    for index, row in enumerate(answers["periods"]):
        if row["result"] == AbPeriodResult.NOT_FILED and desk.times.now < due:
            fields[f"periods-{index}-result"] = ("limit_not_over", {"due": _last_day(due)})
        extended = row.get("extended_to")
        if extended and day(extended) <= desk.times.today:
            fields[f"periods-{index}-extended_to"] = ("not_after_today", {})
    if fields:
        raise Invalid("answers", fields=fields)
    results = [row["result"] for row in answers["periods"]]
    noted = [{**period, **row} for period, row in zip(periods, answers["periods"], strict=True)]
    desk.case.facts = {**desk.case.facts, "periods": noted}
    still_open = results.count(AbPeriodResult.NOT_FILED)
    extended_to = [day(row["extended_to"]) for row in answers["periods"] if row.get("extended_to")]
    if still_open:
        said, moved = "not_filed", due
    elif extended_to:
        said, moved = "extended", clock.end_of(max(extended_to))
    else:
        said, moved = "all_filed", due
    return Handed(
        variables={
            "limit_result": said,
            "limit_due": moved,
            "periods_open": still_open,
            "limit_over": said == "not_filed",
        }
    )


def record_visit(desk: Desk, answers: Json) -> Handed:
    """3g: the visit is over, and every place and source is answered."""
    begun, ended = instant(answers["started_at"]), instant(answers["ended_at"])
    if ended <= begun:
        refuse("ended_at", "before_start")
    if ended > desk.times.now:
        refuse("ended_at", "in_the_future")
    if {row["row"] for row in answers["places"]} != {source.value for source in AbSource}:
        refuse("places", "every_source")
    known = desk.variables
    due = known.get("limit_due")
    is_over = known.get("order_state") == "over" or (due is not None and due <= desk.times.now)
    return Handed(
        variables={
            "limit_over": is_over,
            "arrears_left": Decimal(answers["arrears"]) > 0,
            "enforce_first": bool(desk.times.value("enforce_first")),
        }
    )


def write_demand(desk: Desk, answers: Json) -> Handed:
    """4a: what is demanded, at most for the days that the law gives."""
    for index, line in enumerate(answers["demands"]):
        if day(line["due_on"]) >= desk.times.today:
            refuse(f"demands-{index}-due_on", "not_before_today")
    most = int(desk.times.value("oc_payment"))
    if int(answers["demand_days"]) > most:
        refuse("demand_days", "limit_at_most", most=most)
    desk.case.facts = {**desk.case.facts, "demand_days": int(answers["demand_days"])}
    return Handed(variables={"demand_due": None})


def sign_demand(desk: Desk, answers: Json) -> Handed:
    """4b: the leader signs the demand or sends it back."""
    del desk
    sent_back = answers["demand_signature"] == "send_back"
    return Handed(returned=answers["reason"] if sent_back else None)


def note_payment(desk: Desk, answers: Json) -> Handed:
    """4d: paid, or not paid once the limit of the demand is over."""
    due = desk.task.due_at
    if answers["demand_result"] == "not_paid" and due is not None and desk.times.now < due:
        refuse("demand_result", "limit_not_over", due=_last_day(due))
    if answers["demand_result"] == "paid" and day(answers["paid_on"]) > desk.times.today:
        refuse("paid_on", "in_the_future")
    return Handed()


def propose_enforcement(desk: Desk, answers: Json) -> Handed:
    """4e: never against a dwelling or what a family needs to live."""
    del desk
    if not answers.get("no_dwelling"):
        refuse("no_dwelling", "dwelling_excluded")
    return Handed()


def approve_enforcement(desk: Desk, answers: Json) -> Handed:
    """4f: the district director agrees, sends back, or refuses with a reason."""
    del desk
    agreed = answers["enforce_approval"] == "agree"
    return Handed(returned=None if agreed else answers["reason"])


def record_enforcement(desk: Desk, answers: Json) -> Handed:
    """4g: what was done lies behind."""
    for index, act in enumerate(answers["acts"]):
        if day(act["acted_on"]) > desk.times.today:
            refuse(f"acts-{index}-acted_on", "in_the_future")
    return Handed()


def conclude(desk: Desk, answers: Json) -> Handed:
    """5: findings, signs, and what the tables of outcomes need to know."""
    warnings = conclusions.findings(desk, answers)
    signs = conclusions.signs_of(answers)
    change = answers.get("outcome_change")
    if change == "identified":
        require_identifiable(desk)
    conclusions.note_submission(desk)
    return Handed(
        variables={
            "ti_flag": desk.case.is_ti,
            "has_signs": signs != {OffenceSign.NONE},
            "every_doubt_data_error": bool(warnings)
            and all(each.finding == "data_error" for each in warnings),
            "arrears_left": Decimal(answers["arrears"]) > 0,
            "collective_decision": None,
        }
    )


def require_identifiable(desk: Desk) -> None:
    """Refuse to identify where the law wants more: order served, limit over, visit confirmed."""
    missing = []
    known = desk.variables
    if not known.get("limit_over"):
        missing.append("limit_over")
    if not known.get("periods_open"):
        missing.append("return_missing")
    if known.get("onsite_found") != AbFound.NOT_FOUND or known.get("confirmation") != "confirm":
        missing.append("visit_confirmed")
    if missing:
        refuse("outcome_change", "not_identifiable", missing=missing)


def list_invoices(desk: Desk, answers: Json) -> Handed:
    """7b: each range of invoices runs forward."""
    del desk
    for index, line in enumerate(answers.get("ranges", [])):
        if line["last"] < line["first"]:
            refuse(f"ranges-{index}-last", "before_start")
    return Handed()


def sign_notice(desk: Desk, answers: Json) -> Handed:
    """7d: the leader signs the announcement or sends it back."""
    del desk
    sent_back = answers["public_signature"] == "send_back"
    return Handed(returned=answers["reason"] if sent_back else None)


def note_notice(desk: Desk, answers: Json) -> Handed:
    """7e: the announcement is out."""
    if day(answers["published_on"]) > desk.times.today:
        refuse("published_on", "in_the_future")
    return Handed()


def execute(desk: Desk, answers: Json) -> Handed:
    """7x: what was carried out lies behind."""
    for place in ("paid_on", "published_on", "reported_on"):
        if answers.get(place) and day(answers[place]) > desk.times.today:
            refuse(place, "in_the_future")
    return Handed()


def check_later(desk: Desk, answers: Json) -> Handed:
    """L: invalidation after three months; cancellation when everything is cleared."""
    months, act = int(answers["months_abnormal"]), answers["later_act"]
    if act == AbLaterAct.INVALIDATE and months <= _MONTHS_TO_INVALIDATE:
        refuse("later_act", "too_early_to_invalidate")
    if act == AbLaterAct.CANCEL:
        cleared = Decimal(answers["arrears"]) == 0 and int(answers["invoices_count"]) == 0
        is_gone = answers["licence"] in (AbLicence.CANCELLED, AbLicence.REVOKED)
        if not is_gone and not (cleared and months > _MONTHS_TO_CANCEL):
            refuse("later_act", "not_to_be_cancelled")
    campaign.note_cause(desk.case, act)
    return Handed(variables={"arrears_left": Decimal(answers["arrears"]) > 0})


def apply_release(desk: Desk, answers: Json) -> Handed:
    """R1: complete only when every line is settled; the releases of the year are counted."""
    if answers["release_result"] == "withdrawn":
        return Handed(variables={"releases_in_12_months": _releases(desk)})
    if answers["release_result"] == "complete" and not answers["periods"]:
        refuse("periods", "every_period")
    return Handed(variables={"releases_in_12_months": _releases(desk)})


def name_administrator(desk: Desk, answers: Json) -> Handed:
    """R2: a wrong identification is worked by somebody who was not one of the two officers."""
    user_id = int(answers["administrator"])
    require_officer(desk, "administrator", user_id)
    earlier = desk.session.execute(
        select(Case.main_officer_id, Case.second_officer_id).where(
            Case.taxpayer_id == desk.case.taxpayer_id, Case.kind == CaseKind.AB
        )
    )
    if user_id in {officer for row in earlier for officer in row}:
        refuse("administrator", "identified_it")
    desk.case.main_officer_id = user_id
    return Handed(
        variables={"release_result": None, "releases_in_12_months": _releases(desk)},
        payload={"administrator": user_id},
    )


def review_release(desk: Desk, answers: Json) -> Handed:
    """R3: the chief agrees or sends back."""
    del desk
    sent_back = answers["release_review"] == "send_back"
    return Handed(returned=answers["reason"] if sent_back else None)


def approve_release(desk: Desk, answers: Json) -> Handed:
    """R4: the leader agrees, sends back or refuses."""
    del desk
    agreed = answers["release_approval"] == "agree"
    return Handed(returned=None if agreed else answers["reason"])


HAND_IN: Mapping[str, Callable[[Desk, Json], Handed]] = {
    "ab_reminder": remind,
    "ab_order": write_order,
    "ab_order_signature": sign_order,
    "ab_limit": note_limit,
    "ab_onsite_record": record_visit,
    "ab_demand": write_demand,
    "ab_demand_signature": sign_demand,
    "ab_demand_result": note_payment,
    "ab_enforcement_proposal": propose_enforcement,
    "ab_enforcement_approval": approve_enforcement,
    "ab_enforcement_record": record_enforcement,
    "ab_conclusion": conclude,
    "ab_invoice_list": list_invoices,
    "ab_public_notice_signature": sign_notice,
    "ab_public_notice_done": note_notice,
    "ab_execution": execute,
    "ab_later_check": check_later,
    "ab_release_application": apply_release,
    "ab_release_assignment": name_administrator,
    "ab_release_review": review_release,
    "ab_release_approval": approve_release,
}


def known_at_start(
    session: Session, taxpayer_id: int, periods: Sequence[int], times: Limits
) -> Json:
    """What the sources and earlier cases say when a case begins, as routing variables.

    An order of an earlier case for the same taxpayer counts, with the end of its limit.
    """
    taxpayer = session.get_one(Taxpayer, taxpayer_id)
    earlier = session.scalar(
        select(Case.facts)
        .join(Document, Document.case_id == Case.id)
        .where(
            Case.taxpayer_id == taxpayer_id,
            Case.kind == CaseKind.OC,
            Document.kind == PaperKind.ORDER_TO_CORRECT.value,
            Document.status == DocumentStatus.SERVED,
            Case.opened_at > times.now - _YEAR,
        )
        .order_by(Document.id.desc())
        .limit(1)
    )
    lines = (earlier or {}).get("duty_lines", {}).values()
    dues = [day(line["due"]) for line in lines if line.get("due")]
    state, due = "none", None
    if dues:
        due = clock.end_of(max(dues))
        state = "over" if due <= times.now else "running"
    return {
        "reg_status": taxpayer.reg_status,
        "order_state": state,
        "limit_due": due,
        "reminded": bool((earlier or {}).get("reminded")),
        "periods_open": len(set(periods)),
        "enforce_first": bool(times.value("enforce_first")),
    }


def _end(times: Limits, on: date, days: int) -> datetime:
    return clock.end_of(times.calendar.add_days(on, int(days)).on)


def _last_day(at: datetime) -> date:
    return clock.local_date(at - timedelta(microseconds=1))


def _releases(desk: Desk) -> int:
    """How often the household was released in the twelve months before today."""
    return (
        desk.session.scalar(
            select(func.count()).where(
                Case.taxpayer_id == desk.case.taxpayer_id,
                Case.kind == CaseKind.AB,
                Case.outcome == "released",
                Case.closed_at > desk.times.now - _YEAR,
            )
        )
        or 0
    )
