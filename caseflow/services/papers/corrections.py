"""What the sheet of a data correction says: the corrected values as the request was checked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation

from sqlalchemy import select

from caseflow.lake import fields
from caseflow.models import Attachment
from caseflow.models.base import Json, among
from caseflow.services.papers import doubts
from caseflow.services.papers.outward import period
from caseflow.services.papers.subject import Subject
from caseflow.services.work import Work
from caseflow.vocabulary import CaseKind, PaperKind
from caseflow.vocabulary.choices.data_correction import DcCovers, DcErrorKind, DcEvidenceKind

_NOTHING = "无"


def told(work: Work, kind: PaperKind, arguments: Mapping[str, object]) -> Mapping[str, object]:
    """What the drawing tells, with source, values and proofs; other cases: unchanged."""
    if work.case.kind != CaseKind.DC or kind is not PaperKind.DATA_CORRECTION:
        return arguments
    facts = work.case.facts
    errors = dict.fromkeys(DcErrorKind(line["kind"]).zh for line in facts["lines"])
    said = Subject.of(work).answers("dc_request")
    return {
        **arguments,
        "source": fields.shipped().sources[facts["source"]].zh,
        "corrections": list(_lines(facts["lines"])),
        "error_kind": "、".join(errors),
        "proofs": _proofs(work, said.get("evidence") or []),
    }


def _lines(lines: list[Json]) -> Iterator[Json]:
    """The values, one line for each; a single one needs neither number nor kind of its own."""
    known = fields.shipped().fields
    for at, line in enumerate(lines, 1):
        is_money = known[line["field"]].unit == "CNY"
        error = DcErrorKind(line["kind"]).zh
        yield {
            "at": at if len(lines) > 1 else "",
            "field": line["zh"],
            "period": period(int(line["period"])),
            "before": _written(line["before"], is_money=is_money) or _NOTHING,
            "after": _written(line["after"], is_money=is_money),
            "error": (line.get("kind_text") or error) if len(lines) > 1 else line.get("kind_text"),
        }


def _written(value: str, *, is_money: bool) -> str:
    """An amount with its thousands apart; everything else as people read it."""
    try:
        return f"{Decimal(value):,.2f}".replace("-", "−") if is_money else value
    except InvalidOperation:
        return value


def _proofs(work: Work, evidence: list[Json]) -> list[Json]:
    ids = [int(each) for piece in evidence for each in piece.get("files") or []]
    rows = work.session.execute(
        select(Attachment.id, Attachment.name).where(among(Attachment.id, ids))
    )
    names = {row.id: doubts.titled(row.name) for row in rows}
    return [
        {
            "kind": DcEvidenceKind(piece["evidence_kind"]).zh,
            "covers": DcCovers.EVERY.zh
            if piece["covers"] == DcCovers.EVERY
            else f"第{piece['line_number']}行",
            "dated": piece.get("dated"),
            "pages": piece.get("pages"),
            "files": "、".join(names.get(int(each), "") for each in piece.get("files") or []),
        }
        for piece in evidence
    ]
