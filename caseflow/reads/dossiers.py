"""What goes into the dossier of a case: its rows, acts and answers, and the proofs of its acts."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import policy
from caseflow.documents import ServiceReceipt
from caseflow.models import Answer, Attachment, Blob, Case, Definition, User
from caseflow.models.record import RecordTile
from caseflow.reads import cases, directive_lines, papers, record, record_chain, record_export
from caseflow.record_format import KEYS_STREAM
from caseflow.tlog import tiles, tree
from caseflow.vocabulary import Actor, BlobState, Forbidden, NotFound, TaskStatus, Verb


@dataclass(frozen=True, slots=True)
class Contents:
    """A case as it stands in one snapshot."""

    page: cases.Page
    acts: tuple[record.Event, ...]
    answers: tuple[Answer, ...]
    files: tuple[Attachment, ...]
    people: dict[int, str]
    # Files whose bytes stay in: the scanner has not passed them, or has refused them.
    withheld: frozenset[str]
    definition_sha256: str
    # Telephone and identity numbers are masked where people read.
    covers: bool
    # The household's tax number as whoever takes the dossier reads it.
    tin: str
    # How each paper that was served reached the taxpayer, by paper.
    receipts: dict[int, ServiceReceipt]

    @property
    def stream(self) -> str:
        """The case's stream of the record."""
        return f"case:{self.page.case.id}"


@dataclass(frozen=True, slots=True)
class Proof:
    """Events as lines, and why they are in the log: a checkpoint and a path for each."""

    lines: tuple[str, ...]
    note: str
    paths: tuple[tuple[int, tuple[str, ...]], ...]
    writers: tuple[str, ...]
    is_sealed: bool


def id_of(session: Session, number: str) -> int:
    """The case of a number.

    Raises:
        NotFound: there is none.
    """
    case_id = session.scalar(select(Case.id).where(Case.number == number))
    if case_id is None:
        raise NotFound("case", number=number)
    return case_id


def may_take(session: Session, actor: Actor, case: Case) -> bool:
    """Whether the dossier of a case that the actor sees may go out with the actor."""
    is_whole = directive_lines.is_read_whole(session, actor, case)
    return policy.may(actor, Verb.EXPORT_DOSSIER) and is_whole


def contents(session: Session, actor: Actor, case_id: int) -> Contents:
    """Everything of a case that the actor may see.

    Raises:
        NotFound: there is no such case for this actor; Forbidden: the actor sees a part of it.
    """
    page = cases.page(session, actor, case_id)
    if not directive_lines.is_read_whole(session, actor, page.case):
        raise Forbidden("case_seen_in_part", case=page.case.number)
    answers = session.scalars(
        select(Answer).where(Answer.case_id == case_id).order_by(Answer.revision)
    )
    files = session.scalars(
        select(Attachment)
        .where(Attachment.case_id == case_id, Attachment.removed_at.is_(None))
        .order_by(Attachment.id)
    ).all()
    withheld = session.scalars(
        select(Blob.sha256).where(
            Blob.sha256.in_({file.sha256 for file in files}),
            Blob.state.in_([BlobState.QUARANTINED, BlobState.INFECTED]),
        )
    )
    people = session.execute(
        select(User.id, User.name).where(User.id.in_({file.uploaded_by for file in files}))
    )
    held = _forms_held(actor, page)
    household = page.taxpayer
    reads_numbers = policy.reads_numbers(
        actor, administrator_id=household.administrator_id if household else None, forms_held=held
    )
    return Contents(
        page=page,
        acts=record.chain(session, f"case:{case_id}").events,
        answers=tuple(answers),
        files=tuple(files),
        people={row.id: row.name for row in people},
        withheld=frozenset(withheld),
        definition_sha256=session.execute(
            select(Definition.sha256).where(Definition.id == page.case.definition_id)
        ).scalar_one(),
        covers=reads_numbers is None,
        tin=policy.tin_for(actor, household, forms_held=held) if household else "—",
        receipts=papers.receipts(session, page.case),
    )


def proof(session: Session, stream: str, length: int, act: tuple[str, int]) -> Proof:
    """The first ``length`` acts of a stream, the writers' keys and one act more, each proven.

    What the newest checkpoint does not hold yet stands without a place.
    """
    size, note = record_export.last_checkpoint(session)
    told: list[tuple[str, int | None]] = []
    for name, seq, most in ((stream, None, length), (KEYS_STREAM, None, None), (*act, 1)):
        told += record_export.stream_lines(session, name, size=size, seq=seq)[:most]
    nodes = tiles.nodes(_tiles(session))
    paths = tuple(
        (place, tuple(each.hex() for each in tree.inclusion(nodes, place, size)))
        for _, place in told
        if place is not None
    )
    return Proof(
        lines=tuple(line for line, _ in told),
        note=note,
        paths=paths,
        writers=record_chain.keys(session).public,
        is_sealed=len(paths) == len(told),
    )


def _forms_held(actor: Actor, page: cases.Page) -> list[str]:
    return [
        step.form_key
        for step in page.steps
        if step.status is TaskStatus.OPEN
        and step.assignee is not None
        and step.assignee.id == actor.user_id
    ]


def _tiles(session: Session) -> tiles.Read:
    def read(level: int, number: int) -> bytes:
        hashes = session.scalar(
            select(RecordTile.hashes).where(RecordTile.level == level, RecordTile.index == number)
        )
        return hashes or b""

    return read
