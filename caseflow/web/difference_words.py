"""What two versions differ in, put into the words and groups that pages show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from caseflow.engine import differences
from caseflow.engine.differences import Change, Differences, RowChange
from caseflow.web.languages import language
from caseflow.web.speech import _

ICONS = {"added": "plus", "removed": "minus", "changed": "pencil", "moved": "line-height"}
_TONES = {"added": "ok", "removed": "bad", "changed": "brand", "moved": ""}


@dataclass(frozen=True, slots=True)
class Pair:
    """One thing before and now."""

    label: str
    old: str
    new: str
    is_bare: bool


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
    rows: tuple[RowChange, ...]


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


def shown(found: Differences) -> Shown:
    """The changes for a page in the language of the person."""
    meaning = [_line(number, each) for number, each in enumerate(found.of_meaning, 1)]
    return Shown(
        drawing=tuple(line for line in meaning if line.file.endswith(".bpmn")),
        tables=tuple(line for line in meaning if line.file.endswith(".dmn")),
        forms=tuple(line for line in meaning if line.file.endswith(".form")),
        layout=tuple(_line(0, each) for each in found.of_layout),
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


def _line(number: int, change: Change) -> Line:
    lang = language()
    return Line(
        key=f"change-{number}",
        kind=change.kind,
        icon=ICONS[change.kind],
        tone=_TONES[change.kind],
        title=differences.title(change, lang),
        file=change.file,
        element=change.id if change.subject in ("element", "flow") else "",
        pairs=tuple(_pairs(change, lang)),
        columns=change.columns,
        rows=change.rows,
    )


def _pairs(change: Change, lang: str) -> list[Pair]:
    return [
        Pair(
            differences.label(detail.attribute, lang),
            differences.value_of(detail.attribute, detail.old, lang),
            differences.value_of(detail.attribute, detail.new, lang),
            is_bare=detail.attribute in ("other", "unreadable"),
        )
        for detail in change.details
        if change.kind != "added" or detail.new
    ]
