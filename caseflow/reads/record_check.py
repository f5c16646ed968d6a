"""Verifying the record: every event recomputed, every case held against what was recorded of it.

Reads only, in one snapshot; goes through the record stream by stream and keeps no more in memory
than some cases at a time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Text, cast, exists, func, select, text
from sqlalchemy.orm import Session

from caseflow.models import Answer, Attachment, Case, Definition, Document
from caseflow.models.record import RecordEvent
from caseflow.reads import record_chain
from caseflow.reads.record_chain import Keys, Walk
from caseflow.reads.record_problems import Code, Problem, Report
from caseflow.record_format import DEFINITIONS_STREAM, digest, files_digest
from caseflow.vocabulary import CaseStatus

PathOf = Callable[[str], Path]
Progress = Callable[[int], None]

_AT_ONCE = 1_000
_CASES_AT_ONCE = 200

# What the record last said of each case, beside its row; one pass over the acts of cases.
_ROWS = text("""
    SELECT cases.id, cases.revision, cases.status, cases.outcome, said.stream, said.last,
        said.status AS told_status, said.outcome AS told_outcome
    FROM cases FULL JOIN (
        SELECT stream, max(seq) AS last,
            (array_agg(told ->> 'status' ORDER BY seq DESC)
                FILTER (WHERE jsonb_exists(told, 'status')))[1] AS status,
            (array_agg(told ->> 'outcome' ORDER BY seq DESC)
                FILTER (WHERE jsonb_exists(told, 'outcome')))[1] AS outcome
        FROM (
            SELECT stream, seq,
                CASE WHEN payload IS JSON OBJECT THEN CAST(payload AS jsonb) END AS told
            FROM record_events WHERE stream >= 'case:' AND stream < 'case;'
        ) AS acts
        GROUP BY stream
    ) AS said ON said.stream = 'case:' || cases.id
    ORDER BY cases.id
