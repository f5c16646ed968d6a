"""Papers of interviews, visits and sums: what was applied for and approved, and what came of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal

from caseflow import clock
from caseflow.clock import BUREAU_ZONE
from caseflow.documents import Answer, Count, InterviewRecord, OnsiteRecord, Person
from caseflow.models import Attachment
from caseflow.models.base import Json
from caseflow.services.kinds.desk import instant
from caseflow.services.papers import doubts, execution
from caseflow.services.papers.outward import certified, interview_terms
from caseflow.services.papers.subject import Subject
from caseflow.services.work import Work
from caseflow.vocabulary import PaperKind
from caseflow.vocabulary.choices import OnsiteFound, OnsitePlace

# Name and position as officers type them in one field: "孙梅，财务负责人", "孙梅（财务负责人）".
_NAME_AND_POST = re.compile(r"\s*([^，,、（(\s]+)[，,、（(\s]*(.*?)[）)]?\s*")
_VISITS = ("wv_onsite_application", "zf_onsite_application", "ab_onsite_application")


def interview_record(subject: Subject) -> InterviewRecord:
    """税务约谈笔录: as the main officer wrote it down and the second one confirmed."""
    said = subject.answers("wv_interview_record")
    refused = said["signature"] == "refused"
    return InterviewRecord(
        head=subject.head,
        addressee=subject.addressee,
        started_at=instant(said["started_at"]).astimezone(BUREAU_ZONE),
        ended_at=instant(said["ended_at"]).astimezone(BUREAU_ZONE),
        place=interview_terms(subject)["place"],
        officers=subject.officers,
        recorder=subject.main.name if subject.main else "",
        interviewees=(_person(said["interviewed"]),),
        answers=tuple(
            Answer(question=each["question"], answer=each["answer"]) for each in said["questions"]
        ),
        agent="有，见授权委托书" if said["agent"] == "yes" else "",
        refusal=said.get("signature_note") or "" if refused else "",
    )


def onsite_record(subject: Subject) -> OnsiteRecord:
    """实地核查记录: as the main officer wrote it down and the second one confirmed."""
    asked, said = subject.answers("wv_onsite_application"), subject.answers("wv_onsite_record")
    place = OnsitePlace(asked["place"])
    return OnsiteRecord(
        head=subject.head,
        addressee=subject.addressee,
        started_at=instant(said["started_at"]).astimezone(BUREAU_ZONE),
        ended_at=instant(said["ended_at"]).astimezone(BUREAU_ZONE),
        place=f"{place.zh}（{subject.household.address}）",
        officers=certified(subject, asked),
        found=OnsiteFound(said["onsite_found"]).zh,
        facts=said["facts"],
        counts=tuple(
            Count(
                item=row["item"],
                unit=row["unit"],
                booked=Decimal(str(row["book_quantity"])),
                counted=Decimal(str(row["counted_quantity"])),
            )
            for row in said.get("counts") or []
        ),
        photographs=_names(subject, said.get("photographs") or []),
        witness=said.get("witness") or "",
    )


def told(work: Work, kind: PaperKind, arguments: Mapping[str, object]) -> Mapping[str, object]:
    """What the drawing tells, with what the application said; other papers: unchanged."""
    tell = _TOLD.get(kind)
    return {**arguments, **tell(Subject.of(work))} if tell else arguments


def _applied(subject: Subject, forms: tuple[str, ...]) -> Json:
    asked = next((it for key in forms if (it := subject.answers(key))), {})
    named = doubts.named(subject, [str(each) for each in asked.get("doubts") or []])
    return {"asked_reason": asked.get("reason"), "doubts_named": named}


def _postponed(subject: Subject) -> Json:
    asked = subject.answers("wv_interview_outcome")
    return {
        "asked_reason": asked.get("note"),
        "asked_for": asked.get("postponed_to"),
        "refused_reason": subject.answers("wv_postponement").get("reason"),
        "interview_at": subject.work.case.facts["interview_at"],
        "place": interview_terms(subject)["place"],
    }


def _received(subject: Subject) -> Json:
    return {"purpose": "核实申报纳税情况", "received_on": subject.today}


def _announced(subject: Subject) -> Json:
    """From when the announcement runs, and with which day the paper counts as served."""
    notice = subject.work.case.facts.get("notice") or {}
    if not notice.get("until"):
        return {}
    return {"starts_on": notice["from"], "deemed_on": clock.last_day_of(instant(notice["until"]))}


def _stock(subject: Subject) -> Json:
    said = subject.answers("wv_onsite_record")
    return {
        "counted_at": said.get("started_at"),
        "counts": [_counted(row) for row in said.get("counts") or []],
    }


def _counted(row: Json) -> Json:
    booked, counted = Decimal(str(row["book_quantity"])), Decimal(str(row["counted_quantity"]))
    return {**row, "booked": booked, "counted": counted, "difference": counted - booked}


def _person(text: str) -> Person:
    found = _NAME_AND_POST.fullmatch(text)
    return Person(name=found[1], post=found[2]) if found else Person(name=text, post="")


def _names(subject: Subject, files: list[object]) -> tuple[str, ...]:
    found = (subject.work.session.get(Attachment, int(str(each))) for each in files)
    return tuple(doubts.titled(each.name) for each in found if each is not None)


_TOLD: Mapping[PaperKind, Callable[[Subject], Json]] = {
    PaperKind.INTERVIEW_APPROVAL: lambda it: _applied(it, ("wv_interview_application",)),
    PaperKind.ONSITE_APPROVAL: lambda it: _applied(it, _VISITS),
    PaperKind.INTERVIEW_POSTPONEMENT: _postponed,
    PaperKind.MATERIAL_RECEIPT: _received,
    PaperKind.ANNOUNCEMENT: _announced,
    PaperKind.SURCHARGE_SHEET: lambda it: {"surcharges": execution.surcharges(it)},
    PaperKind.STOCK_COUNT: _stock,
}
