"""Drawings for tests in a few words instead of pages of BPMN.

    start s / end e terminate / user a section_chief due=P3D / service x cases.close kind="a"
    rule r table result / xor g / and g / or g / gate g / catch c timer:P1D / throw t signal:x
    receive m message:x / on late a timer:P5D soft / sub p … up / manual a / send a message:x
    call c other / event p … up   an event sub-process, with start s signal:x soft
    lane clerk a b
    a -> b -> c          flows, named a_b, b_c
    g -> b : x > 1       with a condition      g => b   the default flow
A user task or sub-process takes multi=members:member, seq, until=…; ~ is a blank in a value.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from xml.sax.saxutils import quoteattr

from caseflow.engine import Moment

NOW = datetime(2010, 1, 25, 1, tzinfo=UTC)
FORM = b'{"type": "default", "id": "plain", "components": []}'
_SETTING = re.compile(r"[a-z_]+=")
_TASKS = {
    "user": "userTask",
    "manual": "manualTask",
    "service": "serviceTask",
    "rule": "businessRuleTask",
    "call": "callActivity",
}
_GATES = {
    "xor": "exclusiveGateway",
    "and": "parallelGateway",
    "or": "inclusiveGateway",
    "gate": "eventBasedGateway",
}
_EVENTS = {
    "start": "startEvent",
    "end": "endEvent",
    "catch": "intermediateCatchEvent",
    "throw": "intermediateThrowEvent",
    "receive": "receiveTask",
    "send": "sendTask",
}

Words = dict[str, str]


def moment(days: float = 0) -> Moment:
    """So many days after the bureau opens on 25 January 2010."""
    now = NOW + timedelta(days=days)

    def limit(value: str | int) -> datetime:
        return now + timedelta(days=value if isinstance(value, int) else len(value))

    return Moment(now, limit, limit, limit)


def bundle(text: str, variables: str = "", **more: bytes) -> dict[str, bytes]:
    """The files of a process: the drawing, a form without fields, and more by name."""
    files = {"sketch.bpmn": bpmn(text, variables), "plain.form": FORM}
    return files | {name.replace("__", "."): data for name, data in more.items()}


def bpmn(text: str, variables: str = "") -> bytes:
    """The BPMN of a sketch."""
    return _Sketch(text, variables).xml().encode()


class _Sketch:
    def __init__(self, text: str, variables: str) -> None:
        self.variables = variables
        self.bodies: list[list[str]] = [[]]
        self.opened: list[str] = []
        self.defaults: dict[str, str] = {}
        self.scopes: dict[str, int] = {}
        kinds = ("message", "signal", "error", "escalation")
        self.events: dict[str, set[str]] = {kind: set() for kind in kinds}
        self.flows: list[tuple[str, str, str]] = []
        self.nodes: list[tuple[int, str, str, str]] = []
        self.parents: list[int] = [0]
        self.count = 1
        for line in text.strip().splitlines():
            if line.strip():
                self._line(line.strip())

    def _line(self, line: str) -> None:
        if "->" in line or "=>" in line:
            self._chain(line)
            return
        word, *rest = line.split()
        if word == "up":
            self.parents.pop()
            return
        name = rest[0]
        scope = self.parents[-1]
        self.scopes[name] = scope
        if word in {"sub", "event"}:
            inner = self.count
            self.count += 1
            words = " ".join([str(inner), *rest[1:], *(["triggered"] if word == "event" else [])])
            self.nodes.append((scope, name, "subProcess", words))
            self.parents.append(inner)
        elif word == "on":
            self.nodes.append((scope, name, "boundaryEvent", " ".join(rest[1:])))
        else:
            kind = (_TASKS | _GATES | _EVENTS)[word]
            self.nodes.append((scope, name, kind, " ".join(rest[1:])))

    def _chain(self, line: str) -> None:
        path, _, condition = line.partition(" : ")
        if "=>" in path:
            source, target = (part.strip() for part in path.split("=>"))
            self.defaults[source] = f"{source}_{target}"
            self.flows.append((source, target, ""))
            return
        names = [part.strip() for part in path.split("->")]
        for source, target in pairwise(names):
            self.flows.append((source, target, condition.strip()))

    def xml(self) -> str:
        body = self._scope(0)
        roots = "".join(
            f'<{kind} id="{kind}_{name}" name="{name}" {kind}Code="{name}"/>'
            if kind in {"error", "escalation"}
            else f'<{kind} id="{kind}_{name}" name="{name}"/>'
            for kind, names in self.events.items()
            for name in sorted(names)
        )
        properties = _properties({"variables": self.variables}) if self.variables else ""
        return (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
            'xmlns:camunda="http://camunda.org/schema/1.0/bpmn" targetNamespace="t">\n'
            f'<process id="sketch" name="草图" isExecutable="true">{properties}\n{body}</process>\n'
            f"{roots}</definitions>"
        )

    def _scope(self, number: int) -> str:
        lines = [
            self._node(name, kind, rest)
            for scope, name, kind, rest in self.nodes
            if scope == number
        ]
        lines += [
            self._flow(source, target, condition)
            for source, target, condition in self.flows
            if self.scopes[source] == number
        ]
        return "\n".join(lines) + "\n"

    def _flow(self, source: str, target: str, condition: str) -> str:
        inner = f"<conditionExpression>{_escape(condition)}</conditionExpression>"
        return (
            f'<sequenceFlow id="{source}_{target}" sourceRef="{source}" targetRef="{target}">'
            f"{inner if condition else ''}</sequenceFlow>"
        )

    def _node(self, name: str, kind: str, rest: str) -> str:
        words = [word.replace("~", " ") for word in rest.split()]
        settings = dict(word.split("=", 1) for word in words if _SETTING.match(word))
        plain = [word for word in words if not _SETTING.match(word)]
        attributes = {"id": name, "name": f"{name}。"}
        if name in self.defaults:
            attributes["default"] = self.defaults[name]
        make = getattr(self, f"_{kind}", self._other)
        inner = make(attributes, plain, settings)
        if "multi" in settings:
            inner += _multi(settings, sequential="seq" in plain)
        shown = " ".join(f"{key}={quoteattr(value)}" for key, value in attributes.items())
        return f"<{kind} {shown}>{inner}</{kind}>"

    def _userTask(self, attributes: Words, plain: list[str], settings: Words) -> str:
        attributes["camunda:formKey"] = settings.get("form", "plain")
        roles = [word for word in plain if word != "seq"]
        attributes["camunda:candidateGroups"] = ",".join(roles) or "section_chief"
        if "due" in settings:
            attributes["camunda:dueDate"] = settings["due"]
        return _properties(_own(settings))

    def _serviceTask(self, attributes: Words, plain: list[str], settings: Words) -> str:
        attributes |= {"camunda:type": "external", "camunda:topic": plain[0]}
        return _properties(_own(settings))

    def _businessRuleTask(self, attributes: Words, plain: list[str], settings: Words) -> str:
        attributes |= {"camunda:decisionRef": plain[0], "camunda:resultVariable": plain[1]}
        return ""

    def _manualTask(self, attributes: Words, plain: list[str], settings: Words) -> str:
        attributes["camunda:candidateGroups"] = ",".join(plain) or "section_chief"
        return ""

    def _callActivity(self, attributes: Words, plain: list[str], settings: Words) -> str:
        attributes["calledElement"] = plain[0]
        ways = ""
        for word in plain[1:]:
            way, _, mapped = word.partition(":")
            source, _, target = mapped.partition(">")
            said = f'source="{source}" target="{target}"' if target else 'variables="all"'
            ways += f"<camunda:{way} {said}/>"
        if not ways:
            return _properties(_own(settings))
        return f"<extensionElements>{ways}</extensionElements>"

    def _sendTask(self, attributes: Words, plain: list[str], settings: Words) -> str:
        return self._receiveTask(attributes, plain, settings)

    def _startEvent(self, attributes: Words, plain: list[str], settings: Words) -> str:
        if "soft" in plain:
            attributes["isInterrupting"] = "false"
        return self._other(attributes, plain, settings)

    def _subProcess(self, attributes: Words, plain: list[str], settings: Words) -> str:
        if "triggered" in plain:
            attributes["triggeredByEvent"] = "true"
        return self._scope(int(plain[0]))

    def _receiveTask(self, attributes: Words, plain: list[str], settings: Words) -> str:
        name = plain[0].partition(":")[2]
        self.events["message"].add(name)
        attributes["messageRef"] = f"message_{name}"
        return _properties(_own(settings))

    def _boundaryEvent(self, attributes: Words, plain: list[str], settings: Words) -> str:
        attributes["attachedToRef"] = plain[0]
        if "soft" in plain:
            attributes["cancelActivity"] = "false"
        return self._other(attributes, plain[1:], settings)

    def _other(self, attributes: Words, plain: list[str], settings: Words) -> str:
        for word in plain:
            kind, _, name = word.partition(":")
            if kind == "timer":
                part = "timeCycle" if name.startswith("R") else "timeDuration"
                text = f"<{part}>{_escape(name)}</{part}>"
                return f"<timerEventDefinition>{text}</timerEventDefinition>"
            if kind == "terminate":
                return "<terminateEventDefinition/>"
            if kind in self.events:
                self.events[kind].add(name)
                return f'<{kind}EventDefinition {kind}Ref="{kind}_{name}"/>'
        return ""


def _own(settings: Words) -> Words:
    """The settings that become properties of the element."""
    taken = {"form", "due", "multi", *(["until"] if "multi" in settings else [])}
    return {name: value for name, value in settings.items() if name not in taken}


def _multi(settings: dict[str, str], *, sequential: bool) -> str:
    collection, _, variable = settings["multi"].partition(":")
    until = settings.get("until", "")
    condition = f"<completionCondition>{_escape(until)}</completionCondition>" if until else ""
    return (
        f'<multiInstanceLoopCharacteristics isSequential="{str(sequential).lower()}" '
        f'camunda:collection={quoteattr(collection)} camunda:elementVariable="{variable}">'
        f"{condition}</multiInstanceLoopCharacteristics>"
    )


def _properties(values: dict[str, str]) -> str:
    inner = "".join(
        f"<camunda:property name={quoteattr(name)} value={quoteattr(value)}/>"
        for name, value in values.items()
    )
    return (
        f"<extensionElements><camunda:properties>{inner}</camunda:properties></extensionElements>"
        if inner
        else ""
    )


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
