"""The form of the current step: made from the case's own version, bound to draft or answers."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from flask import request
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from caseflow import engine
from caseflow.engine import Process
from caseflow.engine.forms import AnswerForm, Choice, FieldError, FieldSpec, Part, Row
from caseflow.models import Case, Task
from caseflow.reads import cases as case_reads
from caseflow.reads import step_choices
from caseflow.services import attachments, definitions
from caseflow.vocabulary import Actor, Invalid
from caseflow.web import conditions, confirm
from caseflow.web.languages import language
from caseflow.web.sentences import field_sentence

_CHUNK = 1 << 20
# Names in a posted form that are no answers.
_OURS = confirm.FIELDS | {
    *("csrf_token", "_version", "_idem", "_submit", "_refresh", "_preview", "_papers"),
    *("_add", "_remove"),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend: where it is, what to do, and the anchor that leads there."""

    anchor: str
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class StepForm:
    """A form as the page draws it."""

    form: AnswerForm
    step: case_reads.Step
    idem: str
    draft_saved_at: object
    problems: tuple[Problem, ...] = ()
    # Set when the step is handed in only by somebody who shows once more who sits there.
    ask: confirm.Ask | None = None
    # What handing it in as it stands would lead to, when that was asked.
    preview: tuple[str, ...] = ()
    # The papers that handing it in would issue, when that was asked.
    papers: tuple[str, ...] | None = None

    @property
    def parts(self) -> tuple[Part, ...]:
        """The components in order."""
        return self.form.layout()

    def errors_of(self, name: str) -> tuple[str, ...]:
        """The sentences that stand under one field."""
        return tuple(problem.text for problem in self.problems if problem.anchor == name)


def fresh(
    session: Session, case: Case, step: case_reads.Step, process: Process, draft: Mapping[str, Any]
) -> StepForm:
    """The form as somebody finds it who comes to the step: the draft, or its defaults."""
    spec = process.forms[step.form_key]
    made = _class(session, case, step, process)
    if draft:
        form = made({name: value for name, value in draft.items() if name not in _OURS})
    else:
        defaults = step_choices.default_values(session, case, step.form_key, step.id)
        form = made(data=spec.from_answers(defaults))
    return StepForm(form, step, str(uuid.uuid4()), None)


def posted(session: Session, case: Case, step: case_reads.Step, process: Process) -> StepForm:
    """The form as it was sent."""
    made = _class(session, case, step, process)
    sent = _sent()
    for name, files in request.files.lists():
        sent[name] = [*sent.get(name, []), *(file for file in files if file.filename)]
    return StepForm(made(sent), step, str(sent_key()), None)


def with_kept(
    session: Session, case: Case, step: case_reads.Step, process: Process, shown: StepForm
) -> StepForm:
    """The same once its files are kept: what chooses among the files of the case offers them."""
    made = _class(session, case, step, process)
    return replace(shown, form=made(_sent() | kept_files(shown)))


def _sent() -> dict[str, list[object]]:
    ours = _OURS - {"_add", "_remove"}
    return {name: list(values) for name, values in request.form.lists() if name not in ours}


def sent_key() -> uuid.UUID:
    """The key under which the form was sent; a new one when there is none that can be used."""
    try:
        return uuid.UUID(request.form.get("_idem", ""))
    except ValueError:
        return uuid.uuid4()


def keep_uploads(session: Session, actor: Actor, shown: StepForm) -> tuple[Problem, ...]:
    """
    Keep the files that came with the form, so that an error elsewhere loses none of them.

    A file in a field that is not asked (any more) is let go: nobody sees it to mend it.
    """
    problems = []
    for label, field in _asked_files(shown.form, ""):
        for upload in field.uploads:
            try:
                kept = attachments.add(
                    session,
                    actor,
                    shown.step.id,
                    field=field.name,
                    name=upload.filename,
                    chunks=chunks(upload),
                )
            except Invalid as refusal:
                values = {"name": upload.filename, **refusal.values}
                text = field_sentence(refusal.code, values)
                problems.append(Problem(field.name, label, text))
            else:
                session.flush()  # the form carries the file by the id it gets here
                field.keep(str(kept.id))
    for field in _file_fields(shown.form):
        field.uploads = []
    return tuple(problems)


def chunks(upload: FileStorage) -> Iterator[bytes]:
    """The bytes of a file that was sent, piece by piece."""
    return iter(partial(upload.stream.read, _CHUNK), b"")


def file_field(session: Session, task: Task, name: str) -> str:
    """A field for files of a step's own form, outside its lists.

    Raises:
        Invalid: the form has no such field.
    """
    case = session.get_one(Case, task.case_id)
    found = definitions.process_of(session, case.definition_id).forms[task.form_key].field(name)
    if found is None or found.type != "filepicker":
        raise Invalid("not_a_choice")
    return name


