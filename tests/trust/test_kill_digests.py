"""A clockwork killed while it writes the day's digests: everybody gets one, nobody two."""

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from datetime import datetime, time

import pytest
from sqlalchemy import select

from caseflow import clock, db
from caseflow.config import Config
from caseflow.models import OutboxMessage
from caseflow.services import digests, notices, record
from caseflow.vocabulary import NoticeKind
from tests import cast, factories, orders
from tests.support.house import ROOT

_MORNING = datetime.combine(orders.MONDAY.date(), time(9), clock.BUREAU_ZONE)

pytestmark = pytest.mark.crash


@pytest.fixture
def told(own_database: db.Database) -> set[int]:
    """Five people with an unread notice each."""
    with own_database.transaction() as session:
        record.introduce(session)
        who = cast.enter(session)
        case = factories.case(session, factories.taxpayer(session))
        people = (who.chief, who.leader, who.director, who.deputy, who.auditor)
        ids = {each.user_id or 0 for each in people}
        notices.tell(session, who.officer, case, kind=NoticeKind.NUDGED, to=ids)
        return ids


def _write_and_die(config: Config, moment: str, at: int) -> int:
    told = {"share": 2, "moment": moment, "at": at, "instant": _MORNING.isoformat()}
    environment = {
        **os.environ,
        "CASEFLOW_VAR": str(config.var),
        "DATABASE_URL": str(config.database_url),
    }
    died = subprocess.run(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-m", "tests.support.dying_digests", json.dumps(told)],
        cwd=ROOT,
        env=environment,
        check=False,
        timeout=120,
    )
    return died.returncode


def _written(database: db.Database) -> Counter[int]:
    with database.reading() as session:
        rows = select(OutboxMessage.payload).where(OutboxMessage.topic == digests.TOPIC)
        return Counter(each["user"] for each in session.scalars(rows))


def test_killed_and_begun_again_everybody_gets_one_digest(
    own_house: Config, own_database: db.Database, told: set[int]
) -> None:
    for moment, at in (("commit", 1), ("before_cursor_execute", 12), ("commit", 2)):
        assert _write_and_die(own_house, moment, at) == -signal.SIGKILL
    before = _written(own_database)
    assert 0 < len(before) < len(told)  # a share was committed, the rest was not
    assert _write_and_die(own_house, "commit", 99) == 0
    assert _written(own_database) == Counter(dict.fromkeys(told, 1))
