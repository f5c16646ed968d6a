"""Data requests 数据需求: the law of their forms, and what a delivery does."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import clock, lines, policy
from caseflow.models import Attachment, Case, FileRead, Post, Task, Unit, User
from caseflow.models.base import Json
from caseflow.services import files, outbox
from caseflow.services.kinds.desk import Desk, Handed, day, refuse
from caseflow.services.work import Work
from caseflow.vocabulary import AskedKind, Reading, Role, TaskStatus, UnitLevel
from caseflow.vocabulary.choices import YesNo
from caseflow.vocabulary.choices.data_request import (
    RqAnswer,
    RqCheck,
    RqCheckItem,
    RqClass,
    RqCopy,
    RqPreparation,
    RqQuality,
    RqReceipt,
    RqScope,
    RqThirdReturn,
    RqUse,
)

DELIVERED = "request_delivered"
# What a request may ask for beside the fields of the catalogue.
RULES_OF_INDICATORS = "indicator_rules"
_THIRD = 3
_SAMPLE = 20
# At which field the form says that a request is out of scope.
_WHERE: Mapping[str, str] = {
    RqScope.OWN_USERS: "users",
    RqScope.OUTSIDE_ARTICLE: "purpose",
    RqScope.OWN_DATA: "units",
    RqScope.OWN_LINE: "fields",
    RqScope.NO_IDENTITY: "identity",
    RqScope.INTERNAL_SECRET: "fields",
}
# Checks without which even the chief of the division releases nothing.
_NEVER_WAIVED = (RqCheckItem.MASKING, RqCheckItem.SMALL_CELLS, RqCheckItem.USER_SCOPE)
_LOW_LEVELS = frozenset({Role.SECTION_CHIEF, Role.TAX_ADMINISTRATOR})
# Fields of the registry by the line of business that they are of, by how their names begin.
_OF_LINES: Mapping[str, tuple[str, ...]] = {
    "VAT": ("vat_", "sales_", "input_", "fw_", "ord_", "jc_", "invoice_", "customs_"),
    "CIT": ("cit_", "taxable_income", "rd_super", "deemed_income"),
}


def submit(desk: Desk, answers: Json) -> Handed:
    """1: the request is in scope, and the head of the unit has signed it too."""
    periods = _periods(answers)
    if not answers.get("fields") and not answers.get("other_fields"):
        refuse("fields", "fields_or_text")
    _require_scope(desk, answers)
    signed_by = _head(desk)
    desk.case.title = answers["title"]
    names = _names(desk.session, answers["users"])
    desk.case.facts = {
        **desk.case.facts,
        "submitted_on": desk.times.today.isoformat(),
        "signed_by": signed_by,
        "periods": f"{answers['period_from']} 至 {answers['period_to']}",
        "users": [int(each) for each in answers["users"]],
        "user_names": names,
    }
    return Handed(
        variables={
            "period_count": periods,
            "grain_changed": False,
            "quality_returns": 0,
            "withdrawn": False,
        },
        payload={"title": answers["title"], "users": answers["users"], "signed_by": signed_by},
    )


def receive(desk: Desk, answers: Json) -> Handed:
    """2: accepted with class, preparer and quality officer, asked back once, or refused."""
    decision = answers["receipt"]
    if decision == RqReceipt.ASK_BACK:
        if desk.case.facts.get("asked_on"):
            refuse("receipt", "asked_back_before")
        asked_on = desk.times.today.isoformat()
        desk.case.facts = {**desk.case.facts, "asked_on": asked_on}
        return Handed(payload={"receipt": decision}, returned=answers["question"])
    if decision == RqReceipt.REFUSE:
        reason, text = answers["refusal_reason"], answers["refusal_text"]
        desk.case.facts = {**desk.case.facts, "refusal_reason": reason, "refusal_text": text}
        return Handed(payload={"receipt": decision, "reason": reason})
    return _accepted(desk, answers)


def reply(desk: Desk, answers: Json) -> Handed:
    """3: the question is answered; the time that it took does not count."""
    if answers["answer_result"] == RqAnswer.WITHDRAW and "delivered_on" in desk.case.facts:
        refuse("answer_result", "delivered_before")
    asked_on = desk.case.facts["asked_on"]
    pause = [asked_on, desk.times.today.isoformat()]
    desk.case.facts = {**desk.case.facts, "question_pauses": [pause]}
    return Handed(payload={"answer": answers["answer_result"]})


def prepare(desk: Desk, answers: Json) -> Handed:
    """4: the package with its script, counts and definitions, or why there is none."""
    if answers["preparation_result"] == RqPreparation.NOT_POSSIBLE:
        return Handed(variables={"third_decision": None}, returned=answers["impossible_reason"])
    if len(answers["package"]) != 1:
        refuse("package", "one_package")
    if not answers["controls"]:
        refuse("controls", "control_total_wanted")
    if day(answers["snapshot_on"]) > desk.times.today:
        refuse("snapshot_on", "in_the_future")
    package = desk.session.get_one(Attachment, int(answers["package"][0]))
    rows = _rows(package)
    desk.case.facts = {
        **desk.case.facts,
        "package": package.id,
        "row_count": rows,
        "sha256": package.sha256,
        "script_version": answers["script"],
        "snapshot_on": answers["snapshot_on"],
    }
    return Handed(
        variables={"third_decision": None}, payload={"rows": rows, "sha256": package.sha256}
    )


def check(desk: Desk, answers: Json) -> Handed:
    """5: nothing is released while a check fails; the third return goes to the chief."""
    given = {line["row"]: line for line in answers["checks"]}
    if set(given) != {item.value for item in RqCheckItem}:
        refuse("checks", "every_line")
    for at, line in enumerate(answers["checks"]):
        is_told = bool((line.get("note") or "").strip())
        is_sample = line["row"] == RqCheckItem.SAMPLE and line["result"] == RqCheck.PASS
        if not is_told and (line["result"] != RqCheck.PASS or is_sample):
            refuse(f"checks-{at}-note", "say_what_was_checked", rows=_SAMPLE)
    failed = sorted(row for row, line in given.items() if line["result"] == RqCheck.FAIL)
    desk.case.facts = {**desk.case.facts, "failed_checks": failed}
    if answers["quality_decision"] == RqQuality.RELEASE:
        if failed:
            refuse("quality_decision", "check_fails")
        return Handed(variables={"quality_result": "release"})
    returns = int(desk.case.facts.get("quality_returns", 0)) + 1
    desk.case.facts = {**desk.case.facts, "quality_returns": returns}
    return Handed(
        variables={"quality_result": "send_back", "quality_returns": returns},
        payload={"failed": failed, "returns": returns},
        returned=answers["return_text"],
    )


def decide_third(desk: Desk, answers: Json) -> Handed:
    """5x: another preparer, a new agreement, or released with a note where nothing secret fails."""
    decision = answers["third_decision"]
    desk.case.facts = {**desk.case.facts, "quality_returns": 0}
    if decision == RqThirdReturn.PREPARE_AGAIN:
        other = int(answers["other_preparer"])
        if other in (desk.case.second_officer_id, desk.case.facts["quality_officer"]):
            refuse("other_preparer", "other_preparer_wanted")
        desk.case.second_officer_id = other
    if decision == RqThirdReturn.RELEASE_WITH_NOTE:
        if {each.value for each in _NEVER_WAIVED} & set(desk.case.facts["failed_checks"]):
            refuse("third_decision", "never_waived")
        desk.case.facts = {**desk.case.facts, "release_note": answers["why"]}
    return Handed(
        variables={"quality_returns": 0}, payload={"decision": decision}, returned=_why(answers)
    )


def deliver(desk: Desk, answers: Json) -> Handed:
    """6: one act; until when the package may be used is counted from it."""
    del answers
    until = desk.times.days("rq_expiry")
    expires_on = clock.last_day_of(until).isoformat()
    desk.case.facts = {
        **desk.case.facts,
        "expires_on": expires_on,
        "delivered_on": desk.times.today.isoformat(),
    }
    variables = {"expires_at": until, "use_result": None}
    return Handed(variables=variables, payload={"until": expires_on})


def report(desk: Desk, answers: Json) -> Handed:
    """7: what was found, or why nothing; a longer keeping once, within the limit."""
    if answers["use_result"] == RqUse.USED:
        _require_cases(desk, answers.get("cases_opened") or "")
    if answers.get("keep_longer") != "yes":
        return Handed(payload={"use": answers["use_result"]})
    if desk.case.facts.get("kept_longer"):
        refuse("keep_longer", "kept_longer_before")
    until = day(answers["keep_until"])
    expires_on = day(desk.case.facts["expires_on"])
    last = expires_on + timedelta(days=int(desk.limit("rq_expiry_longer")))
    if not expires_on < until <= last:
        refuse("keep_until", "kept_until_between", first=expires_on, last=last)
    return Handed(payload={"use": answers["use_result"], "until": until.isoformat()})


def extend(desk: Desk, answers: Json) -> Handed:
    """7x: the analysis post agrees to a longer keeping, or keeps the day."""
    if answers["extension"] != "agree":
        return Handed(payload={"extension": "refuse"})
    until = day(desk.answers("rq_use_report")["keep_until"])
    kept = {"kept_longer": True, "expires_on": until.isoformat()}
    desk.case.facts = {**desk.case.facts, **kept}
    return Handed(
        variables={"expires_at": clock.end_of(until)}, payload={"until": until.isoformat()}
    )


def destroy(desk: Desk, answers: Json) -> Handed:
    """8: every user's copies are accounted for; who has taken the package away made one."""
    given = {int(line["row"]): line for line in answers["copies"]}
    if set(given) != set(desk.case.facts["users"]):
        refuse("copies", "every_line")
    taken = downloads(desk.session, desk.case)
    for at, line in enumerate(answers["copies"]):
        if line["fate"] == RqCopy.NONE_MADE and int(line["row"]) in taken:
            refuse(f"copies-{at}-fate", "was_downloaded", day=taken[int(line["row"])])
        if line["fate"] == RqCopy.DESTROYED and day(line["destroyed_on"]) > desk.times.today:
            refuse(f"copies-{at}-destroyed_on", "in_the_future")
    told = {str(row): line["fate"] for row, line in given.items()}
    return Handed(payload={"copies": told})


