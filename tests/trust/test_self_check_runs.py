"""A run of the self-check as the worker does it, and what people do about what it found."""

import time
from dataclasses import dataclass
from datetime import timedelta

import psycopg
import pytest
from sqlalchemy import event, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from caseflow import db
from caseflow.config import Config
from caseflow.jobs import self_check, worker
from caseflow.jobs.topics import EFFECTS
from caseflow.models import Case, OutboxMessage, Repair, SelfCheck, Task, Taxpayer
from caseflow.models.base import Json
from caseflow.reads import marked_waits, record_check
from caseflow.reads import record as record_reads
from caseflow.reads import self_checks as reads
from caseflow.services import cases, files, numbers, outbox, record, self_checks, tasks
from caseflow.services.powers import sensitive
from caseflow.services.self_checks import Check, Seen, repairs
from caseflow.services.self_checks.repairs import Wish
from caseflow.vocabulary import SYSTEM, Actor, Conflict, Forbidden, Invalid, NotFound
from tests import cast, desk, factories
from tests.cast import Cast
from tests.services.test_deputies import to_review


@dataclass(frozen=True)
class Troubled:
    """A house in which somebody is gone with a step on the desk, and a self-check has found it."""

    database: db.Database
    people: Cast
    case_id: int
    subject: str


def _run(database: db.Database) -> SelfCheck:
    """A whole run, as the worker does it."""
    with database.transaction() as session:
        self_checks.begin(session, SYSTEM)
    worker.work_through(database, EFFECTS)
    with database.reading() as session:
        row = reads.latest(session)
        assert row is not None
        return row


@pytest.fixture
def troubled(own_database: db.Database) -> Troubled:
    with own_database.transaction() as session:
        record.introduce(session)
        people = cast.enter(session)
        case = factories.case(session, factories.taxpayer(session))
        task = desk.open_task(session, case, "dispatch")
        tasks.claim(session, people.leader, task.id)
        session.execute(text("UPDATE users SET is_active = false WHERE login = 'leader'"))
        factories.tell(session, "sys:people")
    _run(own_database)
    return Troubled(own_database, people, case.id, f"task:{task.id}")


def _found_by(troubled: Troubled, who: Actor) -> set[str]:
    with troubled.database.reading() as session:
        shown = reads.last(session, who)
    assert shown is not None
    return {each.subject for result in shown.results for each in result.found}


def test_run_goes_through_every_check_and_is_on_the_record(troubled: Troubled) -> None:
    with troubled.database.reading() as session:
        row = reads.latest(session)
        assert row is not None
        assert [each["check"] for each in row.results] == [each.value for each in Check]
        assert row.finding_count == 1
        last = record_reads.chain(session, "sys:self_checks").events[-1]
        assert record_check.verify(session, path_of=files.path_of).is_sound
    assert (last.action, last.payload["findings"]["holders"]) == ("self_check.done", 1)


def test_finding_of_a_case_is_seen_by_who_may_see_the_case(troubled: Troubled) -> None:
    people = troubled.people
    for who in (people.chief, people.deputy, people.auditor):
        assert _found_by(troubled, who) == {troubled.subject}
    for who in (people.other_chief, people.far_leader, people.sysadmin):
        assert _found_by(troubled, who) == set()
    with troubled.database.reading() as session, pytest.raises(Forbidden):
        reads.last(session, people.officer)


def _repair(troubled: Troubled, who: Actor, way: str, reason: str = "人已调离") -> None:
    with troubled.database.transaction() as session:
        repairs.repair(session, who, "holders", troubled.subject, wish=Wish(way, reason))


def test_chief_puts_the_step_back_and_the_record_keeps_why(troubled: Troubled) -> None:
    _repair(troubled, troubled.people.chief, "release")
    with troubled.database.reading() as session:
        task = session.scalars(select(Task).where(Task.status == "open")).one()
        kept = session.scalars(select(Repair)).one()
        last = record_reads.chain(session, f"case:{troubled.case_id}").events[-1]
        assert record_check.verify(session, path_of=files.path_of).is_sound
    assert task.assignee_id is None
    assert (kept.what, kept.repaired_by) == ("release", troubled.people.chief.user_id)
    assert (last.action, last.payload["reason"]) == ("self_check.repaired", "人已调离")
    assert _run(troubled.database).finding_count == 0


