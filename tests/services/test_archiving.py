"""归档: who files a closed case, what keeps it from being filed, how long it is kept, lending."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow.documents import PaperKind
from caseflow.models import ArchivedFile, Case, Document, Task
from caseflow.models.record import RecordEvent
from caseflow.services import archive_lists, archiving, cases, comments, sights
from caseflow.services.archiving import Filed
from caseflow.services.rechecks import plans
from caseflow.services.rechecks.plans import Period
from caseflow.vocabulary import (
    SYSTEM,
    Actor,
    CaseKind,
    CaseStatus,
    Conflict,
    DocumentStatus,
    Forbidden,
    Invalid,
    NotFound,
    Retention,
    Role,
    Stale,
    TaskStatus,
)
from tests import cast, factories
from tests.cast import Cast
from tests.services.test_rechecks import MONDAY, shut, worked
from tests.services.test_separation import also
from tests.services.test_time import at

LATER = datetime(2010, 1, 27, 1, tzinfo=UTC)
SHELF = "档案室 3 排 2 柜 5 盒"
FILED = Filed(SHELF)


def archivist_of(session: Session, who: Cast) -> Actor:
    """The legal post of district 01 as its archivist too, who sees no case by either."""
    return also(session, who.legal, Role.ARCHIVIST, who.leader)


def waiting(session: Session) -> tuple[Cast, Actor, Case]:
    """A case that the cast has really worked through, before the archivist."""
    who, case = worked(session)
    keeper = archivist_of(session, who)
    with at(LATER):
        assert archiving.call_due(session) == 1
    session.expire_all()
    return who, keeper, case


def closed_one(session: Session, serial: int = 1, **changes: Any) -> Case:  # noqa: ANN401 - any column
    case = shut(session, factories.evaluation(session, factories.taxpayer(session, serial=serial)))
    cases.begin(case)
    for name, value in changes.items():
        setattr(case, name, value)
    cases.put_on_record(session, SYSTEM, case, action="case.noted", payload={})
    return case


def paper(session: Session, case: Case, kind: PaperKind, **changes: object) -> Document:
    values = {
        "status": DocumentStatus.ISSUED,
        "sha256": "0" * 64,
        "issued_at": MONDAY,
        "template_version": 1,
        "data": {},
        "created_at": MONDAY,
        **changes,
    }
    row = Document(case_id=case.id, kind=kind.value, **values)
    session.add(row)
    cases.note(session, SYSTEM, case, action="case.noted", payload={})
    return row


def test_what_is_closed_comes_to_the_archivist_of_its_district_within_30_days(
    session: Session,
) -> None:
    who, keeper, case = waiting(session)
    task = session.scalars(select(Task).where(Task.form_key == "archive")).one()
    assert (task.roles, task.unit_id) == ([Role.ARCHIVIST.value], case.district_id)
    # Closed on 25 January; the seven days of the Spring Festival are added.
    assert task.due_at == datetime(2010, 3, 3, 16, tzinfo=UTC)
    assert sights.sees(session, keeper, case.id)
    far = also(session, who.far_officer, Role.ARCHIVIST, who.far_leader)
    assert not sights.sees(session, far, case.id)
    assert archiving.call_due(session) == 0


def test_nothing_is_called_where_nobody_keeps_the_archive(session: Session) -> None:
    worked(session)
    assert archiving.call_due(session) == 0


def test_the_archivist_files_a_complete_case_and_it_is_on_record(session: Session) -> None:
    _, keeper, case = waiting(session)
    assert archive_lists.missing(session, [case])[case.id] == ()
    with at(LATER):
        row = archiving.archive(session, keeper, case.id, said=FILED)
    session.expire_all()
    assert case.status is CaseStatus.ARCHIVED
    assert (row.number, row.retention) == ("01-2010-000001", Retention.TEN)
    assert row.keep_until == date(2020, 12, 31)
    assert row.papers > 2
    event = session.scalars(select(RecordEvent).where(RecordEvent.action == "case.archived")).one()
    assert json.loads(event.payload)["place"] == SHELF
    assert event.actor == f"user:{keeper.user_id}"
    assert sights.sees(session, keeper, case.id)
    with pytest.raises(Stale, match="already_done"):
        archiving.archive(session, keeper, case.id, said=FILED)


def test_nobody_else_files_it(session: Session) -> None:
    who, _, case = waiting(session)
    for each in (who.leader, who.chief, who.officer, who.auditor):
        with pytest.raises(Forbidden):
            archiving.archive(session, each, case.id, said=FILED)
    with pytest.raises(NotFound):
        archiving.archive(session, who.far_officer, case.id, said=FILED)


def test_what_is_open_waits_for_nobody_to_file_it(session: Session) -> None:
    who = cast.enter(session)
    case = factories.evaluation(session, factories.taxpayer(session))
    with pytest.raises(NotFound):
        archiving.archive(session, who.leader, case.id, said=FILED)


def test_an_incomplete_file_needs_notes_that_say_what_is_missing(session: Session) -> None:
    _, keeper, case = waiting(session)
    paper(session, case, PaperKind.SELF_CHECK_NOTICE, status=DocumentStatus.SERVED)
    paper(session, case, PaperKind.SELF_CHECK_NOTICE, status=DocumentStatus.DRAFT)
    lacks = archive_lists.missing(session, [case])[case.id]
    assert [each.code for each in lacks] == ["archive_receipt", "archive_draft"]
    with pytest.raises(Invalid, match="archive_incomplete"):
        archiving.archive(session, keeper, case.id, said=FILED)
    noted = Filed(SHELF, notes="回证寄丢，已由送达人书面说明。")
    assert archiving.archive(session, keeper, case.id, said=noted).notes == noted.notes


def test_a_re_check_that_is_not_done_keeps_the_file_open(session: Session) -> None:
    who, _, case = waiting(session)
    with at(datetime(2010, 7, 5, 1, tzinfo=UTC)):
        plans.draw(session, who.leader, Period(date(2010, 1, 1), date(2010, 6, 30)), seed=7)
    lacks = archive_lists.missing(session, [case])[case.id]
    assert [each.code for each in lacks] == ["archive_recheck"]


@pytest.mark.parametrize(
    ("changes", "kinds", "kept", "why"),
    [
        ({}, [PaperKind.EVALUATION_REPORT], Retention.TEN, "ordinary"),
        ({}, [PaperKind.INSPECTION_NOTICE], Retention.FIFTEEN, "paper"),
        ({}, [PaperKind.COLLECTIVE_MINUTES], Retention.FIFTEEN, "paper"),
        ({"outcome": "transferred_inspection"}, [], Retention.THIRTY, "transfer"),
        ({"kind": CaseKind.TI}, [], Retention.THIRTY, "transfer"),
    ],
)
def test_how_long_a_file_is_kept_follows_outcome_and_papers(
    session: Session, changes: dict[str, Any], kinds: list[PaperKind], kept: Retention, why: str
) -> None:
    cast.enter(session)
    case = closed_one(session, **changes)
    for kind in kinds:
        paper(session, case, kind)
    proposal = archive_lists.proposals(session, [case])[case.id]
    assert (proposal.retention, proposal.why) == (kept, why)


def test_another_time_of_keeping_needs_a_reason(session: Session) -> None:
    _, keeper, case = waiting(session)
    longer = Filed(SHELF, retention=Retention.PERMANENT)
    with pytest.raises(Invalid, match="archive_retention_reason"):
        archiving.archive(session, keeper, case.id, said=longer)
    said = Filed(SHELF, retention=Retention.PERMANENT, retention_reason="全市首例，长期留存。")
    row = archiving.archive(session, keeper, case.id, said=said)
    assert (row.proposed, row.keep_until) == (Retention.TEN, None)


def test_many_are_filed_at_once_and_what_lacks_something_is_told(session: Session) -> None:
    who = cast.enter(session)
    keeper = archivist_of(session, who)
    found = [closed_one(session, serial) for serial in range(1, 5)]
    for case in found[:3]:
        paper(session, case, PaperKind.EVALUATION_REPORT)
    assert archiving.call_due(session) == 4
    far = closed_one(session, 9)
    ids = [case.id for case in (*found, far)]
    with at(LATER):
        done, left = archiving.archive_many(session, keeper, ids, place=SHELF)
    assert done == 3
    assert [each.code for each in left] == ["case", "archive_incomplete"]
    numbers = session.scalars(select(ArchivedFile.number).order_by(ArchivedFile.id)).all()
    assert numbers == [f"01-2010-{n:06d}" for n in (1, 2, 3)]
    with pytest.raises(Forbidden):
        archiving.archive_many(session, who.leader, ids, place=SHELF)
    with pytest.raises(Invalid, match="archive_choice"):
        archiving.archive_many(session, keeper, [], place=SHELF)


def test_nobody_acts_on_an_archived_case_but_by_a_re_check(session: Session) -> None:
    who, keeper, case = waiting(session)
    with at(LATER):
        archiving.archive(session, keeper, case.id, said=FILED)
    with pytest.raises(Conflict, match="case_archived"):
        comments.comment(session, who.officer, case.id, text="补充说明")
    session.expire_all()
    with at(datetime(2010, 7, 5, 1, tzinfo=UTC)):
        plans.draw(session, who.leader, Period(date(2010, 1, 1), date(2010, 6, 30)), seed=7)


def test_a_file_is_lent_until_a_day_and_checked_when_it_comes_back(session: Session) -> None:
    who, keeper, case = waiting(session)
    officer = who.officer.user_id or 0
    with at(LATER):
        with pytest.raises(Conflict, match="archive_not_archived"):
            archiving.lend(session, keeper, case.id, borrower_id=officer, purpose="复核数据用")
        archiving.archive(session, keeper, case.id, said=FILED)
        far = who.far_officer.user_id or 0
        with pytest.raises(Invalid, match="archive_borrower"):
            archiving.lend(session, keeper, case.id, borrower_id=far, purpose="另案参考用")
        with pytest.raises(Forbidden):
            archiving.lend(session, who.chief, case.id, borrower_id=officer, purpose="另案参考用")
        loan = archiving.lend(session, keeper, case.id, borrower_id=officer, purpose="另案参考用")
        assert loan.due_on == date(2010, 2, 10)  # ten working days
        with pytest.raises(Conflict, match="archive_lent"):
            archiving.lend(session, keeper, case.id, borrower_id=officer, purpose="另案参考用")
    with at(LATER + timedelta(days=3)):
        back = archiving.take_in(session, keeper, case.id, note="缺第 3 页，已补印。")
        assert back.returned_note == "缺第 3 页，已补印。"
        with pytest.raises(Stale, match="archive_not_out"):
            archiving.take_in(session, keeper, case.id, note="")


def test_a_file_that_waits_is_on_nobody_elses_desk(session: Session) -> None:
    _, keeper, case = waiting(session)
    with at(LATER):
        archiving.archive(session, keeper, case.id, said=FILED)
    task = session.scalars(select(Task).where(Task.form_key == "archive")).one()
    assert (task.status, task.done_by) == (TaskStatus.DONE, keeper.user_id)
