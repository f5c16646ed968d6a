"""Next versions of a process in the making: edited, handed in, approved by a second person.

A draft holds all files of the version it is based on; each save replaces one of them. It may be
broken as long as it is edited; what is handed in and approved has passed the engine's check.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import clock, policy
from caseflow.engine import Finding
from caseflow.models import Definition, DefinitionDraft
from caseflow.models.base import Json
from caseflow.record_format import DEFINITIONS_STREAM, files_digest
from caseflow.services import definitions, record
from caseflow.services.definitions import Approval
from caseflow.vocabulary import (
    Actor,
    Conflict,
    DraftStatus,
    Forbidden,
    Invalid,
    NotFound,
    Stale,
    Verb,
)

LARGEST_FILE = 1_000_000
LARGEST_WHOLE = 8_000_000
MOST_FILES = 200
SHORTEST_REASON, LONGEST_REASON = 5, 500
LONGEST_TITLE = 60
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,79}\.(bpmn|dmn|form)")
OPEN = (DraftStatus.DRAFT, DraftStatus.SUBMITTED)


def begin(session: Session, actor: Actor, process: str) -> DefinitionDraft:
    """Begin the next version of a process from its latest one, or go on with the open draft.

    Raises:
        NotFound: the process is not deployed.
    """
    policy.require(actor, Verb.DRAFT_DEFINITION)
    base = definitions.latest(session, process)
    known = session.scalar(
        select(DefinitionDraft).where(
            DefinitionDraft.process == process, DefinitionDraft.status.in_(OPEN)
        )
    )
    if known is not None:
        return known
    return _new(session, actor, base, base.files)


def resume(session: Session, actor: Actor, draft_id: int) -> DefinitionDraft:
    """Begin a draft anew from one that was rejected or withdrawn.

    Raises:
        Conflict: it is still open, or another draft of the process is.
    """
    policy.require(actor, Verb.DRAFT_DEFINITION)
    old = locked(session, draft_id)
    if old.status not in (DraftStatus.REJECTED, DraftStatus.WITHDRAWN):
        raise Conflict("draft_not_decided", status=old.status)
    _refuse_second(session, old.process)
    base = session.get_one(Definition, old.based_on_id)
    new = _new(session, actor, base, old.files)
    new.title = old.title
    return new


def save(
    session: Session, actor: Actor, draft_id: int, *, seen: str, name: str, data: bytes
) -> DefinitionDraft:
    """Put one file into a draft, new or in place of the one of that name; it may be broken.

    ``seen`` is the ``digest`` of the file as it was opened. That other files of the draft were
    saved meanwhile is no matter: two people, or two windows, work on different files at once.

    Raises:
        Stale: somebody changed this file since it was opened; nothing was changed.
        Invalid: the name, the size or the encoding; the draft is as it was.
    """
    draft = _open(session, actor, draft_id)
    text = _text(name, data)
    if draft.files.get(name) != text:
        _require_same(draft, name, seen)
    files = {**draft.files, name: text}
    if len(files) > MOST_FILES:
        raise Invalid("draft_too_many_files", most=MOST_FILES)
    if sum(len(content.encode()) for content in files.values()) > LARGEST_WHOLE:
        raise Invalid("draft_too_large", largest=LARGEST_WHOLE // 1_000_000)
    if draft.files.get(name) != text:
        told = {"file": name, "sha256": files_digest({name: data})}
        _change(session, actor, draft, files, "definition.draft_saved", told)
    return draft


def remove(
    session: Session, actor: Actor, draft_id: int, *, seen: str, name: str
) -> DefinitionDraft:
    """Take one file out of a draft; ``seen`` as for ``save``.

    Raises:
        Stale: somebody changed this file since it was seen.
        NotFound: the draft has no file of this name.
    """
    draft = _open(session, actor, draft_id)
    if name not in draft.files:
        raise NotFound("definition_file", name=name)
    _require_same(draft, name, seen)
    files = {file: text for file, text in draft.files.items() if file != name}
    _change(session, actor, draft, files, "definition.draft_file_removed", {"file": name})
    return draft


def rebase(
    session: Session, actor: Actor, draft_id: int, *, revision: int, mine: Collection[str] = ()
) -> DefinitionDraft:
    """Carry the changes of a draft over to the latest version.

    A file that was changed on one side only is taken from there. One that both sides changed is
    taken from the draft if it is named in ``mine``, else from the latest version.
    """
    draft = _editable(session, actor, draft_id, revision)
    latest = definitions.latest(session, draft.process)
    if latest.id == draft.based_on_id:
        return draft
    base = session.get_one(Definition, draft.based_on_id)
    files = _merged(base.files, latest.files, draft.files, frozenset(mine))
    draft.based_on_id = latest.id
    told = {"onto": latest.version, "mine": sorted(mine)}
    _change(session, actor, draft, files, "definition.draft_rebased", told)
    return draft


def changed_on_both_sides(session: Session, draft: DefinitionDraft) -> tuple[str, ...]:
    """The files of which ``rebase`` must be told whose to take."""
    latest = definitions.latest(session, draft.process)
    base = session.get_one(Definition, draft.based_on_id)
    names = sorted({*base.files, *latest.files, *draft.files})
    return tuple(
        name
        for name in names
        if base.files.get(name) != latest.files.get(name)
        and draft.files.get(name) not in (base.files.get(name), latest.files.get(name))
    )


def findings(draft: DefinitionDraft) -> list[Finding]:
    """What the check has to say of a draft as it is now."""
    files = files_of(draft)
    return definitions.undrawn(files) + definitions.findings(files)


def files_of(draft: DefinitionDraft) -> dict[str, bytes]:
    """The files of a draft as the engine reads them."""
    return definitions.files_of(draft.files)


def digest(draft: DefinitionDraft, name: str) -> str:
    """SHA-256, hex, of one file of a draft; empty where the draft has none of this name."""
    text = draft.files.get(name)
    return "" if text is None else hashlib.sha256(str(text).encode()).hexdigest()


def submit(
    session: Session, actor: Actor, draft_id: int, *, revision: int, title: str, reason: str
) -> DefinitionDraft:
    """Hand a draft in for approval.

    Raises:
        Invalid: title or reason, nothing changed, or the findings of the check.
        Conflict: a later version than the draft's base is deployed.
    """
    draft = _editable(session, actor, draft_id, revision)
    title, reason = title.strip(), reason.strip()
    if not 1 <= len(title) <= LONGEST_TITLE:
        raise Invalid("draft_title_length", longest=LONGEST_TITLE)
    _require_reason(reason)
    sha256 = _require_fit(session, draft)
    draft.title, draft.reason = title, reason
    draft.status = DraftStatus.SUBMITTED
    draft.submitted_at, draft.submitted_by = clock.now(), actor.user_id
    draft.revision += 1
    told = {"title": title, "reason": reason, "sha256": sha256}
    _tell(session, actor, draft, "definition.submitted", told)
    return draft


def approve(
    session: Session, actor: Actor, draft_id: int, *, revision: int, note: str
) -> Definition:
    """Deploy a draft that was handed in, as a second person; new cases run on it from now on.

    Raises:
        Forbidden: not the chief of the owning division, or somebody who has changed the draft.
        Stale: it is not the draft that was looked at.
        Invalid, Conflict: it no longer fits, as for ``submit``.
    """
    draft = _decidable(session, actor, draft_id, revision)
    sha256 = _require_fit(session, draft)
    note = note.strip()
    approval = Approval(
        deployed_by=draft.submitted_by,
        approved_by=actor.user_id,
        title=draft.title,
        reason=draft.reason,
        note=note or None,
    )
    definition = definitions.keep(session, actor, draft.process, files_of(draft), approval)
    _decide(draft, actor, DraftStatus.APPROVED, note)
    draft.definition_id = definition.id
    told = {"note": note, "version": definition.version, "sha256": sha256}
    _tell(session, actor, draft, "definition.approved", told)
    return definition


def reject(
    session: Session, actor: Actor, draft_id: int, *, revision: int, note: str
) -> DefinitionDraft:
    """Say no to a draft that was handed in; the note tells why. It can be begun anew.

    Raises:
        Forbidden, Stale: as for ``approve``.
    """
    draft = _decidable(session, actor, draft_id, revision)
    note = note.strip()
    _require_reason(note)
    _decide(draft, actor, DraftStatus.REJECTED, note)
    _tell(session, actor, draft, "definition.rejected", {"note": note})
    return draft


def take_back(session: Session, actor: Actor, draft_id: int) -> DefinitionDraft:
    """Take a draft back from approval, to edit it further."""
    policy.require(actor, Verb.DRAFT_DEFINITION)
    draft = locked(session, draft_id)
    if draft.status is not DraftStatus.SUBMITTED:
        raise Conflict("draft_not_submitted", status=draft.status)
    draft.status = DraftStatus.DRAFT
    draft.submitted_at = draft.submitted_by = None
    draft.revision += 1
    _tell(session, actor, draft, "definition.taken_back", {})
    return draft


def withdraw(session: Session, actor: Actor, draft_id: int) -> DefinitionDraft:
    """Give a draft up; it stays on file and can be begun anew."""
    policy.require(actor, Verb.DRAFT_DEFINITION)
    draft = locked(session, draft_id)
    if draft.status not in OPEN:
        raise Conflict("draft_decided", status=draft.status)
    draft.status = DraftStatus.WITHDRAWN
    draft.revision += 1
    _tell(session, actor, draft, "definition.withdrawn", {})
    return draft


def locked(session: Session, draft_id: int) -> DefinitionDraft:
    """The draft, its row locked until the transaction ends.

    Raises:
        NotFound: there is no such draft.
    """
    draft = session.get(DefinitionDraft, draft_id, with_for_update=True, populate_existing=True)
    if draft is None:
        raise NotFound("draft", id=draft_id)
    return draft


def _new(
    session: Session, actor: Actor, base: Definition, files: Mapping[str, str]
) -> DefinitionDraft:
    now = clock.now()
    draft = DefinitionDraft(
        process=base.process,
        based_on_id=base.id,
        files=dict(files),
        title="",
        status=DraftStatus.DRAFT,
        revision=1,
        author_id=actor.user_id,
        editors=[actor.user_id],
        created_at=now,
        saved_at=now,
    )
    session.add(draft)
    session.flush()  # the record names the draft by its id
    _tell(session, actor, draft, "definition.draft_begun", {"based_on": base.version})
    return draft


def _refuse_second(session: Session, process: str) -> None:
    other = session.scalar(
        select(DefinitionDraft.id).where(
            DefinitionDraft.process == process, DefinitionDraft.status.in_(OPEN)
        )
    )
    if other is not None:
        raise Conflict("uq_definition_drafts_one_open", draft=other)


def _editable(session: Session, actor: Actor, draft_id: int, revision: int) -> DefinitionDraft:
    draft = _open(session, actor, draft_id)
    _require_seen(draft, revision)
    return draft


def _open(session: Session, actor: Actor, draft_id: int) -> DefinitionDraft:
    policy.require(actor, Verb.DRAFT_DEFINITION)
    draft = locked(session, draft_id)
    if draft.status is DraftStatus.SUBMITTED:
        raise Conflict("draft_submitted", at=draft.submitted_at)
    if draft.status is not DraftStatus.DRAFT:
        raise Conflict("draft_decided", status=draft.status)
    return draft


def _decidable(session: Session, actor: Actor, draft_id: int, revision: int) -> DefinitionDraft:
    policy.require(actor, Verb.APPROVE_DEFINITION)
    draft = locked(session, draft_id)
    if not policy.may_approve_version(actor, draft.process):
        raise Forbidden("not_the_owner", process=draft.process)
    if actor.user_id in {*draft.editors, draft.author_id, draft.submitted_by}:
        raise Forbidden("own_draft")
    if draft.status is not DraftStatus.SUBMITTED:
        raise Conflict("draft_not_submitted", status=draft.status)
    _require_seen(draft, revision)
    return draft


def _require_seen(draft: DefinitionDraft, revision: int) -> None:
    if draft.revision != revision:
        raise Stale("draft_changed", at=draft.saved_at, revision=draft.revision)


def _require_same(draft: DefinitionDraft, name: str, seen: str) -> None:
    present = digest(draft, name)
    if present != seen:
        raise Stale("draft_file_changed", name=name, seen=present)


def _require_reason(reason: str) -> None:
    if not SHORTEST_REASON <= len(reason) <= LONGEST_REASON:
        raise Invalid("reason_length", shortest=SHORTEST_REASON, longest=LONGEST_REASON)


def _require_fit(session: Session, draft: DefinitionDraft) -> str:
    """The hash of a draft that may become the next version of its process."""
    latest = definitions.latest(session, draft.process)
    if latest.id != draft.based_on_id:
        raise Conflict("draft_outdated", version=latest.version)
    files = files_of(draft)
    sha256 = files_digest(files)
    if sha256 == latest.sha256:
        raise Invalid("draft_unchanged", version=latest.version)
    undrawn = definitions.undrawn(files)
    if undrawn:
        raise Invalid("bundle_refused", findings=tuple(undrawn))
    process = definitions.checked(files)
    if process.key != draft.process:
        raise Invalid("draft_other_process", process=draft.process, found=process.key)
    return sha256


def _text(name: str, data: bytes) -> str:
    if not _NAME.fullmatch(name):
        raise Invalid("draft_file_name", name=name[:80])
    if len(data) > LARGEST_FILE:
        raise Invalid("draft_file_too_large", name=name, largest=LARGEST_FILE // 1000)
    try:
        text = data.decode()
    except UnicodeDecodeError:
        raise Invalid("draft_file_encoding", name=name) from None
    if not text.strip() or "\0" in text:
        raise Invalid("draft_file_empty", name=name)
    return text


def _merged(
    base: Mapping[str, str],
    latest: Mapping[str, str],
    draft: Mapping[str, str],
    mine: frozenset[str],
) -> dict[str, str]:
    merged: dict[str, str] = {}
    for name in {*base, *latest, *draft}:
        is_theirs = base.get(name) != latest.get(name)
        is_mine = base.get(name) != draft.get(name)
        text = draft.get(name) if is_mine and (name in mine or not is_theirs) else latest.get(name)
        if text is not None:
            merged[name] = text
    return merged


def _change(
    session: Session,
    actor: Actor,
    draft: DefinitionDraft,
    files: Mapping[str, str],
    action: str,
    told: Json,
) -> None:
    draft.files = dict(files)
    draft.revision += 1
    draft.saved_at = clock.now()
    if actor.user_id is not None and actor.user_id not in draft.editors:
        draft.editors = [*draft.editors, actor.user_id]
    _tell(session, actor, draft, action, told)


def _decide(draft: DefinitionDraft, actor: Actor, status: DraftStatus, note: str) -> None:
    draft.status = status
    draft.decided_at, draft.decided_by = clock.now(), actor.user_id
    draft.note = note or None
    draft.revision += 1


def _tell(session: Session, actor: Actor, draft: DefinitionDraft, action: str, told: Json) -> None:
    payload = {"process": draft.process, "draft": draft.id, "revision": draft.revision, **told}
    record.append(session, actor, DEFINITIONS_STREAM, action=action, payload=payload)