def test_repair_twice_is_refused_for_it_is_no_longer_as_found(troubled: Troubled) -> None:
    _repair(troubled, troubled.people.chief, "release")
    with pytest.raises(Conflict):
        _repair(troubled, troubled.people.chief, "release")


@pytest.mark.parametrize("who", ["other_chief", "far_chief", "sysadmin"])
def test_finding_out_of_sight_does_not_exist(troubled: Troubled, who: str) -> None:
    with pytest.raises(NotFound):
        _repair(troubled, getattr(troubled.people, who), "explain")


@pytest.mark.parametrize("who", ["officer", "auditor"])
def test_who_repairs_nothing_is_refused(troubled: Troubled, who: str) -> None:
    with pytest.raises(Forbidden):
        _repair(troubled, getattr(troubled.people, who), "explain")


@pytest.mark.parametrize(
    ("way", "reason"), [("release", ""), ("release", "长" * 501), ("rearm", "x"), ("drop", "x")]
)
def test_repair_needs_a_reason_and_a_way_that_fits(
    troubled: Troubled, way: str, reason: str
) -> None:
    with pytest.raises(Invalid):
        _repair(troubled, troubled.people.chief, way, reason)


def test_nobody_explains_away_what_touches_the_record() -> None:
    for check in (Check.RECORD, Check.SEALS, Check.SEPARATION):
        assert repairs.ways(check, "any") == (repairs.Way.REPORT,)


def test_timer_that_was_lost_fires_once_it_is_armed_again(own_database: db.Database) -> None:
    with own_database.transaction() as session:
        record.introduce(session)
        people = cast.enter(session)
        case = factories.case(session, factories.taxpayer(session))
        desk.to_letter_served(session, people, case)
        wake_at = case.wake_at
        assert wake_at is not None
    with own_database.transaction() as session:
        spoiled = cases.locked(session, case.id)
        spoiled.wake_at = None
        cases.note(session, SYSTEM, spoiled, action="case.spoiled", payload={})
    assert _run(own_database).finding_count == 1
    with own_database.transaction() as session:
        subject = f"case:{case.id}"
        repairs.repair(session, people.chief, "timers", subject, wish=Wish("rearm", "补登"))
    with own_database.reading() as session:
        assert session.get_one(Case, case.id).wake_at == wake_at
    assert _run(own_database).finding_count == 0


def test_timer_that_was_set_aside_is_found_and_tried_again(own_database: db.Database) -> None:
    with own_database.transaction() as session:
        record.introduce(session)
        people = cast.enter(session)
        case = factories.case(session, factories.taxpayer(session))
        desk.to_letter_served(session, people, case)
        due = case.wake_at
        assert due is not None
    with own_database.transaction() as session:
        failed = cases.locked(session, case.id)
        failed.wake_at = due + timedelta(hours=1)
        cases.note(session, SYSTEM, failed, action="timer.failed", payload={"code": "x"})
    assert _codes(_run(own_database)) == [("timers", "set_aside")]
    with own_database.transaction() as session:
        subject = f"case:{case.id}"
        repairs.repair(session, people.chief, "timers", subject, wish=Wish("rearm", "已补齐"))
    with own_database.reading() as session:
        assert session.get_one(Case, case.id).wake_at == due
    assert _codes(_run(own_database)) == []


def test_series_that_lies_behind_goes_on_after_its_newest_number(
    own_database: db.Database,
) -> None:
    with own_database.transaction() as session:
        record.introduce(session)
        people = cast.enter(session)
        for serial in range(1, 4):
            factories.case(session, factories.taxpayer(session, serial=serial))
        was = {(each.series, each.year): each.last for each in numbers.used(session)}
    assert set(was.values()) == {3}
    with own_database.transaction() as session:
        session.execute(text("UPDATE number_series SET last = 1"))
    assert _codes(_run(own_database)) == [("numbers", "behind")]
    (series, year) = next(iter(was))
    with own_database.transaction() as session:
        subject = f"series:{series}:{year}"
        repairs.repair(session, people.sysadmin, "numbers", subject, wish=Wish("advance", "误改"))
    with own_database.transaction() as session:
        assert {(each.series, each.year): each.last for each in numbers.used(session)} == was
        with pytest.raises(Conflict):
            repairs.repair(session, people.sysadmin, "numbers", subject, wish=Wish("advance", "x"))
    assert _codes(_run(own_database)) == []


