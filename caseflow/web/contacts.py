"""Telephone and identity numbers on pages: in full for whom the policy says, else masked."""

from __future__ import annotations

from sqlalchemy.orm import Session

from caseflow import policy
from caseflow.masking import masked
from caseflow.models import Taxpayer
from caseflow.policy import Unmasked
from caseflow.reads import cases as case_reads
from caseflow.reads import file_reads
from caseflow.services.file_reads import Thing
from caseflow.vocabulary import Reading, TaskStatus
from caseflow.web import readings
from caseflow.web.house import actor


def unmasked_for(shown: case_reads.Page) -> Unmasked | None:
    """Why whoever is asking reads the numbers of a case's household in full, if so."""
    return policy.reads_numbers(
        actor(),
        administrator_id=shown.taxpayer.administrator_id if shown.taxpayer else None,
        forms_held=[step.form_key for step in _held(shown)],
    )


def in_full(taxpayer: Taxpayer) -> bool:
    """Whether whoever is asking reads the numbers of a household in full, apart from any case."""
    why = policy.reads_numbers(actor(), administrator_id=taxpayer.administrator_id)
    return why is not None


def phone_of(taxpayer: Taxpayer) -> str | None:
    """A household's telephone number as whoever is asking sees it."""
    return _said(taxpayer.phone, is_whole=in_full(taxpayer))


def tin_of(taxpayer: Taxpayer) -> str:
    """A household's tax number as whoever is asking sees it."""
    return policy.tin_for(actor(), taxpayer)


def tin_in(shown: case_reads.Page) -> str | None:
    """The tax number of a case's household, in full while a step needs it."""
    if shown.taxpayer is None:
        return None
    forms = [step.form_key for step in _held(shown)]
    return policy.tin_for(actor(), shown.taxpayer, forms_held=forms)


def phone_in(shown: case_reads.Page) -> str | None:
    """The telephone number of a case's household, in full while a step needs it."""
    phone = shown.taxpayer.phone if shown.taxpayer else None
    return _said(phone, is_whole=unmasked_for(shown) is not None)


def to_note(session: Session, shown: case_reads.Page) -> Thing | None:
    """The step for which numbers are shown in full, unless that is on today's record already."""
    if unmasked_for(shown) is not Unmasked.STEP:
        return None
    if file_reads.is_noted(session, actor(), shown.case.id, Reading.CONTACTS):
        return None
    return Thing("task", _held(shown)[0].id)


def note(case_id: int, thing: Thing | None) -> None:
    """Put on the reader's record that numbers were shown in full for a step."""
    if thing is not None:
        readings.note(case_id, Reading.CONTACTS, thing)


def _said(phone: str | None, *, is_whole: bool) -> str | None:
    return phone if is_whole or phone is None else masked(phone)


def _held(shown: case_reads.Page) -> list[case_reads.Step]:
    return [
        step
        for step in shown.steps
        if step.status is TaskStatus.OPEN
        and step.assignee is not None
        and step.assignee.id == actor().user_id
        and step.form_key in policy.CONTACT_FORMS
    ]
