"""What watchers are told: alive, ready, in figures; and the line that each request leaves."""

import json
import logging
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from prometheus_client import REGISTRY
from sqlalchemy import text
from sqlalchemy.orm import Session

from caseflow import db, logs
from caseflow.app import create_app
from caseflow.services import beats, record
from caseflow.vocabulary import SYSTEM
from caseflow.web import health
from tests.support import house
from tests.web.conftest import Bureau

HTTPS = "https://localhost"


@pytest.fixture
def watcher(bureau: Bureau) -> FlaskClient:
    return bureau.app.test_client()


@pytest.fixture
def sealed(bureau: Bureau) -> None:
    """A house whose sealer has sealed everything."""
    owner = db.connect(str(bureau.config.owner_url))
    with owner.transaction() as session:
        session.execute(text("DELETE FROM record_pending"))
    owner.dispose()


def _beat(bureau: Bureau, redis: str) -> None:
    with bureau.database.transaction() as session:
        beats.note(session, beats.CLOCKWORK, {"redis": redis})


@pytest.mark.usefixtures("sealed")
@pytest.mark.parametrize(("redis", "status"), [("here", "ready"), ("away", "degraded")])
def test_house_without_redis_is_ready_and_says_that_it_is_degraded(
    bureau: Bureau, watcher: FlaskClient, redis: str, status: str
) -> None:
    _beat(bureau, redis)
    answer = watcher.get("/readyz", base_url=HTTPS)
    assert (answer.status_code, answer.json and answer.json["status"]) == (HTTPStatus.OK, status)


def test_house_whose_sealer_is_away_is_not_ready(bureau: Bureau, watcher: FlaskClient) -> None:
    owner = db.connect(str(bureau.config.owner_url))
    with owner.transaction() as session:
        session.execute(text("UPDATE bureau_clock SET offset_us = 0"))
        session.execute(text("ALTER TABLE record_events DISABLE TRIGGER USER"))
        session.execute(text("UPDATE record_events SET at = at - interval '2 minutes'"))
        session.execute(text("ALTER TABLE record_events ENABLE ALWAYS TRIGGER record_chain"))
        session.execute(text("ALTER TABLE record_events ENABLE ALWAYS TRIGGER record_refuse"))
        session.execute(text("DELETE FROM record_pending"))
        session.execute(text("INSERT INTO record_pending SELECT min(id) FROM record_events"))
    owner.dispose()
    answer = watcher.get("/readyz", base_url=HTTPS)
    assert answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert answer.json is not None
    assert answer.json["parts"]["sealer"] == "behind"


def test_house_without_database_is_alive_and_not_ready(tmp_path: Path) -> None:
    away = db.connect("postgresql+psycopg://nobody@127.0.0.1:9/none")
    lonely = create_app(house.settings(tmp_path), away).test_client()
    assert lonely.get("/healthz", base_url=HTTPS).status_code == HTTPStatus.OK
    answer = lonely.get("/readyz", base_url=HTTPS)
    assert answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert int(answer.headers["Retry-After"]) > 0
    assert "caseflow_database_up 0" in lonely.get("/metrics", base_url=HTTPS).text


def test_figures_are_in_the_format_of_prometheus(watcher: FlaskClient) -> None:
    lines = watcher.get("/metrics", base_url=HTTPS).text.splitlines()
    figures = {line.rpartition(" ")[0]: line.rpartition(" ")[2] for line in lines if line[0] != "#"}
    assert all(float(value) >= 0 for value in figures.values())
    wanted = ("outbox_dead", "outbox_oldest_seconds", "seal_lag_seconds", "jobs_running")
    assert {f"caseflow_{name}" for name in wanted} <= figures.keys()
    assert figures["caseflow_database_up"] == "1"


@pytest.mark.parametrize(
    ("headers", "address"),
    [
        ({}, "10.0.0.7"),
        ({"X-Forwarded-For": "10.0.0.7"}, "127.0.0.1"),
        ({"Host": "caseflow.example"}, "127.0.0.1"),
    ],
)
def test_figures_are_for_this_machine_alone(
    watcher: FlaskClient, headers: dict[str, str], address: str
) -> None:
    answer = watcher.get(
        "/metrics", base_url=HTTPS, headers=headers, environ_base={"REMOTE_ADDR": address}
    )
    assert answer.status_code == HTTPStatus.NOT_FOUND


def test_figures_are_for_who_has_the_token(
    watcher: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(health.TOKEN, "geheim")
    far = {"REMOTE_ADDR": "10.0.0.7"}
    for given, status in (("geheim", HTTPStatus.OK), ("gehein", HTTPStatus.NOT_FOUND)):
        headers = {"Authorization": f"Bearer {given}"}
        answer = watcher.get("/metrics", base_url=HTTPS, headers=headers, environ_base=far)
        assert answer.status_code == status


@pytest.fixture
def shipped(tmp_path: Path) -> Iterator[Path]:
    """The folder that log lines are shipped from while the test runs."""
    handler = logs.Folder(tmp_path, "web")
    handler.setFormatter(logs.Lines())
    root = logging.getLogger("caseflow")
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield tmp_path
    root.removeHandler(handler)
    root.setLevel(level)


def _lines(folder: Path) -> list[dict[str, object]]:
    (file,) = folder.glob("*.jsonl")
    return [json.loads(line) for line in file.read_text().splitlines()]


def test_request_leaves_one_line_with_who_what_and_how_long(bureau: Bureau, shipped: Path) -> None:
    visitor = bureau.visitor("officer")
    answer = visitor.get("/cases/2?q=大连甲公司")
    line = next(line for line in _lines(shipped) if line.get("route") == "cases.page")
    assert line["person"] == bureau.people.officer.user_id
    assert (line["method"], line["status"], line["case"]) == ("GET", answer.status_code, 2)
    assert line["request"] == answer.headers["X-Request-Id"]
    assert "员officer" not in json.dumps(line)
    assert "甲公司" not in json.dumps(line, ensure_ascii=False)


def test_page_of_a_refusal_names_the_line_of_the_log(bureau: Bureau, shipped: Path) -> None:
    answer = bureau.visitor("officer").get("/cases/999999")
    line = next(line for line in _lines(shipped) if line.get("route") == "cases.page")
    assert str(line["request"]) in answer.text


def _note(session: Session, word: str) -> None:
    record.append(session, SYSTEM, "sys:test", action="test.noted", payload={"word": word})


def test_what_is_committed_gives_its_receipts_and_what_is_taken_back_none(
    bureau: Bureau, shipped: Path
) -> None:
    with bureau.database.transaction() as session:
        _note(session, "kept")
        savepoint = session.begin_nested()
        _note(session, "taken_back")
        savepoint.rollback()
    given = [line for line in _lines(shipped) if line["event"] == "recorded"]
    with bureau.database.reading() as session:
        stored = session.execute(
            text("SELECT stream, seq, encode(hash, 'hex') FROM record_events ORDER BY id DESC")
        ).first()
    assert stored is not None
    assert [line["receipts"] for line in given] == [[f"{stored[0]}#{stored[1]}:{stored[2]}"]]


def test_method_that_somebody_invents_makes_no_series_of_its_own(watcher: FlaskClient) -> None:
    for method in ("BREW", "PROPFIND", "X1"):
        watcher.open("/nowhere", method=method, base_url=HTTPS)
    samples = [each for family in REGISTRY.collect() for each in family.samples]
    methods = {each.labels["method"] for each in samples if "method" in each.labels}
    assert "other" in methods
    assert methods <= {"GET", "HEAD", "POST", "OPTIONS", "other"}
