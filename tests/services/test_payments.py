"""Payments matched to cases: exact, part, over, early, taken back; never more than was paid."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from threading import Thread

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from caseflow import db
from caseflow.models import AssessedAmount, Case, Payment, PaymentMatch, Taxpayer
from caseflow.services import cases, matched_sums, record
from caseflow.services.payments import matching, taking
from caseflow.services.payments.matching import Part
from caseflow.vocabulary import (
    SYSTEM,
    Actor,
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    PaidItem,
    PaymentMatchWay,
    Refused,
)
from tests import cast, desk, factories
from tests.cast import Cast
from tests.services.test_time import at

MONDAY = datetime(2010, 1, 25, 1, tzinfo=UTC)
HEADER = "票证号码,行次,纳税人识别号,项目,税种,所属期,金额,缴款日期,任务或文书编号"
FEBRUARY = datetime(2010, 2, 10, 1, tzinfo=UTC)


@contextmanager
def later() -> Iterator[None]:
    with at(FEBRUARY):
        yield


def assess(session: Session, case: Case, *lines: tuple[str, int, str, str, date]) -> None:
    """Sums of a case: tax, period, declared, recomputed, due."""
    cases.begin(case)
    for tax, period, declared, recomputed, due in lines:
        session.add(
            AssessedAmount(
                case_id=case.id,
                tax=tax,
                period=period,
                declared=Decimal(declared),
                recomputed=Decimal(recomputed),
                due_on=due,
                surcharge=Decimal(0),
                income_adjusted=Decimal(0),
                loss_offset=Decimal(0),
                credit_reduced=Decimal(0),
                tax_paid=Decimal(0),
                surcharge_paid=Decimal(0),
            )
        )
    cases.put_on_record(session, SYSTEM, case, action="case.noted", payload={})


def opened(session: Session, *lines: tuple[str, int, str, str, date]) -> tuple[Cast, Case]:
    """A case on the officer's desk with these sums, opened on 2009-11-02."""
    who = cast.enter(session)
    with at(datetime(2009, 11, 2, 1, tzinfo=UTC)):
        case = factories.case(session, factories.taxpayer(session))
        desk.to_desk_check(session, who, case)
        assess(session, case, *lines)
    session.flush()
    return who, case


SEPTEMBER = ("vat", 200909, "0.00", "120000.00", date(2009, 10, 23))


def receipts(session: Session, tmp_path: Path, *lines: str) -> tuple[int, ...]:
    payer = session.scalars(select(Taxpayer).order_by(Taxpayer.id)).first()
    assert payer is not None
    path = tmp_path / "receipts.csv"
    text = "\n".join([HEADER, *(line.replace("TIN", payer.tin) for line in lines)])
    path.write_text(text, "utf-8")
    return taking.take_in(session, SYSTEM, path).new


def row_of(session: Session, case: Case, period: int) -> AssessedAmount:
    session.expire_all()
    found = select(AssessedAmount).where(
        AssessedAmount.case_id == case.id, AssessedAmount.period == period
    )
    return session.scalars(found).one()


def test_one_exact_payment_is_matched_by_itself(session: Session, tmp_path: Path) -> None:
    """calculations.md 1, first example: 120,000.00 due 2009-10-23, paid 2009-11-30."""
    who, case = opened(session, SEPTEMBER)
    with later():
        (new,) = receipts(session, tmp_path, "A1,1,TIN,税款,增值税,2009-09,120000.00,2009-11-30,")
        (made,) = matching.match_exactly(session, new)
        assert made.way is PaymentMatchWay.AUTO
        row = row_of(session, case, 200909)
        assert (row.tax_paid, row.paid_on) == (Decimal("120000.00"), date(2009, 11, 30))
        assert row.surcharge == Decimal("2280.00")
        (left,) = matching.awaited(session, case)
        assert (left.item, left.left) == (PaidItem.SURCHARGE, Decimal("2280.00"))
        (second,) = receipts(
            session, tmp_path, "A2,1,TIN,滞纳金,增值税,2009-09,2280.00,2009-11-30,"
        )
        assert matching.match_exactly(session, second)
        assert matching.awaited(session, case) == ()
        assert matching.match_exactly(session, new) == ()
    del who


def test_part_payments_each_close_their_run(session: Session, tmp_path: Path) -> None:
    who, case = opened(session, SEPTEMBER)
    with later():
        first, second = receipts(
            session,
            tmp_path,
            "B1,1,TIN,税款,增值税,2009-09,50000.00,2009-11-12,",
            "B2,1,TIN,税款,增值税,2009-09,70000.00,2009-11-30,",
        )
        assert matching.match_exactly(session, first) == ()  # less than is due: an officer decides
        part = Part(case.id, PaidItem.TAX, "vat", 200909, Decimal("50000.00"))
        matching.match(session, who.officer, first, parts=[part])
        assert matching.match_exactly(session, second)
        # 50,000 x 0.05 % x 20 days + 70,000 x 0.05 % x 38 days
        row = row_of(session, case, 200909)
        assert row.surcharge == Decimal("500.00") + Decimal("1330.00")
        assert (row.tax_paid, row.paid_on) == (Decimal("120000.00"), date(2009, 11, 30))


