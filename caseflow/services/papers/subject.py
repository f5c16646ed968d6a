"""What a paper is about: the case with its people, taxpayer and earlier answers."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select

from caseflow import documents
from caseflow.documents import Addressee, Contact, Head, Officer, Paper
from caseflow.models import Answer, Task, Taxpayer, Unit, User
from caseflow.models.base import Json
from caseflow.services import record
from caseflow.services.work import Work
from caseflow.vocabulary import Role

# How much of a hash a person compares by eye.
_SHOWN = 12

# A number that an officer typed before a line: "1." (but no "1.5"), "2、", "一、", "（1）", "(三)".
_NUMBERED = re.compile(
    r"^(?:[（(]\s*(?:\d{1,2}|[一二三四五六七八九十]{1,3})\s*[）)]"
    r"|\d{1,2}\s*(?:[、．)）]|\.(?!\d))|[一二三四五六七八九十]{1,3}\s*[、．.])\s*"
)


@dataclass(frozen=True)
class Subject:
    """
    A case as its papers need it; ``number`` is set once the paper has one.

    ``by_office``: a tax office issues the paper under its own seal, not the district.
    """

    work: Work
    taxpayer: Taxpayer
    district: Unit
    section: Unit
    main: User | None
    second: User | None
    number: str = ""
    by_office: bool = False

    @classmethod
    def of(cls, work: Work) -> Subject:
        """Load what papers name."""
        get = work.session.get
        case = work.case
        return cls(
            work=work,
            taxpayer=work.session.get_one(Taxpayer, case.taxpayer_id),
            district=work.session.get_one(Unit, case.district_id),
            section=work.session.get_one(Unit, case.section_id),
            main=get(User, case.main_officer_id) if case.main_officer_id else None,
            second=get(User, case.second_officer_id) if case.second_officer_id else None,
        )

    def numbered(self, number: str) -> Subject:
        """The same subject under the number it was given."""
        return replace(self, number=number)

    def issuing(self, paper: Paper) -> Subject:
        """The same subject for a kind of paper: an office issues what its head alone signs."""
        is_own = paper.is_outward and paper.signs == (Role.SECTION_CHIEF,)
        return replace(self, by_office=is_own and self.section.is_tax_office)

    @property
    def agency_word(self) -> str:
        """The agency word of the bureau that issues; a tax office adds its name."""
        word = self.district.agency_word or documents.agency_word(self.district.code)
        return word + (self.section.short_name if self.by_office else "")

    @property
    def today(self) -> date:
        """The date of the paper: the day of approval."""
        return self.work.times.today

    @property
    def head(self) -> Head:
        """What every paper carries."""
        return Head(
            agency=self.district.name + (self.section.name if self.by_office else ""),
            dated_on=self.today,
            case_number=self.work.case.number,
            number=self.number,
            trace=self._trace,
        )

    @property
    def _trace(self) -> str:
        """The last act on record before this one, which itself names the paper by its hash."""
        last = record.head(self.work.session, f"case:{self.work.case.id}")
        return "" if last is None else f"{last.seq}-{last.hash[:_SHOWN].upper()}"

    @property
    def addressee(self) -> Addressee:
        """The taxpayer."""
        payer = self.taxpayer
        return Addressee(name=payer.name, tin=payer.tin, address=payer.address)

    @property
    def contact(self) -> Contact:
        """Whom the taxpayer may ask."""
        name = self.main.name if self.main else self.section.name
        return Contact(unit=self.section.name, name=name)

    @property
    def officers(self) -> tuple[Officer, ...]:
        """Main and second officer with their certificates."""
        return tuple(
            Officer(name=user.name, certificate=user.certificate or "", post="税收管理员")
            for user in (self.main, self.second)
            if user is not None
        )

    def answers(self, form_key: str) -> Json:
        """The newest answers of a form in this case: those being handed in, else the stored."""
        task = self.work.task
        if task is not None and task.form_key == form_key:
            return self.work.answers or {}
        found = self.work.session.scalar(
            select(Answer.content)
            .join(Task, Task.id == Answer.task_id)
            .where(Answer.case_id == self.work.case.id, Task.form_key == form_key)
            .order_by(Answer.id.desc())
            .limit(1)
        )
        return found or {}


def lines(text: str | None) -> tuple[str, ...]:
    """What was typed line by line, without numbers in front: papers number their lines."""
    found = (_NUMBERED.sub("", line.strip(), count=1) for line in (text or "").splitlines())
    return tuple(line for line in found if line)
