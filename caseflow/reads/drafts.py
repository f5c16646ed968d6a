"""Next versions in the making, as pages show them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, defer

from caseflow import policy
from caseflow.models import Definition, DefinitionDraft, Post, User
from caseflow.vocabulary import Actor, DraftStatus, Forbidden, NotFound, Verb

_LIMIT = 100
# A list leaves the files out, which may be megabytes.
_LISTED = select(DefinitionDraft).options(defer(DefinitionDraft.files))


@dataclass(frozen=True, slots=True)
class Shown:
    """A draft with its base and the names of the people who had a hand in it."""

    draft: DefinitionDraft
    base: Definition
    latest_version: int
    author: str
    editors: tuple[str, ...]
    submitter: str
    decider: str


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


def shown(session: Session, actor: Actor, draft_id: int) -> Shown:
    """One draft as its page shows it; refuses as ``page`` does."""
    draft = page(session, actor, draft_id)
    people = {*draft.editors, draft.author_id, draft.submitted_by, draft.decided_by} - {None}
    names = {
        row.id: row.name
        for row in session.execute(select(User.id, User.name).where(User.id.in_(people)))
    }
    latest = session.scalar(
        select(func.max(Definition.version)).where(Definition.process == draft.process)
    )
    return Shown(
        draft=draft,
        base=session.get_one(Definition, draft.based_on_id),
        latest_version=latest or 0,
        author=names[draft.author_id],
        editors=tuple(names[each] for each in draft.editors),
        submitter=names.get(draft.submitted_by or 0, ""),
        decider=names.get(draft.decided_by or 0, ""),
    )


def owners(session: Session, process: str) -> tuple[str, ...]:
    """The names of those who may approve versions of a process today."""
    held = session.scalars(
        select(User.name)
        .join(Post, Post.user_id == User.id)
        .where(
            Post.role.in_(policy.VERBS[Verb.APPROVE_DEFINITION]),
            Post.line == policy.owner_of(process),
            policy.held_today(),
            User.is_active,
        )
        .order_by(User.id)
    )
    return tuple(held)


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
    found = session.scalars(_LISTED.order_by(DefinitionDraft.id.desc()).limit(_LIMIT))
    return tuple(found)


def to_decide(session: Session, actor: Actor) -> tuple[DefinitionDraft, ...]:
    """The drafts that wait for this actor's approval, oldest first."""
    if not policy.may(actor, Verb.APPROVE_DEFINITION):
        return ()
    waiting = session.scalars(
        _LISTED.where(DefinitionDraft.status == DraftStatus.SUBMITTED).order_by(
            DefinitionDraft.submitted_at, DefinitionDraft.id
        )
    )
    return tuple(each for each in waiting if policy.may_approve_version(actor, each.process))


def _require_reader(actor: Actor) -> None:
    if not policy.may_read_drafts(actor):
        raise Forbidden("not_your_post", roles=sorted(policy.VERBS[Verb.DRAFT_DEFINITION]))
