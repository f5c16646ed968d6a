"""A deadline with the way to it: each day, whether it counts and why, in Chinese or English."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Literal, TypedDict

Language = Literal["zh", "en"]

HOLIDAYS: Mapping[str, str] = {
    "元旦": "New Year's Day",
    "春节": "Spring Festival",
    "清明节": "Tomb-sweeping Day",
    "劳动节": "Labour Day",
    "端午节": "Dragon Boat Festival",
    "中秋节": "Mid-autumn Festival",
    "国庆节": "National Day",
    "抗战胜利纪念日": "Anti-Fascist 70th Day",
}
"""Chinese name of each named holiday -> its English name, as the chinesecalendar package has it."""

_WEEKDAYS = {"zh": "一二三四五六日", "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")}


def with_weekday(on: date, language: Language) -> str:
    """
    Write a date with its day of the week.

    >>> with_weekday(date(2009, 10, 19), "zh"), with_weekday(date(2009, 10, 19), "en")
    ('2009-10-19（周一）', '2009-10-19 (Mon)')
    """
    weekday = _WEEKDAYS[language][on.weekday()]
    return f"{on}（周{weekday}）" if language == "zh" else f"{on} ({weekday})"


class Reason(StrEnum):
    """Why a day of a count is or is not counted."""

    WORKING = "working"
    MAKE_UP = "make_up"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    PAUSED = "paused"
    CALENDAR = "calendar"
    EXTENDED = "extended"
    ROLLED = "rolled"
    ROLLED_TO = "rolled_to"
    ROLLED_BACK = "rolled_back"


class Rule(StrEnum):
    """The rule by which a deadline is counted."""

    WORKING_DAYS = "working_days"
    FULL_WORKING_DAYS = "full_working_days"
    DAYS = "days"
    MONTHS = "months"
    DAY_OF_MONTH = "day_of_month"


@dataclass(frozen=True, slots=True)
class Day:
    """One day of a count: whether it was counted, why, and the holiday's name if it has one."""

    on: date
    counted: bool
    reason: Reason
    name: str = ""

    def why(self, language: Language) -> str:
        """Tell why the day is or is not counted: what day it is."""
        return _reason_words(self, language)

    def say(self, language: Language) -> str:
        """Tell one day in words, for example `10-01（周四）国庆节，不计`."""
        weekday = _WEEKDAYS[language][self.on.weekday()]
        words = self.why(language)
        if language == "zh":
            return f"{self.on:%m-%d}（周{weekday}）{words}，{'计入' if self.counted else '不计'}"
        return (
            f"{self.on:%m-%d} ({weekday}) {words}, {'counted' if self.counted else 'not counted'}"
        )


class DueFacts(TypedDict):
    """A `Due` as plain JSON values, for the row that keeps it."""

    rule: str
    start: str
    amount: int
    on: str
    provisional: bool
    days: list[tuple[str, bool, str, str]]


@dataclass(frozen=True, slots=True)
class Due:
    """
    A deadline with the whole way to it.

    `provisional` says that a year on the way has no published holiday plan yet.
    """

    on: date
    provisional: bool
    days: tuple[Day, ...]
    rule: Rule
    start: date
    amount: int

    def rule_words(self, language: Language) -> str:
        """Tell the rule by which it is counted, with where it comes from."""
        return _RULE_WORDS[self.rule][language].format(start=self.start, amount=self.amount)

    def provisional_words(self, language: Language) -> str:
        """Tell why a date is provisional: its plan is still to come, or was never taken in."""
        return _PROVISIONAL_WORDS[self.start < _FIRST_PLAN][language]

    def explain(self, language: Language) -> tuple[str, ...]:
        """Tell the rule, then each day with its reason, then the result; one line each."""
        head = self.rule_words(language)
        tail = ("到期日 {on:%Y-%m-%d}" if language == "zh" else "Due on {on:%Y-%m-%d}").format(
            on=self.on
        )
        if self.provisional:
            tail += "（{}）" if language == "zh" else " ({})"
            tail = tail.format(self.provisional_words(language))
        return (head, *(day.say(language) for day in self.days), tail)

    def facts(self) -> DueFacts:
        """Give plain JSON values that `due_of` reads back."""
        days = [(day.on.isoformat(), day.counted, day.reason.value, day.name) for day in self.days]
        return DueFacts(
            rule=self.rule.value,
            start=self.start.isoformat(),
            amount=self.amount,
            on=self.on.isoformat(),
            provisional=self.provisional,
            days=days,
        )


