"""What is dear, by endpoint: no person asks for it more often in a minute than the limit."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Flask, g, request

from caseflow.services import rates
from caseflow.web.house import actor, house, noting

LIMITED: Mapping[str, str] = {
    "search.page": "search",
    "colleagues.offers": "search",
    "exports.inbox": "export",
    "exports.cases": "export",
    "exports.warnings": "export",
    "exports.taxpayers": "export",
    "case_migrations.export": "export",
    "dossiers.take": "export",
    "evidence_exports.ask": "export",
    "evidence_exports.take": "export",
    "imports.rejects": "export",
    "insight.log": "export",
    "record.file": "export",
    "designer.bundle": "export",
    "designer.upload_files": "upload",
    "cases.complete": "upload",
    "designer.check_drawing": "check",
    "designer.check_table": "check",
    "designer.preview_form": "check",
    "designer.act_in_trial": "check",
}


def install(app: Flask) -> None:
    """Count every asking for something dear before it is done."""
    app.before_request(_take)


def _take() -> None:
    what = LIMITED.get(request.endpoint or "")
    if what is None or g.get("person") is None:
        return
    if what == "upload" and not any(file.filename for file in request.files.values()):
        return  # a step handed in without a file
    with noting() as session:
        rates.take(session, actor(), what, rules=house().config.door)
