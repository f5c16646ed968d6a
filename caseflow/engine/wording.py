"""Expressions said with the words that people know: labels of fields, words of closed lists."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from caseflow import feel
from caseflow.engine.forms.formspec import FormSpec
from caseflow.engine.forms.specs import Choice
from caseflow.feel import tree
from caseflow.feel.errors import Language
from caseflow.vocabulary.choices import VOCABULARIES

Labels = Mapping[str, tuple[str, str]]


def labels_of(forms: Mapping[str, FormSpec]) -> dict[str, tuple[str, str]]:
    """What the variables are called that come from fields of forms."""
    return {
        each.key: (each.label, each.label_en)
        for form in forms.values()
        for each in form.answered()
        if each.label
    }


def choices_of(kind: feel.Type) -> tuple[Choice, ...]:
    """The words for a closed list of values: those of the smallest vocabulary that has them all."""
    if not kind.choices:
        return ()
    wanted = set(kind.choices)
    found = [terms for terms in VOCABULARIES.values() if wanted <= {term.value for term in terms}]
    said = {term.value: term for term in min(found, key=len)} if found else {}
    return tuple(
        Choice(value, said[value].zh, said[value].en) if value in said else Choice(value, value)
        for value in kind.choices
    )


def names_in(expression: feel.Expression) -> Iterator[str]:
    """The variables that an expression reads."""
    for node in tree.walk(expression.tree):
        if isinstance(node, tree.Name) and node.name != "?":
            yield node.name


def say(
    expression: feel.Expression,
    labels: Labels,
    language: Language,
    *,
    subject: feel.Type = feel.ANY,
) -> str:
    """Say an expression; ``subject`` is what a test is put to or an answer must be.

    A label reads better than a name, but only the names may be written: the expression has been
    read without them.
    """
    scope = expression.scope
    text = feel.say(replace(expression, scope=replace(scope, labels=labels)), language)
    kinds = [subject, *(scope.names[name] for name in names_in(expression) if name in scope.names)]
    for choice in (each for kind in kinds for each in choices_of(kind)):
        text = re.sub(rf"(?<!\w){re.escape(choice.value)}(?!\w)", choice.label(language), text)
    return text