def due_of(facts: DueFacts) -> Due:
    """Read back what `Due.facts` gave, now or before the day of falling due had its own reason."""
    days = (
        Day(date.fromisoformat(on), counted, Reason(reason), name)
        if (on, reason) != (facts["on"], Reason.ROLLED)
        else Day(date.fromisoformat(on), counted=True, reason=Reason.ROLLED_TO, name=name)
        for on, counted, reason, name in facts["days"]
    )
    return Due(
        date.fromisoformat(facts["on"]),
        facts["provisional"],
        tuple(days),
        Rule(facts["rule"]),
        date.fromisoformat(facts["start"]),
        facts["amount"],
    )


def _reason_words(day: Day, language: Language) -> str:
    """Name the holiday where there is one; the plain reasons are clear from the name alone."""
    words = _REASON_WORDS[day.reason][language]
    name = day.name if language == "zh" else HOLIDAYS.get(day.name, day.name)
    if day.reason is Reason.ROLLED_TO and day.on.weekday() >= _SATURDAY:
        make_up = _REASON_WORDS[Reason.MAKE_UP][language]
        return f"{make_up}，{words}" if language == "zh" else f"{make_up}, {words}"
    if name and day.reason is Reason.MAKE_UP and language == "zh":
        return f"{name}{words}"
    if name and day.reason in {Reason.MAKE_UP, Reason.EXTENDED, *_ROLLED}:
        return f"{name}，{words}" if language == "zh" else f"{words} ({name})"
    return name or words


_SATURDAY = 5
_ROLLED = (Reason.ROLLED, Reason.ROLLED_BACK)

_REASON_WORDS: Mapping[Reason, Mapping[Language, str]] = {
    Reason.WORKING: {"zh": "工作日", "en": "working day"},
    Reason.MAKE_UP: {"zh": "调休上班", "en": "make-up working day"},
    Reason.WEEKEND: {"zh": "双休日", "en": "weekend"},
    Reason.HOLIDAY: {"zh": "法定休假日", "en": "statutory rest day"},
    Reason.PAUSED: {"zh": "中止期间", "en": "clock paused"},
    Reason.CALENDAR: {"zh": "日历日", "en": "calendar day"},
    Reason.EXTENDED: {"zh": "因连续休假顺延", "en": "added for the rest block"},
    Reason.ROLLED: {"zh": "休假，顺延", "en": "rest day, moved on"},
    Reason.ROLLED_TO: {"zh": "期满顺延至此日", "en": "moved on to this day"},
    Reason.ROLLED_BACK: {"zh": "当日休假，提前", "en": "moved back from a rest day"},
}

# The plans of the years before are in no table.
_FIRST_PLAN = date(2004, 1, 1)
_PROVISIONAL_WORDS: Mapping[bool, Mapping[Language, str]] = {
    False: {
        "zh": "放假安排尚未公布，暂定",
        "en": "holiday plan not published yet: provisional",
    },
    True: {
        "zh": "该年没有放假安排表，按双休日和元旦、劳动节、国庆节推算",
        "en": "no holiday plan of that year is at hand: reckoned by weekends, New Year's Day,"
        " Labour Day and National Day",
    },
}

_RULE_WORDS: Mapping[Rule, Mapping[Language, str]] = {
    Rule.WORKING_DAYS: {
        "zh": "自 {start} 次日起算 {amount} 个工作日；"
        "双休日、法定节假日不计，调休上班日计入（内部办理期限规定）",
        "en": "{amount} working days from the day after {start}; weekends and holidays are not"
        " counted, make-up working days are (internal time limits)",
    },
    Rule.FULL_WORKING_DAYS: {
        "zh": "{start} 送达后须满 {amount} 个完整工作日，"
        "其后第一个工作日为最早日期（约谈通知规定）",
        "en": "{amount} full working days after service on {start}; the next working day is the"
        " earliest (rules on interview notices)",
    },
    Rule.DAYS: {
        "zh": "自 {start} 次日起算 {amount} 日；期内有连续 3 日以上法定休假日的，按休假日天数顺延；"
        "期满日为法定休假日的，以休假日期满的次日为期满日（《税收征收管理法实施细则》第一百零九条）",
        "en": "{amount} days from the day after {start}; lengthened by rest blocks of three days or"
        " more, and moved on from a rest day (Implementing Rules of the Tax Collection and"
        " Administration Law, article 109)",
    },
    Rule.MONTHS: {
        "zh": "自 {start} 起算 {amount} 个月；期满日为法定休假日的，以休假日期满的次日为期满日"
        "（《税收征收管理法实施细则》第一百零九条）",
        "en": "{amount} months from {start}; moved on from a rest day (Implementing Rules"
        " of the Tax Collection and Administration Law, article 109)",
    },
    Rule.DAY_OF_MONTH: {
        "zh": "{start} 之后最近的一个 {amount} 日；当日休假的，提前到此前最后一个工作日"
        "（内部办理期限规定）",
        "en": "the next day {amount} of a month after {start}; on a rest day the last working day"
        " before it (internal time limits)",
    },
}
