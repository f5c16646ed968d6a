"""Whatever cases people work, the sums of every level are those that the register's acts tell.

Cases of kinds and sections by lot are worked through the verbs, step by step by lot, while days
pass. What each closed case came to is then read a second time from nothing but the lines of the
register: the last act that told its tax, and what it was told line by line.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import calendars, clock, policy
from caseflow.cli.workflows.files import bundle, shipped_kinds
from caseflow.demo.past import answers
from caseflow.demo.past.fates import Truth
from caseflow.demo.past.scene import Judge
from caseflow.models import Case, Task, Taxpayer, User
from caseflow.reads.enforcement import register
from caseflow.reads.enforcement.results import Sums
from caseflow.reads.record_acts import Wish as ActsWish
from caseflow.services import bureau, cases, definitions
from caseflow.services.bureau import OfficerRow, PostRow
from caseflow.vocabulary import (
    SYSTEM,
    CaseKind,
    Refused,
    Role,
    TaskStatus,
    Verb,
)
from tests import cast, factories
from tests.enforcement_sums import hold_against_results, told_by_register
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


def test_the_sums_of_every_level_are_those_of_the_register(
    session: Session, figures: Callable[..., None]
) -> None:
    dice = random.Random(_SEED)
    people = _people(session)
    with _at(_BEGIN):
        _work(session, dice)
        told = told_by_register(session, people.auditor)
        try:
            hold_against_results(session, people.director, told)
            _everybody_reads_the_lines_of_their_cases(session, people)
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


def _everybody_reads_the_lines_of_their_cases(session: Session, people: cast.Cast) -> None:
    for login, actor in people.people.items():
        if policy.may(actor, Verb.READ_CASE):
            seen = set(session.scalars(select(Case.id).where(policy.visible_cases(actor))))
            lines = register.rows(session, actor, ActsWish(), most=10**6).lines
            assert {line.case_id for line in lines} == seen, login
