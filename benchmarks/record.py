"""What a record that proves itself costs: the insert of an event, its seal, its verification.

Usage: [COUNT=1000000] python -m benchmarks.record
An act changes a row and leaves an event. It is done by 16 clients of pgbench, in rounds that take
turns: once with the event in a plain table of the same columns and as many indexes, once in the
record (lock of the stream, number, date, chain, hash, list of the pending). Signed events are
sealed, with every check. An export of COUNT events is verified by the stand-alone verifier, its
start and the signatures it draws included, against what SHA-256 of leaves and nodes alone takes.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from benchmarks import _many
from caseflow import db
from caseflow.config import Config
from caseflow.embedded import places as at
from caseflow.reads import record_export
from caseflow.record_format import (
    BEGINNING,
    KEY_RECORDED,
    KEYS_STREAM,
    canonical,
    leaf,
    leaf_hash,
)
from caseflow.services import log_key, place, record, sealing
from caseflow.services.log_key import LogKey
from caseflow.services.record import Entry, Writer
from caseflow.tlog import checkpoints, tree
from caseflow.verifier import packing, readme
from caseflow.vocabulary import SYSTEM
from tests.support import house
from tests.support.house import House

COUNT = int(os.environ.get("COUNT") or 1_000_000)
MOST_TIMES, LEAST_SHARE = 1.7, 0.22
_CLIENTS, _ROUNDS, _SECONDS, _CASES = 16, 7, 3, 20_000
_STREAMS = 2_000
_SEALED = 20_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
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
    """Print the three comparisons; end with 1 when one is over its budget."""
    with house.standing() as standing:
        with standing.clone("insert"):
            plain, chained, times = _insert(standing)
        with standing.clone("sealed") as config:
            sealed = _sealing(config)
        verified, floor = _verifying()
    print(f"an act of {_CLIENTS} clients at once, durable, {_ROUNDS} rounds of each in turn")
    print(f"  with a plain event    {plain:8.0f} acts/s")
    print(f"  with a chained event  {chained:8.0f} acts/s")
    print(f"  ratio                 {times:8.2f}  (at most {MOST_TIMES})")
    print(f"  sealed, all checked   {sealed:8.0f} events/s")
    print(f"{COUNT:,} events, one core, processor time")
    print(f"  verified              {verified:8.0f} events/s")
    print(f"  SHA-256 alone         {floor:8.0f} events/s")
    print(f"  share of SHA-256      {verified / floor:8.0%}  (at least {LEAST_SHARE:.0%})")
    sys.exit(times > MOST_TIMES or verified / floor < LEAST_SHARE)


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


def _verifying() -> tuple[float, float]:
    """Events verified and merely hashed a second."""
    with tempfile.TemporaryDirectory() as folder:
        export = Path(folder) / "export"
        _export(export, log_key.of(place.here().keys))
        return _verify(export), _floor(export)


@dataclass(slots=True)
class _Event:
    """An event as the trigger would have made it."""

    stream: str
    seq: int
    at: datetime
    action: str
    idem: uuid.UUID
    prev: bytes
    payload: str
    actor: str = "system"
    sig: bytes = b""


def _events(writer: Writer) -> Iterator[tuple[_Event, bytes]]:
    """Signed and chained events, each with its hash; the first tells the writer's key."""
    now, before = datetime.now(UTC), [BEGINNING] * _STREAMS
    told = canonical({"algorithm": "Ed25519", "public": writer.public})
    yield _signed(
        _Event(KEYS_STREAM, 1, now, KEY_RECORDED, uuid.UUID(int=0), BEGINNING, told), writer
    )
    for number in range(COUNT):
        seq, lane = divmod(number, _STREAMS)
        idem = uuid.UUID(int=number + 1)
        stream, action = f"bench:{lane}", "task.completed"
        event = _Event(stream, seq + 1, now, action, idem, before[lane], _TELLING)
        event, before[lane] = _signed(event, writer)
        yield event, before[lane]


def _signed(event: _Event, writer: Writer) -> tuple[_Event, bytes]:
    event.sig = writer.sign(
        stream=event.stream,
        actor=event.actor,
        action=event.action,
        idem=event.idem,
        payload=event.payload,
    )
    return event, leaf_hash(event)


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


def _export(target: Path, key: LogKey) -> None:
    """Write an export of COUNT events as the product writes it, without a database between."""
    writer = record.writer(place.here().keys)
    hashes: list[bytes] = []

    def lines() -> Iterator[bytes]:
        for index, (event, hashed) in enumerate(_events(writer)):
            hashes.append(hashed)
            yield _line(index, event, hashed)

    with packing.into(target, made_at=datetime.now(UTC)) as package:
        package.add("events.jsonl", lines())
        root = tree.root(tree.nodes_of(hashes), len(hashes))
        said = checkpoints.Checkpoint(key.origin, len(hashes), root)
        package.add_text("checkpoints.txt", str(key.sign(said, int(time.time()))))
        keys = record_export.Keys(str(key.public), (), (writer.public,))
        package.add_json("keys.json", keys.told)
        package.add_text("README.txt", readme.EXPORT)
        package.add("verify.py", [packing.VERIFIER.read_bytes()])
        count = {"events": len(hashes), "sealed": len(hashes)}
        made_at = datetime.now(UTC).isoformat()
        package.seal({"format": packing.EXPORT, "made_at": made_at, **count}, writer.attest)


def _line(index: int, event: _Event, hashed: bytes) -> bytes:
    """An event as a line of the export."""
    at_ = (event.at - _EPOCH) // timedelta(microseconds=1)
    return (
        f'{{"index":{index},"hash":"{hashed.hex()}","stream":"{event.stream}","seq":{event.seq},'
        f'"at":{at_},"actor":"{event.actor}","action":"{event.action}","idem":"{event.idem}",'
        f'"sig":"{event.sig.hex()}","prev":"{event.prev.hex()}","payload":{event.payload}}}\n'
    ).encode()


def _verify(export: Path) -> float:
    """Events a second of processor time of the stand-alone verifier, its start included."""
    begin = _spent_by_children()
    argv = [sys.executable, str(packing.VERIFIER), str(export)]
    done = subprocess.run(argv, capture_output=True, text=True, check=False)  # noqa: S603 - our own interpreter and verifier
    if done.returncode:
        raise SystemExit(done.stdout + done.stderr)
    return COUNT / (_spent_by_children() - begin)


def _spent_by_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _floor(export: Path) -> float:
    """Events a second of processor time for the SHA-256 of the exported leaves and nodes alone."""
    node, count, taken = b"\1" + bytes(64), 0, 0.0
    with (export / "events.jsonl").open("rb") as lines:
        while portion := [_leaf(line) for line in islice(lines, _STREAMS)]:
            begin = time.process_time()
            for each in portion:
                hashlib.sha256(each).digest()
                hashlib.sha256(node).digest()
            taken += time.process_time() - begin
            count += len(portion)
    return count / taken


def _leaf(line: bytes) -> bytes:
    """What was hashed of the event that a line of the export tells."""
    told = json.loads(line)
    event = _Event(
        told["stream"],
        told["seq"],
        _EPOCH + timedelta(microseconds=told["at"]),
        told["action"],
        uuid.UUID(told["idem"]),
        bytes.fromhex(told["prev"]),
        canonical(told["payload"]),
        told["actor"],
        bytes.fromhex(told["sig"]),
    )
    if leaf_hash(event).hex() != told["hash"]:
        raise SystemExit(f"the leaf does not fit its hash: {line!r}")
    return b"\0" + leaf(event)


if __name__ == "__main__":
    main()