def verify(desk: Desk, answers: Json) -> Handed:
    """9: the quality post confirms, or objects to a copy."""
    del desk
    if answers["destruction_check"] == "object":
        return Handed(returned=answers["object_text"])
    return Handed()


HAND_IN: Mapping[str, Callable[[Desk, Json], Handed]] = {
    "rq_request": submit,
    "rq_receipt": receive,
    "rq_answer": reply,
    "rq_preparation": prepare,
    "rq_quality": check,
    "rq_third_return": decide_third,
    "rq_delivery": deliver,
    "rq_use_report": report,
    "rq_extension": extend,
    "rq_destruction": destroy,
    "rq_destruction_check": verify,
}


def start_delivery(work: Work, arguments: Json) -> Json:
    """From the submission, by the class or to the day agreed; a question's time is left out."""
    del arguments
    case, times = work.case, work.times
    case.accepted_at = case.accepted_at or times.now
    agreed_on = case.facts.get("agreed_on")
    if case.facts["class"] == RqClass.COMPLEX and agreed_on:
        case.due_at = clock.end_of(day(agreed_on))
        case.facts = {**case.facts, "due": None}
        return {"due_at": case.due_at.isoformat()}
    pauses = [
        (date.fromisoformat(begun), date.fromisoformat(ended))
        for begun, ended in case.facts.get("question_pauses", [])
    ]
    days = int(times.value(f"rq_{case.facts['class']}"))
    counted = times.calendar.add_working_days(day(case.facts["submitted_on"]), days, pauses=pauses)
    case.due_at = clock.end_of(counted.on)
    case.facts = {**case.facts, "due": {**counted.facts()}}
    return {"due_at": case.due_at.isoformat()}


