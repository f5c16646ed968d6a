"""A form that creates something does so once, however often it is sent: a double click, a reload.

``ui.once()`` puts a key into the form; ``house.acting`` claims it with the act. Sent again, the
answer is that of the first time.
"""

from __future__ import annotations

import uuid

from flask import Flask, Response, flash, g, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from caseflow.services import done_posts
from caseflow.web import form_keys
from caseflow.web.house import actor, noting, surveying
from caseflow.web.speech import _

_LED_ON = (302, 303)


def install(app: Flask) -> None:
    """Give forms their keys, and answer a second time as the first."""
    app.jinja_env.globals["new_key"] = lambda: str(uuid.uuid4())
    app.after_request(_keep_answer)
    app.register_error_handler(form_keys.AlreadyDone, _answer_again)


def _answer_again(_done: form_keys.AlreadyDone) -> AnyResponse:
    """Lead to where the first answer led, if that is known; else back."""
    key = form_keys.of_request()
    with surveying() as session:
        known = done_posts.answered_with(session, actor().user_id or 0, key) if key else None
    flash(_("这份表单已经提交过，没有重复办理。"), "ok")
    return redirect(known or request.referrer or url_for("people.home"), 303)


def _keep_answer(response: Response) -> Response:
    """Keep where the answer to an act leads; the act itself is committed by now."""
    key: uuid.UUID | None = g.pop("claimed_key", None)
    if key is not None and response.status_code in _LED_ON:
        with noting() as session:
            address = response.headers["Location"]
            done_posts.answer(session, actor().user_id or 0, key, address=address)
    return response
