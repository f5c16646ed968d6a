"""The defence before a fine, and the hearing 听证 (steps 5 and 5h of a simple penalty)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import select

from caseflow import clock
from caseflow.models import Recusal, Task
from caseflow.models.base import Json
from caseflow.reckoning import penalty_law
from caseflow.services.kinds import contacts
from caseflow.services.kinds.desk import Desk, Handed, day, instant, refuse
from caseflow.vocabulary import PaperKind, TaskStatus
from caseflow.vocabulary.choices.penalty import DefenceResult, HearingAdvice


def defend(desk: Desk, answers: Json) -> Handed:
    """5: what the party said; that it said nothing can be noted once its time is over."""
    result, facts = answers["defence_result"], desk.case.facts
    due = facts.get("reply_due") or facts.get("paused_until")
    last = clock.last_day_of(instant(due)) if due else None
    if result == DefenceResult.NONE and due and desk.times.now < instant(due):
        refuse("defence_result", "defence_not_due", due=last)
    if result == DefenceResult.STATEMENT:
        _require_at_most(desk, "advised_amount", answers["advised_amount"])
    if result == DefenceResult.HEARING:
        requested_on = day(answers["requested_on"])
        if not facts.get("hearing_offered"):
            refuse("defence_result", "hearing_not_offered")
        if requested_on > desk.times.today:
            refuse("requested_on", "in_the_future")
        if last is not None and requested_on > last:
            refuse("requested_on", "hearing_too_late", due=last)
        facts = {**facts, "reply_due": None, "requested_on": requested_on.isoformat()}
    desk.case.facts = {**facts, "defence": result}
    return Handed(payload={"defence": result})


def set_hearing(desk: Desk, answers: Json) -> Handed:
    """5h: time, place and chairman, who took no part in the case; seven days ahead."""
    chairman = int(answers["chairman"])
    if chairman in {desk.case.main_officer_id, desk.case.second_officer_id} | _took_part(desk):
        refuse("chairman", "took_part")
    earliest = _earliest(desk, desk.times.today)
    if day(answers["hearing_at"]) < earliest:
        refuse("hearing_at", "hearing_notice_short", earliest=earliest)
    desk.case.facts = {
        **desk.case.facts,
        "hearing_at": answers["hearing_at"],
        "chairman": chairman,
    }
    return Handed()


def serve_hearing(desk: Desk, answers: Json) -> Handed:
    """5h: the notice of the hearing was served; too late for its time, another is set."""
    served = contacts.served(desk, answers, (PaperKind.HEARING_NOTICE.value,))
    is_late = day(desk.case.facts["hearing_at"]) < _earliest(desk, served.on)
    return Handed(variables={"notice_is_late": is_late}, payload=served.told)


def record_hearing(desk: Desk, answers: Json) -> Handed:
    """5h: a hearing is on record once its time has come."""
    if answers["hearing_result"] == "held":
        at = instant(desk.case.facts["hearing_at"])
        if desk.times.now < at:
            refuse("hearing_result", "hearing_not_yet", at=at)
    return Handed()


def report_hearing(desk: Desk, answers: Json) -> Handed:
    """5h: what the chairman advises; a fine is not made heavier by a hearing."""
    if answers["hearing_advice"] == HearingAdvice.REDUCE:
        _require_at_most(desk, "reduced_to", answers["reduced_to"])
    return Handed()


HAND_IN: Mapping[str, Callable[[Desk, Json], Handed]] = {
    "pn_defence": defend,
    "pn_hearing_notice": set_hearing,
    "pn_hearing_service": serve_hearing,
    "pn_hearing_record": record_hearing,
    "pn_hearing_report": report_hearing,
}


def _earliest(desk: Desk, served_on: date) -> date:
    """
    The first day on which a hearing may be held after its notice was served.

    In the penalty law of 2021 days are working days (article 85); they are to pass in full.
    """
    if penalty_law.text_of(day(desk.case.facts["act_on"])):
        notice = int(desk.times.value("pn_hearing_notice_2021"))
        return desk.times.calendar.day_after_full_working_days(served_on, notice).on
    return served_on + timedelta(days=int(desk.times.value("pn_hearing_notice")))


def _took_part(desk: Desk) -> set[int | None]:
    """Who did a step of the case, in whose name, or was recused from it."""
    done = desk.session.execute(
        select(Task.done_by, Task.done_for).where(
            Task.case_id == desk.case.id, Task.status == TaskStatus.DONE
        )
    )
    recused = select(Recusal.user_id).where(Recusal.case_id == desk.case.id)
    people = {user_id for row in done for user_id in row}
    return people | {desk.actor.user_id} | set(desk.session.scalars(recused))


def _require_at_most(desk: Desk, place: str, amount: str) -> None:
    noticed = Decimal(desk.case.facts["notice_total"])
    if Decimal(amount) > noticed:
        refuse(place, "above_notice", most=noticed)
