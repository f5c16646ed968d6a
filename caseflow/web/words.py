"""How dates, amounts, periods, limits and sizes are written on a page."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from flask import Flask

from caseflow import clock
from caseflow.web.languages import language
from caseflow.web.speech import _, ngettext

MINUS = "−"
NOTHING = "—"
_WAN = Decimal(10_000)
# How each language shortens a large amount, the largest unit first.
_SHORT = {
    "zh": ((100_000_000, "亿"), (10_000, "万")),
    "en": ((1_000_000, "m"), (1_000, "k")),
}
_KIB = 1024
# A transaction keeps the time of its beginning: so far the two may be apart and still be one clock.
_ONE_CLOCK = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class DueWords:
    """A limit as shown: its words, how it is coloured, and the exact date."""

    text: str
    kind: str
    icon: str
    exact: str


def install(app: Flask) -> None:
    """Give the templates their filters."""
    filters: dict[str, Callable[..., object]] = {
        "money": money,
        "wan": wan,
        "number": number,
        "percent": percent,
        "day": day,
        "day_long": day_long,
        "limit": limit,
        "clock": hour,
        "stamp": stamp,
        "stamp_exact": stamp_exact,
        "stamp_milli": stamp_milli,
        "stamp_wall": stamp_wall,
        "iso": iso,
        "period": period,
        "size": size,
        "short_hash": short_hash,
        "grade": grade,
        "severity": severity,
        "joined": joined,
        "clauses": clauses,
    }
    app.jinja_env.filters.update(filters)
    app.jinja_env.globals["has_own_clock"] = has_own_clock


def money(amount: Decimal | None) -> str:
    """Yuan with two decimals: ``1,264,800.00``."""
    return NOTHING if amount is None else f"{amount:,.2f}".replace("-", MINUS)


def wan(amount: Decimal | None) -> str:
    """An amount in ten thousands, for dashboards; the unit stands in the head."""
    return NOTHING if amount is None else f"{amount / _WAN:,.2f}".replace("-", MINUS)


def yuan_short(value: float) -> str:
    """An amount along an axis: 5,000, 1.5万, 2亿; in English 5k, 15k, 200m."""
    for size, unit in _SHORT[language()]:
        if abs(value) >= size:
            return f"{number(round(value / size, 2))}{unit}"
    return number(round(value, 2))


def number(value: float | Decimal | None, digits: int | None = None) -> str:
    """A plain number with thousands; decimals as needed unless ``digits`` are given."""
    if value is None:
        return NOTHING
    if digits is not None:
        return f"{value:,.{digits}f}".replace("-", MINUS)
    text = f"{value:,.4f}".rstrip("0").rstrip(".")
    return text.replace("-", MINUS)


def percent(value: float | Decimal | None) -> str:
    """A fraction as a percentage with two decimals: 0.0112 is ``1.12%``."""
    return NOTHING if value is None else f"{value * 100:,.2f}%".replace("-", MINUS)


def day(value: date | datetime | None) -> str:
    """A day in a list: month and day, with the year when it is another one."""
    if value is None:
        return NOTHING
    on = _as_day(value)
    return f"{on:%m-%d}" if on.year == clock.today().year else on.isoformat()


def day_long(value: date | datetime | None) -> str:
    """A day in full: 2010 年 1 月 25 日, in English 25 January 2010."""
    if value is None:
        return NOTHING
    on = _as_day(value)
    month = f"{on:%B}" if language() == "en" else str(on.month)
    return _("%(year)s 年 %(month)s 月 %(day)s 日", year=on.year, month=month, day=on.day)


def stamp(at: datetime | None) -> str:
    """A moment in a list: the time today, 昨天 17:48, else 11-18 09:15."""
    if at is None:
        return NOTHING
    here, today = at.astimezone(clock.BUREAU_ZONE), clock.today()
    if here.date() == today:
        return f"{here:%H:%M}"
    if here.date() == today - timedelta(days=1):
        return _("昨天 %(time)s", time=f"{here:%H:%M}")
    if here.year == today.year:
        return f"{here:%m-%d %H:%M}"
    return f"{here:%Y-%m-%d}"


def hour(at: datetime) -> str:
    """A time of a day that is told beside: 09:30."""
    return f"{at.astimezone(clock.BUREAU_ZONE):%H:%M}"


def stamp_exact(at: datetime | None) -> str:
    """A moment to the second: 2010-01-25 09:00:12."""
    return NOTHING if at is None else f"{at.astimezone(clock.BUREAU_ZONE):%Y-%m-%d %H:%M:%S}"


def stamp_milli(at: datetime) -> str:
    """A moment to the thousandth of a second: 2010-01-25 09:00:12.418."""
    return f"{stamp_exact(at)}.{at.microsecond // 1000:03d}"


def stamp_wall(at: datetime | None) -> str:
    """A moment of the machine's clock to the second, named so where the bureau has another one."""
    text = stamp_exact(at)
    return text if at is None or not has_own_clock() else _("%(at)s（机器时间）", at=text)