""")

_Row = TypeVar("_Row", Answer, Document, Attachment)


def count(session: Session) -> int:
    """How many events a full verification goes through."""
    return session.scalar(select(func.count()).select_from(RecordEvent)) or 0


def verify(
    session: Session,
    *,
    path_of: PathOf,
    trusted: Iterable[str] = (),
    progress: Progress = lambda _: None,
) -> Report:
    """Verify the whole record; ``progress`` hears how many events each portion had.

    ``path_of`` tells where the bytes of a hash lie; ``trusted`` are public keys, hex, that the
    caller knows from elsewhere.
    """
    keys = record_chain.keys(session, trusted)
    audit = Audit(session, path_of, keys)
    audit.problems += keys.problems
    for name, events in groupby(_all_events(session), key=lambda event: event.stream):
        walk = record_chain.walk(name, events, keys)
        audit.take(walk)
        progress(walk.length)
    audit.settle()
    audit.problems += beside(session)
    return audit.report()


def reconcile(session: Session) -> Report:
    """Hold the row of every case against its last act, without computing any hash."""
    problems: list[Problem] = []
    events = count = 0
    for row in session.execute(_ROWS):
        events += row.last or 0
        if row.id is None:
            problems.append(Problem(Code.NO_CASE, row.stream))
            continue
        count += 1
        walk = Walk(f"case:{row.id}", row.last or 0)
        walk.status, walk.outcome = row.told_status, row.told_outcome
        if row.last is None:
            walk.find(Code.NO_EVENTS)
        else:
            _compare_row(walk, row.revision, CaseStatus(row.status), row.outcome)
        problems += walk.problems
    return Report(events, streams=count, cases=count, files=0, problems=tuple(problems))


def beside(session: Session) -> Iterator[Problem]:
    """What no stream shows: cases without any event, deployed versions that were changed."""
    yield from _unrecorded(session)
    yield from _definitions(session)


def verify_case(session: Session, case_id: int, *, path_of: PathOf | None = None) -> Report:
    """Verify one case: its stream, row, answers, papers and files.

    Without ``path_of`` the bytes of papers and files are not read, only their rows.
    """
    keys = record_chain.keys(session)
    audit = Audit(session, path_of, keys)
    audit.problems += keys.problems
    stream = f"case:{case_id}"
    events = session.scalars(
        select(RecordEvent).where(RecordEvent.stream == stream).order_by(RecordEvent.seq)
    )
    walk = record_chain.walk(stream, events, keys)
    if walk.length == 0:
        walk.find(Code.NO_EVENTS)
    audit.take(walk)
    audit.settle()
    return audit.report()


@dataclass
class Audit:
    """A verification under way: takes stream after stream, settles the cases among them."""

    session: Session
    path_of: PathOf | None
    keys: Keys
    problems: list[Problem] = field(default_factory=list)
    waiting: list[Walk] = field(default_factory=list)
    events: int = 0
    streams: int = 0
    cases: int = 0
    files: int = 0

    def take(self, walk: Walk) -> None:
        """Count a stream; a case's waits until enough of them are there for one look-up."""
        self.events += walk.length
        self.streams += 1
        if _case_id(walk.stream) is None:
            self.problems += walk.problems
            return
        self.waiting.append(walk)
        if len(self.waiting) >= _CASES_AT_ONCE:
            self.settle()

    def settle(self) -> None:
        """Hold the waiting cases against their rows in the tables."""
        walks = {case_id: w for w in self.waiting if (case_id := _case_id(w.stream)) is not None}
        ids = list(walks)
        cases = {
            row.id: row
            for row in self.session.execute(
                select(Case.id, Case.revision, Case.status, Case.outcome).where(Case.id.in_(ids))
            )
        }
        answers = self._by_case(Answer, ids)
        papers = self._by_case(Document, ids)
        files = self._by_case(Attachment, ids)
        for case_id, walk in walks.items():
            row = cases.get(case_id)
            if row is None:
                walk.find(Code.NO_CASE)
            elif walk.length:
                _compare_row(walk, row.revision, row.status, row.outcome)
            _compare_answers(walk, answers.get(case_id, []))
            self._compare_papers(walk, papers.get(case_id, []))
            self._compare_files(walk, files.get(case_id, []))
            self.problems += sorted(walk.problems, key=lambda found: found.seq or 0)
        self.cases += len(walks)
        self.waiting.clear()

    def report(self) -> Report:
        """What was gone through and found."""
        return Report(
            events=self.events,
            streams=self.streams,
            cases=self.cases,
            files=self.files,
            problems=tuple(self.problems),
            keys=self.keys.public,
        )

    def _by_case(self, table: type[_Row], ids: Sequence[int]) -> dict[int, list[_Row]]:
        rows = self.session.scalars(
            select(table)
            .where(table.case_id.in_(ids))
            .order_by(table.case_id, table.id)
            .execution_options(populate_existing=True)
        )
        return {case_id: list(group) for case_id, group in groupby(rows, lambda r: r.case_id)}

    def _compare_papers(self, walk: Walk, rows: Iterable[Document]) -> None:
        issued = {row.sha256: row for row in rows if row.sha256 is not None}
        for sha256, row in issued.items():
            subject = row.number or row.kind
            if sha256 not in walk.papers:
                walk.find(Code.STRAY_PAPER, None, subject=subject)
            self._look_at_bytes(walk, sha256, walk.papers.get(sha256), subject)
        for sha256, seq in walk.papers.items():
            if sha256 not in issued:
                walk.find(Code.NO_PAPER, seq, subject=sha256)

    def _compare_files(self, walk: Walk, rows: Iterable[Attachment]) -> None:
        stored = {row.sha256: row for row in rows}
        for sha256, row in stored.items():
            if sha256 not in walk.files:
                walk.find(Code.STRAY_FILE, None, subject=row.name)
            self._look_at_bytes(walk, sha256, walk.files.get(sha256), row.name)
        for sha256, seq in walk.files.items():
            if sha256 not in stored:
                walk.find(Code.NO_FILE, seq, subject=sha256)

    def _look_at_bytes(self, walk: Walk, sha256: str, seq: int | None, subject: str) -> None:
        if self.path_of is None:
            return
        self.files += 1
        path = self.path_of(sha256)
        if not path.exists():
            walk.find(Code.NO_BYTES, seq, subject=subject)
        elif _hash_of(path) != sha256:
            walk.find(Code.BYTES, seq, subject=subject)


