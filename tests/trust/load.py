"""Officers who claim and hand in steps, and ask again under the same key when unsure."""

from __future__ import annotations

import http.client
import queue
import random
import re
import threading
import time
import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

_PATIENCE = 300.0
_PAUSE = 0.05
_HANG_UP = 0.02
_SEEN_OTHER = 303
_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


@dataclass
class Act:
    """One act that the house was asked for: the step, its key, and what was answered at last."""

    task_id: int
    verb: str
    key: uuid.UUID
    status: int = 0
    asked: int = 0


@dataclass
class Load:
    """The acts so far, by all hands."""

    address: str
    user_id: int
    section: int
    tasks: queue.SimpleQueue[int] = field(default_factory=queue.SimpleQueue)
    acts: list[Act] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)
    asked_again: int = 0
    hung_up: int = 0
    slowest: float = 0.0

    @property
    def acknowledged(self) -> int:
        """How many acts were answered as done."""
        return sum(act.status == _SEEN_OTHER for act in self.acts)

    def statuses(self) -> Counter[int]:
        """How often each answer came."""
        return Counter(act.status for act in self.acts)


def start(load: Load, tasks: Sequence[int], *, hands: int) -> list[threading.Thread]:
    """Let so many hands work the tasks off."""
    for task_id in tasks:
        load.tasks.put(task_id)
    threads = [
        threading.Thread(target=_Hand(load, seed).work, daemon=True) for seed in range(hands)
    ]
    for thread in threads:
        thread.start()
    return threads


class _Hand:
    """One browser that never gives an act up: unsure whether it was done, it asks again."""

    def __init__(self, load: Load, seed: int) -> None:
        self._load = load
        self._lot = random.Random(seed)
        place = urlsplit(load.address)
        self._where = (str(place.hostname), place.port)
        self._connection: http.client.HTTPConnection | None = None
        self._cookies: dict[str, str] = {}
        self._token = ""

    def work(self) -> None:
        """Claim and hand in one step after the other until there is none left."""
        try:
            self._work_off()
        finally:
            self._close()

    def _work_off(self) -> None:
        self._sign_in()
        while not self._load.over.is_set():
            try:
                task_id = self._load.tasks.get_nowait()
            except queue.Empty:
                return
            self._do(Act(task_id, "claim", uuid.uuid4()), f"/tasks/{task_id}/claim", {})
            handed_in = Act(task_id, "complete", uuid.uuid4())
            typed = {
                "dispatch_decision": "assign",
                "section": str(self._load.section),
                "priority": "normal",
                "_version": "1",
                "_idem": str(handed_in.key),
            }
            self._do(handed_in, f"/tasks/{task_id}", typed)

    def _sign_in(self) -> None:
        self._token = _TOKEN.findall(self._until_answered("GET", "/sign-in", {})[1])[0]
        status, _ = self._until_answered(
            "POST", "/sign-in/demo", {"user": str(self._load.user_id), "csrf_token": self._token}
        )
        if status != _SEEN_OTHER:
            message = f"nobody could sign in: {status}"
            raise RuntimeError(message)
        self._token = _TOKEN.findall(self._until_answered("GET", "/cases", {})[1])[0]

    def _do(self, act: Act, path: str, fields: dict[str, str]) -> None:
        self._load.acts.append(act)
        if self._lot.random() < _HANG_UP:
            self._ask_and_hang_up(path, fields)
        act.status = self._until_answered("POST", path, fields, act)[0]

    def _ask_and_hang_up(self, path: str, fields: dict[str, str]) -> None:
        """Send the act and go away before the answer, as a browser does that loses its network."""
        self._load.hung_up += 1
        try:
            self._send("POST", path, fields)
            time.sleep(self._lot.random() * 0.05)
        except (OSError, http.client.HTTPException):
            pass  # asked again in any case
        self._close()

    def _until_answered(
        self, method: str, path: str, fields: dict[str, str], act: Act | None = None
    ) -> tuple[int, str]:
        began = time.monotonic()
        while time.monotonic() < began + _PATIENCE:
            if act is not None:
                act.asked += 1
            try:
                status, text = self._once(method, path, fields)
            except (OSError, http.client.HTTPException):
                self._close()
                status, text = 0, ""
            if 0 < status < http.client.INTERNAL_SERVER_ERROR:
                self._load.slowest = max(self._load.slowest, time.monotonic() - began)
                return status, text
            self._load.asked_again += 1
            time.sleep(_PAUSE)
        raise TimeoutError(path)

    def _once(self, method: str, path: str, fields: dict[str, str]) -> tuple[int, str]:
        connection = self._send(method, path, fields)
        answer = connection.getresponse()
        for line in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = line.split(";")[0].partition("=")
            self._cookies[name] = value
        text = answer.read().decode()
        if answer.will_close:
            self._close()
        return answer.status, text

    def _send(self, method: str, path: str, fields: dict[str, str]) -> http.client.HTTPConnection:
        if self._connection is None:
            self._connection = http.client.HTTPConnection(*self._where, timeout=30)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        body = None
        if method == "POST":
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            body = urlencode({"csrf_token": self._token, **fields})
        self._connection.request(method, path, body, headers)
        return self._connection

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
