"""Limits of approval by amount: a table beside the drawing, held when somebody decides."""

import pytest
from sqlalchemy.orm import Session

from caseflow.services import definitions
from caseflow.vocabulary import SYSTEM, Forbidden
from caseflow.vocabulary.choices import DecidedBy
from tests import cast, desk, factories
from tests.services.test_deputies import AGREED, taxed

APPROVED = {"approval_decision": "agree", "opinion": "同意", "invoice_stop": "no"}


def deploy_with(session: Session, monkeypatch: pytest.MonkeyPatch, old: str, new: str) -> None:
    """Let new cases run on the shipped drawing with another table of limits."""
    bundle = factories.bundle()
    table = bundle["wv_decided_by.dmn"].decode()
    assert table.count(old) == 1
    files = {**bundle, "wv_decided_by.dmn": table.replace(old, new).encode()}
    definitions.deploy(session, SYSTEM, files)
    monkeypatch.setattr(factories, "bundle", lambda _process="": files)


def test_a_leader_decides_without_limit_as_shipped(session: Session) -> None:
    people = cast.enter(session)
    case = taxed(session, people)
    desk.do(session, people.chief, case, "review", AGREED)
    desk.do(session, people.leader, case, "approval", APPROVED)


def test_an_edited_table_stops_a_leader_and_names_who_may(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = cast.enter(session)
    lower = '<inputEntry id="wv_approval_limit_leader_role">\n          <text></text>'
    leader = lower.replace("<text></text>", '<text>"district_leader"</text>')
    deploy_with(session, monkeypatch, lower, leader)
    unlimited = '<outputEntry id="wv_approval_limit_leader_answer">\n          <text>null</text>'
    deploy_with(session, monkeypatch, unlimited, unlimited.replace("null", "20000"))
    case = taxed(session, people)
    desk.do(session, people.chief, case, "review", AGREED)
    with pytest.raises(Forbidden, match="over_limit") as refusal:
        desk.do(session, people.leader, case, "approval", APPROVED)
    assert refusal.value.values["able"] == [DecidedBy.COLLECTIVE]


def test_a_chief_settles_nothing_beyond_the_limit_though_the_drawing_lets_it_end_there(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = cast.enter(session)
    old = "&gt;= approve_tax_district"
    deploy_with(session, monkeypatch, old, "&gt;= 900000")
    case = taxed(session, people)
    with pytest.raises(Forbidden, match="over_limit") as refusal:
        desk.do(session, people.chief, case, "review", AGREED)
    assert refusal.value.values["able"] == [DecidedBy.DISTRICT_LEADER, DecidedBy.COLLECTIVE]
