"""The way of a file: who took it in hand, when, where and from whom, and what became of it."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, render_template, request, url_for
from sqlalchemy.orm import Session

from caseflow.reads import custody as reads
from caseflow.services import attachments
from caseflow.services.attachments import Custody
from caseflow.vocabulary import Invalid
from caseflow.web import acts, crumbs, timeline
from caseflow.web.house import actor, reading, surveying
from caseflow.web.sentences import field_sentence
from caseflow.web.speech import _

bp = Blueprint("custody", __name__)


@bp.get("/files/<int:file_id>/custody")
def page(file_id: int) -> str:
    """What is known of a file beside its bytes."""
    with reading() as session:
        return _page(session, file_id)


@bp.post("/files/<int:file_id>/custody")
def describe(file_id: int) -> acts.Answer:
    """Say how a file was collected, while its step is not handed in."""

    def again(session: Session, refusal: Invalid) -> str:
        return _page(session, file_id, refusal)

    said = {name: request.form.get(name, "").strip() for name in _TEXTS}
    custody = Custody(**said, collected_on=_day(request.form.get("collected_on", "")))
    at = acts.Page(url_for("custody.page", file_id=file_id), again)
    return at.act(_("取证信息已保存并留痕。"), attachments.describe, file_id, custody)


_TEXTS = ("collected_by", "collected_at", "origin")


def _page(session: Session, file_id: int, refusal: Invalid | None = None) -> str:
    found = reads.of_file(session, actor(), file_id)
    with surveying() as whole:
        readers = reads.readers(whole, actor(), found.file)
    wrong = refusal.values.get("fields") if refusal else None
    return render_template(
        "pages/custody.html",
        crumbs=[
            crumbs.parent_of_case(),
            (found.case.number, url_for("cases.page", case_id=found.case.id)),
            (found.file.name, None),
        ],
        found=found,
        readers=readers,
        entries=timeline.of(found.events, {}, {}),
        typed=request.form if refusal else _on_file(found),
        wrong={
            name: field_sentence(code, values)
            for name, (code, values) in (wrong.items() if isinstance(wrong, dict) else ())
        },
    )


def _on_file(found: reads.Custody) -> dict[str, str]:
    """What was said before; the officer's own name and today's day to begin with."""
    file = found.file
    day = file.collected_on or file.uploaded_at.date()
    return {
        "collected_by": file.collected_by or found.uploader.name,
        "collected_on": day.isoformat(),
        "collected_at": file.collected_at or "",
        "origin": file.origin or "",
    }


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