def problems(shown: StepForm, files: Sequence[Problem] = ()) -> tuple[Problem, ...]:
    """What is wrong with the files that came, then with the rest in the order of the page."""
    told = {problem.anchor for problem in files}
    rest = (each for each in _problems(shown.form, "") if each.anchor not in told)
    return (*files, *rest)


def refused(shown: StepForm, refusal: Invalid) -> tuple[Problem, ...]:
    """What a verb found wrong, at the places it names."""
    fields = refusal.values.get("fields")
    if not isinstance(fields, Mapping):
        return ()
    return tuple(
        Problem(place, _label(shown.form, place), field_sentence(code, values))
        for place, (code, values) in fields.items()
    )


def draft_content(*, but: str | None = None) -> dict[str, list[str]]:
    """What was typed so far, as it was typed; ``but`` leaves out one file."""
    return {
        name: [value for value in values if value != but]
        for name, values in request.form.lists()
        if name not in _OURS and any(values)
    }


def hide_rules(
    case: Case, shown: StepForm | None, process: Process
) -> Callable[[Part, str], str | None]:
    """Give the condition of each component for the browser, as JSON; None when it has none."""
    fields = shown.form if shown is not None else ()
    known = {name: value for name, value in _values(case, process).items() if name not in fields}

    def rule_of(part: Part, prefix: str) -> str | None:
        rule = conditions.of(part.spec.hide, known) if part.spec.hide else None
        return None if rule is None else json.dumps({"prefix": prefix, "rule": rule})

    return rule_of


def _values(case: Case, process: Process) -> dict[str, Any]:
    """What the conditions of a form may name of the case; what is not decided yet is null."""
    try:
        routed = engine.variables_of(process, case.state)
    except engine.BadState:
        routed = {}  # handing in says what is wrong with the case; the page is shown
    known = {"score": case.score, "ti_flag": case.is_ti, **case.facts}
    return {**dict.fromkeys(process.variables), **routed, **known}


def _class(
    session: Session, case: Case, step: case_reads.Step, process: Process
) -> type[AnswerForm]:
    spec = process.forms[step.form_key]
    choices: dict[str, tuple[Choice, ...]] = {}
    rows: dict[str, tuple[Row, ...]] = {}
    for field in _all(spec.fields):
        if field.choices_key:
            choices[field.choices_key] = tuple(
                Choice(offer.key, offer.zh, offer.en)
                for offer in step_choices.offers(session, case, field.choices_key, step.id)
            )
        if field.rows_key:
            rows[field.rows_key] = tuple(
                Row(offer.key, offer.zh + offer.today_zh, offer.en + offer.today_en)
                for offer in step_choices.offers(session, case, field.rows_key, step.id)
            )
    return spec.wtform(choices, rows, _values(case, process), language())


def _all(fields: Iterable[FieldSpec]) -> Iterator[FieldSpec]:
    for field in fields:
        yield field
        yield from _all(field.children)


def _file_fields(form: AnswerForm) -> Iterator[Any]:
    for field in form:
        if hasattr(field, "uploads"):
            yield field
        for entry in getattr(field, "entries", ()):
            yield from _file_fields(entry.form)


def _asked_files(form: AnswerForm, above: str) -> Iterator[tuple[str, Any]]:
    """The fields for files that are asked now, each with its name and that of its row."""
    for spec in form.asked():
        field = form[spec.key]
        if hasattr(field, "uploads"):
            yield f"{above}{field.label.text}", field
        for number, entry in enumerate(getattr(field, "entries", ()), 1):
            entry.form.above = form.seen()
            yield from _asked_files(entry.form, _row_name(entry.form, number))


def _row_name(form: AnswerForm, number: int) -> str:
    name = form.row.label(language()) if form.row is not None else str(number)
    return f"{name}：" if language() == "zh" else f"{name}: "


def _problems(form: AnswerForm, above: str) -> Iterator[Problem]:
    for field in form:
        label = f"{above}{field.label.text}"
        entries = getattr(field, "entries", None)
        if entries is not None:
            for number, entry in enumerate(entries, 1):
                yield from _problems(entry.form, _row_name(entry.form, number))
        for error in field.errors:
            if isinstance(error, FieldError):
                yield Problem(field.name, label, field_sentence(error.code, error.values))


def _label(form: AnswerForm, place: str) -> str:
    for field in form:
        if field.name == place:
            return str(field.label.text)
        for entry in getattr(field, "entries", ()):
            if place.startswith(f"{entry.name}-"):
                return _label(entry.form, place)
    return ""


def kept_files(shown: StepForm) -> dict[str, list[str]]:
    """The ids of the files that each field holds now."""
    return {field.name: list(field.data or []) for field in _file_fields(shown.form)}