def deliver_package(work: Work, arguments: Json) -> Json:
    """The named users get the package as soon as this act is committed."""
    del arguments
    package = work.case.facts["package"]
    work.case.facts = {**work.case.facts, "open_package": package}
    outbox.put(work.session, DELIVERED, {"case": work.case.id, "by": work.actor.user_id})
    return {"package": package, "users": work.case.facts["users"]}


def remove_package(work: Work, arguments: Json) -> Json:
    """Nobody gets the package any more; form, script, counts, hash and downloads stay."""
    del arguments
    case = work.case
    packages = select(Attachment).where(
        Attachment.case_id == case.id,
        Attachment.field == "package",
        Attachment.removed_at.is_(None),
    )
    gone = []
    for package in work.session.scalars(packages):
        package.removed_at = work.times.now
        gone.append(package.sha256)
    case.facts = {**case.facts, "open_package": None}
    return {"removed": gone}


def downloads(session: Session, case: Case) -> dict[int, date]:
    """Who has taken a package of a request away, and the first day."""
    packages = session.scalars(
        select(Attachment.id).where(Attachment.case_id == case.id, Attachment.field == "package")
    )
    things = [f"file:{each}" for each in packages]
    found = session.execute(
        select(FileRead.user_id, FileRead.on)
        .where(
            FileRead.case_id == case.id,
            FileRead.what == Reading.FILE,
            FileRead.thing.in_(things),
        )
        .order_by(FileRead.on.desc())
    )
    return {row.user_id: row.on for row in found}


