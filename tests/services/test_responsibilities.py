"""Who manages a household: a dated fact with its basis, which a later file does not undo."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from caseflow import clock, policy
from caseflow.lake import fields
from caseflow.models import Responsibility, Taxpayer, Unit
from caseflow.services import facts, place, record, responsibilities
from caseflow.services.responsibilities import Managed
from caseflow.vocabulary import SYSTEM, ResponsibilityBasis
from tests import cast, factories
from tests.factories import ROOT

HANDOVER, FILE = ResponsibilityBasis.HANDOVER, ResponsibilityBasis.FILE


def manage(
    session: Session, payer: Taxpayer, user_id: int | None, basis: ResponsibilityBasis = FILE
) -> None:
    managed = Managed(payer.id, user_id or 0, payer.section_id)
    responsibilities.put(session, SYSTEM, [managed], basis=basis)


def on(session: Session, payer: Taxpayer, day: date) -> int | None:
    return session.scalar(policy.administrator_on(payer.id, day))


def begun(session: Session, days: int) -> None:
    """Let everything that is on file have begun so many days earlier."""
    session.execute(
        text("UPDATE responsibilities SET valid_from = valid_from - :days"), {"days": days}
    )
    session.expire_all()


def take_in(session: Session, folder: Path, login: str, month: int) -> None:
    registry = fields.load(ROOT / "indicators" / "fields.yaml")
    path = folder / f"管户{login}{month}.csv"
    tin = session.scalars(select(Taxpayer.tin)).one()
    path.write_text(
        f"纳税人识别号,所属期,税收管理员代码\n{tin},{month},{login}\n", encoding="utf-8"
    )
    facts.take_in(session, SYSTEM, path, registry=registry)


@pytest.fixture(autouse=True)
def lake(tmp_path: Path) -> None:
    place.settle(place.under(tmp_path, fonts=tmp_path))


def test_on_the_day_of_the_change_the_next_one_manages_it_already(session: Session) -> None:
    who, payer, today = cast.enter(session), factories.taxpayer(session), clock.today()
    manage(session, payer, who.officer.user_id)
    begun(session, 10)
    manage(session, payer, who.partner.user_id)
    assert on(session, payer, today - timedelta(days=11)) is None
    assert on(session, payer, today - timedelta(days=1)) == who.officer.user_id
    assert on(session, payer, today) == who.partner.user_id
    assert payer.administrator_id == who.partner.user_id


def test_a_file_says_who_manages_whom_and_by_whom_it_was_taken_in(
    session: Session, tmp_path: Path
) -> None:
    who, payer = cast.enter(session), factories.taxpayer(session)
    take_in(session, tmp_path, "officer", 200912)
    row = session.scalars(select(Responsibility)).one()
    assert (row.user_id, row.section_id) == (who.officer.user_id, payer.section_id)
    assert (row.basis, row.set_by) == (FILE, None)


def test_a_file_of_a_month_before_a_handover_does_not_undo_it(
    session: Session, tmp_path: Path
) -> None:
    who, payer = cast.enter(session), factories.taxpayer(session)
    manage(session, payer, who.partner.user_id, HANDOVER)
    take_in(session, tmp_path, "officer", 200912)
    assert on(session, payer, clock.today()) == who.partner.user_id


def test_a_file_of_a_later_month_than_the_handover_is_believed(
    session: Session, tmp_path: Path
) -> None:
    who, payer = cast.enter(session), factories.taxpayer(session)
    manage(session, payer, who.partner.user_id, HANDOVER)
    begun(session, 366 * 30)
    take_in(session, tmp_path, "officer", 200912)
    assert on(session, payer, clock.today()) == who.officer.user_id


def test_the_register_moves_a_household_but_not_back_behind_a_handover(session: Session) -> None:
    who, payer = cast.enter(session), factories.taxpayer(session)
    other = session.scalars(select(Unit.id).where(Unit.code == "0102")).one()
    first, officer = payer.section_id, who.officer.user_id
    manage(session, payer, officer)
    payer.section_id = other
    session.flush()
    responsibilities.follow_register(session, SYSTEM, until=date(2009, 12, 31))
    assert session.scalars(select(Responsibility.section_id).order_by(Responsibility.id)).all() == [
        first,
        other,
    ]
    manage(session, payer, officer, HANDOVER)
    payer.section_id = first
    session.flush()
    responsibilities.follow_register(session, SYSTEM, until=date(2009, 12, 31))
    session.expire_all()
    assert payer.section_id == other


def test_no_responsibility_changes_without_an_event(session: Session) -> None:
    who, payer = cast.enter(session), factories.taxpayer(session)
    manage(session, payer, who.officer.user_id)
    with pytest.raises(IntegrityError, match="has no event"):
        session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))


def test_the_event_of_the_households_lets_it_change(session: Session) -> None:
    who, payer = cast.enter(session), factories.taxpayer(session)
    manage(session, payer, who.officer.user_id)
    record.append(session, SYSTEM, "sys:households", action="case.noted", payload={})
    session.execute(text("SET CONSTRAINTS responsibilities_must_be_recorded IMMEDIATE"))
