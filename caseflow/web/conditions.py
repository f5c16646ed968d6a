"""Conditions of forms for the browser: the same FEEL, as a small rule that a script evaluates.

The server decides what is asked; this only spares a round trip. What has no simple form stays
with the server: the page then shows the field as the server last saw it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_TEXT = r'"([^"]*)"'
_NAME = r"([a-z][a-z0-9_]*)"
_COMPARE = re.compile(rf"{_NAME}\s*(!?=)\s*(?:{_TEXT}|null|(true|false))")
_CONTAINS = re.compile(rf"if list contains\({_NAME}, {_TEXT}\) then false else true")
_ONE_OF = re.compile(rf"if {_NAME} in \(([^)]*)\) then false else true")

Rule = list[object]


def of(text: str, known: Mapping[str, object] | None = None) -> Rule | None:
    """
    The rule of a condition: ``["any", ["=", name, value], …]``; None when it has no simple form.

    ``known`` holds what does not change while the form is filled in, such as figures of the case:
    what it settles is left out, and there is no rule where it already hides the field.

    >>> of('=recusal = null or recusal = "none"')
    ['any', ['=', 'recusal', ''], ['=', 'recusal', 'none']]
    >>> of('=ti_flag != true or decision != "agree"', {"ti_flag": True})
    ['any', ['!=', 'decision', 'agree']]
    >>> of('=ti_flag != true or decision != "agree"', {"ti_flag": False})
    >>> of('=if list contains(variants, "d1") then false else true', {"variants": ["d1"]})
    """
    settled = known or {}
    plain = text.removeprefix("=").strip()
    contains, one_of = _CONTAINS.fullmatch(plain), _ONE_OF.fullmatch(plain)
    listed = contains or one_of
    if listed is not None:
        values = listed[2] if contains else re.findall(_TEXT, listed[2])
        rule: Rule = ["!has" if contains else "!in", listed[1], values]
        return None if listed[1] in settled else ["any", rule]
    left = []
    for part in plain.split(" or "):
        found = _COMPARE.fullmatch(part.strip())
        if found is None:
            return None
        if found[1] not in settled:
            if found[4]:
                return None
            left.append([found[2], found[1], found[3] or ""])
        elif _holds(found, settled[found[1]]):
            return None
    return ["any", *left] if left else None


def _holds(found: re.Match[str], value: object) -> bool:
    """Whether a comparison with something known is true."""
    wanted: object = (found[4] == "true") if found[4] else found[3]
    return (value == wanted) is (found[2] == "=")
