"""What the fields of a form are for FEEL: names and types of its answers."""

from __future__ import annotations

from collections.abc import Sequence

from caseflow import feel
from caseflow.engine.forms.choices import vocabulary
from caseflow.engine.forms.specs import FieldSpec

NUMERIC = frozenset({"amount", "quantity"})


def names_of(fields: Sequence[FieldSpec]) -> dict[str, feel.Type]:
    """The names that a condition in this form may use, groups opened."""
    found: dict[str, feel.Type] = {}
    for each in fields:
        if each.type == "group":
            found.update(names_of(each.children))
        elif each.is_valued:
            found[each.key] = type_of(each)
    return found


def type_of(field: FieldSpec) -> feel.Type:
    """What an answer of this field is for FEEL."""
    if field.type == "number" or field.validator in NUMERIC:
        return feel.NUMBER
    if field.type == "dynamiclist":
        return feel.list_of(feel.context_of(names_of(field.children)))
    return {
        "checkbox": lambda: feel.BOOLEAN,
        "datetime": lambda: _time_type(field),
        "select": lambda: _choice_type(field),
        "radio": lambda: _choice_type(field),
        "checklist": lambda: feel.list_of(_choice_type(field)),
        "filepicker": lambda: feel.list_of(feel.STRING),
    }.get(field.type, lambda: feel.STRING)()


def _time_type(field: FieldSpec) -> feel.Type:
    return {"date": feel.DATE, "time": feel.TIME}.get(field.subtype, feel.DATE_TIME)


def _choice_type(field: FieldSpec) -> feel.Type:
    terms = vocabulary(field.vocabulary) if field.vocabulary else None
    words = tuple(choice.value for choice in terms or field.choices)
    return feel.one_of(*words) if words else feel.STRING
