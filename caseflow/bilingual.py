"""The same words in Chinese and English, for rooms that know no page and its catalogue."""

from __future__ import annotations

from typing import NamedTuple

from caseflow.working_days import Language


class Words(NamedTuple):
    """The same words in both languages."""

    zh: str
    en: str

    def say(self, language: Language) -> str:
        """The words in one of them."""
        return self.zh if language == "zh" else self.en


def same(text: str) -> Words:
    """What is written alike in both languages: a figure, a date, a sum."""
    return Words(text, text)
