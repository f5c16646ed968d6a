"""Pictures of papers as the verbs issue them: of each kind the longest that tests or a demo made.

What a paper says was written by the acts of its case, so that a layout is judged by what really
stands on it. `make screenshots` draws those of the demonstration; with CASEFLOW_PICTURES, a
folder, any run of tests draws those of its cases. Kinds that nothing issued are told.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, event, func, select
from sqlalchemy.orm import Mapper, Session
from sqlalchemy.types import Text

from caseflow import documents
from caseflow.documents import PAPERS, PaperKind
from caseflow.models import Document

# Fine enough to judge a whole page by.
_RESOLUTION = 80


def of_house(session: Session, folder: Path) -> list[PaperKind]:
    """Draw the papers of a house, page by page; returns the kinds of which it has none."""
    missing = []
    for kind in PaperKind:
        chosen = _chosen(session, kind)
        for name, paper in chosen.items():
            _draw(kind, paper.data, folder, name)
        if not chosen:
            missing.append(kind)
    return missing


def of_tests(folder: Path) -> None:
    """Draw each paper that the tests of this run issue, until a longer one of its kind comes."""
    longest: dict[str, int] = {}

    @event.listens_for(Document, "after_insert")
    def _(mapper: Mapper[Document], connection: Connection, paper: Document) -> None:
        del mapper, connection
        length = len(json.dumps(paper.data))
        if paper.issued_at is not None and length > longest.get(paper.kind, 0):
            longest[paper.kind] = length
            _draw(PaperKind(paper.kind), paper.data, folder, "longest")


def _chosen(session: Session, kind: PaperKind) -> dict[str, Document]:
    """The paper of a kind with most on it, and the newest where that is another."""
    issued = select(Document).where(
        Document.kind == kind.value,
        Document.issued_at.is_not(None),
        Document.template_version == PAPERS[kind].version,
    )
    length = func.length(Document.data.cast(Text)).desc()
    longest = session.scalar(issued.order_by(length, Document.id).limit(1))
    newest = session.scalar(issued.order_by(Document.id.desc()).limit(1))
    found = {"longest": longest, "newest": newest if newest is not longest else None}
    return {name: paper for name, paper in found.items() if paper is not None}


def _draw(kind: PaperKind, told: Mapping[str, Any], folder: Path, name: str) -> None:
    for old in folder.glob(f"{kind.value}-{name}-*.png"):
        old.unlink()
    pages = documents.preview(kind, documents.read(PAPERS[kind].data, told), resolution=_RESOLUTION)
    for number, page in enumerate(pages, 1):
        (folder / f"{kind.value}-{name}-{number}.png").write_bytes(page)
