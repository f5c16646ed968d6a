"""What a record that proves itself costs: the insert of an event and its seal.

Usage: python -m benchmarks.record
An act changes a row and leaves an event. It is done by 16 clients of pgbench, in rounds that take
turns: once with the event in a plain table of the same columns and as many indexes, once in the
record (lock of the stream, number, date, chain, hash, list of the pending). Signed events are
sealed, with every check. Verification is measured by ``benchmarks.verifying``.
"""

from __future__ import annotations

import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks import _many
from caseflow import db
from caseflow.config import Config
from caseflow.embedded import places as at
from caseflow.services import log_key, place, record, sealing
from caseflow.services.log_key import LogKey
from caseflow.services.record import Entry
from caseflow.vocabulary import SYSTEM
from tests.support import house
from tests.support.house import House

MOST_TIMES = 1.7
_CLIENTS, _ROUNDS, _SECONDS, _CASES = 16, 7, 3, 20_000
_STREAMS = 2_000
_SEALED = 20_000
_TELLING = '{"answers":"' + "a" * 64 + '","revision":7,"status":"in_progress","task":123456}'

_TABLES = """
CREATE TABLE bench_cases (id bigint PRIMARY KEY, revision bigint NOT NULL, status text NOT NULL);
INSERT INTO bench_cases SELECT n, 1, 'open' FROM generate_series(1, %d) AS n;
CREATE TABLE bench_events (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    stream text NOT NULL, seq bigint, at timestamptz NOT NULL DEFAULT now(), actor text NOT NULL,
    action text NOT NULL, idem uuid NOT NULL UNIQUE, sig bytea NOT NULL, payload text NOT NULL);
CREATE INDEX ON bench_events (stream, id);
CREATE INDEX ON bench_events (actor, id);
CREATE INDEX ON bench_events (action, id);
CREATE INDEX ON bench_events (at);
"""
_ACT = """
\\set case random(1, %d)
BEGIN;
UPDATE bench_cases SET revision = revision + 1 WHERE id = :case;
INSERT INTO %s (stream, actor, action, idem, sig, payload) VALUES ('bench:' || :case, 'user:1',
    'task.completed', uuidv7(), decode(repeat('5a', 64), 'hex'), '%s');
COMMIT;
"""
_RATE = re.compile(r"tps = ([0-9.]+)")


def main() -> None:
    """Print the comparison; end with 1 when it is over its budget."""
    with house.standing() as standing:
        with standing.clone("insert"):
            plain, chained, times = _insert(standing)
        with standing.clone("sealed") as config:
            sealed = _sealing(config)
    print(f"an act of {_CLIENTS} clients at once, durable, {_ROUNDS} rounds of each in turn")
    print(f"  with a plain event    {plain:8.0f} acts/s")
    print(f"  with a chained event  {chained:8.0f} acts/s")
    print(f"  ratio                 {times:8.2f}  (at most {MOST_TIMES})")
    print(f"  sealed, all checked   {sealed:8.0f} events/s")
    sys.exit(times > MOST_TIMES)


def _insert(standing: House) -> tuple[float, float, float]:
    """The medians of both rates, and of their ratio within a round."""
    with _many.superuser(standing, "insert") as connection:
        connection.execute((_TABLES % _CASES).encode())
    with tempfile.TemporaryDirectory() as folder:
        scripts = {}
        for table in ("bench_events", "record_events"):
            scripts[table] = Path(folder) / f"{table}.sql"
            scripts[table].write_text(_ACT % (_CASES, table, _TELLING))
        rounds = [
            {table: _rate(standing, script) for table, script in scripts.items()}
            for _ in range(_ROUNDS)
        ]
    plain = [each["bench_events"] for each in rounds]
    chained = [each["record_events"] for each in rounds]
    times = statistics.median(a / b for a, b in zip(plain, chained, strict=True))
    return statistics.median(plain), statistics.median(chained), times


def _rate(standing: House, script: Path) -> float:
    """Acts a second of one round of pgbench."""
    places = standing.places
    told = subprocess.run(  # noqa: S603 - the pgbench of the embedded server
        [
            str(at.postgres_binaries(places) / "pgbench"),
            *("--no-vacuum", "--file", str(script), "--protocol", "prepared"),
            *("--client", str(_CLIENTS), "--jobs", "2", "--time", str(_SECONDS)),
            *("--host", str(places.sockets), "--username", "postgres", "insert"),
        ],
        env={**os.environ, "PGPASSWORD": at.secret(places, "superuser")},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    found = _RATE.search(told)
    if found is None:
        raise SystemExit(told)
    return float(found.group(1))


def _sealing(config: Config) -> float:
    """Events sealed a second, every one of them checked."""
    database = db.connect(str(config.database_url))
    with database.transaction() as session:
        record.introduce(session)
    for _ in range(0, _SEALED, _STREAMS):
        entries = [_entry(number) for number in range(_STREAMS)]
        with database.transaction() as session:
            record.append_many(session, SYSTEM, entries)
    database.dispose()
    return _seal(config, log_key.of(place.here().keys))


def _entry(number: int) -> Entry:
    return Entry(f"bench:{number}", "task.completed", json.loads(_TELLING))


def _seal(config: Config, key: LogKey) -> float:
    """Events a second until nothing waits."""
    as_sealer = db.connect(str(config.sealer_url), pool_size=1)
    begin, size, is_full = time.perf_counter(), 0, True
    while is_full:
        with as_sealer.transaction() as session:
            sealed = sealing.seal(session, key)
        size, is_full = sealed.size, sealed.is_full
    taken = time.perf_counter() - begin
    as_sealer.dispose()
    if size <= _SEALED:
        raise SystemExit(f"{size} events were sealed, not {_SEALED + 1}")
    return size / taken


if __name__ == "__main__":
    main()
