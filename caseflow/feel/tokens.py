"""Text into tokens.

Full-width signs, as an officer types them, mean what their narrow forms mean; the text between
quotation marks is left as it is. Nothing here ever meets Python's own parser.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from typing import Literal

from caseflow.feel.errors import FeelError

Kind = Literal["number", "string", "name", "symbol", "end"]

_FULL_WIDTH = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_SIGNS = str.maketrans(
    _FULL_WIDTH | {ord(a): b for a, b in zip("÷×−【】’", "/*-[]'", strict=True)},
)
_SYMBOLS = {"≤": "<=", "≥": ">=", "≠": "!="}
_CLOSING = {'"': '"', "“": "”", "\uff02": "\uff02"}
# Possessive: what has been read is never read again, however many quotation marks stay open.
_REST_OF_LITERAL = {
    closing: re.compile(rf"(?:[^\\{closing}\n]++|\\[^\n])*+{closing}")
    for closing in _CLOSING.values()
}
_NAME_MORE = "\u00b7\u0300-\u036f\u203f\u2040"
_HIGH = "\U00010000-\U000effff"

_TOKEN = re.compile(
    rf"""
      (?P<space>  \s+ | //[^\n]* | /\*.*?\*/ )
    | (?P<number> (?: [0-9]+ (?:\.[0-9]+)? | \.[0-9]+ ) (?: [eE][+-]?[0-9]+ )? )
    | (?P<string> "(?: [^"\\\n\r] | \\[^\n\r] )*" )
    | (?P<name>   (?: [^\W\d] | [{_HIGH}] ) [\w{_NAME_MORE}{_HIGH}]* )
    | (?P<symbol> \*\* | \.\. | != | <= | >= | -> | [-+*/()\[\]{{}}<>=,.:?@'≤≥≠] )
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{6}|.)")
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "'": "'", "\\": "\\"}


@dataclass(frozen=True, slots=True)
class Token:
    """One word, sign, number or text; ``value`` is what a string says, else as written."""

    kind: Kind
    text: str
    line: int
    column: int
    value: str = ""


def tokens(text: str) -> list[Token]:
    """Cut the text up; the last token is always the end.

    >>> [token.text for token in tokens("（a＋1）÷2 ≥ 3")]
    ['(', 'a', '+', '1', ')', '/', '2', '>=', '3', '']
    """
    source = _narrow(text)
    found: list[Token] = []
    line, line_start, at = 1, 0, 0
    while at < len(source):
        match = _TOKEN.match(source, at)
        if source.startswith("==", at):  # as Camunda 7 compares
            raise FeelError("double_equals", line=line, column=at - line_start + 1)
        if match is None:
            raise _strange(source[at], line, at - line_start + 1)
        if match.lastgroup != "space":
            found.append(_token(match, line, at - line_start + 1))
        breaks = match[0].count("\n")
        if breaks:
            line += breaks
            line_start = at + match[0].rindex("\n") + 1
        at = match.end()
    found.append(Token("end", "", line, at - line_start + 1))
    return found


def _token(match: re.Match[str], line: int, column: int) -> Token:
    written = match[0]
    if match.lastgroup == "string":
        value = _unescape(written[1:-1], line, column)
        return Token("string", written, line, column, value)
    if match.lastgroup == "number":
        return Token("number", written, line, column, written)
    if match.lastgroup == "name":
        return Token("name", written, line, column, written)
    sign = _SYMBOLS.get(written, written)
    return Token("symbol", sign, line, column, sign)


def _narrow(text: str) -> str:
    """Replace full-width signs outside text literals and comments, one character by one."""
    parts: list[str] = []
    at = 0
    while at < len(text):
        end = _literal_end(text, at)
        if end == at:
            parts.append(text[at].translate(_SIGNS))
            end = at + 1
        elif text[at] in _CLOSING:
            parts.append(f'"{text[at + 1 : end - 1]}"')
        else:
            parts.append(text[at:end])
        at = end
    return "".join(parts)


def _literal_end(text: str, start: int) -> int:
    """Find the end of the text literal or comment that begins here; the start if none does."""
    if text.startswith("//", start):
        end = text.find("\n", start)
        return end if end >= 0 else len(text)
    if text.startswith("/*", start):
        end = text.find("*/", start + 2)
        return end + 2 if end >= 0 else start
    closing = _CLOSING.get(text[start])
    if closing is None:
        return start
    rest = _REST_OF_LITERAL[closing].match(text, start + 1)
    return rest.end() if rest else start


def _unescape(text: str, line: int, column: int) -> str:
    def replace(match: re.Match[str]) -> str:
        escape = match[1]
        if escape in _ESCAPES:
            return _ESCAPES[escape]
        if len(escape) == 1:
            return match[0]  # As in a pattern: "\\d" is a backslash and a d.
        if int(escape[1:], 16) > sys.maxunicode:
            raise FeelError("bad_escape", line=line, column=column, text=match[0])
        return chr(int(escape[1:], 16))

    plain = _ESCAPE.sub(replace, text)
    try:
        # Two halves of a character above U+FFFF, written as two escapes, become one character.
        return plain.encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeDecodeError:
        raise FeelError("bad_escape", line=line, column=column, text="\\u") from None


def _strange(character: str, line: int, column: int) -> FeelError:
    if character == '"':
        return FeelError("open_string", line=line, column=column)
    shown = character if character.isprintable() else f"U+{ord(character):04X}"
    return FeelError("bad_character", line=line, column=column, character=shown)
