"""A trial run in words: what can be done now, what may be handed in, what has happened."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from caseflow import clock, feel
from caseflow.engine import Element, Process
from caseflow.engine.forms.choices import vocabulary
from caseflow.engine.forms.specs import FieldSpec
from caseflow.engine.reasons import Reason
from caseflow.engine.variables import routed
from caseflow.web import term_filters
from caseflow.web.courses import Course
from caseflow.web.designer.table_words import control_of
from caseflow.web.languages import language, name_of
from caseflow.web.speech import _
from caseflow.web.words import NOTHING, clauses, joined

_LONGEST_LINE = 400


@dataclass(frozen=True, slots=True)
class Asked:
    """A value that may be given: its variable, its words, the control that takes it."""

    name: str
    label: str
    kind: str
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Task:
    """An open task as the page offers it."""

    id: str
    path: str
    key: str
    name: str
    post: str
    due: datetime | None
    item: str
    asked: tuple[Asked, ...]


def starting(process: Process) -> tuple[Asked, ...]:
    """The variables that a case may start with: the declared ones that no form asks for."""
    from_forms = {
        each.key
        for element in process.elements.values()
        if element.form_key in process.forms
        for each in routed(element, process.forms[element.form_key])
    }
    results = {element.result for element in process.elements.values() if element.result}
    return tuple(
        _asked(name, name, kind)
        for name, kind in process.variables.items()
        if name not in from_forms | results
    )


def tasks(process: Process, answer: Mapping[str, Any]) -> list[Task]:
    """The open tasks, oldest first."""
    return [_task(process, each) for each in answer["open"]]


def _task(process: Process, each: Mapping[str, Any]) -> Task:
    path = each.get("path", each["id"])
    element = process.elements.get(path)
    due = each["due"]
    return Task(
        id=each["id"],
        path=path,
        key=str(each["key"]),
        name=_name(process, path),
        post=joined(term_filters.lane(role) for role in each["roles"] or [each["lane"]] if role),
        due=datetime.fromisoformat(due) if due else None,
        item="" if each.get("item") is None else json.dumps(each["item"], ensure_ascii=False),
        asked=tuple(_fields(process, element)) if element else (),
    )


def _fields(process: Process, element: Element) -> Iterator[Asked]:
    form = process.forms.get(element.form_key)
    for each in routed(element, form) if form else ():
        kind = process.variables.get(each.key, feel.ANY)
        yield _asked(each.key, each.say(language()), kind, each)


def _asked(name: str, label: str, kind: feel.Type, field: FieldSpec | None = None) -> Asked:
    choices = _choices(field) if field else ()
    if not choices:
        choices = tuple((value, value) for value in kind.choices or ())
    if choices and kind.of is None:
        return Asked(name, label, "choice", choices)
    return Asked(name, label, control_of(kind))


def _choices(field: FieldSpec) -> tuple[tuple[str, str], ...]:
    found = vocabulary(field.vocabulary) if field.vocabulary else field.choices
    return tuple((each.value, each.label(language())) for each in found or ())


def course(process: Process, passed: Sequence[str], answer: Mapping[str, Any]) -> dict[str, Any]:
    """The marks on the drawing: what was passed, where tokens stand, how many.

    A token in a sub-process or a called part stands in what is drawn around it, too.
    """
    at = [each.get("path", each["id"]) for each in (*answer["open"], *answer["waiting"])]
    way = Course(frozenset(passed), process.elements)
    current = {*at, *(scope for element in at for scope in way.around(element))}
    return {
        "done": [name for name in passed if name not in current],
        "current": sorted(current),
        "pills": {name: str(at.count(name)) for name in at if at.count(name) > 1},
    }


def variables(values: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The variables and what they hold; those without a value last."""
    said = [
        (name, "" if value is None else json.dumps(value, ensure_ascii=False, default=str))
        for name, value in values.items()
    ]
    return sorted(said, key=lambda pair: not pair[1])


def lines(
    process: Process, act: Mapping[str, Any], answer: Mapping[str, Any], why: Iterable[Reason]
) -> list[dict[str, Any]]:
    """What one act did, as lines of the log.

    The act, what tables and gateways answered and why, the verbs it called, the end it came to.
    """
    at = datetime.fromisoformat(answer["at"]).astimezone(clock.BUREAU_ZONE)
    told: list[tuple[str, list[str]]] = [(_done(process, act), [])]
    told += [_reason(process, each) for each in why]
    told += [
        (_("系统执行 %(verb)s（%(name)s）", verb=call["verb"], name=_name(process, call["id"])), [])
        for call in answer["called"]
    ]
    if answer["finished"]:
        end = answer["ended"]
        told.append((_("流程结束：%(name)s", name=_name(process, end) if end else ""), []))
    return [{"at": f"{at:%Y-%m-%d %H:%M}", "text": text, "why": below} for text, below in told]


def _reason(process: Process, reason: Reason) -> tuple[str, list[str]]:
    """What a table or gateway answered, and the lines below it that say why."""
    name = _name(process, reason.element)
    said = _equal(reason.outputs if reason.is_table else [])
    text = (
        _("决策表“%(name)s”：%(answer)s", name=name, answer=said)
        if reason.is_table
        else _("网关“%(name)s”：走 %(ways)s", name=name, ways=_ways(process, reason))
    )
    given = [pair for pair in reason.inputs if pair[1]]
    empty = [name for name, value in reason.inputs if not value]
    why = [_("问到的值：%(values)s", values=_equal(given))] if given else []
    why += [_("没有值：%(names)s", names=joined(empty))] if empty else []
    if reason.is_table:
        why += [_rule(*rule) for rule in reason.rules]
        why += [] if reason.rules else [_("没有规则成立")]
    else:
        why += [
            _("因为：%(condition)s", condition=condition)
            if condition
            else _("默认的一路，因为都不成立：%(conditions)s", conditions=clauses(reason.refused))
            for _flow, condition in reason.taken
        ]
    return text, [_short(line) for line in why]


def _rule(number: int, tests: str, note: str) -> str:
    said = (
        _("第 %(n)s 条规则成立：%(tests)s", n=number, tests=tests)
        if tests
        else _("第 %(n)s 条规则成立：没有条件，总是成立", n=number)
    )
    return f"{said} · {note}" if note else said


def _equal(pairs: Iterable[tuple[str, str]]) -> str:
    return clauses(f"{name} = {value or NOTHING}" for name, value in pairs)


def _ways(process: Process, reason: Reason) -> str:
    """The flows that were taken: their names, else where they lead."""
    flows = [process.flows[name] for name, _condition in reason.taken]
    return joined(
        name_of(each.name, each.name_en) or "→ " + _name(process, each.target) for each in flows
    )


def _short(line: str) -> str:
    """A page carries its log from act to act."""
    return line if len(line) <= _LONGEST_LINE else f"{line[: _LONGEST_LINE - 1]}…"


def _done(process: Process, act: Mapping[str, Any]) -> str:
    given = act.get("start") or act.get("data") or {}
    told = clauses(f"{name} = {value}" for name, value in given.items())
    if "start" in act:
        text = _("开始")
    elif "complete" in act:
        text = _("办完 %(name)s", name=_name(process, act["complete"]))
    elif "message" in act:
        text = _("收到消息 %(name)s", name=act["message"])
    elif "signal" in act:
        text = _("收到信号 %(name)s", name=act["signal"])
    else:
        text = _("时间过去 %(span)s", span=act["advance"])
    return f"{text} · {told}" if told else text


def _name(process: Process, path: str) -> str:
    element = process.elements.get(path)
    return name_of(element.name, element.name_en) or path if element else path
