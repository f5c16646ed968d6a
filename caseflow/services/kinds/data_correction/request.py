"""Steps 1 to 1i: the request, what is there now, whether it may be corrected here, the impact."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import or_, select

from caseflow import policy
from caseflow.lake import corrections, fields
from caseflow.lake.fields import Field
from caseflow.models import Answer, Case, Task
from caseflow.models.base import Json
from caseflow.services.kinds import contact_ban
from caseflow.services.kinds.data_correction import impact, lines
from caseflow.services.kinds.desk import Desk, Handed, day, refuse
from caseflow.vocabulary import Invalid
from caseflow.vocabulary.choices.data_correction import DcCovers, DcWay

# What the leader decides on at once; the text says more rows are a new delivery.
MOST_LINES = 500
_Faults = dict[str, tuple[str, Json]]


def hand_in(desk: Desk, answers: Json) -> Handed:
    """1, 1r, 1i: the values are read, the way is found, and who is touched."""
    require_no_tie(answers)
    given = answers["lines"]
    if not 1 <= len(given) <= MOST_LINES:
        refuse("lines", "too_many_lines", most=MOST_LINES)
    source = answers["source"]
    faults: _Faults = {}
    found = [_line(desk, source, line, place, faults) for place, line in enumerate(given)]
    faults |= _unproved(answers, len(given))
    faults |= _ahead(desk, answers)
    faults |= _unknown_case(desk, answers)
    if faults:
        raise Invalid("answers", fields=faults)
    keys = [(line["field"], line["period"]) for line in found]
    if len(set(keys)) < len(keys):
        refuse("lines", "value_twice")
    if number := lines.same_open(desk.session, desk.case, source, keys):
        refuse("lines", "corrected_elsewhere", number=number)
    asked = [_asked(desk, line) for line in found]
    ways = [str(desk.process.decisions["dc_way"].decide(each)) for each in asked]
    for line, way in zip(found, ways, strict=True):
        line["way"] = way
    decisive = next((at for at, way in enumerate(ways) if way != DcWay.HERE), 0)
    agreed = _is_agreed(desk, found)
    known = fields.shipped()
    desk.case.facts = {
        **desk.case.facts,
        "source": source,
        "lines": found,
        "way": ways[decisive],
        "agreed": agreed,
    }
    touched = impact.of(desk.session, desk.case)
    desk.case.facts = {**desk.case.facts, "impact": touched.told()}
    return Handed(
        variables={
            **asked[decisive],
            "agreed": agreed,
            "third_party": source in lines.THIRD_PARTIES,
            "districts": 1,
            "row_total": len(found),
            "is_matching_rule": False,
            "passed_up": False,
            "stale": False,
            "is_status": any(lines.is_status(known.fields[each["field"]]) for each in found),
            "dc_approve_amount": desk.limit("dc_approve_amount"),
            **touched.variables(),
        },
        payload={"source": source, "lines": len(found), "way": ways[decisive], "agreed": agreed},
    )


def require_no_tie(answers: Json) -> None:
    """Refuse who declares a tie: the step is given up by recusal, not handed in."""
    if answers["recusal"] != "none":
        refuse("recusal", "recusal_first")


HAND_IN: Mapping[str, Callable[[Desk, Json], Handed]] = {"dc_request": hand_in}


def _line(desk: Desk, source: str, line: Json, at: int, faults: _Faults) -> dict[str, Any]:
    """One value as the case keeps it; what is wrong with it is noted by place."""
    field = fields.shipped().fields.get(line["field"])
    if field is None or field.source != source or field.grain not in corrections.GRAINS:
        faults[f"lines-{at}-field"] = ("field_of_another_source", {})
        return {}
    period = lines.month(line["period"], desk.times.today)
    if period is None:
        faults[f"lines-{at}-period"] = ("no_such_period", {})
        return {}
    value, problem = corrections.read(field, line["after"], desk.times.today)
    if problem is not None or value is None:
        faults[f"lines-{at}-after"] = ("not_such_a_value", {"field": field.zh})
        return {}
    before = lines.standing(field, desk.case.taxpayer_id or 0, period)
    after = corrections.written(field, value)
    if before == after:
        faults[f"lines-{at}-after"] = ("nothing_changes", {"value": before})
    return {
        "field": field.name,
        "zh": field.zh,
        "en": field.en,
        "period": period,
        "before": before,
        "after": after,
        "kind": line["error_kind"],
        "kind_text": line.get("error_text"),
    }


def _unproved(answers: Json, count: int) -> _Faults:
    """Rows that nothing proves: a piece of evidence is for one of them, or for all."""
    faults: _Faults = {}
    proved: set[int] = set()
    for at, piece in enumerate(answers["evidence"]):
        if piece["covers"] == DcCovers.EVERY:
            return {}
        number = int(piece["line_number"])
        if not 1 <= number <= count:
            faults[f"evidence-{at}-line_number"] = ("no_such_line", {"most": count})
        proved.add(number)
    missing = sorted(set(range(1, count + 1)) - proved)
    if missing:
        faults["evidence"] = ("line_without_evidence", {"line": missing[0]})
    return faults


def _ahead(desk: Desk, answers: Json) -> _Faults:
    """Evidence that bears a day which is still to come."""
    return {
        f"evidence-{at}-dated": ("in_the_future", {})
        for at, piece in enumerate(answers["evidence"])
        if piece.get("dated") and day(piece["dated"]) > desk.times.today
    }


def _unknown_case(desk: Desk, answers: Json) -> _Faults:
    """A case that led here but does not exist, or not for the requester: told in the same words.

    The case that called for the correction is known to it, whoever requests by now.
    """
    number = answers.get("found_number")
    if not number:
        return {}
    seen = or_(policy.visible_cases(desk.actor), Case.id == origin_of(desk.case))
    is_known = desk.session.scalar(select(Case.id).where(Case.number == number, seen))
    return {} if is_known is not None else {"found_number": ("no_such_case_number", {})}


def _asked(desk: Desk, line: Json) -> dict[str, Any]:
    """What the table of ways asks of one value."""
    field: Field = fields.shipped().fields[line["field"]]
    accepted = contact_ban.is_with_inspection(
        desk.session, desk.case.taxpayer_id, {int(line["period"])}
    )
    return {
        "error_kind": line["kind"],
        "is_derived": field.derived is not None,
        "under_inspection": accepted,
        "is_return_figure": lines.is_return_figure(field),
        "is_registration_item": lines.is_registration_item(field),
        "is_source_fact": lines.is_source_fact(field),
    }


def _is_agreed(desk: Desk, found: Sequence[Json]) -> bool:
    """Whether the chief agreed to these very values in the case before; a return ends that."""
    origin_id = desk.case.facts.get("origin_case")
    if origin_id is None or desk.case.facts.get("sent_back"):
        return False
    told = approved_before(desk, origin_id)
    return bool(told) and all(_plain(line["after"]) in told for line in found)


def approved_before(desk: Desk, origin_id: int) -> set[str]:
    """The new values that the chief of the case before has agreed to, as they were typed."""
    newest = (
        select(Answer.content)
        .join(Task, Task.id == Answer.task_id)
        .where(Answer.case_id == origin_id)
        .order_by(Answer.id.desc())
        .limit(1)
    )
    decided = desk.session.scalar(newest.where(Task.form_key == "wv_correction_approval")) or {}
    if decided.get("correction_decision") != "agree":
        return set()
    typed = desk.session.scalar(newest.where(Task.form_key == "wv_correction")) or {}
    return {_plain(each["after"]) for each in typed.get("corrections", [])}


def _plain(text: str) -> str:
    return text.replace(",", "").replace(" ", "").strip()


def origin_of(case: Case) -> int | None:
    """The case that called for this correction."""
    found = case.facts.get("origin_case")
    return int(found) if found is not None else None
