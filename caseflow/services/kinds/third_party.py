"""Third-party verification 第三方信息核实: the rules of its steps that no drawing can hold.

Source: the bureau's description of the process, step by step (1 to 8).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal

from sqlalchemy import select

from caseflow import engine
from caseflow.models import Answer, Task, Taxpayer, TaxWarning
from caseflow.models.base import Json
from caseflow.services.kinds import campaign, conclusions, marking, warning_verification
from caseflow.services.kinds.desk import Desk, Handed, day, refuse
from caseflow.services.work import Work
from caseflow.vocabulary import Invalid
from caseflow.vocabulary.choices.campaigns import HouseholdMark
from caseflow.vocabulary.choices.third_party import (
    MARK_ROW,
    AuthorityResult,
    ComparedStatus,
    MarkProposal,
    RecordMatch,
    StatusChange,
    Variant,
    VerificationNext,
    YesNoUnknown,
    variant_of,
)

TOTAL = "tp_total"
_VERIFICATION = "tp_verification"
_LIMITS: Mapping[Variant, str] = {Variant.D3: "tp_d3", Variant.D4: "tp_d4"}
_ESTIMATED = frozenset({Variant.D5, Variant.D8})
_OFF_THE_ROAD = frozenset({ComparedStatus.ABNORMAL, ComparedStatus.INVALIDATED})
_COURT = "TPD-024"
# Which change of the conclusion each proposal of a marking asks for.
_CHANGES: Mapping[str, str] = {
    MarkProposal.MARK: StatusChange.MARK_LOCAL_ONLY,
    MarkProposal.ASSIGN_TAX_TYPES: StatusChange.ASSIGN_TAX_TYPES,
    MarkProposal.LEAVE: StatusChange.NONE,
    MarkProposal.MARK_BELOW: StatusChange.MARK_BELOW,
    MarkProposal.END_BELOW: StatusChange.END_BELOW,
}
_PROPOSALS: Mapping[str, frozenset[str]] = {
    HouseholdMark.LOCAL_TAX_ONLY: frozenset(
        {MarkProposal.MARK, MarkProposal.ASSIGN_TAX_TYPES, MarkProposal.LEAVE}
    ),
    HouseholdMark.BELOW_THRESHOLD: frozenset(
        {MarkProposal.MARK_BELOW, MarkProposal.END_BELOW, MarkProposal.LEAVE}
    ),
}
# Which mark a change sets, or ends where there is one.
_MARKS: Mapping[str, tuple[HouseholdMark, bool]] = {
    StatusChange.MARK_LOCAL_ONLY: (HouseholdMark.LOCAL_TAX_ONLY, True),
    StatusChange.ASSIGN_TAX_TYPES: (HouseholdMark.LOCAL_TAX_ONLY, False),
    StatusChange.MARK_BELOW: (HouseholdMark.BELOW_THRESHOLD, True),
    StatusChange.END_BELOW: (HouseholdMark.BELOW_THRESHOLD, False),
}
# What tells that somebody was asked or something seen on the spot.
_TRIED = ("contact_result", "letter_service", "onsite_found", "authority_result")
_PERCENT = 100
_CENT = Decimal("0.01")


def known(desk: Desk) -> Mapping[str, object]:
    """What drawing and forms read of the case, told anew with each step: doubts may join."""
    variants = {variant for _, variant in _doubts(desk)}
    payer = desk.session.get_one(Taxpayer, desk.case.taxpayer_id)
    return {
        "variants": sorted(variant.value for variant in variants),
        "has_customs": Variant.D6 in variants,
        "is_registered": payer.reg_status != ComparedStatus.UNREGISTERED,
    }


def total_limit(work: Work) -> str:
    """The limit of the whole: the shortest of those of the doubts."""
    codes = work.session.scalars(
        select(TaxWarning.indicator).where(TaxWarning.case_id == work.case.id)
    )
    limits = {_LIMITS.get(variant_of(code), TOTAL) for code in codes}
    if "mark" in work.case.facts:
        limits.add(_LIMITS[Variant.D4])
    return min(limits or {TOTAL}, key=work.times.value)


def verify(desk: Desk, answers: Json) -> Handed:
    """3: every doubt with the fields of its variant; no conclusion while something is open."""
    _require_every_row(desk, answers)
    fields = {**dict(warning_verification.wrong_steps(answers)), **dict(_wrong_rows(answers))}
    if answers["next_step"] == VerificationNext.CONCLUDE:
        fields |= dict(_still_open(desk, answers))
    elif _is_forged(answers):
        fields["next_step"] = ("forged_concludes", {})
    fields |= dict(_wrong_proposals(desk, answers))
    if fields:
        raise Invalid("answers", fields=fields)
    rows = _rows(answers)
    if "mark" in desk.case.facts:
        campaign.note_cause(desk.case, rows[MARK_ROW].get("proposal"))
    implied = {key: _implied(row, answers) for key, row in rows.items() if row.get("norm")}
    return Handed(
        payload={
            "results": {key: row["result"] for key, row in rows.items()},
            **({"implied": implied} if implied else {}),
        }
    )


def sign_inquiry(desk: Desk, answers: Json) -> Handed:
    """4d: the chief signs the letter to another authority or sends it back."""
    limit = int(desk.times.value("tp_authority"))
    reply_on = desk.times.calendar.add_working_days(desk.times.today, limit).on
    # The time of an earlier letter to the taxpayer says nothing of this one.
    facts = {**desk.case.facts, "reply_due": None, "reply_on": reply_on.isoformat()}
    desk.case.facts = facts
    sent_back = answers["authority_signature"] == "send_back"
    return Handed(returned=answers["reason"] if sent_back else None)


def authority_answer(desk: Desk, answers: Json) -> Handed:
    """4d: the authority has answered, or has not by the day on which it was due."""
    due = desk.task.due_at
    is_early = due is not None and desk.times.now < due
    if answers["authority_result"] == AuthorityResult.NO_REPLY and is_early:
        refuse("authority_result", "answer_not_due", due=due)
    return Handed()


def conclude(desk: Desk, answers: Json) -> Handed:
    """5: as of a warning verification, with what the variants add to the table of outcomes."""
    verification = last_verification(desk)
    verified = _rows(verification)
    _require_lawful_change(answers, verified)
    _require_proposed_mark(answers, verified)
    handed = conclusions.conclude(desk, answers)
    found = {doubt["row"]: doubt["finding"] for doubt in answers["doubts"]}
    confirmed = {key: row for key, row in verified.items() if found.get(key) == "confirmed"}
    variants = dict(_doubts(desk))
    payer = desk.session.get_one(Taxpayer, desk.case.taxpayer_id)
    is_abnormal = payer.reg_status in _OFF_THE_ROAD
    wrongly = any(_is_wrongly_abnormal(row) for row in confirmed.values())
    least = desk.times.value("tp_assess")
    variables: dict[str, object] = {
        "is_forged": _is_forged(verification),
        "large_estimate": any(
            variants[key] in _ESTIMATED and Decimal(row.get("estimated_tax") or 0) >= least
            for key, row in confirmed.items()
        ),
        "wrongly_abnormal": wrongly,
        "abnormal_entry": "release" if wrongly else "later" if is_abnormal else "identify",
        "revoked_abnormal": is_abnormal and any(variants[key] == Variant.D2 for key in confirmed),
        "court_arrears": _court_arrears(desk, confirmed),
        "every_doubt_data_error": bool(found)
        and all(
            finding == "data_error"
            or verified.get(key, {}).get("match") == RecordMatch.WRONG_TAXPAYER
            for key, finding in found.items()
        ),
    }
    return Handed(
        variables={**handed.variables, **variables},
        payload={**handed.payload, "status_change": answers["status_change"]},
    )


def align(desk: Desk, answers: Json) -> Handed:
    """7: status, mark or details were changed in CTAIS."""
    changed_on = day(answers["changed_on"])
    if changed_on > desk.times.today:
        refuse("changed_on", "in_the_future")
    told = {name: answers[name] for name in ("before", "after", "ctais_number")}
    change = str(desk.variables.get("status_change"))
    if change in _MARKS:
        mark, is_set = _MARKS[change]
        told |= marking.handed(desk, mark, is_set=is_set, place="changed_on", answers=answers)
    return Handed(payload=told)


def compare_again(desk: Desk, answers: Json) -> Handed:
    """7: the corrected customs list came in and was compared again."""
    if day(answers["listed_on"]) > desk.times.today:
        refuse("listed_on", "in_the_future")
    return Handed(payload={name: answers[name] for name in ("list_number", "comparison")})


HAND_IN: Mapping[str, Callable[[Desk, Json], Handed]] = {
    _VERIFICATION: verify,
    "tp_authority_signature": sign_inquiry,
    "tp_authority_answer": authority_answer,
    "tp_conclusion": conclude,
    "tp_alignment": align,
    "tp_comparison": compare_again,
}


def last_verification(desk: Desk) -> Json:
    """The verification that was handed in last; empty before the first."""
    found = desk.session.scalar(
        select(Answer.content)
        .join(Task, Task.id == Answer.task_id)
        .where(Answer.case_id == desk.case.id, Task.form_key == _VERIFICATION)
        .order_by(Answer.id.desc())
        .limit(1)
    )
    return found or {}


def _doubts(desk: Desk) -> list[tuple[str, Variant]]:
    """The doubts of the case by id, each with its variant; a mark of a campaign is one too."""
    rows = desk.session.execute(
        select(TaxWarning.id, TaxWarning.indicator)
        .where(TaxWarning.case_id == desk.case.id)
        .order_by(TaxWarning.id)
    )
    doubts = [(str(key), variant_of(code)) for key, code in rows]
    return [*doubts, (MARK_ROW, Variant.D4)] if "mark" in desk.case.facts else doubts


def _placed(answers: Json) -> Iterator[tuple[str, Json]]:
    """What was verified of each doubt, with its place in the answers: ``d5-0``."""
    for variant in Variant:
        for index, row in enumerate(answers.get(variant.value, [])):
            yield f"{variant.value}-{index}", row


def _rows(answers: Json) -> dict[str, Json]:
    """What was verified of each doubt, by the doubt's id."""
    return {row["row"]: row for _, row in _placed(answers)}


