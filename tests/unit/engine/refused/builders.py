"""Bundles for definitions that must be refused, made of sketches with one place changed."""

from __future__ import annotations

import json
from dataclasses import dataclass

from tests.unit.engine.sketch import FORM, bpmn

Files = dict[str, bytes]
PLAIN = "start s\nuser a section_chief\nend e\ns -> a -> e"


@dataclass(frozen=True)
class Refused:
    """A bundle and what must be found; ``has_line`` is False where a file is refused whole."""

    files: Files
    code: str
    element: str = ""
    has_line: bool = True


def drawn(text: str, variables: str = "", **more: bytes) -> Files:
    """A bundle of a sketch; ``more`` are files by name, with ``__`` for the dot."""
    files = {"sketch.bpmn": bpmn(text, variables), "plain.form": FORM}
    return files | {name.replace("__", "."): content for name, content in more.items()}


def changed(old: str, new: str, text: str = PLAIN, variables: str = "") -> Files:
    """The bundle of a sketch with one place of its XML written otherwise."""
    before = bpmn(text, variables)
    after = before.replace(old.encode(), new.encode(), 1)
    assert before != after, old
    return {"sketch.bpmn": after, "plain.form": FORM}


def raw(content: bytes) -> Files:
    return {"sketch.bpmn": content, "plain.form": FORM}


def form(*components: dict[str, object], text: bytes = b"") -> Files:
    """A bundle whose only task asks the form ``asks``."""
    content = (
        text
        or json.dumps(
            {"type": "default", "id": "asks", "components": components}, indent=1
        ).encode()
    )
    return drawn(PLAIN.replace("section_chief", "section_chief form=asks"), asks__form=content)


def field(**settings: object) -> dict[str, object]:
    found = {"type": "textfield", "key": "a", "label": "甲", "properties": {"label_en": "A"}}
    return found | settings


def condition(text: str) -> Files:
    return drawn(
        f"start s\nxor g\nuser a section_chief\nend e\ns -> g\ng -> a : {text}\na -> e\ng => e",
        "n: number; word: one of yes, no; names: list of string",
    )
