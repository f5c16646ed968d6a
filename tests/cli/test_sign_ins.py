"""What `caseflow up` says of the people of a demonstration."""

from datetime import UTC, datetime

import pytest

from caseflow.cli.up import sign_ins
from caseflow.db import Database
from caseflow.reads import people as reads
from caseflow.reads.people import DemoPerson
from caseflow.services import bureau_clock
from caseflow.vocabulary import SYSTEM, Role
from tests import cast

FIRST_DAY = datetime(2009, 9, 1, 0, 30, tzinfo=UTC)


def test_each_person_is_told_with_post_and_unit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CASEFLOW_LANG", "en")
    person = DemoPerson(
        1, "chief", "刘志强", "Zhiqiang Liu", Role.SECTION_CHIEF, "二科", "Section 2"
    )
    told = sign_ins((person,))
    assert told[1] == "  chief     Zhiqiang Liu, section chief, Section 2"


def test_a_real_bureau_has_nobody_to_tell_of() -> None:
    assert sign_ins(()) == []


def test_a_demonstration_is_made_only_in_an_empty_house(own_database: Database) -> None:
    with own_database.transaction() as session:
        assert reads.is_demo_wanted(session)
        cast.enter(session)
        assert not reads.is_demo_wanted(session)


def test_a_demonstration_that_is_half_made_goes_on(
    own_database: Database,
) -> None:
    with own_database.transaction() as session:
        bureau_clock.begin_demo(session, SYSTEM, FIRST_DAY)
        cast.enter(session)
        assert reads.is_demo_wanted(session)
        bureau_clock.end_past(session, SYSTEM)
        assert not reads.is_demo_wanted(session)