def _accepted(desk: Desk, answers: Json) -> Handed:
    preparer, quality = int(answers["preparer"]), int(answers["quality_officer"])
    if preparer == quality:
        refuse("quality_officer", "three_people")
    if desk.case.main_officer_id in (preparer, quality):
        refuse("preparer", "three_people")
    if quality in desk.case.facts["users"]:
        refuse("quality_officer", "user_checks_own")
    grain_changed = answers.get("grain_kept") == YesNo.NO
    asked: dict[str, Any] = {
        "data_source": answers["data_source"],
        "outside_catalogue": answers["outside_catalogue"],
        "manual_matching": answers["manual_matching"],
        "grain_changed": grain_changed,
        "period_count": desk.variables["period_count"],
    }
    found = str(desk.process.decisions["rq_class"].decide(asked))
    wanted = answers.get("class_change") or found
    if wanted != found and not answers.get("class_reason"):
        refuse("class_reason", "class_reason_wanted", given=RqClass(found).zh)
    if wanted == RqClass.COMPLEX and not (answers.get("agreed_on") and answers.get("agreed_with")):
        refuse("agreed_on", "day_to_be_agreed")
    if answers.get("agreed_on") and day(answers["agreed_on"]) < desk.times.today:
        refuse("agreed_on", "not_after_today")
    desk.case.second_officer_id = preparer
    desk.case.facts = {
        **desk.case.facts,
        "class": wanted,
        "agreed_on": answers.get("agreed_on"),
        "quality_officer": quality,
    }
    told = {"quality_officer": str(quality), "grain_changed": grain_changed}
    return Handed(
        variables={**told, "third_decision": None},
        payload={"class": wanted, "preparer": preparer, "quality_officer": quality},
    )


def _require_scope(desk: Desk, answers: Json) -> None:
    unit = desk.session.get_one(Unit, desk.case.district_id)
    users = [int(each) for each in answers["users"]]
    wanted = set(answers.get("fields") or ())
    asked = {
        "foreign_user": not set(users) <= _people_of(desk.session, unit.id),
        "purpose": answers["purpose"],
        "has_article": bool((answers.get("article") or "").strip()),
        "requested_by": seat_of(desk.session, unit),
        "grain": answers["grain"],
        "beyond_district": set(answers["units"]) != {str(unit.id)},
        "beyond_line": _is_beyond(desk.session, unit, wanted),
        "identity": answers["identity"] == "yes",
        "secret_rules": RULES_OF_INDICATORS in wanted and _are_low(desk.session, users),
    }
    scope = str(desk.process.decisions["rq_scope"].decide(asked))
    if scope != RqScope.IN_SCOPE:
        refuse(_WHERE[scope], f"scope_{scope}")


