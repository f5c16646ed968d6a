"""What a paper is about: the case with its people, taxpayer and earlier answers."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import documents
from caseflow.documents import Addressee, Contact, Head, Officer, Paper
from caseflow.models import Answer, Task, Taxpayer, Unit, User
from caseflow.models.base import Json
from caseflow.services import record
from caseflow.services.work import Work
from caseflow.vocabulary import Invalid, Role, UnitLevel

_LEVELS = {
    Role.CITY_DIRECTOR: UnitLevel.CITY,
    Role.CITY_DEPUTY: UnitLevel.CITY,
    Role.DIVISION_CHIEF: UnitLevel.CITY,
    Role.POST_ANALYSIS: UnitLevel.CITY,
    Role.INSPECTOR: UnitLevel.INSPECTION,
}
# Those in whose name a paper goes out.
_HEADS = frozenset({*_LEVELS, Role.DISTRICT_DIRECTOR, Role.DISTRICT_DEPUTY, Role.SECTION_CHIEF})
_CITY_CODE = "00"
_INSPECTION_WORD = "大国税稽"

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

    ``by_office``: a tax office issues the paper under its own seal, not the district; ``issuer``:
    a bureau above or beside the district does. A case of many households has no taxpayer. ``unit``:
    of several that answer side by side, the one whose paper it is.
    """

    work: Work
    taxpayer: Taxpayer | None
    district: Unit
    section: Unit
    main: User | None
    second: User | None
    number: str = ""
    by_office: bool = False
    issuer: Unit | None = None
    unit: Unit | None = None
    seal: str = ""
    cancels: str = ""

    @classmethod
    def of(cls, work: Work) -> Subject:
        """Load what papers name."""
        get = work.session.get
        case = work.case
        return cls(
            work=work,
            taxpayer=get(Taxpayer, case.taxpayer_id) if case.taxpayer_id else None,
            district=work.session.get_one(Unit, case.district_id),
            section=work.session.get_one(Unit, case.section_id),
            main=get(User, case.main_officer_id) if case.main_officer_id else None,
            second=get(User, case.second_officer_id) if case.second_officer_id else None,
        )

    def numbered(self, number: str) -> Subject:
        """The same subject under the number it was given."""
        return replace(self, number=number)

    def issuing(self, paper: Paper) -> Subject:
        """The same subject for a kind of paper: whose head signs issues it, under its own seal."""
        by = _level(paper, self.work.task)
        office = paper.is_outward and by is Role.SECTION_CHIEF and self.section.is_tax_office
        subject = replace(self, by_office=office, issuer=_issuer(self.work.session, by))
        return replace(subject, seal=subject.agency if paper.is_sealed else "")

    def cancelling(self, paper: str) -> Subject:
        """The same subject for a paper that puts another one out of force."""
        return replace(self, cancels=paper)

    @property
    def household(self) -> Taxpayer:
        """The taxpayer, of a case that has one.

        Raises:
            Invalid: the case is of no single taxpayer.
        """
        if self.taxpayer is None:
            raise Invalid("document_no_taxpayer", case=self.work.case.number)
        return self.taxpayer

    @property
    def agency(self) -> str:
        """The bureau or tax office that issues, as it stands over and under the paper."""
        if self.issuer is not None:
            return self.issuer.name
        return self.district.name + (self.section.name if self.by_office else "")

    @property
    def agency_word(self) -> str:
        """The agency word of the bureau that issues; a tax office adds its name."""
        bureau = self.issuer or self.district
        if bureau.level is UnitLevel.INSPECTION and not bureau.agency_word:
            return _INSPECTION_WORD
        # A division issues in the name of the city bureau.
        code = _CITY_CODE if bureau.level is UnitLevel.DIVISION else bureau.code
        word = bureau.agency_word or documents.agency_word(code)
        return word + (self.section.short_name if self.by_office else "")

    @property
    def today(self) -> date:
        """The date of the paper: the day of approval."""
        return self.work.times.today

    @property
    def head(self) -> Head:
        """What every paper carries."""
        return Head(
            agency=self.agency,
            dated_on=self.today,
            case_number=self.work.case.number,
            number=self.number,
            trace=self._trace,
            seal=self.seal,
            cancels=self.cancels,
        )

    @property
    def _trace(self) -> str:
        """The last act on record before this one, which itself names the paper by its hash."""
        last = record.head(self.work.session, f"case:{self.work.case.id}")
        return "" if last is None else f"{last.seq}-{last.hash[:_SHOWN].upper()}"

    @property
    def addressee(self) -> Addressee:
        """The taxpayer."""
        payer = self.household
        return Addressee(name=payer.name, tin=payer.tin, address=payer.address)

    @property
    def contact(self) -> Contact:
        """Whom the taxpayer may ask."""
        return Contact(unit=self.section.name, name=self.main.name if self.main else "")

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


def _level(paper: Paper, task: Task | None) -> Role | None:
    """Whose paper it is: of the highest who may sign it, or of the step that signs it now."""
    if len(set(paper.signs) & _HEADS) == 1:
        return next(role for role in paper.signs if role in _HEADS)
    seats = {Role(role) for role in task.roles} if task else set()
    return next((role for role in paper.signs if role in seats), None)


def _issuer(session: Session, by: Role | None) -> Unit | None:
    """The city bureau or its inspection bureau, when theirs sign; none: the district's."""
    level = _LEVELS.get(by) if by else None
    if level is None:
        return None
    return session.scalars(
        select(Unit).where(Unit.level == level, Unit.valid_to.is_(None)).order_by(Unit.id).limit(1)
    ).first()


def lines(text: str | None) -> tuple[str, ...]:
    """What was typed line by line, without numbers in front: papers number their lines."""
    found = (_NUMBERED.sub("", line.strip(), count=1) for line in (text or "").splitlines())
    return tuple(line for line in found if line)
