"""Receipts matched to what cases await: exact ones by themselves, the rest by an officer.

Order of locks: the payment, then the cases by id. What is matched of a payment is kept in its row,
where the database holds it below what was paid; so two workers, or the same delivery twice, match
nothing twice.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from caseflow import assessed, clock, policy
from caseflow.models import AssessedAmount, Case, Document, Payment, PaymentMatch
from caseflow.models.base import Json
from caseflow.services import cases, matched_sums, messages, notices, sights
from caseflow.vocabulary import (
    SYSTEM,
    Actor,
    CaseStatus,
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    NoticeKind,
    PaidItem,
    PaymentMatchWay,
    Role,
)

_NOTHING = Decimal("0.00")
_NO_TAX = ("", 0)
MESSAGE = "paid"
# What a course that follows the debt of its case hears after every match, and after it is undone.
CHANGED = "payments_changed"
LONGEST, SHORTEST, MOST_PARTS = 500, 5, 50


@dataclass(frozen=True, slots=True)
class Awaited:
    """One sum that a case awaits, and how much of it is left."""

    case_id: int
    number: str
    item: PaidItem
    tax: str
    period: int
    due: Decimal
    left: Decimal
    # Nothing of it can have been called for before this day.
    since: date


@dataclass(frozen=True, slots=True)
class Proposal:
    """A sum that a payment might pay, and why: codes that the page says in words."""

    awaited: Awaited
    reasons: tuple[str, ...]
    is_exact: bool


@dataclass(frozen=True, slots=True)
class Part:
    """So much of a payment for one sum of a case."""

    case_id: int
    item: PaidItem
    tax: str
    period: int
    amount: Decimal


def match_exactly(session: Session, payment_id: int) -> tuple[PaymentMatch, ...]:
    """Match a payment by itself where one sum alone fits it; else it waits for an officer."""
    payment = _locked(session, payment_id)
    if payment.matched:
        return ()
    exact = [each for each in proposals(session, payment) if each.is_exact]
    if len(exact) != 1:
        return ()
    one = exact[0].awaited
    part = Part(one.case_id, one.item, one.tax, one.period, payment.amount)
    return _put(session, SYSTEM, payment, [part], PaymentMatchWay.AUTO)


def match(
    session: Session, actor: Actor, payment_id: int, *, parts: Sequence[Part]
) -> tuple[PaymentMatch, ...]:
    """Let a payment pay parts of the sums of cases that the actor answers for.

    Raises:
        NotFound: there is no such payment or case for the actor. Forbidden: not the actor's case.
        Invalid: nothing, a part of nothing that is awaited, more than is due or was paid.
    """
    payment = _locked(session, payment_id)
    if not 1 <= len(parts) <= MOST_PARTS or any(part.amount <= 0 for part in parts):
        raise Invalid("payment_parts")
    for case_id in {part.case_id for part in parts}:
        require_answers(session, actor, case_id)
    return _put(session, actor, payment, parts, PaymentMatchWay.OFFICER)


def take_back(session: Session, actor: Actor, match_id: int, *, reason: str) -> PaymentMatch:
    """Take a wrong match back by an entry of its own; the payment waits again.

    Raises:
        NotFound: there is none for the actor. Forbidden: not the actor's case.
        Conflict: it was taken back. Invalid: no reason.
    """
    row = session.get(PaymentMatch, match_id)
    if row is None or row.undoes_id is not None:
        raise NotFound("payment_match", id=match_id)
    require_answers(session, actor, row.case_id)
    if not SHORTEST <= len(reason.strip()) <= LONGEST:
        raise Invalid("recheck_text", least=SHORTEST, most=LONGEST)
    payment = _locked(session, row.payment_id)
    case = cases.locked(session, row.case_id)
    if session.scalar(select(PaymentMatch.id).where(PaymentMatch.undoes_id == row.id)) is not None:
        raise Conflict("payment_taken_back")
    back = PaymentMatch(
        payment_id=payment.id,
        case_id=case.id,
        item=row.item,
        tax=row.tax,
        period=row.period,
        amount=-row.amount,
        way=PaymentMatchWay.BACK,
        undoes_id=row.id,
        reason=reason.strip(),
        matched_by=actor.user_id,
        at=clock.now(),
    )
    session.add(back)
    payment.matched -= row.amount
    cases.begin(case)
    _reckon(session, case)
    payload = {**_told(payment, row), "reason": reason.strip()}
    cases.put_on_record(session, actor, case, action="payment.taken_back", payload=payload)
    _say_changed(session, case, back)
    return back


def proposals(session: Session, payment: Payment) -> tuple[Proposal, ...]:
    """The sums of the household's cases that a payment might pay, the likeliest first."""
    found = []
    for case in _cases_of(session, payment):
        named = _is_named(session, payment, case)
        found += [
            _proposal(payment, each, is_named=named)
            for each in awaited(session, case)
            if each.item is payment.item
        ]
    found.sort(key=lambda each: (not each.is_exact, -len(each.reasons), each.awaited.case_id))
    return tuple(found)


