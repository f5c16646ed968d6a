"""What a step's form offers from the case: people, sections, doubts, given rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from functools import partial
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from caseflow import added_doubts, assessed, clock, duty_lines, missed_periods, policy
from caseflow.detection.wording import ALWAYS_DONE
from caseflow.models import (
    Answer,
    AssessedAmount,
    Attachment,
    Case,
    IndicatorVersion,
    Post,
    Recusal,
    Task,
    Taxpayer,
    TaxWarning,
    Unit,
    User,
)
from caseflow.reads import (
    correction_choices,
    directive_choices,
    duty_choices,
    request_choices,
    third_party_batches,
    transfer_choices,
    zero_filing_batches,
)
from caseflow.reads.offers import Offer
from caseflow.vocabulary import CaseKind, Role, UnitLevel, returns
from caseflow.vocabulary.choices import AgreeRefuse, Tax
from caseflow.vocabulary.choices.abnormal import AbSource
from caseflow.vocabulary.choices.campaigns import HouseholdMark
from caseflow.vocabulary.choices.third_party import MARK_ROW, Variant, variant_of
from caseflow.vocabulary.choices.zero_filing import SiteItem, VisitReason, ZeroFilingCheck


def offers(
    session: Session, case: Case, wanted: str, task_id: int | None = None
) -> tuple[Offer, ...]:
    """The choices or rows of one name; none of an unknown name.

    A directive runs through many units: its steps are offered what is of their own.
    """
    found = _SOURCES.get(wanted)
    if found is None:
        return tuple(directive_choices.offers(session, case, wanted, task_id))
    return tuple(found(session, case))


def default_values(
    session: Session, case: Case, form_key: str, task_id: int | None = None
) -> dict[str, Any]:
    """What a fresh form begins with: the responsible people, or what was handed in before."""
    if case.kind == CaseKind.DR:
        return directive_choices.default_values(session, case, form_key, task_id)
    if form_key == "wv_dispatch":
        return {"section": str(case.section_id), "priority": "normal"}
    if form_key == "oc_dispatch":
        return {"section": str(case.section_id)}
    taxpayer = session.get(Taxpayer, case.taxpayer_id or 0)
    if form_key in _ASSIGNING and taxpayer is not None and taxpayer.administrator_id:
        return {"main_officer": str(taxpayer.administrator_id)}
    if form_key == "wv_approval":
        return _proposed_stop(session, case)
    first = _FIRST.get(form_key)
    begun = first(session, case) if first else _PROPOSED.get(form_key, {})
    return begun | _handed_in_before(session, case, form_key)


_FIRST = {**duty_choices.FIRST, **transfer_choices.FIRST, **correction_choices.FIRST}


def _proposed_stop(session: Session, case: Case) -> dict[str, Any]:
    """The terms of an invoice stop as proposed; whether it comes is for the leader to say."""
    proposed = _handed_in_before(session, case, "zf_classification")
    return {name: proposed[name] for name in _STOP_TERMS if proposed.get(name)}


_STOP_TERMS = ("stop_ground", "stop_scope", "stop_from")
# What a form proposes to say before anybody has written it.
_PROPOSED: Mapping[str, dict[str, Any]] = {
    "zb_list": {"sample_rate": 20},
    "zf_cancellation_notice": {
        "matter": "经核实，你单位已停止生产经营，且不再恢复经营，尚未办理注销税务登记。",
        "requirement": "请自收到本通知之日起 15 日内，按照《中华人民共和国税收征收管理法实施细则》"
        "第十五条的规定，向我局申请办理注销税务登记。",
    },
}


# Forms that name the officers of a case.
_ASSIGNING = frozenset({"oc_assign", "ti_assign", "wv_assign"})
# Forms that go on from earlier answers of the case: whose, and what is asked anew. Decisions,
# results and signatures are always asked anew.
_GOES_ON: Mapping[str, tuple[str, frozenset[str]]] = {
    "wv_desk_check": ("wv_desk_check", frozenset({"next_step"})),
    "wv_conclusion": ("wv_conclusion", frozenset()),
    "wv_correction": ("wv_correction", frozenset()),
    "dc_request": ("dc_request", frozenset({"recusal"})),
    "rq_request": ("rq_request", frozenset()),
    "rq_preparation": ("rq_preparation", frozenset({"preparation_result", "package"})),
    "pn_investigation": ("pn_investigation", frozenset({"proposal"})),
    "ti_proposal": ("ti_proposal", frozenset({"recusal"})),
    "ti_handover": ("ti_handover", frozenset({"pages_checked", "handed_on"})),
    "ti_acceptance": ("ti_acceptance", frozenset({"recusal", "source_answer"})),
    "ti_supply": ("ti_supply", frozenset()),
    "ti_registration": ("ti_registration", frozenset()),
    "oc_compliance": ("oc_compliance", frozenset({"compliance_next"})),
    "oc_conclusion": ("oc_conclusion", frozenset()),
    "wv_inquiry": (
        "wv_inquiry",
        frozenset({"called_at", "contact_result", "answer", "files", "next_step"}),
    ),
    "wv_interview_application": ("wv_interview_application", frozenset()),
    "wv_interview_approval": ("wv_interview_application", frozenset({"reason"})),
    "wv_interview_record": ("wv_interview_record", frozenset({"signature", "signature_note"})),
    "wv_onsite_application": ("wv_onsite_application", frozenset()),
    "wv_onsite_record": ("wv_onsite_record", frozenset({"next_step"})),
    "ta_desk_review": ("ta_desk_review", frozenset({"next_step"})),
    "ta_risk_notice": ("ta_risk_notice", frozenset()),
    "ta_determination": (
        "ta_determination",
        frozenset({"determination_next", "next_step", "next_reason"}),
    ),
    "ta_panel_report": ("ta_panel_report", frozenset()),
    "ta_minutes": ("ta_minutes", frozenset()),
    "ta_execution_paper": ("ta_execution_paper", frozenset({"exec_paper", "term"})),
    "ta_report": ("ta_report", frozenset()),
    "tp_verification": ("tp_verification", frozenset({"next_step"})),
    "tp_authority_inquiry": ("tp_authority_inquiry", frozenset()),
    "tp_conclusion": ("tp_conclusion", frozenset()),
    "zb_list": ("zb_list", frozenset()),
    "zb_report": ("zb_report", frozenset()),
    "zf_desk": ("zf_desk", frozenset({"next_step"})),
    "zf_onsite_application": ("zf_onsite_application", frozenset()),
    "zf_onsite_record": ("zf_onsite_record", frozenset({"in_charge", "witness"})),
    "zf_classification": ("zf_classification", frozenset()),
    "zf_cancellation_notice": ("zf_cancellation_notice", frozenset()),
}


def _handed_in_before(session: Session, case: Case, form_key: str) -> dict[str, Any]:
    """The newest answers that a form goes on from, without what is asked anew."""
    earlier, anew = _GOES_ON.get(form_key, ("", frozenset()))
    found = session.scalar(
        select(Answer.content)
        .join(Task, Task.id == Answer.task_id)
        .where(Answer.case_id == case.id, Task.form_key == earlier)
        .order_by(Answer.id.desc())
        .limit(1)
    )
    return {name: value for name, value in (found or {}).items() if name not in anew}


def _sections(session: Session, case: Case) -> list[Offer]:
    rows = session.execute(
        select(Unit.id, Unit.name, Unit.name_en)
        .where(Unit.parent_id == case.district_id, Unit.level == UnitLevel.SECTION)
        .order_by(Unit.code)
    )
    return [Offer(str(row.id), row.name, row.name_en) for row in rows]


def _open_cases(session: Session, case: Case) -> list[Offer]:
    rows = session.execute(
        select(Case.id, Case.number, Case.kind)
        .where(
            Case.taxpayer_id == (case.taxpayer_id or 0),
            Case.id != case.id,
            Case.kind != case.kind,
            Case.closed_at.is_(None),
        )
        .order_by(Case.id)
    )
    return [
        Offer(str(row.id), f"{row.number} {row.kind.zh}", f"{row.number} {row.kind.en}")
        for row in rows
    ]


def _officers_of(session: Session, unit_id: int, *roles: Role, below: bool = False) -> list[Offer]:
    query = (
        select(User.id, User.name, User.name_en, Unit.name, Unit.name_en.label("unit_en"))
        .join(Post, Post.user_id == User.id)
        .join(Unit, Unit.id == Post.unit_id)
        .where(
            User.is_active,
            policy.held_today(),
            or_(Unit.id == unit_id, Unit.parent_id == unit_id) if below else Unit.id == unit_id,
        )
        .order_by(User.name_key, User.id)
        .distinct()
    )
    if roles:
        query = query.where(Post.role.in_(roles))
    columns = query.add_columns(User.name_key)
    return [
        Offer(str(row[0]), f"{row[1]}（{row[3]}）" if below else row[1], row[2])
        for row in session.execute(columns)
    ]


def _section_officers(session: Session, case: Case) -> list[Offer]:
    recused = set(session.scalars(select(Recusal.user_id).where(Recusal.case_id == case.id)))
    found = _officers_of(session, case.section_id, Role.TAX_ADMINISTRATOR)
    return [offer for offer in found if int(offer.key) not in recused]


def _district_officers(session: Session, case: Case) -> list[Offer]:
    found = _officers_of(session, case.district_id, *policy.COLLECTIVE_SEATS, below=True)
    officers = {str(case.main_officer_id), str(case.second_officer_id)}
    return [offer for offer in found if offer.key not in officers]


def _closing_reviewers(session: Session, case: Case) -> list[Offer]:
    """Holders of the reviewer post, chiefs of other sections and deputies, who did nothing here."""
    known = policy.case_now(session, case)
    acted = {each for step in known.steps for each in step.acted}
    officers = {case.main_officer_id, case.second_officer_id}
    roles = (Role.REVIEWER, Role.SECTION_CHIEF, Role.DISTRICT_DEPUTY)
    found = _officers_of(session, case.district_id, *roles, below=True)
    own = {offer.key for offer in _officers_of(session, case.section_id, *roles)}
    barred = {str(each) for each in acted | officers | known.recused} | own
    return [offer for offer in found if offer.key not in barred]


def _case_officers(session: Session, case: Case) -> list[Offer]:
    ids = [case.main_officer_id, case.second_officer_id]
    rows = session.execute(select(User.id, User.name, User.name_en).where(User.id.in_(ids)))
    people = {row.id: row for row in rows}
    roles = (("主办", "main officer"), ("协办", "second officer"))
    return [
        Offer(
            str(user_id),
            f"{role[0]} {people[user_id].name}",
            f"{role[1]} {people[user_id].name_en}",
        )
        for user_id, role in zip(ids, roles, strict=True)
        if user_id in people
    ]


def _doubts(session: Session, case: Case) -> list[Offer]:
    rows = session.execute(
        select(TaxWarning.id, TaxWarning.indicator, TaxWarning.period, IndicatorVersion.content)
        .join(IndicatorVersion, IndicatorVersion.id == TaxWarning.indicator_version_id)
        .where(TaxWarning.case_id == case.id)
        .order_by(TaxWarning.points.desc(), TaxWarning.severity.desc(), TaxWarning.id)
    )
    return [
        Offer(
            str(row.id),
            f"{row.indicator} {row.content.get('zh', '')} {_period(row.period)}",
            f"{row.indicator} {row.content.get('en', '')} {_period_en(row.period)}",
        )
        for row in rows
    ]


def _added_doubts(session: Session, case: Case) -> list[Offer]:
    """The doubts that the officers of an evaluation added, in their words."""
    return [
        Offer(
            each.row,
            f"{Tax(each.tax).zh} {each.period} {each.text}",
            f"{Tax(each.tax).en} {each.period} {each.text}",
        )
        for each in added_doubts.of_case(session, case)
    ]


def _told_doubts(session: Session, case: Case) -> list[Offer]:
    """Every doubt that a contact may be about."""
    return [*_doubts(session, case), *_added_doubts(session, case)]


def _doubts_of(variant: Variant, session: Session, case: Case) -> list[Offer]:
    """The doubts of one variant."""
    of_variant = {
        str(key)
        for key, code in session.execute(
            select(TaxWarning.id, TaxWarning.indicator).where(TaxWarning.case_id == case.id)
        )
        if variant_of(code) == variant
    }
    offers = [offer for offer in _doubts(session, case) if offer.key in of_variant]
    if variant is Variant.D4 and "mark" in case.facts:
        mark = HouseholdMark(case.facts["mark"])
        offers.append(Offer(MARK_ROW, f"专项清册：{mark.zh}", f"On a campaign's list: {mark.en}"))
    return offers


def _period(value: int) -> str:
    """A month 200908 as 2009 年 8 月; a year, 2009 or 200900, as 2009 年."""
    year, month = _year_and_month(value)
    return f"{year} 年 {month} 月" if month else f"{year} 年"


def _period_en(value: int) -> str:
    year, month = _year_and_month(value)
    return f"{date(year, month, 1):%b} {year}" if month else str(year)


def _year_and_month(value: int) -> tuple[int, int]:
    return divmod(value, 100) if value > date.max.year else (value, 0)


def _verification_steps(session: Session, case: Case) -> list[Offer]:
    rows = session.execute(
        select(TaxWarning.id, TaxWarning.indicator, IndicatorVersion.content)
        .join(IndicatorVersion, IndicatorVersion.id == TaxWarning.indicator_version_id)
        .where(TaxWarning.case_id == case.id)
        .order_by(TaxWarning.points.desc(), TaxWarning.severity.desc(), TaxWarning.id)
    )
    return [
        Offer(f"{row.id}:{step}", f"{row.indicator} {step} {zh}", f"{row.indicator} {step} {en}")
        for row in rows
        for step, zh, en in _steps(row.content)
    ]


def _steps(content: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """The prescribed steps of an indicator with their names, V01 always first."""
    yield ALWAYS_DONE
    zh, en = content.get("step_names", {}), content.get("step_names_en", {})
    for step in content.get("steps", ()):
        if step != ALWAYS_DONE[0]:
            yield step, zh.get(step, ""), en.get(step, "")


def _zero_filing_checks(session: Session, case: Case) -> list[Offer]:
    """The checks of every case of zero returns, then what its hits prescribe beside them."""
    found = {check.value: Offer(check.value, check.zh, check.en) for check in ZeroFilingCheck}
    for (content,) in session.execute(
        select(IndicatorVersion.content)
        .join(TaxWarning, IndicatorVersion.id == TaxWarning.indicator_version_id)
        .where(TaxWarning.case_id == case.id)
        .order_by(TaxWarning.id)
    ):
        zh, en = content.get("step_names", {}), content.get("step_names_en", {})
        for step in content.get("steps", ()):
            found.setdefault(step, Offer(step, zh.get(step, ""), en.get(step, "")))
    return [Offer(key, f"{key} {each.zh}", f"{key} {each.en}") for key, each in found.items()]


def _site_items(_session: Session, _case: Case) -> list[Offer]:
    return [Offer(item.value, item.zh, item.en) for item in SiteItem]


def _visit_decisions(_session: Session, case: Case) -> list[Offer]:
    """What a chief may decide on a visit; one that is required is not refused."""
    may_refuse = case.facts.get("visit_reason") == VisitReason.NONE
    offered = AgreeRefuse if may_refuse else (AgreeRefuse.AGREE,)
    return [Offer(each.value, each.zh, each.en) for each in offered]


def _amounts_due(session: Session, case: Case) -> list[Offer]:
    rows = session.scalars(
        select(AssessedAmount)
        .where(AssessedAmount.case_id == case.id)
        .order_by(AssessedAmount.tax, AssessedAmount.period)
    ).all()
    surcharges = assessed.surcharges(rows, clock.today())
    return [
        Offer(
            str(row.id),
            f"{Tax(row.tax).zh} {_period(row.period)} 应补 {due:,.2f} 元",
            f"{Tax(row.tax).en} {_period_en(row.period)} due CNY {due:,.2f}",
            f"；今日缴清，滞纳金 {surcharge:,.2f} 元",
            f"; with surcharge of CNY {surcharge:,.2f} if paid today",
        )
        for row, due, surcharge in zip(rows, assessed.to_pay(rows), surcharges, strict=True)
    ]


def _attachments(session: Session, case: Case) -> list[Offer]:
    rows = session.execute(
        select(Attachment.id, Attachment.name, Attachment.uploaded_at, Task.name, Task.name_en)
        .outerjoin(Task, Task.id == Attachment.task_id)
        .where(Attachment.case_id == case.id, Attachment.removed_at.is_(None))
        .order_by(Attachment.id)
    )
    return [
        Offer(
            str(file_id),
            f"{name}（{step or '—'} {_stamp(at)}）",
            f"{name} ({step_en or '—'} {_stamp(at)})",
        )
        for file_id, name, at, step, step_en in rows
    ]


def _stamp(at: datetime) -> str:
    return f"{at.astimezone(clock.BUREAU_ZONE):%m-%d %H:%M}"


def _duty_lines(session: Session, case: Case) -> list[Offer]:
    """One row for each doubt or duty not met; without doubts, for the case before."""
    return _doubts(session, case) or [_origin(session, case)]


def _transferred_doubts(session: Session, case: Case) -> list[Offer]:
    """One row for each doubt, also in an officer's words; without any, for the case before."""
    return _told_doubts(session, case) or [_origin(session, case)]


