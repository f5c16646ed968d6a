"""What an uploaded file changes, in words, element by element, cell by cell, field by field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from caseflow.engine import EngineError, drawings
from caseflow.engine.decisions import editing as tables
from caseflow.engine.forms import editing as forms
from caseflow.engine.safe_xml import BadXml
from caseflow.web.speech import _

_MOST = 60


def changes(name: str, before: bytes | None, after: bytes) -> tuple[str, ...]:
    """The differences of a file to the one of the draft; empty if there are none."""
    if before is None:
        return (_("新文件"),)
    if before == after:
        return (_("与草稿中的完全相同"),)
    try:
        old, new = _parts(name, before), _parts(name, after)
    except (BadXml, EngineError):
        return (_("内容已变"),)
    found = tuple(_compared(old, new))
    if not found:
        return (_("只有位置、格式或附带信息变了"),)
    if len(found) > _MOST:
        return (*found[:_MOST], _("另有 %(n)s 处", n=len(found) - _MOST))
    return found


def _compared(old: Mapping[str, object], new: Mapping[str, object]) -> Iterator[str]:
    for key in [*old, *(key for key in new if key not in old)]:
        if key not in new:
            yield _("删去 %(what)s", what=key)
        elif key not in old:
            yield _("新增 %(what)s", what=key)
        elif old[key] != new[key]:
            yield _("修改 %(what)s", what=key)


def _parts(name: str, data: bytes) -> dict[str, object]:
    if name.endswith(".bpmn"):
        return _drawn(data)
    if name.endswith(".dmn"):
        return {
            f"{sheet.name} · {row.note or row.id}": row.cells
            for sheet in tables.sheets(data)
            for row in sheet.rows
        }
    return {each.values["label"] or each.values["key"]: each.values for each in forms.items(data)}


def _place(name: str, key: str) -> str:
    return _("%(name)s（%(id)s）", name=name, id=key) if name else key


def _drawn(data: bytes) -> dict[str, object]:
    found: dict[str, object] = {}
    for drawing in drawings.read("", data):
        for part in drawing.elements.values():
            found[_place(part.name, part.id)] = replace(part, line=0)
        for flow in drawing.flows.values():
            found[_place(flow.name, flow.id)] = replace(flow, line=0)
    return found
