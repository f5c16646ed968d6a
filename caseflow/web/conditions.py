"""Conditions of forms for the browser: the same FEEL, as a small rule that a script evaluates.

The server decides what is asked; this only spares a round trip. What has no simple form stays
with the server: the page then shows the field as the server last saw it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

_TEXT = r'"([^"]*)"'
_NAME = r"([a-z][a-z0-9_]*)"
_COMPARE = re.compile(rf"{_NAME}\s*(!?=)\s*(?:{_TEXT}|null|(true|false))")
_CONTAINS = re.compile(rf"if list contains\({_NAME}, {_TEXT}\) then false else true")
_LISTED = re.compile(rf"{_NAME} in \(([^)]*)\)")
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
    >>> of('=kind != "final" or nature in ("not_opened", "no_violation")')
    ['any', ['!=', 'kind', 'final'], ['=', 'nature', 'not_opened'], ['=', 'nature', 'no_violation']]
    >>> of('=result != "corrected" and result != "corrected_partly"')
    ['any', ['!in', 'result', ['corrected', 'corrected_partly']]]
    >>> of('=result != "served" or method != "direct" and method != "entrusted"')
    ['any', ['!=', 'result', 'served'], ['!in', 'method', ['direct', 'entrusted']]]
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
    left: list[Rule] = []
    for part in _parts(plain):
        none = _none_of(part)
        if none is not None:
            if none[1] in settled:
                return None
            left.append(none)
            continue
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


def _none_of(text: str) -> Rule | None:
    """The rule of a field that is none of several words, said one after another."""
    found = [_COMPARE.fullmatch(part.strip()) for part in text.split(" and ")]
    parts = [each for each in found if each is not None and each[2] == "!=" and each[3]]
    is_of_one = len(parts) == len(found) > 1 and len({each[1] for each in parts}) == 1
    return ["!in", parts[0][1], [each[3] for each in parts]] if is_of_one else None


def _parts(text: str) -> Iterator[str]:
    """The alternatives of a condition; being one of several words is each of them by itself."""
    for part in text.split(" or "):
        listed = _LISTED.fullmatch(part.strip())
        if listed is None:
            yield part
        else:
            yield from (f'{listed[1]} = "{word}"' for word in re.findall(_TEXT, listed[2]))


def _holds(found: re.Match[str], value: object) -> bool:
    """Whether a comparison with something known is true."""
    wanted: object = (found[4] == "true") if found[4] else found[3]
    return (value == wanted) is (found[2] == "=")
