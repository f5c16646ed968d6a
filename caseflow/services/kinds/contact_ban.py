"""What a section may not do about doubts that are with the inspection bureau 移送期间禁止接触.

From the opening of a transfer no interview, letter, self-check notice or visit is begun about its
periods in another case of the taxpayer; from the signed acceptance until the final feedback no
contact at all, but for visits that the inspection bureau has asked for in writing. Steps that only
write down what has taken place stay free.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import added_doubts, clock
from caseflow.models import Case, FormerDoubt, TaxWarning
from caseflow.models.base import Json
from caseflow.services.kinds.desk import Desk, refuse
from caseflow.vocabulary import CaseKind


@dataclass(frozen=True, slots=True)
class _Contact:
    """A form that begins a contact: the field that says so, and with which words; none: always."""

    field: str
    words: frozenset[str] = frozenset()
    # Of visits only: they are free once the inspection bureau has asked for one in writing.
    is_visit: bool = False

    def begins(self, answers: Json) -> bool:
        """Whether these answers begin a contact."""
        return not self.words or answers.get(self.field) in self.words


def _when(field: str, *words: str) -> _Contact:
    return _Contact(field, frozenset(words))


def _visit(field: str, *words: str) -> _Contact:
    return _Contact(field, frozenset(words), is_visit=True)


# Refused from the opening of the transfer.
_CONTACTS: Mapping[str, _Contact] = {
    "wv_inquiry": _when("inquiry_method", "letter"),
    "wv_letter_signature": _when("letter_signature", "sign"),
    "wv_letter_service": _when("letter_service", "served"),
    "wv_interview_application": _when("doubts"),
    "wv_interview_approval": _when("interview_approval", "agree", "amend"),
    "wv_interview_notice": _when("interview_at"),
    "wv_postponement": _when("postponement_decision", "agree"),
    "wv_onsite_application": _visit("doubts"),
    "wv_onsite_approval": _visit("onsite_approval", "agree"),
    "wv_books_approval": _visit("books_approval", "agree"),
    "zf_onsite_application": _visit("places"),
    "zf_onsite_approval": _visit("onsite_approval", "agree"),
    "ab_onsite_application": _visit("place"),
    "ta_risk_notice": _when("doubts"),
    "ta_notice_signature": _when("paper_signature", "sign"),
    "ta_execution_paper": _when("exec_paper", "self_check_notice", "advice_opinion"),
}
# Services are of many papers: only these are of contacts.
_VISIT_SERVED = "serve_visit_notice"
_SERVED = frozenset({"serve_notice", _VISIT_SERVED, "serve_self_check"})
# Refused besides from the acceptance by the inspection bureau.
_ANY_CONTACT: Mapping[str, _Contact] = {"wv_inquiry": _when("inquiry_method")}
_NOTICE = "wv_notice_service"
_FORMS = frozenset({*_CONTACTS, _NOTICE})
# The fact of an open evaluation that row 1 or 2 of its exclusions holds by now, and which.
BARRED = "contact_barred"
# Facts of a transfer: the signed result ends the ban, a written request frees visits.
_RESULT = "inspection_closed_at"
_VISIT_ASKED = "contact_asked_at"


def require_free(desk: Desk, answers: Json) -> None:
    """Refuse a step that begins a contact about what is transferred to inspection.

    Raises:
        Invalid: with the number of the transfer and the day since which the ban holds; or that a
            higher level assesses the household.
    """
    if desk.task.form_key not in _FORMS or desk.case.kind == CaseKind.TI:
        return
    if desk.case.facts.get(BARRED) == "higher_assessment":
        contact = _contact_of(desk, is_accepted=True)
        if contact is not None and contact.begins(answers):
            refuse(contact.field, "contact_barred_higher")
        return
    transfer = _transfer_of(desk.session, desk.case)
    if transfer is None or _RESULT in transfer.facts:
        return
    accepted_at = transfer.facts.get("source_accepted_at")
    contact = _contact_of(desk, is_accepted=accepted_at is not None)
    if contact is None or not contact.begins(answers):
        return
    if contact.is_visit and _VISIT_ASKED in transfer.facts:
        return
    if not overlap(periods_of(desk.session, desk.case), periods_of(desk.session, transfer)):
        return
    code = "contact_ban_accepted" if accepted_at else "contact_ban"
    since = datetime.fromisoformat(accepted_at) if accepted_at else transfer.opened_at
    refuse(contact.field, code, number=transfer.number, since=clock.local_date(since))


def is_with_inspection(session: Session, taxpayer_id: int | None, periods: set[int] | None) -> bool:
    """Whether the inspection bureau has accepted a transfer about one of these periods.

    None: about any period.
    """
    open_transfers = select(Case).where(
        Case.taxpayer_id == taxpayer_id, Case.kind == CaseKind.TI, Case.closed_at.is_(None)
    )
    return any(
        "source_accepted_at" in transfer.facts
        and _RESULT not in transfer.facts
        and (periods is None or overlap(periods, periods_of(session, transfer)))
        for transfer in session.scalars(open_transfers)
    )


def periods_of(session: Session, case: Case) -> set[int]:
    """The periods of a case's doubts, added ones and those that went on too; else its own."""
    of_case = select(TaxWarning.period).where(TaxWarning.case_id == case.id)
    went_on = (
        select(TaxWarning.period)
        .join(FormerDoubt, FormerDoubt.warning_id == TaxWarning.id)
        .where(FormerDoubt.case_id == case.id)
    )
    added = (months_of(doubt.period) for doubt in added_doubts.of_case(session, case))
    return set(session.scalars(of_case.union(went_on))).union(*added) or {case.period}


def months_of(written: str) -> set[int]:
    """A tax period as forms write it: its month, the months of its quarter, or its year.

    >>> sorted(months_of("2009-Q4")), months_of("2009-11"), months_of("2009-Y")
    ([200910, 200911, 200912], {200911}, {2009})
    """
    year, _, rest = written.partition("-")
    if rest == "Y":
        return {int(year)}
    if rest.startswith("Q"):
        last = int(rest[1:]) * 3
        return {int(year) * 100 + month for month in range(last - 2, last + 1)}
    return {int(year) * 100 + int(rest)}


def _contact_of(desk: Desk, *, is_accepted: bool) -> _Contact | None:
    form_key = desk.task.form_key
    if form_key == _NOTICE:
        served = _visit if desk.element == _VISIT_SERVED else _when
        return served("method") if desk.element in _SERVED else None
    first = _ANY_CONTACT if is_accepted else _CONTACTS
    return first.get(form_key) or _CONTACTS[form_key]


def _transfer_of(session: Session, case: Case) -> Case | None:
    return session.scalar(
        select(Case).where(
            Case.taxpayer_id == case.taxpayer_id,
            Case.kind == CaseKind.TI,
            Case.closed_at.is_(None),
        )
    )


def overlap(first: set[int], second: set[int]) -> bool:
    """Whether two sets of periods meet: a year, 2009 or 200900, meets each of its months."""
    return any(_meet(one, other) for one in first for other in second)


def _meet(one: int, other: int) -> bool:
    (year, month), (other_year, other_month) = _parts(one), _parts(other)
    return year == other_year and (month == other_month or not month or not other_month)


def _parts(period: int) -> tuple[int, int]:
    return divmod(period, 100) if period > 9999 else (period, 0)  # noqa: PLR2004 - a bare year
