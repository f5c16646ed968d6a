"""Steps 6 to 7b: closed cases that rest on the old value, and what the source answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from caseflow import clock
from caseflow.models.base import Json
from caseflow.services.kinds.data_correction import lines
from caseflow.services.kinds.desk import Desk, Handed, day, refuse
from caseflow.vocabulary.choices.data_correction import DcDispute, DcReply

_MOST_ASKED = 2


def touched(desk: Desk, answers: Json) -> Handed:
    """6: of each closed case whether a re-check is proposed; none is reopened here."""
    known = {str(case_id) for case_id, _ in desk.case.facts["impact"]["closed_cases"]}
    given = {line["row"] for line in answers["touched"]}
    if given != known:
        refuse("touched", "every_line")
    decided = {
        line["row"]: {"decision": line["touched_decision"], "why": line["why"]}
        for line in answers["touched"]
    }
    desk.case.facts = {**desk.case.facts, "touched": decided}
    return Handed(payload={"touched": decided})


def reply(desk: Desk, answers: Json) -> Handed:
    """7a: what the source answers; no reply only once its time is over."""
    said = answers["source_reply"]
    due_at = desk.task.due_at
    if said == DcReply.NO_REPLY and due_at is not None and due_at > desk.times.now:
        refuse("source_reply", "source_not_due", due=clock.last_day_of(due_at))
    if said == DcReply.CORRECTED and day(answers["corrected_on"]) > desk.times.today:
        refuse("corrected_on", "in_the_future")
    return Handed(payload={"source_reply": said})


def dispute(desk: Desk, answers: Json) -> Handed:
    """7b: the correction stands against its source, is withdrawn, or the source is asked again."""
    decided = answers["dispute"]
    asked = int(desk.case.facts.get("asked_again", 0))
    if decided == DcDispute.ASK_AGAIN:
        if asked >= _MOST_ASKED:
            refuse("dispute", "asked_often", most=_MOST_ASKED)
        desk.case.facts = {**desk.case.facts, "asked_again": asked + 1}
    if decided == DcDispute.WITHDRAW and any(not line.before for line in lines.of(desk.case)):
        # A batch can say another value, and nothing else: what was empty cannot be emptied again.
        refuse("dispute", "was_empty_before")
    return Handed(payload={"dispute": decided})


HAND_IN: Mapping[str, Callable[[Desk, Json], Handed]] = {
    "dc_touched": touched,
    "dc_source_reply": reply,
    "dc_dispute": dispute,
}
