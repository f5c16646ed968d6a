"""Files that no parser should swallow."""

from __future__ import annotations

from collections.abc import Iterator

from tests.unit.engine.decisions.test_tables import dmn
from tests.unit.engine.refused.builders import PLAIN, Refused, changed, drawn, raw
from tests.unit.engine.sketch import FORM, bpmn

HEAD = b'<?xml version="1.0" encoding="UTF-8"?>'


def of_files() -> Iterator[tuple[str, Refused]]:
    """Files that no parser should swallow."""
    bomb = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 9))
    yield (
        "xml bomb",
        Refused(
            raw(HEAD + f'\n<!DOCTYPE x [<!ENTITY a0 "x">{bomb}]>\n<x>&a8;</x>'.encode()),
            "xml_doctype",
        ),
    )
    yield (
        "external entity",
        Refused(
            raw(HEAD + b'\n<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'),
            "xml_doctype",
        ),
    )
    yield (
        "external document type",
        Refused(raw(HEAD + b'\n<!DOCTYPE x SYSTEM "http://localhost/x.dtd"><x/>'), "xml_doctype"),
    )
    yield (
        "two megabytes",
        Refused(
            changed("</process>", f"<documentation>{'x' * 2_000_000}</documentation></process>"),
            "xml_size",
            has_line=False,
        ),
    )
    yield (
        "twenty thousand elements",
        Refused(
            changed("</process>", "<textAnnotation/>\n" * 20_000 + "</process>"), "xml_elements"
        ),
    )
    yield (
        "nested without end",
        Refused(
            changed("</process>", "<subProcess>" * 70 + "</subProcess>" * 70 + "</process>"),
            "xml_depth",
        ),
    )
    yield (
        "another encoding by its word",
        Refused(
            raw(bpmn(PLAIN).decode().replace("UTF-8", "GB18030").encode("gb18030")), "xml_encoding"
        ),
    )
    yield (
        "another encoding without a word",
        Refused(
            raw(bpmn(PLAIN).replace("草图".encode(), "草图".encode("gb18030"))), "xml_encoding"
        ),
    )
    yield "sixteen bits", Refused(raw(bpmn(PLAIN).decode().encode("utf-16")), "xml_encoding")
    yield (
        "processing instruction",
        Refused(
            changed("<process ", '<?xml-stylesheet href="http://localhost"?>\n<process '),
            "xml_instruction",
        ),
    )
    yield "tag not closed", Refused(changed("</process>", ""), "xml_broken")
    yield "attribute twice", Refused(changed('id="s" ', 'id="s" id="s" '), "xml_broken")
    yield "a null byte", Refused(changed("草图", "\0"), "xml_broken")
    yield "empty file", Refused(raw(b""), "xml_broken", has_line=False)
    yield "a page of the web", Refused(raw(b"<html><script>alert(1)</script></html>"), "xml_root")
    yield "a table for a drawing", Refused(raw(dmn('hitPolicy="ANY"', [])), "xml_root")
    yield (
        "a program among the files",
        Refused(drawn(PLAIN, run__py=b"import os"), "unknown_file", has_line=False),
    )
    yield "no drawing", Refused({"plain.form": FORM}, "one_drawing", has_line=False)
    yield (
        "file under another name",
        Refused({"other.bpmn": bpmn(PLAIN), "plain.form": FORM}, "file_name", "sketch"),
    )
