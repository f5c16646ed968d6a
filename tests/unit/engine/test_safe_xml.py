import pytest

from caseflow.engine import drawings, safe_xml
from tests.unit.engine.sketch import bpmn

ROOT = drawings.BPMN + "definitions"
OPEN = '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL">'
GOOD = bpmn("start s\nuser a\nend e\ns -> a -> e")

HOSTILE = {
    "entity bomb": b'<!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><d>&b;</d>',
    "external entity": b'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><d>&x;</d>',
    "external dtd": b'<!DOCTYPE d SYSTEM "http://example.org/d.dtd"><d/>',
    "instruction": f'{OPEN}<?php system("id") ?></definitions>'.encode(),
    "stylesheet": f'<?xml version="1.0"?><?xml-stylesheet href="x"?>{OPEN}</definitions>'.encode(),
    "utf-16": f"{OPEN}</definitions>".encode("utf-16"),
    "utf-7": f'<?xml version="1.0" encoding="UTF-7"?>{OPEN}</definitions>'.encode(),
    "gb18030": '<?xml version="1.0" encoding="GB18030"?><d n="税"/>'.encode("gb18030"),
    "latin bytes": OPEN.encode() + b"\xe9</definitions>",
    "deep": (OPEN + "<a>" * 100 + "</a>" * 100 + "</definitions>").encode(),
    "many": (OPEN + "<a/>" * 20_001 + "</definitions>").encode(),
    "large": OPEN.encode() + b" " * 2_000_001 + b"</definitions>",
    "cut off": GOOD[:-20],
    "empty": b"",
    "nul": OPEN.encode() + b"\x00</definitions>",
    "json": b'{"a": 1}',
    "other root": b"<definitions/>",
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_file_is_refused_before_it_is_read(data: bytes) -> None:
    with pytest.raises(safe_xml.BadXml):
        safe_xml.parse(data, roots=(ROOT,))


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_file_is_a_finding_in_both_languages(data: bytes) -> None:
    (drawing,) = drawings.read("x.bpmn", data)
    (finding,) = drawing.findings
    assert finding.level == "error"
    assert finding.say("zh") != finding.say("en")


def test_ordinary_drawing_with_a_comment_is_read() -> None:
    root = safe_xml.parse(GOOD.replace(b"<process", b"<!-- note --><process"), roots=(ROOT,))
    assert root.tag == ROOT


def test_line_of_the_trouble_is_named() -> None:
    with pytest.raises(safe_xml.BadXml) as raised:
        safe_xml.parse(b'<?xml version="1.0"?>\n<a>\n<b>\n</a>', roots=(ROOT,))
    assert raised.value.line == 4
