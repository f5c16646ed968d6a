"""Papers of the catalogue, filled in from a case by what the catalogue declares of each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import cached_property
from string import Formatter

from sqlalchemy import func, select

from caseflow import clock, documents
from caseflow.documents import Answer, Opinion, Pair, Paper, PaperKind, Sheet, SheetPart
from caseflow.documents.catalogue.shapes import (
    Column,
    Facts,
    Field,
    Given,
    Grid,
    Items,
    Part,
    Say,
    Shape,
    Source,
    Talk,
    Text,
    Words,
)
from caseflow.engine.forms import FieldSpec
from caseflow.models import Document
from caseflow.models.base import Json
from caseflow.services import signers
from caseflow.services.papers import given, issued, told
from caseflow.services.papers.subject import Subject, lines
from caseflow.services.papers.told import IN_TABLES, Handed, Value, Wording
from caseflow.vocabulary import DocumentStatus, Invalid, decisions

_TO_A_TAXPAYER = frozenset({Shape.NOTICE, Shape.RECORD})
_BY_LETTER = frozenset({Shape.NOTICE, Shape.LETTER, Shape.PUBLIC})
_SIGNED_BY_LEVELS = frozenset({Shape.SHEET, Shape.REPORT})
# Where a form keeps what was said with a decision, and what is no matter of the paper.
_OPINIONS = ("opinion", "decision_text", "reason", "note")
_ASKING = re.compile(r"^(?:写明|填写|选择|说明|[是有][否无](?:有)?下列)")
_IS_DECISION = re.compile(r"(?:^|_)(?:decision|signature|approval)$")


def sheet(subject: Subject, paper: Paper, arguments: Mapping[str, object]) -> Sheet:
    """Fill in a paper: what the drawing tells, what was answered, what the case knows.

    Raises:
        Invalid: something is missing without which the paper is not issued.
    """
    filling = _Filling(subject, paper, arguments)
    filling.require()
    opening = filling.texts(paper.opening)
    parts = [part for each in paper.parts if not (part := filling.part(each)).is_empty]
    if not parts and not opening:
        raise Invalid("document_nothing_to_say", paper=paper.kind)
    to_taxpayer = paper.shape in _TO_A_TAXPAYER
    return Sheet(
        head=subject.head,
        parts=tuple(parts),
        addressee=subject.addressee if to_taxpayer and subject.taxpayer else None,
        office=filling.said("office") if paper.shape is Shape.LETTER else "",
        contact=subject.contact if paper.shape in _BY_LETTER else None,
        opening=opening,
        opinions=filling.opinions() if paper.shape in _SIGNED_BY_LEVELS else (),
        signatures=paper.signatures,
    )


class _Filling:
    """One paper on its way: what is known for its fields, and which were used."""

    def __init__(self, subject: Subject, paper: Paper, arguments: Mapping[str, object]) -> None:
        self.subject, self.paper, self.arguments = subject, paper, arguments
        self.fields = {field.key: field for field in paper.fields}
        # Of several units that answer side by side, only what this one said stands on its paper.
        self.steps = tuple(step for step in told.handed_in(subject) if _is_own(subject, step))
        self.wording = Wording(subject.work.session)
        self.used: set[str] = set()
        self.shown: set[str] = set()

    def require(self) -> None:
        """Refuse when something needed is missing, or there is nobody to write to."""
        if self.paper.shape is Shape.NOTICE and self.subject.taxpayer is None:
            raise Invalid("document_no_addressee", paper=self.paper.kind)
        for field in self.paper.fields:
            if field.is_required and not self.said(field.key):
                raise Invalid("document_field_missing", paper=self.paper.kind, field=field.zh)
        if self.paper.office_limit and self.subject.by_office:
            self._within_office(*self.paper.office_limit)

    def _within_office(self, key: str, most: Decimal) -> None:
        found = self._find(self.fields[key])
        if found is not None and Decimal(str(found.value)) > most:
            raise Invalid("document_over_office_limit", paper=self.paper.kind, most=f"{most:,}")

    def part(self, part: Part) -> SheetPart:
        """A part of the catalogue, filled in; empty when nothing is known for it."""
        match part:
            case Words():
                typed = tuple(line for key in part.keys for line in self._lines(key))
                return SheetPart(title=part.title, lines=typed + self.texts(part.texts))
            case Items():
                items = lines(self.said(part.key))
                return SheetPart(title=part.title, items=items)
            case Facts():
                return SheetPart(title=part.title, pairs=tuple(self._pairs(part.keys)))
            case Grid():
                return self._grid(part)
            case Talk():
                return SheetPart(title=part.title, answers=tuple(self._talk(part)))
            case Given():
                return self._given(part)

    def _given(self, part: Given) -> SheetPart:
        if part.source is Source.ANSWERS:
            return SheetPart(title=part.title, pairs=tuple(self._rest(part.without)))
        return given.part(self.subject, part.source, part.title)

    def texts(self, texts: tuple[Text, ...]) -> tuple[str, ...]:
        """The texts that hold on the day and whose fields are known."""
        day = self._law_day()
        told_of = (self._filled(each.text) for each in texts if each.since <= day <= each.until)
        return tuple(text for text in told_of if text)

    def said(self, key: str) -> str:
        """A field in words; empty when nothing is known."""
        field = self.fields.get(key) or Field(key=key, zh=key)
        found = self._find(field)
        if found is None:
            return self._default(field)
        return self.wording.written(found, field.say, key=key)

    def opinions(self) -> tuple[Opinion, ...]:
        """What those who sign this paper said, each step's newest, in order."""
        return tuple(self._opinion(step) for step in self._standing)

    def _find(self, field: Field | Grid | Talk) -> Value | None:
        names = (field.key, *field.also)
        self.used.update(names)
        return told.find(self.steps, names, self.arguments, self.subject.work.case.facts)

    def _default(self, field: Field) -> str:
        times = self.subject.work.times
        if field.limit not in times.values:
            return field.default
        amount = int(times.value(field.limit))
        if field.say is Say.DATE:
            due = times.calendar.add_days(self.subject.today, amount).on
            return self.wording.written(Value(due), Say.DATE)
        return str(amount)

    def _law_day(self) -> date:
        field = self.fields.get(self.paper.law_of)
        found = self._find(field) if field else None
        try:
            return date.fromisoformat(str(found.value)[:10]) if found else self.subject.today
        except ValueError:
            return self.subject.today

    def _filled(self, text: str) -> str:
        """A text with its names filled in; empty when one of them is not known."""
        written = []
        for words, name, _, _ in Formatter().parse(text):
            written.append(words)
            if name is None:
                continue
            value = self._named(name)
            if value is None:
                return ""
            written.append(value)
        return "".join(written)

    def _named(self, name: str) -> str | None:
        """What a name in braces stands for; ``?key`` for nothing, if the field says yes."""
        if name.startswith("?"):
            field = self.fields[name[1:]]
            found = self._find(field)
            return "" if found and told.is_yes(found.value) else None
        if name.startswith("paper."):
            kind = PaperKind(name.removeprefix("paper."))
            return issued.name(self.subject.work, kind) or None
        if name.startswith("words."):
            found = self._find(self.fields[name.removeprefix("words.")])
            return documents.amount_in_words(Decimal(str(found.value))) if found else None
        own = {
            "taxpayer": self.subject.taxpayer.name if self.subject.taxpayer else "",
            "tin": self.subject.taxpayer.tin if self.subject.taxpayer else "",
        }
        return own.get(name, self.said(name) if name not in own else "") or None

    def _lines(self, key: str) -> tuple[str, ...]:
        return tuple(line.strip() for line in self.said(key).splitlines() if line.strip())

    def _pairs(self, keys: tuple[str, ...]) -> Iterator[Pair]:
        for key in keys:
            value = self.said(key)
            if value or self.paper.is_blank:
                self.shown.add(self.fields[key].zh)
                yield Pair.of(self.fields[key].zh, value)

    def _grid(self, part: Grid) -> SheetPart:
        facts = self.subject.work.case.facts.get(part.key)
        rows = list(told.rows_of(self._find(part), facts))
        if not rows and part.each:
            rows = list(told.rows_of_each(self.steps, part.each, self._post))
        cells = tuple(
            tuple(
                self._cell(row, spec, column, is_first=at == 0)
                for at, column in enumerate(part.columns)
            )
            for row, spec in rows
        )
        return SheetPart(
            title=part.title,
            table=given.table(
                tuple(column.zh for column in part.columns),
                cells,
                widths=tuple(column.width for column in part.columns),
                figures=tuple(column.say in {Say.MONEY, Say.NUMBER} for column in part.columns),
                sums=self._sums(part, [row for row, _ in rows]),
            ),
        )

    def _cell(self, row: Json, fields: told.Fields, column: Column, *, is_first: bool) -> str:
        names = (column.key, *column.also, *(("",) if is_first else ()))
        name = next((each for each in names if not told.is_nothing(row.get(each))), None)
        if name is None:
            return ""
        found = Value(row[name], next((each for each in fields if each.key == name), None))
        return self.wording.written(found, column.say, key=column.key, manner=IN_TABLES)

    def _sums(self, part: Grid, rows: list[Json]) -> tuple[str, ...]:
        if not part.sums or len(rows) < 2:  # noqa: PLR2004 -- one row is its own sum
            return ()
        written = ["合计", *("" for _ in part.columns[1:])]
        for at, column in enumerate(part.columns):
            if column.key in part.sums:
                amount = sum((_figure(row, column) for row in rows), Decimal(0))
                written[at] = self.wording.written(Value(amount), column.say)
        return tuple(written)

    def _talk(self, part: Talk) -> Iterator[Answer]:
        for row, _ in told.rows_of(self._find(part), None):
            question, answer = row.get("question", ""), row.get("answer", "")
            if question or answer:
                yield Answer(question=str(question), answer=str(answer))

    @cached_property
    def _signing(self) -> list[Handed]:
        """The steps that sign this paper, newest first; without any the one with an opinion."""
        kinds = {kind.value for kind in (self.paper.kind, *self.paper.signed_as)}
        since = self._round_began()
        signing = [
            step
            for step in self._since_begun()
            if (step.signs in kinds or step.form_key in self.paper.signed_on)
            and (step.is_now or since is None or step.at > since)
        ]
        return signing or [
            step for step in self.steps if step.is_now and step.content.get("opinion")
        ]

    def _since_begun(self) -> Iterator[Handed]:
        """The steps from the newest that begins the paper anew on, newest first."""
        for step in self.steps:
            yield step
            if step.form_key == self.paper.begun_on:
                return

    def _round_began(self) -> datetime | None:
        """When the last paper of this kind was issued, if each is of a round of its own."""
        if not self.paper.is_of_a_round:
            return None
        return self.subject.work.session.scalar(
            select(func.max(Document.issued_at)).where(
                Document.case_id == self.subject.work.case.id,
                Document.kind == self.paper.kind.value,
                Document.status.in_([DocumentStatus.ISSUED, DocumentStatus.SERVED]),
            )
        )

    @cached_property
    def _posts(self) -> signers.Posts:
        """The posts of all who handed in a step, whichever of them the paper names."""
        ids = {step.signer_id for step in self.steps if step.signer_id is not None}
        return signers.posts_of(self.subject.work.session, ids)

    def _post(self, step: Handed) -> str:
        held = self._posts.get(step.signer_id or 0, ())
        return signers.zh_of(held, step.roles, clock.local_date(step.at))

    @cached_property
    def _standing(self) -> tuple[Handed, ...]:
        """What stands of the signing steps: each one's newest, in order, none that sent back."""
        own = self.paper.kind.value
        newest: dict[tuple[str, str], Handed] = {}
        for step in reversed(self._signing):
            if not step.is_by_member:
                # What members said of earlier minutes or of an earlier motion signs nothing now.
                newest = {
                    key: said
                    for key, said in newest.items()
                    if not key[1] or said.signs != step.signs
                }
            elif step.signs != own:
                # What a panel decides, who reviewed it before has not decided.
                newest = {
                    key: said
                    for key, said in newest.items()
                    if said.signs != own or said.is_by_officer
                }
            key = (step.step, step.person if step.is_by_member else "")
            newest.pop(key, None)
            # What is decided now stands on the paper that it makes, also when it refuses.
            if step.is_now or not decisions.sends_back(step.content):
                newest[key] = step
        return tuple(newest.values())

    def _opinion(self, step: Handed) -> Opinion:
        said = next((step.content[key] for key in _OPINIONS if step.content.get(key)), "")
        return Opinion(
            role=step.step,
            name=step.person,
            post=self._post(step),
            at=step.at,
            decision=self._decided(step) or "已签署",
            opinion=str(said),
        )

    def _decided(self, step: Handed) -> str:
        known = "、".join(term.zh for term in decisions.decided(step.content))
        if known or step.form is None:
            return known
        words = (
            self.wording.written(Value(step.content[spec.key], spec), Say.TEXT)
            for spec in step.form.answered()
            if _IS_DECISION.search(spec.key) and step.content.get(spec.key)
        )
        return next(words, "")

    def _rest(self, without: tuple[str, ...]) -> Iterator[Pair]:
        """What else the signing steps asked, with the labels of their forms as names."""
        seen = {*self.used, *without}
        for step in reversed(self._standing):
            for spec in step.form.answered() if step.form else ():
                value, name = step.content.get(spec.key), _name(spec.label)
                if spec.key in seen or told.is_nothing(value) or not _is_matter(spec):
                    continue
                if name in self.shown:
                    continue
                seen.add(spec.key)
                written = self.wording.written(Value(value, spec), _say(spec), key=spec.key)
                if written:
                    yield Pair.of(name, written)


def _is_own(subject: Subject, step: Handed) -> bool:
    """Whether a step is of the unit whose paper it is; what is done now always is."""
    unit = subject.unit
    return unit is None or step.is_now or step.unit_id == unit.id


def _is_matter(spec: FieldSpec) -> bool:
    """Whether an answer belongs on the paper: no decision, opinion, file, list or tie."""
    # Who declares a tie signs nothing: what is said on a paper that is issued is always "none".
    if spec.key in _OPINIONS or spec.key == "recusal" or _IS_DECISION.search(spec.key):
        return False
    return spec.type not in {"filepicker", "dynamiclist", "checkbox"} and not spec.is_routing


def _name(label: str) -> str:
    """A label that tells an officer what to do, as the name of what was answered."""
    return _ASKING.sub("", label, count=1) or label


def _say(spec: FieldSpec) -> Say:
    if spec.type == "datetime":
        return Say.DATE if spec.subtype == "date" else Say.MOMENT
    return Say.TEXT


def _figure(row: Json, column: Column) -> Decimal:
    for name in (column.key, *column.also):
        try:
            return Decimal(str(row[name]))
        except (KeyError, InvalidOperation):
            continue
    return Decimal(0)
