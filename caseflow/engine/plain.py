"""Values as JSON and back, exactly: numbers keep every digit, dates and durations are ISO text."""

from __future__ import annotations

import json
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, NoReturn

import orjson

from caseflow.clock import BUREAU_ZONE
from caseflow.feel.values import from_python, text

_PLAIN_FROM, _PLAIN_TO = -40, 100


_FAULTS = {
    "nesting": ("嵌套过深", "it is nested too deep"),
    "number": ("数字过大或过长", "a number is too large or too long"),
    "text": ("不是UTF-8编码，或有半个字符", "it is not UTF-8, or holds half a character"),
}


class BadJson(ValueError):
    """A text that is no JSON: where, or else a fault of it as a whole, or the word at fault."""

    def __init__(self, fault: str = "", *, line: int = 0, column: int = 0) -> None:
        """Keep what is told."""
        super().__init__(fault or f"line {line}, column {column}")
        self.fault, self.line, self.column = fault, line, column

    @classmethod
    def of(cls, error: Exception) -> BadJson:
        """What the reader of JSON complained of, without its words."""
        match error:
            case BadJson():
                return error
            case json.JSONDecodeError():
                return cls(line=error.lineno, column=error.colno)
            case RecursionError():
                return cls("nesting")
            case UnicodeError() | TypeError():
                return cls("text")
        return cls("number")

    def say(self, lang: str) -> str:
        """Say it in ``zh`` or ``en``."""
        if self.line:
            return (
                f"line {self.line}, column {self.column}"
                if lang == "en"
                else f"第{self.line}行第{self.column}列"
            )
        return _FAULTS.get(self.fault, (self.fault, self.fault))[lang == "en"]


def read(written: str | bytes) -> Any:
    """Read one JSON value, its numbers as Decimal; raise BadJson if it is none, or too deep."""
    try:
        found = json.loads(
            written, parse_int=Decimal, parse_float=Decimal, parse_constant=no_constant
        )
        write(found)  # half a character or a nesting too deep shows here, not in an answer
    except (RecursionError, ArithmeticError, TypeError, ValueError) as error:
        raise BadJson.of(error) from None
    return found


def no_constant(name: str) -> NoReturn:
    """Refuse a word that Python reads as a number and JSON does not know."""
    raise BadJson(name)


def write(value: object) -> str:
    """Write a value as JSON on one line."""
    return orjson.dumps(of(value), default=_number).decode()


def of(value: object) -> Any:
    """Make a value fit for JSON: what JSON has no word for becomes the text that FEEL gives it.

    Instants are given in the bureau's zone; Decimals stay, for ``write`` to write exactly.
    """
    match value:
        case None | bool() | str() | int() | Decimal():
            return value
        case float():
            return from_python(value)
        case dict():
            return {str(name): of(each) for name, each in value.items()}
        case list() | tuple():
            return [of(each) for each in value]
        case date() | time():
            return _iso(value)
    return text(value)


def _iso(value: date | time) -> str:
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(BUREAU_ZONE).isoformat()
    return value.isoformat()


def _number(value: object) -> orjson.Fragment:
    """The digits of a Decimal; an exponent only where noughts would fill the line."""
    if not isinstance(value, Decimal):
        raise TypeError(type(value).__name__)
    if value == 0:
        return orjson.Fragment("0")
    is_plain = _PLAIN_FROM <= value.adjusted() <= _PLAIN_TO
    return orjson.Fragment(f"{value:f}" if is_plain else f"{value:E}")
