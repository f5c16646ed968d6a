"""Redis away for a whole journey in the browser: no act fails, and its return finds no heap.

A case goes from detection to closure in its people's browsers. Then a heap of later work is left
that nobody takes while Redis is away; a minute after its return nothing of it waits any more.
"""

import http.client
import json
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path as Folder

import pytest
from playwright.sync_api import Browser, expect

from caseflow import clock
from caseflow.config import Config
from caseflow.embedded import places as at
from caseflow.embedded import redis
from caseflow.embedded.processes import stop
from caseflow.embedded.supervisor import POSTGRES_STOP
from caseflow.reads import operations
from caseflow.services import outbox
from caseflow.services.cases import mail
from tests.journeys import source_files
from tests.journeys.conftest import Bureau, at_work
from tests.journeys.main_path import Path
from tests.journeys.people import Company
from tests.journeys.test_main_path import accept_the_run, wait_for_the_case
from tests.support import product
from tests.support.house import House
from tests.trust.conftest import Figures

pytestmark = [pytest.mark.browser, pytest.mark.crash]

_PUT, _WITHIN = 200, 60.0


@pytest.fixture
def places() -> Iterator[at.Places]:
    """Where a Redis of the test's own would listen; none does."""
    var = Folder(tempfile.mkdtemp(prefix="caseflow-redis-"))
    made = at.of(var)
    at.prepare(made)
    yield made
    shutil.rmtree(var)
    shutil.rmtree(made.sockets)


@pytest.fixture(autouse=True)
def _patience() -> Iterator[None]:
    """What is tried here is that each act is done, not how fast a busy machine shows it."""
    expect.set_options(timeout=60_000)
    yield
    expect.set_options(timeout=5_000)


@pytest.fixture
def lonely(house: House, places: at.Places) -> Iterator[Config]:
    """A house whose Redis does not answer, with files and logs of its own."""
    with house.clone("redis_away") as config:
        yield replace(config, redis_url=redis.url(places))


def _answers(config: Config, since: str) -> list[tuple[str, int]]:
    """Route and status of every answer to a person, as the log of the web has them.

    Not those to watchers of the house: no sealer runs here, so it is not ready, and says so.
    """
    lines = [
        json.loads(line)
        for file in (config.var / "logs").glob("web-*.jsonl")
        for line in file.read_text().splitlines()
    ]
    asked = [line for line in lines if line["event"] == "request" and line["at"] >= since]
    return [
        (line["route"], line["status"]) for line in asked if not line["route"].startswith("health.")
    ]


def _state(bureau: Bureau) -> str:
    connection = http.client.HTTPConnection(bureau.address.removeprefix("http://"), timeout=10)
    connection.request("GET", "/readyz")
    parts: dict[str, str] = json.loads(connection.getresponse().read())["parts"]
    connection.close()
    return parts["redis"]


@contextmanager
def _redis(places: at.Places) -> Iterator[None]:
    binary = at.redis_binary()
    assert binary is not None
    server = redis.start(places, binary)
    yield
    stop(server, POSTGRES_STOP, seconds=5)


def _leave_a_heap(bureau: Bureau) -> None:
    """Put work in that nobody is there to take."""
    with bureau.database.transaction() as session:
        for _ in range(_PUT):
            outbox.put(session, mail.WANTED, {"cases": []})


def _due(bureau: Bureau) -> int:
    with bureau.database.reading() as session:
        return operations.queue(session).due


def _drained_before(bureau: Bureau, deadline: float) -> bool:
    """Whether nothing waits any more before a time of the machine."""
    while time.monotonic() < deadline:
        if _due(bureau) == 0:
            return True
        time.sleep(0.1)
    return False


def _done_by_the_worker(config: Config, since: str) -> int:
    """How many pieces of work the worker says that it has done."""
    lines = [
        json.loads(line)
        for file in (config.var / "logs").glob("worker-*.jsonl")
        for line in file.read_text().splitlines()
    ]
    done = [line for line in lines if line["event"] == "work" and line["outcome"] == "done"]
    return len([line for line in done if line["at"] >= since])


def _walk(path: Path) -> None:
    """From the dispatch to closure."""
    path.hand_down()
    path.check_at_the_desk(result="unclear", then="inquiry")
    path.write_and_serve_the_letter()
    path.check_at_the_desk(result="unclear", then="onsite")
    path.visit()
    path.conclude()
    path.review("agree")
    path.approve()
    path.carry_out()
    path.close()


def test_no_act_fails_while_redis_is_away_and_its_return_finds_no_heap(
    lonely: Config, places: at.Places, browser: Browser, tmp_path: Folder, figures: Figures
) -> None:
    since = clock.wall().isoformat(timespec="milliseconds")
    with at_work(lonely) as bureau:
        with product.clockwork(lonely), product.worker(lonely):
            company = Company(bureau.address, browser)
            with bureau.database.transaction() as session:
                source_files.screen(session, tmp_path)
            accept_the_run(company)
            wait_for_the_case(company)
            _walk(Path(bureau, company, source_files.AT_ODDS))
            assert _state(bureau) == "away"
            company.leave()
        _leave_a_heap(bureau)
        assert not _drained_before(bureau, time.monotonic() + 3)  # nobody is there
        assert _due(bureau) >= _PUT
        with _redis(places), product.clockwork(lonely), product.worker(lonely):
            began, returned = time.monotonic(), clock.wall().isoformat(timespec="milliseconds")
            assert _drained_before(bureau, began + _WITHIN)
            seconds = time.monotonic() - began
        with bureau.database.reading() as session:
            queue = operations.queue(session)
    statuses = _answers(lonely, since)
    failed = [(route, status) for route, status in statuses if status >= 500]
    assert len(statuses) > 50
    assert failed == []
    assert (queue.due, queue.dead) == (0, 0)
    by_worker = _done_by_the_worker(lonely, returned)
    assert by_worker > 0  # it came back with Redis, and not the clockwork alone did the work
    figures(
        "redis",
        answers=len(statuses),
        failed=len(failed),
        heap=_PUT,
        by_worker=by_worker,
        drained_s=round(seconds, 1),
    )
