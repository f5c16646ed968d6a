"""
YAML as the catalogue uses it: plain values with the line each stood on.

Anchors, aliases, tags, repeated keys, deep nesting and large files are refused, so that a hostile
file costs nothing and cannot mean anything.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

LARGEST_FILE = 1 << 20
DEEPEST = 12

Plain = str | int | float | bool | list["Plain"] | dict[str, "Plain"] | None


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a file of the catalogue, and where."""

    file: str
    line: int
    code: str
    indicator: str = ""
    detail: str = ""
    detail_zh: str = ""

    def say(self, lang: str) -> str:
        """Say it with its place: `VAT.yaml, line 12, VAT-001: …`."""
        sentence = SENTENCES[self.code][0 if lang == "zh" else 1]
        detail = self.detail_zh if lang == "zh" and self.detail_zh else self.detail
        if lang == "zh":
            place = f"{self.file} 第{self.line}行" + (
                f" {self.indicator}" if self.indicator else ""
            )
            return f"{place}：{sentence.format(detail)}"
        place = f"{self.file}, line {self.line}" + (f", {self.indicator}" if self.indicator else "")
        return f"{place}: {sentence.format(detail)}"


SENTENCES = {
    "file_missing": ("缺少文件", "the file is missing"),
    "file_too_large": ("文件超过1兆字节", "the file is larger than 1 MB"),
    "not_text": ("文件不是UTF-8文本", "the file is not UTF-8 text"),
    "not_yaml": ("不是有效的YAML：{}", "not valid YAML: {}"),
    "alias": ("不允许使用锚点和引用", "anchors and aliases are not allowed"),
    "tag": ("不允许使用标签{}", "the tag {} is not allowed"),
    "too_deep": ("嵌套过深", "nested too deeply"),
    "repeated": ("“{}”出现了两次", "{} is given twice"),
    "missing": ("缺少“{}”", "{} is missing"),
    "unknown_key": ("不认识“{}”", "{} is not known here"),
    "not_a_list": ("此处应为列表", "a list is expected here"),
    "not_an_entry": ("此处应为条目", "an entry with keys is expected here"),
    "not_allowed": ("“{}”不在允许的取值之中", "{} is not one of the allowed values"),
    "not_a_number": ("“{}”不是数字", "{} is not a number"),
    "bad_code": ("编号“{}”与所在组不符", "the code {} does not belong to this group"),
    "bad_month": ("“{}”不是月份（YYYY-MM）", "{} is not a month (YYYY-MM)"),
    "formula": ("公式有误：{}", "the formula is wrong: {}"),
    "unit_mismatch": ("公式中的计量单位不一致：{}", "units do not agree in the formula: {}"),
    "not_a_flow": ("“{}”不是可累计的发生额", "{} is not a flow that can be summed"),
    "not_linear": (
        "ytd和roll只能用于若干项目的和或差",
        "ytd and roll take sums and differences of fields only",
    ),
    "bad_months": ("月数应为1到36的整数", "the number of months must be whole, from 1 to 36"),
    "no_base": ("公式用到基期，但没有指明基期", "the formula needs a base period, none is named"),
    "not_supported": ("指标公式不支持“{}”", "{} is not supported in formulas of indicators"),
    "not_a_value": ("公式应得出数值", "the formula must give a number"),
    "not_a_condition": ("公式应为条件", "the formula must be a condition"),
}


class Broken(Exception):
    """One fault was found; the rest of this entry cannot be judged."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.say("en"))
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Entry:
    """A mapping of the file with the lines of its keys."""

    file: str
    line: int
    values: dict[str, Plain]
    lines: dict[str, int]


def entries(path: Path, key: str) -> tuple[dict[str, Plain], list[Entry]]:
    """Read a file: its top level as plain values, and the list under one key entry by entry."""
    root = _compose(path)
    top = _mapping(path.name, root)
    if key not in top:
        raise Broken(Fault(path.name, 1, "missing", detail=key))
    listed = top[key][1]
    if not isinstance(listed, yaml.SequenceNode):
        raise Broken(Fault(path.name, _line(listed), "not_a_list"))
    found = []
    for node in listed.value:
        mapping = _mapping(path.name, node)
        values = {name: _plain(path.name, value) for name, (_, value) in mapping.items()}
        lines = {name: _line(value) for name, (_, value) in mapping.items()}
        found.append(Entry(path.name, _line(node), values, lines))
    rest = {name: _plain(path.name, node) for name, (_, node) in top.items() if name != key}
    return rest, found


def plain(path: Path) -> dict[str, Plain]:
    """Read a whole file as plain values."""
    root = _mapping(path.name, _compose(path))
    return {name: _plain(path.name, node) for name, (_, node) in root.items()}


def _compose(path: Path) -> yaml.Node:
    if not path.is_file():
        raise Broken(Fault(path.name, 1, "file_missing"))
    if path.stat().st_size > LARGEST_FILE:
        raise Broken(Fault(path.name, 1, "file_too_large"))
    try:
        text = path.read_text(encoding="utf-8")
        _refuse_tricks(path.name, text)
        root = yaml.compose(text, Loader=yaml.CSafeLoader)
    except UnicodeDecodeError as error:
        raise Broken(Fault(path.name, 1, "not_text")) from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        problem = str(getattr(error, "problem", "") or error).splitlines()[0]
        raise Broken(Fault(path.name, line, "not_yaml", detail=problem)) from error
    if root is None:
        raise Broken(Fault(path.name, 1, "not_an_entry"))
    return root


def _refuse_tricks(file: str, text: str) -> None:
    """Look at the events before anything is built from them."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise Broken(Fault(file, line, "alias"))
        if tag := getattr(event, "tag", None):
            raise Broken(Fault(file, line, "tag", detail=str(tag)))
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise Broken(Fault(file, line, "too_deep"))


def _mapping(file: str, node: yaml.Node) -> dict[str, tuple[int, yaml.Node]]:
    if not isinstance(node, yaml.MappingNode):
        raise Broken(Fault(file, _line(node), "not_an_entry"))
    found: dict[str, tuple[int, yaml.Node]] = {}
    for key, value in node.value:
        name = str(key.value)
        if name in found:
            raise Broken(Fault(file, _line(key), "repeated", detail=name))
        found[name] = (_line(key), value)
    return found


def _plain(file: str, node: yaml.Node) -> Plain:
    if isinstance(node, yaml.MappingNode):
        return {name: _plain(file, value) for name, (_, value) in _mapping(file, node).items()}
    if isinstance(node, yaml.SequenceNode):
        return [_plain(file, each) for each in node.value]
    return _scalar(node)


def _scalar(node: yaml.Node) -> Plain:
    """Resolve a scalar as the safe loader would; dates and the like stay text."""
    value = str(node.value)
    if node.tag == "tag:yaml.org,2002:int" and value.lstrip("+-").isdecimal():
        return int(value)
    if node.tag == "tag:yaml.org,2002:float":
        return float(value)
    if node.tag == "tag:yaml.org,2002:bool" and value in ("true", "false"):
        return value == "true"
    return None if node.tag == "tag:yaml.org,2002:null" else value


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


def texts(value: Plain) -> Iterator[str]:
    """Yield the texts of a list."""
    if isinstance(value, list):
        yield from (str(each) for each in value)
