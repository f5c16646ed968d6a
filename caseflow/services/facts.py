"""Taking in files of facts: the register they bring along, and the batches they become."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from itertools import batched
from pathlib import Path
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from caseflow import clock, lake, policy
from caseflow.lake import FileKind, Registry
from caseflow.models import ImportBatch, Responsibility, Taxpayer, Unit, User
from caseflow.services import place, record
from caseflow.services.bureau import name_grams, name_key
from caseflow.vocabulary import Actor, Invalid, Verb
from caseflow.vocabulary.industries import industry_name

_AT_ONCE = 5_000
Progress = Callable[[str, int, int], None]


def take_in(
    session: Session,
    actor: Actor,
    path: Path,
    *,
    registry: Registry,
    kind: FileKind | None = None,
    progress: Progress = lambda _stage, _done, _all: None,
) -> ImportBatch:
    """Take a file into the lake and note the batch; the same file again changes nothing.

    Raises:
        Invalid: the file as a whole is none of ours (its columns, its encoding).
    """
    if actor.user_id is not None:
        policy.require(actor, Verb.IMPORT_FACTS)
    batch = lake.ingest(
        path,
        registry=registry,
        root=place.here().lake,
        taxpayers=Register(session),
        as_of=clock.today(),
        kind=kind,
        progress=progress,
    )
    known = session.scalar(select(ImportBatch).where(ImportBatch.sha256 == batch.sha256))
    if known is not None:
        return known
    row = ImportBatch(
        sha256=batch.sha256,
        file_type=batch.kind,
        source=batch.kind.split("_")[0].upper(),
        file_name=batch.name,
        periods=list(batch.periods),
        row_count=batch.rows,
        reject_count=batch.reject_count,
        reject_reasons={},
        reject_file=batch.rejects,
        files=[asdict(file) for file in batch.files],
        taken_at=clock.now(),
        taken_by=actor.user_id,
    )
    session.add(row)
    if batch.kind == _RESPONSIBILITIES:
        _take_responsibilities(session, batch)
    payload = {"sha256": batch.sha256, "rows": batch.rows, "rejects": batch.reject_count}
    record.append(session, actor, "sys:facts", action="facts.taken_in", payload=payload)
    return row
