"""What two versions differ in, put into the words and groups that pages show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from caseflow.engine import differences
from caseflow.engine.differences import Change, Detail, Differences, RowChange
from caseflow.engine.meanings import Meanings
from caseflow.web import sum_words
from caseflow.web.languages import language
from caseflow.web.speech import _

ICONS = {"added": "plus", "removed": "minus", "changed": "pencil", "moved": "line-height"}
_Sides = tuple[Meanings, Meanings]
_TONES = {"added": "ok", "removed": "bad", "changed": "brand", "moved": ""}


@dataclass(frozen=True, slots=True)
class Pair:
    """One thing before and now."""

    label: str
    old: str
    new: str
    is_bare: bool
    # How it is written, where that differs from the words.
    old_code: str = ""
    new_code: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a rule before and now, in words and as it is written."""

    old: str
    new: str
    old_code: str
    new_code: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule on both sides, with the cells of the columns that are shown."""

    change: RowChange
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One change with its details; ``element`` can be shown in the drawing."""

    key: str
    kind: str
    icon: str
    tone: str
    title: str
    file: str
    element: str
    pairs: tuple[Pair, ...]
    columns: tuple[str, ...]
    rows: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """All changes by where they are, and those of the paper alone."""

    drawing: tuple[Line, ...]
    tables: tuple[Line, ...]
    forms: tuple[Line, ...]
    layout: tuple[Line, ...]

    @property
    def count(self) -> int:
        """How many things changed in meaning."""
        return len(self.drawing) + len(self.tables) + len(self.forms)

    @property
    def groups(self) -> tuple[tuple[str, str, tuple[Line, ...]], ...]:
        """Name, icon and changes of each group that has any."""
        named = (
            (_("图上的改动"), "sitemap", self.drawing),
            (_("决策表的改动"), "scale", self.tables),
            (_("表单的改动"), "clipboard-list", self.forms),
        )
        return tuple(group for group in named if group[2])


def shown(found: Differences, old: Mapping[str, bytes], new: Mapping[str, bytes]) -> Shown:
    """The changes for a page in the language of the person; ``old`` and ``new`` give the words."""
    sides = (
        Meanings(old, language(), sum_words.labels()),
        Meanings(new, language(), sum_words.labels()),
    )
    meaning = [_line(number, each, sides) for number, each in enumerate(found.of_meaning, 1)]
    return Shown(
        drawing=tuple(line for line in meaning if line.file.endswith(".bpmn")),
        tables=tuple(line for line in meaning if line.file.endswith(".dmn")),
        forms=tuple(line for line in meaning if line.file.endswith(".form")),
        layout=tuple(_line(0, each, sides) for each in found.of_layout),
    )


def course(found: Differences, file: str, *, is_new: bool) -> Mapping[str, object]:
    """What the viewer of one side marks: what is gone on the old side, what is new on the new."""
    absent = "added" if not is_new else "removed"
    marks = {name: kind for name, kind in found.marks(file).items() if kind != absent}
    words = {"added": _("新增"), "removed": _("删去"), "changed": _("修改")}
    elements = {each.id for each in found.changes if each.subject == "element"}
    pills = {
        name: words[kind] for name, kind in marks.items() if kind in words and name in elements
    }
    return {"done": [], "current": [], "pills": pills, "marks": marks}


def _line(number: int, change: Change, sides: _Sides) -> Line:
    lang = language()
    columns = _columns(change)
    return Line(
        key=f"change-{number}",
        kind=change.kind,
        icon=ICONS[change.kind],
        tone=_TONES[change.kind],
        title=differences.title(change, lang),
        file=change.file,
        element=change.id if change.subject in ("element", "flow") else "",
        pairs=tuple(_pairs(change, lang, sides)),
        columns=tuple(change.columns[place] for place in columns),
        rows=tuple(_rule(change, row, columns, sides) for row in change.rows),
    )


def _columns(change: Change) -> tuple[int, ...]:
    """The columns in which a rule that changed says anything."""
    told = [row for row in change.rows if row.kind != "same"]
    return tuple(
        place
        for place in range(len(change.columns))
        if any(place < len(row.cells) and any(row.cells[place]) for row in told)
    )


def _rule(change: Change, row: RowChange, columns: tuple[int, ...], sides: _Sides) -> Rule:
    cells: list[Cell] = []
    for place in columns:
        texts = row.cells[place]
        old, new = (
            side.of_cell(change, change.columns[place], text) if text else ""
            for side, text in zip(sides, texts, strict=True)
        )
        cells.append(Cell(old, new, *_codes((old, new), texts)))
    return Rule(row, tuple(cells))


def _codes(said: tuple[str, str], written: tuple[str, str]) -> tuple[str, str]:
    """What is written, for each side where the words say it otherwise."""
    old, new = ("" if a == b else b for a, b in zip(said, written, strict=True))
    return old, new


def _pair(detail: Detail, change: Change, lang: str, sides: _Sides) -> Pair:
    written = (detail.old, detail.new)
    old, new = (
        side.of(change, detail.attribute, text) if text else ""
        for side, text in zip(sides, written, strict=True)
    )
    return Pair(
        differences.label(detail.attribute, lang),
        differences.value_of(detail.attribute, old, lang),
        differences.value_of(detail.attribute, new, lang),
        detail.attribute in ("other", "unreadable"),
        *_codes((old, new), written),
    )


def _pairs(change: Change, lang: str, sides: _Sides) -> list[Pair]:
    return [
        _pair(detail, change, lang, sides)
        for detail in change.details
        if change.kind != "added" or detail.new
    ]
