"""Conditions of forms for the browser: the same FEEL, as a small rule that a script evaluates.

The server decides what is asked; this only spares a round trip. What has no simple form stays
with the server: the page then shows the field as the server last saw it.
"""

from __future__ import annotations

import re

_TEXT = r'"([^"]*)"'
_NAME = r"([a-z][a-z0-9_]*)"
_COMPARE = re.compile(rf"{_NAME}\s*(!?=)\s*(?:{_TEXT}|null)")
_CONTAINS = re.compile(rf"if list contains\({_NAME}, {_TEXT}\) then false else true")
_ONE_OF = re.compile(rf"if {_NAME} in \(([^)]*)\) then false else true")

Rule = list[object]


def of(text: str) -> Rule | None:
    """
    The rule of a condition: ``["any", ["=", name, value], …]``; None when it has no simple form.

    >>> of('=recusal = null or recusal = "none"')
    ['any', ['=', 'recusal', ''], ['=', 'recusal', 'none']]
    """
    plain = text.removeprefix("=").strip()
    contains = _CONTAINS.fullmatch(plain)
    if contains:
        return ["any", ["!has", contains[1], contains[2]]]
    one_of = _ONE_OF.fullmatch(plain)
    if one_of:
        return ["any", ["!in", one_of[1], re.findall(_TEXT, one_of[2])]]
    parts = [_COMPARE.fullmatch(part.strip()) for part in plain.split(" or ")]
    if not all(parts):
        return None
    return ["any", *([part[2], part[1], part[3] or ""] for part in parts if part)]
