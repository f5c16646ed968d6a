"""Risk notice 风险提示 (3b): signed, served, and what the taxpayer corrected or answered."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

from caseflow import clock
from caseflow.models.base import Json
from caseflow.services.kinds import conclusions, contacts
from caseflow.services.kinds.desk import Desk, Handed, MovedLimit, day, instant, refuse

_KINDS = ("risk_notice",)


def draft(desk: Desk, answers: Json) -> Handed:
    """3b: a risk notice is for errors of calculation, form or understanding only."""
    del desk
    if answers["error_kind"] == "other":
        refuse("error_kind", "only_own_errors")
    return Handed()


def sign(desk: Desk, answers: Json) -> Handed:
    """3b: the chief signs the notice or sends it back."""
    del desk
    sent_back = answers["paper_signature"] == "send_back"
    return Handed(returned=answers["opinion"] if sent_back else None)


def serve(desk: Desk, answers: Json) -> Handed:
    """3b: served, the taxpayer's time runs from that day; or it could not be served."""
    if answers["notice_service"] == "failed":
        contacts.void_unserved(desk, _KINDS, answers["failure_reason"])
        return Handed(payload={"failed": answers["failure_reason"]})
    served = contacts.served(desk, answers, _KINDS)
    limit = int(desk.times.value("ta_notice_reply"))
    due = desk.times.calendar.add_working_days(served.on, limit)
    desk.case.facts = {**desk.case.facts, "reply_due": clock.end_of(due.on).isoformat()}
    return Handed(
        payload=served.told,
        moved={"notice_reply": MovedLimit("notice_reply_due", due)},
    )


def reply(desk: Desk, answers: Json) -> Handed:
    """3b: no reply only once it is due; a correction is kept with what was paid on it."""
    due = desk.case.facts.get("reply_due")
    result = answers["notice_result"]
    if result == "no_reply" and due and desk.times.now < instant(due):
        refuse("notice_result", "reply_not_due", due=clock.last_day_of(instant(due)))
    desk.case.facts = {**desk.case.facts, "notice_unanswered": result == "no_reply"}
    if result != "corrected":
        return Handed()
    lines = answers.get("corrections", [])
    if not lines:
        refuse("corrections", "every_amount")
    for index, line in enumerate(lines):
        if day(line["paid_on"]) > desk.times.today:
            refuse(f"corrections-{index}-paid_on", "in_the_future")
    corrections = [
        {
            "tax": line["tax"],
            "period": conclusions.period_of(line["period"]),
            "tax_paid": str(Decimal(line["tax_paid"])),
            "surcharge_paid": str(Decimal(line["surcharge_paid"])),
            "paid_on": day(line["paid_on"]).isoformat(),
        }
        for line in lines
    ]
    desk.case.facts = {**desk.case.facts, "corrections": corrections}
    return Handed(payload={"return_number": answers["return_number"]})


HAND_IN: Mapping[str, Callable[[Desk, Json], Handed]] = {
    "ta_risk_notice": draft,
    "ta_notice_signature": sign,
    "ta_notice_service": serve,
    "ta_notice_reply": reply,
}
