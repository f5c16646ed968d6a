"""Batches of facts taken in: what came, what was refused and why."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import policy
from caseflow.models import ImportBatch
from caseflow.vocabulary import Actor, NotFound, Verb

LIMIT = 100


def listing(session: Session, actor: Actor) -> tuple[ImportBatch, ...]:
    """The latest batches, newest first."""
    policy.require(actor, Verb.IMPORT_FACTS)
    return tuple(session.scalars(select(ImportBatch).order_by(ImportBatch.id.desc()).limit(LIMIT)))


def page(session: Session, actor: Actor, batch_id: int) -> ImportBatch:
    """
    One batch.

    Raises:
        NotFound: there is none.

    """
    policy.require(actor, Verb.IMPORT_FACTS)
    batch = session.get(ImportBatch, batch_id)
    if batch is None:
        raise NotFound("batch", id=batch_id)
    return batch
