"""kill -9 of web processes while officers hand in: acknowledged is done, the rest is not half."""

from __future__ import annotations

import http.client
import os
import re
import signal
import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
from sqlalchemy import select

from caseflow.config import Config
from caseflow.db import Database
from caseflow.models import Case, Task
from caseflow.models.record import RecordEvent
from caseflow.reads import record_check
from caseflow.services import consistency, files, record, tasks
from tests import cast, desk, factories
from tests.support import product
from tests.trust.counts import IS_LONG

_CASES = 60 if IS_LONG else 8
_HANDS = 4
_PATIENCE = 120.0
_PAUSE = 10.0
_INPUT = re.compile(r'name="(csrf_token|_idem|_version)" value="([^"]+)"')

pytestmark = pytest.mark.crash


@dataclass
class Hand:
    """An officer's browser that tries again until the house answers."""

    address: str
    cookies: dict[str, str] = field(default_factory=dict)
    unanswered: int = 0

    def get(self, path: str) -> dict[str, str]:
        """The hidden fields of a page."""
        return dict(_INPUT.findall(self._until_answered("GET", path, None)[1]))

    def post(self, path: str, form: dict[str, str]) -> int:
        """Send a form; the status of the first answer."""
        return self._until_answered("POST", path, urlencode(form))[0]

    def _until_answered(self, method: str, path: str, body: str | None) -> tuple[int, str]:
        deadline = time.monotonic() + _PATIENCE
        while time.monotonic() < deadline:
            try:
                status, text = self._once(method, path, body)
            except (OSError, http.client.HTTPException):
                self.unanswered += 1
                time.sleep(0.05)
                continue
            if status < 500:
                return status, text
        raise TimeoutError(path)

    def _once(self, method: str, path: str, body: str | None) -> tuple[int, str]:
        place = urlsplit(self.address)
        connection = http.client.HTTPConnection(str(place.hostname), place.port, timeout=20)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            for line in answer.headers.get_all("Set-Cookie") or ():
                name, _, value = line.split(";")[0].partition("=")
                self.cookies[name] = value
            return answer.status, answer.read().decode()
        finally:
            connection.close()


@pytest.fixture
def waiting(own_database: Database) -> tuple[int, int, list[int]]:
    """The leader, a section, and the tasks that the leader has taken."""
    with own_database.transaction() as session:
        record.introduce(session)
        people = cast.enter(session)
        taken = []
        for serial in range(1, _CASES + 1):
            case = factories.case(session, factories.taxpayer(session, serial=serial))
            task = desk.open_task(session, case, "dispatch")
            tasks.claim(session, people.leader, task.id)
            taken.append(task.id)
        return people.leader.user_id or 0, case.section_id, taken


def _forms(
    hand: Hand, database: Database, section: int, taken: list[int]
) -> dict[int, dict[str, str]]:
    with database.reading() as session:
        cases = {task_id: session.get_one(Task, task_id).case_id for task_id in taken}
    typed = {"dispatch_decision": "assign", "section": str(section), "priority": "normal"}
    return {
        task_id: {**hand.get(f"/cases/{case_id}?task={task_id}"), **typed}
        for task_id, case_id in cases.items()
    }


def _workers(master: int) -> list[int]:
    """The process ids of gunicorn's workers, the oldest first."""
    return [int(pid) for pid in Path(f"/proc/{master}/task/{master}/children").read_text().split()]


def _kill_while_working(master: int, sent: list[Future[int]]) -> int:
    """Kill the oldest worker after each answer, or when none comes; how many were killed."""
    count = 0
    while not all(one.done() for one in sent):
        answered = sum(one.done() for one in sent)
        for worker in _workers(master)[:1]:
            os.kill(worker, signal.SIGKILL)
            count += 1
        deadline = time.monotonic() + _PAUSE
        while time.monotonic() < deadline and sum(one.done() for one in sent) == answered:
            time.sleep(0.02)
    return count


def test_killed_web_processes_lose_nothing_and_double_nothing(
    own_house: Config, own_database: Database, waiting: tuple[int, int, list[int]]
) -> None:
    leader, section, taken = waiting
    with product.web(own_house, workers=2) as web, ThreadPoolExecutor(_HANDS) as pool:
        hand = Hand(web.address)
        assert hand.post("/sign-in/demo", {**hand.get("/sign-in"), "user": str(leader)}) == 303
        forms = _forms(hand, own_database, section, taken)
        sent = [pool.submit(hand.post, f"/tasks/{each}", form) for each, form in forms.items()]
        killed = _kill_while_working(web.process.pid, sent)
        statuses = [one.result() for one in sent]
    assert statuses == [303] * _CASES
    assert killed > 0
    with own_database.reading() as session:
        acts = session.execute(
            select(RecordEvent.stream).where(RecordEvent.action == "task.completed")
        ).all()
        assert len(acts) == len(set(acts)) == session.query(Case).count() == _CASES
        assert record_check.verify(session, path_of=files.path_of).problems == ()
        assert consistency.compare(session).differences == ()
