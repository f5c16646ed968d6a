"""The elements of an XML file with the bytes they stand on, so that an edit touches nothing else.

A tree that is parsed and written again loses blanks, quotation marks and the order of attributes.
Here an edit replaces some bytes of the file; all others stay as the tool that drew it left them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

# The file has passed ``safe_xml``: no DOCTYPE, no entities, bounded in size, count and depth.
from xml.parsers import expat
from xml.sax.saxutils import escape

_BETWEEN = " "


@dataclass(slots=True)
class Span:
    """One element: its name, and where its tags and its content begin and end."""

    space: str
    name: str
    attributes: dict[str, str]
    line: int
    start: int
    inner: int
    inner_end: int = 0
    end: int = 0
    text: str = ""
    children: list[Span] = field(default_factory=list)

    def all(self, *names: str) -> list[Span]:
        """List the children of the same namespace that have one of these names."""
        return [each for each in self.children if each.space == self.space and each.name in names]

    def first(self, *path: str) -> Span | None:
        """Find the first child by name, then its child by the next name, and so on."""
        here: Span | None = self
        for name in path:
            here = next(iter(here.all(name)), None) if here else None
        return here

    def walk(self) -> Iterator[Span]:
        """Yield the element and all below it, in the order of the file."""
        yield self
        for each in self.children:
            yield from each.walk()


def read(data: bytes) -> Span:
    """Read a file that ``safe_xml`` has let pass; the span of its root."""
    root = Span("", "", {}, 0, 0, 0)
    open_spans = [root]
    parser = expat.ParserCreate(namespace_separator=_BETWEEN)

    def start(tag: str, attributes: dict[str, str]) -> None:
        space, _, name = tag.rpartition(_BETWEEN)
        at = parser.CurrentByteIndex
        inner = tag_end(data, at)
        span = Span(space, name, attributes, parser.CurrentLineNumber, at, inner)
        open_spans[-1].children.append(span)
        open_spans.append(span)

    def end(_tag: str) -> None:
        span = open_spans.pop()
        at = parser.CurrentByteIndex
        span.inner_end = max(at, span.inner)
        is_empty = data[span.inner - 2 : span.inner] == b"/>"
        span.end = span.inner if is_empty else tag_end(data, at)

    def characters(text: str) -> None:
        open_spans[-1].text += text

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = characters
    parser.Parse(data, True)  # noqa: FBT003 - positional in the standard library
    return root.children[0]


def tag_end(data: bytes, start: int) -> int:
    """Find the byte after the ``>`` of the tag that begins here."""
    at, quote = start, 0
    while quote or data[at] != ord(">"):
        if quote:
            quote = 0 if data[at] == quote else quote
        elif data[at] in b"\"'":
            quote = data[at]
        at += 1
    return at + 1


def raw_name(data: bytes, span: Span) -> str:
    """The name of an element as written, with its prefix."""
    end = span.start + 1
    while data[end] not in b" \t\r\n/>":
        end += 1
    return data[span.start + 1 : end].decode()


def tag_beside(data: bytes, span: Span, name: str) -> str:
    """Write the name of an element of the same namespace, with the same prefix."""
    prefix, colon, _ = raw_name(data, span).rpartition(":")
    return prefix + colon + name


def element(tag: str, text: str) -> bytes:
    """Write an element that holds text."""
    return f"<{tag}>".encode() + _written(text) + f"</{tag}>".encode()


def with_text(data: bytes, span: Span, text: str) -> bytes:
    """Put text into an element in place of all that it holds."""
    return with_content(data, span, _written(text))


def with_content(data: bytes, span: Span, content: bytes) -> bytes:
    """Put written XML into an element in place of all that it holds."""
    if data[span.inner - 2 : span.inner] != b"/>":
        return data[: span.inner] + content + data[span.inner_end :]
    opening = data[span.start : span.inner - 2].rstrip() + b">"
    closing = f"</{raw_name(data, span)}>".encode()
    return data[: span.start] + opening + content + closing + data[span.end :]


def _written(text: str) -> bytes:
    """Escape text; what XML cannot hold at all is refused by ``safe_xml`` when it is read again."""
    return escape(text, {"\r": "&#13;"}).encode()


def indent(data: bytes, at: int) -> bytes:
    """The line break and blanks before a byte; nothing when it does not stand first on its line."""
    start = at
    while start and data[start - 1] in b" \t":
        start -= 1
    if not start or data[start - 1] != ord("\n"):
        return b""
    start -= 2 if data[start - 2 : start] == b"\r\n" else 1
    return data[start:at]