def test_one_payment_pays_parts_of_several_sums(session: Session, tmp_path: Path) -> None:
    """calculations.md 1: March 85,470.09 and June 34,188.03, paid together on 2009-12-02."""
    who, case = opened(
        session,
        ("vat", 200903, "0.00", "85470.09", date(2009, 4, 20)),
        ("vat", 200906, "0.00", "34188.03", date(2009, 7, 15)),
    )
    with later():
        (new,) = receipts(session, tmp_path, "C1,1,TIN,税款,增值税,2009-03,120000.00,2009-12-02,")
        assert matching.match_exactly(session, new) == ()
        parts = [
            Part(case.id, PaidItem.TAX, "vat", 200903, Decimal("85470.09")),
            Part(case.id, PaidItem.TAX, "vat", 200906, Decimal("34188.03")),
        ]
        matching.match(session, who.officer, new, parts=parts)
        assert row_of(session, case, 200903).surcharge == Decimal("9658.12")
        assert row_of(session, case, 200906).surcharge == Decimal("2393.16")
        payment = session.get_one(Payment, new)
        assert payment.amount - payment.matched == Decimal("341.88")  # overpaid
        more = Part(case.id, PaidItem.TAX, "vat", 200906, Decimal("1.00"))
        with pytest.raises(Invalid, match="payment_not_awaited"):
            matching.match(session, who.officer, new, parts=[more])


def test_reasons_are_told_and_nothing_early_or_named_elsewhere_is_matched(
    session: Session, tmp_path: Path
) -> None:
    _who, case = opened(session, SEPTEMBER)
    with later():
        early, elsewhere, named = receipts(
            session,
            tmp_path,
            "D1,1,TIN,税款,增值税,2009-09,120000.00,2009-10-30,",
            "D2,1,TIN,税款,增值税,2009-09,120000.00,2009-11-30,01WV2009999999",
            f"D3,1,TIN,税款,增值税,2009-09,20000.00,2009-11-30,{case.number}",
        )
        (one,) = matching.proposals(session, session.get_one(Payment, early))
        assert one.reasons == ("household", "tax", "period", "amount", "early")
        assert matching.match_exactly(session, early) == ()
        assert matching.match_exactly(session, elsewhere) == ()
        (made,) = matching.match_exactly(session, named)
        assert made.amount == Decimal("20000.00")


def test_a_wrong_match_is_taken_back_by_a_new_entry(session: Session, tmp_path: Path) -> None:
    who, case = opened(session, SEPTEMBER)
    with later():
        (new,) = receipts(session, tmp_path, "E1,1,TIN,税款,增值税,2009-09,120000.00,2009-11-30,")
        (made,) = matching.match_exactly(session, new)
        with pytest.raises(Forbidden):
            matching.take_back(session, who.leader, made.id, reason="与本案无关。")
        matching.take_back(session, who.officer, made.id, reason="与本案无关。")
        row = row_of(session, case, 200909)
        assert (row.tax_paid, row.paid_on) == (Decimal(0), None)
        assert session.get_one(Payment, new).matched == 0
        with pytest.raises(Conflict, match="payment_taken_back"):
            matching.take_back(session, who.officer, made.id, reason="与本案无关。")
        assert matching.match_exactly(session, new)


def test_the_same_delivery_twice_changes_nothing(session: Session, tmp_path: Path) -> None:
    _who, _case = opened(session, SEPTEMBER)
    line = "F1,1,TIN,税款,增值税,2009-09,120000.00,2009-11-30,"
    with later():
        assert len(receipts(session, tmp_path, line)) == 1
        assert receipts(session, tmp_path, line) == ()
        with pytest.raises(Invalid) as told:
            receipts(session, tmp_path, line.replace("120000", "110000"))
        assert "RECEIPT_DIFFERS" in str(told.value.values["faults"])


