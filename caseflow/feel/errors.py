"""The one error of this room: what is wrong with an expression, and where."""

from __future__ import annotations

from typing import Literal

from caseflow.feel.sentences import SENTENCES, TYPE_NAMES
from caseflow.feel.typesystem import Type

Language = Literal["zh", "en"]


class FeelError(Exception):
    """An expression that is refused: when parsed, or, for its limits alone, when it runs.

    ``code`` names the fault, ``values`` are its particulars; ``line`` and ``column`` count from 1.
    """

    def __init__(self, code: str, *, line: int = 1, column: int = 1, **values: object) -> None:
        super().__init__(code)
        self.code = code
        self.values = values
        self.line = line
        self.column = column

    def __str__(self) -> str:
        """Say it in English, for logs."""
        return self.say("en")

    def say(self, language: Language) -> str:
        """Say what is wrong and where, so that the author can mend it.

        >>> FeelError("unknown_name", line=1, column=5, name="vat", near="").say("en")
        'Line 1, column 5: the name "vat" is not declared here'
        >>> FeelError("unknown_name", line=1, column=5, name="vat", near="").say("zh")
        '第1行第5列：此处没有名为“vat”的项'
        """
        position = {"zh": "第{}行第{}列：", "en": "Line {}, column {}: "}[language]
        sentence = SENTENCES[self.code][0 if language == "zh" else 1]
        values = {name: _say(value, language) for name, value in self.values.items()}
        hint = _hint(str(self.values.get("near", "")), language)
        return position.format(self.line, self.column) + sentence.format(**values) + hint


def say_type(kind: Type, language: Language) -> str:
    """Name a type for a reader, such as 数字 or number."""
    if language == "en":
        return kind.name
    return TYPE_NAMES[kind.name]


def _say(value: object, language: Language) -> str:
    if isinstance(value, Type):
        return say_type(value, language)
    if isinstance(value, tuple):
        return ("、" if language == "zh" else ", ").join(_say(each, language) for each in value)
    return str(value)


def _hint(near: str, language: Language) -> str:
    if not near:
        return ""
    return f"，是否应为“{near}”？" if language == "zh" else f'; did you mean "{near}"?'
