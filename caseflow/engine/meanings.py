"""What one side of a difference says in words: expressions, cells, names of elements."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property

from caseflow import feel
from caseflow.engine import cells, drawings, expressions, lint, variables, wording
from caseflow.engine.differences import Change
from caseflow.engine.drawings import Element
from caseflow.engine.safe_xml import BadXml
from caseflow.feel.errors import Language

_EXPRESSIONS = frozenset({"due", "condition", "timer", "multi.until", "multi.collection"})
# A limit as people say it, as in the panel of the designer.
_COUNTED = re.compile(r"(working_days|days)\((\d+)\)")
_DAYS = {"working_days": ("{} 个工作日", "{} working days"), "days": ("{} 日", "{} days")}
_ELEMENTS = frozenset({"source", "target", "scope", "attached_to"})


class Meanings:
    """The files of one side, read when something in them is to be said; they may be broken."""

    def __init__(
        self, files: Mapping[str, bytes], language: Language, labels: wording.Labels
    ) -> None:
        self._files, self._language, self._labels = files, language, labels
        self._tables: dict[str, dict[tuple[str, str, str], str]] = {}

    def of(self, change: Change, attribute: str, text: str) -> str:
        """A value in words; the value itself where there are no other words for it."""
        counted = _COUNTED.fullmatch(text) if attribute == "due" else None
        if counted:
            return _DAYS[counted[1]][self._language == "en"].format(counted[2])
        if attribute in _EXPRESSIONS:
            return self._expression(change.id, text)
        if attribute in _ELEMENTS:
            return self._name(text)
        return text

    def of_cell(self, change: Change, column: str, text: str) -> str:
        """The cell of a table in words, by its column and what is written in it."""
        if change.file not in self._tables:
            self._tables[change.file] = self._cells(change.file)
        return self._tables[change.file].get((change.id, column, text)) or text

    @cached_property
    def _elements(self) -> Mapping[str, Element]:
        found: dict[str, Element] = {}
        for name in self._files:
            if name.endswith(".bpmn"):
                for each in drawings.read(name, self._files[name]):
                    found |= each.elements
        return found

    def _expression(self, place: str, text: str) -> str:
        judged = lint.judged(self._files)
        names = dict(judged.names)
        element = self._elements.get(place)
        if element is not None and judged.drawing is not None:
            names = variables.inside(element, judged.drawing, names)
        labels = {**self._labels, **wording.labels_of(judged.forms)}
        try:
            return wording.say(feel.parse(text, expressions.scope(names)), labels, self._language)
        except feel.FeelError:
            return text

    def _name(self, text: str) -> str:
        element = self._elements.get(text)
        if element is None:
            return text
        is_english = self._language == "en" and element.name_en
        return element.name_en if is_english else element.name or text

    def _cells(self, file: str) -> dict[tuple[str, str, str], str]:
        if file not in self._files:
            return {}
        try:
            tables = cells.read(self._files, file, self._language, labels=self._labels)
        except BadXml:
            return {}
        return {
            (each.sheet.key, column.label, text): each.cells[number, place].words
            for each in tables
            for number, row in enumerate(each.sheet.rows)
            for place, (column, text) in enumerate(zip(each.sheet.columns, row.cells, strict=False))
        }
