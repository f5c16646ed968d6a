"""Whatever cases people work, the sums of every level are those that the register's acts tell.

Cases of kinds and sections by lot are worked through the verbs, step by step by lot, while days
pass. What each closed case came to is then read a second time from nothing but the lines of the
register: the last act that told its tax, and what it was told line by line.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import calendars, clock, policy
from caseflow.cli.workflows.files import bundle, shipped_kinds
from caseflow.demo.past import answers
from caseflow.demo.past.fates import Truth
from caseflow.demo.past.scene import Judge
from caseflow.models import Case, Task, Taxpayer, Unit, User
from caseflow.reads.enforcement import register, results
from caseflow.reads.enforcement.results import Sums, Wish
from caseflow.reads.record_acts import Wish as ActsWish
from caseflow.services import bureau, cases, definitions
from caseflow.services.bureau import OfficerRow, PostRow
from caseflow.vocabulary import (
    SYSTEM,
    Actor,
    CaseKind,
    CaseStatus,
    Refused,
    Role,
    TaskStatus,
    UnitLevel,
    Verb,
)
from tests import cast, factories
from tests.trust import acts
from tests.trust.acts import Bureau
from tests.trust.counts import IS_LONG, count

pytestmark = pytest.mark.scale

_CASES = count(20, 1_000)
_LONGEST = 90
_SEED = random.SystemRandom().randrange(2**32) if IS_LONG else 20101126
_BEGIN = datetime(2009, 11, 16, 1, tzinfo=UTC)
_CAUSES = ("concealed", "error", "legitimate", "data_error")
_HITS = {
    CaseKind.WV: "VAT-001",
    CaseKind.TA: "VAT-001",
    CaseKind.ZF: "FIL-009",
    CaseKind.OC: "FIL-011",
    CaseKind.TP: "TPD-001",
}
_SECTIONS = ("0101", "0102", "0201")
# So that a case of each section has two officers, and of each district whom it may come to.
_MORE = (
    PostRow("other_partner", Role.TAX_ADMINISTRATOR, "0102"),
    PostRow("far_partner", Role.TAX_ADMINISTRATOR, "0201"),
    PostRow("reviewer", Role.REVIEWER, "01"),
    PostRow("second_reviewer", Role.REVIEWER, "01"),
    PostRow("far_reviewer", Role.REVIEWER, "02"),
    PostRow("far_second_reviewer", Role.REVIEWER, "02"),
    PostRow("far_deputy", Role.DISTRICT_DEPUTY, "02"),
    PostRow("far_legal", Role.LEGAL_REVIEWER, "02"),
)


@dataclass(frozen=True)
class Told:
    """A closed case as the register tells it."""

    case: Case
    sums: Sums


def test_the_sums_of_every_level_are_those_of_the_register(
    session: Session, figures: Callable[..., None]
) -> None:
    dice = random.Random(_SEED)
    people = _people(session)
    with _at(_BEGIN):
        _work(session, dice)
        told = _told(session, people.auditor)
        try:
            _hold_against(session, people, told)
        except AssertionError as fault:
            fault.add_note(f"seed {_SEED}")
            raise
    whole = sum((each.sums for each in told), Sums())
    kinds = Counter(each.case.kind.value for each in told)
    figures("enforcement sums", cases=_CASES, closed=len(told), tax=whole.tax, **kinds)
    assert len(told) > _CASES // 2
    assert whole.tax > 0


def _people(session: Session) -> cast.Cast:
    cast.enter(session)
    officers = [OfficerRow(p.login, f"员{p.login}", p.login, None, is_demo=True) for p in _MORE]
    bureau.put_officers(session, SYSTEM, officers, _MORE, since=cast.SINCE)
    for path in shipped_kinds():
        definitions.deploy(session, SYSTEM, bundle(path))
    return cast.people_on_file(session)


@contextmanager
def _at(moment: datetime) -> Iterator[None]:
    token = clock.set_moment(moment)
    yield
    clock.reset_moment(token)


def _work(session: Session, dice: random.Random) -> None:
    """Open cases by lot and hand in their steps by lot, each until it is closed or tired of."""
    kinds = [dice.choice(tuple(_HITS)) for _ in range(_CASES)]
    payers = [
        factories.taxpayer(session, section=dice.choice(_SECTIONS), serial=serial)
        for serial in range(1, _CASES + 1)
    ]
    truth = Truth(
        (payer.tin, _HITS[kind], dice.choice(_CAUSES))
        for payer, kind in zip(payers, kinds, strict=True)
    )
    judge = Judge(truth, dice.randrange(10**6), calendars.of(session))
    ids = tuple(session.scalars(select(User.id).order_by(User.id)))
    for payer, kind in zip(payers, kinds, strict=True):
        opened = factories.case_of(session, kind, payer, _HITS[kind])
        for _ in range(_LONGEST):
            still_open = [case for case in _open_of(session, payer) if _is_known(session, case)]
            if not still_open or (opened.closed_at is not None and dice.randrange(8) == 0):
                break
            _try(Bureau(session, dice, judge, ids, dice.choice(still_open)))


def _open_of(session: Session, payer: Taxpayer) -> list[Case]:
    of_payer = (Case.taxpayer_id == payer.id, Case.closed_at.is_(None))
    return list(session.scalars(select(Case).where(*of_payer).order_by(Case.id)))


def _is_known(session: Session, case: Case) -> bool:
    """Whether the demonstration's officers can fill in the forms of all its open steps."""
    of_case = (Task.case_id == case.id, Task.status == TaskStatus.OPEN)
    forms = set(session.scalars(select(Task.form_key).where(*of_case)))
    return forms <= answers.known()