def awaited(session: Session, case: Case) -> tuple[Awaited, ...]:
    """What a case still awaits: tax and surcharge by tax and period, and its fine."""
    rows = _rows(session, case.id)
    matched = matched_sums.of_case(session, case.id)
    paid = matched.of_taxes(rows)
    since = clock.local_date(case.opened_at)
    found = []
    for row, due in zip(rows, assessed.to_pay(rows), strict=True):
        lines = [each for each in rows if each.tax == row.tax]
        left = due - row.tax_paid if assessed.unpaid(lines, paid) else _NOTHING
        owed = _surcharge(rows, row, paid)
        for item, whole, open_ in (
            (PaidItem.TAX, due, left),
            (PaidItem.SURCHARGE, owed, owed - row.surcharge_paid),
        ):
            if open_ > 0:
                found.append(
                    Awaited(case.id, case.number, item, row.tax, row.period, whole, open_, since)
                )
    fine = Decimal(str(case.facts.get("fine") or 0))
    if fine > matched.fine:
        left = fine - matched.fine
        found.append(Awaited(case.id, case.number, PaidItem.FINE, *_NO_TAX, fine, left, since))
    return tuple(found)


def answers_for(actor: Actor, case: Case) -> bool:
    """Whether somebody works the case, or heads its section."""
    me = set(policy.counts_as(actor, case.kind))
    is_officer = bool(me & {case.main_officer_id, case.second_officer_id})
    return is_officer or case.section_id in actor.units_as(Role.SECTION_CHIEF)


def require_answers(session: Session, actor: Actor, case_id: int) -> None:
    """Refuse who does not work the case.

    Raises:
        NotFound: the case does not exist for the actor. Forbidden: it is not the actor's.
    """
    if not sights.sees(session, actor, case_id):
        raise NotFound("case", id=case_id)
    if not answers_for(actor, session.get_one(Case, case_id)):
        raise Forbidden("payment_not_yours")


def _put(
    session: Session,
    actor: Actor,
    payment: Payment,
    parts: Sequence[Part],
    way: PaymentMatchWay,
) -> tuple[PaymentMatch, ...]:
    if sum((part.amount for part in parts), _NOTHING) > payment.amount - payment.matched:
        raise Invalid("payment_beyond", left=payment.amount - payment.matched)
    made = []
    for case_id in sorted({part.case_id for part in parts}):
        case = cases.locked(session, case_id)
        if case.taxpayer_id != payment.taxpayer_id:
            raise Invalid("payment_other_household")
        cases.begin(case)
        told = []
        for part in (each for each in parts if each.case_id == case_id):
            _require_due(session, case, part, payment)
            row = PaymentMatch(
                payment_id=payment.id,
                case_id=case.id,
                item=part.item,
                tax=part.tax,
                period=part.period,
                amount=part.amount,
                way=way,
                matched_by=actor.user_id,
                at=clock.now(),
            )
            session.add(row)
            payment.matched += part.amount
            session.flush()  # the next part sees what this one has paid
            _reckon(session, case)
            made.append(row)
            told.append(_told(payment, row))
        left = awaited(session, case)
        payload: Json = {"parts": told, "way": way.value, "is_whole": not left}
        cases.put_on_record(session, actor, case, action="payment.matched", payload=payload)
        _say_changed(session, case, made[-1])
        if not left:
            _tell(session, actor, case, made[-1])
    return tuple(made)


def _require_due(session: Session, case: Case, part: Part, payment: Payment) -> None:
    known = {(each.item, each.tax, each.period): each for each in awaited(session, case)}
    found = known.get((part.item, part.tax, part.period))
    if found is None or part.item is not payment.item:
        raise Invalid("payment_not_awaited")
    if part.amount > found.left:
        raise Invalid("payment_more_than_due", left=found.left)


