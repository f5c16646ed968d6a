"""From a FormSpec to a class of WTForms, and from a filled-in form to plain answers.

A form checks shape and plausibility. Hidden fields are neither asked nor stored: whether one is
hidden is its FEEL over the answers beside it, those above it, and the case's variables.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache
from typing import Any

from wtforms import Field, FieldList, Form, FormField, HiddenField

from caseflow import feel
from caseflow.clock import BUREAU_ZONE
from caseflow.engine import expressions
from caseflow.engine.forms import fields as inputs
from caseflow.engine.forms.choices import vocabulary
from caseflow.engine.forms.errors import FieldError
from caseflow.engine.forms.names import names_of
from caseflow.engine.forms.posted import MOST_ROWS, ROW, Posted
from caseflow.engine.forms.rules import validators_of
from caseflow.engine.forms.specs import Choice, FieldSpec, Row, flat
from caseflow.engine.forms.validators import PLAIN
from caseflow.typed import read_date, read_number

# The hidden field with the row's key; on the page its name is ``ROW``.
_ROW_KEY = "row_key"


@dataclass(frozen=True)
class Part:
    """One component on the page: what it is, its bound field, the parts inside it."""

    spec: FieldSpec
    field: Any
    is_hidden: bool
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True)
class Setting:
    """What the page hands to a form."""

    choices: Mapping[str, Sequence[Choice]]
    rows: Mapping[str, Sequence[Row]]
    names: tuple[tuple[str, feel.Type], ...]
    variables: Mapping[str, object]
    lang: str
    lists: tuple[str, ...] = ()


class AnswerForm(Form):
    """A form made from a FormSpec. ``was_edited`` after a button for rows was pressed."""

    _specs: tuple[FieldSpec, ...]
    _setting: Setting
    was_edited = False
    row: Row | None = None
    above: Mapping[str, object]

    def __init__(self, formdata: Any = None, **kwargs: Any) -> None:
        """Bind what was sent, a draft (a mapping of lists) or answers (``data=``)."""
        self.above = kwargs.pop("above", {})
        super().__init__(formdata, **kwargs)

    def process(self, formdata: Any = None, *args: Any, **kwargs: Any) -> None:
        """Bring the rows into order first."""
        if formdata is not None and not isinstance(formdata, Posted):
            formdata = Posted.of(formdata)
            self.was_edited = formdata.edit(
                [name for name in self._setting.lists if not self._given(name)]
            )
            for name in self._setting.lists:
                rows = self._given(name)
                if rows:
                    formdata.arrange_given(name, [row.key for row in rows])
        super().process(formdata, *args, **kwargs)
        self._look()

    def _given(self, name: str) -> Sequence[Row]:
        spec = next(each for each in flat(self._specs) if each.key == name)
        return self._setting.rows.get(spec.rows_key, ()) if spec.rows_key else ()

    def layout(self) -> tuple[Part, ...]:
        """The components in order, groups with theirs inside."""
        seen = self._look()
        return tuple(self._part(spec, seen) for spec in self._specs)

    def seen(self) -> dict[str, object]:
        """What conditions see: these answers before those above, before the variables."""
        own = {name: _feel_value(f) for name, f in self._fields.items() if name != _ROW_KEY}
        return {**self._setting.variables, **self.above, **own}

    def is_hidden(self, spec: FieldSpec, seen: Mapping[str, object]) -> bool:
        """Whether a component is not asked now."""
        if not spec.hide:
            return False
        return _hide_rule(spec.hide, self._setting.names).evaluate(seen, None) is True

    def validate(self, extra_validators: Any = None) -> bool:
        """Check all that is asked."""
        seen = self._look()
        verdicts = [
            self._fields[spec.key].validate(self, ())
            for spec in self._asked(self._specs, seen)
            if not spec.is_readonly
        ]
        return all(verdicts)

    def answers(self) -> dict[str, Any]:
        """The answers as plain JSON: numbers and dates as text, lists of records."""
        seen = self._look()
        return {spec.key: _plain(self._fields[spec.key]) for spec in self._asked(self._specs, seen)}

    def asked(self) -> list[FieldSpec]:
        """The fields that are asked now."""
        return list(self._asked(self._specs, self._look()))

    def _look(self) -> Mapping[str, object]:
        """What conditions see now, told to the rows too: page, check and answers agree."""
        seen = self.seen()
        for bound in self._fields.values():
            if isinstance(bound, Rows):
                bound.look_up(seen)
        return seen

    def _asked(self, specs: Sequence[FieldSpec], seen: Mapping[str, object]) -> Iterator[FieldSpec]:
        for spec in specs:
            if self.is_hidden(spec, seen):
                continue
            if spec.type == "group":
                yield from self._asked(spec.children, seen)
            elif spec.is_valued:
                yield spec

    def _part(self, spec: FieldSpec, seen: Mapping[str, object]) -> Part:
        bound = self._fields.get(spec.key) if spec.is_valued else None
        inside = spec.children if spec.type == "group" else ()
        parts = tuple(self._part(child, seen) for child in inside)
        return Part(spec, bound, self.is_hidden(spec, seen), parts)


class RowField(FormField):
    """One row of a list."""

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        """Take a row without data for an empty one."""
        super().process(formdata, data if data is not None else {}, extra_filters)

    def validate(self, form: Any, extra_validators: Any = ()) -> bool:
        """Check the row by itself."""
        return bool(self.form.validate())


class Rows(FieldList):
    """The rows of a list; ``given`` rows are neither added nor removed."""

    def __init__(self, *args: Any, given: Sequence[Row] | None, **kwargs: Any) -> None:
        self.given = given
        super().__init__(*args, **kwargs)

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        """Make one entry for each given row, matched by key."""
        if self.given is None:
            super().process(formdata, data if data is not None else [], extra_filters)
            return
        known = {each.get(ROW): each for each in data or [] if isinstance(each, Mapping)}
        self.entries: list[Any] = []
        self.last_index = -1
        self.process_errors: list[Any] = []
        self.object_data = data
        for row in self.given:
            entry = self._add_entry(formdata, data={**known.get(row.key, {}), ROW: row.key})
            entry.form.row = row
            entry.form[_ROW_KEY].data = row.key

    def look_up(self, seen: Mapping[str, object]) -> None:
        """Let the conditions of each row see the answers above them."""
        for entry in self.entries:
            entry.form.above = seen

    def validate(self, form: Any, extra_validators: Any = ()) -> bool:
        """Check each row by itself, and how many there are."""
        self.errors = []
        verdicts = [entry.validate(form) for entry in self.entries]
        wanted = self.flags.required and not self.entries
        if wanted or len(self.entries) > MOST_ROWS:
            code = FieldError("required") if wanted else _too_many()
            self.errors = [code]
            return False
        return all(verdicts)


def form_class(
    fields: tuple[FieldSpec, ...],
    *,
    choices: Mapping[str, Sequence[Choice]],
    rows: Mapping[str, Sequence[Row]],
    values: Mapping[str, object],
    lang: str,
) -> type[AnswerForm]:
    """Make the class for one page; ``values`` are the variables its conditions may name."""
    own = names_of(fields)
    around = {name: feel.ANY for name in values if name not in own}
    lists = tuple(each.key for each in flat(fields) if each.type == "dynamiclist")
    names = tuple({**around, **own}.items())
    setting = Setting(choices, rows, names, values, lang, lists)
    return _class("AnswerForm", fields, setting)


def _class(
    name: str,
    specs: tuple[FieldSpec, ...],
    setting: Setting,
    extra: Mapping[str, Any] | None = None,
) -> type[AnswerForm]:
    body: dict[str, Any] = {"_specs": specs, "_setting": setting, **(extra or {})}
    for spec in flat(specs):
        body[spec.key] = _field(spec, setting)
    return type(name, (AnswerForm,), body)


def _field(spec: FieldSpec, setting: Setting) -> Any:
    shared: dict[str, Any] = {
        "label": spec.say(setting.lang),
        "description": spec.explain(setting.lang),
        "validators": validators_of(spec),
        "default": _default(spec),
        "render_kw": {"readonly": True} if spec.is_readonly else None,
    }
    if spec.type == "number":
        return inputs.Number(digits=spec.digits, **shared)
    choosing = {"select": inputs.One, "radio": inputs.Button, "checklist": inputs.Several}
    if spec.type in choosing:
        options = _options(spec, setting)
        return choosing[spec.type](options=options, lang=setting.lang, **shared)
    if spec.type == "dynamiclist":
        return _rows(spec, setting)
    kind = {
        "datetime": {"date": inputs.Day, "time": inputs.TimeOfDay}.get(
            spec.subtype, inputs.Instant
        ),
        "checkbox": inputs.Tick,
        "filepicker": inputs.Files,
        "textarea": inputs.LongText,
    }.get(spec.type, inputs.Text)
    return kind(filters=_filters(spec), **shared)


def _filters(spec: FieldSpec) -> list[Any]:
    plain = PLAIN.get(spec.validator)
    return [lambda text: plain(text) if isinstance(text, str) else text] if plain else []


def _rows(spec: FieldSpec, setting: Setting) -> Any:
    inner = Setting(
        setting.choices,
        setting.rows,
        tuple({**dict(setting.names), **names_of(spec.children)}.items()),
        setting.variables,
        setting.lang,
    )
    row = _class("RowForm", spec.children, inner, {_ROW_KEY: HiddenField(name=ROW)})
    given = setting.rows.get(spec.rows_key, ()) if spec.rows_key else None
    # A list that must have a row begins with one to fill in.
    least = 1 if given is None and spec.limits.required else 0
    return Rows(
        RowField(row),
        label=spec.say(setting.lang),
        description=spec.explain(setting.lang),
        validators=validators_of(spec),
        min_entries=least,
        given=given,
    )


def _options(spec: FieldSpec, setting: Setting) -> tuple[Choice, ...]:
    if spec.vocabulary:
        words = vocabulary(spec.vocabulary) or ()
        if spec.choices_key not in setting.choices:
            return words
        known = {word.value for word in words}
        return tuple(each for each in setting.choices[spec.choices_key] if each.value in known)
    if spec.choices_key:
        return tuple(setting.choices.get(spec.choices_key, ()))
    return spec.choices


def _default(spec: FieldSpec) -> object:
    if spec.default is None:
        return None
    if spec.type == "checkbox":
        return spec.default is True
    if spec.type == "checklist":
        return [str(value) for value in spec.default] if isinstance(spec.default, list) else None
    return _value(spec, str(spec.default))


@lru_cache(maxsize=5_000)
def _hide_rule(text: str, names: tuple[tuple[str, feel.Type], ...]) -> expressions.Rule:
    """The checked condition; the same text over the same names is parsed once."""
    return expressions.form_condition(text, dict(names))


def _feel_value(bound: Field) -> object:
    """An answer as FEEL has it; what could not be read is null."""
    if isinstance(bound, Rows):
        return [
            {name: _feel_value(f) for name, f in entry.form._fields.items() if name != _ROW_KEY}
            for entry in bound.entries
        ]
    if bound.process_errors:
        return None
    value: object = bound.data
    return None if value == "" else value


def _plain(bound: Field) -> Any:
    if isinstance(bound, Rows):
        return [
            {ROW: entry.form.row.key, **entry.form.answers()}
            if entry.form.row is not None
            else entry.form.answers()
            for entry in bound.entries
        ]
    value = bound.data
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime):
        return value.astimezone(BUREAU_ZONE).isoformat()
    if isinstance(value, time):
        return value.strftime("%H:%M")
    if isinstance(value, date):
        return value.isoformat()
    return value


def values_of(specs: Sequence[FieldSpec], answers: Mapping[str, Any]) -> dict[str, Any]:
    """Stored answers as the values that ``data=`` of a form takes."""
    found: dict[str, Any] = {}
    for spec in flat(specs):
        value = answers.get(spec.key)
        if spec.type == "dynamiclist" and isinstance(value, list):
            found[spec.key] = [
                {**values_of(spec.children, row), ROW: row.get(ROW)}
                for row in value
                if isinstance(row, Mapping)
            ]
        elif value is not None:
            found[spec.key] = _value(spec, value)
    return found


def _value(spec: FieldSpec, value: Any) -> Any:
    if not isinstance(value, str) or spec.type not in {"number", "datetime"}:
        return value
    if spec.type == "number":
        return read_number(value)
    readers = {"date": read_date, "time": inputs.read_time}
    return readers.get(spec.subtype, _instant)(value)


def _instant(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _too_many() -> FieldError:
    return FieldError("too_many_rows", {"limit": MOST_ROWS})
