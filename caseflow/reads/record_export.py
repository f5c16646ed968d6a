"""The record as it leaves the house: events as lines, checkpoints as signed notes, keys."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from caseflow.reads import record_chain, seals
from caseflow.verifier import packing, readme
from caseflow.verifier.packing import Package, Sign

Progress = Callable[[int], None]

_AT_ONCE = 2_000

# One event as one line, made by PostgreSQL. The payload is JSON already and stands as it is, so
# that the very bytes that were hashed can be read; a payload that somebody made something else
# stands as a text, and no longer fits its hash.
_TOLD = """
    SELECT '{"index":' || coalesce(place::text, 'null')
    || ',"hash":"' || encode(hash, 'hex') || '","stream":' || to_json(stream)::text
    || ',"seq":' || seq || ',"at":' || (extract(epoch FROM at) * 1000000)::bigint
    || ',"actor":' || to_json(actor)::text || ',"action":' || to_json(action)::text
    || ',"idem":"' || idem || '","sig":"' || encode(sig, 'hex')
    || '","prev":"' || encode(prev, 'hex') || '","payload":'
    || CASE WHEN left(payload, 1) = '{' AND strpos(payload, chr(10)) = 0
        THEN payload ELSE to_json(payload)::text END || '}'
"""

_SEALED = text(f"""{_TOLD} FROM (
        SELECT record_events.*, record_leaves.index AS place
        FROM record_leaves JOIN record_events ON record_events.id = record_leaves.event_id
    ) AS sealed ORDER BY place
""")  # noqa: S608 - of constants alone
_UNSEALED = text(f"""{_TOLD} FROM (
        SELECT record_events.*, NULL::bigint AS place FROM record_events
        WHERE NOT EXISTS (
            SELECT FROM record_leaves WHERE record_leaves.event_id = record_events.id
        )
    ) AS waiting ORDER BY id
""")  # noqa: S608 - of constants alone
_OF_STREAM = text(f"""{_TOLD}, place FROM (
        SELECT record_events.*, CASE WHEN record_leaves.index < :size THEN record_leaves.index END
            AS place
        FROM record_events LEFT JOIN record_leaves ON record_leaves.event_id = record_events.id
        WHERE stream = :stream AND (CAST(:seq AS bigint) IS NULL OR seq = :seq)
    ) AS told ORDER BY seq
""")  # noqa: S608 - of constants alone

_COUNT = text("SELECT (SELECT count(*) FROM record_events), (SELECT count(*) FROM record_leaves)")

# The last checkpoint of each hour bounds the time of its events well enough, and each costs the
# verifier a signature; what left the house, cosigned or on a sheet, goes out again.
_NOTE = """
    SELECT checkpoints.size, note || coalesce(
        (SELECT string_agg(rtrim(line, chr(10)) || chr(10), '' ORDER BY witness)
         FROM cosignatures WHERE cosignatures.size = checkpoints.size), '')
    FROM checkpoints
"""
_CHECKPOINTS = text(f"""{_NOTE}
    WHERE checkpoints.size IN (SELECT max(size) FROM checkpoints GROUP BY date_trunc('hour', at))
        OR checkpoints.size IN (SELECT size FROM cosignatures)
        OR checkpoints.size IN (SELECT size FROM checkpoint_sheets)
        OR checkpoints.size = (SELECT min(size) FROM checkpoints WHERE size > 0)
    ORDER BY checkpoints.size
""")  # noqa: S608 - of constants alone
_LAST = text(f"{_NOTE} ORDER BY checkpoints.size DESC LIMIT 1")


@dataclass(frozen=True, slots=True)
class Extent:
    """How many events there are, and how many of them are sealed."""

    events: int
    sealed: int


@dataclass(frozen=True, slots=True)
class Packed:
    """What went out: events, the sealed ones among them, and the manifest's SHA-256."""

    events: int
    sealed: int
    manifest: str


@dataclass(frozen=True, slots=True)
class Keys:
    """What an export says of the keys that prove it; C2SP verifier keys, and writers' in hex."""

    log: str
    witnesses: tuple[str, ...]
    writers: tuple[str, ...]

    @property
    def told(self) -> dict[str, object]:
        """The content of ``keys.json``."""
        return {"log": self.log, "witnesses": [*self.witnesses], "writers": [*self.writers]}


def pack(
    session: Session,
    package: Package,
    *,
    log: str,
    sign: Sign,
    as_of: datetime,
    progress: Progress = lambda _: None,
) -> Packed:
    """Write the whole record into a package and close it; memory holds some events at a time.

    ``as_of`` is what the manifest tells for its time: no checkpoint that this transaction does not
    see may have been signed in that second or before it.
    """
    held = extent(session)
    package.add("events.jsonl", _told(session, progress))
    package.add_text("checkpoints.txt", "\n".join(note for _, note in checkpoints(session)))
    witnesses = tuple(map(str, seals.witnesses(session)))
    package.add_json("keys.json", Keys(log, witnesses, tuple(writers(session))).told)
    package.add_text("README.txt", readme.EXPORT)
    package.add("verify.py", [packing.VERIFIER.read_bytes()])
    told = {
        "format": packing.EXPORT,
        "made_at": as_of.isoformat(),
        "events": held.events,
        "sealed": held.sealed,
    }
    return Packed(held.events, held.sealed, package.seal(told, sign))


def extent(session: Session) -> Extent:
    """How much an export of the whole record holds."""
    events, sealed = session.execute(_COUNT).one()
    return Extent(events, sealed)


def lines(session: Session) -> Iterator[Sequence[str]]:
    """Every event in portions: the sealed ones as they stand in the log, then those that wait."""
    for statement in (_SEALED, _UNSEALED):
        found = session.execute(statement, execution_options={"yield_per": _AT_ONCE})
        yield from found.scalars().partitions()


def _told(session: Session, progress: Progress) -> Iterator[bytes]:
    for portion in lines(session):
        yield "".join(f"{line}\n" for line in portion).encode()
        progress(len(portion))


def stream_lines(
    session: Session, stream: str, *, size: int, seq: int | None = None
) -> list[tuple[str, int | None]]:
    """The events of one stream in their order, or the one of a number, each with its place.

    An event has a place among the first ``size`` of the log, or none yet.
    """
    found = session.execute(_OF_STREAM, {"stream": stream, "seq": seq, "size": size})
    return [(line, place) for line, place in found]


def checkpoints(session: Session) -> list[tuple[int, str]]:
    """The checkpoints that an export carries, oldest first: size, and note with cosignatures."""
    return [(size, note) for size, note in session.execute(_CHECKPOINTS)]


def last_checkpoint(session: Session) -> tuple[int, str]:
    """Size and note of the newest checkpoint; 0 and nothing before the first."""
    row = session.execute(_LAST).one_or_none()
    return (0, "") if row is None else (row[0], row[1])


def writers(session: Session) -> list[str]:
    """The public keys, hex, whose signatures count."""
    return list(record_chain.keys(session).public)