def test_a_gap_that_was_explained_stays_so_when_numbers_are_given_after_it(
    own_database: db.Database,
) -> None:
    with own_database.transaction() as session:
        record.introduce(session)
        people = cast.enter(session)
        factories.case(session, factories.taxpayer(session))
        session.execute(text("UPDATE number_series SET last = 3"))
        (series,) = numbers.used(session)
    assert _codes(_run(own_database)) == [("numbers", "gap")]
    with own_database.transaction() as session:
        subject = f"series:{series.series}:{series.year}"
        repairs.repair(session, people.sysadmin, "numbers", subject, wish=Wish("explain", "作废"))
        factories.case(session, factories.taxpayer(session, serial=2))
    assert _codes(_run(own_database)) == [("numbers", "gap")]
    with own_database.reading() as session:
        shown = reads.last(session, people.sysadmin)
    assert shown is not None
    (found,) = (each for result in shown.results for each in result.found)
    assert (found.is_settled, found.is_due) == (True, False)


def _codes(run: SelfCheck) -> list[tuple[str, str]]:
    """What a run found, by check and code."""
    return [(each["check"], found["code"]) for each in run.results for found in each["findings"]]


def test_run_of_a_night_is_started_once(own_database: db.Database) -> None:
    with own_database.transaction() as session:
        assert self_checks.begin_nightly(session) == 0  # nothing to look at yet
        record.introduce(session)
        cast.enter(session)
        factories.case(session, factories.taxpayer(session))
        assert self_checks.begin_nightly(session) == 1
        assert self_checks.begin_nightly(session) == 0
        with pytest.raises(Conflict):
            self_checks.begin(session, SYSTEM)
    worker.work_through(own_database, EFFECTS)
    with own_database.transaction() as session:
        assert self_checks.begin_nightly(session) == 0
        waiting = select(OutboxMessage).where(OutboxMessage.topic == self_checks.TOPIC)
        assert all(each.done_at for each in session.scalars(waiting))


