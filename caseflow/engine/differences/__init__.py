"""What two versions of a definition differ in, as data and in words: element, rule, field.

Needs no database and reads broken files too, as drafts may be. Places on the paper, the order of
things where order means nothing, and what modelers write for themselves are said apart.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import PurePosixPath

from caseflow.engine.differences.changes import (
    Change,
    Detail,
    Differences,
    RowChange,
)
from caseflow.engine.differences.drawing import compare_drawings
from caseflow.engine.differences.forms import compare_forms
from caseflow.engine.differences.tables import compare_tables
from caseflow.engine.differences.words import label, say, say_detail, title, value_of

__all__ = [
    "Change",
    "Detail",
    "Differences",
    "RowChange",
    "compare",
    "label",
    "say",
    "say_detail",
    "title",
    "value_of",
]

_Comparer = Callable[[str, bytes, bytes], list[Change]]
_COMPARERS: Mapping[str, _Comparer] = {
    ".bpmn": compare_drawings,
    ".dmn": compare_tables,
    ".form": compare_forms,
}
_ORDER = tuple(_COMPARERS)


def compare(old: Mapping[str, bytes], new: Mapping[str, bytes]) -> Differences:
    """Compare two bundles file by file: drawings first, then tables, then forms."""
    olds, news = dict(old), dict(new)
    _pair_renamed_drawing(olds, news)
    changes: list[Change] = []
    for name in sorted({*olds, *news}, key=_place):
        if name not in olds:
            changes.append(Change("added", "file", name, name, name))
        elif name not in news:
            changes.append(Change("removed", "file", name, name, name))
        elif olds[name] != news[name]:
            comparer = _COMPARERS.get(PurePosixPath(name).suffix)
            changes += comparer(name, olds[name], news[name]) if comparer else []
    return Differences(tuple(changes))


def _pair_renamed_drawing(olds: dict[str, bytes], news: dict[str, bytes]) -> None:
    """The one drawing of each side is the same drawing, whatever its file is called."""
    before = [name for name in olds if name.endswith(".bpmn")]
    after = [name for name in news if name.endswith(".bpmn")]
    if len(before) == len(after) == 1 and before != after:
        olds[after[0]] = olds.pop(before[0])


def _place(name: str) -> tuple[int, str]:
    ending = PurePosixPath(name).suffix
    return (_ORDER.index(ending) if ending in _ORDER else len(_ORDER), name)