def _try(bureau: Bureau) -> None:
    """Hand in a step as who usually does it, then let some time pass."""
    try:
        with bureau.session.begin_nested():
            acts.hand_in(bureau)
            bureau.session.flush()
    except Refused:
        pass  # it was nobody's turn, or not yet the time
    clock.set_moment(clock.now() + timedelta(hours=bureau.dice.choice((1, 2, 5, 30, 100))))
    cases.wake_due(bureau.session)
    bureau.session.flush()


def _told(session: Session, auditor: Actor) -> list[Told]:
    """What each closed case came to, from the lines of the register alone."""
    lines = register.rows(session, auditor, ActsWish(), most=10**6).lines
    of_case: dict[int, list[register.Line]] = defaultdict(list)
    for line in lines:  # newest first
        of_case[line.case_id].append(line)
    ended = select(Case).where(Case.status.in_([CaseStatus.CLOSED, CaseStatus.ARCHIVED]))
    return [Told(case, _sums_in(case, of_case[case.id])) for case in session.scalars(ended)]


def _sums_in(case: Case, lines: list[register.Line]) -> Sums:
    last = next((line for line in lines if "total_tax" in line.event.payload), None)
    fine = next((line.event.payload["fine"] for line in lines if "fine" in line.event.payload), 0)
    fined = Decimal(fine) if case.kind is CaseKind.PN and case.outcome == "fined" else Decimal(0)
    if last is None or case.outcome in results.WENT_ON:
        return Sums(cases=1, fine=fined)
    content = last.answer.content if last.answer else {}
    given = content.get("amounts") or []
    return Sums(
        cases=1,
        tax=Decimal(last.event.payload["total_tax"]),
        income=sum((Decimal(line.get("income_adjustment") or 0) for line in given), Decimal(0)),
        loss=sum((Decimal(line.get("loss_offset") or 0) for line in given), Decimal(0)),
        fine=fined,
    )


def _hold_against(session: Session, people: cast.Cast, told: list[Told]) -> None:
    """Every unit, officer, year and quarter of the results beside the register's own sums."""
    units = session.scalars(select(Unit).where(Unit.level != UnitLevel.DIVISION)).all()
    for year, quarter in [(None, None)] + [
        (y, q) for y in (2009, 2010) for q in (None, 1, 2, 3, 4)
    ]:
        for unit in units:
            here = [each for each in told if _is_in(each.case, unit, year, quarter)]
            wish = Wish(unit_id=unit.id, year=year, quarter=quarter)
            board = results.board(session, people.director, wish)
            place = (unit.name, year, quarter)
            assert _compared(board.whole) == _added(here), place
            assert _compared(sum((part.sums for part in board.parts), Sums())) == _added(here), (
                place
            )
            opened = Wish(
                unit_id=None if unit.level is UnitLevel.CITY else unit.id,
                year=year,
                quarter=quarter,
            )
            rows = results.rows(session, people.director, opened, most=10**6)
            assert {row.id for row in rows} == {each.case.id for each in here}, place
            assert sum((row.sums for row in rows), Sums()).tax == board.whole.tax, place
            if unit.level is UnitLevel.SECTION:
                for part in board.parts:
                    own = [each for each in here if each.case.main_officer_id == part.id]
                    assert _compared(part.sums) == _added(own), (place, part.name)
    for login, actor in people.people.items():
        if policy.may(actor, Verb.READ_CASE):
            seen = set(session.scalars(select(Case.id).where(policy.visible_cases(actor))))
            lines = register.rows(session, actor, ActsWish(), most=10**6).lines
            assert {line.case_id for line in lines} == seen, login


def _is_in(case: Case, unit: Unit, year: int | None, quarter: int | None) -> bool:
    if unit.level is not UnitLevel.CITY and unit.id not in (case.district_id, case.section_id):
        return False
    on = clock.local_date(case.closed_at) if case.closed_at else None
    in_year = year is None or (on is not None and on.year == year)
    return in_year and (quarter is None or (on is not None and (on.month + 2) // 3 == quarter))


def _added(here: list[Told]) -> tuple[Decimal, ...]:
    return _compared(sum((each.sums for each in here), Sums()))


def _compared(sums: Sums) -> tuple[Decimal, ...]:
    return (Decimal(sums.cases), sums.tax, sums.income, sums.loss, sums.fine)
