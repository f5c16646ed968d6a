"""Who sees what a screening found before the analysis post has accepted it."""

import pytest
from sqlalchemy import Connection, event
from sqlalchemy.orm import Session

from caseflow.reads import dashboard, tax_warnings, taxpayers
from caseflow.reads.tax_warnings import Wish
from caseflow.services.powers import drill_downs
from caseflow.vocabulary import WarningStatus
from tests import cast, factories


@pytest.mark.parametrize(
    ("login", "seen"),
    [("analyst", 2), ("auditor", 2), ("leader", 1), ("chief", 1), ("director", 1), ("info", 1)],
)
def test_warning_is_seen_by_others_only_once_its_run_is_accepted(
    session: Session, login: str, seen: int
) -> None:
    actor = getattr(cast.enter(session), login)
    payer = factories.taxpayer(session)
    if login == "director":
        drill_downs.give_reason(session, actor, payer.id, reason="核对本月预警的处理情况")
    factories.warning(session, payer)  # nobody has decided on its run
    factories.warning(session, payer).status = WarningStatus.POOL
    session.flush()  # the lists are read by queries
    found = tax_warnings.listing(session, actor, Wish())
    assert (len(found.rows), found.count) == (seen, seen)
    assert dashboard.of(session, actor, None).warned.detected == seen
    assert len(taxpayers.page(session, actor, payer.id).doubts) == seen
    assert taxpayers.listing(session, actor, taxpayers.Wish()).rows[0].doubt_count == seen


@pytest.mark.parametrize(("login", "seen"), [("analyst", 1), ("auditor", 1), ("chief", 0)])
def test_asking_for_new_warnings_or_their_households_shows_others_nothing(
    session: Session, login: str, seen: int
) -> None:
    actor = getattr(cast.enter(session), login)
    factories.warning(session, factories.taxpayer(session))
    assert tax_warnings.listing(session, actor, Wish(status=WarningStatus.NEW)).count == seen
    assert taxpayers.listing(session, actor, taxpayers.Wish(has_doubts=True)).count == seen


def test_a_long_list_leaves_the_evidence_of_its_warnings_in_the_database(session: Session) -> None:
    analyst = cast.enter(session).analyst
    payer = factories.taxpayer(session)
    found = [factories.warning(session, payer) for _ in range(2)]
    session.flush()  # the list is read by queries
    asked: list[str] = []

    def note(_at: Connection, _cursor: object, statement: str, *_others: object) -> None:
        asked.append(statement)

    event.listen(session.get_bind(), "before_cursor_execute", note)
    rows = tax_warnings.rows(session, analyst, Wish(), most=10)
    event.remove(session.get_bind(), "before_cursor_execute", note)
    assert [row.id for row in rows] == [found[1].id, found[0].id]
    assert rows[0].indicator is rows[1].indicator
    assert not [each for each in asked if "tax_warnings.inputs" in each]
