"""A crowd of browsers that send their forms to the running product at the same moment."""

from __future__ import annotations

import http.client
import re
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlencode, urlsplit

_ROUNDS = 20
_INPUT = re.compile(r'name="(csrf_token|_idem|_version)" value="([^"]+)"')


@dataclass(frozen=True)
class Told:
    """What a request was answered."""

    status: int
    text: str
    retry_after: str | None
    seconds: float


class Hand:
    """A signed-in browser."""

    def __init__(self, address: str, user_id: int | None) -> None:
        """Sign in with one click."""
        place = urlsplit(address)
        self._where = (str(place.hostname), place.port)
        self._cookies: dict[str, str] = {}
        form = self.fields("/sign-in")
        told = self.send("POST", "/sign-in/demo", {**form, "user": str(user_id)})
        assert told.status == HTTPStatus.SEE_OTHER

    def fields(self, path: str) -> dict[str, str]:
        """The hidden fields of a page."""
        return dict(_INPUT.findall(self.send("GET", path).text))

    def send(self, method: str, path: str, form: dict[str, str] | None = None) -> Told:
        """One request on a connection of its own."""
        began = time.monotonic()
        connection = http.client.HTTPConnection(*self._where, timeout=120)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            connection.request(method, path, urlencode(form) if form else None, headers)
            answer = connection.getresponse()
            for line in answer.headers.get_all("Set-Cookie") or ():
                name, _, value = line.split(";")[0].partition("=")
                self._cookies[name] = value
            text = answer.read().decode()
        finally:
            connection.close()
        after = answer.headers.get("Retry-After")
        return Told(answer.status, text, after, time.monotonic() - began)


@dataclass(frozen=True)
class Form:
    """A filled-in form in somebody's browser; two with one ``_idem`` are one form sent twice."""

    hand: Hand
    task_id: int
    fields: dict[str, str]

    def send(self) -> Told:
        """Hand it in."""
        return self.hand.send("POST", f"/tasks/{self.task_id}", self.fields)


def all_at_once(forms: Sequence[Form]) -> list[Told]:
    """Send all forms at the same moment; what each was told."""
    gate = threading.Barrier(len(forms))

    def send(form: Form) -> Told:
        gate.wait()
        return form.send()

    with ThreadPoolExecutor(len(forms)) as pool:
        return list(pool.map(send, forms))


def once_more(forms: Sequence[Form], told: list[Told]) -> tuple[int, list[Told]]:
    """Send again what the house had no room for, as it asked; how many that were at first."""
    first = [place for place, each in enumerate(told) if each.status == 503]
    again = first
    for _ in range(_ROUNDS):
        for place in again:
            assert told[place].retry_after, "a refusal for now says when to come back"
            told[place] = forms[place].send()
        again = [place for place in again if told[place].status == 503]
    assert not again
    return len(first), told
