"""How DMN names things: namespaces, names with blanks, references by href."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

NAMESPACES = (
    "http://www.omg.org/spec/DMN/20180521/MODEL/",
    "https://www.omg.org/spec/DMN/20191111/MODEL/",
    "https://www.omg.org/spec/DMN/20211108/MODEL/",
    "https://www.omg.org/spec/DMN/20230324/MODEL/",
)
ROOTS = tuple(f"{{{space}}}definitions" for space in NAMESPACES)


def local(node: etree._Element) -> str:
    """The name of an element without its namespace; nothing for those of tools."""
    name = etree.QName(node)
    return name.localname if name.namespace in NAMESPACES else ""


def children(node: etree._Element, *names: str) -> Iterator[etree._Element]:
    """Yield the children of DMN with one of these names, all if none is given."""
    for each in node.iterchildren(tag=etree.Element):
        name = local(each)
        if name and (not names or name in names):
            yield each


def child(node: etree._Element, *names: str) -> etree._Element | None:
    """Find the first child with one of these names."""
    return next(children(node, *names), None)


def text_of(node: etree._Element | None, *path: str) -> str:
    """The text of an element, or of the one below it on this path."""
    for name in path:
        node = None if node is None else child(node, name)
    return "" if node is None else (node.text or "").strip()


def plain(name: str | None) -> str:
    r"""A name with its blanks put in order.

    >>> plain(" Monthly\n  Fee ")
    'Monthly Fee'
    """
    return " ".join((name or "").split())


def named(node: etree._Element) -> str:
    """What others call a decision, input or function: the name of its variable, else its own."""
    variable = child(node, "variable")
    own = plain(node.get("name"))
    return own if variable is None else plain(variable.get("name")) or own


def target(node: etree._Element) -> str:
    """The id that a reference points to."""
    return (node.get("href") or "").rpartition("#")[2]