def _ordered_lines(session: Session, case: Case) -> list[Offer]:
    ordered = duty_lines.ordered(case.facts.get("duty_lines", {}))
    return [offer for offer in _duty_lines(session, case) if offer.key in ordered]


def _origin(session: Session, case: Case) -> Offer:
    number = session.scalar(select(Case.number).where(Case.id == case.facts.get("origin_case")))
    return Offer(duty_lines.ORIGIN, f"来源任务 {number or '—'}", f"from case {number or '—'}")


def _return_steps(session: Session, case: Case) -> list[Offer]:
    del session
    return [Offer(step.to.value, step.zh, step.en) for step in returns.of(case.kind)]


def _missed_periods(session: Session, case: Case) -> list[Offer]:
    periods = missed_periods.of_case(session, case)
    return [Offer(str(at), *_period_named(each)) for at, each in enumerate(periods)]


def _period_named(period: Mapping[str, Any]) -> tuple[str, str]:
    """A missed period with its tax, where the order names it."""
    if not period.get("tax"):
        return period["period"], period["period"]
    tax = Tax(period["tax"])
    return f"{tax.zh} {period['period']}", f"{tax.en} {period['period']}"


def _abnormal_sources(session: Session, case: Case) -> list[Offer]:
    del session, case
    return [Offer(source.value, source.zh, source.en) for source in AbSource]


