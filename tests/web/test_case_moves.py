"""A move of administration as the pages tell it: who may agree, and that it waits."""

from collections.abc import Iterator

import pytest
from sqlalchemy import func, select, update

from caseflow.models import Case, CaseMove, Post
from caseflow.services import cases
from caseflow.vocabulary import SYSTEM, CaseMoveStatus, Role
from tests import desk, factories
from tests.support.visitor import Visitor
from tests.web.conftest import Bureau

REASON = "系统故障期间误交，须重新分派办理"


@pytest.fixture
def case_id(bureau: Bureau) -> Iterator[int]:
    with bureau.database.transaction() as session:
        case = session.scalars(select(Case).order_by(Case.id.desc())).first()
        assert case
        assert desk.open_elements(session, case) == {"desk_check"}
        found = case.id
    yield found
    with bureau.database.transaction() as session:
        moved = (
            update(CaseMove)
            .where(CaseMove.case_id == found)
            .values(status=CaseMoveStatus.WITHDRAWN)
        )
        session.execute(moved)
        case = cases.locked(session, found)
        cases.note(session, SYSTEM, case, action="case.noted", payload={})


def ask(who: Visitor, case_id: int) -> None:
    page = f"/cases/{case_id}/move"
    form = {"target": "dispatching", "reason": REASON}
    who.get(page)
    assert who.post(page, form).status_code == 303


def test_the_page_names_who_may_agree_before_and_after_it_is_asked(
    bureau: Bureau, case_id: int
) -> None:
    leader, deputy = bureau.visitor("leader"), bureau.people.deputy.name
    named = f"{deputy}（基层局副局长）"
    assert named in leader.get(f"/cases/{case_id}/move").text
    ask(leader, case_id)
    assert named in leader.get(f"/cases/{case_id}/move").text


def test_where_nobody_may_agree_the_page_names_the_post_and_the_district(
    bureau: Bureau, case_id: int
) -> None:
    ask(bureau.visitor("leader"), case_id)
    with bureau.database.transaction() as session:
        posts = session.scalars(select(Post).where(Post.role == Role.DISTRICT_DEPUTY)).all()
        kept = {each.id: each.valid_from for each in posts}
        for each in posts:
            each.valid_from = each.valid_from.replace(year=2100)
        factories.tell(session, "sys:people")
    page = bureau.visitor("leader").get(f"/cases/{case_id}/move").text
    assert "尚无此人" in page
    assert "基层局副局长、基层局局长" in page
    with bureau.database.transaction() as session:
        for each in session.scalars(select(Post).where(Post.id.in_(kept))):
            each.valid_from = kept[each.id]
        factories.tell(session, "sys:people")


def test_the_case_and_its_step_say_that_a_move_waits(bureau: Bureau, case_id: int) -> None:
    officer = bureau.visitor("officer")
    assert "调整环节待批准" not in officer.get(f"/cases/{case_id}").text
    ask(bureau.visitor("leader"), case_id)
    page = officer.get(f"/cases/{case_id}").text
    assert "调整环节待批准" in page
    assert REASON in page
    assert bureau.people.leader.name in page
    assert "有一项调整环节的申请待批准" in page


def test_the_applicant_takes_it_back(bureau: Bureau, case_id: int) -> None:
    leader = bureau.visitor("leader")
    ask(leader, case_id)
    with bureau.database.transaction() as session:
        move_id = session.scalars(select(func.max(CaseMove.id))).one()
    act = f"/cases/{case_id}/move/{move_id}/withdraw"
    assert act not in bureau.visitor("deputy").get(f"/cases/{case_id}/move").text
    assert act in leader.get(f"/cases/{case_id}/move").text
    assert leader.post(act, {}).status_code == 303
    with bureau.database.transaction() as session:
        assert session.get_one(CaseMove, move_id).status is CaseMoveStatus.WITHDRAWN
