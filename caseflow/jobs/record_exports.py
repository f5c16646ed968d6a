"""The whole record written into a package: at the command line, and as evidence that one asked for.

A checkpoint tells the second it was signed in, no more. So an export speaks for a second that is
over: what was sealed in it is in the export, and every checkpoint that is not in it tells a later
one. Else a checkpoint of the same second, kept outside, would make the export look cut.
"""

from __future__ import annotations

import time
from datetime import datetime

from caseflow import clock
from caseflow.db import Database, allow_long_work
from caseflow.reads import record_export
from caseflow.reads.record_export import Packed, Progress
from caseflow.services import exports, log_key, place, record
from caseflow.verifier.packing import Package
from caseflow.vocabulary import Actor, Unavailable

# A checkpoint is on file only a moment after the second that it tells.
_LAG = 1.0


def write(
    database: Database, package: Package, actor: Actor, *, progress: Progress = lambda _: None
) -> Packed:
    """Write the whole record into a package, close it, and put on record that it goes out.

    Raises:
        Unavailable: nothing was ever sealed here.
    """
    keys = place.here().keys
    key = log_key.public(keys)
    if key is None:
        raise Unavailable("record_never_sealed")
    as_of = _second_that_is_over(database)
    with database.reading() as session:
        allow_long_work(session)
        sign = record.writer(keys).attest
        packed = record_export.pack(
            session, package, log=str(key), sign=sign, as_of=as_of, progress=progress
        )
    with database.transaction() as session:
        exports.note_record(
            session, actor, events=packed.events, sealed=packed.sealed, manifest=packed.manifest
        )
    return packed


def _second_that_is_over(database: Database) -> datetime:
    """The second on the bureau's clock, once it is over and its checkpoints are on file."""
    with database.reading():
        now = clock.now()
    second = now.replace(microsecond=0)
    time.sleep(1 - (now - second).total_seconds() + _LAG)
    return second
