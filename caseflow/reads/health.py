"""Whether the house can work: database, schema, sealer, clockwork, Redis; each with its figure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from caseflow import clock
from caseflow.models import OutboxMessage, ProcessBeat, Run, SelfCheck
from caseflow.models.record import RecordPending
from caseflow.reads import operations

# An event that waits longer than this for its seal means that the sealer is away.
LONGEST_LAG = timedelta(seconds=60)
_BEAT_OF_CLOCKWORK, _SILENCE = "clockwork", timedelta(seconds=60)
_MIGRATIONS = Path(__file__).parents[2] / "migrations" / "versions"
_REVISION = re.compile(r'^(down_)?revision = "(\w+)"', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Health:
    """The state of the parts; ``is_ready``: requests can be served as they should be."""

    schema: str | None
    schema_wanted: str
    pending: int
    seal_lag: timedelta
    clockwork: timedelta | None
    # As the clockwork last saw them; None: it says nothing of them.
    redis: str | None
    workers: int | None

    @property
    def is_ready(self) -> bool:
        """Whether this house may get requests."""
        return self.schema == self.schema_wanted and self.seal_lag < LONGEST_LAG

    @property
    def degraded(self) -> tuple[str, ...]:
        """What is away without hindering anybody's work."""
        lost = []
        if self.redis == "away":
            lost.append("redis")
        if self.workers == 0:
            lost.append("worker")
        if self.clockwork is None or self.clockwork > _SILENCE:
            lost.append("clockwork")
        return tuple(lost)


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of the state, as Prometheus names it."""

    name: str
    help: str
    value: float
    labels: tuple[tuple[str, str], ...] = ()


def of(session: Session) -> Health:
    """The state of the house, as its database knows it."""
    beat = session.get(ProcessBeat, _BEAT_OF_CLOCKWORK)
    pending, lag = _seals(session)
    return Health(
        schema=session.scalar(text("SELECT version_num FROM alembic_version")),
        schema_wanted=schema_wanted(),
        pending=pending,
        seal_lag=lag,
        clockwork=clock.wall() - beat.at if beat else None,
        redis=str(beat.detail.get("redis")) if beat else None,
        workers=beat.detail.get("workers") if beat else None,
    )


def schema_wanted() -> str:
    """The migration that this version of Caseflow ends with: the one that none stands on."""
    own, below = _revisions()
    return max(own - below)


def schemas_known() -> frozenset[str]:
    """Every state of the schema that this version can bring up to date."""
    return _revisions()[0]


@cache
def _revisions() -> tuple[frozenset[str], frozenset[str]]:
    """The migrations of this version, and those that another one stands on."""
    own: set[str] = set()
    below: set[str] = set()
    for path in _MIGRATIONS.glob("[0-9]*.py"):
        for is_below, name in _REVISION.findall(path.read_text()):
            (below if is_below else own).add(name)
    return frozenset(own), frozenset(below)


def figures(session: Session) -> Iterator[Figure]:
    """The figures that alarms are set on."""
    now = clock.wall()
    health, queue = of(session), operations.queue(session)
    running = operations.database(session)
    oldest = (now - queue.oldest_at).total_seconds() if queue.oldest_at else 0.0
    yield Figure("caseflow_outbox_due", "Later work that is due", queue.due)
    yield Figure("caseflow_outbox_dead", "Later work that waits for a person", queue.dead)
    yield Figure("caseflow_outbox_oldest_seconds", "Age of the oldest undone later work", oldest)
    yield Figure("caseflow_seal_pending", "Events not yet sealed", health.pending)
    lag = health.seal_lag.total_seconds()
    yield Figure("caseflow_seal_lag_seconds", "Age of the oldest event not yet sealed", lag)
    for part in ("redis", "worker", "clockwork"):
        away = float(part in health.degraded)
        yield Figure("caseflow_away", "1 when the part is away", away, (("part", part),))
    yield Figure("caseflow_database_bytes", "Size of the database", running.size)
    for state, count in (("all", running.connections), ("active", running.at_work)):
        yield Figure("caseflow_connections", "Connections", count, (("state", state),))
    oldest_open = running.oldest_transaction.total_seconds()
    yield Figure("caseflow_oldest_transaction_seconds", "Oldest open transaction", oldest_open)
    yield from _of_jobs(session)
    yield from _of_self_check(session)


def _of_jobs(session: Session) -> Iterator[Figure]:
    running = select(func.count()).select_from(Run).where(Run.finished_at.is_(None))
    is_broken = Run.error.is_not(None)
    yield Figure("caseflow_jobs_running", "Long work under way", session.scalars(running).one())
    broken = session.scalars(running.where(is_broken)).one()
    yield Figure("caseflow_jobs_broken", "Long work that broke off", broken)
    failing = select(func.count()).where(
        OutboxMessage.done_at.is_(None),
        OutboxMessage.discarded_at.is_(None),
        OutboxMessage.attempts > 0,
    )
    yield Figure(
        "caseflow_outbox_failing", "Later work that failed", session.scalars(failing).one()
    )


def _of_self_check(session: Session) -> Iterator[Figure]:
    last = session.scalar(select(SelfCheck).order_by(SelfCheck.id.desc()).limit(1))
    if last is None:
        return
    age = (clock.wall() - last.at).total_seconds()
    yield Figure("caseflow_self_check_age_seconds", "Age of the last self-check", age)
    for result in last.results:
        labels = (("check", str(result.get("check"))),)
        count = float(result.get("count", 0))
        yield Figure("caseflow_self_check_findings", "Findings of the last run", count, labels)


def _seals(session: Session) -> tuple[int, timedelta]:
    """How many events wait for their seal, and for how long the oldest has.

    While a demo's past is made its clock runs through months: then age says nothing.
    """
    oldest = session.scalar(select(func.min(RecordPending.event_id)))
    if oldest is None:
        return 0, timedelta()
    row = session.execute(
        text(
            "SELECT (SELECT count(*) FROM (SELECT 1 FROM record_pending LIMIT 100001) AS waiting),"
            " CASE WHEN (SELECT is_making_past FROM bureau_clock) THEN interval '0'"
            " ELSE greatest(bureau_now() - at, interval '0') END"
            " FROM record_events WHERE id = :id"
        ),
        {"id": oldest},
    ).one()
    return row[0], row[1]
