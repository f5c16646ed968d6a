"""Papers to the taxpayer: its own facts, the law, the requirement, never how it was found."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date

from sqlalchemy import select

from caseflow.clock import BUREAU_ZONE
from caseflow.documents import (
    AdvisedAmount,
    InquiryLetter,
    InspectionNotice,
    InterviewNotice,
    InvoiceStop,
    Officer,
    OnsiteNotice,
    PaperData,
    PaperKind,
    SelfCheckItem,
    SelfCheckNotice,
)
from caseflow.models import AssessedAmount
from caseflow.models.base import Json
from caseflow.services.kinds.desk import day, instant
from caseflow.services.papers.subject import Subject, lines
from caseflow.vocabulary.choices import InterviewPerson, OnsitePlace, Tax

# A month as facts and as forms write it, a quarter, a year.
_TYPED = re.compile(r"(?P<year>\d{4})(?:-?(?P<month>0[1-9]|1[0-2])|-Q(?P<quarter>[1-4])|-Y|-?00)?")
_MATTER = "申报纳税情况"
# What to look through when nobody wrote more, by tax; the taxpayer's own figures stand below it.
_TO_CHECK = {
    Tax.VAT: "销售额的确认、适用税率和进项税额的抵扣",
    Tax.CIT: "收入总额的确认、成本费用的扣除和以前年度亏损的弥补",
}
_ANY_TO_CHECK = "计税依据和适用税率（税额）"


def inquiry_letter(subject: Subject) -> InquiryLetter:
    """税务事项通知书（函询）: the questions that the main officer wrote."""
    return InquiryLetter(
        head=subject.head,
        addressee=subject.addressee,
        contact=subject.contact,
        matter=_MATTER,
        questions=lines(subject.answers("wv_inquiry").get("questions")),
        reply_days=int(subject.work.limit("wv_reply")),
    )


def interview_notice(subject: Subject) -> InterviewNotice:
    """税务约谈通知书: as applied for, or as the chief amended it."""
    terms = interview_terms(subject)
    at = subject.work.case.facts["interview_at"]
    return InterviewNotice(
        head=subject.head,
        addressee=subject.addressee,
        contact=subject.contact,
        matter=_MATTER,
        interview_at=instant(at).astimezone(BUREAU_ZONE),
        place=terms["place"],
        persons=tuple(InterviewPerson(person).zh for person in terms["persons"]),
        officers=subject.officers,
        questions=lines(terms.get("questions")) if terms.get("announce") == "yes" else (),
        material=lines(terms.get("materials")),
    )


def interview_terms(subject: Subject) -> Json:
    """What an interview is held by: as applied for, or as the chief amended it."""
    asked = subject.answers("wv_interview_application")
    approved = subject.answers("wv_interview_approval")
    return {**asked, **approved} if approved.get("interview_approval") == "amend" else asked


def onsite_notice(subject: Subject) -> OnsiteNotice:
    """税务事项通知书（实地核查）: dates, place and officers of the visit agreed to."""
    asked = subject.answers("wv_onsite_application")
    place = OnsitePlace(asked["place"])
    return OnsiteNotice(
        head=subject.head,
        addressee=subject.addressee,
        contact=subject.contact,
        matter=_MATTER,
        visit_from=_from(subject, asked),
        visit_to=max(_from(subject, asked), day(asked["visit_to"])),
        place=f"{place.zh}（{subject.household.address}）",
        officers=certified(subject, asked),
    )


def inspection_notice(subject: Subject) -> InspectionNotice:
    """税务检查通知书: the books of the year of the case are examined."""
    asked = subject.answers("wv_onsite_application")
    year = subject.work.case.period // 100
    return InspectionNotice(
        head=subject.head,
        addressee=subject.addressee,
        contact=subject.contact,
        officers=certified(subject, asked),
        inspection_from=_from(subject, asked),
        period_from=date(year, 1, 1),
        period_to=date(year, 12, 31),
    )


def invoice_stop(subject: Subject) -> InvoiceStop:
    """停供发票决定书: ground, scope and first day as the leader approved them.

    A limit is approved as the officers proposed it: the approval asks of stops only.
    """
    approved = subject.answers("wv_approval")
    if approved.get("invoice_stop") != "yes":
        return _invoice_limit(subject)
    return InvoiceStop(
        head=subject.head,
        addressee=subject.addressee,
        contact=subject.contact,
        is_abnormal=approved["stop_ground"] == "abnormal",
        scope=approved["stop_scope"],
        stop_from=max(day(approved["stop_from"]), subject.today),
    )


def self_check_notice(subject: Subject) -> SelfCheckNotice:
    """税务事项通知书（自查）: what to check and correct, with the figures per tax and period."""
    work = subject.work
    rows = work.session.scalars(
        select(AssessedAmount)
        .where(AssessedAmount.case_id == work.case.id)
        .order_by(AssessedAmount.tax, AssessedAmount.period)
    ).all()
    values = work.times.values
    drafted = subject.answers("ta_execution_paper")
    usual = values.get(f"{work.case.kind.lower()}_execute", values["wv_execute"])
    limit = int(drafted.get("term") or usual)
    matter = "；".join(lines(drafted.get("matters")))
    items = tuple(
        SelfCheckItem(
            tax=Tax(row.tax).zh,
            period=period(row.period),
            matter=matter or _to_check(Tax(row.tax), differs=row.recomputed != row.declared),
        )
        for row in rows
    )
    return SelfCheckNotice(
        head=subject.head,
        addressee=subject.addressee,
        contact=subject.contact,
        items=items
        or (
            SelfCheckItem(
                tax=Tax.VAT.zh,
                period=period(work.case.period),
                matter=matter or _to_check(Tax.VAT),
            ),
        ),
        report_on=work.times.calendar.add_days(subject.today, limit).on,
        amounts=tuple(
            AdvisedAmount(
                tax=Tax(row.tax).zh,
                period=period(row.period),
                declared=row.declared,
                recomputed=row.recomputed,
                difference=row.recomputed - row.declared,
            )
            for row in rows
        ),
    )


def _to_check(tax: Tax, *, differs: bool = False) -> str:
    """What to look through: that the tax itself is another one is said only where it is."""
    found = "核实的税额与申报的税额不一致，" if differs else ""
    return f"{found}请核对{_TO_CHECK.get(tax, _ANY_TO_CHECK)}，查明差额并更正"


def _from(subject: Subject, asked: Json) -> date:
    """The first day of a visit: what was agreed to later than planned begins with the paper."""
    return max(day(asked["visit_from"]), subject.today)


def certified(subject: Subject, asked: Json) -> tuple[Officer, ...]:
    """The two officers with the certificates that the application names for the visit."""
    named = {row["row"]: row["certificate_number"] for row in asked["officers"]}
    return tuple(
        Officer(
            name=user.name,
            certificate=named.get(str(user.id), user.certificate or ""),
            post="税收管理员",
        )
        for user in (subject.main, subject.second)
        if user is not None
    )


def _invoice_limit(subject: Subject) -> InvoiceStop:
    proposed = subject.answers("zf_classification")
    return InvoiceStop(
        head=subject.head,
        addressee=subject.addressee,
        contact=subject.contact,
        is_abnormal=False,
        scope=proposed["stop_scope"],
        stop_from=max(day(proposed["stop_from"]), subject.today),
        limit=int(proposed["limit_quantity"]),
    )


def period(month: int) -> str:
    """A tax period as papers write it: ``2009年12月``."""
    year, part = divmod(month, 100)
    return f"{year}年{part}月" if part else f"{year}年"


def months(first: int, last: int) -> str:
    """The tax periods from one to another as papers write them: ``2009年1月至2009年12月``."""
    return period(first) if first == last else f"{period(first)}至{period(last)}"


def period_as_typed(text: str) -> str:
    """A tax period of a form in the words of papers: ``2009-11``, ``2009-Q4``, ``2009-Y``."""
    found = _TYPED.fullmatch(text.strip())
    if found is None:
        return text
    year, month, quarter = found["year"], found["month"], found["quarter"]
    if month:
        return period(int(year + month))
    return f"{year}年第{quarter}季度" if quarter else f"{year}年"


MAKERS: Mapping[PaperKind, Callable[[Subject], PaperData]] = {
    PaperKind.INQUIRY_LETTER: inquiry_letter,
    PaperKind.INTERVIEW_NOTICE: interview_notice,
    PaperKind.ONSITE_NOTICE: onsite_notice,
    PaperKind.INSPECTION_NOTICE: inspection_notice,
    PaperKind.SELF_CHECK_NOTICE: self_check_notice,
    PaperKind.INVOICE_STOP: invoice_stop,
}
