"""Handed-in answers as pairs of label and value, by the form of the case's own version."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from caseflow.engine.forms import FieldSpec
from caseflow.masking import masked
from caseflow.models import Answer
from caseflow.policy import NUMBERS
from caseflow.reads import cases as case_reads
from caseflow.reads import step_choices
from caseflow.services import definitions
from caseflow.vocabulary.choices import VOCABULARIES
from caseflow.web import contacts, words
from caseflow.web.languages import language
from caseflow.web.speech import _


def of(session: Session, shown: case_reads.Page, answer: Answer) -> tuple[tuple[str, str], ...]:
    """The answers in the order of the form; files by their names."""
    step = next((each for each in shown.steps if each.id == answer.task_id), None)
    if step is None:
        return ()
    process = definitions.process_of(session, shown.case.definition_id)
    spec = process.forms.get(step.form_key)
    if spec is None:
        return ()
    files = {str(file.id): file.name for file in shown.files}
    names = {
        name: {
            offer.key: offer.en if language() == "en" else offer.zh
            for offer in step_choices.offers(session, shown.case, name)
        }
        for name in _sources(spec.fields)
    }
    names[_FILES] = names.get(_FILES, {}) | files
    covers = contacts.unmasked_for(shown) is None
    return tuple(_pairs(spec.fields, answer.content, _Shown(names, covers), ""))


# The files of a case, as a checklist names them that offers them.
_FILES = "attachments"


@dataclass(frozen=True, slots=True)
class _Shown:
    """How values are said; whether numbers of people are covered.

    The names are apart by what offered them: a person, a doubt and a file may have the same id.
    """

    names: Mapping[str, Mapping[str, str]]
    covers: bool

    def name(self, source: str, key: object, default: str) -> str:
        """What a source calls the thing with this key."""
        return self.names.get(source, {}).get(str(key), default)


def _pairs(
    specs: Sequence[FieldSpec], answers: Mapping[str, Any], shown: _Shown, above: str
) -> Iterator[tuple[str, str]]:
    for spec in specs:
        if spec.type == "group":
            yield from _pairs(spec.children, answers, shown, above)
        elif spec.key in answers and spec.type == "dynamiclist":
            for number, row in enumerate(answers[spec.key] or [], 1):
                name = shown.name(spec.rows_key, row.get("row"), str(number))
                yield from _pairs(spec.children, row, shown, f"{name} · ")
        elif spec.key in answers:
            label = f"{above}{spec.say(language())}"
            said = _value(spec, answers[spec.key], shown)
            yield label, masked(said) if shown.covers and spec.validator in NUMBERS else said


def _value(spec: FieldSpec, value: object, shown: _Shown) -> str:
    if value in (None, "", []):
        return words.NOTHING
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, list):
        return words.joined(_value(spec, each, shown) for each in value)
    source = _FILES if spec.type == "filepicker" else spec.choices_key
    if called := shown.name(source, value, ""):
        return called
    terms = VOCABULARIES.get(spec.vocabulary) if spec.vocabulary else None
    term = next((term for term in terms or () if term.value == value), None)
    if term is not None:
        return str(term.en if language() == "en" else term.zh)
    return str(value)


def _sources(specs: Sequence[FieldSpec]) -> Iterator[str]:
    for spec in specs:
        yield from (name for name in (spec.choices_key, spec.rows_key) if name)
        yield from _sources(spec.children)
