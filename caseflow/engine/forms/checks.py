"""Judges a form by itself: words, validators, conditions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import get_close_matches

from caseflow import feel
from caseflow.engine import expressions
from caseflow.engine.findings import Finding
from caseflow.engine.forms.choices import vocabulary
from caseflow.engine.forms.formspec import FormSpec
from caseflow.engine.forms.names import names_of
from caseflow.engine.forms.specs import FieldSpec
from caseflow.engine.forms.validators import VALIDATORS
from caseflow.vocabulary.choices import VOCABULARIES

# Of more than a hundred lists so many that are written most alike.
_OFFERED = 5


def check(file: str, spec: FormSpec, variables: expressions.Names) -> list[Finding]:
    """Everything that is wrong with what a form says; its conditions may name variables too."""
    names = {**variables, **names_of(spec.fields)}
    return list(_check(file, spec.fields, names, inside=""))


def _check(
    file: str, fields: Sequence[FieldSpec], names: expressions.Names, *, inside: str
) -> Iterator[Finding]:
    for each in fields:
        where = f"{inside}{each.key}"
        for code, values in _faults(each, names, is_inside=bool(inside)):
            yield Finding("error", file, where, each.line, code, values)
        if each.type == "group":
            yield from _check(file, each.children, names, inside=inside)
        elif each.type == "dynamiclist":
            own = {**names, **names_of(each.children)}
            yield from _check(file, each.children, own, inside=f"{where}.")


def _faults(
    each: FieldSpec, names: expressions.Names, *, is_inside: bool
) -> Iterator[tuple[str, dict[str, object]]]:
    if each.is_valued and not each.label:
        yield "form_label", {}
    elif each.is_valued and not each.properties.get("label_en"):
        yield "form_label_en", {}
    if each.vocabulary and vocabulary(each.vocabulary) is None:
        near = get_close_matches(each.vocabulary, VOCABULARIES, n=_OFFERED, cutoff=0)
        yield "form_vocabulary", {"name": each.vocabulary, "known": near}
    if each.validator and each.validator not in VALIDATORS:
        yield "form_validator", {"name": each.validator, "known": sorted(VALIDATORS)}
    if is_inside and each.type == "dynamiclist":
        yield "form_nested_list", {}
    if each.hide:
        try:
            expressions.form_condition(each.hide, names)
        except feel.FeelError as error:
            yield "feel", {"reason": error.say}
