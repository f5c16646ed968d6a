"""Working papers (工作底稿): the auditor's own notes, each saving a version, beside the cases."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from caseflow import clock, policy
from caseflow.models import Case, SampleItem, WorkingPaper, WorkingPaperVersion
from caseflow.record_format import digest
from caseflow.services import record
from caseflow.vocabulary import Actor, Forbidden, Invalid, NotFound, Stale, Verb

BEGUN, SAVED = "working_paper.begun", "working_paper.saved"
LONGEST_TITLE = 200
LONGEST_BODY = 50_000


@dataclass(frozen=True, slots=True)
class Text:
    """What a paper says."""

    title: str
    body: str


def begin(
    session: Session,
    actor: Actor,
    text: Text,
    *,
    case_id: int | None = None,
    sample_id: int | None = None,
) -> WorkingPaper:
    """Begin a paper about a case, a case of a sample, or a matter of its own.

    Raises:
        Forbidden: the actor does not read the whole record.
        NotFound: there is no such case, or it is not in the sample.
        Invalid: the title is empty or too long, the body too long.
    """
    policy.require(actor, Verb.READ_RECORD)
    _check(text)
    if case_id is not None and _sees(session, actor, case_id) is None:
        raise NotFound("case", id=case_id)
    if sample_id is not None:
        drawn = select(SampleItem.place).where(
            SampleItem.sample_id == sample_id, SampleItem.case_id == case_id
        )
        if session.scalar(drawn) is None:
            raise NotFound("sample", id=sample_id)
    paper = WorkingPaper(
        author_id=actor.user_id or 0, sample_id=sample_id, case_id=case_id, created_at=clock.now()
    )
    session.add(paper)
    session.flush()  # its version and the event name it
    _add(session, paper.id, 1, text, is_auto=False)
    _tell(session, actor, BEGUN, paper.id, 1, text)
    return paper


def save(session: Session, actor: Actor, paper_id: int, text: Text, *, seen: int) -> int:
    """Save a paper; gives its newest version, the one seen when nothing changed.

    Raises:
        Forbidden: the paper is somebody else's.
        NotFound: there is no such paper.
        Stale: it has a newer version than the one that was written on.
        Invalid: the title is empty or too long, the body too long.
    """
    newest = _locked(session, actor, paper_id, text, seen)
    if (newest.title, newest.body) == (text.title, text.body) and not newest.is_auto:
        return newest.version
    _add(session, paper_id, newest.version + 1, text, is_auto=False)
    _tell(session, actor, SAVED, paper_id, newest.version + 1, text)
    return newest.version + 1


def keep(session: Session, actor: Actor, paper_id: int, text: Text, *, seen: int) -> int:
    """Keep what is being typed as a version of its own; raises as ``save`` does."""
    newest = _locked(session, actor, paper_id, text, seen)
    if (newest.title, newest.body) == (text.title, text.body):
        return newest.version
    _add(session, paper_id, newest.version + 1, text, is_auto=True)
    return newest.version + 1


def _locked(
    session: Session, actor: Actor, paper_id: int, text: Text, seen: int
) -> WorkingPaperVersion:
    """The newest version, while nobody else adds one: a lock of its own, for no row is changed."""
    policy.require(actor, Verb.READ_RECORD)
    session.execute(
        select(func.pg_advisory_xact_lock(func.hashtextextended(f"working_paper:{paper_id}", 0)))
    )
    author = session.scalar(select(WorkingPaper.author_id).where(WorkingPaper.id == paper_id))
    if author is None:
        raise NotFound("working_paper", id=paper_id)
    if author != actor.user_id:
        raise Forbidden("not_the_author")
    _check(text)
    newest = session.scalars(
        select(WorkingPaperVersion)
        .where(WorkingPaperVersion.paper_id == paper_id)
        .order_by(WorkingPaperVersion.version.desc())
        .limit(1)
    ).one()
    if newest.version != seen:
        raise Stale("working_paper_changed", version=newest.version)
    return newest


def _add(session: Session, paper_id: int, version: int, text: Text, *, is_auto: bool) -> None:
    session.add(
        WorkingPaperVersion(
            paper_id=paper_id,
            version=version,
            title=text.title,
            body=text.body,
            at=clock.now(),
            is_auto=is_auto,
        )
    )


def _tell(
    session: Session, actor: Actor, action: str, paper_id: int, version: int, text: Text
) -> None:
    """The record keeps that there is a version and its hash; never what it says."""
    whole = digest({"title": text.title, "body": text.body})
    payload = {"working_paper": paper_id, "version": version, "sha256": whole}
    record.append(session, actor, f"user:{actor.user_id}", action=action, payload=payload)


def _sees(session: Session, actor: Actor, case_id: int) -> int | None:
    return session.scalar(select(Case.id).where(Case.id == case_id, policy.visible_cases(actor)))


def _check(text: Text) -> None:
    if not 1 <= len(text.title) <= LONGEST_TITLE:
        raise Invalid("working_paper_title", longest=LONGEST_TITLE)
    if len(text.body) > LONGEST_BODY:
        raise Invalid("working_paper_body", longest=LONGEST_BODY, length=len(text.body))
