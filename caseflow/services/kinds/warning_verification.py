"""Warning verification 预警核查: the rules of its steps that no form and no drawing can hold.

Source: the bureau's description of the process, step by step (2a to 9).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta

from sqlalchemy import select

from caseflow import policy
from caseflow.engine.drawings import split
from caseflow.models import (
    Case,
    IndicatorVersion,
    Post,
    Recusal,
    TaxWarning,
    Unit,
)
from caseflow.models.base import Json
from caseflow.services import closing
from caseflow.services.kinds import conclusions, contacts
from caseflow.services.kinds.desk import Desk, Handed, day, refuse
from caseflow.vocabulary import CaseStatus, Invalid, Outcome, Role, TaskStatus, UnitLevel
from caseflow.vocabulary.choices import InvoiceStopGround

_HOLD_AT_MOST = 10
_FEWEST_MEMBERS = 3


def dispatch(desk: Desk, answers: Json) -> Handed:
    """2a: the leader assigns to a section, merges, voids, or holds the case."""
    case = desk.case
    decision = answers["dispatch_decision"]
    if decision == "assign":
        _assign_section(desk, answers)
        return Handed()
    lead_id = None
    if decision == "merge_into_case":
        lead_id = int(answers["merge_into"])
        _require_lead(desk, lead_id)
    if decision == "hold":
        until = day(answers["hold_until"])
        latest = desk.times.calendar.add_working_days(desk.times.today, _HOLD_AT_MOST).on
        if not desk.times.today < until <= latest:
            refuse("hold_until", "hold_range", latest=latest)
    payload = {"reason": answers["reason"], "case": case.number}
    return Handed(payload=payload, merged_into=lead_id)


def assign(desk: Desk, answers: Json) -> Handed:
    """2b: the chief names main and second officer, or sends the case back to the leader."""
    if answers["assign_decision"] == "send_back":
        return Handed(returned=_reason(answers, "return_reason", "return_text"))
    named = {
        place: int(answers[place])
        for place in ("main_officer", "second_officer")
        if answers.get(place)  # some kinds of case have one officer only: the drawing does not ask
    }
    if len({*named.values()}) < len(named):
        refuse("second_officer", "same_officer")
    for place, user_id in named.items():
        require_officer(desk, place, user_id)
    case = desk.case
    main, second = named["main_officer"], named.get("second_officer")
    case.main_officer_id, case.second_officer_id = main, second
    accepted = {*case.facts.get("accepted", []), None}
    return Handed(
        variables={"main_pending": main not in accepted, "second_pending": second not in accepted},
        payload={**named},
    )


def accept(desk: Desk, answers: Json) -> Handed:
    """2c: an officer declares recusal and takes or refuses the case."""
    if answers["recusal"] != "none":
        declared = {**desk.case.facts.get("declared", {})}
        declared[str(desk.actor.user_id)] = answers["recusal"]
        desk.case.facts = {**desk.case.facts, "declared": declared}
        return Handed(payload={"declared": answers["recusal"]})
    if answers["accept_decision"] == "refuse":
        return Handed(returned=_reason(answers, "refusal_reason", "refusal_text"))
    _accepted(desk, desk.actor.user_id)
    return Handed()


def decide_recusal(desk: Desk, answers: Json) -> Handed:
    """2c: the chief replaces an officer who declared a tie, or keeps the officer."""
    case = desk.case
    is_main = "main" in desk.element
    officer = case.main_officer_id if is_main else case.second_officer_id
    if answers["recusal_decision"] == "keep":
        _accepted(desk, officer)
        return Handed(payload={"reason": answers["reason"]})
    if officer is not None:
        desk.session.add(
            Recusal(
                case_id=case.id,
                user_id=officer,
                declaration=case.facts["declared"][str(officer)],
                decided_by=desk.actor.user_id or 0,
                at=desk.times.now,
            )
        )
    if is_main:
        case.main_officer_id = None
    else:
        case.second_officer_id = None
    return Handed(payload={"recused": officer})


def desk_check(desk: Desk, answers: Json) -> Handed:
    """3: every doubt and prescribed step; no conclusion while one is unclear or planned."""
    require_every_row(desk, answers)
    fields = dict(wrong_steps(answers))
    for index, doubt in enumerate(answers.get("doubts", [])):
        if answers["next_step"] == "conclude" and doubt["result"] == "unclear":
            fields[f"doubts-{index}-result"] = ("still_unclear", {})
    if fields:
        raise Invalid("answers", fields=fields)
    return Handed()


def review(desk: Desk, answers: Json) -> Handed:
    """6: the chief agrees, or sends back; the third sending back goes to the leader."""
    return reviewed(desk, answers, sent_back=answers["review_decision"] == "send_back")


def approve(desk: Desk, answers: Json) -> Handed:
    """7: the leader agrees, sends back, or refers the case to the collective review."""
    if answers["approval_decision"] == "agree":
        _require_lawful(desk, answers)
    return reviewed(desk, answers, sent_back=answers["approval_decision"] == "send_back")


def third_return(desk: Desk, answers: Json) -> Handed:
    """6x: after three returns the leader decides, changes the officers, or sends back finally."""
    if answers["third_return_decision"] == "decide_as_proposed":
        return Handed(payload={"reason": answers["reason"]})
    if answers["third_return_decision"] == "change_officers":
        desk.case.facts = {**desk.case.facts, "accepted": []}
    return Handed(returned=answers["reason"])


def convene(desk: Desk, answers: Json) -> Handed:
    """7b: three or more members, an odd number, nobody who worked on or reviewed the case."""
    members = [int(member) for member in answers["members"]]
    require_members(desk, members)
    return Handed(variables={"members": [str(member) for member in members]})


def minute(desk: Desk, answers: Json) -> Handed:
    """7b: the decision of the review; a proposal that it rejects comes back with the reason."""
    decision = answers["collective_decision"]
    desk.case.facts = {**desk.case.facts, "collective_decision": decision}
    rejected = decision == "reject"
    return Handed(returned=answers["decision_text"] if rejected else None)


def correction_approved(desk: Desk, answers: Json) -> Handed:
    """8: the chief agrees to a data correction or sends it back."""
    del desk
    sent_back = answers["correction_decision"] == "send_back"
    return Handed(returned=answers["reason"] if sent_back else None)


def confirm(desk: Desk, answers: Json) -> Handed:
    """4b, 4c: the second officer confirms a record from the own account, or objects."""
    del desk
    objects = answers["confirmation"] == "object"
    return Handed(returned=answers["objection"] if objects else None)


def close(desk: Desk, answers: Json) -> Handed:
    """9: refused until nothing is missing."""
    del answers
    missing = closing.missing(desk.session, desk.case, but=desk.task.id)
    if missing:
        raise Invalid("missing", missing=missing)
    return Handed()


HAND_IN: Mapping[str, Callable[[Desk, Json], Handed]] = {
    "wv_dispatch": dispatch,
    "wv_assign": assign,
    "wv_acceptance": accept,
    "wv_recusal": decide_recusal,
    "wv_desk_check": desk_check,
    **contacts.HAND_IN,
    "wv_second_confirmation": confirm,
    **conclusions.HAND_IN,
    "wv_review": review,
    "wv_approval": approve,
    "wv_third_return": third_return,
    "wv_collective_convening": convene,
    "wv_collective_minutes": minute,
    "wv_correction_approval": correction_approved,
    "wv_closing": close,
}


def _assign_section(desk: Desk, answers: Json) -> None:
    case = desk.case
    section = desk.session.get(Unit, int(answers["section"]))
    if (
        section is None
        or section.level != UnitLevel.SECTION
        or section.parent_id != case.district_id
    ):
        refuse("section", "not_a_section_of_the_district")
    case.section_id = int(answers["section"])
    case.priority = answers["priority"]
    case.requirement = answers.get("requirement") or None
    # A day that an earlier dispatch had set, and that was undone, binds nobody.
    case.facts = {name: value for name, value in case.facts.items() if name != "due_on"}
    if not answers.get("due_on"):
        return
    due_on = day(answers["due_on"])
    if due_on <= desk.times.today:
        refuse("due_on", "not_after_today")
    values = desk.times.values
    total = int(values.get(f"{case.kind.lower()}_total", values["wv_total"]))
    latest = desk.times.calendar.add_working_days(desk.times.today, total).on
    if due_on >= latest:
        refuse("due_on", "only_earlier", latest=latest - timedelta(days=1))
    case.facts = {**case.facts, "due_on": due_on.isoformat()}


def _require_lead(desk: Desk, lead_id: int) -> None:
    """Refuse to merge into what is not an open case of another kind that takes further doubts."""
    lead = desk.session.get(Case, lead_id)
    fits = (
        lead is not None
        and lead.taxpayer_id == desk.case.taxpayer_id
        and lead.kind != desk.case.kind
        and lead.closed_at is None
    )
    if lead is None or not fits:
        refuse("merge_into", "not_an_open_case_of_the_taxpayer")
    elif lead.submitted_at is not None:
        refuse("merge_into", "lead_concluded")


def require_officer(desk: Desk, place: str, user_id: int) -> None:
    """Refuse as an officer who is not of the section, recused, or kept from it by what was done."""
    if user_id not in desk.times.staff(desk.case.section_id):
        refuse(place, "not_an_officer_of_the_section")
    if user_id in desk.history.recused:
        refuse(place, "recused")
    if user_id in policy.kept_from(desk.history, {place}):
        refuse(place, "decided_in_case")


def require_members(desk: Desk, members: list[int]) -> None:
    """Refuse a panel of which somebody may not be a member, or whose vote may be tied."""
    if len(set(members)) != len(members):
        refuse("members", "member_twice")
    if len(members) < _FEWEST_MEMBERS or len(members) % 2 == 0:
        refuse("members", "odd_from_three")
    if not set(members) <= officers_of_district(desk):
        refuse("members", "not_of_the_district")
    if {desk.case.main_officer_id, desk.case.second_officer_id} & set(members):
        refuse("members", "officer_of_the_case")
    # Whoever prepared what is voted on would be kept from the vote, and nobody votes for another.
    known = desk.history
    if known.recused & set(members):
        refuse("members", "recused")
    for vote in votes_drawn(desk):
        if not all(policy.may_be_given(known, vote, member) for member in members):
            refuse("members", "member_acted_before")


def require_every_row(desk: Desk, answers: Json) -> None:
    """The answers name every doubt of the case and every step its indicator prescribes."""
    doubts = require_every_step(desk, answers)
    if {row["row"] for row in answers.get("doubts", [])} != doubts:
        refuse("doubts", "every_doubt")


def require_every_step(desk: Desk, answers: Json) -> set[str]:
    """The answers name every step that an indicator prescribes; returns the ids of the doubts."""
    rows = desk.session.execute(
        select(TaxWarning.id, IndicatorVersion.content["steps"])
        .join(IndicatorVersion, IndicatorVersion.id == TaxWarning.indicator_version_id)
        .where(TaxWarning.case_id == desk.case.id)
    ).all()
    steps = {f"{key}:{step}" for key, prescribed in rows for step in {"V01", *prescribed}}
    if {row["row"] for row in answers.get("steps", [])} != steps:
        refuse("steps", "every_step")
    return {str(warning_id) for warning_id, _ in rows}


def wrong_steps(answers: Json) -> Iterator[tuple[str, tuple[str, Json]]]:
    """V01 is always done; nothing stays planned when a conclusion follows."""
    for index, step in enumerate(answers.get("steps", [])):
        if step["row"].endswith(":V01") and step["state"] != "done":
            yield f"steps-{index}-state", ("always_done", {"step": "V01"})
        elif answers["next_step"] == "conclude" and step["state"] == "planned":
            yield f"steps-{index}-state", ("still_planned", {})


def _require_lawful(desk: Desk, answers: Json) -> None:
    """What some outcomes want of whoever approves them."""
    outcome = desk.case.facts.get("outcome")
    if outcome == Outcome.IDENTIFIED and answers.get("stop_ground") != InvoiceStopGround.ABNORMAL:
        refuse("invoice_stop", "identified_stops_invoices")
    is_director = any(post.role == Role.DISTRICT_DIRECTOR for post in desk.actor.posts)
    if outcome == Outcome.CANCELLED and not is_director:
        refuse("approval_decision", "director_in_person")


def votes_drawn(desk: Desk) -> list[policy.StepThen]:
    """The votes of members as the drawing has them, before they are anybody's."""
    return [
        policy.StepThen(
            id=0,
            element=element.id,
            name=element.name,
            name_en=element.name,
            form_key=element.form_key,
            roles=(),
            unit_id=desk.case.district_id,
            relation="collective_member",
            separation=tuple(split(element.properties.get("separation", ""))),
            status=TaskStatus.OPEN,
        )
        for element in desk.process.elements.values()
        if element.form_key in policy.PERSONAL_FORMS
        and element.properties.get("relation") == "collective_member"
    ]


