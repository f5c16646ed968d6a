"""A ``.form`` file (the JSON of bpmn.io's form-js) read into plain values, with remarks."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from caseflow.engine import plain
from caseflow.engine.findings import Finding
from caseflow.engine.forms.rules import whole
from caseflow.engine.forms.specs import VALUED, Choice, FieldSpec, Limits, flat
from caseflow.feel.patterns import BadPattern

MAX_BYTES = 500_000
MAX_FIELDS = 400
CHOOSING = frozenset({"select", "radio", "checklist"})
KINDS = VALUED | {"text", "group", "dynamiclist"}
# Decoration of form-js that changes nothing here.
_LAYOUT = frozenset({"separator", "spacer"})
_WHOLE = re.compile(r"[0-9]{1,7}")
_NUMBER = re.compile(r"-?[0-9]{1,20}(\.[0-9]{1,12})?")
_MOST_LENGTH, _MOST_DIGITS = 1_000_000, 12
_KEY = re.compile(r"[a-z][a-z0-9_]{0,62}")
# What a form is asked by itself: a field of that name would stand in the way of it.
_TAKEN = frozenset(
    {
        *("above", "answers", "asked", "data", "errors", "form_errors", "is_hidden", "layout"),
        *("meta", "populate_obj", "process", "row", "seen", "validate", "was_edited"),
    }
)


@dataclass(frozen=True)
class FormFile:
    """What a file holds."""

    id: str
    fields: tuple[FieldSpec, ...]
    properties: Mapping[str, str]


def read(file: str, data: bytes) -> tuple[FormFile | None, list[Finding]]:
    """Read a file and remark on all that is wrong; None if nothing can be made of it."""
    reader = _Reader(file)
    content = reader.content(data)
    if content is None:
        return None, reader.findings
    fields = reader.components(content.get("components"), where="")
    properties = reader.properties(content, where="")
    return FormFile(str(content.get("id", "")), fields, properties), reader.findings


class _Reader:
    """Reads one file, collecting remarks."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.findings: list[Finding] = []
        self.count = 0
        self.text = ""
        self.line = 0
        self.begin = 0

    def remark(self, code: str, where: str, line: int = 0, **values: object) -> None:
        self.findings.append(Finding("error", self.file, where, line or self.line, code, values))

    def go_to(self, name: str) -> int:
        """Find the line on which a component of this name stands, after the one before it."""
        named = re.compile(rf'"(?:key|path|id)"\s*:\s*{re.escape(json.dumps(name))}')
        found = named.search(self.text, self.begin) or named.search(self.text)
        if name and found is not None:
            self.begin = found.end()
            self.line = self.text.count("\n", 0, found.start()) + 1
        return self.line

    def content(self, data: bytes) -> dict[str, Any] | None:
        if len(data) > MAX_BYTES:
            self.remark("form_size", "", limit=MAX_BYTES)
            return None
        try:
            self.text = data.decode("utf-8")
            content = json.loads(self.text, parse_constant=plain.no_constant)
        except UnicodeDecodeError as error:
            self.remark("form_encoding", "", data.count(b"\n", 0, error.start) + 1)
            return None
        except (ValueError, RecursionError) as error:  # a number or a nesting without measure, too
            fault = plain.BadJson.of(error)
            self.remark("form_broken", "", fault.line or 1, reason=fault.say)
            return None
        if not isinstance(content, dict) or content.get("type") != "default":
            self.remark("form_type", "", 1)
            return None
        return content

    def components(self, items: object, where: str) -> tuple[FieldSpec, ...]:
        if not isinstance(items, list):
            self.remark("form_components", where)
            return ()
        found: list[FieldSpec] = []
        for item in items:
            self.count += 1
            if self.count > MAX_FIELDS:
                self.remark("form_fields", where, limit=MAX_FIELDS)
                break
            if not isinstance(item, dict):
                self.remark("form_components", where)
                continue
            spec = self.component(item, where)
            if spec is not None:
                found.append(spec)
        keys = [each.key for each in flat(found)]
        for key in sorted({key for key in keys if keys.count(key) > 1}):
            last = self.text.rfind(json.dumps(key))
            self.remark("form_twice", f"{where}{key}", self.text.count("\n", 0, last) + 1)
        return tuple(found)

    def component(self, item: dict[str, Any], where: str) -> FieldSpec | None:
        kind = str(item.get("type", ""))
        if kind in _LAYOUT:
            return None
        self.go_to(str(item.get("key") or item.get("path") or item.get("id") or ""))
        if kind not in KINDS:
            name = f"{where}{item.get('key', item.get('id', ''))}"
            self.remark("form_kind", name, kind=kind, known=sorted(KINDS))
            return None
        is_list = kind == "dynamiclist"
        key = str(item.get("path" if is_list else "key") or item.get("key") or "")
        here = f"{where}{key or item.get('id', '')}"
        if (kind in VALUED or is_list) and (key in _TAKEN or not _KEY.fullmatch(key)):
            self.remark("form_key", here)
        if kind == "group" and item.get("path"):
            self.remark("form_group_path", here)
        return self.spec(item, kind, key, here=here, inside=f"{here}." if is_list else where)

    def spec(
        self, item: dict[str, Any], kind: str, key: str, *, here: str, inside: str
    ) -> FieldSpec:
        line = self.line
        properties = self.properties(item, here)
        label = str(item.get("label") or item.get("text") or item.get("dateLabel") or "")
        description = str(item.get("description") or "")
        nested = kind in {"group", "dynamiclist"}
        return FieldSpec(
            type=kind,
            key=key,
            label=label,
            label_en=properties.get("label_en", properties.get("text_en", label)),
            description=description,
            description_en=properties.get("description_en", description),
            limits=self.limits(item, here),
            properties=properties,
            choices=self.choices(item, kind, properties, here),
            vocabulary=properties.get("vocabulary", ""),
            choices_key=str(item.get("valuesKey") or ""),
            rows_key=properties.get("rows", ""),
            validator=properties.get("validator", ""),
            hide=self.hide(item, here),
            digits=self.whole(item, "decimalDigits", here, most=_MOST_DIGITS) or 0,
            subtype=str(item.get("subtype") or "date"),
            default=item.get("defaultValue"),
            accept=str(item.get("accept") or ""),
            is_readonly=bool(item.get("readonly") or item.get("disabled")),
            is_routing=properties.get("routing", "").lower() == "true",
            children=self.components(item.get("components"), inside) if nested else (),
            line=line,
        )

    def properties(self, item: dict[str, Any], where: str) -> dict[str, str]:
        found = item.get("properties") or {}
        if not isinstance(found, dict):
            self.remark("form_properties", where)
            return {}
        return {
            str(name): str(value).lower() if isinstance(value, bool) else str(value)
            for name, value in found.items()
        }

    def limits(self, item: dict[str, Any], where: str) -> Limits:
        found = item.get("validate") or {}
        if not isinstance(found, dict):
            self.remark("form_validate", where)
            return Limits()
        pattern = found.get("pattern")
        if pattern:
            try:
                whole(str(pattern))
            except BadPattern:
                self.remark("form_pattern", where)
                pattern = None
        return Limits(
            required=found.get("required") is True,
            min_length=self.whole(found, "minLength", where),
            max_length=self.whole(found, "maxLength", where),
            min=self.bound(found, "min", where),
            max=self.bound(found, "max", where),
            pattern=str(pattern) if pattern else None,
        )

    def whole(
        self, item: dict[str, Any], name: str, where: str, *, most: int = _MOST_LENGTH
    ) -> int | None:
        value = item.get(name)
        if value is None or value == "":
            return None
        if isinstance(value, bool) or not _WHOLE.fullmatch(str(value)) or int(value) > most:
            self.remark("form_number", where, name=name, most=most)
            return None
        return int(value)

    def bound(self, found: dict[str, Any], name: str, where: str) -> str | None:
        value = found.get(name)
        if value is None or value == "":
            return None
        if isinstance(value, bool) or not _NUMBER.fullmatch(str(value)):
            self.remark("form_bound", where, name=name)
            return None
        return str(value)

    def choices(
        self, item: dict[str, Any], kind: str, properties: Mapping[str, str], where: str
    ) -> tuple[Choice, ...]:
        if kind not in CHOOSING:
            return ()
        values = item.get("values") or []
        ways = [bool(values), bool(item.get("valuesKey")), "vocabulary" in properties]
        # A list of words may be narrowed to those that the page gives.
        if ways.count(True) != 1 and ways != [False, True, True]:
            self.remark("form_choices", where)
        if not isinstance(values, list):
            self.remark("form_choices", where)
            return ()
        return tuple(
            Choice(str(each.get("value", "")), str(each.get("label", "")), "")
            for each in values
            if isinstance(each, dict)
        )

    def hide(self, item: dict[str, Any], where: str) -> str:
        conditional = item.get("conditional") or {}
        if not isinstance(conditional, dict):
            self.remark("form_conditional", where)
            return ""
        text = str(conditional.get("hide") or "").strip()
        return text.removeprefix("=").strip()
