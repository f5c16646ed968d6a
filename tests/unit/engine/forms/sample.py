"""Forms for tests, made of Python values instead of JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from caseflow.engine.forms import AnswerForm, Choice, FormSpec, Row

Component = Mapping[str, object]


def component(kind: str, key: str, **settings: object) -> Component:
    """One component; ``required``, ``hide`` and properties in short."""
    properties = {"label_en": key.title(), **_mapping(settings.pop("properties", {}))}
    validate = _mapping(settings.pop("validate", {}))
    if settings.pop("required", False):
        validate["required"] = True
    found: dict[str, object] = {"type": kind, "label": f"填写{key}", "properties": properties}
    found["path" if kind == "dynamiclist" else "key"] = key
    if validate:
        found["validate"] = validate
    if "hide" in settings:
        found["conditional"] = {"hide": f"={settings.pop('hide')}"}
    return found | settings


def data(*components: Component, key: str = "sample") -> bytes:
    """The file of these components."""
    return json.dumps({"type": "default", "id": key, "components": components}).encode()


def spec(*components: Component) -> FormSpec:
    """The form of these components."""
    return FormSpec.parse(data(*components))


def fill(
    form: FormSpec,
    sent: Mapping[str, str | list[str]],
    *,
    rows: Mapping[str, Sequence[Row]] | None = None,
    choices: Mapping[str, Sequence[Choice]] | None = None,
    values: Mapping[str, object] | None = None,
) -> AnswerForm:
    """The form with what a browser sent."""
    lists = {name: [each] if isinstance(each, str) else each for name, each in sent.items()}
    return form.wtform(choices or {}, rows or {}, values or {}, "zh")(lists)


def codes(form: AnswerForm) -> dict[str, list[str]]:
    """The codes of all errors by field; {} when all is well."""
    form.validate()
    return {name: [error.code for error in errors] for name, errors in form.errors.items()}


def _mapping(value: object) -> dict[str, object]:
    assert isinstance(value, dict)
    return dict(value)
