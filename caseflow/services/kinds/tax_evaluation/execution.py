"""Execution 执行 (7): the paper, its service, what the taxpayer did, transfer to others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from caseflow import assessed, clock
from caseflow.models import Document
from caseflow.models.base import Json
from caseflow.services.kinds import contacts
from caseflow.services.kinds.conclusions import assessed_rows, record_payments, require_return
from caseflow.services.kinds.desk import Desk, Handed, day, instant, refuse
from caseflow.services.kinds.tax_evaluation import fieldwork, sums
from caseflow.vocabulary import DocumentStatus

PAPERS: Mapping[str, str] = {
    "self_check_notice": "self_check_notice",
    "advice_opinion": "advice_opinion",
    "determination": "tax_determination",
    "objection_reply": "objection_reply",
    "demand": "payment_demand",
}


def draft(desk: Desk, answers: Json) -> Handed:
    """7: which paper may be issued depends on the outcome, an objection and what was served."""
    paper = answers["exec_paper"]
    facts = desk.case.facts
    if facts.get("objection") == "open":
        if paper != "objection_reply":
            refuse("exec_paper", "objection_first")
    elif paper == "objection_reply":
        refuse("exec_paper", "no_objection")
    elif paper == "demand":
        _require_demandable(desk)
    elif (paper == "determination") != (facts.get("outcome") == "determined"):
        refuse("exec_paper", "not_for_the_outcome")
    desk.case.facts = {**facts, "carried": {"paper": paper, "term": answers.get("term")}}
    return Handed(payload={"paper": paper})


def sign(desk: Desk, answers: Json) -> Handed:
    """7: chief or leader signs the paper or sends it back."""
    del desk
    sent_back = answers["paper_signature"] == "send_back"
    return Handed(returned=answers["opinion"] if sent_back else None)


def serve(desk: Desk, answers: Json) -> Handed:
    """7: served, announced or not to be served; the taxpayer's time runs from the service."""
    how = answers["exec_service"]
    if how == "onsite":
        return Handed(returned=answers["onsite_reason"])
    carried = desk.case.facts["carried"]
    kinds = (PAPERS[carried["paper"]],)
    if how == "announce":
        served = contacts.Served(_announce(desk, answers))
        variables: Json = {"deemed_at": instant(desk.case.facts["notice"]["until"])}
    else:
        served, variables = contacts.served(desk, answers, kinds), {}
    return Handed(
        variables={**variables, **_running(desk, carried, served.on)},
        payload=served.told,
    )


def follow_up(desk: Desk, answers: Json) -> Handed:
    """7: what came of the paper; done only when what was paid equals what is due."""
    carried = {**desk.case.facts["carried"], "answered": True}
    answer = answers["follow_up"]
    _FOLLOWED[answer](desk, answers, carried)
    if answer in {"differs", "objection", "done"}:
        desk.case.facts = {**desk.case.facts, "carried": carried}
    return Handed(
        variables={
            "has_debt": sums.open_debt(desk) > 0,
            "paid_in_full": sums.is_paid_in_full(desk),
            "demand_issued": bool(desk.case.facts.get("demanded")),
            "objection": desk.case.facts.get("objection", "none"),
        },
        payload={"answer": answer},
    )


def transfer_answer(desk: Desk, answers: Json) -> Handed:
    """7: the receiver takes the matter, or returns it with a reason."""
    for place in ("sent_on", "answered_on"):
        if day(answers[place]) > desk.times.today:
            refuse(place, "in_the_future")
    is_returned = answers["transfer_answer"] == "returned"
    return Handed(
        payload={"receiver": answers["receiver"]},
        returned=answers["return_text"] if is_returned else None,
    )


HAND_IN: Mapping[str, Callable[[Desk, Json], Handed]] = {
    "ta_execution_paper": draft,
    "ta_paper_signature": sign,
    "ta_paper_service": serve,
    "ta_follow_up": follow_up,
    "ta_transfer_answer": transfer_answer,
}