def officers_of_district(desk: Desk) -> set[int]:
    """Who holds a post of the district that may be called to a collective review."""
    found = desk.session.scalars(
        select(Post.user_id)
        .join(Unit, Unit.id == Post.unit_id)
        .where(
            (Unit.id == desk.case.district_id) | (Unit.parent_id == desk.case.district_id),
            Post.role.in_(policy.COLLECTIVE_SEATS),
            policy.held_today(),
        )
    )
    return set(found)


def _accepted(desk: Desk, user_id: int | None) -> None:
    accepted = {*desk.case.facts.get("accepted", []), user_id}
    desk.case.facts = {**desk.case.facts, "accepted": sorted(accepted - {None})}


def reviewed(desk: Desk, answers: Json, *, sent_back: bool) -> Handed:
    """What a review or approval gives; each sending back is counted."""
    case = desk.case
    if not sent_back:
        return Handed(variables={"send_backs": case.returns})
    case.returns += 1
    case.status = CaseStatus.RETURNED
    return Handed(
        variables={"send_backs": case.returns},
        payload={"reason": answers["return_reason"]},
        returned=answers["return_text"],
    )


def _reason(answers: Json, code: str, text: str) -> str:
    """The reason of a sending back: what was typed, else the code chosen."""
    return str(answers.get(text) or answers[code])