_SOURCES: Mapping[str, Callable[[Session, Case], list[Offer]]] = {
    "sections": _sections,
    "open_cases": _open_cases,
    "section_officers": _section_officers,
    "district_officers": _district_officers,
    "closing_reviewers": _closing_reviewers,
    "case_officers": _case_officers,
    "doubts": _doubts,
    "added_doubts": _added_doubts,
    "told_doubts": _told_doubts,
    **{f"doubts_{each.value}": partial(_doubts_of, each) for each in Variant},
    "verification_steps": _verification_steps,
    "amounts_due": _amounts_due,
    "zero_filing_checks": _zero_filing_checks,
    "site_items": _site_items,
    "visit_decisions": _visit_decisions,
    "attachments": _attachments,
    "duty_lines": _duty_lines,
    "transferred_doubts": _transferred_doubts,
    "ordered_lines": _ordered_lines,
    "penalty_acts": duty_choices.penalty_acts,
    "fined_acts": duty_choices.fined_acts,
    "hearing_chairs": _district_officers,
    "return_steps": _return_steps,
    "missed_periods": _missed_periods,
    "abnormal_sources": _abnormal_sources,
    **correction_choices.SOURCES,
    **request_choices.SOURCES,
    **zero_filing_batches.SOURCES,
    **third_party_batches.SOURCES,
}
