"""The whole record verified a portion at a time, and what the last verifications found.

A portion needs nothing but where the one before it ended, so that the work can be shown, broken
off and gone on with; no portion holds a snapshot of the database for long.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from caseflow import clock, policy
from caseflow.models import Run
from caseflow.models.record import Checkpoint, RecordEvent, RecordLeaf
from caseflow.reads import record_chain, record_check
from caseflow.reads.record_chain import Keys
from caseflow.reads.record_problems import Problem, Report
from caseflow.tlog import tree
from caseflow.vocabulary import Actor, NotFound, Verb

KIND = "record_check"
LIMIT = 20


@dataclass(frozen=True, slots=True)
class Portion:
    """What a portion went through: its problems with the days of their events, and its end."""

    events: int
    streams: int
    cases: int
    days: Mapping[date, int]
    problems: tuple[tuple[Problem, date | None], ...]
    # The stream and number of the last event; None when the record ends here.
    after: tuple[str, int] | None


@dataclass(frozen=True, slots=True)
class Fit:
    """Whether the root computed anew is the one that was signed, and on which day."""

    on: date
    is_same: bool


@dataclass(frozen=True, slots=True)
class LogPortion:
    """A portion of the sealed log: which checkpoints, by size, fit, and where it ended."""

    leaves: int
    fits: Mapping[int, Fit]
    misplaced: tuple[int, ...]
    peaks: tuple[bytes, ...]
    is_last: bool


def count(session: Session) -> int:
    """How many events there are."""
    return record_check.count(session)


def portion(
    session: Session, after: tuple[str, int], at_most: int, *, trusted: Iterable[str] = ()
) -> Portion:
    """
    Verify the events after one of them, about so many, chain by chain.

    ``trusted`` are public keys, hex, that the caller knows from elsewhere.

    A case's chain is gone through whole, with its row, answers, papers and files beside it; a
    longer chain may end in the middle. Whatever is found is looked at once more before it is
    told: an act that was under way between two statements is no fault.
    """
    rows = _rows(session, after, at_most)
    keys = record_chain.keys(session, trusted)
    report = _verify(session, rows, keys)
    problems = report.problems
    if problems:
        session.expire_all()
        rows_again = _rows(session, after, at_most)
        again = {_same(each) for each in _verify(session, rows_again, keys).problems}
        problems = tuple(each for each in problems if _same(each) in again)
    days = Counter(clock.local_date(row.at) for row in rows)
    at = {(row.stream, row.seq): clock.local_date(row.at) for row in rows}
    ends = {row.stream: clock.local_date(row.at) for row in rows}
    told = sorted(problems, key=lambda each: (each.stream, each.seq or 0, each.code.name))
    return Portion(
        events=len(rows),
        streams=len(ends),
        cases=report.cases,
        days=days,
        problems=tuple(
            (each, at.get((each.stream, each.seq or 0), ends.get(each.stream))) for each in told
        ),
        after=(rows[-1].stream, rows[-1].seq) if rows else None,
    )


def beside(session: Session) -> tuple[Problem, ...]:
    """What no chain shows: cases without any event, versions that were changed."""
    return tuple(record_check.beside(session))


def log(session: Session, start: int, peaks: Sequence[bytes], at_most: int) -> LogPortion:
    """
    Compute the tree of the sealed log anew, from the hashes of the events themselves.

    ``peaks`` are the roots of the full subtrees of what came before. At the last checkpoint of
    each day the root must be the one that was signed.
    """
    rows = session.execute(
        select(RecordLeaf.index, RecordEvent.hash)
        .outerjoin(RecordEvent, RecordEvent.id == RecordLeaf.event_id)
        .where(RecordLeaf.index >= start)
        .order_by(RecordLeaf.index)
        .limit(at_most)
    ).all()
    signed = _signed(session, start, start + len(rows))
    range_ = Peaks(start, list(peaks))
    fits: dict[int, Fit] = {}
    misplaced = []
    for index, hash_ in rows:
        if index != range_.size or hash_ is None:
            misplaced.append(index)
            break
        range_.add(hash_)
        for checkpoint in signed.get(range_.size, ()):
            was_same = checkpoint.size not in fits or fits[checkpoint.size].is_same
            is_same = was_same and range_.root() == checkpoint.root
            fits[checkpoint.size] = Fit(clock.local_date(checkpoint.at), is_same)
    is_last = len(rows) < at_most or bool(misplaced)
    return LogPortion(len(rows), fits, tuple(misplaced), tuple(range_.peaks), is_last)


@dataclass(slots=True)
class Peaks:
    """The roots of the full subtrees over the leaves so far, the largest first (RFC 6962)."""

    size: int = 0
    peaks: list[bytes] = field(default_factory=list)

    def add(self, leaf: bytes) -> None:
        """Take one more leaf hash."""
        self.peaks.append(leaf)
        self.size += 1
        whole = self.size
        while whole % 2 == 0:
            right, left = self.peaks.pop(), self.peaks.pop()
            self.peaks.append(tree.node_hash(left, right))
            whole //= 2

    def root(self) -> bytes:
        """The root over all leaves so far; there is at least one."""
        found = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            found = tree.node_hash(peak, found)
        return found


def latest(session: Session, actor: Actor) -> tuple[Run, ...]:
    """The last verifications, newest first."""
    policy.require(actor, Verb.READ_RECORD)
    return tuple(
        session.scalars(select(Run).where(Run.kind == KIND).order_by(Run.id.desc()).limit(LIMIT))
    )


def one(session: Session, actor: Actor, run_id: int) -> Run:
    """
    One verification.

    Raises:
        NotFound: there is no such verification.

    """
    policy.require(actor, Verb.READ_RECORD)
    run = session.get(Run, run_id)
    if run is None or run.kind != KIND:
        raise NotFound("record_check", id=run_id)
    return run


@dataclass(frozen=True, slots=True)
class Roots:
    """The checkpoints whose roots finished verifications computed anew: by size, and up to where.

    ``verified`` gives of a size whether the last computation fitted, and when that was.
    """

    verified: Mapping[int, tuple[bool, datetime]]
    until: int


def roots(session: Session) -> Roots:
    """Read what the last finished verifications found of checkpoints; the newest counts.

    One that was broken off says nothing.
    """
    runs = session.scalars(
        select(Run)
        .where(Run.kind == KIND, Run.finished_at.is_not(None), Run.error.is_(None))
        .order_by(Run.id.desc())
        .limit(LIMIT)
    )
    found: dict[int, tuple[bool, datetime]] = {}
    for run in runs:
        if run.finished_at is None or run.detail.get("cancelled"):
            continue
        for size, is_same in run.detail.get("roots", {}).items():
            found.setdefault(int(size), (bool(is_same), run.finished_at))
    return Roots(found, max(found, default=0))


def _rows(session: Session, after: tuple[str, int], at_most: int) -> list[RecordEvent]:
    stream, seq = after
    found = list(
        session.scalars(
            select(RecordEvent)
            .where(
                or_(
                    RecordEvent.stream > stream,
                    and_(RecordEvent.stream == stream, RecordEvent.seq > seq),
                )
            )
            .order_by(RecordEvent.stream, RecordEvent.seq)
            .limit(at_most)
        )
    )
    if len(found) == at_most and found[-1].stream.startswith("case:"):
        last = found[-1]
        found += session.scalars(
            select(RecordEvent)
            .where(RecordEvent.stream == last.stream, RecordEvent.seq > last.seq)
            .order_by(RecordEvent.seq)
        )
    return found


def _verify(session: Session, rows: Sequence[RecordEvent], keys: Keys) -> Report:
    audit = record_check.Audit(session, None, keys)
    for name, events in groupby(rows, key=lambda row: row.stream):
        chain = list(events)
        before = _before(session, chain[0])
        audit.take(record_chain.walk(name, chain, keys, before=before))
    audit.settle()
    return audit.report()


def _same(problem: Problem) -> tuple[object, ...]:
    """What makes two findings the same one."""
    return problem.code, problem.stream, problem.seq, problem.say("en")


def _before(session: Session, event: RecordEvent) -> RecordEvent | None:
    """The event before the first of a portion, where a chain was left in the middle."""
    if event.seq == 1:
        return None
    return session.scalar(
        select(RecordEvent)
        .where(RecordEvent.stream == event.stream, RecordEvent.seq < event.seq)
        .order_by(RecordEvent.seq.desc())
        .limit(1)
    )


def _signed(session: Session, low: int, high: int) -> dict[int, list[Checkpoint]]:
    """The last checkpoint of each day whose size lies above ``low`` and up to ``high``."""
    day = func.date(func.timezone("Asia/Shanghai", Checkpoint.at))
    last = select(func.max(Checkpoint.size)).where(Checkpoint.size > 0).group_by(day)
    found: dict[int, list[Checkpoint]] = {}
    for each in session.scalars(
        select(Checkpoint).where(
            Checkpoint.size.in_(last), Checkpoint.size > low, Checkpoint.size <= high
        )
    ):
        found.setdefault(each.size, []).append(each)
    return found


def signed_days(session: Session) -> Iterator[tuple[date, int, str]]:
    """Each day with its last checkpoint: its size, and its root in hex; newest first."""
    day = func.date(func.timezone("Asia/Shanghai", Checkpoint.at)).label("day")
    last = select(func.max(Checkpoint.size)).where(Checkpoint.size > 0).group_by(day)
    for each in session.scalars(
        select(Checkpoint)
        .where(Checkpoint.size.in_(last))
        .order_by(Checkpoint.size.desc())
        .limit(62)
    ):
        yield clock.local_date(each.at), each.size, each.root.hex()