def _require_every_row(desk: Desk, answers: Json) -> None:
    """Each doubt stands in the list of its variant; power has a meter, customs a certificate."""
    doubts = _doubts(desk)
    for variant in Variant:
        wanted = {key for key, its in doubts if its == variant}
        if {row["row"] for row in answers.get(variant.value, [])} != wanted:
            refuse(variant.value, "every_doubt")
    for variant, listed in ((Variant.D5, "meters"), (Variant.D6, "certificates")):
        rows = answers.get(variant.value, [])
        is_asked = any(row["match"] == RecordMatch.RIGHT for row in rows)
        if is_asked and not answers.get(listed):
            refuse(listed, "at_least_one")
    warning_verification.require_every_step(desk, answers)


def _wrong_rows(answers: Json) -> Iterator[tuple[str, tuple[str, Json]]]:
    """A record of another taxpayer is an error of data, whatever else was found."""
    for place, row in _placed(answers):
        if row["match"] == RecordMatch.WRONG_TAXPAYER and row["result"] != "data_error":
            yield f"{place}-result", ("wrong_taxpayer_is_data_error", {})


def _still_open(desk: Desk, answers: Json) -> Iterator[tuple[str, tuple[str, Json]]]:
    """Doubts that are unclear while nobody was asked and nothing was seen on the spot."""
    variables = engine.variables_of(desk.process, desk.case.state)
    if any(variables.get(name) is not None for name in _TRIED):
        return
    for place, row in _placed(answers):
        if row["result"] == "unclear":
            yield f"{place}-result", ("unclear_untried", {})


