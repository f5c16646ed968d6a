"""A person before the pages without a browser: signed in by one click, posting forms."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urljoin

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
_BASE = "https://localhost"


def token_in(page: str) -> str:
    """The token that the forms of a page carry."""
    found = _TOKEN.search(page)
    assert found, "a page without the token of its forms"
    return found[1]


class Visitor:
    """One person's browser: cookies of its own, the token of the last page seen."""

    def __init__(self, app: Flask, user_id: int | None) -> None:
        """Come in as this demo person."""
        self._client: FlaskClient = app.test_client()
        self.get("/sign-in")
        answer = self.post("/sign-in/demo", {"user": str(user_id)})
        assert answer.status_code == 303, answer.text

    def get(self, path: str, *, came_from: str = "") -> TestResponse:
        """Read a page; ``came_from`` is the address that led to it."""
        headers = {"Referer": urljoin(_BASE, came_from)} if came_from else {}
        answer = self._client.get(path, base_url=_BASE, headers=headers, buffered=True)
        found = _TOKEN.search(answer.text) if answer.mimetype == "text/html" else None
        if found:
            self._token = found[1]
        return answer

    def post(
        self, path: str, fields: Mapping[str, str | list[str]], *, came_from: str = "/"
    ) -> TestResponse:
        """Send a form with the token of the page it was on, at ``came_from``."""
        return self._client.post(
            path,
            data={"csrf_token": self._token, **fields},
            base_url=_BASE,
            headers={"Referer": urljoin(_BASE, came_from)},
            buffered=True,
        )

    def send(
        self,
        path: str,
        body: str | bytes,
        headers: dict[str, str],
        *,
        content_type: str = "application/xml",
    ) -> TestResponse:
        """Send a body as it is, the way a script of the page does."""
        return self._client.post(
            path,
            data=body,
            base_url=_BASE,
            content_type=content_type,
            headers={
                "Referer": _BASE,
                "X-CSRFToken": self._token,
                "Accept": "application/json",
                **headers,
            },
            buffered=True,
        )
