"""What an event says beside its kind, as lines of name, before and after."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from caseflow.vocabulary import CaseKind, Role
from caseflow.web import sum_words, words
from caseflow.web.languages import say
from caseflow.web.speech import _

_LONGEST = 160
# Said elsewhere on the line, or of no use to a reader.
_LEFT_OUT = frozenset({"changes", "before", "after"})


@dataclass(frozen=True, slots=True)
class Line:
    """One field: what it was before and after; ``before`` None where only one value is told."""

    name: str
    before: str | None
    after: str


def lines(payload: Mapping[str, object], names: Mapping[int, str]) -> tuple[Line, ...]:
    """The fields of a payload; people by their names, changes as before and after."""
    return tuple(_lines(payload, names))


def _lines(payload: Mapping[str, object], names: Mapping[int, str]) -> Iterator[Line]:
    before, after = payload.get("before"), payload.get("after")
    if isinstance(before, Mapping) or isinstance(after, Mapping):
        yield from _pairs(before or {}, after or {}, names)
    elif "before" in payload or "after" in payload:
        yield Line(_("内容"), _said("", before, names), _said("", after, names))
    changes = payload.get("changes")
    if isinstance(changes, list):
        yield from (_change(each, names) for each in changes if isinstance(each, Mapping))
    for key, value in payload.items():
        if key not in _LEFT_OUT:
            yield Line(_name(key), None, _said(key, value, names))


def _pairs(before: object, after: object, names: Mapping[int, str]) -> Iterator[Line]:
    old = before if isinstance(before, Mapping) else {}
    new = after if isinstance(after, Mapping) else {}
    for key in [*old, *(each for each in new if each not in old)]:
        if old.get(key) != new.get(key):
            text = str(key)
            yield Line(
                _name(text), _said(text, old.get(key), names), _said(text, new.get(key), names)
            )


def _change(change: Mapping[str, object], names: Mapping[int, str]) -> Line:
    """One of a list of changes that tell their own field, old and new value."""
    key = str(change.get("field") or change.get("name") or change.get("what") or "")
    old = change.get("before", change.get("old"))
    new = change.get("after", change.get("new"))
    return Line(_name(key), _said(key, old, names), _said(key, new, names))


def _said(key: str, value: object, names: Mapping[int, str]) -> str:
    if value in (None, "", [], {}):
        return _("（空）")
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, int) and key in _PEOPLE and value in names:
        return names[value]
    if isinstance(value, list):
        return _cut(words.joined(_said(key, each, names) for each in value))
    if isinstance(value, Mapping):
        return _cut(
            words.joined(f"{_name(str(k))} {_said(str(k), v, names)}" for k, v in value.items())
        )
    return _cut(_term(key, str(value)))


def _term(key: str, text: str) -> str:
    """A post, a kind of case, a parameter or its unit in words; all else as the record has it."""
    if key in ("role", "roles") and text in set(Role):
        return say(Role(text))
    if key in ("kind", "kinds") and text in set(CaseKind):
        return say(CaseKind(text))
    known = {
        "name": {name: said for name, (said, _short) in sum_words.labels().items()},
        "unit": {"cases": _("件"), "yuan": _("元"), "wd": _("工作日"), "d": _("日")},
    }
    return known.get(key, {}).get(text, text)


_PEOPLE = frozenset(
    {"user", "user_id", "deputy", "deputy_id", "principal", "principal_id", "reader", "for"}
)


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _name(key: str) -> str:
    """A field in words; one that has none keeps the name that the record gives it."""
    return {
        "address": _("地址"),
        "case": _("任务"),
        "count": _("数量"),
        "deputy": _("代理人"),
        "deputy_id": _("代理人"),
        "ended_on": _("止于"),
        "filters": _("筛选条件"),
        "for": _("被代理人"),
        "kinds": _("任务类别"),
        "line": _("条线"),
        "list": _("清单"),
        "login": _("登录名"),
        "name": _("名称"),
        "note": _("说明"),
        "officers": _("人员数"),
        "posts": _("岗位"),
        "principal": _("被代理人"),
        "principal_id": _("被代理人"),
        "process": _("流程"),
        "public": _("公钥"),
        "algorithm": _("算法"),
        "reader": _("可查阅人"),
        "reason": _("事由"),
        "role": _("岗位"),
        "roles": _("岗位"),
        "rows": _("行数"),
        "section": _("科（所）"),
        "sha256": _("文件哈希"),
        "since": _("起于"),
        "taxpayer": _("纳税人"),
        "unit": _("单位"),
        "units": _("机构数"),
        "until": _("止于"),
        "user": _("人员"),
        "user_id": _("人员"),
        "valid_from": _("起于"),
        "valid_to": _("止于"),
        "value": _("数值"),
        "version": _("版本"),
    }.get(key, key)
