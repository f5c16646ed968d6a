"""XML from outside, made harmless before anything else reads it.

Limits (a drawing of the bureau has some 50 kB and 500 elements): 2 MB, 20,000 elements, 64 levels,
UTF-8, no DOCTYPE, no processing instruction, and the root that is wanted.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from lxml import etree

MAX_BYTES = 2_000_000
MAX_ELEMENTS = 20_000
MAX_DEPTH = 64
# What XML 1.0 cannot hold in any spelling.
UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_DECLARED = re.compile(rb"^\s*<\?xml[^>]*?encoding\s*=\s*[\"']([^\"']+)[\"']", re.IGNORECASE)
_BOM = b"\xef\xbb\xbf"


class BadXml(Exception):
    """The file is refused; ``code`` says why, ``values`` and ``line`` where and by how much."""

    def __init__(self, code: str, line: int = 0, **values: object) -> None:
        """Keep what the sentence needs."""
        super().__init__(code)
        self.code = code
        self.line = line
        self.values = values


def parse(data: bytes, *, roots: tuple[str, ...]) -> etree._Element:
    """Read a file whose root is one of these ``{namespace}name``; raise BadXml otherwise."""
    _check_bytes(data)
    guard = _Guard()
    parser = etree.XMLPullParser(
        events=("start", "end", "pi"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
    )
    try:
        for begin in range(0, len(data), 65_536):
            parser.feed(data[begin : begin + 65_536])
            guard.judge(parser)
        root = parser.close()
        guard.judge(parser)
    except etree.XMLSyntaxError as error:
        raise BadXml("xml_broken", error.lineno or 0, reason=_place(error)) from error
    if root.tag not in roots:
        raise BadXml("xml_root", line_of(root), found=str(root.tag)[:200])
    return root


def _place(error: etree.XMLSyntaxError) -> Callable[[str], str]:
    """Where on its line, and in English what: the parser speaks no other language."""
    _, column = error.position
    said = error.msg or "no XML"
    return lambda lang: f"column {column}: {said}" if lang == "en" else f"第{column}列"


def _check_bytes(data: bytes) -> None:
    """Refuse by size and encoding before a parser sees it."""
    if len(data) > MAX_BYTES:
        raise BadXml("xml_size", limit=MAX_BYTES, size=len(data))
    declared = _DECLARED.match(data.removeprefix(_BOM))
    if declared and declared.group(1).lower() not in (b"utf-8", b"utf8"):
        raise BadXml("xml_encoding", 1, found=declared.group(1).decode("ascii", "replace"))
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadXml("xml_encoding", data[: error.start].count(b"\n") + 1, found="") from error
    doctype = text.find("<!DOCTYPE")
    if doctype >= 0 or "<!ENTITY" in text:
        raise BadXml("xml_doctype", text.count("\n", 0, max(doctype, 0)) + 1)


class _Guard:
    """Counts while the parser works, so that a bomb is stopped before it is built."""

    def __init__(self) -> None:
        self.elements = 0
        self.depth = 0

    def judge(self, parser: etree.XMLPullParser) -> None:
        for event, node in parser.read_events():
            line = line_of(node)
            if event == "pi":
                raise BadXml("xml_instruction", line)
            if event == "end":
                self.depth -= 1
                continue
            self.elements += 1
            self.depth += 1
            if self.elements > MAX_ELEMENTS:
                raise BadXml("xml_elements", line, limit=MAX_ELEMENTS)
            if self.depth > MAX_DEPTH:
                raise BadXml("xml_depth", line, limit=MAX_DEPTH)


def line_of(node: object) -> int:
    """The line on which an element begins; 0 when it is not known."""
    line = getattr(node, "sourceline", None)
    return line if isinstance(line, int) else 0