def _implied(row: Json, answers: Json) -> dict[str, str]:
    """What the power of production implies: output, sales, and what was not declared.

    Output is power by the norm, sales output by price; source: the bureau's calculations.
    """
    shares = [
        Decimal(meter["kwh"]) * Decimal(meter["share"]) / _PERCENT for meter in answers["meters"]
    ]
    output = sum(shares, Decimal(0)) / Decimal(row["norm"])
    sales = (output * Decimal(row["price"])).quantize(_CENT)
    difference = sales - Decimal(row["declared_sales"])
    return {
        "output": str(output.quantize(_CENT)),
        "implied_sales": str(sales),
        "difference": str(difference),
    }


def _is_forged(answers: Json) -> bool:
    return any(paper["forged"] == "yes" for paper in answers.get("certificates", []))


def _is_wrongly_abnormal(row: Json) -> bool:
    """Held for abnormal here, and trading all the same."""
    is_off = row.get("own_status") in _OFF_THE_ROAD
    return is_off and row.get("trading") == YesNoUnknown.YES


def _require_lawful_change(answers: Json, verified: Mapping[str, Json]) -> None:
    """A registration is cancelled only when tax, fines, invoices and certificate are cleared."""
    is_cleared = any(row.get("all_cleared") == "yes" for row in verified.values())
    if answers["status_change"] == StatusChange.CANCEL_CLEARED and not is_cleared:
        refuse("status_change", "cancel_not_cleared")


def _wrong_proposals(desk: Desk, answers: Json) -> Iterator[tuple[str, tuple[str, Json]]]:
    """A campaign that marks one thing proposes nothing of the other."""
    mark = desk.case.facts.get("mark", HouseholdMark.LOCAL_TAX_ONLY)
    for index, row in enumerate(answers.get(Variant.D4.value, [])):
        if row.get("proposal") and row["proposal"] not in _PROPOSALS[mark]:
            yield f"{Variant.D4.value}-{index}-proposal", ("mark_of_other_list", {})


def _require_proposed_mark(answers: Json, verified: Mapping[str, Json]) -> None:
    """What was proposed for a household on a list is what is concluded."""
    proposal = verified.get(MARK_ROW, {}).get("proposal")
    if proposal and answers["status_change"] != _CHANGES[proposal]:
        refuse("status_change", "mark_differs")


def _court_arrears(desk: Desk, confirmed: Mapping[str, Json]) -> bool:
    """A court's record was confirmed and tax is in arrears."""
    of_court = desk.session.scalars(
        select(TaxWarning.id).where(
            TaxWarning.case_id == desk.case.id, TaxWarning.indicator == _COURT
        )
    )
    owed = (confirmed.get(str(key), {}).get("arrears") for key in of_court)
    return any(Decimal(arrears or 0) > 0 for arrears in owed)
