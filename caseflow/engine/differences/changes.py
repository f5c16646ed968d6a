"""The values in which differences are told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal["added", "removed", "changed", "moved"]
Subject = Literal["file", "process", "element", "flow", "lane", "decision", "field", "form"]
RowKind = Literal["added", "removed", "changed", "same"]


@dataclass(frozen=True, slots=True)
class Detail:
    """One thing that was said before and is said now; an empty text is nothing."""

    attribute: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class RowChange:
    """A rule of a table on both sides; numbers count from 1, a cell is its text before and now."""

    kind: RowKind
    old_number: int | None
    new_number: int | None
    cells: tuple[tuple[str, str], ...]
    note: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that was added, removed, changed, or only moved on the paper."""

    kind: Kind
    subject: Subject
    file: str
    id: str
    name: str
    name_en: str = ""
    type: str = ""
    details: tuple[Detail, ...] = ()
    # Of a table: the heads of its columns, those of both sides, and its rules.
    columns: tuple[str, ...] = ()
    rows: tuple[RowChange, ...] = ()


@dataclass(frozen=True, slots=True)
class Differences:
    """All changes between two bundles."""

    changes: tuple[Change, ...]

    @property
    def of_meaning(self) -> tuple[Change, ...]:
        """What changes how cases run or what people see."""
        return tuple(each for each in self.changes if each.kind != "moved")

    @property
    def of_layout(self) -> tuple[Change, ...]:
        """What only moved on the paper, or is written in another order."""
        return tuple(each for each in self.changes if each.kind == "moved")

    def marks(self, file: str) -> Mapping[str, Kind]:
        """For a drawing: the elements and flows to mark, by id."""
        found: dict[str, Kind] = {}
        for each in self.changes:
            if each.file == file and each.subject in ("element", "flow"):
                found.setdefault(each.id, each.kind)
        return found
