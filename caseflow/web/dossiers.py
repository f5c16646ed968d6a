"""The dossier 案卷 of a case, made while one waits and taken away as a zip."""

from __future__ import annotations

import tempfile

from flask import Blueprint, Response, send_file

from caseflow import policy
from caseflow.jobs import dossiers
from caseflow.jobs.dossiers import Doors
from caseflow.vocabulary import Verb
from caseflow.web.house import acting, actor, auditing, reading, surveying

bp = Blueprint("dossiers", __name__)


@bp.post("/cases/<int:case_id>/dossier")
def take(case_id: int) -> Response:
    """Make the dossier of a case and send it; that it went out is on record before it does."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the answer closes it when it is sent
    try:
        made = dossiers.make(_doors(), actor(), case_id, file)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    answer = send_file(
        file, mimetype="application/zip", as_attachment=True, download_name=made.file_name
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _doors() -> Doors:
    """The case is read within the sight of the person, its proofs by the house itself."""
    is_auditor = policy.may(actor(), Verb.READ_RECORD)
    return Doors(reading, surveying, auditing if is_auditor else acting)
