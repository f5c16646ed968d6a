"""Steps 3 to 5 of a transfer to inspection: handed over, sorted, accepted or returned."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from caseflow.models import Recusal
from caseflow.models.base import Json
from caseflow.services.kinds.desk import Desk, Handed, day, refuse
from caseflow.services.kinds.inspection_transfer import results
from caseflow.vocabulary.choices.transfer import TiAnswer, TiSorting


def hand_over(desk: Desk, answers: Json) -> Handed:
    """3: the papers are counted page by page and carried over."""
    if not answers.get("papers"):
        refuse("papers", "papers_listed")
    if answers["pages_checked"] != "yes":
        refuse("pages_checked", "check_pages_first")
    if day(answers["handed_on"]) > desk.times.today:
        refuse("handed_on", "in_the_future")
    return Handed()


def sort(desk: Desk, answers: Json) -> Handed:
    """4: the division sends on what is whole and fits, or sends it back."""
    received_on = day(answers["received_on"])
    if received_on > desk.times.today:
        refuse("received_on", "in_the_future")
    if received_on < day(desk.answers("ti_handover")["handed_on"]):
        refuse("received_on", "before_handover")
    if answers["sorting"] == TiSorting.SEND_BACK:
        return Handed(returned=answers["missing"])
    for place in ("complete", "ground_fits"):
        if answers[place] != "yes":
            refuse(place, "not_fit_to_send_on")
    # Receipt by the inspection bureau is the sending on; its answer is signed within this time.
    return Handed(variables={"answer_by": desk.times.working_days("ti_return")})


def answer(desk: Desk, answers: Json) -> Handed:
    """5a: the selection post accepts or returns; or declares a tie, which its leader decides on."""
    if answers["recusal"] != "none":
        tie = {"user": desk.actor.user_id, "tie": answers["recusal"]}
        desk.case.facts = {**desk.case.facts, "selection_tie": tie}
        return Handed(variables={"tie_declared": True}, payload={"declared": answers["recusal"]})
    if answers["source_answer"] == TiAnswer.RETURN:
        return Handed(variables={"tie_declared": False})
    opened_on = day(answers["opened_on"])
    if opened_on > desk.times.today:
        refuse("opened_on", "in_the_future")
    if opened_on < day(desk.answers("ti_sorting")["received_on"]):
        refuse("opened_on", "before_receipt")
    return Handed(variables={"tie_declared": False})


def decide_recusal(desk: Desk, answers: Json) -> Handed:
    """5a: the inspection leader replaces who declared a tie, or keeps them."""
    if answers["recusal_decision"] == "keep":
        return Handed(payload={"reason": answers["reason"]})
    tie = desk.case.facts["selection_tie"]
    desk.session.add(
        Recusal(
            case_id=desk.case.id,
            user_id=tie["user"],
            declaration=tie["tie"],
            decided_by=desk.actor.user_id or 0,
            at=desk.times.now,
        )
    )
    return Handed(payload={"recused": tie["user"]})


def sign(desk: Desk, answers: Json) -> Handed:
    """5b, 7b: the inspection leader signs the answer or the feedback, or sends it back."""
    if answers["inspection_signature"] == "send_back":
        return Handed(returned=answers["sign_text"])
    if desk.element == "sign_feedback":
        return results.signed(desk)
    said = desk.answers("ti_acceptance")
    if said["source_answer"] == TiAnswer.RETURN:
        return Handed()
    accepted_at = desk.times.now.isoformat()
    desk.case.facts = {**desk.case.facts, "source_accepted_at": accepted_at}
    due_at = desk.times.months_from(day(said["opened_on"]), "ti_feedback")
    return Handed(variables={"feedback_due": due_at})


HAND_IN: Mapping[str, Callable[[Desk, Json], Handed]] = {
    "ti_handover": hand_over,
    "ti_sorting": sort,
    "ti_acceptance": answer,
    "ti_recusal": decide_recusal,
    "ti_signature": sign,
}
