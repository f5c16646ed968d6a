"""Forty drawings that are attacks, or nothing that anybody drew."""

from __future__ import annotations

OPEN = '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL">'
END = "</definitions>"
_CAMUNDA = 'xmlns:camunda="http://camunda.org/schema/1.0/bpmn"'


def _process(inside: str, attributes: str = "") -> bytes:
    """A drawing with one process."""
    return f'{OPEN}<process id="p" isExecutable="true"{attributes}>{inside}</process>{END}'.encode()


def _nested(depth: int) -> str:
    return "<subProcess id='s'>" * depth + "</subProcess>" * depth


HOSTILE_XML: dict[str, bytes] = {
    "billion laughs": b'<!DOCTYPE d [<!ENTITY a "ha">'
    + b"".join(
        f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">'.encode().replace(b"&a0;", b"&a;")
        for n in range(1, 11)
    )
    + b"]><d>&a10;</d>",
    "quadratic": b'<!DOCTYPE d [<!ENTITY a "'
    + b"x" * 50_000
    + b'">]><d>'
    + b"&a;" * 5_000
    + b"</d>",
    "external entity": b'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><d>&x;</d>',
    "entity by http": b'<!DOCTYPE d [<!ENTITY x SYSTEM "http://127.0.0.1:1/x">]><d>&x;</d>',
    "parameter entity": b'<!DOCTYPE d [<!ENTITY % x SYSTEM "file:///dev/zero"> %x;]><d/>',
    "external dtd": b'<!DOCTYPE d SYSTEM "file:///dev/random"><d/>',
    "doctype alone": b"<!DOCTYPE definitions>" + OPEN.encode() + END.encode(),
    "include": _process(
        '<x:include xmlns:x="http://www.w3.org/2001/XInclude" href="/etc/passwd" parse="text"/>'
    ),
    "schema location": f'{OPEN[:-1]} xmlns:i="http://www.w3.org/2001/XMLSchema-instance"'
    f' i:schemaLocation="x file:///etc/passwd"/>'.encode(),
    "instruction": f'{OPEN}<?php system("id") ?>{END}'.encode(),
    "stylesheet": f'<?xml-stylesheet href="http://127.0.0.1:1/x"?>{OPEN}{END}'.encode(),
    "utf-16": f"{OPEN}{END}".encode("utf-16"),
    "utf-32": f"{OPEN}{END}".encode("utf-32"),
    "utf-7": f'<?xml version="1.0" encoding="UTF-7"?>{OPEN}+ADw-a+AD4-{END}'.encode(),
    "ebcdic": f'<?xml version="1.0" encoding="cp037"?>{OPEN}{END}'.encode("cp037"),
    "no such encoding": f'<?xml version="1.0" encoding="klingon"?>{OPEN}{END}'.encode(),
    "two marks": b"\xef\xbb\xbf\xef\xbb\xbf" + OPEN.encode() + END.encode(),
    "nul": f"{OPEN}\x00{END}".encode(),
    "control character": _process("<documentation>&#8;</documentation>"),
    "surrogate": OPEN.encode() + b"\xed\xa0\x80" + END.encode(),
    "surrogate by number": _process("<documentation>&#xD800;</documentation>"),
    "number beyond all": _process("<documentation>&#99999999999;</documentation>"),
    "deep": _process(_nested(2_000)),
    "wide": _process("<userTask id='a'/>" * 30_000),
    "long attribute": _process("", ' name="' + "税" * 700_000 + '"'),
    "many attributes": _process("<userTask " + " ".join(f'a{n}="1"' for n in range(20_000)) + "/>"),
    "many namespaces": _process(
        "<u " + " ".join(f'xmlns:n{n}="u{n}"' for n in range(5_000)) + "/>"
    ),
    "same attribute twice": _process('<userTask id="a" id="b"/>'),
    "same id twice": _process('<userTask id="a"/><userTask id="a"/>'),
    "flow to itself": _process('<sequenceFlow id="f" sourceRef="f" targetRef="f"/>'),
    "calls itself": _process('<startEvent id="s"/><callActivity id="c" calledElement="p"/>'),
    "parents in a circle": _process(
        '<lane id="a"><childLaneSet><lane id="a"/></childLaneSet></lane>'
    ),
    "script": _process(
        '<scriptTask id="a" scriptFormat="python"><script>import os</script></scriptTask>'
    ),
    "class of java": _process(
        f'<serviceTask id="a" {_CAMUNDA} camunda:class="java.lang.Runtime"/>'
    ),
    "expression": _process(
        '<sequenceFlow id="f" sourceRef="a" targetRef="b"><conditionExpression>'
        '__import__("os").system("id")</conditionExpression></sequenceFlow>'
    ),
    "endless expression": _process(
        '<sequenceFlow id="f" sourceRef="a" targetRef="b"><conditionExpression>'
        + "(" * 20_000
        + "</conditionExpression></sequenceFlow>"
    ),
    "endless pattern": _process(
        '<sequenceFlow id="f" sourceRef="a" targetRef="b"><conditionExpression>'
        'matches("' + "a" * 40 + '!", "^(a+)+$")</conditionExpression></sequenceFlow>'
    ),
    "timer of ages": _process(
        '<intermediateCatchEvent id="t"><timerEventDefinition><timeDuration>P999999999Y'
        "</timeDuration></timerEventDefinition></intermediateCatchEvent>"
    ),
    "markup in a name": _process('<userTask id="a" name="&lt;img src=x onerror=alert(1)&gt;"/>'),
    "cut off": _process('<userTask id="a"/>')[:-25],
}