def seat_of(session: Session, unit: Unit) -> str:
    """As what a unit asks: a district, the division of the data analysis, or another one."""
    if unit.level == UnitLevel.DISTRICT:
        return "district"
    whole = select(Post.id).where(
        Post.unit_id == unit.id, Post.line.in_(lines.table().whole), policy.held_today()
    )
    return "analysis" if session.scalar(whole.limit(1)) is not None else "division"


def _is_beyond(session: Session, unit: Unit, wanted: set[str]) -> bool:
    """Whether a division wants fields of another line; what is of no line is everybody's."""
    held = session.scalars(select(Post.line).where(Post.unit_id == unit.id, Post.line.is_not(None)))
    groups = {group for line in held for group in lines.table().groups.get(str(line), ())}
    return any(
        group not in groups
        for group, beginnings in _OF_LINES.items()
        for name in wanted
        if name.startswith(beginnings)
    )


def _people_of(session: Session, unit_id: int) -> set[int]:
    held = select(Post.user_id).where(Post.unit_id == unit_id, policy.held_today())
    return set(session.scalars(held))


def _are_low(session: Session, users: list[int]) -> bool:
    held = select(Post.role).where(Post.user_id.in_(users), policy.held_today())
    return not _LOW_LEVELS.isdisjoint(session.scalars(held))


def _head(desk: Desk) -> int:
    """Who signs for the unit: the requester as its head, or a head who gave an opinion (加签)."""
    heads = select(Post.user_id).where(
        Post.unit_id == desk.case.district_id,
        Post.role.in_([Role.DIVISION_CHIEF, Role.DISTRICT_DIRECTOR, Role.DISTRICT_DEPUTY]),
        policy.held_today(),
    )
    known = set(desk.session.scalars(heads))
    if desk.actor.user_id in known:
        return desk.actor.user_id or 0
    signed = select(Task.done_by).where(
        Task.asked_for_id == desk.task.id,
        Task.asked_kind == AskedKind.OPINION,
        Task.status == TaskStatus.DONE,
        Task.done_by.in_(known),
    )
    found = desk.session.scalar(signed.order_by(Task.id.desc()).limit(1))
    if found is None:
        refuse("title", "head_signs_too")
    return int(found or 0)


def _periods(answers: Json) -> int:
    """How many months are wanted."""
    ends = []
    for name in ("period_from", "period_to"):
        year, _, month = answers[name].partition("-")
        if not (year.isdecimal() and month.isdecimal() and 1 <= int(month) <= 12):  # noqa: PLR2004 - months of a year
            refuse(name, "no_such_period")
        ends.append(int(year) * 12 + int(month))
    if ends[1] < ends[0]:
        refuse("period_to", "period_before_first")
    return ends[1] - ends[0] + 1


def _require_cases(desk: Desk, numbers: str) -> None:
    for number in numbers.replace("、", " ").replace("，", " ").replace(",", " ").split():
        if desk.session.scalar(select(Case.id).where(Case.number == number)) is None:
            refuse("cases_opened", "no_such_case", number=number)


def _rows(package: Attachment) -> int:
    """How many rows a package holds below its line of headings; it must be a CSV file."""
    raw = files.read(package.sha256)
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        rows = [row for row in csv.reader(io.StringIO(text)) if any(row)]
        if len(rows) > 1 and len(rows[0]) > 1:
            return len(rows) - 1
    refuse("package", "csv_wanted")
    return 0


def _names(session: Session, users: list[str]) -> str:
    found = select(User.name).where(User.id.in_([int(each) for each in users])).order_by(User.id)
    return "、".join(session.scalars(found))


def _why(answers: Json) -> str | None:
    return answers.get("why")