def test_a_case_that_waits_hears_when_nothing_is_left(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast.enter(session)
    drawing = "start s\nreceive wait message:paid\nuser u\nend e\ns -> wait -> u -> e"
    factories.deploy_sketch(session, monkeypatch, drawing, "score: number; ti_flag: boolean")
    with at(datetime(2009, 11, 2, 1, tzinfo=UTC)):
        case = factories.case_on(session, factories.taxpayer(session))
        assess(session, case, SEPTEMBER)
    assert case.awaits == ["message:paid"]
    with later():
        tax, interest = receipts(
            session,
            tmp_path,
            "L1,1,TIN,税款,增值税,2009-09,120000.00,2009-11-30,",
            "L1,2,TIN,滞纳金,增值税,2009-09,2280.00,2009-11-30,",
        )
        matching.match_exactly(session, tax)
        assert case.awaits == ["message:paid"]
        matching.match_exactly(session, interest)
        session.expire_all()
        assert case.awaits == []


@pytest.mark.parametrize("login", ["third", "leader", "far_officer", "auditor"])
def test_only_who_works_the_case_matches(session: Session, tmp_path: Path, login: str) -> None:
    who, case = opened(session, SEPTEMBER)
    with later():
        (new,) = receipts(session, tmp_path, "G1,1,TIN,税款,增值税,2009-09,5.00,2009-11-30,")
        part = Part(case.id, PaidItem.TAX, "vat", 200909, Decimal("5.00"))
        with pytest.raises((Forbidden, NotFound)):
            matching.match(session, who.people[login], new, parts=[part])
        twice = Part(case.id, PaidItem.TAX, "vat", 200909, Decimal("5.01"))
        with pytest.raises(Invalid, match="payment_beyond"):
            matching.match(session, who.chief, new, parts=[twice])


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    wishes=st.lists(
        st.tuples(st.integers(0, 1), st.integers(0, 1), st.integers(1, 9000), st.booleans()),
        min_size=1,
        max_size=12,
    )
)
def test_never_more_than_was_paid_and_sums_are_the_matches(
    session: Session, tmp_path: Path, wishes: list[tuple[int, int, int, bool]]
) -> None:
    with session.begin_nested() as savepoint:
        who, case = opened(session, SEPTEMBER, ("vat", 200910, "0.00", "40.00", date(2009, 11, 16)))
        with later():
            ids = receipts(
                session,
                tmp_path,
                "H1,1,TIN,税款,增值税,2009-09,70.00,2009-11-30,",
                "H1,2,TIN,税款,增值税,2009-10,90.00,2009-12-30,",
            )
            for which, period, cents, is_back in wishes:
                _try(session, who.officer, case, ids[which], (200909, 200910)[period], cents)
                if is_back:
                    _back(session, who.officer, case)
            for payment in session.scalars(select(Payment).where(Payment.id.in_(ids))):
                total = session.scalar(
                    select(func.coalesce(func.sum(PaymentMatch.amount), 0)).where(
                        PaymentMatch.payment_id == payment.id
                    )
                )
                assert total == payment.matched <= payment.amount
            matched = matched_sums.of_case(session, case.id)
            for row in (row_of(session, case, period) for period in (200909, 200910)):
                assert row.tax_paid == matched.tax_paid((row.tax, row.period))
                assert row.tax_paid <= row.recomputed - row.declared
        savepoint.rollback()


def _try(session: Session, who: Actor, case: Case, payment: int, period: int, cents: int) -> None:
    part = Part(case.id, PaidItem.TAX, "vat", period, Decimal(cents) / 100)
    try:
        with session.begin_nested():
            matching.match(session, who, payment, parts=[part])
    except Invalid:
        pass


def _back(session: Session, who: Actor, case: Case) -> None:
    last = session.scalar(
        select(func.max(PaymentMatch.id)).where(
            PaymentMatch.case_id == case.id, PaymentMatch.undoes_id.is_(None)
        )
    )
    try:
        with session.begin_nested():
            matching.take_back(session, who, last or 0, reason="撤回重来。")
    except (NotFound, Conflict):
        pass


def test_two_workers_at_once_match_a_payment_once(
    own_database: db.Database, tmp_path: Path
) -> None:
    with own_database.transaction() as session:
        record.introduce(session)
        opened(session, SEPTEMBER)
        (new,) = receipts(session, tmp_path, "K1,1,TIN,税款,增值税,2009-09,120000.00,2009-11-30,")
    failures: list[BaseException] = []

    def work() -> None:
        try:
            with own_database.transaction() as session:
                matching.match_exactly(session, new)
        except Refused:
            pass
        except BaseException as error:  # noqa: BLE001 - told by the test
            failures.append(error)

    workers = [Thread(target=work) for _ in range(4)]
    for each in workers:
        each.start()
    for each in workers:
        each.join()
    assert not failures
    with own_database.reading() as session:
        assert session.scalar(select(func.count()).select_from(PaymentMatch)) == 1
        assert session.scalars(select(Payment)).one().matched == Decimal("120000.00")


def test_sums_that_are_laid_anew_keep_what_receipts_have_paid(
    session: Session, tmp_path: Path
) -> None:
    who, case = opened(session, SEPTEMBER)
    with later():
        (new,) = receipts(session, tmp_path, "M1,1,TIN,税款,增值税,2009-09,50000.00,2009-11-12,")
        part = Part(case.id, PaidItem.TAX, "vat", 200909, Decimal("50000.00"))
        matching.match(session, who.officer, new, parts=[part])
        desk.check(session, who, case)
        line = {
            "tax": "vat",
            "period": "2009-09",
            "declared": "0.00",
            "recomputed": "90000.00",
            "due_on": "2009-10-23",
        }
        answers = desk.conclusion(session, case, finding="confirmed", amounts=[line])
        desk.do(session, who.officer, case, "conclusion", answers)
        row = row_of(session, case, 200909)
        assert (row.tax_paid, row.paid_on) == (Decimal("50000.00"), date(2009, 11, 12))
        # 50,000 for 20 days, and 40,000 that are still unpaid on 2010-02-10: 110 days
        assert row.surcharge == Decimal("500.00") + Decimal("2200.00")
