"""What a form consists of, as plain values; ``reading`` makes them of a ``.form`` file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

VALUED = frozenset(
    {
        "textfield",
        "textarea",
        "number",
        "datetime",
        "select",
        "radio",
        "checkbox",
        "checklist",
        "filepicker",
    }
)


@dataclass(frozen=True)
class Choice:
    """One thing to choose: what is stored, and what is shown."""

    value: str
    zh: str
    en: str = ""

    def label(self, lang: str) -> str:
        """The words for it in ``zh`` or ``en``."""
        return self.en or self.zh if lang == "en" else self.zh


@dataclass(frozen=True)
class Row:
    """One given row of a list: a doubt, a tax period."""

    key: str
    zh: str
    en: str = ""

    def label(self, lang: str) -> str:
        """The words for it in ``zh`` or ``en``."""
        return self.en or self.zh if lang == "en" else self.zh


@dataclass(frozen=True)
class Limits:
    """What form-js calls ``validate``."""

    required: bool = False
    min_length: int | None = None
    max_length: int | None = None
    min: str | None = None
    max: str | None = None
    pattern: str | None = None


@dataclass(frozen=True)
class FieldSpec:
    """One component of a form, with its children if it has some."""

    type: str
    key: str
    label: str
    label_en: str
    description: str = ""
    description_en: str = ""
    limits: Limits = field(default_factory=Limits)
    properties: Mapping[str, str] = field(default_factory=dict)
    choices: tuple[Choice, ...] = ()
    vocabulary: str = ""
    choices_key: str = ""
    rows_key: str = ""
    validator: str = ""
    hide: str = ""
    digits: int = 0
    subtype: str = "date"
    default: Any = None
    # Which files a filepicker is for, as a browser is told; it suggests, the door decides.
    accept: str = ""
    is_readonly: bool = False
    is_routing: bool = False
    children: tuple[FieldSpec, ...] = ()
    # Where it stands in its file; says nothing of what it is.
    line: int = field(default=0, compare=False)

    @property
    def is_valued(self) -> bool:
        """Whether it carries an answer."""
        return self.type in VALUED or self.type == "dynamiclist"

    def say(self, lang: str) -> str:
        """Its label in ``zh`` or ``en``."""
        return self.label_en if lang == "en" else self.label

    def explain(self, lang: str) -> str:
        """Its description in ``zh`` or ``en``."""
        return self.description_en if lang == "en" else self.description


def flat(fields: Sequence[FieldSpec]) -> Iterator[FieldSpec]:
    """The fields that carry answers: groups are opened, lists are not."""
    for each in fields:
        if each.type == "group":
            yield from flat(each.children)
        elif each.is_valued:
            yield each
