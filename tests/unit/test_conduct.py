"""What is counted as conduct worth a look, and beside what: at the threshold, not below it."""

from datetime import date, datetime, timedelta, timezone

import pytest

from caseflow.reads.audits import conduct
from caseflow.reads.audits.conduct import Hour, Kind, Row, Told, Wish

HERE = timezone(timedelta(hours=8))
MONDAY, SATURDAY = date(2010, 1, 25), date(2010, 1, 30)
WISH = Wish(MONDAY, SATURDAY)


def _hour(day: date, hour: int, count: int, action: str = "") -> Hour:
    at = datetime(day.year, day.month, day.day, hour, tzinfo=HERE)
    return Hour("user:7", action, at, count)


def _out(*hours: Hour) -> list[Row]:
    return list(conduct.out_of_hours(hours, WISH, [SATURDAY]))


def test_night_and_days_off_count_and_the_working_day_does_not() -> None:
    (row,) = _out(_hour(MONDAY, 7, 2), _hour(MONDAY, 18, 1), _hour(SATURDAY, 10, 4))
    assert (row.count, row.beside, row.since, row.until) == (7, 4, MONDAY, SATURDAY)
    assert _out(_hour(MONDAY, 8, 50), _hour(MONDAY, 17, 50)) == []


@pytest.mark.parametrize(("count", "is_found"), [(4, False), (5, True)])
def test_acts_out_of_hours_are_listed_from_the_threshold_on(count: int, *, is_found: bool) -> None:
    assert bool(_out(_hour(MONDAY, 22, count))) is is_found


@pytest.mark.parametrize(
    ("count", "usual", "is_found"),
    [(19, 0.0, False), (20, 0.0, True), (20, 6.6, True), (20, 7.0, False), (60, 20.0, True)],
)
def test_reading_is_held_against_what_is_usual_for_the_person(
    count: int, usual: float, *, is_found: bool
) -> None:
    hours = [_hour(MONDAY, 10, count, "case.read")]
    found = list(conduct.mass_reading(hours, WISH, {"user:7": usual}))
    assert bool(found) is is_found


def test_other_acts_are_no_reading() -> None:
    assert list(conduct.mass_reading([_hour(MONDAY, 10, 900)], WISH, {})) == []


def _refused(why: str, case: int) -> Told:
    at = datetime.fromisoformat("2010-01-25T10:00:00+08:00")
    return Told("user:7", "case.refused", at, {"why": why, "case": case})


def test_one_attempt_at_own_work_is_listed_and_refusals_only_when_repeated() -> None:
    once = list(conduct.refusals([_refused("barred", 1)], WISH))
    assert [row.kind for row in once] == [Kind.OWN_WORK]
    thrice = list(conduct.refusals([_refused("case", n) for n in (1, 2, 2)], WISH))
    assert [(row.kind, row.count, row.details) for row in thrice] == [
        (Kind.REFUSALS, 3, ("1", "2"))
    ]


def _begun(address: str | None, hour: int, day: int = 25) -> Told:
    at = datetime.fromisoformat(f"2010-01-{day}T{hour:02d}:00:00+08:00")
    return Told("user:7", "session.begun", at, {"address": address})


def test_two_addresses_count_on_the_same_day_only() -> None:
    apart = [_begun("10.0.0.1", 9), _begun("10.0.0.2", 9, day=26), _begun(None, 10)]
    assert list(conduct.addresses(apart)) == []
    (row,) = conduct.addresses([_begun("10.0.0.2", 11), _begun("10.0.0.1", 9)])
    assert row.details == ("10.0.0.1", "10.0.0.2")


def test_a_pair_of_deputies_is_listed_only_when_it_is_new() -> None:
    at = datetime(2010, 1, 25, 10, tzinfo=HERE)
    hours = [
        Hour("user:7/for:3", "", at, 2),
        Hour("user:8/for:3", "", at, 1),
    ]
    (row,) = conduct.deputies(hours, frozenset({"user:8/for:3"}))
    assert (row.actor, row.count) == ("user:7/for:3", 2)


def test_exports_are_added_up_with_their_rows() -> None:
    at = datetime.fromisoformat("2010-01-25T10:00:00+08:00")
    told = [Told("user:7", "list.exported", at, {"rows": n}) for n in (20, 30)]
    told.append(Told("user:7", "dossier.exported", at, {"case": "5"}))
    (row,) = conduct.exports(told)
    assert (row.count, row.beside) == (3, 50)
    assert row.details == ("list.exported", "list.exported", "dossier.exported")


def test_being_turned_away_from_doors_counts_and_a_grant_to_oneself_stands_alone() -> None:
    at = datetime.fromisoformat("2010-01-25T10:00:00+08:00")
    doors = ("conduct.listing", "replays.page", "powers.give")
    told = [Told("user:7", "door.refused", at, {"door": d, "why": "not_your_post"}) for d in doors]
    told.append(Told("user:7", "door.refused", at, {"door": "powers.give", "why": "own_grant"}))
    own, often = conduct.refusals(told, WISH)
    assert (own.kind, own.count, own.why) == (Kind.OWN_WORK, 1, "own_grant")
    assert (often.kind, often.count, often.details) == (Kind.REFUSALS, 4, doors)