def _compare_row(walk: Walk, revision: int, status: CaseStatus, outcome: str | None) -> None:
    if revision != walk.length:
        walk.find(Code.REVISION, walk.length, found=revision, wanted=walk.length)
    if walk.status is not None and status != walk.status:
        walk.find(Code.STATUS, walk.length, found=status, wanted=_status(walk.status))
    if outcome != walk.outcome:
        walk.find(Code.OUTCOME, walk.length, found=outcome, wanted=walk.outcome)


def _status(name: str) -> CaseStatus | str:
    """The status that the record names, also when somebody made it a name that is none."""
    return CaseStatus(name) if name in set(CaseStatus) else name


def _compare_answers(walk: Walk, rows: Iterable[Answer]) -> None:
    stored = {row.revision: row for row in rows}
    for seq, sha256 in walk.answers.items():
        row = stored.pop(seq, None)
        if row is None:
            walk.find(Code.NO_ANSWERS, seq)
        elif row.sha256 != sha256 or digest(row.content) != sha256:
            walk.find(Code.ANSWERS, seq)
    for seq in stored:
        walk.find(Code.STRAY_ANSWERS, seq)


def _unrecorded(session: Session) -> Iterator[Problem]:
    """Cases of which the record says nothing at all."""
    told = exists().where(RecordEvent.stream == "case:" + cast(Case.id, Text))
    for case_id in session.scalars(select(Case.id).where(~told).order_by(Case.id)):
        yield Problem(Code.NO_EVENTS, f"case:{case_id}")


def _definitions(session: Session) -> Iterator[Problem]:
    """Hold every deployed version against the hash under which it was recorded."""
    deployed: dict[tuple[object, object], tuple[int, object]] = {}
    for event in session.scalars(
        select(RecordEvent)
        .where(
            RecordEvent.stream == DEFINITIONS_STREAM,
            RecordEvent.action == "definition.deployed",
        )
        .order_by(RecordEvent.seq)
    ):
        told = record_chain.payload_of(event)
        deployed[told.get("process"), told.get("version")] = (event.seq, told.get("sha256"))
    for row in session.scalars(select(Definition).order_by(Definition.id)):
        name = f"{row.process} v{row.version}"
        seq, sha256 = deployed.pop((row.process, row.version), (None, None))
        files = {file: str(text).encode() for file, text in row.files.items()}
        if sha256 is None:
            yield Problem(Code.STRAY_DEFINITION, DEFINITIONS_STREAM, None, {"subject": name})
        elif not sha256 == row.sha256 == files_digest(files):
            yield Problem(Code.DEFINITION, DEFINITIONS_STREAM, seq, {"subject": name})
    for (process, version), (seq, _) in deployed.items():
        subject = {"subject": f"{process} v{version}"}
        yield Problem(Code.NO_DEFINITION, DEFINITIONS_STREAM, seq, subject)


def _all_events(session: Session) -> Iterator[RecordEvent]:
    """Every event by stream and number, fetched in portions by a cursor of the server."""
    yield from session.scalars(
        select(RecordEvent)
        .order_by(RecordEvent.stream, RecordEvent.seq)
        .execution_options(yield_per=_AT_ONCE, populate_existing=True)
    )


def _case_id(stream: str) -> int | None:
    kind, _, name = stream.partition(":")
    return int(name) if kind == "case" and name.isdigit() else None


def _hash_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
