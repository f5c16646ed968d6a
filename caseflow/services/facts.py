"""Taking in files of facts: the register they bring along, and the batches they become."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from caseflow import clock, db, policy
from caseflow.lake import batches, ingest, reading, stored
from caseflow.lake.batches import Batch
from caseflow.lake.fields import Registry
from caseflow.lake.filetypes import FileKind
from caseflow.models import Base, ImportBatch, Responsibility, Taxpayer, Unit, User
from caseflow.services import corrections, place, record, recurring_requests, responsibilities
from caseflow.services.bureau import name_grams, name_key
from caseflow.services.responsibilities import Managed
from caseflow.vocabulary import Actor, ResponsibilityBasis, Verb
from caseflow.vocabulary.industries import industry_name

# A statement takes 65,535 values, a taxpayer 18 of them.
_AT_ONCE = 3_000
# The file that says who manages whom, and the register itself.
_RESPONSIBILITIES, _REGISTER = "tas_t", "ctais_t"
_TAXPAYERS = Base.metadata.tables["taxpayers"]
T = TypeVar("T")
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
    db.allow_long_work(session)
    _forget_unfinished(session, path)
    batch = ingest.ingest(
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
        reject_reasons=dict(batch.reject_reasons),
        reject_file=batch.rejects,
        files=[asdict(file) for file in batch.files],
        taken_at=clock.now(),
        taken_by=actor.user_id,
    )
    session.add(row)
    session.flush()  # what is there is looked for among the batches
    corrections.delivered(session, batch)
    recurring_requests.delivered(session, batch)
    if batch.kind == _RESPONSIBILITIES:
        _take_responsibilities(session, actor, batch)
    if batch.kind == _REGISTER:
        responsibilities.follow_register(session, actor, until=_last_day(batch))
    payload = {"sha256": batch.sha256, "rows": batch.rows, "rejects": batch.reject_count}
    record.append(session, actor, "sys:facts", action="facts.taken_in", payload=payload)
    return row


class Register:
    """The register of taxpayers, as a file that is taken in needs it."""

    def __init__(self, session: Session) -> None:
        """Work within this transaction."""
        self._session = session

    def known(self, numbers: Sequence[str]) -> Mapping[str, int]:
        """The ids of those taxpayer numbers that are on file."""
        found: dict[str, int] = {}
        for some in _portions(numbers):
            rows = self._session.execute(
                select(Taxpayer.tin, Taxpayer.id).where(Taxpayer.tin.in_(some))
            )
            found.update(rows.all())
        return found

    def register(self, rows: Iterator[Mapping[str, Any]]) -> Mapping[str, int]:
        """Put taxpayers on file, or bring what is on file up to date; returns their ids."""
        units = dict(self._session.execute(select(Unit.code, Unit.id)).all())
        found: dict[str, int] = {}
        for some in _portions(list(rows)):
            values = [
                _taxpayer(row, units)
                for row in some
                if row["section_code"] in units and row["district_code"] in units
            ]
            if not values:
                continue
            # Rows as parameters: the statement is compiled once, not once for each portion.
            statement = insert(_TAXPAYERS)
            kept = {name: statement.excluded[name] for name in values[0] if name != "tin"}
            changed = or_(*(_TAXPAYERS.c[name].is_distinct_from(new) for name, new in kept.items()))
            self._session.execute(
                statement.on_conflict_do_update(
                    index_elements=[Taxpayer.tin], set_=kept, where=changed
                ),
                values,
            )
            found.update(self.known([value["tin"] for value in values]))
        return found


def _forget_unfinished(session: Session, path: Path) -> None:
    """A batch in the lake without its row here is of a transaction that failed: take it anew."""
    digest = reading.digest(path)
    if session.scalar(select(ImportBatch.id).where(ImportBatch.sha256 == digest)) is None:
        batches.forget(place.here().lake, digest)


def _taxpayer(row: Mapping[str, Any], units: Mapping[str, int]) -> dict[str, Any]:
    name = row["taxpayer_name"]
    return {
        "tin": row["taxpayer_id"],
        "name": name,
        "name_key": name_key(name),
        "name_grams": name_grams(name),
        "kind": row["taxpayer_kind"],
        "reg_status": row["reg_status"],
        "vat_class": row["vat_class"],
        "industry_code": row["industry_code"],
        "industry_name": industry_name(row["industry_code"])[0],
        "ownership_type": row["ownership_type"],
        "credit_grade": row["credit_grade"],
        "district_id": units[row["district_code"]],
        "section_id": units[row["section_code"]],
        "address": row["business_address"],
        "phone": row["phone"],
        "legal_rep": row["legal_rep_name"],
        "registered_on": row["registered_on"],
        "is_key_source": bool(row["is_key_source"]),
    }


def _take_responsibilities(session: Session, actor: Actor, batch: Batch) -> None:
    """Who manages whom, from the newest month of the file: what changed ends and begins today.

    What a handover has changed after that month stays: the file could not know of it.
    """
    users = dict(session.execute(select(User.login, User.id)).all())
    sections = dict(session.execute(select(Taxpayer.id, Taxpayer.section_id)).all())
    current = session.execute(
        select(
            Responsibility.taxpayer_id,
            Responsibility.user_id,
            responsibilities.is_younger(_last_day(batch)),
        ).where(Responsibility.valid_to.is_(None))
    )
    now = {row[0]: (row[1], row[2]) for row in current}
    changed = [
        Managed(tp, users[login], sections[tp])
        for tp, login in stored.newest(place.here().lake, batch, "admin_id")
        if login in users and _is_new(now.get(tp), users[login])
    ]
    responsibilities.put(session, actor, changed, basis=ResponsibilityBasis.FILE)


def _is_new(known: tuple[int, bool] | None, user_id: int) -> bool:
    """Whether a file tells something new; ``known``: who manages, and whether it is younger."""
    return known is None or (known[0] != user_id and not known[1])


def _last_day(batch: Batch) -> date:
    """The last day of the newest month that a batch speaks of."""
    year, month = divmod(max(batch.periods, default=190001), 100)
    return date(year, month, monthrange(year, month)[1])


def _portions(values: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(values), _AT_ONCE):
        yield values[start : start + _AT_ONCE]
