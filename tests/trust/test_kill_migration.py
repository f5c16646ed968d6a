"""A migration whose worker is killed goes on with what is left: each case goes once."""

import json
import os
import signal
import subprocess
import sys

import pytest
from sqlalchemy import func, select

from caseflow import db
from caseflow.config import Config
from caseflow.models import Case, CaseMigration
from caseflow.models.record import RecordEvent
from caseflow.reads import record_check
from caseflow.services import case_migrations, definitions, files, record
from caseflow.vocabulary import SYSTEM
from tests import cast, factories
from tests.services.test_case_migrations import next_version
from tests.support.house import ROOT

_CASES = 6
_REASON = "新的审议标准须立即适用"

pytestmark = pytest.mark.crash


@pytest.fixture
def migration(own_database: db.Database) -> int:
    """An approved migration of a few committed cases."""
    with own_database.transaction() as session:
        record.introduce(session)
        people = cast.enter(session)
        cases = [
            factories.case(session, factories.taxpayer(session, serial=n + 1))
            for n in range(_CASES)
        ]
        new = definitions.deploy(session, SYSTEM, next_version())
        plan = case_migrations.plan(
            session,
            people.sysadmin,
            cases[0].definition_id,
            new.id,
            mapping={},
            reason=_REASON,
        )
        case_migrations.approve(session, people.division, plan.id, note="")
        return plan.id


def _work_and_die(config: Config, migration: int, at: int) -> int:
    orders = json.dumps({"migration": migration, "at": at})
    environment = {
        **os.environ,
        "CASEFLOW_VAR": str(config.var),
        "DATABASE_URL": str(config.database_url),
    }
    died = subprocess.run(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-m", "tests.support.dying_migration", orders],
        cwd=ROOT,
        env=environment,
        check=False,
        timeout=120,
    )
    return died.returncode


def test_a_killed_worker_loses_no_case_and_migrates_none_twice(
    own_house: Config, own_database: db.Database, migration: int
) -> None:
    for at in (1, 3):
        assert _work_and_die(own_house, migration, at) == -signal.SIGKILL
    while True:
        with own_database.transaction() as session:
            if not case_migrations.work_one(session, migration):
                break
    with own_database.reading() as session:
        told = session.execute(
            select(RecordEvent.stream, func.count())
            .where(RecordEvent.action == "case.migrated")
            .group_by(RecordEvent.stream)
        ).all()
        assert [count for _, count in told] == [1] * _CASES
        new = session.get_one(CaseMigration, migration).to_id
        assert set(session.scalars(select(Case.definition_id))) == {new}
        assert record_check.verify(session, path_of=files.path_of).problems == ()
