"""A campaign whose worker is killed goes on with what is left: no household twice, none missing."""

import json
import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import func, select

from caseflow import db
from caseflow.config import Config
from caseflow.jobs import worker
from caseflow.models import CampaignLine, Case
from caseflow.reads import record_check
from caseflow.services import assignments, files, record
from caseflow.services import campaigns as verbs
from caseflow.services.kinds.campaign import OPENING
from caseflow.services.many_hand_ins import Hand
from caseflow.vocabulary import Actor, CaseKind, Refused
from caseflow.vocabulary.choices.campaigns import CampaignSubject
from tests import campaigns, cast, desk, factories
from tests.support.house import ROOT

_COUNT, _SHARE = 11, 3

pytestmark = pytest.mark.crash


@pytest.fixture
def campaign(own_database: db.Database) -> int:
    """An approved campaign of a few committed households."""
    with own_database.transaction() as session:
        record.introduce(session)
        people = campaigns.enter(session)
        found = [factories.taxpayer(session, serial=n + 1) for n in range(_COUNT)]
        case = campaigns.begun(session, people.info, CampaignSubject.ZERO_FILING)
        campaigns.listed(session, people.info, case, [each.tin for each in found])
        campaigns.handed_in(session, people.info, case)
        desk.do(session, people.leader, case, "approve", campaigns.AGREED)
        return case.id


def _work_and_die(config: Config, moment: str, at: int) -> int:
    orders = json.dumps({"share": _SHARE, "moment": moment, "at": at})
    environment = {
        **os.environ,
        "CASEFLOW_VAR": str(config.var),
        "DATABASE_URL": str(config.database_url),
    }
    died = subprocess.run(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-m", "tests.support.dying_campaign", orders],
        cwd=ROOT,
        env=environment,
        check=False,
        timeout=120,
    )
    return died.returncode


def test_a_killed_worker_opens_every_case_once(
    own_house: Config, own_database: db.Database, campaign: int
) -> None:
    for moment, at in (("commit", 1), ("commit", 2), ("before_cursor_execute", 25)):
        assert _work_and_die(own_house, moment, at) == -signal.SIGKILL
    with own_database.reading() as session:
        opened = session.scalar(select(func.count()).where(Case.kind == CaseKind.ZF))
        assert opened == _SHARE  # the one share that was committed
    worker.work_through(own_database, {OPENING: verbs.open_share})
    with own_database.reading() as session:
        named = session.scalars(
            select(CampaignLine.line_case_id).where(CampaignLine.case_id == campaign)
        ).all()
        cases = session.execute(
            select(Case.id, Case.taxpayer_id, Case.number).where(Case.kind == CaseKind.ZF)
        ).all()
        assert sorted(filter(None, named)) == sorted(row.id for row in cases)
        assert len({row.taxpayer_id for row in cases}) == len(cases) == _COUNT
        numbers = sorted(int(row.number[-6:]) for row in cases)
        assert numbers == list(range(1, _COUNT + 1))
        assert record_check.verify(session, path_of=files.path_of).problems == ()


def test_of_two_leaders_who_approve_at_once_one_is_told_so(
    own_database: db.Database, campaign: int
) -> None:
    del campaign
    with own_database.transaction() as session:
        people = cast.people_on_file(session)
        payer = factories.taxpayer(session, serial=99)
        factories.tell(session, "sys:facts")
        case = campaigns.begun(session, people.info, CampaignSubject.ZERO_FILING)
        campaigns.listed(session, people.info, case, [payer.tin])
        campaigns.handed_in(session, people.info, case)
        task_id, payer_id = desk.open_task(session, case, "approve").id, payer.id
    together = Barrier(2)

    def agree(who: Actor) -> str:
        together.wait(timeout=30)
        try:
            with own_database.transaction() as session:
                hand = Hand(task_id, 1, campaigns.AGREED)
                assignments.hand_in_alone(session, who, hand)
        except Refused as refusal:
            return refusal.code
        return "done"

    with ThreadPoolExecutor(2) as both:
        told = list(both.map(agree, (people.leader, people.deputy)))
    assert told.count("done") == 1
    assert not {*told} - {"done", "already_done", "not_yours", "done_meanwhile", "taken"}
    worker.work_through(own_database, {OPENING: verbs.open_share})
    with own_database.reading() as session:
        opened = select(func.count()).where(Case.taxpayer_id == payer_id)
        assert session.scalar(opened) == 1
