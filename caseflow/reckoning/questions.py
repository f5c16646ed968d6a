"""What is asked, as plain values by name: read, checked, and refused with what to do about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from caseflow.bilingual import Words, same
from caseflow.typed import read_date, read_number
from caseflow.working_days import Language

FIRST_DAY, LAST_DAY = date(1980, 1, 1), date(2100, 12, 31)
"""Days outside this span are taken for slips of the pen."""

MOST_ITEMS = 1000
"""So many payments, periods, years or pauses one question may hold."""

_LARGEST = Decimal(10) ** 15
_LONGEST_TYPED = 40
_FEN = Decimal("0.01")
_TRUE, _FALSE = frozenset({"true", "yes", "1", "是"}), frozenset({"false", "no", "0", "否"})

_AMOUNT = Words("金额，如 12,345.67", "an amount such as 12,345.67")
_DAY = Words("日期，如 2009-09-25", "a date such as 2009-09-25")
_COUNT = Words("整数，如 15", "a whole number such as 15")
_RATE = Words("比例，如 0.17 或 17%", "a share such as 0.17 or 17%")
_LIST = Words("列表", "a list")
_TEXT = Words("文字", "a text")

Place = tuple[str | int, ...]


class BadQuestion(ValueError):
    """A question that cannot be answered: where in it, and in both languages what to do."""

    def __init__(self, place: Place, words: Words) -> None:
        """Keep the place and the words."""
        super().__init__(words.en)
        self.place = place
        self.words = words

    def say(self, language: Language) -> str:
        """The place and what to do about it."""
        place = _place_words(self.place).say(language)
        told = self.words.say(language)
        if not place:
            return told
        return f"{place}：{told}" if language == "zh" else f"{place}: {told}"


@dataclass(frozen=True, slots=True)
class Question:
    """Values by name, at a place within a larger question; null and blank are as if not given."""

    values: Mapping[str, object]
    place: Place = ()

    def only(self, *names: str) -> None:
        """Refuse what nobody reads: a name misspelt would be a value left out."""
        for name in self.values:
            if name not in names:
                known = "、".join(names), ", ".join(names)
                shown = typed(name)
                raise self.refusal(
                    None,
                    f"不认识“{shown}”；可以写的是 {known[0]}",
                    f'"{shown}" is not known here; what may be written: {known[1]}',
                )

    def has(self, name: str) -> bool:
        """Whether a value is given."""
        value = self.values.get(name)
        return value is not None and not (isinstance(value, str) and not value.strip())

    def amount(
        self, name: str, usual: Decimal | None = None, *, may_be_negative: bool = False
    ) -> Decimal:
        """An amount in yuan, at most two decimals."""
        if usual is not None and not self.has(name):
            return usual
        found = self._number(name, _AMOUNT)
        if found != found.quantize(_FEN):
            raise self.refusal(
                name,
                f"金额最多两位小数，收到的是“{self._typed(name)}”：请四舍五入到分",
                f'an amount has at most two decimals, not "{self._typed(name)}": round it to fen',
            )
        if found < 0 and not may_be_negative:
            raise self.refusal(
                name,
                f"金额不能为负，收到的是“{self._typed(name)}”：请改为 0 或正数",
                f'this amount cannot be negative as "{self._typed(name)}": write 0 or more',
            )
        return found.quantize(_FEN)

    def quantity(self, name: str, usual: Decimal | None = None) -> Decimal:
        """A number of things that is not negative, with as many decimals as it has."""
        if usual is not None and not self.has(name):
            return usual
        found = self._number(name, _AMOUNT)
        if found < 0:
            raise self.refusal(
                name, "不能为负：请改为 0 或正数", "cannot be negative: write 0 or more"
            )
        return found

    def rate(self, name: str, usual: Decimal | None = None) -> Decimal:
        """A share of one, written as such or with a percent sign."""
        if usual is not None and not self.has(name):
            return usual
        text = self._text(name, _RATE).replace("％", "%").strip()
        number = read_number(text.removesuffix("%"))
        found = number / 100 if number is not None and text.endswith("%") else number
        if found is None or not 0 <= found <= 1:
            raise self.refusal(
                name,
                f"“{self._typed(name)}”不是 0 到 1 之间的比例：请写成 0.17 或 17%",
                f'"{self._typed(name)}" is no share between 0 and 1: write 0.17 or 17%',
            )
        return found

    def day(self, name: str) -> date:
        """A day."""
        found = read_date(self._text(name, _DAY))
        if found is None:
            raise self.refusal(
                name,
                f"“{self._typed(name)}”不是日期，或者没有这一天：请写成 2009-09-25",
                f'"{self._typed(name)}" is no date, or there is no such day: write 2009-09-25',
            )
        if not FIRST_DAY <= found <= LAST_DAY:
            raise self.refusal(
                name,
                f"{found} 不在 {FIRST_DAY:%Y} 年至 {LAST_DAY:%Y} 年之间：请核对年份",
                f"{found} is not within {FIRST_DAY:%Y} to {LAST_DAY:%Y}: look at the year",
            )
        return found

    def day_or_none(self, name: str) -> date | None:
        """A day, where one is given."""
        return self.day(name) if self.has(name) else None

    def count(self, name: str, *, least: int = 0, most: int = 10_000) -> int:
        """A whole number."""
        found = read_number(self._text(name, _COUNT))
        if found is None or found != found.to_integral_value() or not least <= found <= most:
            raise self.refusal(
                name,
                f"“{self._typed(name)}”不是 {least} 到 {most} 之间的整数：请改正",
                f'"{self._typed(name)}" is no whole number from {least} to {most}: mend it',
            )
        return int(found)

    def flag(self, name: str, usual: bool = False) -> bool:  # noqa: FBT001, FBT002 -- a value
        """Yes or no."""
        value = self.values.get(name)
        if not self.has(name):
            return usual
        if isinstance(value, bool):
            return value
        text = self._text(name, _TEXT).strip().lower()
        if text in _TRUE | _FALSE:
            return text in _TRUE
        raise self.refusal(
            name,
            f"“{self._typed(name)}”不是“是”或“否”：请写 true 或 false",
            f'"{self._typed(name)}" is neither yes nor no: write true or false',
        )

    def choice(self, name: str, options: Sequence[str], usual: str | None = None) -> str:
        """One of a closed list."""
        if usual is not None and not self.has(name):
            return usual
        listed = "、".join(options), ", ".join(options)
        found = self._text(name, Words(listed[0], f"one of {listed[1]}")).strip()
        if found not in options:
            raise self.refusal(
                name,
                f"“{self._typed(name)}”不在可选之列：请写 {listed[0]} 之一",
                f'"{self._typed(name)}" is not among the choices: write one of {listed[1]}',
            )
        return found

    def text(self, name: str) -> str:
        """A text without blanks around it."""
        return self._text(name, _TEXT).strip()

    def items(self, name: str) -> list[Question]:
        """The parts of a list, each a question of its own; none where no list is given."""
        found = self._list(name)
        for index, each in enumerate(found):
            if not isinstance(each, Mapping):
                raise BadQuestion(
                    (*self.place, name, index),
                    Words("应为一组名称和值，如 {…}", "must be names with values, as {…}"),
                )
        return [
            Question(each, (*self.place, name, index))
            for index, each in enumerate(found)
            if isinstance(each, Mapping)
        ]

    def spans(self, name: str) -> list[tuple[date, date]]:
        """Pairs of days, the second not before the first."""
        found = []
        for index, each in enumerate(self._list(name)):
            place = (*self.place, name, index)
            if not isinstance(each, list | tuple) or len(each) != 2:  # noqa: PLR2004 -- a pair
                raise BadQuestion(
                    place,
                    Words(
                        "应为起止两个日期，如 [“2009-11-10”, “2009-11-13”]",
                        'must be two days, as ["2009-11-10", "2009-11-13"]',
                    ),
                )
            pair = Question({"from": each[0], "to": each[1]}, place)
            first, last = pair.day("from"), pair.day("to")
            if last < first:
                raise pair.refusal(
                    "to",
                    f"止日 {last} 早于起日 {first}：请对调或改正",
                    f"{last} is before {first}: swap or mend them",
                )
            found.append((first, last))
        return found

    def refusal(self, name: str | None, zh: str, en: str) -> BadQuestion:
        """A refusal of one of its values, or of the whole."""
        return BadQuestion(self.place if name is None else (*self.place, name), Words(zh, en))

    def _list(self, name: str) -> Sequence[object]:
        found = self.values.get(name)
        if found is None:
            return ()
        if not isinstance(found, list | tuple):
            raise self.refusal(name, "应为列表，如 […]", "must be a list, as […]")
        if len(found) > MOST_ITEMS:
            raise self.refusal(
                name,
                f"有 {len(found)} 项，最多 {MOST_ITEMS} 项：请分开计算",
                f"has {len(found)} items, at most {MOST_ITEMS}: reckon them apart",
            )
        return found

    def _number(self, name: str, wanted: Words) -> Decimal:
        found = read_number(self._text(name, wanted))
        if found is None:
            raise self.refusal(
                name,
                f"“{self._typed(name)}”不是数：请写成 12345.67 或 12,345.67",
                f'"{self._typed(name)}" is no number: write 12345.67 or 12,345.67',
            )
        if abs(found) >= _LARGEST:
            raise self.refusal(
                name,
                f"“{self._typed(name)}”太大：请核对位数",
                f'"{self._typed(name)}" is too large: look at its digits',
            )
        return found

    def _text(self, name: str, wanted: Words) -> str:
        """A value as it was written; a number of JSON may stand without quotation marks."""
        if not self.has(name):
            raise self.refusal(
                name, f"没有填写：请给出{wanted.zh}", f"is not given: give {wanted.en}"
            )
        value = self.values[name]
        if isinstance(value, str):
            return value
        is_number = isinstance(value, int | Decimal) and not isinstance(value, bool)
        if is_number and abs(Decimal(str(value))) < _LARGEST**2:
            return f"{value:f}" if isinstance(value, Decimal) else str(value)
        raise self.refusal(
            name,
            f"“{self._typed(name)}”用不了：请给出{wanted.zh}",
            f'"{self._typed(name)}" cannot be used: give {wanted.en}',
        )

    def _typed(self, name: str) -> str:
        return typed(self.values.get(name))


def typed(value: object) -> str:
    """What was written, so much of it as a sentence holds, without signs that no page shows."""
    text = value if isinstance(value, str) else _plain(value)
    shown = "".join(sign if sign.isprintable() else "�" for sign in text[: _LONGEST_TYPED + 1])
    return shown if len(shown) <= _LONGEST_TYPED else shown[:_LONGEST_TYPED] + "…"


def _plain(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case Decimal() if value != 0 and abs(value.adjusted()) > _LONGEST_TYPED:
            return f"{value:E}"
        case Decimal():
            return f"{value:f}"
        case list() | tuple() | Mapping():
            return "…"
    return str(value)


def _place_words(place: Place) -> Words:
    """``payments`` item 1 (counted from 1) ``amount``."""
    chinese = " ".join(f"第 {each + 1} 项" if isinstance(each, int) else each for each in place)
    english = " ".join(f"item {each + 1}" if isinstance(each, int) else each for each in place)
    return Words(chinese, english) if place else same("")
