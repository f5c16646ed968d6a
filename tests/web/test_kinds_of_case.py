"""Pages of zero-filing investigations and third-party verifications: forms, and what they go by."""

import re

from sqlalchemy import select

from caseflow.models import Case, Task
from caseflow.services import tasks
from caseflow.vocabulary import TaskStatus
from tests import desk, factories
from tests import third_party as tp
from tests import zero_filing as zf
from tests.web.conftest import Bureau


def _open_page(bureau: Bureau, login: str, case_id: int) -> str:
    """The page of a case with its open step, as somebody sees it."""
    with bureau.database.reading() as session:
        task = session.scalars(
            select(Task).where(Task.case_id == case_id, Task.status == TaskStatus.OPEN)
        ).first()
        assert task is not None
        address = f"/cases/{case_id}?task={task.id}"
    answer = bureau.visitor(login).get(address)
    assert answer.status_code == 200
    return answer.text


def test_the_chief_reads_the_cause_and_its_facts_before_deciding(bureau: Bureau) -> None:
    people = bureau.people
    with bureau.database.transaction() as session:
        payer = factories.taxpayer(session, serial=31)
        case = zf.opened(session, payer, {"FIL-009": 5.0})
        zf.to_desk(session, people, case)
        case_id = case.id
    page = _open_page(bureau, "officer", case_id)
    assert "V18 核查法定代表人名下其他户" in page
    assert "有无经营迹象" in page
    with bureau.database.transaction() as session:
        case = session.get_one(Case, case_id)
        zf.visited(session, people, case)
    page = _open_page(bureau, "officer", case_id)
    assert "零申报的原因" in page
    assert "查无下落" in page
    with bureau.database.transaction() as session:
        case = session.get_one(Case, case_id)
        zf.classify(session, people, case, "seasonal")
        review = desk.open_task(session, case, "deciding/review")
        tasks.claim(session, people.chief, review.id)
    page = _open_page(bureau, "chief", case_id)
    assert zf.FACTS in page
    assert "季节性停产" in page


def test_a_verification_shows_the_fields_of_its_variant_and_the_conclusion_what_they_say(
    bureau: Bureau,
) -> None:
    people = bureau.people
    with bureau.database.transaction() as session:
        payer = factories.taxpayer(session, serial=32)
        case = tp.opened(session, people, "TPD-013", payer)
        case_id = case.id
    page = _open_page(bureau, "officer", case_id)
    assert "单位产品耗电定额" in page
    # What the variant settles is settled for good: no rule is left that a script could turn.
    assert 'id="a-certificates"' not in page
    assert not re.search(r'data-hide-when="[^"]*variants', page)
    with bureau.database.transaction() as session:
        case = session.get_one(Case, case_id)
        tp.verify(session, people, case, "conclude")
    page = _open_page(bureau, "officer", case_id)
    assert "行业协会 2009 年定额" in page
    assert "是否反馈来源部门" in page
