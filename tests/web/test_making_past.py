"""While the demo's past is being made, an act is answered with how far that is and a way back."""

from datetime import UTC, datetime

from caseflow import clock, db
from caseflow.app import create_app
from caseflow.models import Run
from caseflow.services import bureau_clock, record
from caseflow.vocabulary import SYSTEM
from tests import cast, factories
from tests.support.house import House
from tests.support.visitor import Visitor

FIRST_DAY = datetime(2009, 9, 1, 1, tzinfo=UTC)


def test_act_is_answered_in_the_usual_frame_with_progress_and_a_way_back(house: House) -> None:
    with house.clone("web_making_past") as config:
        database = db.connect(str(config.database_url))
        with database.transaction() as session:
            bureau_clock.begin_demo(session, SYSTEM, FIRST_DAY)
        with database.transaction() as session:
            record.introduce(session)
            people = cast.enter(session)
            factories.case(session, factories.taxpayer(session))
            now = clock.wall()
            past = Run(kind="demo", stage="past", done=30, total=99, started_at=now, updated_at=now)
            session.add(past)
        leader = Visitor(create_app(config, database), people.leader.user_id)
        leader.get("/cases/1")
        answer = leader.post("/tasks/1/claim", {}, came_from="/cases/1?task=1")
        database.dispose()
    assert answer.status_code == 503
    assert '<aside class="cf-rail' in answer.text
    assert "演练历史生成中" in answer.text
    assert "已处理 30 / 99" in answer.text
    assert 'href="/cases/1?task=1"' in answer.text
