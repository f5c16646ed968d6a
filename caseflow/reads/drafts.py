"""Next versions in the making, as pages show them."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import policy
from caseflow.models import DefinitionDraft
from caseflow.vocabulary import Actor, DraftStatus, Forbidden, NotFound, Verb

_LIMIT = 100


def page(session: Session, actor: Actor, draft_id: int) -> DefinitionDraft:
    """One draft with its files.

    Raises:
        NotFound: there is none.
        Forbidden: the actor has nothing to do with drafts.
    """
    _require_reader(actor)
    found = session.get(DefinitionDraft, draft_id)
    if found is None:
        raise NotFound("draft", id=draft_id)
    return found


def file(session: Session, actor: Actor, draft_id: int, name: str) -> str:
    """One file of a draft.

    Raises:
        NotFound: there is no such draft or file.
    """
    text = page(session, actor, draft_id).files.get(name)
    if text is None:
        raise NotFound("definition_file", name=name)
    return str(text)


def listing(session: Session, actor: Actor) -> tuple[DefinitionDraft, ...]:
    """The drafts, newest first; none for whoever has nothing to do with them."""
    if not policy.may_read_drafts(actor):
        return ()
    found = session.scalars(
        select(DefinitionDraft).order_by(DefinitionDraft.id.desc()).limit(_LIMIT)
    )
    return tuple(found)


def to_decide(session: Session, actor: Actor) -> tuple[DefinitionDraft, ...]:
    """The drafts that wait for this actor's approval, oldest first."""
    if not policy.may(actor, Verb.APPROVE_DEFINITION):
        return ()
    waiting = session.scalars(
        select(DefinitionDraft)
        .where(DefinitionDraft.status == DraftStatus.SUBMITTED)
        .order_by(DefinitionDraft.submitted_at, DefinitionDraft.id)
    )
    return tuple(each for each in waiting if policy.may_approve_version(actor, each.process))


def _require_reader(actor: Actor) -> None:
    if not policy.may_read_drafts(actor):
        raise Forbidden("not_your_post", roles=sorted(policy.VERBS[Verb.DRAFT_DEFINITION]))