def _require_demandable(desk: Desk) -> None:
    """A demand is for tax that is due and unpaid, once, after another paper was served (R 73)."""
    if not sums.open_debt(desk):
        refuse("exec_paper", "nothing_unpaid")
    if desk.case.facts.get("demanded"):
        refuse("exec_paper", "demanded_before")
    before = select(Document.id).where(
        Document.case_id == desk.case.id,
        Document.kind.in_([kind for paper, kind in PAPERS.items() if paper != "demand"]),
        Document.status == DocumentStatus.SERVED,
    )
    if desk.session.scalar(before.limit(1)) is None:
        refuse("exec_paper", "nothing_served_yet")


def _announce(desk: Desk, answers: Json) -> date:
    """An announcement begins on a day and counts as service when its days have passed (R 106)."""
    begins = day(answers["announced_on"])
    if begins < desk.times.today:
        refuse("announced_on", "in_the_past")
    limit = int(desk.times.value("announce_service"))
    until = clock.end_of(desk.times.calendar.add_days(begins, limit).on)
    notice = {
        "medium": answers["medium"],
        "from": begins.isoformat(),
        "until": until.isoformat(),
    }
    desk.case.facts = {**desk.case.facts, "notice": notice}
    return clock.last_day_of(until)


def _running(desk: Desk, carried: Json, served_on: date) -> Json:
    """From service on the taxpayer has the days that the paper gives; a reply may give none."""
    debt = sums.open_debt(desk)
    paper = carried["paper"]
    facts = desk.case.facts
    if paper == "objection_reply":
        facts = {**facts, "objection": "answered"}
    if paper == "demand":
        facts = {**facts, "demanded": True}
    is_due = paper != "objection_reply" or debt > 0
    term = int(carried.get("term") or desk.times.value("selfcheck"))
    due_at = clock.end_of(desk.times.calendar.add_days(served_on, term).on) if is_due else None
    carried = {
        **carried,
        "served_on": served_on.isoformat(),
        "due_at": due_at.isoformat() if due_at else None,
        "assessed": str(assessed.total_tax(assessed_rows(desk))),
    }
    desk.case.facts = {**facts, "carried": carried}
    return {
        "exec_due_at": due_at,
        "has_debt": debt > 0,
        "paid_in_full": sums.is_paid_in_full(desk),
        "demand_issued": bool(facts.get("demanded")),
        "objection": facts.get("objection", "none"),
    }


def _done(desk: Desk, answers: Json, carried: Json) -> None:
    del carried
    if not answers.get("return_number") or not answers.get("filed_on"):
        refuse("return_number", "return_needed")
    require_return(desk, answers)
    record_payments(desk, answers.get("payments", []))


def _unpaid(desk: Desk, answers: Json, carried: Json) -> None:
    del answers
    if desk.times.now < instant(carried["due_at"]):
        refuse("follow_up", "not_due_yet", due=clock.last_day_of(instant(carried["due_at"])))


def _objects(desk: Desk, answers: Json, carried: Json) -> None:
    """In writing, within its days, once for each determination, not against 核税 or 催缴."""
    if carried["paper"] not in {"self_check_notice", "advice_opinion"}:
        refuse("follow_up", "no_objection_against")
    if desk.case.facts.get("objected"):
        refuse("follow_up", "objected_before")
    received = day(answers["objected_on"])
    limit = int(desk.times.value("objection"))
    served_on = day(carried["served_on"])
    latest = desk.times.calendar.add_days(served_on, limit).on
    if not served_on <= received <= min(latest, desk.times.today):
        refuse("objected_on", "objection_range", latest=latest)
    desk.case.facts = {**desk.case.facts, "objection": "open", "objected": True}


def _differs(desk: Desk, answers: Json, carried: Json) -> None:
    del desk
    if carried["paper"] not in {"self_check_notice", "advice_opinion"}:
        refuse("follow_up", "no_self_check")
    own = (Decimal(line["amount"]) for line in answers.get("self_checked", []))
    carried["self_checked"] = str(sum(own, Decimal(0)))


def _refuses(desk: Desk, answers: Json, carried: Json) -> None:
    del answers, carried
    fieldwork.refused(desk, "duty")


_FOLLOWED: Mapping[str, Callable[[Desk, Json, Json], None]] = {
    "done": _done,
    "unpaid": _unpaid,
    "objection": _objects,
    "differs": _differs,
    "refused": _refuses,
}
