"""The drawing of a draft: the modeller's page, the check while one draws, saving."""

from __future__ import annotations

from http import HTTPStatus

from flask import jsonify, request
from werkzeug.wrappers import Response

from caseflow.engine.readings import readings
from caseflow.services import definitions, drafts
from caseflow.vocabulary import Stale
from caseflow.web.designer import panel
from caseflow.web.designer.place import (
    Place,
    body,
    bp,
    in_the_way,
    opened,
    save,
    sent_seen,
    show,
    time_of,
    told,
)
from caseflow.web.house import acting, reading
from caseflow.web.languages import language
from caseflow.web.sentences import sentence


@bp.get("/processes/drafts/<int:draft_id>/drawing")
def drawing(draft_id: int) -> str:
    """The page of the modeller."""
    with reading() as session:
        place = opened(session, draft_id)
        name = _wanted(place)
        return show(
            place,
            "drawing",
            "pages/designer_drawing.html",
            file=name,
            files=place.drawing_files,
            setup=panel.setup(session, place, name),
        )


@bp.get("/processes/drafts/<int:draft_id>/drawing/<name>")
def drawing_file(draft_id: int, name: str) -> Response:
    """The drawing as the draft has it."""
    with reading() as session:
        data = opened(session, draft_id).file(name, ".bpmn")
    return Response(data, mimetype="application/xml")


@bp.post("/processes/drafts/<int:draft_id>/drawing/<name>/check")
def check_drawing(draft_id: int, name: str) -> Response:
    """What the engine says of the draft with the drawing as it is on the screen."""
    data = body()
    with reading() as session:
        place = opened(session, draft_id)
        place.file(name, ".bpmn")
    files = {**place.files, name: data}
    return jsonify(
        findings=told(definitions.findings(files), name),
        readings=readings(files, name, language()),
    )


@bp.post("/processes/drafts/<int:draft_id>/drawing/<name>/save")
def save_drawing(draft_id: int, name: str) -> Response:
    """Put the drawing into the draft."""
    seen, data = sent_seen(), body()
    try:
        with acting() as session:
            draft = save(session, draft_id, seen, name, data)
            return jsonify(seen=drafts.digest(draft, name), saved=time_of(draft.saved_at))
    except Stale as refusal:
        # The page keeps what was drawn and asks which of the two shall stay.
        answer = jsonify(error=sentence(refusal), seen=in_the_way(refusal))
        answer.status_code = HTTPStatus.CONFLICT
        return answer


def _wanted(place: Place) -> str:
    name = request.args.get("file", "")
    if name:
        place.file(name, ".bpmn")
    return name or place.drawing
