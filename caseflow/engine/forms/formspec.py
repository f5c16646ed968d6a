"""A form of a definition: read once, then turned into pages and answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from caseflow.engine.findings import Finding
from caseflow.engine.forms import classes, reading
from caseflow.engine.forms.classes import AnswerForm
from caseflow.engine.forms.specs import Choice, FieldSpec, Row, flat


class BadForm(Exception):
    """A file that is no form of ours; ``findings`` say why."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        """Keep the findings."""
        super().__init__("; ".join(finding.say("en") for finding in findings))
        self.findings = tuple(findings)


@dataclass(frozen=True)
class FormSpec:
    """A form: its key and its components in order."""

    key: str
    fields: tuple[FieldSpec, ...]
    properties: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def parse(cls, data: bytes, *, file: str = "") -> FormSpec:
        """Read a file; raise ``BadForm`` with everything that is wrong in it."""
        found, findings = reading.read(file, data)
        if found is None or findings:
            raise BadForm(findings)
        return cls(found.id, found.fields, found.properties)

    def answered(self) -> Iterator[FieldSpec]:
        """The fields that carry answers at the top: groups are opened, lists are not."""
        return flat(self.fields)

    def field(self, key: str) -> FieldSpec | None:
        """The answer field of that key at the top."""
        return next((each for each in self.answered() if each.key == key), None)

    def wtform(
        self,
        choices: Mapping[str, Sequence[Choice]],
        rows: Mapping[str, Sequence[Row]],
        values: Mapping[str, object],
        lang: str,
    ) -> type[AnswerForm]:
        """The class of WTForms for one page.

        ``choices`` by ``valuesKey``, ``rows`` by ``properties.rows``; ``values`` are the variables
        of the case that conditions may name. Bind it to what was sent (``form(request.form)``), to
        a draft (a mapping of lists of text), or to answers (``form(data=spec.from_answers(…))``).
        """
        return classes.form_class(self.fields, choices=choices, rows=rows, values=values, lang=lang)

    def answers(self, form: AnswerForm) -> dict[str, Any]:
        """The answers of a form as plain JSON; hidden fields are left out."""
        return form.answers()

    def from_answers(self, answers: Mapping[str, Any]) -> dict[str, Any]:
        """Stored answers as values: Decimal, dates, lists of records."""
        return classes.values_of(self.fields, answers)

    def files(self, answers: Mapping[str, Any]) -> Iterator[tuple[str, list[str]]]:
        """Where the answers name files: the place of each field and the ids it holds."""
        return _files(self.fields, answers, "")


def _files(
    fields: Sequence[FieldSpec], answers: Mapping[str, Any], above: str
) -> Iterator[tuple[str, list[str]]]:
    for spec in flat(fields):
        value = answers.get(spec.key)
        if not isinstance(value, list):
            continue
        if spec.type == "filepicker":
            yield f"{above}{spec.key}", [str(each) for each in value]
        elif spec.type == "dynamiclist":
            for number, row in enumerate(value):
                yield from _files(spec.children, row, f"{above}{spec.key}-{number}-")
