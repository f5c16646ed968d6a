"""Files of facts taken in, and the rows that were refused."""

from __future__ import annotations

from flask import Blueprint, render_template, send_file
from werkzeug.wrappers import Response

from caseflow.reads import facts as reads
from caseflow.vocabulary import NotFound
from caseflow.web import sources
from caseflow.web.house import actor, house, reading
from caseflow.web.reason_words import reasons
from caseflow.web.speech import _

bp = Blueprint("imports", __name__)


@bp.get("/imports")
def listing() -> str:
    """The latest batches."""
    with reading() as session:
        batches = reads.listing(session, actor())
        return render_template(
            "pages/imports.html",
            crumbs=[(_("数据导入"), None)],
            batches=[
                (batch, sources.name(batch.source), reasons(batch.reject_reasons))
                for batch in batches
            ],
        )


@bp.get("/imports/<int:batch_id>/rejects.csv")
def rejects(batch_id: int) -> Response:
    """The rows of a batch that were refused, each with its reason."""
    with reading() as session:
        batch = reads.page(session, actor(), batch_id)
        if batch.reject_file is None:
            raise NotFound("rejects", id=batch_id)
        path = house().config.var / "lake" / batch.reject_file
        name = _("未采用的行") + f"-{batch.file_type}-{batch.id}.csv"
        return send_file(path, mimetype="text/csv", as_attachment=True, download_name=name)
