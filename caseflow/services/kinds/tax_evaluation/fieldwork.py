"""Interview 约谈 and on-site check 实地核实 (4, 5): what evaluation adds to the shared parts.

Facts of a refusal lapse once the taxpayer comes to an interview or lets the officers in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from caseflow import clock
from caseflow.models.base import Json
from caseflow.services.kinds import contacts
from caseflow.services.kinds.desk import Desk, Handed, day, instant, refuse

_BOOKS_BACK_MONTHS = 3


def agree_to_interview(desk: Desk, answers: Json) -> Handed:
    """4: the time of the interview begins when the chief agrees to it."""
    if answers["interview_approval"] != "refuse":
        agreed_on = desk.times.today.isoformat()
        desk.case.facts = {**desk.case.facts, "interview_agreed_on": agreed_on}
    return Handed()


def outcome(desk: Desk, answers: Json) -> Handed:
    """4: a second postponement counts as absence; held, an earlier refusal lapses."""
    facts, result = desk.case.facts, answers["contact_result"]
    if result == "postponed":
        if facts.get("postponements", 0) >= 1:
            refuse("contact_result", "postponed_twice")
        desk.case.facts = {**facts, "postponements": 1}
    elif result == "held":
        made_good(desk)
        return Handed(variables=_record_due(desk))
    elif result == "refused":
        refused(desk, "interview")
    return Handed()


def absence(desk: Desk, answers: Json) -> Handed:
    """4: an excused absence is a postponement, of which there is one; else it counts as refusal."""
    facts = desk.case.facts
    if answers["absence"] == "none":
        refused(desk, "interview")
        return Handed()
    if facts.get("postponements", 0) >= 1:
        refuse("absence", "postponed_twice")
    desk.case.facts = {**facts, "postponements": 1}
    return Handed(returned=answers["explanation"])


def material(desk: Desk, answers: Json) -> Handed:
    """4: where questions were not announced, the taxpayer has time to hand in material."""
    if answers["material"] == "yes":
        if not answers.get("materials"):
            refuse("materials", "list_needed")
        return Handed(payload={"materials": len(answers["materials"])})
    until = _proof_until(desk)
    if until is not None and desk.times.now < until:
        refuse("material", "proof_time", until=clock.last_day_of(until))
    return Handed()


def apply_onsite(desk: Desk, answers: Json) -> Handed:
    """5: a daily check before a transfer examines the books."""
    if desk.case.facts.get("daily_check") == "asked" and answers["examine_books"] != "yes":
        refuse("examine_books", "daily_check_books")
    return Handed()


def supplement(desk: Desk, answers: Json) -> Handed:
    """5: whether the officers were let in, and what was counted and taken."""
    facts = {**desk.case.facts}
    if facts.get("daily_check") == "asked":
        facts["daily_check"] = "done"
    desk.case.facts = facts
    if answers["access"] == "refused":
        refused(desk, "access")
    else:
        made_good(desk)
    return Handed(payload={"access": answers["access"]})


def approve_books(desk: Desk, answers: Json) -> Handed:
    """5: the district director agrees that books of earlier years are taken, or refuses."""
    del desk
    is_refused = answers["books_approval"] == "refuse"
    return Handed(returned=answers["reason"] if is_refused else None)


def take_books(desk: Desk, answers: Json) -> Handed:
    """5: the notice was served and the books were taken; they are back within three months."""
    served = contacts.served(desk, answers, ("books_notice",))
    due = desk.times.calendar.add_months(served.on, _BOOKS_BACK_MONTHS).on
    return Handed(
        variables={"books_due": due},
        payload={**served.told, "books_due": due.isoformat()},
    )


def return_books(desk: Desk, answers: Json) -> Handed:
    """5: the books are back with the taxpayer."""
    if day(answers["returned_on"]) > desk.times.today:
        refuse("returned_on", "in_the_future")
    return Handed(payload={"returned_on": answers["returned_on"]})


HAND_IN: Mapping[str, Callable[[Desk, Json], Handed]] = {
    "ta_absence": absence,
    "ta_interview_material": material,
    "ta_onsite_supplement": supplement,
    "ta_books_approval": approve_books,
    "ta_books_taken": take_books,
    "ta_books_return": return_books,
}
MORE: Mapping[str, Callable[[Desk, Json], Handed]] = {
    "wv_interview_approval": agree_to_interview,
    "wv_interview_outcome": outcome,
    "wv_onsite_application": apply_onsite,
}


def _record_due(desk: Desk) -> dict[str, datetime]:
    """Until when the record is due: the limit from the chief's agreement, without the pauses.

    The limit stands still from the service of the notice until the interview, however late the
    interview is registered, and while the chief let the case stand still.
    """
    facts = desk.case.facts
    agreed_on = facts.get("interview_agreed_on")
    if agreed_on is None:
        return {}
    pauses = [(day(begun), day(ended)) for begun, ended in facts.get("pauses", [])]
    if desk.case.paused_at is not None:
        last_day = min(desk.times.today, clock.last_day_of(instant(facts["paused_until"])))
        pauses.append((clock.local_date(desk.case.paused_at), last_day))
    due = desk.times.working_days_from(day(agreed_on), "ta_interview", pauses=pauses)
    return {"record_due": due}


def refused(desk: Desk, what: str) -> None:
    """Keep that the taxpayer refused something, until it is made good."""
    found = {*desk.case.facts.get("refusals", []), what}
    desk.case.facts = {**desk.case.facts, "refusals": sorted(found)}


def made_good(desk: Desk) -> None:
    """The taxpayer came or let the officers in: what was refused before counts no more."""
    desk.case.facts = {
        **desk.case.facts,
        "refusals": [],
        "carried": None,
        "notice_unanswered": False,
    }


def _proof_until(desk: Desk) -> datetime | None:
    """Until when material may be handed in; None: the questions had been announced."""
    asked = desk.answers("wv_interview_application")
    approved = desk.answers("wv_interview_approval")
    terms = {**asked, **approved} if approved.get("interview_approval") == "amend" else asked
    if terms.get("announce") == "yes":
        return None
    ended_on = clock.local_date(instant(desk.answers("wv_interview_record")["ended_at"]))
    limit = int(desk.times.value("ta_interview_proof"))
    return clock.end_of(desk.times.calendar.add_working_days(ended_on, limit).on)
