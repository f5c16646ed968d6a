"""One line of log and one count for each request; its number stands on pages of refusal too."""

from __future__ import annotations

import logging
import secrets
import time
from contextlib import ExitStack

from flask import Flask, Response, g, request

from caseflow import logs, metrics

_log = logging.getLogger("caseflow.request")
_HEADER = "X-Request-Id"
# Asked for every few seconds by machines: counted, not logged.
_QUIET = frozenset({"health.alive", "health.ready", "health.metrics", "static", "inbox.counts"})
_SIGN_INS = frozenset({"people.sign_in_post", "people.code_post"})
_REFUSED = 400
# Anybody may send any word for a method, and each label is a series that stays in memory.
_METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS"})


def install(app: Flask) -> None:
    """Watch over every request of the application; to be installed before all else."""
    app.before_request(_begin)
    app.after_request(_tell)
    app.teardown_request(_end)


def number() -> str:
    """The number of the request, by which its line in the log is found."""
    if "request_number" not in g:
        g.request_number = secrets.token_hex(6)
    known: str = g.request_number
    return known


def _begin() -> None:
    g.began = time.perf_counter()
    g.logged_about = ExitStack()
    g.logged_about.enter_context(logs.watched(request=number()))


def _tell(response: Response) -> Response:
    """Log what was asked and answered: who by number, where by route, never what was typed."""
    seconds = time.perf_counter() - g.get("began", time.perf_counter())
    endpoint, status = request.endpoint or "none", response.status_code
    method = request.method if request.method in _METHODS else "other"
    metrics.REQUESTS.labels(endpoint, method, str(status)).inc()
    metrics.SECONDS.labels(endpoint).observe(seconds)
    if status == 503:  # noqa: PLR2004 -- as HTTP has it
        metrics.CROWDED.inc()
    if endpoint in _SIGN_INS and status >= _REFUSED:
        metrics.SIGN_IN_FAILURES.inc()
    response.headers[_HEADER] = number()
    if endpoint in _QUIET and status < _REFUSED:
        return response
    person, values = g.get("person"), request.view_args or {}
    logs.say(
        _log,
        "request",
        method=method,
        route=endpoint,
        status=status,
        ms=round(1000 * seconds, 1),
        person=person.actor.user_id if person else None,
        case=values.get("case_id") or logs.case_of_receipts(),
        events=logs.receipts_given(),
    )
    return response


def _end(_error: BaseException | None) -> None:
    about = g.pop("logged_about", None)
    if about is not None:
        about.close()
