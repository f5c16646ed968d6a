from datetime import date, datetime, timedelta

import pytest

from caseflow import engine, feel
from caseflow.clock import BUREAU_ZONE
from tests.unit.engine.sketch import NOW, bundle, moment
from tests.unit.engine.walk import Walk


@pytest.mark.parametrize(
    ("value", "instant"),
    [
        (date(2010, 2, 1), datetime(2010, 2, 1, tzinfo=BUREAU_ZONE)),
        (datetime(2010, 2, 1, 9), datetime(2010, 2, 1, 9, tzinfo=BUREAU_ZONE)),  # noqa: DTZ001 - one without a zone is meant
        (NOW, NOW),
        (timedelta(days=2, hours=3), NOW + timedelta(days=2, hours=3)),
        (feel.YearsMonths(1), datetime(2010, 2, 25, 9, tzinfo=BUREAU_ZONE)),
        (feel.YearsMonths(13), datetime(2011, 2, 25, 9, tzinfo=BUREAU_ZONE)),
    ],
)
def test_instant_of_what_a_timer_gives(value: object, instant: datetime) -> None:
    assert moment().instant(value) == instant


def test_month_from_the_last_day_ends_on_the_last_day() -> None:
    assert moment(6).instant(feel.YearsMonths(1)).astimezone(BUREAU_ZONE).date() == date(
        2010, 2, 28
    )


def test_what_is_no_instant_is_refused() -> None:
    with pytest.raises(engine.BadValue):
        moment().instant("tomorrow")


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("P3D", NOW + timedelta(days=3)),
        ("P2W", NOW + timedelta(weeks=2)),
        ("PT36H", NOW + timedelta(hours=36)),
        ("P1M", datetime(2010, 2, 25, 9, tzinfo=BUREAU_ZONE)),
        ("2010-03-01", datetime(2010, 3, 1, tzinfo=BUREAU_ZONE)),
        ("2010-03-01T12:00:00Z", datetime.fromisoformat("2010-03-01T12:00:00+00:00")),
        ("days(15)", NOW + timedelta(days=15)),
        ('working_days("four")', NOW + timedelta(days=4)),
        ("today()", datetime(2010, 1, 25, tzinfo=BUREAU_ZONE)),
        ("now()", NOW),
        (
            'if~score~>~1~then~date("2010-02-02")~else~null',
            datetime(2010, 2, 2, tzinfo=BUREAU_ZONE),
        ),
    ],
)
def test_due_date_as_it_may_be_written(text: str, due: datetime) -> None:
    walk = Walk(f"start s\nuser a due={text}\nend e\ns -> a -> e", "score: number", score=5)
    assert walk.tasks()[0].due_at == due


@pytest.mark.parametrize("text", ["2010-13-01", "2010-02-30T00:00:00Z", "P", "PT", "P1Y2Q"])
def test_due_date_that_is_none_is_refused(text: str) -> None:
    findings = engine.check(bundle(f"start s\nuser a due={text}\nend e\ns -> a -> e"))
    assert [finding.code for finding in findings] == ["feel"]


def test_due_date_without_value_is_no_due_date() -> None:
    text = "start s\nuser a due=until\nend e\ns -> a -> e"
    assert Walk(text, "until: date").tasks()[0].due_at is None
    days = "start s\nuser a due=days(count)\nend e\ns -> a -> e"
    assert Walk(days, "count: number").tasks()[0].due_at is None


def test_timer_without_value_never_fires() -> None:
    text = (
        "start s\nuser a\non b a timer:until\nuser c\nxor m\nend e\ns -> a -> m\nb -> c -> m -> e"
    )
    walk = Walk(text, "until: date")
    assert walk.step.wake_at is None
    assert walk.advance(1_000).open == ["a"]
