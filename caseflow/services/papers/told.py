"""What was answered in a case, newest first, with the words of the forms it was answered on."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from caseflow import documents
from caseflow.clock import BUREAU_ZONE
from caseflow.documents.catalogue.shapes import Say
from caseflow.engine.forms import FieldSpec, FormSpec
from caseflow.lake import fields
from caseflow.models import Answer, Attachment, Task, Unit, User
from caseflow.models.base import Json
from caseflow.services import processes
from caseflow.services.papers import doubts
from caseflow.services.papers.outward import period_as_typed
from caseflow.services.papers.subject import Subject
from caseflow.services.work import Work
from caseflow.vocabulary import Outcome
from caseflow.vocabulary.choices import VOCABULARIES, Tax
from caseflow.vocabulary.choices.abnormal import AbSource

Manner = Mapping[Say, Callable[[object], str]]
Fields = tuple[FieldSpec, ...]

# Words that many forms use each in its own sense: read from those who work on the case alone.
_OF_THE_OFFICERS = frozenset({"reason", "reasons", "text", "note", "decision", "result", "kind"})
# Choices of a form that are people, by the name of what they are taken from.
_OF_PEOPLE = re.compile(r"(?:officers|reviewers|chairs|members|leaders|people|preparers)$")
_YES = ("是", "否")
_BY_MEMBERS = "collective_member"
# What opens a round of votes: those of an earlier one decide nothing.
_OPENS_VOTES = ("motion", "members")


@dataclass(frozen=True, slots=True)
class Handed:
    """One step that was handed in: what was answered, on which form, and who signed for it.

    ``signer_id`` is the person in whose name; ``is_by_member``: each member of a panel does it.
    """

    content: Json
    form: FormSpec | None
    signs: str
    step: str
    person: str
    roles: tuple[str, ...]
    at: datetime
    unit_id: int | None = None
    form_key: str = ""
    signer_id: int | None = None
    is_by_member: bool = False
    is_now: bool = False
    is_by_officer: bool = False

    def spec(self, key: str) -> FieldSpec | None:
        """The field of the form with that key."""
        return self.form.field(key) if self.form else None


@dataclass(frozen=True, slots=True)
class Value:
    """A value as it was answered, with its field if a form asked for it."""

    value: Any
    spec: FieldSpec | None = None


def handed_in(subject: Subject) -> tuple[Handed, ...]:
    """The steps of the case, newest first; the one being handed in leads."""
    work = subject.work
    process = processes.process_of(work.session, work.case.definition_id)

    def drawn(element: str, name: str) -> str:
        found = process.elements.get(element)
        return found.properties.get(name, "") if found else ""

    principal = aliased(User)
    rows = work.session.execute(
        select(Answer, Task, User.name, principal.name)
        .join(Task, Task.id == Answer.task_id)
        .outerjoin(User, User.id == Answer.user_id)
        .outerjoin(principal, principal.id == Answer.for_id)
        .where(Answer.case_id == work.case.id)
        .order_by(Answer.id.desc())
    )
    officers = {work.case.main_officer_id, work.case.second_officer_id}
    stored = tuple(
        Handed(
            content=answer.content,
            form=process.forms.get(task.form_key),
            signs=drawn(task.element, "signs"),
            step=task.name,
            person=f"{name} 代 {for_name}" if for_name else name or "",
            roles=tuple(task.roles),
            at=answer.at,
            unit_id=task.unit_id,
            form_key=task.form_key,
            signer_id=answer.for_id or answer.user_id,
            is_by_member=drawn(task.element, "relation") == _BY_MEMBERS,
            is_by_officer=answer.user_id in officers or answer.for_id in officers,
        )
        for answer, task, name, for_name in rows
    )
    task = work.task
    if task is None or work.answers is None:
        return stored
    now = Handed(
        content=work.answers,
        form=process.forms.get(task.form_key),
        signs=drawn(task.element, "signs"),
        step=task.name,
        person=signing(work),
        form_key=task.form_key,
        signer_id=work.actor.acting_for or work.actor.user_id,
        is_by_member=drawn(task.element, "relation") == _BY_MEMBERS,
        roles=tuple(task.roles),
        at=work.times.now,
        unit_id=task.unit_id,
        is_now=True,
        is_by_officer=True,
    )
    return (now, *stored)


def signing(work: Work) -> str:
    """Who signs now; a deputy in both names."""
    actor = work.actor
    if actor.acting_for is None:
        return actor.name
    return f"{actor.name} 代 {work.session.get_one(User, actor.acting_for).name}"


def find(
    steps: Iterable[Handed], names: Iterable[str], arguments: Mapping[str, object], facts: Json
) -> Value | None:
    """What is known under the first of some names: told by the drawing, answered, or stored."""
    wanted = tuple(names)
    for name in wanted:
        if not is_nothing(arguments.get(name)):
            return Value(arguments[name])
    for step in steps:
        for name in wanted:
            if name in _OF_THE_OFFICERS and not step.is_by_officer:
                continue
            if not is_nothing(step.content.get(name)):
                return Value(step.content[name], step.spec(name))
    for name in wanted:
        if not is_nothing(facts.get(name)):
            return Value(facts[name])
    return None


def is_nothing(value: object) -> bool:
    """Whether nothing was answered."""
    return value is None or value in ("", [], {})


def is_yes(value: object) -> bool:
    """Whether an answer says that something is so."""
    return not is_nothing(value) and value not in (False, "no", "none", "not_offered", "false")


class Wording:
    """How values are written on papers; names of people, units and files are looked up once."""

    def __init__(self, session: Session) -> None:
        """Look up in this session."""
        self._session = session

    def written(
        self, found: Value, say: Say, *, key: str = "", manner: Manner | None = None
    ) -> str:
        """A value in words: terms in Chinese, amounts grouped, dates as papers write them."""
        value, spec = found.value, found.spec
        if is_nothing(value):
            return ""
        if isinstance(value, bool):
            return _YES[0] if value else _YES[1]
        if isinstance(value, list | tuple):
            each = [self.written(Value(one, spec), say, key=key, manner=manner) for one in value]
            is_of_files = spec is not None and _is_file(spec)
            return "、".join(filter(None, doubts.counted(each) if is_of_files else each))
        if isinstance(value, Mapping):
            return self.written(Value(_named(value), None), say, key=key, manner=manner)
        if spec is not None and (word := self._word(spec, value)) is not None:
            return word
        return _plain(value, say, key=key, manner=manner)

    def _word(self, spec: FieldSpec, value: object) -> str | None:
        terms = VOCABULARIES.get(spec.vocabulary)
        if terms is not None and value in [term.value for term in terms]:
            return terms(value).zh
        for choice in spec.choices:
            if choice.value == str(value):
                return choice.zh
        source = spec.choices_key or ("attachments" if _is_file(spec) else "")
        look_up = _person if _OF_PEOPLE.search(source) else _NAMES.get(source)
        return look_up(self._session, value) if look_up else None


def _is_file(spec: FieldSpec) -> bool:
    return spec.type == "filepicker"


def _named(row: Mapping[str, Any]) -> object:
    return next((row[name] for name in ("name", "zh", "text") if row.get(name)), "")


def _plain(value: object, say: Say, *, key: str, manner: Manner | None) -> str:
    text = str(value).strip()
    if key == "tax" and text in [tax.value for tax in Tax]:
        return Tax(text).zh
    if key == "place" and text in [source.value for source in AbSource]:
        return AbSource(text).zh
    if key == "outcome" and text in [outcome.value for outcome in Outcome]:
        return Outcome(text).zh
    if key == "period":
        return period_as_typed(text)
    try:
        return (manner or IN_PROSE)[say](value)
    except (ValueError, InvalidOperation):
        return text


def _day(value: object) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value)[:10])


def _instant(value: object) -> datetime:
    at = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    return at.astimezone(BUREAU_ZONE) if at.tzinfo else at


def _long_day(value: object) -> str:
    return documents.day_in_words(_day(value))


def _long_moment(value: object) -> str:
    at = _instant(value)
    return f"{_long_day(at)}{at.hour}时" + (f"{at.minute}分" if at.minute else "")


def _money(value: object) -> str:
    return f"{Decimal(str(value)):,.2f}".replace("-", "−")


def _number(value: object) -> str:
    return f"{Decimal(str(value)).normalize():f}".replace("-", "−")


IN_PROSE: Manner = {
    Say.TEXT: lambda value: str(value).strip(),
    Say.DATE: _long_day,
    Say.MOMENT: _long_moment,
    Say.MONEY: _money,
    Say.NUMBER: _number,
}
IN_TABLES: Manner = {
    **IN_PROSE,
    Say.DATE: lambda value: f"{_day(value):%Y-%m-%d}",
    Say.MOMENT: lambda value: f"{_instant(value):%Y-%m-%d %H:%M}",
}


def _person(session: Session, value: object) -> str | None:
    found = session.get(User, int(str(value))) if str(value).isdigit() else None
    return found.name if found else None


def _unit(session: Session, value: object) -> str | None:
    found = session.get(Unit, int(str(value))) if str(value).isdigit() else None
    return found.name if found else None


def _field(_session: Session, value: object) -> str | None:
    found = fields.shipped().fields.get(str(value))
    return found.zh if found else None


def _file(session: Session, value: object) -> str | None:
    found = session.get(Attachment, int(str(value))) if str(value).isdigit() else None
    return doubts.titled(found.name) if found else None


_NAMES: Mapping[str, Callable[[Session, object], str | None]] = {
    "sections": _unit,
    "districts": _unit,
    "divisions": _unit,
    "units": _unit,
    "request_units": _unit,
    "request_fields": _field,
    "attachments": _file,
}


def rows_of_each(
    steps: Iterable[Handed], key: str, post_of: Callable[[Handed], str]
) -> Iterator[tuple[Json, Fields]]:
    """One row for each step of the newest round that answered a field, with who answered it."""
    newest: list[Handed] = []
    for step in steps:
        if not is_nothing(step.content.get(key)):
            newest.append(step)
        elif newest and any(step.content.get(name) for name in _OPENS_VOTES):
            break
    for step in reversed(newest):
        fields = tuple(step.form.answered()) if step.form else ()
        yield {**step.content, "member": step.person, "post": post_of(step)}, fields


def rows_of(found: Value | None, facts: object) -> Iterator[tuple[Json, Fields]]:
    """The rows of a list, each with the fields of its columns.

    What the case itself keeps of a row is joined by the row's key; a text gives a row a line.
    """
    if found is None:
        return
    fields: Fields = found.spec.children if found.spec else ()
    kept = {str(each.get("row") or each.get("id")): each for each in _mappings(facts)}
    if isinstance(found.value, str):
        yield from (({"": line}, ()) for line in found.value.splitlines() if line.strip())
    for row in found.value if isinstance(found.value, list | tuple) else ():
        if isinstance(row, Mapping):
            named = kept.get(str(row["row"]), {}) if row.get("row") else {}
            yield {**named, **row}, fields
        elif not is_nothing(row):
            yield {"": row}, fields


def _mappings(facts: object) -> Iterator[Mapping[str, Any]]:
    if isinstance(facts, list | tuple):
        yield from (each for each in facts if isinstance(each, Mapping))