def has_own_clock() -> bool:
    """Whether the bureau goes by another clock than the machine, as a demo does."""
    return abs(clock.now() - clock.wall()) > _ONE_CLOCK


def iso(at: date | datetime | None) -> str:
    """For ``datetime`` attributes."""
    return "" if at is None else at.isoformat()


def period(value: int | None) -> str:
    """A tax period: 200912 is 2009 年 12 月, 2009 alone a year."""
    if value is None:
        return NOTHING
    year, month = divmod(value, 100) if value > 9999 else (value, 0)  # noqa: PLR2004 -- YYYY or YYYYMM
    if not month:
        return _("%(year)s 年", year=year)
    name = f"{date(year, month, 1):%b}" if language() == "en" else str(month)
    return _("%(year)s 年 %(month)s 月", year=year, month=name)


def month(number: int) -> str:
    """A month by itself, as under a chart: 9月, in English Sep."""
    name = f"{date(2000, number, 1):%b}" if language() == "en" else str(number)
    return _("%(n)s月", n=name)


def size(count: int) -> str:
    """A file's size as people say it."""
    if count < _KIB * _KIB:
        return f"{max(1, round(count / _KIB))} KB"
    return f"{count / _KIB / _KIB:.1f} MB"


def short_hash(value: bytes | str) -> str:
    """The two ends of a hash."""
    text = value.hex() if isinstance(value, bytes) else value
    return f"{text[:6]}…{text[-4:]}"


def grade(value: int) -> str:
    """The risk grade of a case."""
    return {
        1: _("一级风险"),
        2: _("二级风险"),
        3: _("三级风险"),
    }.get(value, _("未定级"))


def due(
    at: datetime | None,
    left: int | None,
    *,
    is_paused: bool = False,
) -> DueWords:
    """
    Say a limit: overdue, due today, days left, or that its clock stands still.

    Args:
        at: the instant the limit runs out.
        left: working days left; negative when they are over.
        is_paused: whether the clock of the case stands still.

    """
    if at is None or left is None:
        return DueWords(_("无期限"), "muted", "clock", "")
    exact = day_long(last_day(at))
    if is_paused:
        return DueWords(_("已中止"), "muted", "player-pause", exact)
    if left < 0:
        late = ngettext("逾期 %(num)d 天", "逾期 %(num)d 天", -left)
        return DueWords(late, "bad", "alert-circle", exact)
    if left == 0:
        return DueWords(_("今日到期"), "warn", "clock", exact)
    return DueWords(ngettext("剩 %(num)d 天", "剩 %(num)d 天", left), "plain", "clock", exact)


def last_day(at: datetime) -> date:
    """The last day on which a limit is kept: limits run out at midnight."""
    return clock.local_date(at - timedelta(microseconds=1))


def limit(at: datetime | None) -> str:
    """A limit as the last day on which it is kept."""
    return NOTHING if at is None else day_long(last_day(at))


def severity(value: int) -> str:
    """How severe a warning is."""
    return {1: _("轻"), 2: _("中"), 3: _("重")}.get(value, str(value))


def joined(names: Iterable[str]) -> str:
    """Names in a row: 甲、乙, in English A, B."""
    return (", " if language() == "en" else "、").join(names)


def clauses(said: Iterable[str]) -> str:
    """Half sentences in a row: 甲；乙, in English A; B."""
    return ("; " if language() == "en" else "；").join(said)


def _as_day(value: date | datetime) -> date:
    return clock.local_date(value) if isinstance(value, datetime) else value