def _shorten_the_limits(database: db.Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no transaction of this house stand idle for longer than a second."""
    limit = "set_config('idle_in_transaction_session_timeout', '1s', true)"
    for name in ("_BEGIN_WRITING", "_BEGIN_READING"):
        monkeypatch.setattr(db, name, f"SELECT bureau_now(), {limit}")
    with database.transaction() as session:
        time.sleep(1.5)
        with pytest.raises(DBAPIError):
            session.execute(text("SELECT 1"))
        session.rollback()


def test_check_may_last_longer_than_a_transaction_may_stand_idle(
    troubled: Troubled, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(session: Session) -> Seen:
        session.execute(text("SELECT 1"))
        time.sleep(1.5)
        return Seen(session.execute(text("SELECT 7")).scalar_one(), ())

    _shorten_the_limits(troubled.database, monkeypatch)
    monkeypatch.setattr(self_check, "CHECKS", {Check.OUTBOX: slow, Check.GRANTS: slow})
    row = _run(troubled.database)
    assert [each["looked_at"] for each in row.results] == [7, 7]


def test_record_is_looked_at_in_portions_and_no_finding_falls_between(
    troubled: Troubled, monkeypatch: pytest.MonkeyPatch
) -> None:
    with troubled.database.reading() as session:
        whole = record_check.count(session)
    monkeypatch.setattr(self_check, "_AT_ONCE", 1)
    result = _run(troubled.database).results[0]
    assert (result["check"], result["count"]) == ("record", 0)
    assert result["looked_at"] > whole  # the runs themselves are acts
    with troubled.database.reading() as session:
        streams = session.scalar(text("SELECT count(DISTINCT stream) FROM record_events"))
        pieces = session.scalars(
            select(OutboxMessage.payload).where(OutboxMessage.topic == self_checks.TOPIC)
        ).all()
    assert sum(piece.get("portion") is not None for piece in pieces) >= (streams or 0)


def test_run_that_died_neither_counts_as_under_way_nor_begins_again_by_itself(
    troubled: Troubled, own_house: Config
) -> None:
    with troubled.database.transaction() as session:
        self_checks.begin(session, SYSTEM)
        session.execute(
            text("UPDATE outbox SET attempts = :most WHERE done_at IS NULL"),
            {"most": outbox.MOST_ATTEMPTS},
        )
    _age_the_runs(own_house)
    with troubled.database.transaction() as session:
        assert self_checks.begin_nightly(session) == 0
        self_checks.begin(session, SYSTEM)
    with troubled.database.transaction() as session, pytest.raises(Conflict):
        self_checks.begin(session, SYSTEM)


def _holders(troubled: Troubled) -> tuple[int, reads.Found]:
    """How many findings of the holders count for the chief, and the first of them."""
    with troubled.database.reading() as session:
        shown = reads.last(session, troubled.people.chief)
    assert shown is not None
    result = next(each for each in shown.results if each.check == "holders")
    return result.open_count, result.found[0]


def test_explanation_settles_this_finding_until_it_says_something_else(troubled: Troubled) -> None:
    assert _holders(troubled)[1].is_due
    _repair(troubled, troubled.people.chief, "explain")
    assert _holders(troubled)[0] == 0
    _run(troubled.database)
    count, found = _holders(troubled)
    assert (count, found.is_settled, found.is_due) == (0, True, False)
    with troubled.database.transaction() as session:
        task = session.scalars(select(Task).where(Task.status == "open")).one()
        task.assignee_id = troubled.people.officer.user_id
        _note(session, troubled)
        session.execute(text("UPDATE users SET is_active = false WHERE login = 'officer'"))
        factories.tell(session, "sys:people")
    _run(troubled.database)
    count, found = _holders(troubled)
    assert (count, found.is_settled, found.is_due) == (1, False, True)


def test_page_reads_what_the_last_run_found_and_no_other(troubled: Troubled) -> None:
    """However long ago it was explained: a finding keeps since which run it says the same."""
    _repair(troubled, troubled.people.chief, "explain")
    runs = [_run(troubled.database) for _ in range(3)]
    assert {_findings(run)[0]["since"] for run in runs} == {runs[0].id - 1}
    asked: list[str] = []
    with troubled.database.reading() as session:
        connection = session.connection()
        event.listen(connection, "before_cursor_execute", lambda *told: asked.append(told[2]))
        assert reads.last(session, troubled.people.chief) is not None
    assert [("LIMIT" in each) for each in asked if "self_checks.results" in each] == [True]
    assert _holders(troubled)[0] == 0


def _findings(run: SelfCheck) -> list[Json]:
    return [found for each in run.results for found in each["findings"]]


def test_explanation_ends_with_the_first_run_that_finds_nothing(troubled: Troubled) -> None:
    _repair(troubled, troubled.people.chief, "explain")
    for is_active in (True, False):
        with troubled.database.transaction() as session:
            session.execute(
                text("UPDATE users SET is_active = :is_active WHERE login = 'leader'"),
                {"is_active": is_active},
            )
            factories.tell(session, "sys:people")
        _run(troubled.database)
    count, found = _holders(troubled)
    assert (count, found.is_settled, found.is_due) == (1, False, True)


def test_repair_is_offered_again_when_the_next_run_still_finds_it(troubled: Troubled) -> None:
    _repair(troubled, troubled.people.chief, "release")
    assert not _holders(troubled)[1].is_due
    with troubled.database.transaction() as session:
        task = session.scalars(select(Task).where(Task.status == "open")).one()
        task.assignee_id = troubled.people.leader.user_id
        _note(session, troubled)
    _run(troubled.database)
    count, found = _holders(troubled)
    assert (count, found.is_due, found.done is not None) == (1, True, True)


def _note(session: Session, troubled: Troubled) -> None:
    """An event beside a change of the case's step."""
    case = cases.locked(session, troubled.case_id)
    cases.note(session, SYSTEM, case, action="case.noted", payload={})


def _age_the_runs(house: Config) -> None:
    """Let the last run be of another night: as the owner, for nobody else changes one."""
    address = str(house.owner_url).replace("+psycopg", "", 1)
    with psycopg.connect(address) as connection:
        connection.execute("ALTER TABLE self_checks DISABLE TRIGGER USER")
        connection.execute("UPDATE self_checks SET at = at - interval '2 days'")
        connection.execute("ALTER TABLE self_checks ENABLE TRIGGER USER")


def test_marker_names_a_reader_for_the_step_that_the_mark_left_to_nobody(
    own_database: db.Database,
) -> None:
    with own_database.transaction() as session:
        record.introduce(session)
        people = cast.enter(session)
        case = to_review(session, people)
        subject = f"task:{desk.open_task(session, case, 'review').id}"
        sensitive.mark(session, people.leader, number=case.number, reason="涉及举报人信息")
    assert _codes(_run(own_database)) == [("doers", "withheld")]
    with own_database.reading() as session:
        assert _people_of(reads.last(session, people.leader), "doers") == [people.chief.name]
        assert _people_of(reads.last(session, people.chief), "doers") == []

    def allow(who: Actor, person: Actor | None) -> None:
        wish = Wish("allow", "科长要复核", person.user_id if person else None)
        with own_database.transaction() as session:
            repairs.repair(session, who, "doers", subject, wish=wish)

    for person in (None, people.other_chief):
        with pytest.raises(Invalid, match="repair_person"):
            allow(people.leader, person)
    with pytest.raises(NotFound):
        allow(people.chief, people.chief)
    allow(people.leader, people.chief)
    with own_database.reading() as session:
        acts = [each.action for each in record_reads.chain(session, f"case:{case.id}").events[-2:]]
    assert acts == ["sensitive.reader_allowed", "self_check.repaired"]
    with pytest.raises(Conflict):
        allow(people.leader, people.chief)
    assert _codes(_run(own_database)) == []


def test_of_two_marks_each_marker_names_a_reader_for_the_own(own_database: db.Database) -> None:
    with own_database.transaction() as session:
        record.introduce(session)
        people = cast.enter(session)
        case = to_review(session, people)
        subject = f"task:{desk.open_task(session, case, 'review').id}"
        tin = session.get_one(Taxpayer, case.taxpayer_id).tin
        home = sensitive.mark(session, people.division, tin=tin, reason="涉及举报人信息").id
        sensitive.allow(session, people.division, home, login="leader")
        mark = sensitive.mark(session, people.leader, number=case.number, reason="与另案有关联").id
    wish = Wish("allow", "科长要复核", people.chief.user_id)

    def waits() -> dict[int, tuple[int, tuple[str, ...]]]:
        with own_database.reading() as session:
            found = marked_waits.by_mark(session, [home, mark])
        return {file_id: (each.count, each.people) for file_id, each in found.items()}

    assert waits() == {}
    _run(own_database)
    assert waits() == dict.fromkeys((home, mark), (1, (people.chief.name,)))
    with own_database.transaction() as session:
        left = repairs.repair(session, people.leader, "doers", subject, wish=wish)
    assert left == (people.division.name,)
    assert waits() == {home: (1, (people.chief.name,))}
    assert _codes(_run(own_database)) == [("doers", "withheld")]
    with (
        pytest.raises(Invalid, match="marks_of_others") as refusal,
        own_database.transaction() as session,
    ):
        repairs.repair(session, people.leader, "doers", subject, wish=wish)
    assert refusal.value.values == {"who": people.division.name}
    with own_database.transaction() as session:
        sensitive.allow(session, people.division, home, login="chief")
    assert waits() == {}
    assert _codes(_run(own_database)) == []


def test_who_may_not_name_readers_is_offered_no_naming(troubled: Troubled) -> None:
    people = troubled.people
    assert repairs.Way.ALLOW in repairs.ways_of(people.leader, "doers", "withheld")
    assert repairs.ways_of(people.chief, "doers", "withheld") == (repairs.Way.EXPLAIN,)
    assert repairs.ways_of(people.auditor, "doers", "withheld") == ()


def test_vacant_post_is_told_to_those_above_it_and_to_the_administrator(
    own_database: db.Database,
) -> None:
    with own_database.transaction() as session:
        record.introduce(session)
        people = cast.enter(session)
        to_review(session, people)
        session.execute(text("UPDATE users SET is_active = false WHERE login = 'chief'"))
    assert _codes(_run(own_database)) == [("doers", "vacant")]
    with own_database.reading() as session:
        for who, found in (("leader", 1), ("sysadmin", 1), ("other_chief", 0), ("far_leader", 0)):
            shown = reads.last(session, getattr(people, who))
            assert shown is not None
            assert sum(len(each.found) for each in shown.results) == found, who


def _people_of(shown: reads.Shown | None, check: str) -> list[str]:
    assert shown is not None
    found = [each for result in shown.results if result.check == check for each in result.found]
    return [name for each in found for _, name in each.people]
