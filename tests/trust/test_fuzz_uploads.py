"""Hostile drawings and files, sent to the pages that take such: refused with a page, never 500."""

import io
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TypeVar

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from caseflow import db
from caseflow.app import create_app
from caseflow.door_rules import RATES, DoorRules
from caseflow.models import Attachment
from caseflow.services import drafts, people, record
from caseflow.web.session import COOKIE
from tests import cast, desk, factories
from tests.support.house import House
from tests.support.visitor import token_in
from tests.trust.conftest import Figures
from tests.trust.counts import count
from tests.trust.hostile_files import HOSTILE_FILES
from tests.trust.hostile_xml import HOSTILE_XML

# Werkzeug's test client leaves the body of a large form to the collector of garbage.
pytestmark = [
    pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
_BASE = "https://localhost"
_MOST_CPU = 3.0
_DRAWING = "warning_verification.bpmn"


@dataclass
class Site:
    """A house with a draft and a case at its desk check, and a browser for each of two people."""

    database: db.Database
    clients: dict[str, tuple[FlaskClient, str]]
    draft_id: int
    task_id: int
    # What the form of the step carries unseen, and its fields for files.
    hidden: dict[str, str]
    file_fields: list[str]

    def post(self, login: str, path: str, **sent: object) -> tuple[int, float]:
        """Send as this person; the status, and the seconds of work."""
        client, token = self.clients[login]
        headers = {"Referer": f"{_BASE}/", "X-CSRFToken": token}
        began = time.thread_time()
        answer = client.post(path, base_url=_BASE, headers=headers, **sent)
        return answer.status_code, time.thread_time() - began


@pytest.fixture(scope="module")
def site(house: House) -> Iterator[Site]:
    with house.clone("uploads") as config:
        database = db.connect(str(config.database_url))
        with database.transaction() as session:
            record.introduce(session)
            persons = cast.enter(session)
            case = factories.case(session, factories.taxpayer(session))
            desk.to_desk_check(session, persons, case)
            task_id = desk.open_task(session, case, "desk_check").id
            draft = drafts.begin(session, persons.sysadmin, "warning_verification")
            entered = {
                login: people.sign_in_demo(
                    session, getattr(persons, login).user_id, address=None, agent=None
                )
                for login in ("sysadmin", "officer")
            }
        rates = dict.fromkeys(RATES, 10**9)
        app = create_app(replace(config, door=DoorRules(rates=rates)), database)
        clients = {}
        for login, found in entered.items():
            client = app.test_client()
            client.set_cookie(COOKIE, found.token, domain="localhost", secure=True)
            clients[login] = (client, token_in(client.get("/keys", base_url=_BASE).text))
        page = clients["officer"][0].get(f"/cases/{case.id}", base_url=_BASE).text
        hidden = dict(re.findall(r'type="hidden" name="(_\w+|[\w-]+-row)" value="([^"]*)"', page))
        fields = re.findall(r'type="file"[^>]*name="([^"]+)"', page)
        yield Site(database, clients, draft.id, task_id, hidden, fields)
        database.dispose()


Thing = TypeVar("Thing")


def _some(things: dict[str, Thing]) -> list[tuple[str, Thing]]:
    """All of them in the long run, else every fifth."""
    return list(things.items())[:: max(1, len(things) // count(8, len(things)))]


def test_forty_hostile_drawings_are_refused_or_told_of(site: Site, figures: Figures) -> None:
    statuses, slowest = [], 0.0
    for name, content in _some(HOSTILE_XML):
        place = f"/processes/drafts/{site.draft_id}"
        check = site.post(
            "sysadmin",
            f"{place}/drawing/{_DRAWING}/check",
            data=content,
            content_type="application/xml",
        )
        upload = site.post(
            "sysadmin",
            f"{place}/upload",
            data={"files": (io.BytesIO(content), f"{len(name)}.bpmn")},
        )
        statuses += [(name, check[0]), (name, upload[0])]
        slowest = max(slowest, check[1], upload[1])
    failed = [each for each in statuses if each[1] >= 500]
    figures(
        "fuzz xml",
        files=len(statuses) // 2,
        answered_5xx=len(failed),
        slowest_ms=round(slowest * 1000),
    )
    assert len(HOSTILE_XML) == 40
    assert failed == []
    assert slowest < _MOST_CPU


def test_forty_hostile_files_are_refused_or_harmless(site: Site, figures: Figures) -> None:
    statuses, slowest = [], 0.0
    for name, (file_name, content) in _some(HOSTILE_FILES):
        brought = {field: (io.BytesIO(content), file_name) for field in site.file_fields}
        sent = {**site.hidden, **brought}
        status, seconds = site.post("officer", f"/tasks/{site.task_id}", data=sent)
        statuses.append((name, status))
        slowest = max(slowest, seconds)
    failed = [each for each in statuses if each[1] >= 500]
    with site.database.reading() as session:
        kept = session.scalars(select(Attachment.name)).all()
    figures(
        "fuzz files",
        files=len(statuses),
        answered_5xx=len(failed),
        kept=len(kept),
        slowest_ms=round(slowest * 1000),
    )
    assert len(HOSTILE_FILES) == 40
    assert site.file_fields
    assert failed == []
    assert kept == []
    assert slowest < _MOST_CPU
