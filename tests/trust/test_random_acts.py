"""Whatever people try on whatever case: its course, its desks, its record and its sums agree.

A sequence opens a case of a kind by lot and lets people by lot try acts by lot, while days pass.
After every act that was taken, and after every timer: the steps that the course waits at are those
on the desks; a closed case has no step left; who acted stands on no other side; the act is one
entry of the record; the sums of the case are those that its record tells.
"""

from __future__ import annotations

import json
import os
import random
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from multiprocessing import get_context

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from caseflow import assessed, calendars, clock, db
from caseflow.cli.workflows.files import bundle, shipped_kinds
from caseflow.config import Config
from caseflow.db import Database
from caseflow.demo.past.fates import Truth
from caseflow.demo.past.scene import Judge
from caseflow.models import AssessedAmount, Case, CaseLink, Task
from caseflow.models.record import RecordEvent
from caseflow.services import cases, consistency, definitions, mergers, reminders
from caseflow.services.place import here, settle
from caseflow.vocabulary import SYSTEM, AskedKind, CaseKind, Refused, TaskStatus
from tests import cast, factories
from tests.support.house import House
from tests.trust import acts
from tests.trust.acts import Bureau
from tests.trust.counts import IS_LONG, count

pytestmark = pytest.mark.scale

_SEQUENCES = count(12, 5_000)
_LONGEST = 60
_PROCESSES = (os.cpu_count() or 1) if IS_LONG else 1
_TOLD_EVERY = 25
_SEED = random.SystemRandom().randrange(2**32) if IS_LONG else 20101126
_BEGIN = datetime(2010, 1, 25, 1, tzinfo=UTC)
_CAUSES = ("concealed", "error", "legitimate", "data_error")
# Hits with which the kinds begin.
_HITS = {
    CaseKind.WV: ("VAT-001",),
    CaseKind.OC: ("FIL-011",),
    CaseKind.TA: ("VAT-001",),
    CaseKind.ZF: ("FIL-009",),
    CaseKind.AB: ("REG-004",),
    CaseKind.TP: ("TPD-001",),
}


@dataclass(frozen=True)
class Place:
    """A bureau with its people and all kinds of case; what is done in it is rolled back."""

    url: str
    ids: tuple[int, ...]


@pytest.fixture(scope="module")
def places(house: House) -> Iterator[list[Place]]:
    """One for each process: what a sequence has numbered or locked stays so until its end."""
    with ExitStack() as stack:
        yield [
            _made(stack.enter_context(house.clone(f"random_acts_{share}")))
            for share in range(_PROCESSES)
        ]


def _made(config: Config) -> Place:
    database = db.connect(str(config.database_url))
    with database.transaction() as session:
        known = cast.enter(session)
        for path in shipped_kinds():
            definitions.deploy(session, SYSTEM, bundle(path))
    database.dispose()
    ids = sorted(each.user_id or 0 for each in known.people.values())
    return Place(str(config.database_url), tuple(ids))


def test_any_sequence_of_acts_leaves_course_desks_record_and_sums_agreed(
    places: list[Place], figures: Callable[..., None]
) -> None:
    shares = [range(share, _SEQUENCES, len(places)) for share in range(len(places))]
    with ProcessPoolExecutor(
        len(places), get_context("spawn"), initializer=settle, initargs=(here(),)
    ) as pool:
        seeds = [_SEED] * len(places)
        counted = sum(pool.map(_share, places, shares, seeds), Counter[str]())
    figures("random acts", sequences=_SEQUENCES, seed=_SEED, **dict(sorted(counted.items())))
    assert counted.total() > _SEQUENCES


def _share(place: Place, sequences: range, seed: int) -> Counter[str]:
    """Live through some of the sequences, in a process of their own."""
    counted: Counter[str] = Counter()
    database = db.connect(place.url)
    for number, sequence in enumerate(sequences):
        dice = random.Random(f"{seed} {sequence}")
        kind = dice.choice(tuple(_HITS))
        try:
            with _rolled_back(database) as session:
                counted += _lived(_opened(session, dice, place.ids, kind))
        except Exception as fault:
            fault.add_note(f"sequence {sequence} of seed {seed}, begun as {kind.value}")
            raise
        if IS_LONG and number % _TOLD_EVERY == 0:
            sys.stderr.write(f"sequence {sequence} of seed {seed}: {dict(counted)}\n")
    database.dispose()
    return counted


