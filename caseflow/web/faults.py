"""What an address asks that cannot be read: the page stays, and says what is wrong with what."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from typing import TypeVar

from flask import request

from caseflow.vocabulary import Invalid
from caseflow.web.sentences import field_sentence, sentence
from caseflow.web.speech import _, later

Value = TypeVar("Value")
# So much of what was typed is repeated in a sentence.
_LONGEST = 40
_LABELS = {
    "acts": later("非工作时间次数"),
    "before": later("列表位置"),
    "begins": later("上班"),
    "by": later("签名"),
    "ends": later("下班"),
    "group": later("变更类别"),
    "hash": later("哈希的前几位"),
    "hours": later("时段"),
    "kind": later("任务类别"),
    "on": later("哪一天"),
    "person": later("人员"),
    "reads": later("每小时查阅"),
    "refusals": later("一天被拒"),
    "seq": later("序号"),
    "since": later("从"),
    "step": later("第几条"),
    "times": later("平时的倍数"),
    "unit": later("单位"),
    "until": later("到"),
    "version": later("版本"),
    "words": later("动作或内容中的文字"),
}


class Faults:
    """
    The faults of one page's settings, by name; true when there is one.

    A page reads each of its settings through ``read``. With faults it looks for nothing, or shows
    what it shows unasked and says so, and gives back whatever was typed.
    """

    def __init__(self, settings: Mapping[str, str] | None = None) -> None:
        """Of these settings; of the address when none are given."""
        self._settings = request.args if settings is None else settings
        self._found: dict[str, str] = {}

    def __bool__(self) -> bool:
        """Whether something cannot be read."""
        return bool(self._found)

    def __contains__(self, name: str) -> bool:
        """Whether this setting cannot be read."""
        return name in self._found

    def read(self, name: str, reader: Callable[[str], Value], usual: Value) -> Value:
        """What the reader makes of a setting; what is usual instead where it refuses."""
        try:
            return reader(name)
        except Invalid as refusal:
            self.refuse(name, refusal)
            return usual

    def refuse(self, name: str, refusal: Invalid) -> None:
        """Keep why a setting cannot be had; the first reason counts."""
        why = refusal.values.get("why")
        told = field_sentence(why, refusal.values) if isinstance(why, str) else sentence(refusal)
        self._found.setdefault(name, told)

    def sift(self, reader: Callable[[Mapping[str, str]], object]) -> dict[str, str]:
        """The settings that the reader takes one by one; the others become faults."""
        for name, text in self._settings.items():
            try:
                reader({name: text})
            except Invalid as refusal:
                self.refuse(name, refusal)
        return {name: text for name, text in self._settings.items() if name not in self}

    def typed(self, name: str) -> str:
        """What was typed, word for word."""
        return self._settings.get(name, "")

    def lines(self) -> Iterable[str]:
        """Each fault as a line: which setting, what was typed, what is wrong with it."""
        for name, why in self._found.items():
            text = self.typed(name)
            shown = text if len(text) <= _LONGEST else text[:_LONGEST] + "…"
            label = str(_LABELS.get(name, name))
            yield _("%(label)s“%(typed)s”：%(why)s", label=label, typed=shown, why=why)

    def answer(self, page: str) -> tuple[str, int]:
        """The page with the status that tells whether its settings could be read."""
        return page, HTTPStatus.UNPROCESSABLE_ENTITY if self else HTTPStatus.OK
