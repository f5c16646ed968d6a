"""What is no request of a browser at all: answered before anything else looks at it."""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import SplitResult, urlsplit

from flask import Flask, Response, request
from flask.globals import request_ctx
from werkzeug.routing import IntegerConverter, Map

# The largest number that a row of the database can have.
_LARGEST = 2**63 - 1


class Number(IntegerConverter):
    """A number in an address; one that no row can have leads nowhere."""

    def __init__(self, map: Map) -> None:  # noqa: A002 -- the name that Werkzeug gives it
        """Bound it."""
        super().__init__(map, max=_LARGEST)


def install(app: Flask) -> None:
    """Refuse such requests first; no page is drawn for them, since pages need addresses."""
    app.url_map.converters["int"] = Number
    app.before_request(_require_host)
    app.before_request(_require_referrer)


def install_forms(app: Flask) -> None:
    """Refuse forms that no page sends; after the session, before their token is looked for."""
    app.before_request(_require_names)


def read_address(text: str) -> SplitResult | None:
    """The parts of an address; None when it cannot be read."""
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        return None
    return parts


def _require_host() -> Response | None:
    """A host that is none has no addresses, so nothing could lead anywhere."""
    return None if request_ctx.url_adapter is not None else _refused("Host")


def _require_referrer() -> Response | None:
    """Where a request says to come from is compared with this house: it must be an address."""
    is_readable = read_address(request.referrer or "") is not None
    return None if is_readable else _refused("Referer")


def _require_names() -> Response | None:
    """A part of a form without a name has no place in it."""
    if request.method != "POST" or None not in {*request.form, *request.files}:
        return None
    return _refused("Content-Disposition")


def _refused(header: str) -> Response:
    return Response(f"Bad {header} header.\n", HTTPStatus.BAD_REQUEST, mimetype="text/plain")