def _say_changed(session: Session, case: Case, row: PaymentMatch) -> None:
    """Let the course know the debt as it is now, where it follows it."""
    if f"message:{CHANGED}" not in (case.awaits or ()):
        return
    rows = _rows(session, case.id)
    is_whole = assessed.total_tax(rows) > 0 and not awaited(session, case)
    session.flush()  # the message finds the case as it is now, and the row has its key
    messages.deliver(
        session,
        SYSTEM,
        CHANGED,
        correlation={"case": case.number},
        variables={"has_debt": assessed.unpaid(rows) > 0, "paid_in_full": is_whole},
        idem=uuid.uuid5(uuid.NAMESPACE_OID, f"payment_changed:{row.id}"),
    )


def _tell(session: Session, actor: Actor, case: Case, row: PaymentMatch) -> None:
    """All is paid: the course hears it where it waits, and the main officer is told."""
    if f"message:{MESSAGE}" in (case.awaits or ()):
        session.flush()  # the message finds the case as it is now
        messages.deliver(
            session,
            SYSTEM,
            MESSAGE,
            correlation={"case": case.number},
            variables={},
            idem=uuid.uuid5(uuid.NAMESPACE_OID, f"payment_match:{row.id}"),
        )
    notices.tell(session, actor, case, kind=NoticeKind.PAID, to=[case.main_officer_id])


def _reckon(session: Session, case: Case) -> None:
    session.flush()
    rows = _rows(session, case.id)
    matched_sums.reckon(rows, matched_sums.of_case(session, case.id), clock.today())


def _surcharge(rows: list[AssessedAmount], row: AssessedAmount, paid: assessed.Paid) -> Decimal:
    """The surcharge of a sum: to the last payment once its tax is paid, else to today."""
    lines = [each for each in rows if each.tax == row.tax]
    last = max((each.on for each in paid.get(row.tax, ())), default=clock.today())
    until = clock.today() if assessed.unpaid(lines, paid) else last
    return dict(
        zip((each.id for each in lines), assessed.surcharges(lines, until, paid), strict=True)
    )[row.id]


def _proposal(payment: Payment, each: Awaited, *, is_named: bool | None) -> Proposal:
    reasons = ["household"]
    same = payment.item is PaidItem.FINE or (
        each.tax == payment.tax and each.period == payment.period
    )
    if payment.item is not PaidItem.FINE:
        reasons += [
            name
            for name, is_same in (
                ("tax", each.tax == payment.tax),
                ("period", each.period == payment.period),
            )
            if is_same
        ]
    open_ = payment.amount - payment.matched
    reasons.append("amount" if open_ == each.left else "less" if open_ < each.left else "more")
    if is_named:
        reasons.append("named")
    is_early = payment.paid_on < each.since
    if is_early:
        reasons.append("early")
    fits = open_ == each.left or (is_named is True and open_ < each.left)
    return Proposal(each, tuple(reasons), same and fits and not is_early and is_named is not False)


def _is_named(session: Session, payment: Payment, case: Case) -> bool | None:
    """Whether the receipt names this case or a paper of it; None: it names nothing."""
    if not payment.names:
        return None
    paper = select(Document.id).where(Document.case_id == case.id, Document.number == payment.names)
    return payment.names == case.number or session.scalar(paper) is not None


def _cases_of(session: Session, payment: Payment) -> Sequence[Case]:
    has_sums = exists().where(AssessedAmount.case_id == Case.id)
    return session.scalars(
        select(Case)
        .where(
            Case.taxpayer_id == payment.taxpayer_id,
            Case.status != CaseStatus.VOIDED,
            or_(has_sums, Case.facts.has_key("fine")),
        )
        .order_by(Case.id)
    ).all()


def _rows(session: Session, case_id: int) -> list[AssessedAmount]:
    return list(
        session.scalars(
            select(AssessedAmount)
            .where(AssessedAmount.case_id == case_id)
            .order_by(AssessedAmount.tax, AssessedAmount.period)
        )
    )


def _locked(session: Session, payment_id: int) -> Payment:
    payment = session.scalar(
        select(Payment)
        .where(Payment.id == payment_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if payment is None:
        raise NotFound("payment", id=payment_id)
    return payment


def _told(payment: Payment, row: PaymentMatch) -> Json:
    return {
        "receipt": payment.receipt,
        "line": payment.line,
        "paid_on": payment.paid_on.isoformat(),
        "item": row.item.value,
        "tax": row.tax,
        "period": row.period,
        "amount": str(row.amount),
    }
