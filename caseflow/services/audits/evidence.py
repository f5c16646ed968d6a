"""Evidence taken out (取证导出): what was asked for, packed in the background, kept by its hash."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import clock, policy
from caseflow.models import Case, Run
from caseflow.models.base import Json
from caseflow.services import outbox, place, record
from caseflow.vocabulary import Actor, Conflict, Invalid, NotFound, Refused, Verb

TOPIC = "record.evidence"
KIND = "evidence_export"
ASKED, PACKED, TAKEN = "evidence.asked", "evidence.packed", "evidence.taken"
MOST = 200
LONGEST_NAME = 100
# What some file system does not take in a name, and how many bytes all of them take.
_UNFIT, _LONGEST_FILE_NAME = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]+'), 240


def ask(
    session: Session,
    actor: Actor,
    name: str,
    *,
    asked: Json,
    case_ids: Sequence[int] | None,
) -> Run:
    """Leave evidence to be packed: the dossiers of cases, or the whole record (``None``).

    Raises:
        Forbidden: the actor does not read the whole record.
        Invalid: no name, no case, or more than 200.
    """
    policy.require(actor, Verb.READ_RECORD)
    if not 1 <= len(name) <= LONGEST_NAME:
        raise Invalid("evidence_name", longest=LONGEST_NAME)
    if case_ids is not None and not case_ids:
        raise Invalid("evidence_of_nothing")
    if case_ids is not None and len(case_ids) > MOST:
        raise Invalid("evidence_too_many", most=MOST)
    now = clock.wall()
    run = Run(
        kind=KIND,
        stage="waiting",
        done=0,
        total=1 if case_ids is None else len(case_ids),
        detail={
            "by": actor.user_id,
            "who": actor.name,
            "name": name,
            "at": clock.now().isoformat(),
            "asked": asked,
            "case_ids": None if case_ids is None else list(case_ids),
            "sensitive": len(sensitive_among(session, case_ids)),
        },
        started_at=now,
        updated_at=now,
    )
    session.add(run)
    session.flush()  # the work and the event name it
    outbox.put(session, TOPIC, {"run": run.id})
    payload = {"evidence": run.id, "name": name, "asked": asked, "cases": run.detail["case_ids"]}
    record.append(session, actor, f"user:{actor.user_id}", action=ASKED, payload=payload)
    return run


def sensitive_among(session: Session, case_ids: Sequence[int] | None) -> tuple[int, ...]:
    """Which of these cases, of all for ``None``, are sensitive: they or their households marked."""
    marked = select(Case.id).where(Case.id.in_(policy.marked_cases())).order_by(Case.id)
    if case_ids is not None:
        marked = marked.where(Case.id.in_(case_ids))
    return tuple(session.scalars(marked))


def cancel(session: Session, actor: Actor, run_id: int) -> None:
    """Break packing off.

    Raises:
        Forbidden: the actor does not read the whole record.
        NotFound: there is no such evidence; Conflict: it is packed or was broken off.
    """
    policy.require(actor, Verb.READ_RECORD)
    run = _locked(session, run_id)
    if run.finished_at is not None:
        raise Conflict("evidence_ended", id=run_id)
    run.detail = {**run.detail, "cancelled": True}
    run.finished_at = run.updated_at = clock.wall()


def tell(session: Session, run_id: int, *, stage: str, done: int) -> bool:
    """Say how far packing has come; False when it was broken off meanwhile."""
    run = _locked(session, run_id)
    run.stage, run.done, run.updated_at = stage, done, clock.wall()
    return run.finished_at is None


@dataclass(frozen=True, slots=True)
class Packed:
    """What was packed: the SHA-256 of the zip and of the manifest in it, and how many bytes.

    The manifest's holds when somebody has unpacked the zip and packed it anew.
    """

    sha256: str
    manifest: str
    size: int


def end(session: Session, actor: Actor, run_id: int, packed: Packed) -> None:
    """Keep what was packed by its hashes, on show and on the record."""
    run = _locked(session, run_id)
    told = asdict(packed)
    run.detail = {**run.detail, **told}
    run.stage, run.done = "done", run.total
    run.finished_at = run.updated_at = clock.wall()
    payload = {"evidence": run_id, **told}
    record.append(session, actor, f"user:{actor.user_id}", action=PACKED, payload=payload)


def fail(session: Session, run_id: int, refusal: Refused) -> None:
    """Say why nothing could be packed: trying again would not help."""
    run = _locked(session, run_id)
    run.error = refusal.code
    run.detail = {**run.detail, "because": record.plain(refusal.values)}
    run.finished_at = run.updated_at = clock.wall()


def file_name(run: Run) -> str:
    """What the package is called when it is carried away, and the folder in it; no ending."""
    name = _UNFIT.sub("_", run.detail["name"]).encode()[:_LONGEST_FILE_NAME]
    return name.decode(errors="ignore").strip(" .") or f"evidence-{run.id}"


def path_of(run_id: int) -> Path:
    """Where packed evidence lies."""
    return place.here().evidence / f"{run_id}.zip"


def take(session: Session, actor: Actor, run_id: int) -> Run:
    """Note that the packed evidence is carried away; gives what was packed.

    Raises:
        Forbidden: the actor does not read the whole record.
        NotFound: there is no such evidence, or it is not packed.
    """
    policy.require(actor, Verb.READ_RECORD)
    run = session.get(Run, run_id)
    if run is None or run.kind != KIND or "sha256" not in run.detail:
        raise NotFound("evidence", id=run_id)
    payload = {"evidence": run_id, "sha256": run.detail["sha256"]}
    record.append(session, actor, f"user:{actor.user_id}", action=TAKEN, payload=payload)
    return run


def _locked(session: Session, run_id: int) -> Run:
    run = session.get(Run, run_id, with_for_update=True, populate_existing=True)
    if run is None or run.kind != KIND:
        raise NotFound("evidence", id=run_id)
    return run
