"""Work logs, plans of patrols and visits: who writes, who signs, what it leaves on the record."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import clock
from caseflow.models import Case, LogDay, LogEntry, PatrolPhotograph, PatrolVisit, Taxpayer
from caseflow.models.record import RecordEvent
from caseflow.reads import patrols as reads
from caseflow.reads import work_logs as log_reads
from caseflow.services import patrols, record, responsibilities, work_logs
from caseflow.services.patrols import Visited
from caseflow.services.responsibilities import Managed
from caseflow.services.work_logs import Written
from caseflow.vocabulary import (
    SYSTEM,
    Actor,
    CaseKind,
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    PatrolFinding,
    PatrolReason,
    ResponsibilityBasis,
)
from tests import cast, factories
from tests.cast import Cast

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 64


def households(session: Session, who: Actor, count: int) -> list[Taxpayer]:
    """Households of somebody, registered long ago."""
    first = 400 + 50 * (who.user_id or 0)
    found = [factories.taxpayer(session, serial=first + each) for each in range(count)]
    managed = [Managed(each.id, who.user_id or 0, each.section_id) for each in found]
    responsibilities.put(session, SYSTEM, managed, basis=ResponsibilityBasis.FILE)
    record.append(session, SYSTEM, "sys:facts", action="facts.taken_in", payload={})
    session.flush()
    return found


def written(**changes: Any) -> Written:  # noqa: ANN401 - fields of any kind
    return replace(Written(clock.today(), time(0, 0), "走访窗口，领取发票核查资料"), **changes)


def visited(payer: Taxpayer, second: Actor, **changes: Any) -> Visited:  # noqa: ANN401 - as above
    made = Visited(
        taxpayer_id=payer.id,
        on=clock.today(),
        at=time(0, 0),
        second_id=second.user_id or 0,
        finding=PatrolFinding.ORDERLY,
        content="正常经营，与登记相符",
    )
    return replace(made, **changes)


def month() -> int:
    return reads.this_month()


def acts(session: Session, who: Actor) -> Sequence[str]:
    own = RecordEvent.stream == f"user:{who.user_id}"
    return session.scalars(select(RecordEvent.action).where(own).order_by(RecordEvent.seq)).all()


def test_what_is_written_down_stands_on_the_record_and_is_only_corrected(session: Session) -> None:
    who = cast.enter(session)
    (payer,) = households(session, who.officer, 1)
    entry = work_logs.write(session, who.officer, written(tin=payer.tin))
    session.flush()
    again = work_logs.correct(session, who.officer, entry.id, written(content="改正：只领取资料"))
    session.flush()
    assert (again.corrects_id, again.on) == (entry.id, entry.on)
    with pytest.raises(Conflict):
        work_logs.correct(session, who.officer, entry.id, written())
    shown = log_reads.day(session, who.officer, who.officer.user_id or 0, clock.today())
    assert [(each.tin, each.is_corrected) for each in shown.entries] == [
        (payer.tin, True),
        (None, False),
    ]


def test_a_signed_day_takes_nothing_more_but_corrections(session: Session) -> None:
    who = cast.enter(session)
    entry = work_logs.write(session, who.officer, written())
    session.flush()
    day = work_logs.sign(session, who.officer, clock.today())
    session.flush()
    assert (day.entries, day.visits) == (1, 0)
    for act in (
        lambda: work_logs.write(session, who.officer, written()),
        lambda: work_logs.sign(session, who.officer, clock.today()),
    ):
        with pytest.raises(Conflict):
            act()
    work_logs.correct(session, who.officer, entry.id, written(content="更正"))


@pytest.mark.parametrize(
    "wrong",
    [
        {"content": " "},
        {"content": "x" * 1001},
        {"tin": "210299999999999"},
        {"on": date(2001, 1, 1)},
        {"on": date(2999, 1, 1)},
    ],
)
def test_what_cannot_be_written_down_is_refused(session: Session, wrong: dict[str, object]) -> None:
    who = cast.enter(session)
    with pytest.raises(Invalid):
        work_logs.write(session, who.officer, written(**wrong))


def test_an_empty_day_is_not_signed(session: Session) -> None:
    who = cast.enter(session)
    with pytest.raises(Conflict):
        work_logs.sign(session, who.officer, clock.today() - timedelta(days=2))


def test_nobody_writes_for_another_or_without_the_post(session: Session) -> None:
    who = cast.enter(session)
    entry = work_logs.write(session, who.officer, written())
    session.flush()
    with pytest.raises(NotFound):
        work_logs.correct(session, who.partner, entry.id, written())
    for other in (who.chief, who.leader, who.auditor, who.sysadmin):
        with pytest.raises(Forbidden):
            work_logs.write(session, other, written())
    stand_in = replace(who.partner, acting_for=who.officer.user_id)
    with pytest.raises(Forbidden):
        work_logs.write(session, stand_in, written())


def test_the_chief_of_the_section_and_auditors_read_a_log_others_do_not(session: Session) -> None:
    who = cast.enter(session)
    work_logs.write(session, who.officer, written())
    session.flush()
    user_id = who.officer.user_id or 0
    for reader in (who.officer, who.chief, who.auditor):
        assert log_reads.day(session, reader, user_id, clock.today()).entries
    for other in (who.partner, who.other_chief, who.leader, who.far_chief):
        with pytest.raises(NotFound):
            log_reads.day(session, other, user_id, clock.today())


def test_the_rule_proposes_new_households_then_open_warnings_then_the_longest_unseen(
    session: Session,
) -> None:
    who = cast.enter(session)
    seen, warned, unseen, new = households(session, who.officer, 4)
    new.registered_on = clock.today() - timedelta(days=3)
    factories.warning(session, warned)
    visit = patrols.visit(session, who.officer, visited(seen, who.partner))
    session.flush()
    assert patrols.propose(session, who.chief, month())  # what was visited this month is not there
    found = [
        (each.taxpayer_id, each.reason)
        for each in patrols.propose(session, who.chief, month())
        if each.officer_id == who.officer.user_id
    ]
    assert found == [
        (new.id, PatrolReason.NEW),
        (warned.id, PatrolReason.RISK),
        (unseen.id, PatrolReason.LONGEST),
    ]
    assert visit.line_id is None


def test_the_chief_plans_drops_and_a_visit_does_the_line(session: Session) -> None:
    who = cast.enter(session)
    one, other = households(session, who.officer, 2)
    lines = patrols.plan(session, who.chief, month(), [one.id, other.id])
    session.flush()
    assert {each.officer_id for each in lines} == {who.officer.user_id}
    with pytest.raises(Invalid):
        patrols.plan(session, who.chief, month(), [one.id])
    patrols.drop(session, who.chief, lines[1].id, reason="本月停业")
    session.flush()
    made = patrols.visit(session, who.officer, visited(one, who.partner))
    session.flush()
    assert made.line_id == lines[0].id
    with pytest.raises(Conflict):
        patrols.drop(session, who.chief, lines[0].id, reason="晚了")
    (line,) = reads.lines(session, who.chief, month())
    assert (line.visit_id, line.confirmed) == (made.id, False)
    done = reads.sums((line,), reads.visits(session, who.chief, month()))
    assert [(each.planned, each.done, each.beyond) for each in done] == [(1, 1, 0)]


def test_only_heads_of_the_section_plan_and_only_its_households(session: Session) -> None:
    who = cast.enter(session)
    (payer,) = households(session, who.officer, 1)
    for other in (who.officer, who.leader, who.auditor):
        with pytest.raises(Forbidden):
            patrols.plan(session, other, month(), [payer.id])
    for wrong in ([payer.id], []):
        with pytest.raises(Invalid):
            patrols.plan(session, who.other_chief, month(), wrong)
    with pytest.raises(Invalid):
        patrols.plan(session, who.chief, 199901, [payer.id])


def test_a_visit_counts_when_the_second_officer_has_confirmed_it(session: Session) -> None:
    who = cast.enter(session)
    (payer,) = households(session, who.officer, 1)
    work_logs.write(session, who.officer, written(tin=payer.tin))
    made = patrols.visit(session, who.officer, visited(payer, who.partner))
    session.flush()
    before = {each.tin: each for each in reads.counts(session, month())}[payer.tin]
    assert (before.patrol_visits, before.log_entries) == (0, 1)
    for other in (who.officer, who.third, who.chief):
        with pytest.raises(NotFound):
            patrols.confirm(session, other, made.id)
    patrols.confirm(session, who.partner, made.id)
    session.flush()
    after = {each.tin: each for each in reads.counts(session, month())}[payer.tin]
    assert after.patrol_visits == 1
    with pytest.raises(Conflict):
        patrols.confirm(session, who.partner, made.id)


def test_a_visit_needs_an_own_household_and_a_second_officer_of_the_section(
    session: Session,
) -> None:
    who = cast.enter(session)
    (payer,) = households(session, who.officer, 1)
    with pytest.raises(NotFound):
        patrols.visit(session, who.partner, visited(payer, who.officer))
    for second in (who.officer, who.chief, who.other_officer):
        with pytest.raises(Invalid):
            patrols.visit(session, who.officer, visited(payer, second))


def test_photographs_are_kept_by_their_hash_and_nothing_else_comes_in(session: Session) -> None:
    who = cast.enter(session)
    (payer,) = households(session, who.officer, 1)
    made = patrols.visit(session, who.officer, visited(payer, who.partner))
    session.flush()
    for _again in range(2):  # a phone that lost the answer sends once more
        patrols.photograph(session, who.officer, made.id, name="门头.png", chunks=[PNG])
        session.flush()
    kept = session.scalars(select(PatrolPhotograph)).one()
    assert (kept.visit_id, kept.media_type, kept.size) == (made.id, "image/png", len(PNG))
    for reader in (who.officer, who.partner, who.chief, who.auditor):
        assert reads.photograph(session, reader, kept.id).sha256 == kept.sha256
    for other in (who.third, who.other_chief, who.leader):
        with pytest.raises(NotFound):
            reads.photograph(session, other, kept.id)
    for name, content in (("x.txt", b"x"), ("x.png", b"x"), ("x.png", b"")):
        with pytest.raises(Invalid):
            patrols.photograph(session, who.officer, made.id, name=name, chunks=[content])


def test_either_officer_photographs_until_the_second_one_has_confirmed(session: Session) -> None:
    who = cast.enter(session)
    (payer,) = households(session, who.officer, 1)
    made = patrols.visit(session, who.officer, visited(payer, who.partner))
    session.flush()
    for number in range(patrols.MOST_PHOTOGRAPHS):
        own = (who.officer, who.partner)[number % 2]
        patrols.photograph(session, own, made.id, name=f"{number}.png", chunks=[PNG])
        session.flush()
    with pytest.raises(Invalid):
        patrols.photograph(session, who.officer, made.id, name="x.png", chunks=[PNG])
    for other in (who.third, who.chief):
        with pytest.raises(NotFound):
            patrols.photograph(session, other, made.id, name="x.png", chunks=[PNG])
    patrols.confirm(session, who.partner, made.id)
    session.flush()
    with pytest.raises(Conflict):
        patrols.photograph(session, who.officer, made.id, name="x.png", chunks=[PNG])


def test_the_chief_alone_opens_an_order_on_a_confirmed_duty_not_met(session: Session) -> None:
    who = cast.enter(session)
    factories.deploy(session, "order_to_correct")
    (payer,) = households(session, who.officer, 1)
    duty = {"finding": PatrolFinding.DUTY, "content": "未按期变更登记"}
    made = patrols.visit(session, who.officer, visited(payer, who.partner, **duty))
    session.flush()
    with pytest.raises(Conflict):
        patrols.open_order(session, who.chief, made.id)
    patrols.confirm(session, who.partner, made.id)
    session.flush()
    with pytest.raises(Forbidden):
        patrols.open_order(session, who.officer, made.id)
    with pytest.raises(NotFound):
        patrols.open_order(session, who.other_chief, made.id)
    case = patrols.open_order(session, who.chief, made.id)
    session.flush()
    session.expire_all()
    found = session.get_one(Case, case.id)
    assert (found.kind, found.taxpayer_id) == (CaseKind.OC, payer.id)
    assert session.get_one(PatrolVisit, made.id).case_id == case.id
    with pytest.raises(Conflict):
        patrols.open_order(session, who.chief, made.id)


def test_every_act_of_log_and_patrol_is_on_the_record(session: Session) -> None:
    who: Cast = cast.enter(session)
    (payer,) = households(session, who.officer, 1)
    work_logs.write(session, who.officer, written())
    patrols.visit(session, who.officer, visited(payer, who.partner))
    session.flush()
    work_logs.sign(session, who.officer, clock.today())
    session.flush()
    assert acts(session, who.officer)[-3:] == ["log.entered", "patrol.visited", "log.signed"]
    assert session.scalars(select(LogEntry.content)).one().startswith("走访")
    assert session.scalars(select(LogDay.visits)).one() == 1
