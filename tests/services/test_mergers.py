"""并入 and 撤销并入, 拆分: doubts go on elsewhere, nothing is lost, and a case comes back whole."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import clock
from caseflow.models import Case, CaseLink, Notice, Task, Taxpayer, TaxWarning
from caseflow.models.record import RecordEvent
from caseflow.reads import cases as reads
from caseflow.services import cases, mergers, splits
from caseflow.vocabulary import (
    SYSTEM,
    CaseKind,
    CaseStatus,
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    NoticeKind,
    TaskStatus,
    WarningStatus,
)
from tests import cast, desk, factories
from tests.mergers import REASON, lead_of, merge, merged, mixed


def acts_of(session: Session, case: Case) -> list[str]:
    return list(
        session.scalars(
            select(RecordEvent.action)
            .where(RecordEvent.stream == f"case:{case.id}")
            .order_by(RecordEvent.seq)
        )
    )


def doubts_of(session: Session, case: Case) -> list[TaxWarning]:
    found = select(TaxWarning).where(TaxWarning.case_id == case.id).order_by(TaxWarning.id)
    return list(session.scalars(found))


def test_a_merged_case_ends_and_its_doubts_go_on_in_the_lead(session: Session) -> None:
    people = cast.enter(session)
    case, lead = merged(session, people)
    assert (case.status, doubts_of(session, case)) == (CaseStatus.VOIDED, [])
    assert [each.indicator for each in doubts_of(session, lead)] == ["VAT-001", "FIL-009"]
    assert {each.status for each in doubts_of(session, lead)} == {WarningStatus.IN_CASE}
    assert [each.indicator.code for each in reads.page(session, people.leader, case.id).doubts] == [
        "VAT-001"
    ]
    assert acts_of(session, lead)[-1] == "case.merged_in"
    told = session.scalars(select(Notice).where(Notice.user_id == people.officer.user_id)).one()
    assert (told.kind, told.case_id, told.text) == (NoticeKind.MERGED_IN, lead.id, case.number)


def test_undoing_brings_back_number_step_limit_and_doubts(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = cast.enter(session)
    payer = factories.taxpayer(session)
    case = factories.case(session, payer)
    number, task = case.number, desk.open_task(session, case, "dispatch")
    limit = (task.due_at, task.due_facts)
    lead = lead_of(session, payer, people)
    before = lead.score
    merge(session, people, case, lead)
    assert lead.score > before
    later = clock.now() + timedelta(days=3)
    monkeypatch.setattr(clock, "now", lambda: later)
    mergers.undo(session, people.info, case.id, reason=REASON)
    session.expire_all()
    back = desk.open_task(session, case, "dispatch")
    assert (back.due_at, back.due_facts) == limit
    assert (case.number, case.closed_at, case.outcome) == (number, None, None)
    assert case.status is CaseStatus.TO_ASSIGN
    assert [each.indicator for each in doubts_of(session, case)] == ["VAT-001"]
    assert [each.indicator for each in doubts_of(session, lead)] == ["FIL-009"]
    assert lead.score == before
    assert acts_of(session, case)[-1] == "case.taken_out"
    assert acts_of(session, lead)[-1] == "case.merger_undone"
    link = session.scalars(select(CaseLink).where(CaseLink.case_id == case.id)).one()
    assert link.ended_at == later
    shown = reads.page(session, people.leader, case.id).doubts
    assert [(each.indicator.code, each.case_id) for each in shown] == [("VAT-001", case.id)]


def test_what_was_taken_out_goes_its_way_and_may_be_merged_again(session: Session) -> None:
    people = cast.enter(session)
    case, lead = merged(session, people)
    mergers.undo(session, people.leader, case.id, reason=REASON)
    merge(session, people, case, lead)
    assert [each.indicator for each in doubts_of(session, lead)] == ["VAT-001", "FIL-009"]
    mergers.undo(session, people.leader, case.id, reason=REASON)
    session.expire_all()
    desk.to_desk_check(session, people, case)
    desk.check(session, people, case)
    desk.do(session, people.officer, case, "conclusion", desk.conclusion(session, case))
    desk.do(session, people.chief, case, "review", {"review_decision": "agree", "opinion": "同意"})
    desk.do(session, people.officer, case, "closing_check", {"sign_off": True})
    session.expire_all()
    assert (case.status, case.outcome) == (CaseStatus.CLOSED, "cleared")
    open_steps = select(Task.id).where(Task.case_id == case.id, Task.status == TaskStatus.OPEN)
    assert session.scalars(open_steps).all() == []


def test_nobody_takes_out_what_was_concluded_in_the_lead(session: Session) -> None:
    people = cast.enter(session)
    case, lead = merged(session, people)
    session.refresh(lead)
    lead.submitted_at = clock.now()
    cases.note(session, SYSTEM, lead, action="case.noted", payload={})
    with pytest.raises(Conflict, match="lead_submitted"):
        mergers.undo(session, people.leader, case.id, reason=REASON)
    assert mergers.returning(session, people.leader, case.id).refusal is not None


def test_nobody_takes_out_a_case_beside_a_newer_one_of_its_kind(session: Session) -> None:
    people = cast.enter(session)
    case, lead = merged(session, people)
    payer = session.get_one(Taxpayer, lead.taxpayer_id)
    newer = factories.case_on(session, payer)
    with pytest.raises(Conflict, match="newer_case_open") as told:
        mergers.undo(session, people.leader, case.id, reason=REASON)
    assert told.value.values["number"] == newer.number


@pytest.mark.parametrize("login", ["chief", "auditor", "director"])
def test_others_do_not_undo(session: Session, login: str) -> None:
    people = cast.enter(session)
    case, _ = merged(session, people)
    with pytest.raises(Forbidden, match="not_your_post"):
        mergers.undo(session, people.people[login], case.id, reason=REASON)


def test_another_district_does_not_know_of_it(session: Session) -> None:
    people = cast.enter(session)
    case, _ = merged(session, people)
    with pytest.raises(NotFound):
        mergers.undo(session, people.far_leader, case.id, reason=REASON)


def test_an_open_case_and_one_taken_out_already_are_told_apart(session: Session) -> None:
    people = cast.enter(session)
    case, lead = merged(session, people)
    with pytest.raises(Conflict, match="not_merged"):
        mergers.undo(session, people.leader, lead.id, reason=REASON)
    mergers.undo(session, people.leader, case.id, reason=REASON)
    with pytest.raises(Conflict, match="not_merged"):
        mergers.undo(session, people.leader, case.id, reason=REASON)


def test_an_undoing_needs_its_reason(session: Session) -> None:
    people = cast.enter(session)
    case, _ = merged(session, people)
    with pytest.raises(Invalid, match="reason_length"):
        mergers.undo(session, people.leader, case.id, reason="不合适")


def test_a_concluded_case_takes_nothing_in(session: Session) -> None:
    people = cast.enter(session)
    payer = factories.taxpayer(session)
    case = factories.case(session, payer)
    lead = lead_of(session, payer, people)
    lead.submitted_at = clock.now()
    cases.note(session, SYSTEM, lead, action="case.noted", payload={})
    with pytest.raises(Invalid) as told:
        merge(session, people, case, lead)
    assert desk.refused(told.value) == {"merge_into": "lead_concluded"}


def test_a_thousand_doubts_go_and_come_back(session: Session) -> None:
    people = cast.enter(session)
    payer = factories.taxpayer(session)
    case = factories.case(session, payer)
    many = [factories.warning(session, payer, code="VAT-002") for _ in range(1_000)]
    for each in many:
        each.case_id, each.status = case.id, WarningStatus.IN_CASE
    cases.note(session, SYSTEM, case, action="case.noted", payload={})
    lead = lead_of(session, payer, people)
    merge(session, people, case, lead)
    assert len(doubts_of(session, lead)) == 1_002
    mergers.undo(session, people.leader, case.id, reason=REASON)
    session.expire_all()
    assert (len(doubts_of(session, case)), len(doubts_of(session, lead))) == (1_001, 1)


def test_a_doubt_of_another_procedure_is_split_off_into_its_own_case(session: Session) -> None:
    people = cast.enter(session)
    case, zero = mixed(session)
    assert splits.offer(session, people.chief, case.id).kinds[zero.id] == (CaseKind.ZF,)
    version = desk.open_task(session, case, "dispatch").version
    other = splits.split(
        session,
        people.chief,
        case.id,
        warning_ids=[zero.id],
        kind=CaseKind.ZF.value,
        reason=REASON,
    )
    session.expire_all()
    assert (other.kind, other.taxpayer_id) == (CaseKind.ZF, case.taxpayer_id)
    assert [each.id for each in doubts_of(session, other)] == [zero.id]
    assert [each.indicator for each in doubts_of(session, case)] == ["VAT-001"]
    assert desk.open_task(session, case, "dispatch").version == version + 1
    assert acts_of(session, case)[-1] == "case.split"
    link = session.scalars(select(CaseLink)).one()
    assert (link.case_id, link.other_id, link.kind) == (case.id, other.id, splits.SPLIT)


def test_a_split_doubt_joins_the_open_case_of_its_kind(session: Session) -> None:
    people = cast.enter(session)
    case, zero = mixed(session)
    payer = session.get_one(Taxpayer, case.taxpayer_id)
    known = lead_of(session, payer, people)
    other = splits.split(
        session,
        people.leader,
        case.id,
        warning_ids=[zero.id],
        kind=CaseKind.ZF.value,
        reason=REASON,
    )
    assert other.id == known.id
    assert len(doubts_of(session, known)) == 2


@pytest.mark.parametrize(
    ("which", "kind", "code"),
    [
        ("zero", CaseKind.AB, "split_kind"),
        ("both", CaseKind.ZF, "split_all"),
        ("none", CaseKind.ZF, "split_which"),
        ("plain", CaseKind.ZF, "split_kind"),
    ],
)
def test_what_cannot_be_split_is_told(
    session: Session, which: str, kind: CaseKind, code: str
) -> None:
    people = cast.enter(session)
    case, zero = mixed(session)
    plain = next(each for each in doubts_of(session, case) if each.id != zero.id)
    chosen = {
        "zero": [zero.id],
        "both": [zero.id, plain.id],
        "none": [],
        "plain": [plain.id],
    }[which]
    with pytest.raises(Invalid, match=code):
        splits.split(
            session, people.chief, case.id, warning_ids=chosen, kind=kind.value, reason=REASON
        )


def test_a_case_of_one_doubt_has_nothing_to_split(session: Session) -> None:
    people = cast.enter(session)
    case = factories.case(session, factories.taxpayer(session))
    with pytest.raises(Conflict, match="nothing_to_split"):
        splits.offer(session, people.chief, case.id)
    assert not splits.may_split(session, people.chief, case)


def test_who_may_split_is_offered_it_where_there_is_something_to_split(session: Session) -> None:
    people = cast.enter(session)
    case, _ = mixed(session)
    assert splits.may_split(session, people.chief, case)
    assert not splits.may_split(session, people.officer, case)
    assert not splits.may_split(session, people.far_leader, case)