@contextmanager
def _rolled_back(database: Database) -> Iterator[Session]:
    """A transaction that begins on a Monday morning."""
    with database.engine.connect() as connection, connection.begin() as whole:
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            token = clock.set_moment(_BEGIN)
            yield session
            clock.reset_moment(token)
        whole.rollback()


def _opened(session: Session, dice: random.Random, ids: tuple[int, ...], kind: CaseKind) -> Bureau:
    payer = factories.taxpayer(session)
    truth = Truth((payer.tin, hit, dice.choice(_CAUSES)) for hit in _HITS[kind])
    judge = Judge(truth, dice.randrange(10**6), calendars.of(session))
    case = factories.case_of(session, kind, payer, *_HITS[kind])
    if dice.randrange(3) == 0:  # a second one that it may be merged into, or the reverse
        beside = dice.choice([each for each in _HITS if each is not kind])
        factories.case_of(session, beside, payer, *_HITS[beside])
    return Bureau(session, dice, judge, ids, case)


def _lived(bureau: Bureau) -> Counter[str]:
    """Try acts until the cases are closed or the day is long enough; what came of it how often."""
    counted: Counter[str] = Counter()
    for _ in range(_LONGEST):
        still_open = bureau.session.scalars(select(Case).where(Case.closed_at.is_(None))).all()
        if not still_open:
            break
        bureau.case = bureau.dice.choice([*still_open, *_merged(bureau.session)])
        before, bureau.verbs = _told(bureau), 1
        clock.set_moment(clock.now() + timedelta(seconds=1))  # no two acts share an instant
        act = bureau.dice.choice(acts.ACTS)
        try:
            with bureau.session.begin_nested():
                act(bureau)
                bureau.session.flush()
        except Refused:
            counted["refused"] += 1
            assert _told(bureau) == before
        else:
            counted["taken"] += 1
            assert _told(bureau) == before + bureau.verbs, act.__name__
            _judge(bureau)
        if bureau.dice.randrange(3) == 0:
            _let_time_pass(bureau)
            _judge(bureau)
    closed = select(func.count()).where(Case.closed_at.is_not(None))
    counted["closed"] = bureau.session.scalars(closed).one()
    return counted


def _merged(session: Session) -> list[Case]:
    """Cases that go on within another one, and could be taken out."""
    into = select(CaseLink.case_id).where(
        CaseLink.kind == mergers.MERGED, CaseLink.ended_at.is_(None)
    )
    return list(session.scalars(select(Case).where(Case.id.in_(into)).order_by(Case.id)))


def _let_time_pass(bureau: Bureau) -> None:
    hours = bureau.dice.choice((1, 4, 24, 72, 240))
    clock.set_moment(clock.now() + timedelta(hours=hours))
    cases.wake_due(bureau.session)
    reminders.climb_due(bureau.session)
    bureau.session.flush()


def _told(bureau: Bureau) -> int:
    stream = f"case:{bureau.case.id}"
    query = select(func.count()).select_from(RecordEvent).where(RecordEvent.stream == stream)
    return bureau.session.scalars(query).one()


def _judge(bureau: Bureau) -> None:
    session = bureau.session
    assert consistency.compare(session).differences == ()
    for case in session.scalars(select(Case)):
        rows = session.scalars(select(Task).where(Task.case_id == case.id)).all()
        waiting = {row.asked_kind for row in rows if row.status is TaskStatus.OPEN}
        # A copy may be read after the end; nothing else is left to do.
        assert case.closed_at is None or waiting <= {AskedKind.COPY}
        _nobody_stands_on_both_sides([row for row in rows if row.status is TaskStatus.DONE])
        _sums_are_those_of_the_record(session, case)


def _nobody_stands_on_both_sides(done: list[Task]) -> None:
    for late in done:
        for early in done:
            words = {early.element, early.element.rpartition("/")[2], early.relation}
            if words & set(late.separation):
                assert not _who(late) & _who(early), (late.element, early.element)


def _who(task: Task) -> set[int]:
    return {each for each in (task.done_by, task.done_for, task.done_through) if each is not None}


def _sums_are_those_of_the_record(session: Session, case: Case) -> None:
    rows = session.scalars(select(AssessedAmount).where(AssessedAmount.case_id == case.id)).all()
    told = session.scalars(
        select(RecordEvent.payload)
        .where(RecordEvent.stream == f"case:{case.id}", RecordEvent.action == "task.completed")
        .order_by(RecordEvent.seq.desc())
    )
    payloads = map(json.loads, told)
    last = next((each["total_tax"] for each in payloads if "total_tax" in each), "0")
    assert assessed.total_tax(rows) == Decimal(last)
