"""Dates, times and durations."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from caseflow import feel
from caseflow.feel import temporal
from caseflow.feel.values import text as written

SCOPE = feel.Scope({"d": feel.ANY, "t": feel.ANY, "m": feel.ANY, "local": feel.ANY, "x": feel.ANY})
VALUES: dict[str, object] = {
    "d": date(2009, 12, 31),
    "t": time(23, 30),
    "m": datetime(2009, 12, 31, 8, 0, 1, 500000, tzinfo=UTC),
    "local": datetime(2009, 12, 31, 8, 0),  # noqa: DTZ001 - a date and time without a zone
    "x": None,
}


def value_of(text: str) -> object:
    return feel.parse(text, SCOPE).evaluate(VALUES)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('d + @"P1M"', date(2010, 1, 31)),
        ('@"P2M" + d', date(2010, 2, 28)),
        ('d - @"P1Y10M"', date(2008, 2, 29)),
        ('d + @"P5D"', date(2010, 1, 5)),
        ('d + @"PT36H"', date(2010, 1, 1)),
        ('d - date("2009-12-01")', timedelta(days=30)),
        ('t + @"PT1H"', time(0, 30)),
        ('t - @"PT24H30M"', time(23, 0)),
        ('t - @"08:00:00"', timedelta(hours=15, minutes=30)),
        ('m + @"P1D"', datetime(2010, 1, 1, 8, 0, 1, 500000, tzinfo=UTC)),
        ('m + @"P1M"', datetime(2010, 1, 31, 8, 0, 1, 500000, tzinfo=UTC)),
        ('m - @"2009-12-31T09:00:01.5+01:00"', timedelta()),
        ("m - d", timedelta(hours=8, seconds=1, microseconds=500000)),
        ("local - d", timedelta(hours=8)),
        ("m - local", None),
        ('t - @"08:00:00Z"', None),
        ('@"P1D" + @"PT1H"', timedelta(days=1, hours=1)),
        ('@"P1D" - @"PT1H"', timedelta(hours=23)),
        ('@"P1Y" + @"P1M"', feel.YearsMonths(13)),
        ('@"P1Y" - @"P1M"', feel.YearsMonths(11)),
        ('@"P1Y" * 1.5', feel.YearsMonths(18)),
        ('2 * @"PT90M"', timedelta(hours=3)),
        ('@"P1Y" / 5', feel.YearsMonths(2)),
        ('@"P1D" / @"PT6H"', 4),
        ('@"P1Y" / @"P4M"', 3),
        ('@"P1D" / 0', None),
        ('-@"P1D"', timedelta(days=-1)),
        ('-@"P1M"', feel.YearsMonths(-1)),
        ('d + @"P9000Y"', None),
        ('d + @"P999999999D" * 999', None),
        ('@"P1Y" * 1e300', None),
    ],
)
def test_reckoning_with_time(text: str, expected: object) -> None:
    assert value_of(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('d = @"2009-12-31"', True),
        ('d < @"2010-01-01"', True),
        ("d < m", None),
        ("m < local", None),
        ("m = local", None),
        ('m = @"2009-12-31T16:00:01.5@Asia/Shanghai"', True),
        ('@"10:00:00+01:00" = @"09:00:00Z"', True),
        ('@"10:00:00@Asia/Shanghai" = @"02:00:00Z"', True),
        ('t = @"10:00:00Z"', None),
        ('t > @"10:00:00"', True),
        ('@"P1Y" = @"P12M"', True),
        ('@"P1Y" > @"P11M"', True),
        ('@"P1Y" = @"P365D"', None),
        ('@"P1D" >= @"PT24H"', True),
    ],
)
def test_moments_are_compared_on_one_clock_or_not_at_all(text: str, expected: object) -> None:
    assert feel.parse(text, feel.Scope(SCOPE.names, mismatch="null")).evaluate(VALUES) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("d.year", 2009),
        ("d.weekday", 4),
        ("m.month", 12),
        ("m.date", date(2009, 12, 31)),
        ("m.time", time(8, 0, 1, 500000, tzinfo=UTC)),
        ("m.second", Decimal("1.5")),
        ("m.time offset", timedelta()),
        ("local.time offset", None),
        ("m.timezone", None),
        ('@"10:00:00@Asia/Shanghai".timezone', "Asia/Shanghai"),
        ('@"10:00:00@Asia/Shanghai".time offset', timedelta(hours=8)),
        ("t.hour", 23),
        ("t.minute", 30),
        ('@"P1DT2H3M4.5S".days', 1),
        ('@"P1DT2H3M4.5S".hours', 2),
        ('@"-P1DT2H3M4.5S".minutes', -3),
        ('@"P1DT2H3M4.5S".seconds', Decimal("4.5")),
        ('@"P1Y6M".years', 1),
        ('@"-P1Y6M".months', -6),
        ("d.colour", None),
        ("t.colour", None),
        ("x.year", None),
        ('{w: @"P1Y"}.w.days', None),
        ("[d, m].year", [2009, 2009]),
    ],
)
def test_parts_of_moments_and_durations(text: str, expected: object) -> None:
    assert feel.parse(text, feel.Scope(SCOPE.names, mismatch="null")).evaluate(VALUES) == expected


@pytest.mark.parametrize(
    "text",
    [
        "2009-2-1",
        "2009-02-30",
        "20090201",
        "2009-02-01T25:00:00",
        "2009-02-01T",
        "10:60:00",
        "P",
        "PT",
        "P1DT",
        "P1Y2D",
        "P1",
        "-",
        "",
        "10:00:00+19:00",
        "10:00:00+01:60",
        "10:00:00@No/Where",
        "10:00:00@../../etc/passwd",
        "P99999999999999D",
        "P999999999DT999999999999H",
        "T10:00:00",
    ],
)
def test_what_is_no_date_time_or_duration_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(feel.FeelError) as caught:
        feel.parse(f'@"{text}"', SCOPE)
    assert caught.value.code == "bad_temporal"
    assert "2009-12-31" in caught.value.say("zh")
    assert feel.parse(f'@"{text}"', feel.Scope(mismatch="null")).evaluate() is None


@pytest.mark.parametrize(
    "text",
    [
        "2009-12-31",
        "08:30:00",
        "08:30:00.25",
        "08:30:00Z",
        "08:30:00+08:00",
        "08:30:00-05:30",
        "08:30:00+00:00:30",
        "2009-12-31T08:30:00@Asia/Shanghai",
        "P1DT2H3M4.5S",
        "-P5D",
        "PT0S",
        "-PT1M",
        "P1Y6M",
        "-P3M",
        "P2Y",
        "2009-12-31T08:30:00.000001",
    ],
)
def test_what_is_written_reads_back_the_same(text: str) -> None:
    assert written(temporal.parse_literal(text)) == text


def test_a_date_time_may_be_a_mere_date_and_a_zone_may_be_utc_by_name() -> None:
    assert temporal.parse_date_time("2009-12-31") == datetime(2009, 12, 31)  # noqa: DTZ001 - no zone
    assert temporal.parse_time("08:30:00@Z") == time(8, 30, tzinfo=UTC)
    shanghai = datetime(2009, 12, 31, 8, tzinfo=ZoneInfo("Asia/Shanghai"))
    assert value_of('@"2009-12-31T08:00:00@Asia/Shanghai"') == shanghai


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        ("2009-01-31", "2009-03-30", 1),
        ("2009-03-30", "2009-01-31", -1),
        ("2009-01-01", "2009-01-31", 0),
        ("2010-01-15", "2009-01-15", -12),
    ],
)
def test_months_between_are_whole_months(start: str, end: str, months: int) -> None:
    text = f'years and months duration(date("{start}"), date("{end}"))'
    assert value_of(text) == feel.YearsMonths(months)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('date("2009-12-31")', date(2009, 12, 31)),
        ('date("2009-13-31")', None),
        ("date(2009, 2, 29)", None),
        ("date(2008, 2, 29)", date(2008, 2, 29)),
        ("date(2008.5, 2, 29)", None),
        ("date(m)", date(2009, 12, 31)),
        ('time("08:30:00")', time(8, 30)),
        ("time(m)", time(8, 0, 1, 500000, tzinfo=UTC)),
        ("time(8, 30, 1.5)", time(8, 30, 1, 500000)),
        ("time(8, 30, 0, null)", time(8, 30)),
        ('time(8, 30, 0, @"PT8H")', time(8, 30, tzinfo=timezone(timedelta(hours=8)))),
        ('time(8, 30, 0, @"PT0S")', time(8, 30, tzinfo=UTC)),
        ('time(8, 30, 0, @"P2D")', None),
        ("time(8, 30, 0, 8)", None),
        ("time(25, 30, 0)", None),
        ("time(2.5, 30, 0)", None),
        ("time(1, 1, 1e30)", None),
        ("time(1, 1, -1)", None),
        ("time(1, 1, 1e-30)", time(1, 1)),
        ('date and time("2009-12-31T08:00:00Z")', datetime(2009, 12, 31, 8, tzinfo=UTC)),
        ('date and time(d, @"08:00:00Z")', datetime(2009, 12, 31, 8, tzinfo=UTC)),
        ('duration("P5D")', timedelta(days=5)),
        ('duration("five days")', None),
        ("day of year(d)", 365),
        ("day of week(d)", "Thursday"),
        ("month of year(d)", "December"),
        ("week of year(d)", 53),
        ('is(@"10:00:00Z", @"11:00:00+01:00")', False),
        ('is(@"10:00:00Z", @"10:00:00Z")', True),
        ("is(1, 1.0)", True),
        ('is(1, "1")', False),
    ],
)
def test_functions_on_time(text: str, expected: object) -> None:
    assert value_of(text) == expected


def test_what_day_it_is_only_the_caller_can_say() -> None:
    today = feel.parse("today() - d", SCOPE)
    assert today.evaluate(VALUES, {"today": lambda: date(2010, 1, 2)}) == timedelta(days=2)
    with pytest.raises(feel.FeelError) as caught:
        today.evaluate(VALUES)
    assert caught.value.code == "not_computable"
