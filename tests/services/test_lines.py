"""Who sees a household by a line of business alone, and is shown the taxes of that line."""

from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import policy
from caseflow.models import Case, Taxpayer, TaxWarning
from caseflow.reads import taxpayers as reads
from caseflow.services.powers import drill_downs
from caseflow.vocabulary import Actor, NotFound, Standing, WarningStatus
from tests import cast, desk, factories
from tests.cast import Cast

VAT, CIT = "vat_division", "income_tax_division"


@pytest.fixture
def who(session: Session) -> Cast:
    return cast.enter(session)


@pytest.fixture
def case(session: Session, who: Cast) -> Case:
    """A case of section 0101 with a doubt of VAT, of a household with one of income tax too."""
    payer = factories.taxpayer(session)
    case = factories.case(session, payer)
    desk.to_desk_check(session, who, case)
    factories.warning(session, payer, code="CIT-001").status = WarningStatus.POOL
    session.flush()
    return case


def of_line(who: Cast, line: str) -> Actor:
    """The chief of another division than the one that sees everything."""
    chief = who.division
    return replace(chief, posts=tuple(replace(post, line=line) for post in chief.posts))


def _shown(session: Session, actor: Actor, case: Case) -> tuple[tuple[str, ...], set[str]]:
    page = reads.page(session, actor, factories.payer_of(case))
    return page.lines, {doubt.indicator.code for doubt in page.doubts}


@pytest.mark.parametrize(("line", "code"), [(VAT, "VAT-001"), (CIT, "CIT-001")])
def test_chief_of_a_line_is_shown_that_line_alone(
    session: Session, who: Cast, case: Case, line: str, code: str
) -> None:
    assert _shown(session, of_line(who, line), case) == ((line,), {code})


def test_chief_of_a_line_without_a_doubt_of_it_does_not_see_the_household(
    session: Session, who: Cast, case: Case
) -> None:
    with pytest.raises(NotFound):
        reads.page(session, of_line(who, "export_tax_division"), factories.payer_of(case))


@pytest.mark.parametrize(
    "login",
    ["director", "analyst", "division", "auditor", "leader", "deputy", "info", "chief", "officer"],
)
def test_everybody_else_is_shown_every_tax(
    session: Session, who: Cast, case: Case, login: str
) -> None:
    actor = who.people[login]
    if policy.leads_city(actor):
        drill_downs.give_reason(session, actor, factories.payer_of(case), reason="核对该户申报数据")
    assert _shown(session, actor, case) == ((), {"VAT-001", "CIT-001"})


def test_chief_of_a_line_with_a_part_in_the_case_is_shown_every_tax(
    session: Session, who: Cast, case: Case
) -> None:
    chief = of_line(who, VAT)
    desk.open_task(session, case, "desk_check").assignee_id = chief.user_id
    session.flush()
    assert _shown(session, chief, case)[0] == ()


def test_deputy_of_a_chief_of_a_line_is_shown_that_line_alone(
    session: Session, who: Cast, case: Case
) -> None:
    chief = of_line(who, VAT)
    standing = Standing(chief.user_id or 0, chief.name, chief.posts)
    stand_in = replace(who.far_officer, stands_for=(standing,))
    assert _shown(session, stand_in, case) == ((VAT,), {"VAT-001"})


def test_deputy_of_the_chief_who_sees_everything_is_shown_every_tax(
    session: Session, who: Cast, case: Case
) -> None:
    standing = Standing(who.division.user_id or 0, "", who.division.posts)
    chief = replace(of_line(who, VAT), user_id=who.far_officer.user_id, stands_for=(standing,))
    assert _shown(session, chief, case) == ((), {"VAT-001", "CIT-001"})
    whole = select(TaxWarning.id).where(policy.visible_warnings(chief))
    assert len(session.scalars(whole.join(Taxpayer)).all()) == len(
        session.scalars(select(TaxWarning.id)).all()
    )
