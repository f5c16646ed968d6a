"""Deploying definitions as immutable versions, and handing the engine the one a case runs on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from caseflow import clock, engine, policy
from caseflow.engine import Finding, Process
from caseflow.models import Definition, Referral
from caseflow.record_format import DEFINITIONS_STREAM, files_digest
from caseflow.services import effects, outbox, record
from caseflow.services.processes import files_of, process_of
from caseflow.vocabulary import Actor, CaseKind, Conflict, Invalid, NotFound, Verb
from caseflow.vocabulary.kinds import PROCESSES

__all__ = [
    "REFERRED",
    "Approval",
    "checked",
    "deploy",
    "files_of",
    "findings",
    "keep",
    "latest",
    "process_of",
    "undrawn",
]

# What waited for a kind becomes cases as soon as the kind has its first version.
REFERRED = "referrals.open"
_KINDS = {process: kind for kind, process in PROCESSES.items()}


def deploy(session: Session, actor: Actor, files: Mapping[str, bytes]) -> Definition:
    """Check what the house brings along, number it and keep it for ever.

    The same bytes deployed again are the version they were. Nobody overtakes what a second person
    has approved: after that the next version is a draft (``drafts``).

    Raises:
        Invalid: the engine's findings, each with file, element and line.
        Conflict: the latest version was approved by a person.
    """
    if actor.user_id is not None:
        policy.require(actor, Verb.DEPLOY)
    process = checked(files)
    known = session.scalar(
        select(Definition)
        .where(Definition.process == process.key, Definition.sha256 == files_digest(files))
        .order_by(Definition.version.desc())
        .limit(1)
    )
    if known is not None:
        return known
    _refuse_overtaking(session, process.key)
    return keep(session, actor, process.key, files, Approval(deployed_by=actor.user_id))


@dataclass(frozen=True, slots=True)
class Approval:
    """Who handed a version in and why, and who approved it with which note."""

    deployed_by: int | None
    approved_by: int | None = None
    title: str | None = None
    reason: str | None = None
    note: str | None = None


def checked(files: Mapping[str, bytes]) -> Process:
    """The process of files that may be deployed.

    Raises:
        Invalid: the engine's findings, each with file, element and line.
    """
    errors = [f for f in findings(files) if f.level == "error"]
    if errors:
        raise Invalid("bundle_refused", findings=tuple(errors))
    return engine.load(files)


def findings(files: Mapping[str, bytes]) -> list[Finding]:
    """Everything the engine has to say of a bundle, errors and warnings."""
    return engine.check(files, verbs=effects.VERBS) + engine.advise(files)


def undrawn(files: Mapping[str, bytes]) -> list[Finding]:
    """What of a bundle runs and is not in the picture; read once together with ``findings``."""
    return engine.undrawn(files, verbs=effects.VERBS)


def _refuse_overtaking(session: Session, process: str) -> None:
    last = newest(session, process)
    if last is not None and last.approved_by is not None:
        raise Conflict("version_needs_approval", process=process, version=last.version)


def keep(
    session: Session,
    actor: Actor,
    process: str,
    files: Mapping[str, bytes],
    approval: Approval,
) -> Definition:
    """Number checked files as the next version of their process, hash and record them."""
    last = session.scalar(select(func.max(Definition.version)).where(Definition.process == process))
    definition = Definition(
        process=process,
        version=(last or 0) + 1,
        sha256=files_digest(files),
        files={name: content.decode() for name, content in files.items()},
        deployed_at=clock.now(),
        deployed_by=approval.deployed_by,
        approved_by=approval.approved_by,
        title=approval.title,
        reason=approval.reason,
        note=approval.note,
    )
    session.add(definition)
    session.flush()  # the record names the definition by its id
    payload = {"process": process, "version": definition.version, "sha256": definition.sha256}
    record.append(session, actor, DEFINITIONS_STREAM, action="definition.deployed", payload=payload)
    if last is None and process in _KINDS and _is_waited_for(session, _KINDS[process]):
        outbox.put(session, REFERRED, {"kind": _KINDS[process].value})
    return definition


def _is_waited_for(session: Session, kind: CaseKind) -> bool:
    waiting = exists().where(Referral.kind == kind, Referral.opened_case_id.is_(None))
    return bool(session.scalar(select(waiting)))


def latest(session: Session, process: str) -> Definition:
    """The version that new cases of a process run on.

    Raises:
        NotFound: nothing is deployed under this name.
    """
    found = newest(session, process)
    if found is None:
        raise NotFound("process_not_deployed", process=process)
    return found


def newest(session: Session, process: str) -> Definition | None:
    """The version that new cases of a process run on; none before the first is deployed."""
    return session.scalar(
        select(Definition)
        .where(Definition.process == process)
        .order_by(Definition.version.desc())
        .limit(1)
    )
