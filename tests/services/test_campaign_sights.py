"""Who heads units with cases of a campaign sees its page, with the own rows and sums alone."""

import pytest
from sqlalchemy import func, select, text, true
from sqlalchemy.orm import Session

from caseflow import database_roles, policy
from caseflow.models import Campaign, CampaignLine
from caseflow.reads import campaigns as reads
from caseflow.services import recusals
from caseflow.vocabulary import NotFound
from tests import campaigns as work
from tests import factories
from tests.cast import Cast
from tests.orders import MONDAY, at


@pytest.fixture
def people(session: Session) -> Cast:
    return work.enter(session)


def test_heads_see_a_campaign_of_the_city_by_their_own_cases(
    session: Session, people: Cast
) -> None:
    with at(MONDAY):
        near = work.payers(session, 3)
        far = factories.taxpayer(session, section="0201", serial=9_801)
        beside = factories.taxpayer(session, section="0102", serial=9_802)
        factories.tell(session, "sys:facts")
        case = work.begun(session, people.analyst)
        none = work.begun(session, people.analyst, name="另一专项")
        tins = [each.tin for each in (*near, far, beside)]
        work.listed(session, people.analyst, case, [*tins, "91X"])
        work.handed_in(session, people.analyst, case)
        work.approved(session, people.director, case, "approve_city")
        held = work.of(session, case)
        assert len(held) == 5
        own = {"chief": 3, "leader": 4, "far_leader": 1}
        for login, count in own.items():
            who = people.people[login]
            shown = reads.one(session, who, case.id, which="all", page=1)
            assert (shown.case.number, shown.case.title) == (case.number, case.title)
            assert not shown.case.is_whole
            assert {line.verdict for line in shown.lines} == {"opens"}
            assert len(shown.lines) == sum(shown.verdicts.values()) == count
            assert shown.progress.total == count
            head, _, lines = reads.results(session, who, case.id)
            assert (head.number, len(list(lines))) == (case.number, count)
            (row,) = reads.listing(session, who)
            assert (row.id, row.opened, row.is_whole) == (case.id, count, False)
        whole = reads.one(session, people.director, case.id, which="all", page=1)
        assert (whole.case.is_whole, len(whole.lines), whole.progress.total) == (True, 6, 5)
        for login in ("officer", "partner", "far_officer"):
            with pytest.raises(NotFound):
                reads.one(session, people.people[login], case.id, which="all", page=1)
        for login in own:
            with pytest.raises(NotFound):
                reads.one(session, people.people[login], none.id, which="all", page=1)


def test_a_case_that_is_kept_back_is_no_row_of_a_head(session: Session, people: Cast) -> None:
    with at(MONDAY):
        found = work.payers(session, 2)
        case = work.begun(session, people.analyst)
        work.listed(session, people.analyst, case, [each.tin for each in found])
        work.handed_in(session, people.analyst, case)
        work.approved(session, people.director, case, "approve_city")
        first, second = work.of(session, case)
        tie = recusals.Tie("spouse", "其配偶是该户财务负责人")
        recusals.order(
            session,
            people.leader,
            first.id,
            people.chief.user_id or 0,
            tie=tie,
            successor=recusals.Successor(stand_in=people.other_chief.user_id),
        )
        shown = reads.one(session, people.chief, case.id, which="all", page=1)
        assert [line.case_id for line in shown.lines] == [second.id]
        assert shown.progress.total == 1


def test_row_security_lets_a_head_read_own_rows_of_a_campaign(
    session: Session, people: Cast
) -> None:
    with at(MONDAY):
        found = work.payers(session, 2)
        far = factories.taxpayer(session, section="0201", serial=9_811)
        factories.tell(session, "sys:facts")
        case = work.begun(session, people.analyst)
        work.listed(session, people.analyst, case, [each.tin for each in (*found, far)])
        work.handed_in(session, people.analyst, case)
        work.approved(session, people.director, case, "approve_city")
        expected = {
            login: len(reads.one(session, people.people[login], case.id, which="all", page=1).lines)
            for login in ("chief", "far_leader")
        }
        assert expected == {"chief": 2, "far_leader": 1}
        for login, count in expected.items():
            session.flush()
            told = database_roles.told_of(policy.reader_of(people.people[login]))
            for name, value in told.items():
                session.execute(select(func.set_config(name, value, true())))
            rows = select(func.count()).select_from(CampaignLine)
            assert session.scalar(rows) == count
            assert session.scalar(select(func.count()).select_from(Campaign)) == 1
            shown = reads.one(session, people.people[login], case.id, which="all", page=1)
            assert len(shown.lines) == count
            session.execute(text("RESET ROLE"))
