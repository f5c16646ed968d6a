"""Bad requests to every address of the house, by everybody: answered, within bounds, no failure."""

import gc
import random
import re
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import Headers, MultiDict
from werkzeug.routing import Rule

from caseflow import db
from caseflow.app import create_app
from caseflow.door_rules import RATES, DoorRules
from caseflow.reads import record_check
from caseflow.services import consistency, drafts, files, people, record
from caseflow.web.session import COOKIE
from tests import cast, desk, factories
from tests.support import sealed_log
from tests.support.house import House
from tests.trust import bad_requests
from tests.trust.bad_requests import Bad
from tests.trust.conftest import Figures
from tests.trust.counts import IS_LONG, count

# Files of a form that was cut off are left to the collector of garbage by Werkzeug.
pytestmark = [
    pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
_BASE = "https://localhost"
_ROLES = ("auditor", "officer", "leader", "analyst", "sysadmin", "division", "far_chief")
# More work than this for one answer is an attack that succeeded (seconds of this thread).
_MOST_CPU = 1.0
# Nobody is slowed down here: what is tried is what lies behind.
_OPEN = DoorRules(rates=dict.fromkeys(RATES, 10**9), failures_per_address=10**9)


@dataclass
class Site:
    """The application over a bureau at work, and who is signed in to it."""

    app: Flask
    database: db.Database
    ids: dict[str, int]

    def enter(self, login: str) -> tuple[FlaskClient, str]:
        """A browser of somebody, and the token that its pages carry."""
        with self.database.transaction() as session:
            found = people.sign_in_demo(session, self.ids[login], address=None, agent=None)
        client = self.app.test_client()
        client.set_cookie(COOKIE, found.token, domain="localhost", secure=True)
        page = client.get("/keys", base_url=_BASE).text
        token = re.search(r'name="csrf_token" value="([^"]+)"', page)
        assert token
        return client, token[1]


@pytest.fixture(scope="module")
def site(house: House, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with house.clone("fuzz") as config:
        database = db.connect(str(config.database_url))
        with database.transaction() as session:
            record.introduce(session)
            persons = cast.enter(session)
            case = factories.case(session, factories.taxpayer(session))
            desk.to_desk_check(session, persons, case)
            factories.case(session, factories.taxpayer(session, serial=2))
            drafts.begin(session, persons.sysadmin, "warning_verification")
        app = create_app(replace(config, door=_OPEN), database)
        ids = {login: who.user_id or 0 for login, who in persons.people.items()}
        gc.freeze()  # what stands from before is not gone through in the time of an answer
        # Where nothing was ever sealed, a dossier is refused with 503.
        with sealed_log.at_work(config, tmp_path_factory.mktemp("sealer")):
            yield Site(app, database, ids)
        gc.unfreeze()
        database.dispose()


def _send(client: FlaskClient, token: str, bad: Bad) -> tuple[int, float]:
    """The status of the answer, and the seconds of work that it took."""
    headers = Headers([("Referer", f"{_BASE}/"), ("X-CSRFToken", token)])
    for name, value in bad.headers:
        headers[name] = value
    data: object = bad.body
    if bad.form is not None:
        data = MultiDict([("csrf_token", token), *bad.form])
    began = time.thread_time()
    answer = (client if bad.keeps_session else client.application.test_client()).open(
        bad.path,
        method=bad.method,
        base_url=_BASE,
        query_string=MultiDict(bad.query),
        headers=headers,
        data=data,
        buffered=True,
    )
    return answer.status_code, time.thread_time() - began


# Signing out would end the battery; whether the house is ready is answered 503 when it is not.
_LEFT_OUT = {"people.sign_out", "health.ready"}


def _rules(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint not in _LEFT_OUT]


def test_no_bad_request_ends_in_a_failure_or_in_endless_work(site: Site, figures: Figures) -> None:
    tries = count(400, 40_000)
    dice = random.Random() if IS_LONG else random.Random(20100125)
    rules = _rules(site.app)
    inside = {login: site.enter(login) for login in _ROLES}
    answered: Counter[int] = Counter()
    failed, slow, most, unsendable = [], [], 0.0, 0
    for _ in range(tries):
        bad = bad_requests.made(dice, rules)
        login = dice.choice(_ROLES)
        try:
            status, seconds = _send(*inside[login], bad)
        except (UnicodeError, ValueError):
            unsendable += 1  # the client's side does not let it out: no server ever sees it
            continue
        answered[status // 100] += 1
        most = max(most, seconds)
        failed += [(status, str(bad))] if status >= 500 else []
        slow += [(seconds, str(bad))] if seconds > _MOST_CPU else []
        with suppress(AssertionError):
            if bad.keeps_session and dice.random() < 0.01:
                inside[login] = site.enter(login)  # some of what was sent signs out
    figures(
        "fuzz http",
        requests=sum(answered.values()),
        answered_5xx=answered[5],
        over_1_s_of_cpu=len(slow),
        slowest_ms=round(most * 1000),
        told=", ".join(f"{kind}xx {number}" for kind, number in sorted(answered.items())),
    )
    assert failed == []
    assert slow == []
    assert unsendable < tries / 5


def test_a_part_of_a_form_without_a_name_is_refused(site: Site) -> None:
    client, token = site.enter("officer")
    body = b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--\r\n"
    answer = client.post(
        "/preferences",
        data=body,
        content_type="multipart/form-data; boundary=b",
        base_url=_BASE,
        headers={"Referer": f"{_BASE}/", "X-CSRFToken": token},
    )
    assert answer.status_code == 400


def test_after_all_of_it_the_record_and_the_desks_are_as_they_should_be(site: Site) -> None:
    with site.database.reading() as session:
        assert record_check.verify(session, path_of=files.path_of).problems == ()
        assert consistency.compare(session).differences == ()
